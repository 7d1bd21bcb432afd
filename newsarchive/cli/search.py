"""The command `search`: find articles."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from newsarchive.cli.common import exit_unless, json_option, open_archive, print_json, search_options
from newsarchive.cli.terminal import Piece, highlight, print_table, say

if TYPE_CHECKING:
    from archive.core import Archive
    from archive.filters import Filters, Sort
    from archive.index.duplicates.groups import CopyGroup
    from archive.index.rows.versions import ArticleVersion
    from archive.index.search.snippets import Snippet

# A word that begins with «-» is left out of the search; it must reach us and not be taken for an option.
QUERY_SETTINGS = {"ignore_unknown_options": True}


@click.command(context_settings=QUERY_SETTINGS)
@search_options("relevance")
@click.option(
    "--limit", metavar="N", type=click.IntRange(1, 10**9), default=20, show_default=True, help="How many."
)
@click.option(
    "--group-copies",
    is_flag=True,
    help="Of articles that reprint the same text, only the one that comes first.",
)
@click.option(
    "--counts",
    is_flag=True,
    help="How many there are, by month and by source, instead of them; every copy counts.",
)
@json_option
def search(filters: Filters, sort: Sort, limit: int, group_copies: bool, counts: bool, as_json: bool) -> None:
    """Find articles by their words.

    Without a QUERY all articles match. Words match in all their inflected forms. '"two words"' in
    inner quotes matches a phrase as printed, -word excludes a word, word* matches every word that
    begins with it, title:word searches only the headline, lead:word the lead. OR takes precedence:
    'a b OR c' means a AND (b OR c). The exit code is 1 if nothing matches.
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
            _print_summary(len(found), limit)
    exit_unless(bool(found))


def _reject_options_with_counts() -> None:
    """Raise BadQuery if an option is given that has no meaning with --counts."""
    context = click.get_current_context()
    for name in ("group_copies", "limit", "sort"):
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            from archive.errors import BadQuery

            option = name.replace("_", "-")
            raise BadQuery(
                f"--counts counts every article that is found, so --{option} cannot stand beside it."
            )


def _print_counts(filters: Filters, as_json: bool) -> None:
    with open_archive() as archive:
        _print_notes(archive, filters)
        counts = archive.counts(filters)
    months = [{"month": month, "articles": number} for month, number in counts.months.items()]
    sources = [{"source": source, "articles": number} for source, number in counts.sources.items()]
    if as_json:
        print_json({"articles": counts.articles, "months": months, "sources": sources})
    elif not counts.articles:
        _print_summary(0, 0)
    else:
        for heading, rows in (("Month", counts.months), ("Source", counts.sources)):
            named = [(name or "not known", str(number)) for name, number in rows.items()]
            print_table((heading, "Articles"), named, numbers=("Articles",), wraps=heading)
            say()
        say(f"{counts.articles} article{'' if counts.articles == 1 else 's'} in all.")
    exit_unless(bool(counts.articles))


def _print_notes(archive: Archive, filters: Filters) -> None:
    for note in archive.notes(filters.query):
        say(note, err=True)


def _copies_as_dict(article: ArticleVersion, groups: dict[int, CopyGroup], asked: bool) -> dict[str, Any]:
    """Return the article's group of copies for JSON: null if it has no copies, no key if not requested."""
    from archive.index.duplicates.reports import group_as_dict

    return {"copies": group_as_dict(groups[article.id]) if article.id in groups else None} if asked else {}


def _print_result(article: ArticleVersion, passage: Snippet, group: CopyGroup | None, first: str) -> None:
    state: list[Piece] = [] if article.state == "live" else [(f"  {article.state}", "alarm")]
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
    return archive.titles().get(source or "", "") or source or "an unknown outlet"


def copies_text(article: ArticleVersion, group: CopyGroup, first: str) -> str:
    """Return how many copies of a text exist, and which outlet was first."""
    outlets = "one outlet" if group.outlets == 1 else f"{group.outlets} outlets"
    if group.first_by is None:
        return f"{group.articles} copies in {outlets}; no telling who was first"
    who = f"{first} first" + (" (this one)" if group.first == article.id else "")
    return f"{group.articles} copies in {outlets}; {who}, by the printed times"


def _print_summary(found: int, limit: int) -> None:
    if not found:
        say("Nothing was found.", err=True)
    elif found > limit:
        say(f"These are the first {limit}; there are more: --limit N.", err=True)


def source_and_section(article: ArticleVersion) -> str:
    """Return the source and section of an article, for display."""
    return " · ".join(part for part in (article.source, article.section) if part)


def format_published(moment: date | None) -> str:
    """Return a publication time in the outlet's own time zone; only the day if no more is known."""
    if isinstance(moment, datetime):
        return f"{moment:%Y-%m-%d %H:%M}"
    return moment.isoformat() if moment else "no date"
