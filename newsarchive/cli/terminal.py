"""Print text safely: without control sequences, and wrapped to the width of the terminal.

Archived text is hostile: an escape sequence in a headline could rewrite the screen or the title bar,
a direction mark could disguise an address. Everything is printed through this module.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal

import click

Style = Literal["bold", "dim", "inserted", "deleted", "alarm"]
Piece = tuple[str, Style | None]

MIN_WIDTH = 24  # below it nothing is to be read anyway
_STYLES: dict[Style, dict[str, object]] = {
    "bold": {"bold": True},
    "dim": {"dim": True},
    "inserted": {"fg": "green", "underline": True},
    "deleted": {"fg": "red", "strikethrough": True},
    "alarm": {"fg": "yellow"},
}
# Controls of both sets, direction marks, tags, and halves of surrogate pairs.
_WHITESPACE = "\t\n\v\f\r\x85\u2028\u2029"
_INVISIBLE = "\u00ad\u061c\u200e\u200f\ufeff"  # soft hyphens and marks that a page may rightly hold
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def safe(text: str) -> str:
    """Return the text on one line, without characters that control a terminal."""
    return _UNSAFE.sub(lambda found: _replacement(found[0]), text)


def _replacement(letter: str) -> str:
    return " " if letter in _WHITESPACE else "" if letter in _INVISIBLE else "\ufffd"


def line_width() -> int | None:
    """Return the maximum length of a line; None for a pipe or file, which take lines of any length."""
    if os.environ.get("COLUMNS", "").isdecimal() or sys.stdout.isatty():
        return max(MIN_WIDTH, shutil.get_terminal_size().columns)
    return None


def is_styled() -> bool:
    """Return whether output may be bold and coloured."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def say(*pieces: Piece | str, indent: int = 0, hanging: int | None = None, err: bool = False) -> None:
    """Print a paragraph, wrapped to the terminal; `hanging` is the indent of all lines but the first."""
    for line in wrap([(one, None) if isinstance(one, str) else one for one in pieces], indent, hanging):
        click.echo(line, err=err)


def wrap(pieces: Sequence[Piece], indent: int = 0, hanging: int | None = None) -> Iterator[str]:
    """Yield the lines of a paragraph; a word longer than a line is not broken, so that a URL can be copied."""
    letters = [(letter, style) for text, style in pieces for letter in safe(text)]
    room = line_width()
    margin = indent
    for start, end in _wrap_points(letters, room, indent, indent if hanging is None else hanging):
        yield " " * margin + _styled(letters[start:end])
        margin = indent if hanging is None else hanging


def _wrap_points(
    letters: Sequence[tuple[str, Style | None]], width: int | None, first: int, others: int
) -> Iterator[tuple[int, int]]:
    start, used, blank, margin = 0, 0, None, first
    for at, (letter, _) in enumerate(letters):
        if letter == " ":
            blank = at
        used += _letter_width(letter)
        is_over = width is not None and margin + used > width and letter != " "
        if is_over and blank is not None and blank >= start:
            yield start, blank
            start, margin = blank + 1, others
            used = sum(_letter_width(letter) for letter, _ in letters[start : at + 1])
            blank = None
    yield start, len(letters)


def _styled(letters: Sequence[tuple[str, Style | None]]) -> str:
    by_style = groupby(letters, lambda one: one[1])
    runs = (("".join(letter for letter, _ in run), style) for style, run in by_style)
    if not is_styled():
        return "".join(text for text, _ in runs).rstrip()
    return "".join(click.style(text, **_STYLES[style]) if style else text for text, style in runs)  # type: ignore[arg-type]


def display_width(text: str) -> int:
    """Return how many columns of the terminal a text takes."""
    return sum(map(_letter_width, text))


def _letter_width(letter: str) -> int:
    if letter < "\u0300":
        return 1
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def print_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[str] = (), wraps: str
) -> None:
    """Print rows under headings.

    On a narrow terminal the column `wraps` is wrapped; where that is not enough, each row becomes several lines.
    """
    rows = [[safe(cell) for cell in row] for row in rows]
    widths = [max(display_width(row[at]) for row in [headings, *rows]) for at in range(len(headings))]
    room = line_width()
    over = sum(widths) + 2 * (len(widths) - 1) - (room or 10**9)
    at = headings.index(wraps)
    if over > 0:
        widths[at] -= over
        if widths[at] < 16:
            _print_stacked(headings, rows, is_numbered=headings[0] in numbers)
            return
    _print_row(headings, widths, [name in numbers for name in headings], "dim")
    for row in rows:
        _print_row(row, widths, [name in numbers for name in headings])


def _print_row(
    row: Sequence[str], widths: Sequence[int], right: Sequence[bool], style: Style | None = None
) -> None:
    parts = [_wrap_cell(cell, width) for cell, width in zip(row, widths, strict=True)]
    for line in range(max(map(len, parts))):
        out = ""
        for part, width, to_right in zip(parts, widths, right, strict=True):
            cell = part[line] if line < len(part) else ""
            gap = " " * (width - display_width(cell))
            out += (gap + cell if to_right else cell + gap) + "  "
        click.echo(_styled([(letter, style) for letter in out.rstrip()]))


def _wrap_cell(text: str, width: int) -> list[str]:
    """Split a text into pieces of at most that width, at blanks where possible."""
    pieces: list[str] = []
    while display_width(text) > width:
        end = used = 0
        while used + _letter_width(text[end]) <= width:
            used += _letter_width(text[end])
            end += 1
        blank = text.rfind(" ", 0, end + 1)
        pieces.append(text[: blank if blank > 0 else end])
        text = text[blank + 1 :] if blank > 0 else text[end:]
    return [*pieces, text]


def _print_stacked(headings: Sequence[str], rows: Sequence[Sequence[str]], *, is_numbered: bool) -> None:
    name = max(map(len, headings[1:]))
    for row in rows:
        say((f"{headings[0].lower()} {row[0]}" if is_numbered else row[0], "bold"))
        for heading, cell in zip(headings[1:], row[1:], strict=True):
            if cell:
                say((f"{heading.lower():{name}}  ", "dim"), cell, indent=2, hanging=name + 4)


def highlight(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """Return the text with the given spans (start, end) in bold."""
    pieces: list[Piece] = []
    done = 0
    for start, end in spans:
        pieces += [(text[done:start], None), (text[max(start, done) : end], "bold")]
        done = max(done, end)
    return [*pieces, (text[done:], None)]
