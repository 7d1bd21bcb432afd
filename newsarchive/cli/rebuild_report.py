"""What another reading of the same pages changed, for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newsarchive.cli.terminal import say, table

if TYPE_CHECKING:
    from archive.rebuild.comparison import Example, Reread

LONGEST = 60  # letters of a value that are shown


def print_reread(reread: Reread | None) -> None:
    """What is read otherwise than before, field by field, each with an example."""
    say()
    if reread is None:
        say("There is no old index to compare with, or it cannot be read.")
        return
    if reread.is_same:
        say(f"All {reread.compared} versions are read as before.")
        return
    say(
        f"Of {reread.compared} versions {reread.changed} are read otherwise than before; "
        "the outlets changed nothing by that."
    )
    for (old, new), count in reread.extractors.most_common():
        who = f"{old} → {new}" if old != new else f"{new} both times"
        say(f"{count} read by {who}", indent=2, hanging=2)
    if reread.fields:
        rows = [
            (name, str(count), *_shown(reread.examples[name][0]))
            for name, count in reread.fields.most_common()
        ]
        table(
            ("FIELD", "VERSIONS", "FOR EXAMPLE", "WAS", "BECAME"), rows, numbers=["VERSIONS"], folds="BECAME"
        )
    for (old, new), count in reread.readings.most_common():
        say(f"{count} captures: «{old}» became «{new}»", hanging=2)
    if reread.edits_gone:
        say(f"{reread.edits_gone} edits are none: only the old reading differed there.", hanging=2)
    if reread.edits_found:
        say(f"{reread.edits_found} edits were not seen before.", hanging=2)


def _shown(example: Example) -> tuple[str, str, str]:
    was, became = _value(example.was), _value(example.became)
    start = next((at for at, (one, other) in enumerate(zip(was, became, strict=False)) if one != other), 0)
    start = max(0, min(start, max(len(was), len(became)) - LONGEST))
    return example.url, _piece(was, start), _piece(became, start)


def _value(value: Any) -> str:
    if value is None or value == []:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _piece(text: str, start: int) -> str:
    piece = text[start : start + LONGEST].replace("\n", " ")
    return ("…" if start else "") + piece + ("…" if start + LONGEST < len(text) else "")
