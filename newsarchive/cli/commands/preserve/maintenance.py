"""Commands that check and maintain an archive: `status`, `verify` and `rebuild`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive import timestamps
from archive.crawl_results import OUTCOME_LABELS, count_phrases
from archive.values.plurals import counted
from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.options import archive_folder, json_option, workers_option
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.labels import FAILURE_LABELS, FINDING_LABELS, STATE_LABELS
from newsarchive.cli.output.progress import progress_bars
from newsarchive.cli.output.rebuild_report import print_comparison
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import say
from newsarchive.cli.output.unread_pages import print_unread, unread_as_dict

if TYPE_CHECKING:
    from archive.index.lookup.crawl_failures import CrawlFailure
    from archive.integrity.problems import AuditResult
    from archive.rebuild.rebuild import RebuildResult
    from newsarchive.monitoring.storage import StorageReport
    from newsarchive.sources.status import SourceStatus


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@json_option
def status(names: tuple[str, ...], as_json: bool) -> None:
    """Show the status of sources.

    For each source: the number of articles, the last crawl and its result, the next crawl, and what
    needs attention. Then, whether 'newsarchive run' is running, and what it does now, and how much disk
    space is left. Times are in the time zone of the source.

    With NAME, show only those sources. Also list the URLs of their last crawl that gave no article,
    and the pages that are not extracted yet. The exit code is 1 if something needs attention, and 2 if a
    source file has errors.
    """
    from archive.errors import ArchiveError, SourceError
    from newsarchive.monitoring.storage import storage_report
    from newsarchive.notices import notifications
    from newsarchive.sources.status import source_statuses

    folder = archive_folder()
    disk = storage_report(folder, datetime.now(UTC))
    statuses, mistakes = source_statuses(folder)
    if unknown := [name for name in names if name not in {one.name for one in statuses}]:
        known = ", ".join(one.name for one in statuses) or "none"
        raise ArchiveError(f"No source named {unknown[0]!r}. Known sources: {known}.")
    if names:
        statuses = [one for one in statuses if one.name in names]
    if as_json:
        print_json([one.as_dict() for one in statuses])
        if disk.alarm is not None:  # `storage --json` has it
            say(disk.alarm, err=True)
    elif not statuses:
        say("No sources yet. Run 'newsarchive sources new URL', then 'newsarchive crawl'.")
        _print_disk(disk)
    else:
        _print_statuses(statuses)
        _print_disk(disk)
        _print_schedule(folder, statuses)
        for one in statuses if names else ():
            _print_failures(one)
    if undelivered := notifications.waiting(archive_folder()):
        say((f"{counted(undelivered, 'notice')} could not be delivered yet.", "alarm"), err=True)
    if mistakes:
        raise SourceError("\n".join(mistakes))
    is_sound = not undelivered and disk.alarm is None
    exit_unless(is_sound and not any(one.alarms for one in statuses))


def _print_statuses(statuses: Sequence[SourceStatus]) -> None:
    print_table(
        ("SOURCE", "ARTICLES", "LAST CRAWL", "RESULT", "NEXT CRAWL"),
        [
            (
                one.name,
                str(one.articles),
                _last_crawl(one),
                _result(one),
                _next_crawl(one),
            )
            for one in statuses
        ],
        numbers=["ARTICLES"],
        wraps="RESULT",
    )
    for one in statuses:
        gone = [
            f"{number} {STATE_LABELS[state]}"
            for state, number in one.by_state.items()
            if state != "live" and number
        ]
        if gone:
            say(f"{one.name}: articles that are not live: {', '.join(gone)}", hanging=2)
        for note in one.notes:
            say(f"{one.name}: {note}", hanging=2)
        for alarm in one.alarms:
            say((f"{one.name}: {alarm}", "alarm"), hanging=2)


def _print_disk(disk: StorageReport) -> None:
    say(f"Disk: {disk.line}.", hanging=2)
    if disk.alarm is not None:
        say((disk.alarm, "alarm"), hanging=2)


def _next_crawl(one: SourceStatus) -> str:
    if one.state != "active":
        return f"{one.state} since {(one.state_since or '')[:10]}"
    return one.local_time(one.next_crawl) if one.next_crawl else "not scheduled"


def _print_schedule(folder: Path, statuses: Sequence[SourceStatus]) -> None:
    from newsarchive.crawling.schedule_state import is_running, read_state

    zones = {one.name: one for one in statuses}
    scheduled = [(one.next_crawl, one.name) for one in statuses if one.next_crawl is not None]
    if not is_running(folder):
        if scheduled:
            say("Schedule: not running. To start it, run 'newsarchive run'.", hanging=2)
        return
    parts = ["Schedule: running"]
    if (state := read_state(folder)) is not None:
        since = state.since.astimezone().isoformat(" ", "minutes")
        parts = [f"Schedule: running since {since}, process {state.process}"]
        parts += [
            f"crawling {name} since {zones[name].local_time(at)}"
            for name, at in state.crawling.items()
            if name in zones
        ]
        if state.waiting:
            parts.append(f"waiting: {', '.join(state.waiting)}")
    if scheduled:
        at, name = min(scheduled)
        parts.append(f"next: {name} {zones[name].local_time(at)}")
    say("; ".join(parts) + ".", hanging=2)


def _result(one: SourceStatus) -> str:
    return ", ".join([OUTCOME_LABELS[one.outcome], *count_phrases(one.crawl.counts if one.crawl else {})])


def _last_crawl(one: SourceStatus) -> str:
    if one.crawl is None:
        return "never"
    is_ahead = timestamps.is_in_future(one.crawl.started_at, datetime.now(UTC))
    return one.local_time(one.crawl.started_at) + (" (in the future)" if is_ahead else "")


def _print_failures(one: SourceStatus) -> None:
    for kind, heading in FAILURE_LABELS.items():
        _print_urls(heading, [failure for failure in one.failures if failure.kind == kind])
    _print_urls("Not extracted yet", one.unread)


def _print_urls(heading: str, failures: Sequence[CrawlFailure]) -> None:
    from newsarchive.sources.status import FAILURES_NAMED

    if failures:
        say()
        say((f"{heading}:", "bold"))
    for failure in failures[:FAILURES_NAMED]:
        role = "" if failure.role == "article" else f"{failure.role}: "
        say(failure.url, (f"  {role}{failure.reason}", "dim"), indent=2, hanging=4)
    if len(failures) > FAILURES_NAMED:
        say("… and more; the tables captures and failures of archive.db have all of them.", indent=2)


@click.command()
@workers_option
@click.option(
    "--repair", is_flag=True, help="Repair what can be repaired. Complete WARC files are never changed."
)
@click.option(
    "--head",
    metavar="SHA256",
    help="Check that the manifest chain still contains this checksum of an earlier head.",
)
@click.option("--quick", is_flag=True, help="Do not extract the pages again; takes about half the time.")
@json_option
def verify(workers: int | None, repair: bool, head: str | None, quick: bool, as_json: bool) -> None:
    """Check the archive for missing, damaged or altered data.

    Compare every record with its digests and its manifest, every manifest with the previous one, and
    every row of the index with the records. For the last, all pages are extracted again; with
    --quick, the stored extractions are trusted.

    The checksum of the latest manifest, the head of the chain, is printed at the end. Keep a copy of
    it elsewhere: without one, you cannot detect that the whole archive was rewritten.

    Up to 200 problems are printed for each file or table; with --json, all of them. The exit code is
    1 if there are any.
    """
    from archive import paths
    from archive.core import Archive
    from archive.extraction.version import EXTRACTOR
    from archive.integrity.audit import ALLOWANCE
    from archive.integrity.index_audit import Pages
    from archive.integrity.problems import MAX_NAMED_PROBLEMS
    from archive.jobs.pool import pool
    from newsarchive.config import load_settings
    from spiders.sources.source import load_valid

    folder = archive_folder()
    workers = workers or load_settings(folder).workers
    sources, mistakes = load_valid(folder / paths.SOURCES)
    outlets = {source.name: source.outlet for source in sources}
    with (
        pool(workers, ALLOWANCE) as executor,
        pool(workers) as extractors,
        progress_bars("Checking the records", "Checking the index") as (on_records, on_index),
    ):
        result = Archive.check(
            folder,
            executor,
            on_records,
            repair=repair,
            noted=head,
            pages=Pages(EXTRACTOR, extractors, outlets, again=not quick),
            deriving=on_index,
            most=None if as_json else MAX_NAMED_PROBLEMS,
        )
    result.notes += [f"{mistake}. What this source file says was not compared." for mistake in mistakes]
    if as_json:
        print_json(result.as_dict())
    else:
        _print_audit(result)
    exit_unless(not result.problems)


def _print_audit(result: AuditResult) -> None:
    from archive.integrity.problems import ONLY_OUTSIDE

    for sentence in result.mended:
        say(("repaired", "bold"), f": {sentence}", hanging=2)
    for problem in result.problems:
        say((FINDING_LABELS[problem.finding], "alarm"), f": {problem.sentence}", hanging=2)
    for note in result.notes:
        say(note, hanging=2)
    if result.head:
        say(f"The head of the manifest chain, {result.head.name}, has the SHA-256", hanging=2)
        say((result.head.sha256, "bold"), indent=2)
        say(f"Keep a copy of it elsewhere. {ONLY_OUTSIDE}", hanging=2)
    number = len(result.problems)
    found = counted(number, "problem") if number else "no problems"
    extracted = f", {counted(result.pages, 'page')} extracted again" if result.pages else ""
    say(
        f"Checked {counted(result.records, 'record')} in {counted(result.files, 'file')}, "
        f"{counted(result.rows, 'capture')} and {counted(result.manifests, 'manifest')}{extracted}: {found}."
    )


@click.command()
@workers_option
@click.option("--compare", is_flag=True, help="Report how the new extraction differs from the old one.")
@click.option("--keep-old", is_flag=True, help="Keep the old index as archive-until-TIME.db.")
@json_option
def rebuild(workers: int | None, compare: bool, keep_old: bool, as_json: bool) -> None:
    """Rebuild the index from the WARC files.

    All pages are extracted again, with the rules and page templates now in the source files. The old
    index stays in use until the new one is complete. With --compare, changes made by the extraction
    are reported separately from those made by the outlets.

    The exit code is 1 if bytes or pages could not be read; each is printed with the reason.
    """
    from archive import paths
    from archive.core import Archive
    from archive.jobs.pool import pool
    from newsarchive.config import load_settings
    from spiders.sources.source import load_all

    folder = archive_folder()
    workers = workers or load_settings(folder).workers
    outlets = {source.name: source.outlet for source in load_all(folder / paths.SOURCES)}
    with (
        pool(workers) as executor,
        progress_bars("Rebuilding", "Indexing for search") as (on_pages, on_indexing),
    ):
        result = Archive.rebuild(
            folder, outlets, executor, on_pages, indexing=on_indexing, compare=compare, keep_old=keep_old
        )
    if as_json:
        names = (
            "files",
            "captures",
            "articles",
            "versions",
            "unfinished",
            "damages",
            "unread_imports",
            "kept",
        )
        comparison = {"reread": result.comparison.as_dict() if result.comparison else None} if compare else {}
        print_json({name: getattr(result, name) for name in names} | unread_as_dict(result) | comparison)
    else:
        _print_rebuild(result)
        if compare:
            print_comparison(result.comparison)
        if result.kept:
            say(f"The old index was kept as {result.kept}. Delete it when you no longer need it.")
    exit_unless(not (result.damages or result.unread or result.unsettled))


def _print_rebuild(result: RebuildResult) -> None:
    for sentence in result.unfinished:
        say(sentence, hanging=2)
    for sentence in result.damages:
        say(("could not be read", "alarm"), f": {sentence}", hanging=2)
    for file, count in result.unread_imports.items():
        say(
            f"{file}: {counted(count, 'part')} that could not be read when it was imported, as before.",
            hanging=2,
        )
    print_unread(result)
    say(
        f"The index has {counted(result.captures, 'capture')}, {counted(result.articles, 'article')} and "
        f"{counted(result.versions, 'version')} from {counted(result.files, 'WARC file')}."
    )
