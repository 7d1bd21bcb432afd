"""Tables of facts in an article, told from tables that lay a page out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from archive.extraction.vocabulary import boilerplate

if TYPE_CHECKING:
    from archive.extraction.page.elements import Block, Box

FEWEST = 4  # cells with text
LONGEST_CELL = 300  # characters; longer ones are paragraphs of a page that a table lays out
SHORTEST_MEAN = 3  # characters of a cell; a calendar's have two
MAX_DEPTH = 12  # elements between a cell's text and its table
NEARBY_LINES = 4  # lines around a table in which the text goes on that it belongs to
WRAPPED = 4  # boxes around a line that hold nothing else
RUNNING_TEXT_CHARS = 60  # characters of a line of running text


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One table row: its cells in printed order, each a tuple of lines, empty for an empty cell."""

    table: Box
    element: Box
    cells: tuple[tuple[Block, ...], ...]
    headers: tuple[bool, ...]  # which of the cells are <th>


def find_data_rows(boxes: Sequence[Box], blocks: Sequence[Block]) -> dict[int, Row]:
    """Return the rows of the data tables within running text, by the order of each block in them."""
    found: dict[int, Row] = {}
    tables = [box for box in boxes if box.tag == "table" and box.last > box.first]
    for number, table in enumerate(tables):
        holds_another = number + 1 < len(tables) and tables[number + 1].first < table.last
        if holds_another or table.last - table.first < FEWEST or not _in_text(table, blocks):
            continue
        for row in _rows(table, blocks):
            for cell in row.cells:
                found.update((block.order, row) for block in cell)
    return found


def _in_text(table: Box, blocks: Sequence[Block]) -> bool:
    if table.role not in (None, "figure", "post"):
        return False
    places = list(islice(table.ancestors(), 1, 4))
    return any(
        len(block.text) >= RUNNING_TEXT_CHARS
        and block.link_share < 0.5
        and any(_stands_in(block, place) for place in places)
        for block in (
            *blocks[max(0, table.first - NEARBY_LINES) : table.first],
            *blocks[table.last : table.last + NEARBY_LINES],
        )
    )


def _stands_in(block: Block, place: Box) -> bool:
    """Return whether a line is a child of a box, directly or wrapped in boxes that hold nothing else."""
    if block.box is place or block.box.parent is place:
        return True
    return any(
        box.parent is place and box.last - box.first == 1 for box in islice(block.box.ancestors(), 1, WRAPPED)
    )


def _rows(table: Box, blocks: Sequence[Block]) -> list[Row]:
    """Return the rows of a data table; an empty list for a layout table, a calendar or a menu."""
    held = blocks[table.first : table.last]
    lines: dict[int, tuple[Box, dict[int, list[Block]]]] = {}
    cells = 0
    for block in held:
        row, cell = _place(block, table)
        if row is None or cell is None:
            if block.box.tag == "caption":
                continue
            return []
        if block.level is not None:
            return []
        line = lines.setdefault(id(row), (row, {}))[1]
        cells += id(cell.element) not in line
        line.setdefault(id(cell.element), []).append(block)
    size = sum(len(block.text) for block in held)
    full = sum(len(line) >= 2 for _, line in lines.values())
    furniture = sum(
        boilerplate.is_boilerplate(block.text) for block in held if any(map(str.isalpha, block.text))
    )
    if (
        full < 2
        or full * 2 < len(lines)
        or size < SHORTEST_MEAN * cells
        or sum(block.linked for block in held) * 2 > size
        or furniture * 5 > cells
        or any(len(block.text) > LONGEST_CELL for block in held)
    ):
        return []
    return [_row(table, row, line) for row, line in lines.values()]


def _row(table: Box, row: Box, line: dict[int, list[Block]]) -> Row:
    elements = [cell for cell in row.element if cell.tag in ("td", "th")]
    return Row(
        table,
        row,
        tuple(tuple(line.get(id(cell), ())) for cell in elements),
        tuple(cell.tag == "th" for cell in elements),
    )


def _place(block: Block, table: Box) -> tuple[Box | None, Box | None]:
    """Return the boxes of the row and the cell that hold a block; None for each that does not exist."""
    cell: Box | None = None
    for box in islice(block.box.ancestors(), MAX_DEPTH):
        if box is table:
            break
        if box.tag in ("td", "th") and cell is None:
            cell = box
        elif box.tag == "tr":
            return box, cell
    return None, None
