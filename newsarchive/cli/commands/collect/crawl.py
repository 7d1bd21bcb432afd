"""Commands that crawl sources: `crawl` now, `run` by their schedules."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from archive.crawl_results import CRAWL_COUNTS, OUTCOME_LABELS, STORED_COUNTS, count_phrases
from archive.values.plurals import counted
from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.commands.collect.sources import find_source
from newsarchive.cli.options import DAY, POSITIVE, archive_folder, json_option
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.progress import status_line
from newsarchive.cli.output.streams import OutputError
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import safe, say

if TYPE_CHECKING:
    from subprocess import Popen

    from newsarchive.crawling.crawl_process import CrawlOrder, CrawlOutcome, CrawlProgress
    from spiders.sources.source import Source

verbose_option = click.option(
    "--verbose", is_flag=True, help="Also log every request and response, in state/logs/NAME.log."
)
ALWAYS_SHOWN = ("found", "new", "known", "changed", "failed")  # other counts only if they are not zero
URLS_SHOWN = 5  # for each reason; all of them are in the index and in the JSON


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option(
    "--max-articles",
    metavar="N",
    type=POSITIVE,
    help="Maximum number of new articles per source.",
)
@click.option(
    "--since",
    type=DAY,
    help="Walk listings, date archives and sitemaps back to this day, and skip articles that they date earlier.",
)
@click.option(
    "--full",
    is_flag=True,
    help="Visit all known articles, due or not, and request every page in full.",
)
@verbose_option
@json_option
def crawl(
    names: tuple[str, ...],
    max_articles: int | None,
    since: date | None,
    full: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Crawl sources now.

    NAME is the name of a source file, without .toml. Without NAME, all sources are crawled, one after
    another. You can stop a crawl at any time; the next one continues from there, also on the way back to the
    day of --since. Saved searches (watches.toml) are checked at the end.

    In the summary, REJECTED counts pages that are not articles. URLs that robots.txt disallows are not
    requested and do not count as failed. The exit code is 1 if something needs attention.
    """
    from newsarchive.crawling.crawl_process import CrawlOrder
    from newsarchive.monitoring import after_crawl

    folder = archive_folder()
    orders = [
        CrawlOrder(source.name, max_articles, since, full, verbose)
        for source in _selected_sources(folder, names)
    ]
    outcomes, was_stopped = run_orders(folder, orders)
    if as_json:
        print_json([_as_dict(outcome) for outcome in outcomes])
    elif outcomes:
        _print_summary(outcomes)
    if was_stopped:
        say("Stopped. The next crawl continues from here.")
    undelivered = after_crawl.report(folder, [order.source for order in orders])
    for line in undelivered:
        say((line, "alarm"), err=True)
    exit_unless(
        not was_stopped and not undelivered and not any(outcome.needs_attention for outcome in outcomes)
    )


@click.command()
@verbose_option
def run(verbose: bool) -> None:
    """Crawl sources on their schedules until stopped.

    The schedules are in the source files, which are read again when they change. A source that has
    missed a scheduled crawl, or was never crawled, is crawled at once. To stop, press Ctrl-C or send
    SIGTERM: running crawls are stopped cleanly.
    """
    from newsarchive.config import load_settings
    from newsarchive.crawling.crawl_process import start_crawl
    from newsarchive.schedule import run_schedule

    def start(folder: Path, order: CrawlOrder) -> Popen[str]:
        return start_crawl(folder, replace(order, verbose=verbose))

    def log(line: str) -> None:
        with suppress(OutputError):  # a full disk for the log is no reason to stop crawling
            click.echo(safe(line))

    folder = archive_folder()
    settings = load_settings(folder)
    run_schedule(folder, settings.crawls_at_once, log, start, min_free=settings.min_free)


def _selected_sources(folder: Path, names: Sequence[str]) -> list[Source]:
    """Return the sources to crawl, or raise SourceError with all errors of their files before anything is fetched."""
    from archive import paths
    from archive.errors import ArchiveError, SourceError
    from newsarchive.config import load_settings
    from spiders.sources.source import load_all

    load_settings(folder)
    if not names:
        if not (found := load_all(folder / paths.SOURCES)):
            raise ArchiveError(
                "No sources to crawl. Set one up with 'newsarchive sources new URL', or describe a site in"
                f" {folder / paths.SOURCES / 'NAME.toml'}."
            )
        for source in found:
            if source.state != "active":
                say(f"{source.name} is {source.state} and not crawled.", err=True)
        return [source for source in found if source.state == "active"]
    sources, mistakes = [], []
    for name in dict.fromkeys(names):
        try:
            sources.append(find_source(folder, name))
        except SourceError as error:
            mistakes.append(str(error))
    if mistakes:
        raise SourceError("\n".join(mistakes))
    for source in sources:
        if source.state != "active":
            since = (source.state_since or "")[:10]
            raise ArchiveError(
                f"{source.name} is {source.state} since {since}, so it is not crawled. To crawl it again, run"
                f" 'newsarchive sources resume {source.name}'."
            )
    return sources


def run_orders(folder: Path, orders: Sequence[CrawlOrder]) -> tuple[list[CrawlOutcome], bool]:
    """Run the crawls; return their outcomes, and whether they were stopped by Ctrl-C or SIGTERM."""
    from newsarchive.crawling.crawl_process import run_crawls

    outcomes: list[CrawlOutcome] = []
    tell: Callable[[str, str], None]

    def on_progress(progress: CrawlProgress) -> None:
        tell(progress.phase, _progress_text(progress))

    try:
        with _sigterm_as_ctrl_c(), closing(run_crawls(folder, orders, on_progress)) as crawls:
            for order in orders:
                with status_line(order.source) as tell:
                    outcomes.append(next(crawls))
    except KeyboardInterrupt:
        return outcomes, True
    return outcomes, False


@contextmanager
def _sigterm_as_ctrl_c() -> Iterator[None]:
    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _progress_text(progress: CrawlProgress) -> str:
    always = {"found": progress.counts["found"], "fetched": progress.fetched, "queued": progress.queued}
    stored = {name: progress.counts[name] for name in STORED_COUNTS if name != "found"}
    return ", ".join([*(f"{number} {name}" for name, number in always.items()), *count_phrases(stored)])


def _print_summary(outcomes: Sequence[CrawlOutcome]) -> None:
    counted_ones = {name for outcome in outcomes for name in STORED_COUNTS if outcome.counts.get(name)}
    shown = [
        name
        for name in STORED_COUNTS  # a terminal is narrow
        if name in ALWAYS_SHOWN or (name in counted_ones and name != "forbidden")
    ]
    headings = [CRAWL_COUNTS[name].label.upper() for name in shown]
    print_table(
        ("SOURCE", *headings, "OUTCOME"),
        [
            (
                outcome.source,
                *(str(outcome.counts.get(name, "–")) for name in shown),
                OUTCOME_LABELS[outcome.outcome],
            )
            for outcome in outcomes
        ],
        numbers=headings,
        wraps="SOURCE",
    )
    for outcome in outcomes:
        if left := outcome.counts.get("left_out"):
            say(f"{outcome.source}: {counted(left, 'new article')} left for the next crawl", hanging=2)
        for note in outcome.notes:
            say((f"{outcome.source}: {note}", "alarm"), hanging=2)
        _print_forbidden(outcome)
        _print_rejected(outcome)
        _print_failures(outcome)


def _print_forbidden(outcome: CrawlOutcome) -> None:
    if outcome.forbidden:
        urls = counted(len(outcome.forbidden), "URL")
        say(f"{outcome.source}: {urls} disallowed by robots.txt and not requested:", hanging=2)
        _print_urls(outcome.forbidden)


def _print_rejected(outcome: CrawlOutcome) -> None:
    if outcome.rejected:
        number = len(outcome.rejected)
        what = "1 page is not an article" if number == 1 else f"{number} pages are not articles"
        say(f"{outcome.source}: {what}:")
        _print_by_reason(outcome.rejected)


def _print_failures(outcome: CrawlOutcome) -> None:
    if outcome.failures:
        say()
        say((f"{outcome.source}: {counted(len(outcome.failures), 'URL')} failed:", "alarm"))
        _print_by_reason(outcome.failures)


def _print_by_reason(pages: Sequence[tuple[str, str]]) -> None:
    for reason, number in Counter(reason for _, reason in pages).most_common():
        say((f"{number} × {reason}" if number > 1 else reason, "bold"), indent=2, hanging=4)
        _print_urls([url for url, why in pages if why == reason])


def _print_urls(urls: Sequence[str]) -> None:
    for url in urls[:URLS_SHOWN]:
        say(url, indent=4)
    if len(urls) > URLS_SHOWN:
        say(f"… and {len(urls) - URLS_SHOWN} more", indent=4)


def _as_dict(outcome: CrawlOutcome) -> dict[str, Any]:
    return {
        "source": outcome.source,
        "crawl": outcome.crawl,
        "outcome": outcome.outcome,
        **{name: outcome.counts.get(name) for name in STORED_COUNTS},
        "forbidden_urls": outcome.forbidden,
        "refused": [{"url": url, "reason": reason} for url, reason in outcome.rejected],
        "failures": [{"url": url, "reason": reason} for url, reason in outcome.failures],
        "notes": outcome.notes,
    }
