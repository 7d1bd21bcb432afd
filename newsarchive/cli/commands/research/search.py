"""The command `search`: find articles."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from archive.values.plurals import counted
from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.options import (
    POSITIVE,
    QueryCommand,
    export_hint,
    json_option,
    open_archive,
    search_options,
)
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.labels import STATE_LABELS
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import Piece, highlight, say

if TYPE_CHECKING:
    from archive.core import Archive
    from archive.filters import Filters, Sort
    from archive.index.duplicates.groups import CopyGroup
    from archive.index.rows.versions import ArticleVersion
    from archive.index.search.snippets import Snippet


@click.command(cls=QueryCommand)
@search_options("relevance")
@click.option(
    "--limit",
    metavar="N",
    type=POSITIVE,
    default=20,
    show_default=True,
    help="Maximum number of articles.",
)
@click.option(
    "--group-copies",
    is_flag=True,
    help="Show only the first of several articles with the same text.",
)
@click.option(
    "--counts",
    is_flag=True,
    help="Print only the number of matches by month and by source, copies included.",
)
@json_option
def search(filters: Filters, sort: Sort, limit: int, group_copies: bool, counts: bool, as_json: bool) -> None:
    """Search articles.

    Without QUERY, all articles match. An article matches if it has all the words, in any inflected
    form. The exit code is 1 if nothing matches.

    \b
    "two words"  the phrase, as printed
    -word        without this word
    word*        words that begin with it
    title:word   in the headline
    lead:word    in the lead
    a OR b       either of them

    OR takes precedence: a b OR c means a AND (b OR c). Quote the query for the shell, as in
    newsarchive search '"two words" -word'.
    """
    if counts:
        _reject_options_with_counts()
        _print_counts(filters, as_json)
        return
    with open_archive() as archive:
        _print_notes(archive, filters)
        found = list(archive.search(filters, sort=sort, limit=limit + 1, group_copies=group_copies))
        groups = archive.copy_groups(found[:limit]) if group_copies else {}
        if as_json:
            print_json(
                [
                    article.as_dict() | _copies_as_dict(article, groups, group_copies)
                    for article in found[:limit]
                ]
            )
        else:
            for article in found[:limit]:
                group = groups.get(article.id)
                first = _outlet_title(archive, group.first if group else None)
                _print_result(article, archive.passage(article, filters.query), group, first)
            _print_summary(filters, len(found), limit)
    exit_unless(bool(found))


def _reject_options_with_counts() -> None:
    """Raise BadQuery if an option is given that has no meaning with --counts."""
    context = click.get_current_context()
    for name in ("group_copies", "limit", "sort"):
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            from archive.errors import BadQuery

            option = name.replace("_", "-")
            raise BadQuery(f"--counts counts all matching articles and cannot be used with --{option}.")


def _print_counts(filters: Filters, as_json: bool) -> None:
    with open_archive() as archive:
        _print_notes(archive, filters)
        counts = archive.counts(filters)
    months = [{"month": month, "articles": number} for month, number in counts.months.items()]
    sources = [{"source": source, "articles": number} for source, number in counts.sources.items()]
    if as_json:
        print_json({"articles": counts.articles, "months": months, "sources": sources})
    elif not counts.articles:
        _print_summary(filters, 0, 0)
    else:
        for heading, rows in (("MONTH", counts.months), ("SOURCE", counts.sources)):
            named = [(name or "unknown", str(number)) for name, number in rows.items()]
            print_table((heading, "ARTICLES"), named, numbers=("ARTICLES",), wraps=heading)
            say()
        say(f"{counted(counts.articles, 'article')} in total.")
    exit_unless(bool(counts.articles))


def _print_notes(archive: Archive, filters: Filters) -> None:
    for note in archive.notes(filters.query):
        say(note, err=True)


def _copies_as_dict(article: ArticleVersion, groups: dict[int, CopyGroup], asked: bool) -> dict[str, Any]:
    """Return the article's group of copies for JSON: null if it has no copies, no key if not requested."""
    from archive.index.duplicates.reports import group_as_dict

    return {"copies": group_as_dict(groups[article.id]) if article.id in groups else None} if asked else {}


def _print_result(article: ArticleVersion, passage: Snippet, group: CopyGroup | None, first: str) -> None:
    state: list[Piece] = []
    if article.state != "live":
        state = [(f"  {STATE_LABELS[article.state]}", "alarm")]
    if article.partial:
        state.append(("  incomplete", "alarm"))
    say((f"{format_published(article.published)}  {source_and_section(article)}", "dim"), *state)
    say((article.title, "bold"), indent=2)
    if passage.text:
        say(*highlight(passage.text, passage.marks), indent=2)
    if group:
        say((copies_text(article, group, first), "alarm"), indent=2)
    say((f"{article.id}  {article.url}", "dim"), indent=2)
    say()


def _outlet_title(archive: Archive, article_id: int | None) -> str:
    """Return the title of an article's outlet."""
    source = archive.article(article_id).source if article_id is not None else None
    return archive.titles().get(source or "", "") or source or "unknown outlet"


def copies_text(article: ArticleVersion, group: CopyGroup, first: str) -> str:
    """Return how many copies of a text exist, and which outlet was first."""
    copies = f"{group.articles} copies from {counted(group.outlets, 'outlet')}"
    if group.first_by is None:
        return f"{copies}; the printed times do not show which was first"
    this = " (this article)" if group.first == article.id else ""
    return f"{copies}; by the printed times, {first}{this} was first"


def _print_summary(filters: Filters, found: int, limit: int) -> None:
    if not found:
        say("No matches.", err=True)
        if hint := export_hint(filters.query):
            say(hint, err=True)
    elif found > limit:
        say(f"There are more matches. Use --limit N to show more than {limit}.", err=True)


def source_and_section(article: ArticleVersion) -> str:
    """Return the source and section of an article, for display."""
    return " · ".join(part for part in (article.source, article.section) if part)


def format_published(moment: date | None) -> str:
    """Return a publication time in the outlet's own time zone; only the day if no more is known."""
    if isinstance(moment, datetime):
        return moment.isoformat(sep=" ", timespec="minutes")
    return moment.isoformat() if moment else "no date"
