"""Recording, repair and rebuild killed at any step: nothing is lost and nothing is doubled.

Each step is a call that changes the disk or an SQLite statement (tests/faults.py). The crawl is simulated below the
spider with fixed responses, so that any two runs of it can be compared. The steps are a sample (tests/sampling.py);
`make test-all` kills at more of them.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from archive import events, timestamps
from archive.core import Archive
from archive.events import CrawlEnded, CrawlStarted, Failed, Fetched, Sighted, SightedArticle
from archive.extraction.model import Article, Outlet
from archive.index.ingest import extraction_queue
from archive.jobs.pool import ExtractionJob, ExtractionResult
from archive.manifests import reader as manifests
from archive.rebuild import rebuild as rebuild_module
from archive.recording import session
from archive.recording.session import Fetch, Recording
from archive.warc.reader import read_capture
from archive.warc.records import Exchange
from tests import faults
from tests.sampling import IS_COMPLETE, sample_steps
from tests.sound import assert_accepted

SITE = "http://news.example"
SOURCE = "primorsk"
FIRST = datetime(2022, 1, 10, 10, 0, tzinfo=UTC)
EXTRACTOR = "the test's own hand"
VISITS = 2
ARTICLES = 5
PICTURE = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + random.Random(7).randbytes(3000)


def visit(folder: Path) -> None:
    """Fetch, store and extract whatever is missing of the crawls, in the order of a crawl."""
    with Archive.open(folder) as archive:
        session.recover_source(folder, archive.connection, SOURCE)
        number = archive.connection.execute(
            "SELECT count(*) FROM crawls WHERE ended_at IS NOT NULL"
        ).fetchone()[0]
        if number < VISITS:
            _crawl(folder, archive, number)


def _crawl(folder: Path, archive: Archive, number: int) -> None:
    at = FIRST + timedelta(days=number)
    started = datetime.now(UTC)
    crawl = f"{SOURCE}-{uuid4()}"
    kept = Recording(
        folder,
        archive.connection,
        CrawlStarted(
            crawl=crawl, source=SOURCE, title="Приморск", timezone="UTC", at=timestamps.to_iso(started)
        ),
        extractor=EXTRACTOR,
        info={"software": "a test"},
        max_bytes=4000,  # two batches a file
        appends=True,
        now=lambda: datetime.now(UTC),
        new_id=uuid4,
    )
    for capture in extraction_queue.pending_captures(archive.connection, SOURCE):
        _settle(kept, archive, capture)
    rows = archive.connection.execute("SELECT url, max(fetched_at) FROM captures GROUP BY url")
    seen = {url for url, last in rows if timestamps.from_iso(last) >= at}
    for batch in _batches(crawl, number, at):
        missing = [fetch for fetch in batch if fetch.exchange.url not in seen]
        for fetch, capture in zip(missing, kept.store(missing) if missing else [], strict=True):
            if fetch.event.role == "article":
                _settle(kept, archive, capture)
    _state(kept, archive, crawl, at)
    ended = CrawlEnded(crawl=crawl, at=timestamps.to_iso(datetime.now(UTC)), outcome="finished")
    kept.record_events([ended])
    kept.close()


def _batches(crawl: str, visit: int, at: datetime) -> Iterator[list[Fetch]]:
    yield [_fetch(crawl, f"{SITE}/list", "listing", at, _answer({"visit": visit}))]
    for number in range(ARTICLES):
        expected = {
            "title": f"Новость {number}",
            "body": f"Текст {number}, как он был {visit * (number % 2)} раз.",
        }
        yield [
            _fetch(crawl, f"{SITE}/{number}", "article", at, _answer(expected)),
            _fetch(
                crawl, f"{SITE}/{number}.png", "image", at, PICTURE
            ),  # the same bytes: one body, then revisits
        ]


def _fetch(crawl: str, url: str, role: str, at: datetime, response: bytes) -> Fetch:
    why = Fetched(role=role, crawl=crawl, source=SOURCE, section="Мир")
    request = f"GET {url} HTTP/1.1\r\n\r\n".encode()
    return Fetch(Exchange(url, at, request, response, metadata=events.to_json(why)), why)


def _answer(expected: dict[str, Any]) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + json.dumps(expected).encode()


def _settle(kept: Recording, archive: Archive, capture: int) -> None:
    job = kept.extraction_job(capture, Outlet("UTC"))
    kept.apply_extraction(capture, read(job) if job else None)


def read(job: ExtractionJob) -> ExtractionResult:
    expected = json.loads(read_capture(job.folder, job.place, job.original).effective.payload())
    return ExtractionResult(Article(title=expected["title"], body=(expected["body"],), confidence=1.0))


def _state(kept: Recording, archive: Archive, crawl: str, at: datetime) -> None:
    """Record a listing and a failed request, unless a killed crawl recorded them."""
    listing = archive.connection.execute(
        "SELECT record_id FROM captures WHERE role = 'listing' AND fetched_at >= ?", (timestamps.to_iso(at),)
    ).fetchone()["record_id"]
    if not archive.connection.execute(
        "SELECT 1 FROM sightings WHERE seen_at >= ?", (timestamps.to_iso(at),)
    ).fetchone():
        shown = tuple(SightedArticle(url=f"{SITE}/{number}", place=number + 1) for number in range(ARTICLES))
        kept.record_events([Sighted(listing=listing, source=SOURCE, section="Мир", shown=shown)])
    if not archive.connection.execute(
        "SELECT 1 FROM failures WHERE failed_at >= ?", (timestamps.to_iso(at),)
    ).fetchone():
        failed = Failed(
            role="image",
            url=f"{SITE}/away.png",
            at=timestamps.to_iso(at),
            reason="refused",
            crawl=crawl,
            source=SOURCE,
        )
        kept.record_events([failed])


class Inline(Executor):
    """Runs each extraction at once, in this process."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(read(*arguments))
        return future


def rebuild(folder: Path) -> None:
    """Rebuild the index."""
    rebuild_module.rebuild(folder, {SOURCE: Outlet("UTC")}, Inline(), extractor=EXTRACTOR)


def rows(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the content of the index without values that differ between runs: ids, places, crawls."""
    asked = {
        "captures": "SELECT url, role, fetched_at, status, payload_sha256, reading FROM captures",
        "articles": "SELECT id, url, state, first_seen, last_seen, version_count FROM articles",
        "versions": "SELECT article_id, number, title, body, first_seen, last_seen FROM versions",
        "sightings": "SELECT url, place, seen_at, article_id FROM sightings",
        "failures": "SELECT url, failed_at, reason FROM failures",
    }
    with Archive.open(folder) as archive:
        return {name: sorted(map(tuple, archive.connection.execute(sql))) for name, sql in asked.items()}


def new(folder: Path) -> Path:
    Archive.create(folder).close()
    return folder


def visit_to_the_end(folder: Path) -> None:
    for _ in range(VISITS):
        visit(folder)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of uninterrupted crawls."""
    folder = new(tmp_path_factory.mktemp("undisturbed"))
    visit_to_the_end(folder)
    assert_accepted(folder)
    parts = [listed.file for listed in manifests.listed_files(folder) if listed.start]
    assert len(parts) == VISITS - 1  # each crawl appends to the last file of the one before
    found = rows(folder)
    assert {name: len(table) for name, table in found.items()} == {
        "captures": VISITS * (1 + 2 * ARTICLES),
        "articles": ARTICLES,
        "versions": ARTICLES + ARTICLES // 2,
        "sightings": VISITS * ARTICLES,
        "failures": VISITS,
    }
    return found


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the steps of both crawls, in order."""
    taken = faults.run(visit_to_the_end, new(tmp_path_factory.mktemp("steps")))
    assert isinstance(taken, list)
    return taken


STAGES = {
    "within a record": ("pwrite",),
    "between record and sync": ("fsync",),
    "between sync and row": ("BEGIN",),
    "within a transaction": ("INSERT", "UPDATE"),
    "within a commit": ("COMMIT",),
    "during rotation": ("fchmod", "rename", "mkdir"),
}
# Per stage; each is followed by one at a random step of the restart.
KILLS = 16 if IS_COMPLETE else 5


@pytest.mark.parametrize("stage", STAGES)
def test_a_recording_killed_twice_ends_as_if_nothing_had_been(
    stage: str, steps: list[str], undisturbed: dict[str, list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    chance = random.Random(stage)
    struck = [number for number, kind in enumerate(steps) if kind in STAGES[stage]]
    for number in chance.sample(struck, min(KILLS, len(struck))):
        folder = new(tmp_path / str(number))
        assert faults.run(visit_to_the_end, folder, at=number) == -9
        again = chance.randrange(len(steps) - number + 20)
        faults.run(visit_to_the_end, folder, at=again)  # lives where so many steps are not left
        visit_to_the_end(folder)
        assert rows(folder) == undisturbed, (
            f"killed at step {number}, {steps[number]}, and at {again} after that"
        )
        assert_accepted(folder)


def test_no_row_is_committed_before_its_record_is_on_disk(steps: list[str]) -> None:
    for number, kind in enumerate(steps):
        if kind == "COMMIT" and "pwrite" in steps[:number]:
            before = steps[:number][::-1]
            assert before.index("fsync") < before.index("pwrite")


def test_mending_killed_at_any_step_is_done_by_the_next_start(
    steps: list[str], undisturbed: dict[str, list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    torn = new(tmp_path / "torn")
    rowless = [number for number, kind in enumerate(steps) if kind == "pwrite"][-8]
    assert faults.run(visit_to_the_end, torn, at=rowless) == -9
    mending = faults.run(mend, shutil.copytree(torn, tmp_path / "whole"))
    assert isinstance(mending, list)
    assert {"ftruncate", "rename", "fsync"} <= set(mending)
    for number in sample_steps(mending, range(len(mending)), 12):
        folder = shutil.copytree(torn, tmp_path / str(number))
        assert faults.run(mend, folder, at=number) == -9
        visit_to_the_end(folder)
        assert rows(folder) == undisturbed, f"killed at step {number}, {mending[number]}"
        assert_accepted(folder)


def test_a_rebuild_killed_at_any_step_leaves_the_old_index(
    steps: list[str], undisturbed: dict[str, list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    killed = new(tmp_path / "killed")
    nearly_done = len(steps) - 1 - steps[::-1].index("BEGIN")
    assert faults.run(visit_to_the_end, killed, at=nearly_done) == -9  # its last rows are in the WAL alone
    assert (killed / "archive.db-wal").stat().st_size
    rebuilding = faults.run(rebuild, shutil.copytree(killed, tmp_path / "whole"))
    assert isinstance(rebuilding, list)
    on_disk = [number for number, kind in enumerate(rebuilding) if kind in faults.CALLS]
    in_sql = random.Random(3).sample(range(len(rebuilding)), 12 if IS_COMPLETE else 4)
    for number in sorted({*sample_steps(rebuilding, on_disk, 10), *in_sql}):
        folder = shutil.copytree(killed, tmp_path / str(number))
        assert faults.run(rebuild, folder, at=number) == -9
        assert rows(folder) == undisturbed, f"killed at step {number}, {rebuilding[number]}"
        rebuild(folder)
        assert rows(folder) == undisturbed
        assert_accepted(folder)


def mend(folder: Path) -> None:
    """Do what a crawl does before its first request."""
    with Archive.open(folder) as archive:
        session.recover_source(folder, archive.connection, SOURCE)
