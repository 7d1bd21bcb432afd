"""Find data tables in an article, as opposed to layout tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from archive.extraction.vocabulary import boilerplate

if TYPE_CHECKING:
    from archive.extraction.page.elements import Block, Box

MIN_CELLS = 4  # cells with text
MAX_CELL_CHARS = 300  # characters; longer cells are paragraphs in a layout table
MIN_MEAN_CHARS = 3  # characters of a cell; a calendar's have two
MAX_DEPTH = 12  # elements between a cell's text and its table
NEARBY_LINES = 4  # lines around a table that are searched for running text
MAX_WRAPPERS = 4  # nested boxes around a line that hold nothing else
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
        if holds_another or table.last - table.first < MIN_CELLS or not _is_in_running_text(table, blocks):
            continue
        for row in _data_rows(table, blocks):
            for cell in row.cells:
                found.update((block.order, row) for block in cell)
    return found


def _is_in_running_text(table: Box, blocks: Sequence[Block]) -> bool:
    if table.role not in (None, "figure", "post"):
        return False
    places = list(islice(table.ancestors(), 1, 4))
    return any(
        len(block.text) >= RUNNING_TEXT_CHARS
        and block.link_share < 0.5
        and any(_is_child_of(block, place) for place in places)
        for block in (
            *blocks[max(0, table.first - NEARBY_LINES) : table.first],
            *blocks[table.last : table.last + NEARBY_LINES],
        )
    )


def _is_child_of(block: Block, place: Box) -> bool:
    """Return whether a line is a child of a box, directly or wrapped in boxes that hold nothing else."""
    if block.box is place or block.box.parent is place:
        return True
    return any(
        box.parent is place and box.last - box.first == 1
        for box in islice(block.box.ancestors(), 1, MAX_WRAPPERS)
    )


def _data_rows(table: Box, blocks: Sequence[Block]) -> list[Row]:
    """Return the rows of a data table; an empty list for a layout table, a calendar or a menu."""
    inside = blocks[table.first : table.last]
    lines: dict[int, tuple[Box, dict[int, list[Block]]]] = {}
    cells = 0
    for block in inside:
        row, cell = _row_and_cell(block, table)
        if row is None or cell is None:
            if block.box.tag == "caption":
                continue
            return []
        if block.level is not None:
            return []
        line = lines.setdefault(id(row), (row, {}))[1]
        cells += id(cell.element) not in line
        line.setdefault(id(cell.element), []).append(block)
    size = sum(len(block.text) for block in inside)
    full = sum(len(line) >= 2 for _, line in lines.values())
    boilerplate_lines = sum(
        boilerplate.is_boilerplate(block.text) for block in inside if any(map(str.isalpha, block.text))
    )
    if (
        full < 2
        or full * 2 < len(lines)
        or size < MIN_MEAN_CHARS * cells
        or sum(block.linked for block in inside) * 2 > size
        or boilerplate_lines * 5 > cells
        or any(len(block.text) > MAX_CELL_CHARS for block in inside)
    ):
        return []
    return [_make_row(table, row, line) for row, line in lines.values()]


def _make_row(table: Box, row: Box, line: dict[int, list[Block]]) -> Row:
    elements = [cell for cell in row.element if cell.tag in ("td", "th")]
    return Row(
        table,
        row,
        tuple(tuple(line.get(id(cell), ())) for cell in elements),
        tuple(cell.tag == "th" for cell in elements),
    )


def _row_and_cell(block: Block, table: Box) -> tuple[Box | None, Box | None]:
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
