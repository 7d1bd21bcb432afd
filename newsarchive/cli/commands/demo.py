"""The command `demo`: crawl a small news site on this machine, edit it and crawl it again."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.crawl_results import CRAWL_COUNTS
from archive.values.plurals import counted
from newsarchive.cli.output.progress import status_line
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import safe, say

if TYPE_CHECKING:
    from newsarchive.crawling.crawl_process import CrawlOutcome, CrawlProgress
    from newsarchive.demo_site import DemoSite, OutletSite

EDITED_OUTLET = "primorsk"  # the outlet whose editor is at work
MARKER = "# Made by 'newsarchive demo', which may throw it away.\n"  # also in archives of earlier releases
PARALLEL_CRAWLS = 2


@dataclass(frozen=True, slots=True)
class Edits:
    """The URLs of the articles that were edited between two crawls."""

    changed: str
    removed: str
    moved: str
    moved_to: str
    published: str


@click.command()
@click.argument(
    "folder", metavar="[DIR]", default="demo-archive", type=click.Path(file_okay=False, path_type=Path)
)
def demo(folder: Path) -> None:
    """Try newsarchive on a demo site.

    Start a small news site on this machine and crawl it into a new archive in DIR, by default
    demo-archive. Then edit, move and remove articles, crawl the site again, and show what the archive
    recorded. This takes less than a minute and needs no network.

    An archive of an earlier demo in DIR is replaced. Otherwise DIR must be empty.
    """
    from newsarchive.demo_site import DemoSite

    prepare_archive(folder)
    with DemoSite.open(clock=datetime.now(UTC)) as demo_site:
        crawl_all_outlets(folder, demo_site)
        edits = edit_and_recrawl(folder, demo_site)
    print_findings(folder, edits)


def prepare_archive(folder: Path) -> None:
    """Create an archive in place of one that an earlier demo made.

    Raises UsageError if the folder contains anything else.
    """
    from archive import paths
    from archive.core import Archive
    from newsarchive.cli.commands.init import SCRAPY_CFG

    settings = folder / paths.SETTINGS
    if folder.exists() and any(folder.iterdir()):
        if not settings.is_file() or not settings.read_text("utf-8").startswith(MARKER):
            raise click.UsageError(
                f"{safe(str(folder))} is not empty and was not made by an earlier demo. "
                "Choose another folder: 'newsarchive demo DIR'."
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    settings.write_text(MARKER, "utf-8")
    (folder / "scrapy.cfg").write_text(SCRAPY_CFG, "utf-8")
    Archive.create(folder).close()


def crawl_all_outlets(folder: Path, demo_site: DemoSite) -> list[CrawlOutcome]:
    """Write a source file for each outlet, crawl all of them, and return the outcomes."""
    for name, site in demo_site.outlets.items():
        (folder / "sources" / f"{name}.toml").write_text(site.source_toml(minimal=False, delay=0.0), "utf-8")
    say((f"A demo site with {len(demo_site.outlets)} outlets is running on 127.0.0.1.", "bold"))
    articles = sum(len(site.truth()) for site in demo_site.outlets.values())
    say(f"Crawling its {articles} articles into {safe(str(folder))}.")
    outcomes = _crawl(folder, list(demo_site.outlets))
    _print_crawls(outcomes)
    return outcomes


def edit_and_recrawl(folder: Path, demo_site: DemoSite) -> Edits:
    """Edit the articles of one outlet, crawl it twice more, and return what was edited."""
    site = demo_site.outlets[EDITED_OUTLET]
    edits = _edit_articles(site)
    say(
        (f"{site.outlet.title} now changes a headline and a paragraph, removes an article, ", "bold"),
        ("moves another to a new URL, and publishes a new one. Crawling it again, twice.", "bold"),
    )
    before = len(site.requests())
    again = _crawl(folder, [EDITED_OUTLET])
    cost = len(site.requests()) - before
    _print_crawls(again + _crawl(folder, [EDITED_OUTLET]))
    say(
        f"The second crawl took {counted(cost, 'request')}. "
        "An article counts as removed once its URL has answered 404 twice, here at once, otherwise 24 hours apart."
    )
    return edits


def _crawl(folder: Path, names: Sequence[str]) -> list[CrawlOutcome]:
    from newsarchive.crawling.crawl_process import CrawlOrder, run_crawls

    with status_line("crawling") as tell, ThreadPoolExecutor(PARALLEL_CRAWLS) as threads:

        def crawl(share: Sequence[str]) -> list[CrawlOutcome]:
            done: list[CrawlOutcome] = []

            def on_progress(progress: CrawlProgress) -> None:
                tell(share[len(done)], f"{progress.fetched} fetched, {progress.counts['new']} new")

            for outcome in run_crawls(folder, [CrawlOrder(name) for name in share], on_progress):
                done.append(outcome)
            return done

        shares = [names[first::PARALLEL_CRAWLS] for first in range(PARALLEL_CRAWLS)]
        found = {outcome.source: outcome for done in threads.map(crawl, shares) for outcome in done}
    return [found[name] for name in names]


def _edit_articles(site: OutletSite) -> Edits:
    from newsarchive.demo_site import Picture, Story

    seed = site.seed_url
    changed, removed, moved = [truth.url for truth in site.truth() if truth.url != seed][:3]
    site.edit_headline(changed, f"{site.truth_of(changed).title}: что известно к вечеру")
    site.edit_paragraph(changed, 0, "К вечеру стали известны подробности, и первый абзац написан заново.")
    site.remove(removed)
    moved_to = site.move(moved, "novyi-adres-toi-zhe-stati")
    published = site.publish(
        Story(
            slug="novaya-pristan",
            title="В порту открыли новую пристань для катеров",
            section="city",
            published=datetime.now(UTC),
            body=(
                "В порту Приморска открыли новую пристань для катеров и лодок, её строили почти два года.",
                "Первым к ней подошёл катер спасателей, экипаж которого встречали с оркестром.",
            ),
            pictures=(Picture("pristan", "Пристань в день открытия", "Фото автора"),),
            views=12,
        )
    )
    return Edits(changed, removed, moved, moved_to, published)


def _print_crawls(outcomes: Sequence[CrawlOutcome]) -> None:
    shown = ("found", "new", "known", "changed", "gone", "moved", "removed", "failed")
    headings = [CRAWL_COUNTS[name].label.upper() for name in shown]
    print_table(
        ("OUTLET", *headings),
        [(one.source, *(str(one.counts.get(name, "–")) for name in shown)) for one in outcomes],
        numbers=headings,
        wraps="OUTLET",
    )
    for outcome in outcomes:
        for note in (*outcome.notes, *(f"{url}: {reason}" for url, reason in outcome.failures)):
            say((f"{outcome.source}: {note}", "alarm"), hanging=2)
    say()


def print_findings(folder: Path, edits: Edits) -> None:
    """Print what the archive recorded of the edits, and what to try next."""
    from archive.core import Archive

    with Archive.open(folder) as archive:
        changed, moved = archive.article(edits.changed), archive.article(edits.moved)
        removed = archive.article(edits.removed)
        verified = archive.verify()
    say()
    say(("What the archive recorded", "bold"))
    say(f"changed    {counted(changed.versions, 'version')} of «{changed.title}»", indent=2, hanging=13)
    say(f"removed    «{removed.title}» is {removed.state}; the archive keeps its text", indent=2, hanging=13)
    say(f"moved      «{moved.title}» is still one article, now at {moved.url}", indent=2, hanging=13)
    say(
        f"verified   {counted(verified.records, 'record')} in {counted(verified.files, 'WARC file')}, "
        f"{counted(len(verified.problems), 'problem')}",
        indent=2,
        hanging=13,
    )
    say()
    _run_command(folder, ["diff", str(changed.id)])
    say()
    _run_command(folder, ["search", "Казахстан", "--limit", "3"])
    say()
    say(("What to try next", "bold"))
    for command in (
        f"show {changed.id}",
        "export --format csv -o articles.csv",
        "verify",
        "rebuild",
        "serve",
    ):
        say(f"{_program_name()} --archive {safe(os.fspath(folder))} {command}", indent=2)


def _program_name() -> str:
    """Return the command with which this program can be called again from the current folder."""
    called = Path(sys.argv[0])
    if shutil.which("newsarchive") or called.name != "newsarchive":
        return "newsarchive"
    return safe(os.path.relpath(called))


def _run_command(folder: Path, arguments: list[str]) -> None:
    """Print a command line, then run it."""
    from newsarchive.cli import main

    say((f"$ {_program_name()} --archive {safe(os.fspath(folder))} {' '.join(arguments)}", "dim"))
    with suppress(click.exceptions.Exit):
        main.main(["--archive", str(folder), *arguments], prog_name="newsarchive", standalone_mode=False)
