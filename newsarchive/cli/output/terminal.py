"""Print text safely: without control sequences, and wrapped to the width of the terminal.

Archived text is hostile: an escape sequence in a headline could rewrite the screen or the title bar,
a direction mark could disguise an address. Everything is printed through this module.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, TextIO

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Style = Literal["bold", "dim", "inserted", "deleted", "alarm"]
Piece = tuple[str, Style | None]

MIN_WIDTH = 24  # columns; narrower output would be unreadable
_RICH_STYLES: dict[Style, str] = {
    "bold": "bold",
    "dim": "dim",
    "inserted": "green underline",
    "deleted": "red strike",
    "alarm": "yellow",
}
# Controls of both sets, direction marks, tags, and halves of surrogate pairs. Rich removes only five of them.
_WHITESPACE = "\t\n\v\f\r\x85\u2028\u2029"
_INVISIBLE = "\u00ad\u061c\u200e\u200f\ufeff"  # soft hyphens and marks that a page may rightly hold
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
# Up to where a line may end: Chinese, Japanese and Korean have no blanks between words.
_WIDE = "\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"
_WORD = re.compile(f" *(?:[{_WIDE}]|[^ {_WIDE}]+)")


def safe(text: str) -> str:
    """Return the text on one line, without characters that control a terminal."""
    return _UNSAFE.sub(lambda found: _replacement(found[0]), text)


def _replacement(letter: str) -> str:
    return " " if letter in _WHITESPACE else "" if letter in _INVISIBLE else "\ufffd"


def line_width(stream: TextIO | None = None) -> int | None:
    """Return the maximum length of a line; None for a pipe or file, which take lines of any length.

    Standard output is meant if no stream is given.
    """
    if os.environ.get("COLUMNS", "").isdecimal() or (stream or sys.stdout).isatty():
        return max(MIN_WIDTH, shutil.get_terminal_size().columns)
    return None


def is_styled(stream: TextIO | None = None) -> bool:
    """Return whether output to a stream, by default standard output, may be bold and coloured."""
    stream = stream or sys.stdout
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def say(*pieces: Piece | str, indent: int = 0, hanging: int | None = None, err: bool = False) -> None:
    """Print a paragraph, wrapped to the terminal; `hanging` is the indent of all lines but the first."""
    stated: list[Piece] = [(one, None) if isinstance(one, str) else one for one in pieces]
    width = line_width(sys.stderr if err else sys.stdout)
    if width is None:  # a pipe or file: no need to load Rich
        click.echo((" " * indent + safe("".join(text for text, _ in stated))).rstrip(), err=err)
        return
    print_lines(wrap(stated, width, indent, hanging), err=err)


def wrap(pieces: Sequence[Piece], width: int, indent: int = 0, hanging: int | None = None) -> list[Text]:
    """Return the lines of a paragraph; a word longer than a line is not broken, except between wide characters.

    Rich's own wrapping either breaks or cuts such a word, and has no hanging indent. A URL on one line, which the
    terminal itself continues, can still be copied and clicked.
    """
    from rich.cells import cell_len
    from rich.text import Text

    text = Text.assemble(*((safe(one), _RICH_STYLES[style] if style else "") for one, style in pieces))
    margin = indent if hanging is None else hanging
    cuts: list[int] = []
    used, is_line_empty = indent, True
    for word in _WORD.finditer(text.plain):
        if not is_line_empty and used + cell_len(word[0]) > width:
            cuts.append(word.end() - len(word[0].lstrip(" ")))
            used = margin + cell_len(word[0].lstrip(" "))
        else:
            used += cell_len(word[0])
        is_line_empty = False
    lines = list(text.divide(cuts))
    for number, line in enumerate(lines):
        line.rstrip()
        line.pad_left(margin if number else indent)
    return lines


def print_lines(lines: Iterable[Text], *, err: bool = False) -> None:
    """Print lines as they are, even if they are longer than the terminal is wide."""
    output = console(sys.stderr if err else sys.stdout)
    for line in lines:
        output.print(line, soft_wrap=True)


def console(stream: TextIO, width: int | None = None) -> Console:
    """Return a Rich console that adds no markup, emoji or highlighting, and styles only if `is_styled`."""
    from rich.console import Console

    return Console(
        file=stream,
        width=width,
        force_terminal=is_styled(stream),
        markup=False,
        emoji=False,
        highlight=False,
    )


def highlight(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """Return the text with the given spans (start, end) in bold."""
    pieces: list[Piece] = []
    done = 0
    for start, end in spans:
        pieces += [(text[done:start], None), (text[max(start, done) : end], "bold")]
        done = max(done, end)
    return [*pieces, (text[done:], None)]
