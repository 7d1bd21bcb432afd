"""Finding articles, and taking them away."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from archive.errors import ArchiveError
from newsarchive.cli.answers import (
    Asked,
    filters,
    finish,
    json_option,
    opened,
    print_json,
    typed_query,
)
from newsarchive.cli.terminal import Piece, marked, safe, say

if TYPE_CHECKING:
    from archive.index.search import Passage
    from archive.index.versions import ArticleVersion

# A word that begins with «-» is left out of the search; it must reach us and not be taken for an option.
_WORDS = {"ignore_unknown_options": True}
_FILE = click.Path(path_type=Path, dir_okay=False)
BATCH = 500  # pieces of text written together


@click.command(context_settings=_WORDS)
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@filters("relevance")
@click.option(
    "--limit", metavar="N", type=click.IntRange(1, 10**9), default=20, show_default=True, help="How many."
)
@json_option
def search(query: tuple[str, ...], limit: int, as_json: bool, **asked: Any) -> None:
    """Find articles by their words.

    Without a QUERY all are found. '"two words"' in quotes of their own is a phrase, -word leaves
    out, word* is the beginning of a word, OR joins alternatives, title:word asks the headline
    alone. The exit code is 1 when nothing is found.
    """
    words = typed_query(query)
    with opened() as archive:
        found = list(islice(archive.search(words, **Asked(**asked).given()), limit + 1))
        if as_json:
            print_json([article.as_dict() for article in found[:limit]])
        else:
            for article in found[:limit]:
                _print_found(article, archive.passage(article, words))
            _print_closing(len(found), limit)
    finish(bool(found))


@click.command(context_settings=_WORDS)
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    help="JSON Lines or CSV; by default as the name of FILE ends, else jsonl.",
)
@click.option("-o", "--output", metavar="FILE", type=_FILE, help="Write to FILE.")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@click.option("--versions", is_flag=True, help="Every version of each article, not the latest that fits.")
@filters("oldest")
def export(
    query: tuple[str, ...], form: str | None, output: Path | None, force: bool, versions: bool, **asked: Any
) -> None:
    """Write articles out, as JSON Lines or CSV.

    In full, and in UTF-8: those that hold the words of QUERY; without words, all. To standard
    output without -o. A file appears only when it is whole. The exit code is 1 when nothing is
    found.
    """
    from archive import export as exporting

    words = typed_query(query)
    if output is not None and os.fspath(output) == "-":
        output = None
    if form is None:
        form = "csv" if output is not None and output.suffix.lower() == ".csv" else "jsonl"
    count = 0

    def counted(articles: Iterator[ArticleVersion]) -> Iterator[ArticleVersion]:
        nonlocal count
        for article in articles:
            count += 1
            yield article

    with opened() as archive:
        found = counted(archive.search(words, all_versions=versions, **Asked(**asked).given()))
        pieces = exporting.csv_rows(found) if form == "csv" else exporting.jsonl(found)
        with _to(output, force) as file:
            while text := "".join(islice(pieces, BATCH)):
                file.write(text.encode("utf-8", "replace"))
    noun = "version" if versions else "article"
    where = f" to {output}" if output else ""
    say(f"Wrote {count} {noun}{'' if count == 1 else 's'}{where}.", err=True)
    finish(count > 0)


@contextmanager
def _to(output: Path | None, force: bool) -> Iterator[IO[bytes]]:
    """Where the bytes go; a file gets its name when it is whole, so that nothing is lost by a full disk."""
    if output is None:
        yield sys.stdout.buffer
        return
    if output.exists() and not output.is_file():  # a pipe or a device cannot be replaced
        with output.open("wb") as file:
            yield file
        return
    if output.exists() and not force:
        raise ArchiveError(f"{output} is there already; --force overwrites it.")
    whole = output.resolve()
    if not whole.parent.is_dir():
        raise click.UsageError(
            f"There is no folder {safe(str(whole.parent))} to put {safe(whole.name)} into."
        )
    part = whole.with_name(f".{whole.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, whole)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _print_found(article: ArticleVersion, passage: Passage) -> None:
    state: list[Piece] = [] if article.state == "live" else [(f"  {article.state}", "alarm")]
    say((f"{printed(article.published)}  {where(article)}", "dim"), *state)
    say((article.title, "bold"), indent=2)
    if passage.text:
        say(*marked(passage.text, passage.marks), indent=2)
    say((f"{article.id}  {article.url}", "dim"), indent=2)
    say()


def _print_closing(found: int, limit: int) -> None:
    if not found:
        say("Nothing was found.", err=True)
    elif found > limit:
        say(f"These are the first {limit}; there are more: --limit N.", err=True)


def where(article: ArticleVersion) -> str:
    """The source and section of an article."""
    return " · ".join(part for part in (article.source, article.section) if part)


def printed(moment: date | None) -> str:
    """A time as the outlet's readers see it: its own zone; a day where only the day is known."""
    if isinstance(moment, datetime):
        return f"{moment:%Y-%m-%d %H:%M}"
    return moment.isoformat() if moment else "no date"
