"""Options that several commands share, and the archive that --archive names."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from archive.errors import BadQuery
from archive.filters import (
    FILTERS,
    SORTS,
    Filters,
    Kind,
    Sort,
    parameter_name,
    parse_day,
    parse_language,
    parse_state,
)

if TYPE_CHECKING:
    from archive.core import Archive

PROGRAM_OPTIONS = ("--archive", "--version")  # they go before the command
Command = TypeVar("Command", bound=Callable[..., Any])


class WholeNumber(click.ParamType[int]):
    """A whole number in a range."""

    def __init__(self, name: str, lowest: int, highest: int) -> None:
        self.name = name
        self._allowed = range(lowest, highest + 1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        try:
            number = int(value)
        except ValueError:
            self.fail(f"{value!r} is not a whole number.", param, ctx)
        if number not in self._allowed:
            self.fail(f"{number} is not between {self._allowed[0]} and {self._allowed[-1]}.", param, ctx)
        return number


POSITIVE = WholeNumber("N", 1, 10**9)
PORT = WholeNumber("PORT", 0, 65535)
json_option = click.option("--json", "as_json", is_flag=True, help="Output as JSON.")
workers_option = click.option(
    "--workers",
    metavar="N",
    type=POSITIVE,
    help="Number of processes. [default: workers in newsarchive.toml, or one per CPU core]",
)


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
    "state": ParsedParam("STATE", parse_state),  # accepts earlier names too
    "day": DAY,
}


class QueryCommand(click.Command):
    """A command with a QUERY, in which a word like `-word` is excluded from the search and not an option."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context_settings["ignore_unknown_options"] = True

    def make_parser(self, ctx: click.Context) -> Any:
        """Return a parser to which only `-h` is help, not every word that begins with it, such as `-html`."""
        parser: Any = super().make_parser(ctx)
        parser._long_opt["-h"] = parser._short_opt.pop("-h")
        return parser

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line; note how many words follow `--`, which are never options."""
        ctx.meta[_LITERAL_WORDS] = len(args) - args.index("--") - 1 if "--" in args else 0
        return super().parse_args(ctx, args)


_LITERAL_WORDS = "newsarchive.literal_words"


def search_options(default_sort: Sort) -> Callable[[Command], Command]:
    """Return a decorator that adds QUERY and the search options, passed to the command as `filters` and `sort`."""
    options = [click.argument("query", nargs=-1, type=click.UNPROCESSED)]
    for name, one in FILTERS.items():
        option = f"--{parameter_name(name).replace('_', '-')}"
        metavar = {"name": "NAME", "state": "STATE"}.get(one.kind)
        choices = f": {', '.join(one.values)}" if one.values else ""
        text = f"{one.description[0].upper()}{one.description[1:]}{choices}."
        options.append(click.option(option, name, metavar=metavar, type=_TYPES[one.kind], help=text))
    options.append(
        click.option(
            "--sort",
            metavar="ORDER",
            type=click.Choice(SORTS),
            default=default_sort,
            show_default=True,
            help=f"Sort order: {', '.join(SORTS)}.",
        )
    )

    def with_options(command: Command) -> Command:
        @wraps(command)
        def run(query: tuple[str, ...], **values: Any) -> Any:
            filtered: Any = {name: values.pop(name) for name in FILTERS}
            return command(filters=Filters.of(query_text(query), **filtered), **values)

        for option in reversed(options):
            run = option(run)
        return cast(Command, run)

    return with_options


def export_hint(query: str) -> str | None:
    """Return how to export to a file, if the last word of a query looks like the name of one."""
    from archive.export.formats import format_of_file

    file = Path(query.split()[-1]) if query.split() else Path()
    try:
        format_of_file(file)
    except BadQuery:
        return None
    return f"To export to a file, run 'newsarchive export [QUERY] -o {file}'." if file.suffix else None


def query_text(words: tuple[str, ...]) -> str:
    """Join the words of a search; reject an unknown option (`--word`), but not an excluded word (`-word`)."""
    context = click.get_current_context()
    known = [name for parameter in context.command.params for name in parameter.opts]
    for word in words[: len(words) - context.meta[_LITERAL_WORDS]]:
        if word.startswith("--"):
            name = word.split("=")[0]
            message = f"No such option {name!r}."
            if name not in PROGRAM_OPTIONS:
                message += f" To search for the word {word!r}, put '--' before it: '{context.command_path} -- {word}'."
            raise click.NoSuchOption(name, message, possibilities=known, ctx=context)
    return " ".join(words)
