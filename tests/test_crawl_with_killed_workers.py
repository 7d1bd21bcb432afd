"""Worker processes killed at random during a rebuild or crawl: the result is that of an undisturbed run."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import events
from archive.core import Archive
from archive.events import Fetched
from archive.extraction.model import Outlet
from archive.extraction.version import EXTRACTOR
from archive.index.db.connection import connect
from archive.jobs.pool import MAX_TRIES, ExtractionJob, JobInterrupted, pool, run_extraction
from archive.paths import index_path
from archive.recording.history import HistoryRebuilder
from archive.recording.session import Fetch
from archive.warc.reader import read_capture
from archive.warc.records import Exchange
from newsarchive.crawling.crawl_process import CrawlOrder, CrawlOutcome, start_crawl, stop_child, watch_crawl
from spiders.crawl.budget import Budget
from spiders.crawl.follow import LinkFollower
from spiders.crawl.recorder import Recorder, Unreadable
from spiders.sources.source import Section
from tests import readers
from tests.archive.test_rebuild import rows
from tests.conftest import Typed
from tests.hostile import Hostile, answers, listing
from tests.outlet_pages import old_design
from tests.recordings import begun
from tests.sound import assert_index_is_sound, versions
from tests.spiders.test_settle_queue import SOURCE, open_recorder, store_page
from tests.test_hostile_servers import ARTICLES, describe, section

PAGES = 40
AT = datetime(2022, 3, 1, 12, 0, tzinfo=UTC)
# Fewer than the tries a page gets: whatever page they hit, it is extracted in the end.
SOME = MAX_TRIES["killed"] - 1


def address(number: int) -> str:
    return f"http://vesti.example/{number}.html"


def exchange(number: int, page: str, why: Fetched, at: datetime) -> Fetch:
    response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    return Fetch(
        Exchange(address(number), at, b"GET / HTTP/1.1\r\n\r\n", response, metadata=events.to_json(why)), why
    )


def crawl(folder: Path, at: datetime, pages: dict[int, str], *, is_read: bool) -> None:
    """Crawl some addresses, and extract the pages or be killed before that."""
    name = f"vesti-{at:%Y%m%d%H%M%S}"
    why = Fetched(role="article", crawl=name, source="vesti")
    with Archive.open(folder) as archive:
        recording = begun(archive, name, "vesti", at, extractor=EXTRACTOR)
        numbers = recording.store([exchange(number, page, why, at) for number, page in pages.items()])
        for capture in numbers:
            if is_read:
                job = recording.extraction_job(capture, Outlet("UTC"))
                recording.apply_extraction(capture, run_extraction(job) if job else None)
        recording.close()


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive of some dozens of articles, rebuilt undisturbed. Tests must not change it."""
    folder = tmp_path_factory.mktemp("killed") / "archive"
    Archive.create(folder).close()
    crawl(folder, AT, {number: old_design(number) for number in range(PAGES)}, is_read=False)
    with pool(2) as executor:
        came = Archive.rebuild(folder, {}, executor)
    assert (came.articles, came.unread, came.unsettled) == (PAGES, [], [])
    return folder


@pytest.fixture
def folder(archived: Path, tmp_path: Path) -> Path:
    return shutil.copytree(archived, tmp_path / "archive")


def test_a_rebuild_whose_workers_are_killed_gives_the_same_as_an_undisturbed_one(folder: Path) -> None:
    before = rows(folder)
    with pool(2) as executor:
        executor.submit(int, "7").result()
        with readers.killed(readers.own, 8, SOME) as victims:
            came = Archive.rebuild(folder, {}, executor)
    assert len(victims) > 1
    assert (came.unread, came.unsettled, came.damages) == ([], [], [])
    assert rows(folder) == before


def test_a_rebuild_ends_and_names_unread_pages_when_four_workers_are_killed_a_second(folder: Path) -> None:
    with pool(2) as executor:
        executor.submit(int, "7").result()
        with readers.killed(readers.own, 4):
            came = Archive.rebuild(folder, {}, executor)
    with Archive.open(folder) as archive:
        found = archive.connection.execute("SELECT url, reading FROM captures")
        readings = {row["url"]: row["reading"] for row in found}
    unread = {url for url, _ in came.unread}
    assert readings == {address(n): None if address(n) in unread else "article" for n in range(PAGES)}
    assert all("killed (SIGKILL)" in why for _, why in came.unread)


def site() -> dict[str, Any]:
    paths = [f"/a/{number}.html" for number in range(PAGES)]
    pages = {path: answers(old_design(number)) for number, path in enumerate(paths)}
    return {"/": answers(listing(*paths)), **pages}


def crawled(folder: Path, server: Hostile, killing: Callable[[int], Any]) -> CrawlOutcome:
    """Return the outcome of a crawl; `killing` is entered with its process meanwhile."""
    Archive.create(folder).close()
    (folder / "newsarchive.toml").write_text("workers = 2\n", encoding="utf-8")
    describe(folder, section(server.url("a")) + ARTICLES)
    child = start_crawl(folder, CrawlOrder("city"))
    try:
        with killing(child.pid):
            return watch_crawl(child, "city")
    finally:
        stop_child(child)


def test_a_crawl_whose_workers_are_killed_gives_the_same_as_an_undisturbed_one(tmp_path: Path) -> None:
    with Hostile({"a": site()}) as server:
        undisturbed = crawled(tmp_path / "one", server, lambda child: nullcontext())
        victims: list[int] = []

        def killing(child: int) -> Any:
            return readers.killed(lambda: victims.extend(found := readers.of(child)) or found, 8, SOME)

        disturbed = crawled(tmp_path / "two", server, killing)
    assert victims
    assert undisturbed.counts["new"] == PAGES
    assert (disturbed.counts, disturbed.failures, disturbed.exit_code) == (undisturbed.counts, [], 0)
    assert versions(tmp_path / "two") == versions(tmp_path / "one")
    assert_index_is_sound(tmp_path / "two")


def test_a_listing_whose_workers_are_always_killed_is_unread_and_no_empty_listing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The spider reports the error among the failures; the next crawl requests the section anyway."""
    monkeypatch.setattr("spiders.crawl.follow.read_listing", readers.die)
    source = replace(SOURCE, sections=(Section("Город", address(0)),))
    notes: list[str] = []

    async def visit(recorder: Recorder) -> None:
        budget = Budget(source, recorder.report, notes.append)
        following = LinkFollower(
            source, recorder, budget, notes.append, max_articles=None, since=None, full=False
        )
        capture = await store_page(recorder, 0, listing("/a/0.html"))
        task = following.new_task(address(0), "listing", section="Город")
        with pytest.raises(
            Unreadable, match=r"stored but not extracted: .* killed \(SIGKILL\), 8 times in a row"
        ):
            [found async for found in following.tasks_after(task, capture)]
        await recorder.finish("finished")

    asyncio.run(visit(open_recorder(tmp_path / "archive")))
    assert notes == []
    with Archive.open(tmp_path / "archive") as archive:
        assert archive.connection.execute("SELECT count(*) FROM sightings").fetchone()[0] == 0


class Unlucky(Executor):
    """An executor in this process that behaves as if the workers were always killed for some addresses."""

    def __init__(self, unlucky: set[str]) -> None:
        self.unlucky = unlucky

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            if isinstance(job := arguments[0], ExtractionJob) and _url_of(job) in self.unlucky:
                raise JobInterrupted("the worker process was killed (SIGKILL), 8 times in a row")
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def _url_of(job: ExtractionJob) -> str:
    return (job.capture or read_capture(job.folder, job.place, job.original)).url


UNLUCKY = {address(3), address(7)}


def test_an_unread_page_has_no_result_until_the_next_rebuild_extracts_it(
    folder: Path,
) -> None:
    before = rows(folder)
    came = Archive.rebuild(folder, {}, Unlucky(UNLUCKY))
    assert {url for url, _ in came.unread} == UNLUCKY
    assert came.articles == PAGES - len(UNLUCKY)
    with Archive.open(folder) as archive:
        assert {one.url for one in archive.unread("vesti")} == UNLUCKY
    assert Archive.rebuild(folder, {}, Unlucky(set())).unread == []
    assert rows(folder) == before


def test_the_commands_name_unread_pages_and_their_exit_code_is_1(
    folder: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.jobs.pool.pool", lambda *arguments, **named: Unlucky(UNLUCKY))
    done = typed(folder, "rebuild")
    assert done.exit_code == 1
    for url in UNLUCKY:
        assert (
            f"not extracted: {url}: the worker process was killed (SIGKILL), 8 times in a row" in done.stdout
        )
    status = typed(folder, "status", "vesti")
    assert status.exit_code == 1
    assert "2 stored pages are not extracted yet" in status.stdout
    assert all(url in status.stdout for url in UNLUCKY)
    with Archive.open(folder) as archive:
        (file,) = {row["file"] for row in archive.connection.execute("SELECT file FROM captures")}
    elsewhere = folder.parent / "elsewhere"
    Archive.create(elsewhere).close()
    done = typed(elsewhere, "import", folder / file)
    assert done.exit_code == 1
    assert all(f"not extracted: {url}" in done.stdout for url in UNLUCKY)
    monkeypatch.setattr("archive.jobs.pool.pool", lambda *arguments, **named: Unlucky(set()))
    given = shutil.copy(folder / file, folder.parent / "again.warc.gz")
    typed(elsewhere, "import", given)
    with Archive.open(elsewhere) as archive:
        assert {one.url for one in archive.search()} == {address(number) for number in range(PAGES)}


def edited(number: int, edit: str) -> str:
    return old_design(number).replace("рассказали очевидцы", f"рассказали {edit} очевидцы")


@pytest.fixture
def thrice(tmp_path: Path) -> tuple[Path, list[tuple[object, ...]]]:
    """Return an article with another text in each of three crawls, the first two unread, and its expected versions."""
    looks = [
        (AT + timedelta(days=day), {1: edited(1, edit)}) for day, edit in enumerate(("две", "три", "четыре"))
    ]
    for name, read in (("in-time", (0, 1, 2)), ("late", (2,))):
        Archive.create(tmp_path / name).close()
        for day, (at, pages) in enumerate(looks):
            crawl(tmp_path / name, at, pages, is_read=day in read)
    return tmp_path / "late", stored_versions(tmp_path / "in-time")


def stored_versions(folder: Path) -> list[tuple[object, ...]]:
    with closing(connect(index_path(folder))) as index:
        found = index.execute(
            """
            SELECT articles.*, versions.number, versions.first_seen, versions.last_seen, versions.body, captures.reading
            FROM versions JOIN articles ON articles.id = versions.article_id
            JOIN captures ON captures.id = versions.capture_id ORDER BY versions.number
            """
        )
        return [tuple(row) for row in found]


def test_captures_that_only_a_later_crawl_could_extract_take_their_place_in_time(
    thrice: tuple[Path, list[tuple[object, ...]]],
) -> None:
    folder, in_time = thrice
    assert len(stored_versions(folder)) == 1

    async def resumed() -> Recorder:
        recorder = open_recorder(folder)
        for number in await recorder.resume():
            await recorder.article_result(number)
        await recorder.finish("finished")
        return recorder

    recorder = asyncio.run(resumed())
    assert recorder.report.failures == {}
    assert stored_versions(folder) == in_time
    assert_index_is_sound(folder)


def test_a_capture_that_stays_unread_leaves_the_article_unchanged(
    thrice: tuple[Path, list[tuple[object, ...]]],
) -> None:
    folder, in_time = thrice
    before = stored_versions(folder)
    with Archive.open(folder) as archive:
        first = archive.connection.execute("SELECT min(id) FROM captures").fetchone()[0]
        article = archive.article(address(1)).id

        def late(executor: Executor) -> HistoryRebuilder:
            retelling = HistoryRebuilder(
                folder, archive.connection, executor, EXTRACTOR, lambda source: Outlet("UTC")
            )
            retelling._late = {article: [first, first + 1]}
            return retelling

        unread = late(Unlucky({address(1)})).rebuild_all()
        assert [(url, str(why)[:19]) for url, why in unread] == [(address(1), "the worker process ")] * 2
        assert stored_versions(folder) == before
        assert len(archive.unread("vesti")) == 2
        assert late(Unlucky(set())).rebuild_all() == []
    assert stored_versions(folder) == in_time
