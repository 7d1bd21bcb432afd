"""The command `recheck`: visit known articles now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from archive.values.plurals import counted
from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.commands.collect.crawl import run_orders
from newsarchive.cli.options import archive_folder, json_option
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.labels import STATE_LABELS
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import say

if TYPE_CHECKING:
    from archive.filters import Filters
    from newsarchive.crawling.crawl_process import CrawlOutcome
    from newsarchive.crawling.recheck import Recheck


@click.command()
@click.argument("keys", metavar="[URL-or-ID]...", nargs=-1)
@click.option("--source", metavar="NAME", help="Visit articles of this source.")
@click.option("--query", metavar="QUERY", help="Visit articles that match a search query.")
@click.option("--removed", is_flag=True, help="Visit articles whose address is gone.")
@json_option
def recheck(
    keys: tuple[str, ...], source: str | None, query: str | None, removed: bool, as_json: bool
) -> None:
    """Visit known articles now, whether they are due or not.

    Name articles by URL or ID, or select them: the options together narrow the selection. Each article
    is requested once, as politely as in a crawl. Sections, feeds and sitemaps are not requested.

    For each article, print whether it changed since the last visit. The exit code is 1 if something
    needs attention.
    """
    from archive import paths
    from archive.core import Archive
    from archive.errors import ArchiveError
    from newsarchive.crawling.recheck import articles_to_visit, orders, results
    from spiders.sources.source import load_all

    selections = _selections(source, query, removed)
    if not keys and not selections:
        raise ArchiveError("Nothing to visit: name an article, or use --source, --query or --removed.")
    folder = archive_folder()
    with Archive.open(folder) as archive:
        articles = articles_to_visit(archive, keys, selections)
    if not articles:
        say("No article matches.")
        exit_unless(False)
        return
    outcomes, was_stopped = run_orders(folder, orders(articles.values(), load_all(folder / paths.SOURCES)))
    found = list(results(folder, articles.values()))
    if as_json:
        print_json([one.as_dict() for one in found])
    else:
        _print_results(found, outcomes)
    if was_stopped:
        say("Stopped. The next crawl visits the articles that are left.")
    exit_unless(not was_stopped and not any(outcome.needs_attention for outcome in outcomes))


def _selections(source: str | None, query: str | None, removed: bool) -> list[Filters]:
    from archive.filters import Filters

    if source is None and query is None and not removed:
        return []
    return [Filters.of(query or "", source=source, state="removed" if removed else None)]


def _print_results(found: list[Recheck], outcomes: list[CrawlOutcome]) -> None:
    rows = [(str(one.after.id), one.after.source or "", _result(one), one.after.title) for one in found]
    print_table(("ID", "SOURCE", "RESULT", "HEADLINE"), rows, wraps="HEADLINE")
    changed = sum(one.is_new_version for one in found)
    say(f"{counted(len(found), 'article')} visited, {changed} changed.")
    for outcome in outcomes:
        for note in outcome.notes:
            say((f"{outcome.source}: {note}", "alarm"), hanging=2)
        for url, reason in outcome.failures:
            say((f"{outcome.source}: {url}: {reason}", "alarm"), hanging=2)


def _result(one: Recheck) -> str:
    if one.after.state != one.before.state:
        return STATE_LABELS[one.after.state] if one.after.state != "live" else "live again"
    if one.is_new_version:
        return f"changed: {', '.join(one.changed)}"
    return "unchanged" if one.after.state == "live" else STATE_LABELS[one.after.state]
