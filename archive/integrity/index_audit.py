"""Compare the stored index with one derived again from the records, and report differences as problems."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import ParamSpec, TypeVar

from archive import paths
from archive.extraction.model import Outlet
from archive.index.db.connection import Connection, connect
from archive.index.lookup import audit as index_audit
from archive.index.rows import table_diff as tables
from archive.index.rows.table_diff import Difference
from archive.index.search import fulltext_audit as searchcheck
from archive.integrity import derivation as replaying
from archive.integrity.derivation import FileOfFacts, Replayed
from archive.integrity.problems import AuditResult, Finding, Problem, make_problem, shorten
from archive.jobs.pool import JobFailed, JobInterrupted
from archive.values.plurals import are, counted, were

P = ParamSpec("P")
T = TypeVar("T")
Found = tuple[list[Difference], int]  # the first ones, and the number of the others


@dataclass(frozen=True, slots=True)
class Pages:
    """Who extracts pages again, and with what knowledge of their outlets."""

    extractor: str
    readers: Executor | None = None  # None: pages are extracted in this process
    outlets: Mapping[str, Outlet] = field(default_factory=dict)  # by source, from the source files
    again: bool = True  # extract every page again, and not only those with incomplete rows


@dataclass(frozen=True, slots=True)
class SearchJob:
    """An index whose search tables are to be compared with its versions."""

    index: Path
    scratch: Path  # a file to create
    most: int | None


def found_otherwise(job: SearchJob) -> Found:
    """Return how the search tables differ from what the stored versions imply."""
    job.scratch.unlink(missing_ok=True)  # left by a try whose process was ended
    with closing(connect(job.index)) as connection:
        connection.execute("BEGIN")
        return _first(searchcheck.differences(connection, job.scratch), job.most)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A stored index with what is needed to derive it again; `run` adds differences to `verified`."""

    folder: Path
    connection: Connection
    files: list[FileOfFacts] | None  # None: only the internal consistency of the index is checked
    pages: Pages
    scratch: Path  # a folder
    most: int | None  # maximum of problems named for one table; None: all
    verified: AuditResult
    progress: Callable[[int, int], None]
    crawled: Collection[str] = ()  # sources that are being crawled: pending work there is no problem

    def run(self) -> None:
        """Report what SQLite finds wrong with the stored index, and how it differs from what the records imply."""
        for says in chain(
            index_audit.integrity_faults(self.connection), index_audit.unknown_triggers(self.connection)
        ):
            self._add(make_problem("damaged", paths.INDEX, f"{says}: run 'newsarchive rebuild'"))
        of_one_row = chain(index_audit.bodies(self.connection), index_audit.repeats(self.connection))
        for url, says in islice(of_one_row, self.most):
            self._add(make_problem("altered", paths.INDEX, says, url=url))
        if self.files is not None:
            self._derived(self.files)

    def searched(self, found: Future[Found], job: SearchJob) -> None:
        """Report differences of the search tables; if the job's process ended, compare in this process."""
        try:
            named, more = found.result()
        except (JobFailed, JobInterrupted, SystemError):  # the last is what C code raises at a memory limit
            named, more = found_otherwise(job)
        self._differences("the search tables", named, more)

    def _derived(self, files: list[FileOfFacts]) -> None:
        """Derive the index again, and compare every table with the stored one."""
        captures, done = index_audit.captures(self.connection), 0

        def progress() -> None:
            nonlocal done
            done += 1
            self.progress(min(done, captures), captures)

        new = self.scratch / "derived.db"
        replayed = replaying.derive(
            self.folder,
            self.connection,
            new,
            files,
            self.pages.outlets,
            self.pages.readers or Here(),
            extractor=self.pages.extractor,
            pages=self.pages.again,
            progress=progress,
        )
        self._replayed(replayed)
        if (
            replayed.faults
        ):  # rows that are missing because of them would look superfluous in the stored index
            return
        with closing(connect(new)) as derived:
            self._sources(derived)
            for table in tables.KEYS:
                self._differences(table, *_first(tables.compared(self.connection, derived, table), self.most))

    def _replayed(self, replayed: Replayed) -> None:
        self.verified.pages = replayed.read if self.pages.again else 0
        for says in replayed.nonsense[: self.most]:
            file, _, rest = says.partition(" ")
            self._add(Problem("altered", file, None, None, f"{file} {rest}."))
        for says in replayed.faults[: self.most]:
            says += ", an error of newsarchive or of the machine: the index was not compared with the records"
            self._add(
                make_problem("unchecked", paths.INDEX, f"{says}; if it happens again, please report it")
            )
        for source, count in sorted(replayed.unsettled.items()):
            self.verified.notes.append(
                f"{counted(count, 'capture')} of {source} {were(count)} extracted and could not be put into the "
                "index: 'newsarchive rebuild' tries again."
            )
        for (source, extractor), count in sorted(replayed.outdated.items()):
            if source not in self.pages.outlets and extractor.startswith(f"{self.pages.extractor}, "):
                self.verified.notes.append(
                    f"{counted(count, 'page')} of {source} {were(count)} extracted with rules or templates that no "
                    f"source file has now ({extractor}), and {were(count)} not checked."
                )
                continue
            says = (
                f"{counted(count, 'page')} of {source} {were(count)} extracted by {extractor}, which is not the "
                "current extractor"
            )
            self._not_done(source, "outdated", says, "run 'newsarchive rebuild'")
        for source, count in sorted(replayed.unreadable.items()):
            pages = counted(count, "page")
            says = f"{pages} of {source} could not be extracted as worker processes were killed: try again"
            self._add(make_problem("unfinished", paths.INDEX, says))
        for source, count in sorted(replayed.unread.items()):
            self.verified.notes.append(
                f"{counted(count, 'capture')} of {source} {are(count)} not extracted yet: the next crawl or import "
                "does it."
            )

    def _not_done(self, source: str, finding: Finding, says: str, then: str) -> None:
        """Report pending work of a source: a note if a crawl is running that may do it, else a problem."""
        if source in self.crawled:
            self.verified.notes.append(f"{paths.INDEX}: {says}: {source} is being crawled.")
        else:
            self._add(make_problem(finding, paths.INDEX, f"{says}: {then}"))

    def _sources(self, derived: Connection) -> None:
        """Note if a source file states another title or time zone than at the last crawl."""
        for name, title, timezone in index_audit.sources(derived):
            outlet = self.pages.outlets.get(name)
            if outlet is None:
                continue
            for what, was, now in (
                ("title", title, outlet.title or title),
                ("timezone", timezone, outlet.timezone),
            ):
                if was != now:
                    self.verified.notes.append(
                        f"{paths.SOURCES}/{name}.toml says {what} {shorten(now)}; "
                        f"the index has {shorten(was)} from the last crawl, "
                        "until the next one."
                    )

    def _differences(self, where: str, found: Iterable[Difference], more: int) -> None:
        for one in found:
            self._add(_problem(one))
        if more:
            says = f"{counted(more, 'more problem')} of {where} {are(more)} not listed here"
            self._add(make_problem("altered", paths.INDEX, says))

    def _add(self, found: Problem) -> None:
        self.verified.problems.append(found)


class Here(Executor):
    """An executor that runs each job at once, in this process."""

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Return a finished future with the function's result or exception."""
        future: Future[T] = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:  # raised again by `result`
            future.set_exception(error)
        return future


def _first(found: Iterator[Difference], most: int | None) -> Found:
    """Return the first differences and the number of the others."""
    return list(islice(found, most)), sum(1 for _ in found)


def _problem(one: Difference) -> Problem:
    row = ", ".join(f"{name} {shorten(value)}" for name, value in one.row.items())
    of = f" ({shorten(one.url)})" if one.url and one.url not in one.row.values() else ""
    # The file of an altered row is audited by itself: the row does not speak against it.
    file, offset = one.place if one.place and one.kind != "altered" else (paths.INDEX, None)
    finding: Finding = "missing"
    if one.kind == "altered":
        finding, says = "altered", f"{one.table}: {row}{of}: {one.column} is {shorten(one.stored)}, "
        says += f"and should be {shorten(one.derived)}"
    elif one.kind == "missing":
        says = f"{one.table}: {row}{of} has no row in the index"
    else:
        says = f"{one.table}: {row}{of} has a row, but no readable record"
    found = make_problem(finding, file, says, offset=offset, url=one.url)
    return replace(
        found,
        row_missing=one.table == "captures" and one.kind == "missing",
        table=one.table,
        row=one.row,
        column=one.column,
        stored=one.stored,
        derived=one.derived,
    )
