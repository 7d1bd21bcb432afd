"""What commands share: which archive is meant, the filters of a search, and answers as JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

if TYPE_CHECKING:
    from archive.store import Archive

Command = TypeVar("Command", bound=Callable[..., Any])
Sort = Literal["relevance", "newest", "oldest"]

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for other programs.")


def archive_folder() -> Path:
    """The folder of the archive that is meant; NoArchive when there is none."""
    from newsarchive.config import find_archive

    return find_archive(click.get_current_context().find_root().obj)


def opened() -> Archive:
    """The archive that is meant."""
    from archive.store import Archive

    return Archive.open(archive_folder())


def finish(sound: bool) -> None:
    """Ends the command: exit code 1 when something needs looking at."""
    if not sound:
        raise click.exceptions.Exit(1)


def print_json(value: Any) -> None:
    """An answer for other programs: UTF-8 whatever the terminal speaks."""
    from archive.export.jsonl import to_json

    write_utf8(to_json(value, indent=2) + "\n")


def write_utf8(text: str) -> None:
    """Text to standard output as UTF-8."""
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


class Day(click.ParamType[date]):
    """A day as people type it."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; a sentence when there is no such day."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as in 2022-01-31.", param, ctx)


DAY = Day()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search is narrowed to."""

    source: str | None
    section: str | None
    author: str | None
    tag: str | None
    language: str | None
    state: str | None
    published_from: date | None
    published_to: date | None
    captured_from: date | None
    captured_to: date | None
    sort: Sort

    def given(self) -> dict[str, Any]:
        """As Archive.search takes them."""
        return {name: getattr(self, name) for name in self.__slots__}


def filters(default_sort: Sort) -> Callable[[Command], Command]:
    """The options that narrow a search; they reach Asked.of as keywords."""
    options = [
        click.option(
            "--source", metavar="NAME", help="Only this source; what was imported without one is in none."
        ),
        click.option(
            "--section", metavar="NAME", help="Only this section, as printed or in the source file."
        ),
        click.option("--author", metavar="NAME", help="Only this author, as printed."),
        click.option("--tag", metavar="TAG", help="Only with this tag, as printed."),
        click.option(
            "--language", metavar="CODE", help="Only in this language, by its two letters: ru, uk, en …"
        ),
        click.option(
            "--state",
            type=click.Choice(["live", "removed", "moved", "unreachable"]),
            help="Only articles whose address now answers so.",
        ),
        click.option("--from", "published_from", type=DAY, help="Published on this day or later."),
        click.option("--to", "published_to", type=DAY, help="Published on this day or earlier."),
        click.option("--captured-from", type=DAY, help="First captured so on this day, in UTC, or later."),
        click.option("--captured-to", type=DAY, help="First captured so on this day, in UTC, or earlier."),
        click.option(
            "--sort",
            type=click.Choice(["relevance", "newest", "oldest"]),
            default=default_sort,
            show_default=True,
            help="What comes first.",
        ),
    ]

    def with_options(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return with_options


def typed_query(words: tuple[str, ...]) -> str:
    """The words of a search as one text; an option that is not known is a mistake, «-word» is not."""
    context = click.get_current_context()
    known = [name for parameter in context.command.params for name in parameter.opts]
    for word in words:
        if word.startswith("--"):
            import difflib

            name = word.split("=")[0]
            raise click.NoSuchOption(name, possibilities=difflib.get_close_matches(name, known), ctx=context)
    return " ".join(words)
