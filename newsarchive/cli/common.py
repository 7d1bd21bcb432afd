"""Shared by the commands: finding the archive, search options, JSON output, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from archive.errors import BadQuery
from archive.filters import (
    FILTERS,
    SORTS,
    STATES,
    Filters,
    Kind,
    Sort,
    parameter_name,
    parse_day,
    parse_language,
)

if TYPE_CHECKING:
    from archive.core import Archive

Command = TypeVar("Command", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for other programs.")


def archive_folder() -> Path:
    """Return the folder of the archive given by --archive, the environment or the current folder.

    Raises NoArchive if there is none.
    """
    from newsarchive.config import find_archive

    return find_archive(click.get_current_context().find_root().obj)


def open_archive() -> Archive:
    """Open the archive given by --archive, the environment or the current folder."""
    from archive.core import Archive

    return Archive.open(archive_folder())


def exit_unless(is_ok: bool) -> None:
    """Exit with code 1 unless `is_ok`."""
    if not is_ok:
        raise click.exceptions.Exit(1)


def print_json(value: Any) -> None:
    """Print a value as JSON, in UTF-8 regardless of the terminal's encoding."""
    from archive.export.jsonl import to_json

    write_utf8(to_json(value, indent=2) + "\n")


def write_utf8(text: str) -> None:
    """Write text to standard output as UTF-8."""
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


class ParsedParam(click.ParamType[Any]):
    """An option type that parses its value with a function which raises BadQuery for invalid input."""

    def __init__(self, metavar: str, parse: Callable[[Any], object]) -> None:
        self.name = metavar
        self._read = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> object:
        """Return the parsed value."""
        try:
            return self._read(value)
        except BadQuery as error:
            self.fail(str(error), param, ctx)


DAY = ParsedParam("YYYY-MM-DD", parse_day)
_TYPES: dict[Kind, click.ParamType[Any]] = {
    "name": click.STRING,
    "language": ParsedParam("CODE", parse_language),
    "state": click.Choice(STATES),
    "day": DAY,
}


def search_options(default_sort: Sort) -> Callable[[Command], Command]:
    """Return a decorator that adds QUERY and the search options, passed to the command as `filters` and `sort`."""
    options = [click.argument("query", nargs=-1, type=click.UNPROCESSED)]
    for name, one in FILTERS.items():
        option = f"--{parameter_name(name).replace('_', '-')}"
        metavar = "NAME" if one.kind == "name" else None
        says = f"Only articles {one.description}."
        options.append(click.option(option, name, metavar=metavar, type=_TYPES[one.kind], help=says))
    options.append(
        click.option(
            "--sort",
            type=click.Choice(SORTS),
            default=default_sort,
            show_default=True,
            help="What comes first.",
        )
    )

    def with_options(command: Command) -> Command:
        @wraps(command)
        def asked(query: tuple[str, ...], **given: Any) -> Any:
            filtered: Any = {name: given.pop(name) for name in FILTERS}
            return command(filters=Filters.of(query_text(query), **filtered), **given)

        for option in reversed(options):
            asked = option(asked)
        return cast(Command, asked)

    return with_options


def query_text(words: tuple[str, ...]) -> str:
    """Join the words of a search; reject an unknown option (`--word`), but not an excluded word (`-word`)."""
    context = click.get_current_context()
    known = [name for parameter in context.command.params for name in parameter.opts]
    for word in words:
        if word.startswith("--"):
            import difflib

            name = word.split("=")[0]
            raise click.NoSuchOption(name, possibilities=difflib.get_close_matches(name, known), ctx=context)
    return " ".join(words)
