"""Commands that crawl sources: `crawl` now, `run` by their schedules."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from archive.events import COUNTS, count_phrases
from newsarchive.cli.common import DAY, archive_folder, exit_unless, json_option, print_json
from newsarchive.cli.output import OutputError
from newsarchive.cli.progress import status_line
from newsarchive.cli.sources import find_source
from newsarchive.cli.terminal import print_table, safe, say
from newsarchive.light_imports import import_index

if TYPE_CHECKING:
    from newsarchive.crawl_process import CrawlOrder, CrawlOutcome
    from spiders.sources.source import Source

ALWAYS_SHOWN = ("found", "new", "known", "changed", "failed")  # other counts where there are any
FAILURES_SHOWN = 5  # addresses of each reason; all of them are in the index, and with --json


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option(
    "--max-articles", metavar="N", type=click.IntRange(min=1), help="At most N new articles a source."
)
@click.option("--since", type=DAY, help="Take in no article that its listing dates earlier.")
@click.option("--full", is_flag=True, help="Forget what is known: ask for every article again.")
@json_option
def crawl(
    names: tuple[str, ...], max_articles: int | None, since: date | None, full: bool, as_json: bool
) -> None:
    """Crawl sources now.

    The sources named NAME, one after another; without a NAME, all of them. A crawl may be stopped
    at any time; the next one continues from there. In the summary OTHER counts pages that are not
    articles. URLs that robots.txt forbids are not requested and do not count as failures. The exit
    code is 1 if something needs attention.
    """
    import_index()

    from newsarchive.crawl_process import CrawlOrder

    folder = archive_folder()
    orders = [
        CrawlOrder(source.name, max_articles, since, full) for source in _selected_sources(folder, names)
    ]
    outcomes, was_stopped = _crawl_all(folder, orders)
    if as_json:
        print_json([_as_dict(outcome) for outcome in outcomes])
    elif outcomes:
        _print_summary(outcomes)
    if was_stopped:
        say("Stopped; the next crawl goes on from here.")
    exit_unless(not was_stopped and not any(outcome.needs_attention for outcome in outcomes))


@click.command()
def run() -> None:
    """Crawl by the schedules of the source files, until stopped.

    A source that missed a scheduled crawl, or was never crawled, is crawled at once. Source files
    are read again when they change. Ctrl-C or SIGTERM stops the running crawls in order.
    """
    from newsarchive.config import load_settings
    from newsarchive.schedule import run_schedule

    def log(line: str) -> None:
        with suppress(OutputError):  # a full disk for the log is no reason to crawl no more
            click.echo(safe(line))

    folder = archive_folder()
    run_schedule(folder, load_settings(folder).crawls_at_once, log)


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
                f"There is no source to crawl: describe a site in {folder / paths.SOURCES / 'NAME.toml'}."
            )
        return found
    sources, mistakes = [], []
    for name in dict.fromkeys(names):
        try:
            sources.append(find_source(folder, name))
        except SourceError as error:
            mistakes.append(str(error))
    if mistakes:
        raise SourceError("\n".join(mistakes))
    return sources


def _crawl_all(folder: Path, orders: Sequence[CrawlOrder]) -> tuple[list[CrawlOutcome], bool]:
    """Run the crawls; return their outcomes, and whether they were stopped by Ctrl-C or SIGTERM."""
    from newsarchive.crawl_process import CrawlProgress, run_crawls

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


def _progress_text(progress: Any) -> str:
    always = [f"{getattr(progress, name)} {name}" for name in ("found", "fetched", "queued")]
    return ", ".join([*always, *count_phrases({name: getattr(progress, name) for name in COUNTS[1:]})])


def _print_summary(outcomes: Sequence[CrawlOutcome]) -> None:
    counted = {name for outcome in outcomes for name in COUNTS if outcome.counts.get(name)} - {"forbidden"}
    counts = [name for name in COUNTS if name in counted or name in ALWAYS_SHOWN]  # a terminal is narrow
    headings = ["OTHER" if name == "not_articles" else name.upper() for name in counts]
    print_table(
        ("SOURCE", *headings, "OUTCOME"),
        [
            (outcome.source, *(str(outcome.counts.get(name, "–")) for name in counts), outcome.outcome)
            for outcome in outcomes
        ],
        numbers=headings,
        wraps="SOURCE",
    )
    for outcome in outcomes:
        if left := outcome.counts.get("left_out"):
            say(f"{outcome.source}: {left} new articles were left for the next crawl", hanging=2)
        for note in outcome.notes:
            say((f"{outcome.source}: {note}", "alarm"), hanging=2)
        _print_forbidden(outcome)
        _print_rejected(outcome)
        _print_failures(outcome)


def _print_forbidden(outcome: CrawlOutcome) -> None:
    if outcome.forbidden:
        number = len(outcome.forbidden)
        what = "one address" if number == 1 else f"{number} addresses"
        say(f"{outcome.source}: robots.txt forbids {what}, not asked for:", hanging=2)
        _print_urls(outcome.forbidden)


def _print_rejected(outcome: CrawlOutcome) -> None:
    if outcome.rejected:
        number = len(outcome.rejected)
        say(
            f"{outcome.source}: {'one page is no article' if number == 1 else f'{number} pages are no articles'}"
        )
        _print_by_reason(outcome.rejected)


def _print_failures(outcome: CrawlOutcome) -> None:
    if outcome.failures:
        say()
        say((f"{outcome.source}: {len(outcome.failures)} failed", "alarm"))
        _print_by_reason(outcome.failures)


def _print_by_reason(pages: Sequence[tuple[str, str]]) -> None:
    for reason, number in Counter(reason for _, reason in pages).most_common():
        say((f"{number} × {reason}" if number > 1 else reason, "bold"), indent=2, hanging=4)
        _print_urls([url for url, why in pages if why == reason])


def _print_urls(urls: Sequence[str]) -> None:
    for url in urls[:FAILURES_SHOWN]:
        say(url, indent=4)
    if len(urls) > FAILURES_SHOWN:
        say(f"… and {len(urls) - FAILURES_SHOWN} more", indent=4)


def _as_dict(outcome: CrawlOutcome) -> dict[str, Any]:
    return {
        "source": outcome.source,
        "crawl": outcome.crawl,
        "outcome": outcome.outcome,
        **{name: outcome.counts.get(name) for name in COUNTS},
        "forbidden_urls": outcome.forbidden,
        "refused": [{"url": url, "reason": reason} for url, reason in outcome.rejected],
        "failures": [{"url": url, "reason": reason} for url, reason in outcome.failures],
        "notes": outcome.notes,
    }
