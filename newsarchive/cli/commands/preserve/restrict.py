"""The command `restrict`: take articles and sources from public view."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from archive.values.plurals import counted
from newsarchive.cli.options import DAY, json_option, open_archive
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import say

if TYPE_CHECKING:
    from archive.index.rows.restrictions import Restriction


@click.command()
@click.argument("keys", metavar="[URL-or-ID]...", nargs=-1)
@click.option("--source", "sources", metavar="NAME", multiple=True, help="All articles of this source.")
@click.option("--why", metavar="TEXT", help="The reason, which readers see in place of the article.")
@click.option("--until", type=DAY, help="The day on which the restriction ends.")
@click.option("--lift", "lifts", is_flag=True, help="Show the articles or sources to readers again.")
@click.option("--list", "lists", is_flag=True, help="List what is restricted.")
@json_option
def restrict(
    keys: tuple[str, ...],
    sources: tuple[str, ...],
    why: str | None,
    until: date | None,
    lifts: bool,
    lists: bool,
    as_json: bool,
) -> None:
    """Take articles from public view, and keep them.

    The web pages, the API and exports no longer show the articles, nor the listings that print their headlines; their
    addresses answer with the reason and the date. Captures are kept, crawls still visit the articles, and 'show' and
    'search --state restricted' show them to you. The restriction is kept in restrictions.jsonl with your user name.

    A restriction with --until ends with the first crawl, or 'newsarchive restrict --list', on or after that day.
    """
    if lists and (keys or sources or lifts or why or until):
        raise click.UsageError("--list takes no articles, and no other options than --json.")
    if not lists and not keys and not sources:
        raise click.UsageError("Name articles, or a source with --source; or use --list.")
    if not (lists or lifts or (why and why.strip())):
        raise click.UsageError("Say why with --why: readers see it in place of the article.")
    if lifts and until is not None:
        raise click.UsageError("--until cannot be combined with --lift.")
    with open_archive() as archive:
        archive.lift_ended_restrictions(datetime.now(UTC).date())
        if lifts:
            hidden = archive.lift_restriction(*keys, sources=sources, why=why)
        elif not lists:
            hidden = archive.restrict(*keys, why=why or "", sources=sources, until=until)
        found = archive.restrictions()
    if as_json:
        print_json({"restrictions": [{**one.as_dict(), "articles": number} for one, number in found]})
    elif lists:
        _print_list(found)
    else:
        say(f"{counted(hidden, 'article')} hidden from readers.")


def _print_list(found: list[tuple[Restriction, int]]) -> None:
    if not found:
        say("Nothing is restricted.")
        return
    rows = [(one.at[:10], one.until or "", str(number), one.target, one.why) for one, number in found]
    print_table(
        ("SINCE", "UNTIL", "ARTICLES", "ARTICLE OR SOURCE", "REASON"),
        rows,
        numbers=["ARTICLES"],
        wraps="REASON",
    )
