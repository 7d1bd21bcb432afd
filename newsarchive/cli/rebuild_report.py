"""Print what a new extraction of the same pages changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newsarchive.cli.terminal import print_table, say

if TYPE_CHECKING:
    from archive.rebuild.comparison import Example, RebuildComparison

EXCERPT_LENGTH = 60  # letters of a value that are shown


def print_comparison(comparison: RebuildComparison | None) -> None:
    """Print which fields changed, in how many versions, with an example each."""
    say()
    if comparison is None:
        say("There is no old index to compare with, or it cannot be read.")
        return
    if comparison.is_same:
        say(f"All {comparison.compared} versions are read as before.")
        return
    say(
        f"Of {comparison.compared} versions {comparison.changed} are read otherwise than before; "
        "the outlets changed nothing by that."
    )
    for (old, new), count in comparison.extractors.most_common():
        who = f"{old} → {new}" if old != new else f"{new} both times"
        say(f"{count} read by {who}", indent=2, hanging=2)
    if comparison.fields:
        rows = [
            (name, str(count), *_excerpts(comparison.examples[name][0]))
            for name, count in comparison.fields.most_common()
        ]
        print_table(
            ("FIELD", "VERSIONS", "FOR EXAMPLE", "WAS", "BECAME"), rows, numbers=["VERSIONS"], wraps="BECAME"
        )
    for (old, new), count in comparison.readings.most_common():
        say(f"{count} captures: «{old}» became «{new}»", hanging=2)
    if comparison.edits_gone:
        say(f"{comparison.edits_gone} edits are none: only the old reading differed there.", hanging=2)
    if comparison.edits_found:
        say(f"{comparison.edits_found} edits were not seen before.", hanging=2)


def _excerpts(example: Example) -> tuple[str, str, str]:
    was, became = _value_text(example.before), _value_text(example.after)
    start = next((at for at, (one, other) in enumerate(zip(was, became, strict=False)) if one != other), 0)
    start = max(0, min(start, max(len(was), len(became)) - EXCERPT_LENGTH))
    return example.url, _excerpt(was, start), _excerpt(became, start)


def _value_text(value: Any) -> str:
    if value is None or value == []:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _excerpt(text: str, start: int) -> str:
    piece = text[start : start + EXCERPT_LENGTH].replace("\n", " ")
    return ("…" if start else "") + piece + ("…" if start + EXCERPT_LENGTH < len(text) else "")
