"""What did not change is not stored again, and nothing of what was answered is lost by it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

from archive.store import Archive
from archive.workers import pool
from newsarchive.crawling import Order, run_crawl
from newsarchive.newsroom import Newsroom
from spiders.source import load_all
from tests.conftest import describe
from tests.test_main_job import DERIVED, rows_of


def test_every_answer_of_a_second_crawl_comes_back_as_it_came(folder: Path, newsroom: Newsroom) -> None:
    site = newsroom.outlets["primorsk"]
    name = describe(folder, site)
    run_crawl(folder, Order(name))
    asked = len(site.requests())
    second = run_crawl(folder, Order(name, full=True))
    assert {request.status for request in site.requests()} == {200}
    assert second.counts["known"] == len(site.truth())
    answers: dict[str, list[bytes]] = {}
    for request in site.requests():
        answers.setdefault(site.base_url + request.path, []).append(request.answer)
    with Archive.open(folder) as archive:
        for url, sent in answers.items():
            assert [archive.capture(row.place).raw for row in archive.captures(url)] == sent, url
        stored = archive.connection.execute("SELECT kind, count(*) FROM captures GROUP BY kind ORDER BY kind")
        assert [tuple(row) for row in stored] == [
            ("response", asked),
            ("revisit", len(site.requests()) - asked),
        ]
        assert archive.verify().problems == []


def test_a_server_is_asked_whether_what_is_held_still_stands(folder: Path, newsroom: Newsroom) -> None:
    site = newsroom.outlets["primorsk"]
    name = describe(folder, site)
    run_crawl(folder, Order(name))
    edited = site.truth()[0].url
    asked = len(site.requests())
    site.edit_headline(edited, "Другой заголовок над тем же текстом")
    run_crawl(folder, Order(name))
    again = {site.base_url + request.path: request for request in site.requests()[asked:]}
    articles = {truth.url for truth in site.truth()}
    assert again[edited].status == 200
    assert [again[url].status for url in articles].count(304) > len(articles) / 2
    assert all(again[url].header("If-None-Match") for url in articles)
    with Archive.open(folder) as archive:
        for url, request in again.items():
            row = archive.captures(url)[-1]
            capture = archive.capture(row.place)
            assert capture.raw == request.answer
            if request.status == 304:
                assert row.status == 304
                assert capture.payload() == archive.capture(archive.captures(url)[0].place).payload() != b""
        assert len(archive.versions(edited)) == 2
        for article in archive.search():
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
        first, second = json.loads(shown)
        assert first == second, "a listing that stands shows what it showed"


def test_a_rebuild_settles_revisits_and_304s_alike(folder: Path, newsroom: Newsroom, tmp_path: Path) -> None:
    sites = [newsroom.outlets[name] for name in ("primorsk", "azov")]
    names = [describe(folder, site) for site in sites]
    for turn, headline in enumerate(("Другой заголовок", "И ещё один заголовок", "Другой заголовок", None)):
        for site, name in zip(sites, names, strict=True):
            run_crawl(folder, Order(name, full=turn == 3))
            if turn == 0:
                site.remove(site.truth()[1].url)
            if headline is not None:
                site.edit_headline(site.truth()[0].url, headline)
    before = rows_of(folder)
    other = tmp_path / "rebuilt"
    shutil.copytree(folder, other)
    for path in other.glob("archive.db*"):
        path.unlink()
    outlets = {source.name: source.outlet for source in load_all(other / "sources")}
    with pool(2) as executor:
        assert Archive.rebuild(other, outlets, executor).damages == []
    after = rows_of(other)
    assert [table for table in DERIVED if after[table] != before[table]] == []
    with sqlite3.connect(folder / "archive.db") as connection:
        assert connection.execute("SELECT count(*) FROM captures WHERE kind = 'revisit'").fetchone()[0] > 50
        assert connection.execute("SELECT count(*) FROM captures WHERE status = 304").fetchone()[0] > 20
