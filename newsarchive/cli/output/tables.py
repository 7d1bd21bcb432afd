"""Tables on a terminal of any width."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from newsarchive.cli.output.terminal import console, line_width, print_lines, safe, say, wrap

GAP = 2  # columns between two cells
_JOINT = "\u00a0"  # a blank at which no line ends
MIN_WRAPPED = 16  # columns; narrower than that, a wrapped cell is a column of single words


def print_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[str] = (), wraps: str
) -> None:
    """Print rows under headings; the columns `numbers` are aligned to the right.

    On a narrow terminal the column `wraps` is wrapped. Where that is not enough, each row becomes several lines,
    because Rich would cut off cells.
    """
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    rows = [[safe(cell) for cell in row] for row in rows]
    natural = [max(cell_len(row[at]) for row in [headings, *rows]) for at in range(len(headings))]
    needed = sum(natural) + GAP * (len(headings) - 1)
    width = line_width() or needed
    wrapped = natural[headings.index(wraps)]
    if needed - wrapped + min(wrapped, MIN_WRAPPED) > width:
        _print_stacked(headings, rows, is_numbered=headings[0] in numbers)
        return
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim")
    for heading in headings:
        table.add_column(
            heading,
            justify="right" if heading in numbers else "left",
            no_wrap=heading != wraps,
            overflow="fold",
        )
    at, room = headings.index(wraps), width - needed + wrapped
    for row in rows:
        cells = list(row)
        cells[at] = "\n".join(line.plain for line in wrap([_joined(cells[at])], room))
        table.add_row(*(Text(cell.replace(_JOINT, " ")) for cell in cells))
    for segments in console(sys.stdout, max(width, needed if line_width() is None else 0)).render_lines(
        table, pad=False
    ):
        line = Text.assemble(*((segment.text, segment.style or "") for segment in segments))
        line.rstrip()
        print_lines([line])


def _joined(cell: str) -> tuple[str, None]:
    """Return the text of a cell in which a number stays on the line of its noun."""
    return re.sub(r"(?<=\d) (?=\w)", _JOINT, cell), None


def _print_stacked(headings: Sequence[str], rows: Sequence[Sequence[str]], *, is_numbered: bool) -> None:
    name = max(map(len, headings[1:]))
    for row in rows:
        say((f"{headings[0].lower()} {row[0]}" if is_numbered else row[0], "bold"))
        for heading, cell in zip(headings[1:], row[1:], strict=True):
            if cell:
                say((f"{heading.lower():{name}}  ", "dim"), cell, indent=2, hanging=name + 4)
