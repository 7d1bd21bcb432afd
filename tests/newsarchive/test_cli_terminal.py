"""Output to a terminal: without control sequences, and no wider than the terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from newsarchive.cli.command_group import CommandError
from newsarchive.cli.output import tables, terminal
from newsarchive.cli.output.terminal import highlight, safe
from tests.small_archive import HOSTILE, SUMMIT


@given(st.text(alphabet=st.characters(min_codepoint=0, max_codepoint=0x2070)))
def test_safe_text_has_no_control_characters(text: str) -> None:
    shown = safe(text)
    assert not set(shown) & set(map(chr, [*range(32), *range(127, 160), *range(0x202A, 0x202F)]))


def test_an_escape_sequence_in_a_headline_is_shown_and_has_no_effect() -> None:
    assert safe("a\x1b]0;title\x07b\u202ec\x9b31m") == "a\ufffd]0;title\ufffdb\ufffdc\ufffd31m"


def test_soft_hyphens_vanish_and_line_ends_become_blanks() -> None:
    assert safe("Ка\u00adзах\nстан\t!") == "Казах стан !"


@given(st.text("абв世e\u0301 ", min_size=50, max_size=200), st.integers(24, 80))
def test_a_wrapped_paragraph_fits_and_loses_no_word(text: str, width: int) -> None:
    lines = [line.plain for line in terminal.wrap([(text, None)], width, 2, 4)]
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width or " " not in line.strip() for line in lines)
    assert all(line.startswith("    ") for line in lines[1:] if line)


def test_a_wrapped_paragraph_fills_its_lines() -> None:
    lines = terminal.wrap([("one two three four five six seven", None)], 12, 0, 2)
    assert [line.plain for line in lines] == ["one two", "  three four", "  five six", "  seven"]


def test_a_url_is_never_broken() -> None:
    url = "https://news.example/world/a-very-long-address-of-an-article"
    assert url in [line.plain for line in terminal.wrap([(f"17 {url} and more", None)], 30)]


def test_a_style_continues_on_the_next_line() -> None:
    first, second = terminal.wrap([("one two", "bold"), (" three", None)], 4)[:2]
    assert [(first.plain, second.plain), (first.spans[0].style, second.spans[0].style)] == [
        ("one", "two"),
        ("bold", "bold"),
    ]


ROWS = [
    ("primorsk", "Новости Приморска и всего побережья от устья до самого мыса", "12345"),
    ("世界", "東京と大阪のニュース и é", "1"),
]


@pytest.mark.parametrize("width", [24, 40, 60, 80, 200])
def test_a_table_fits_every_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    tables.print_table(("NAME", "TITLE", "COUNT"), ROWS, numbers=["COUNT"], wraps="TITLE")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= width
    assert [line for line in lines if line != line.rstrip()] == []
    printed = "".join("".join(lines).split())
    for word in " ".join(map(" ".join, ROWS)).split():
        assert word in printed
    assert "\x1b" not in "".join(lines)


def test_cells_that_are_two_columns_wide_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    tables.print_table(("NAME", "COUNT"), [("世界", "1"), ("e\u0301", "22")], numbers=["COUNT"], wraps="NAME")
    assert capsys.readouterr().out.splitlines() == ["NAME  COUNT", "世界      1", "e\u0301        22"]


def test_a_number_stays_on_the_line_of_its_noun(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for width in range(24, 50):
        monkeypatch.setenv("COLUMNS", str(width))
        tables.print_table(
            ("NAME", "RESULT"), [("a", "finished, 22 found, 2 known, 1 removed")], wraps="RESULT"
        )
        shown = capsys.readouterr().out
        assert "\u00a0" not in shown
        assert not any(line.rstrip().endswith(("22", "2", "1")) for line in shown.splitlines()), shown


def test_an_error_is_wrapped_to_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    CommandError("No source named 'nosuch': sources/nosuch.toml does not exist.").show()
    assert capsys.readouterr().err.splitlines() == [
        "Error: No source named 'nosuch':",
        "  sources/nosuch.toml does not exist.",
    ]


def test_a_pipe_gets_lines_of_any_length(capsys: pytest.CaptureFixture[str]) -> None:
    tables.print_table(("NAME", "TITLE"), [("a", "слово " * 100 + "конец")], wraps="TITLE")
    terminal.say("слово " * 100 + "конец", indent=2)
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_overlapping_spans_are_highlighted_once() -> None:
    pieces = highlight("один два три", [(0, 8), (5, 8)])
    assert "".join(text for text, _ in pieces) == "один два три"
    assert [text for text, style in pieces if style == "bold" and text] == ["один два"]


def on_terminal(folder: Path, *arguments: str, **environment: str) -> str:
    """Return what a command writes to a terminal 60 columns wide."""
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


def test_on_a_terminal_the_words_searched_for_are_bold(small: Path) -> None:
    assert "\x1b[1mзалив\x1b[0m" in on_terminal(small, "search", "залив")


def test_on_a_terminal_a_difference_is_coloured(small: Path) -> None:
    shown = on_terminal(small, "diff", SUMMIT)
    assert "\x1b[9;31m3\x1b[0m\x1b[4;32m03\x1b[0m" in shown
    assert "[-" not in shown


def test_no_color_is_obeyed(small: Path) -> None:
    shown = on_terminal(small, "diff", SUMMIT, NO_COLOR="1")
    assert "\x1b" not in shown
    assert "2,[-3-]{+03+}" in shown


def test_no_direction_mark_of_a_hostile_page_reaches_the_terminal(small: Path) -> None:
    for arguments in (("show", HOSTILE), ("show", HOSTILE, "--json"), ("search", "--json"), ("export",)):
        assert "\u202e" not in on_terminal(small, *arguments)
