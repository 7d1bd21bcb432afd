"""Unchanged responses are not stored again, and no response is lost by that."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.core import Archive
from archive.jobs.pool import pool
from newsarchive.crawling.crawl_process import CrawlOrder, CrawlOutcome, run_crawls
from newsarchive.demo_site import DemoSite, Truth
from newsarchive.demo_site.http_messages import Request
from spiders.sources.source import load_all
from tests.conftest import describe
from tests.test_end_to_end import DERIVED, rows_of


@dataclass(frozen=True)
class Visit:
    """A crawl of an outlet: the archive after it, the requests, and the expected contents."""

    folder: Path
    outcome: CrawlOutcome
    base: str
    requests: Sequence[Request]
    truths: Sequence[Truth]

    @property
    def answers(self) -> dict[str, list[bytes]]:
        """Return all responses of each address, in order."""
        found: dict[str, list[bytes]] = {}
        for request in self.requests:
            found.setdefault(self.base + request.path, []).append(request.answer)
        return found


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> list[Visit]:
    """Crawl an outlet five times: first, after an edit, in full, after another edit and a removal, after a revert.

    Every other time another outlet is crawled beside it.
    """
    place = tmp_path_factory.mktemp("revisits")
    Archive.create(place / "archive").close()
    visits = []
    with DemoSite.open(clock=datetime.now(UTC)) as demo_site:
        site, other = (demo_site.outlets[name] for name in ("primorsk", "azov"))
        names = [describe(place / "archive", one) for one in (site, other)]
        edited, removed = (truth.url for truth in site.truth()[:2])
        for turn in range(5):
            if turn in (1, 4):
                site.edit_headline(edited, "Другой заголовок над тем же текстом")
            elif turn == 3:
                site.edit_headline(edited, "И ещё один заголовок")
                site.remove(removed)
            orders = [CrawlOrder(name, full=turn == 2) for name in names[: 1 if turn % 2 else 2]]
            outcomes = list(run_crawls(place / "archive", orders))
            shutil.copytree(place / "archive", place / str(turn))
            visits.append(
                Visit(place / str(turn), outcomes[0], site.base_url, list(site.requests()), site.truth())
            )
    return visits


def test_every_response_of_a_full_crawl_is_returned_unchanged(visits: list[Visit]) -> None:
    before, full = visits[1:3]
    asked = full.requests[len(before.requests) :]
    assert {request.status for request in asked} == {200}
    assert full.outcome.counts["known"] == len(full.truths)
    with Archive.open(full.folder) as archive:
        for url, sent in full.answers.items():
            assert [archive.capture(row.place).raw for row in archive.captures(url)] == sent, url
        stored = archive.connection.execute(
            "SELECT kind, count(*) FROM captures WHERE crawl_id = ? GROUP BY kind", (full.outcome.crawl,)
        )
        assert [tuple(row) for row in stored] == [("revisit", len(asked))]
        assert archive.verify().problems == []


def test_stored_responses_are_revalidated(visits: list[Visit]) -> None:
    first, second = visits[:2]
    edited = first.truths[0].url
    again = {second.base + request.path: request for request in second.requests[len(first.requests) :]}
    articles = {truth.url for truth in second.truths}
    assert again[edited].status == 200
    assert [again[url].status for url in articles].count(304) > len(articles) / 2
    assert all(again[url].header("If-None-Match") for url in articles)
    with Archive.open(second.folder) as archive:
        for url, request in again.items():
            row = archive.captures(url)[-1]
            capture = archive.capture(row.place)
            assert capture.raw == request.answer
            if request.status == 304:
                assert row.status == 304
                assert capture.payload() == archive.capture(archive.captures(url)[0].place).payload() != b""
        assert len(archive.versions(edited)) == 2
        for article in archive.search(source="primorsk"):
            assert article.first_seen < article.last_seen == article.version_last_seen
        assert archive.verify().problems == []
        listed = archive.connection.execute(
            """
            SELECT url, json_group_array(seen.shown) FROM captures JOIN (
                SELECT capture_id, json_group_array(json_array(place, url, headline, stamp)) AS shown
                FROM sightings GROUP BY capture_id
            ) AS seen ON seen.capture_id = id
            WHERE role = 'listing' GROUP BY url HAVING min(status) = 200 AND max(status) = 304
            """
        ).fetchall()
    assert listed
    for _, shown in listed:
        first_shown, second_shown = json.loads(shown)
        assert first_shown == second_shown, "a listing that stands shows what it showed"


def test_a_rebuild_treats_revisits_and_304s_alike(visits: list[Visit], tmp_path: Path) -> None:
    before = rows_of(visits[-1].folder)
    rebuilt = tmp_path / "rebuilt"
    shutil.copytree(visits[-1].folder, rebuilt)
    for path in rebuilt.glob("archive.db*"):
        path.unlink()
    outlets = {source.name: source.outlet for source in load_all(rebuilt / "sources")}
    with pool(2) as executor:
        assert Archive.rebuild(rebuilt, outlets, executor).damages == []
    after = rows_of(rebuilt)
    assert [table for table in DERIVED if after[table] != before[table]] == []
    with closing(sqlite3.connect(rebuilt / "archive.db")) as connection:
        kinds = connection.execute("SELECT count(*) FROM captures WHERE kind = 'revisit'").fetchone()
        assert kinds[0] > 50
        assert connection.execute("SELECT count(*) FROM captures WHERE status = 304").fetchone()[0] > 20
