"""The help of every command, and hints for mistakes on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from newsarchive.cli import main
from tests.conftest import Typed


def _commands(group: click.Group = main, names: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield names
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, (*names, name))
        else:
            yield (*names, name)


@pytest.mark.parametrize("command", [*_commands()], ids=" ".join)
def test_every_command_has_help_that_fits_the_terminal(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for width in (40, 80, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        short, long = (CliRunner().invoke(main, [*command, option]) for option in ("-h", "--help"))
        assert (short.exit_code, long.exit_code) == (0, 0)
        assert short.output == long.output
        assert short.output.startswith("Usage: ")
        assert "-h, --help" in short.output
        assert max(map(len, short.output.splitlines())) <= min(width, 100)


@pytest.mark.parametrize("command", ["search", "export"])
def test_a_word_that_begins_with_h_can_be_excluded(small: Path, typed: Typed, command: str) -> None:
    result = typed(small, command, "ОДКБ", "-html")
    assert (result.exit_code, "Usage" in result.output) == (0, False)


def test_words_after_two_hyphens_are_not_options(small: Path, typed: Typed) -> None:
    unknown = typed(small, "search", "--word")
    assert unknown.exit_code == 2
    assert "To search for the word '--word', put '--' before it: '" in unknown.stderr
    assert " search -- --word'." in unknown.stderr
    assert typed(small, "search", "--", "--мост").exit_code == 0
    assert typed(small, "search", "мост", "--limit", "1", "--", "--source").exit_code in (0, 1)


def test_an_option_of_the_program_after_the_command_is_explained(small: Path, typed: Typed) -> None:
    for command in ("search", "status", "verify"):
        result = typed(small, command, "--archive", "x")
        assert result.exit_code == 2
        assert "It goes before the command: 'newsarchive --archive …'." in result.stderr


@pytest.mark.parametrize(
    "arguments", [("search", "export", "out.csv"), ("export", "out.csv"), ("search", "-o", "out.csv")]
)
def test_a_file_name_in_a_query_without_matches_gives_a_hint(
    small: Path, typed: Typed, arguments: tuple[str, ...]
) -> None:
    result = typed(small, *arguments)
    assert result.exit_code == 1
    assert result.stderr.endswith("To export to a file, run 'newsarchive export [QUERY] -o out.csv'.\n")


@pytest.mark.parametrize("query", ["динозавр", "1.5", "a.b.c", "дом."])
def test_other_queries_without_matches_give_no_hint(small: Path, typed: Typed, query: str) -> None:
    assert typed(small, "search", query).stderr == "No matches.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("search", "--limit", "0"), "0 is not between 1 and 1000000000."),
        (("search", "--limit", "x"), "'x' is not a whole number."),
        (("serve", "--port", "65536"), "65536 is not between 0 and 65535."),
        (("verify", "--workers", "-1"), "-1 is not between 1 and 1000000000."),
    ],
)
def test_a_number_out_of_range_is_explained(
    small: Path, typed: Typed, arguments: tuple[str, ...], message: str
) -> None:
    result = typed(small, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
