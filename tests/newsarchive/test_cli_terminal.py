"""What reaches a terminal: nothing that drives it, and nothing wider than it is."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsarchive.cli.output.terminal import highlight, safe

from newsarchive.cli.output import tables, terminal
from tests.small_archive import HOSTILE, SUMMIT


@given(st.text(alphabet=st.characters(min_codepoint=0, max_codepoint=0x2070)))
def test_no_text_holds_anything_a_terminal_obeys(text: str) -> None:
    shown = safe(text)
    assert not set(shown) & set(map(chr, [*range(32), *range(127, 160), *range(0x202A, 0x202F)]))


def test_an_escape_sequence_in_a_headline_is_seen_and_not_obeyed() -> None:
    assert safe("a\x1b]0;title\x07b\u202ec\x9b31m") == "a\ufffd]0;title\ufffdb\ufffdc\ufffd31m"


def test_soft_hyphens_vanish_and_line_ends_become_blanks() -> None:
    assert safe("Ка\u00adзах\nстан\t!") == "Казах стан !"


@given(st.text("абв ", max_size=200), st.integers(24, 80))
def test_a_folded_paragraph_fits_and_loses_no_word(text: str, width: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        lines = list(terminal.wrap([(text, None)], 2, 4))
    assert " ".join(" ".join(lines).split()) == " ".join(text.split())
    assert all(display_width(line) <= width or " " not in line.strip() for line in lines)


def test_an_address_is_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    address = "https://news.example/world/a-very-long-address-of-an-article"
    assert address in list(terminal.wrap([(f"17 {address} and more", None)]))


def test_letters_that_are_two_columns_wide_are_counted_so() -> None:
    assert (display_width("мир"), display_width("世界"), display_width("й"), display_width("е\u0301")) == (
        3,
        4,
        1,
        1,
    )


@pytest.mark.parametrize("width", [24, 40, 60, 80, 200])
def test_a_table_fits_every_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    row = ("primorsk", "Новости Приморска и всего побережья от устья до самого мыса", "12345")
    terminal.print_table(("NAME", "TITLE", "COUNT"), [row, row], numbers=["COUNT"], wraps="TITLE")
    printed = capsys.readouterr().out
    assert max(map(display_width, printed.splitlines())) <= width
    for word in " ".join(row).split():
        assert printed.split().count(word) == 2


def test_marks_that_overlap_are_marked_once() -> None:
    pieces = highlight("один два три", [(0, 8), (5, 8)])
    assert "".join(text for text, _ in pieces) == "один два три"
    assert [text for text, style in pieces if style == "bold" and text] == ["один два"]


def on_terminal(folder: Path, *arguments: str, **environment: str) -> str:
    """What a command writes to a terminal 60 columns wide."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        child = subprocess.Popen(
            [sys.executable, "-m", "newsarchive", "--archive", str(folder), *arguments],
            stdout=theirs,
            stderr=theirs,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "60", **environment},
        )
        os.close(theirs)
        shown = b""
        try:
            while piece := screen.read(65536):
                shown += piece
        except OSError:  # how Linux says that the other end is closed
            pass
        child.wait()
    return shown.decode()


def test_on_a_terminal_what_was_asked_for_is_bold(small: Path) -> None:
    assert "\x1b[1mзалив\x1b[0m" in on_terminal(small, "search", "залив")


def test_on_a_terminal_a_difference_is_coloured(small: Path) -> None:
    shown = on_terminal(small, "diff", SUMMIT)
    assert "\x1b[31m\x1b[9m3\x1b[0m\x1b[32m\x1b[4m03\x1b[0m" in shown
    assert "[-" not in shown


def test_no_color_is_obeyed(small: Path) -> None:
    shown = on_terminal(small, "diff", SUMMIT, NO_COLOR="1")
    assert "\x1b" not in shown
    assert "2,[-3-]{+03+}" in shown


def test_a_hostile_page_sends_no_direction_mark_to_the_terminal(small: Path) -> None:
    for arguments in (("show", HOSTILE), ("show", HOSTILE, "--json"), ("search", "--json"), ("export",)):
        assert "\u202e" not in on_terminal(small, *arguments)
