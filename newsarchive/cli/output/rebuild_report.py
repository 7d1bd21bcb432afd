"""Print what a new extraction of the same pages changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from archive.values.plurals import counted
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import say

if TYPE_CHECKING:
    from archive.rebuild.comparison import Example, RebuildComparison

EXCERPT_LENGTH = 60  # characters shown of a value


def print_comparison(comparison: RebuildComparison | None) -> None:
    """Print which fields changed, in how many versions, with an example each."""
    say()
    if comparison is None:
        say("The old index is missing or cannot be read, so there is nothing to compare with.")
        return
    if comparison.is_same:
        say(f"{counted(comparison.compared, 'version')} compared. The extraction changed nothing.")
        return
    say(
        f"The extraction of {comparison.changed} of {counted(comparison.compared, 'version')} changed. "
        "These are not changes by the outlets."
    )
    for (old, new), count in comparison.extractors.most_common():
        by = f"{old} before, {new} now" if old != new else f"{new} both times"
        say(f"{counted(count, 'version')}: extracted by {by}", indent=2, hanging=4)
    if comparison.fields:
        rows = [
            (name, str(count), *_excerpts(comparison.examples[name][0]))
            for name, count in comparison.fields.most_common()
        ]
        print_table(
            ("FIELD", "VERSIONS", "EXAMPLE", "BEFORE", "NOW"), rows, numbers=["VERSIONS"], wraps="NOW"
        )
    for (old, new), count in comparison.readings.most_common():
        say(f"{counted(count, 'capture')}: «{old}» before, «{new}» now", hanging=2)
    if comparison.edits_gone:
        say(
            f"{counted(comparison.edits_gone, 'edit')} removed: only the old extraction differed there.",
            hanging=2,
        )
    if comparison.edits_found:
        say(f"{counted(comparison.edits_found, 'edit')} added: the old extraction missed them.", hanging=2)


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
