"""Commands that check and maintain an archive: `status`, `verify` and `rebuild`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from archive import timestamps
from archive.events import COUNTS, count_phrases
from newsarchive.cli.common import archive_folder, exit_unless, json_option, print_json
from newsarchive.cli.progress import progress_bars
from newsarchive.cli.rebuild_report import print_comparison
from newsarchive.cli.terminal import print_table, say
from newsarchive.cli.unread_pages import print_unread, unread_as_dict
from newsarchive.light_imports import import_index

if TYPE_CHECKING:
    from archive.index.lookup.crawl_failures import CrawlFailure
    from archive.index.rows.sources import CrawlRow
    from archive.integrity.problems import AuditResult

FAILURES_SHOWN = 50  # addresses of each kind


@dataclass(frozen=True, slots=True)
class _SourceStatus:
    """The status of one source."""

    name: str
    title: str
    zone: ZoneInfo
    articles: int
    by_state: Mapping[str, int]
    crawl: CrawlRow | None
    outcome: str  # of that crawl; running or killed when it has none
    next_crawl: datetime | None
    has_file: bool
    dated_ahead: tuple[int, datetime] | None  # how many crawls are dated in the future, and up to when
    failures: Sequence[
        CrawlFailure
    ] = ()  # addresses of that crawl that gave no article, about MISSED at most
    unread: Sequence[CrawlFailure] = ()  # pages of any crawl that are kept and not read, MISSED + 1 at most

    @property
    def alarms(self) -> list[str]:
        """Return what needs attention, one line each."""
        alarms = [] if self.has_file else [f"sources/{self.name}.toml is missing: it is crawled no more"]
        if self.outcome in ("killed", "failed"):
            alarms.append(f"its last crawl {'was killed' if self.outcome == 'killed' else 'failed'}")
        if self.crawl and self.crawl.failed:
            addresses = "1 address" if self.crawl.failed == 1 else f"{self.crawl.failed} addresses"
            see = f"'newsarchive status {self.name}' names them"
            alarms.append(f"{addresses} gave no usable answer at the last crawl; {see}")
        if self.unread and self.outcome != "running":
            number = (
                f"more than {FAILURES_SHOWN}" if len(self.unread) > FAILURES_SHOWN else str(len(self.unread))
            )
            pages = "1 page is" if number == "1" else f"{number} pages are"
            alarms.append(f"{pages} kept and not read yet: the next crawl reads what is left")
        return alarms + list(self.crawl.notes if self.crawl else ())

    @property
    def notes(self) -> list[str]:
        """Return information that needs no action, one line each."""
        notes = []
        if self.dated_ahead is not None:
            crawls, latest = self.dated_ahead
            dated = "1 crawl is" if crawls == 1 else f"{crawls} crawls are"
            up_to = _local_time(latest, self.zone)
            notes.append(
                f"{dated} dated in the future, up to {up_to}: the clock was ahead then, or is behind now"
            )
        if self.crawl and timestamps.to_iso(self.crawl.started_at) < timestamps.NO_CRAWL_BEFORE:
            at = _local_time(self.crawl.started_at, self.zone)
            notes.append(f"its last crawl is dated {at}: the clock of this machine was behind")
        return notes


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@json_option
def status(names: tuple[str, ...], as_json: bool) -> None:
    """Show the status of every source.

    Its last crawl with the result, its next crawl, in the time zone of the source, and what needs
    attention. The exit code is 1 if something does, and 2 if a source file has errors. With NAME,
    only that source, and the URLs that gave no article at its last crawl or are not extracted yet.
    """
    from archive.errors import ArchiveError, SourceError

    states, mistakes = _source_statuses(archive_folder())
    if unknown := [name for name in names if name not in {state.name for state in states}]:
        there = ", ".join(state.name for state in states) or "none yet"
        raise ArchiveError(f"There is no source {unknown[0]!r}; there are: {there}.")
    if names:
        states = [state for state in states if state.name in names]
    if as_json:
        print_json([_status_as_dict(state) for state in states])
    elif not states:
        say("There is no source yet, and nothing was crawled.")
    else:
        _print_statuses(states)
        for state in states if names else ():
            _print_failures(state)
    if mistakes:
        raise SourceError("\n".join(mistakes))
    exit_unless(not any(state.alarms for state in states))


@click.command()
@click.option("--workers", metavar="N", type=click.IntRange(min=1), help="How many processes read files.")
@click.option("--repair", is_flag=True, help="Mend what can be mended; whole WARC files are never changed.")
@click.option("--head", metavar="SHA256", help="A head noted down earlier: it must be in the chain still.")
@click.option("--quick", is_flag=True, help="Trust how pages were read before: takes half the time.")
@json_option
def verify(workers: int | None, repair: bool, head: str | None, quick: bool, as_json: bool) -> None:
    """Check that nothing is lost or altered.

    Compare every record with its digests and its manifest, every manifest with the previous one, and
    every row of the index with what follows from the records, whose pages are all extracted again;
    with --quick, the stored extractions are trusted. Prints the latest manifest checksum (the head of
    the chain): noted down elsewhere, it reveals a rewriting of the whole archive, which nothing
    inside can. Prints up to 200 problems for each file or table; with --json, all of them. The exit
    code is 1 if anything is wrong.
    """
    import_index()

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
        pool(workers) as readers,
        progress_bars("Verifying", "Comparing the index") as (tell, deriving),
    ):
        verified = Archive.check(
            folder,
            executor,
            tell,
            repair=repair,
            noted=head,
            pages=Pages(EXTRACTOR, readers, outlets, again=not quick),
            deriving=deriving,
            most=None if as_json else MAX_NAMED_PROBLEMS,
        )
    verified.notes += [f"{mistake}: what this source file says was not compared." for mistake in mistakes]
    if as_json:
        print_json(verified.as_dict())
    else:
        _print_audit(verified)
    exit_unless(not verified.problems)


def _print_audit(verified: AuditResult) -> None:
    from archive.integrity.problems import ONLY_OUTSIDE

    for sentence in verified.mended:
        say(("mended", "bold"), f": {sentence}", hanging=2)
    for problem in verified.problems:
        say((problem.finding, "alarm"), f": {problem.sentence}", hanging=2)
    for note in verified.notes:
        say(note, hanging=2)
    number = len(verified.problems)
    found = {0: "nothing is wrong", 1: "1 problem"}.get(number, f"{number} problems")
    if verified.head:
        say(f"The head, {verified.head.name}, is", hanging=2)
        say((verified.head.sha256, "bold"), indent=2)
        say(f"Note it down elsewhere. {ONLY_OUTSIDE}", hanging=2)
    read = f", {verified.pages} pages read again" if verified.pages else ""
    say(
        f"Looked at {verified.records} records in {verified.files} files, {verified.rows} captures and "
        f"{verified.manifests} manifests{read}: {found}."
    )


@click.command()
@click.option("--workers", metavar="N", type=click.IntRange(min=1), help="How many processes read pages.")
@click.option("--compare", is_flag=True, help="Tell what is read otherwise than before, and by what.")
@click.option("--keep-old", is_flag=True, help="Keep the old index beside the new, as archive-until-TIME.db.")
@json_option
def rebuild(workers: int | None, compare: bool, keep_old: bool, as_json: bool) -> None:
    """Rebuild the index from the WARC files.

    All pages are extracted again, with the rules now in the source files. The old index stays in use
    until the new one is complete. With --compare, changes by the extraction are reported apart from
    changes by the outlets. The exit code is 1 if bytes or pages could not be read; they are named
    with the reason.
    """
    import_index()

    from archive import paths
    from archive.core import Archive
    from archive.jobs.pool import pool
    from newsarchive.config import load_settings
    from spiders.sources.source import load_all

    folder = archive_folder()
    workers = workers or load_settings(folder).workers
    outlets = {source.name: source.outlet for source in load_all(folder / paths.SOURCES)}
    with pool(workers) as executor, progress_bars("Rebuilding", "Making search fast") as (tell, indexing):
        rebuilt = Archive.rebuild(
            folder, outlets, executor, tell, indexing=indexing, compare=compare, keep_old=keep_old
        )
    if as_json:
        names = ("files", "captures", "articles", "versions", "unfinished", "damages", "kept")
        reread = {"reread": rebuilt.comparison.as_dict() if rebuilt.comparison else None} if compare else {}
        print_json({name: getattr(rebuilt, name) for name in names} | unread_as_dict(rebuilt) | reread)
    else:
        for sentence in rebuilt.unfinished:
            say(sentence, hanging=2)
        for sentence in rebuilt.damages:
            say(("could not be read", "alarm"), f": {sentence}", hanging=2)
        print_unread(rebuilt)
        say(
            f"The index holds {rebuilt.captures} captures, {rebuilt.articles} articles and "
            f"{rebuilt.versions} versions, from {rebuilt.files} WARC files."
        )
        if compare:
            print_comparison(rebuilt.comparison)
        if rebuilt.kept:
            say(f"The old index is {rebuilt.kept}, to be thrown away when it is needed no more.")
    exit_unless(not (rebuilt.damages or rebuilt.unread or rebuilt.unsettled))


def _source_statuses(folder: Path) -> tuple[list[_SourceStatus], list[str]]:
    """Return the status of every source, and the errors in source files."""
    from archive import paths
    from archive.core import Archive
    from newsarchive.schedule import next_run
    from spiders.sources.source import load_valid

    sources, mistakes = load_valid(folder / paths.SOURCES)
    files = {source.name: source for source in sources}
    with Archive.open(folder) as archive:
        known = {state.name: state for state in archive.sources()}
        now = datetime.now(UTC)
        dated_ahead = archive.crawls_dated_ahead(now)
        missed = {
            name: archive.missed(state.last_crawl.id, most=FAILURES_SHOWN + 1)
            for name, state in known.items()
            if state.last_crawl
        }
        unread = {name: archive.unread(name, most=FAILURES_SHOWN + 1) for name in known}
    states = []
    for name in sorted(files.keys() | known.keys()):
        source, state = files.get(name), known.get(name)
        crawl = state.last_crawl if state else None
        states.append(
            _SourceStatus(
                name=name,
                title=source.title if source else state.title if state else name,
                zone=ZoneInfo(source.timezone if source else state.timezone if state else "UTC"),
                articles=state.articles if state else 0,
                by_state=state.by_state if state else {},
                crawl=crawl,
                outcome=_crawl_outcome(folder, crawl),
                next_crawl=next_run(source, now) if source else None,
                has_file=(folder / paths.SOURCES / f"{name}.toml").exists(),
                dated_ahead=dated_ahead.get(name),
                failures=missed.get(name, ()),
                unread=unread.get(name, ()),
            )
        )
    return states, mistakes


def _crawl_outcome(folder: Path, crawl: CrawlRow | None) -> str:
    if crawl is None:
        return "–"
    if crawl.outcome is not None:
        return crawl.outcome
    return "running" if _is_running(folder, crawl.source) else "killed"


def _is_running(folder: Path, name: str) -> bool:
    from archive import locks, paths
    from archive.errors import ArchiveBusy

    try:
        with locks.lock(paths.source_lock(folder, name), "", shared=True):
            return False
    except ArchiveBusy:
        return True


def _print_statuses(states: list[_SourceStatus]) -> None:
    print_table(
        ("SOURCE", "ARTICLES", "LAST CRAWL", "CAME OF IT", "NEXT CRAWL"),
        [
            (
                state.name,
                str(state.articles),
                _last_crawl(state),
                _result_text(state),
                _local_time(state.next_crawl, state.zone) if state.next_crawl else "when asked",
            )
            for state in states
        ],
        numbers=["ARTICLES"],
        wraps="CAME OF IT",
    )
    for state in states:
        gone = [f"{number} {name}" for name, number in state.by_state.items() if name != "live" and number]
        if gone:
            say(f"{state.name}: {', '.join(gone)}", hanging=2)
        for note in state.notes:
            say(f"{state.name}: {note}", hanging=2)
        for alarm in state.alarms:
            say((f"{state.name}: {alarm}", "alarm"), hanging=2)


def _print_failures(state: _SourceStatus) -> None:
    for heading, missed in (
        ("No usable answer", [one for one in state.failures if one.kind == "failed"]),
        ("Read, and no article", [one for one in state.failures if one.kind == "not an article"]),
        ("Not asked for", [one for one in state.failures if one.kind == "forbidden"]),
        ("Kept, and not read", state.unread),
    ):
        if missed:
            say()
            say((f"{heading}:", "bold"))
        for one in missed[:FAILURES_SHOWN]:
            role = "" if one.role == "article" else f"{one.role}: "
            say(one.url, (f"  {role}{one.reason}", "dim"), indent=2, hanging=4)
        if len(missed) > FAILURES_SHOWN:
            say("… and more: the tables captures and failures of archive.db name all.", indent=2)


def _result_text(state: _SourceStatus) -> str:
    return ", ".join(
        [state.outcome, *count_phrases({name: getattr(state.crawl, name, None) for name in COUNTS})]
    )


def _last_crawl(state: _SourceStatus) -> str:
    if state.crawl is None:
        return "never"
    when = _local_time(state.crawl.started_at, state.zone)
    return (
        f"{when} (in the future)"
        if timestamps.is_in_future(state.crawl.started_at, datetime.now(UTC))
        else when
    )


def _local_time(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _status_as_dict(state: _SourceStatus) -> dict[str, Any]:
    crawl = state.crawl
    return {
        "source": state.name,
        "title": state.title,
        "articles": state.articles,
        "states": dict(state.by_state),
        "last_crawl": crawl
        and {
            "id": crawl.id,
            "started_at": timestamps.to_iso(crawl.started_at),
            "ended_at": timestamps.to_iso(crawl.ended_at) if crawl.ended_at else None,
            "outcome": state.outcome,
            **{name: getattr(crawl, name) for name in COUNTS},
        },
        "next_crawl": state.next_crawl.isoformat() if state.next_crawl else None,
        "alarms": state.alarms,
        "notes": state.notes,
        "missed": [one.as_dict() for one in state.failures[:FAILURES_SHOWN]],
        "unread": [one.url for one in state.unread[:FAILURES_SHOWN]],
    }
