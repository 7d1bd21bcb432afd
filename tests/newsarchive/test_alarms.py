"""Alarms and coverage of an archive whose crawls are written by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import paths, timestamps
from archive.core import Archive
from archive.events import CrawlEnded, CrawlStarted, Fetched, Sighted, SightedArticle
from archive.http.capture import Capture
from archive.index.ingest import captures
from newsarchive.monitoring import after_crawl, open_alarms
from newsarchive.monitoring.alarms import EMPTY, SILENCE, find_alarms
from newsarchive.monitoring.coverage import longest_wait
from newsarchive.notices import notifications
from spiders.sources.source import Source, load
from tests.conftest import Typed
from tests.recordings import entry_of

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
HOUR = timedelta(hours=1)
LISTING = "https://news.example/mir/"
FILE = f"""
title = "Новости"
timezone = "Europe/Kyiv"
schedule = "0 * * * *"
[[sections]]
name = "Мир"
url = "{LISTING}"
"""


class Crawls:
    """An archive with an hourly crawl of one section, written row by row."""

    def __init__(self, folder: Path) -> None:
        path = folder / paths.SOURCES / "vesti.toml"
        path.write_text(FILE, encoding="utf-8")
        self.folder = folder
        self.source: Source = load(path)
        self.number = 0

    def crawl(
        self, archive: Archive, at: datetime, *, links: int = 20, new: int = 1, dated: bool = True
    ) -> None:
        index = archive.connection
        self.number += 1
        crawl = f"vesti-{self.number}"
        started = CrawlStarted(
            crawl=crawl, source="vesti", title="Новости", timezone="Europe/Kyiv", at=timestamps.to_iso(at)
        )
        captures.add_crawl_started(index, started)
        listing = self._capture(archive, crawl, LISTING, at, "listing")
        shown = tuple(
            SightedArticle(url=f"https://news.example/mir/{self.number}-{place}", place=place)
            for place in range(1, links + 1)
        )
        record = index.execute("SELECT record_id FROM captures WHERE id = ?", (listing,)).fetchone()[0]
        captures.add_sightings(index, Sighted(listing=record, source="vesti", section="Мир", shown=shown))
        for place in range(new):
            self._article(archive, crawl, place, at, dated)
        counts = {"found": links, "new": new}
        captures.add_crawl_ended(
            index,
            CrawlEnded(crawl=crawl, at=timestamps.to_iso(at), outcome="finished", counts=counts, notes=()),
        )

    def _capture(self, archive: Archive, crawl: str, url: str, at: datetime, role: str) -> int:
        capture = Capture(url, at, b"HTTP/1.1 200 OK\r\n\r\n")
        entry = entry_of(capture, hash((crawl, url)) % 10**9)
        why = Fetched(role=role, crawl=crawl, source="vesti", section="Мир")  # type: ignore[arg-type]
        return captures.add_capture(archive.connection, entry, why)

    def _article(self, archive: Archive, crawl: str, place: int, at: datetime, dated: bool) -> None:
        url = f"https://news.example/mir/{self.number}-{place}"
        stored = self._capture(archive, crawl, url, at, "article")
        index, number, when = archive.connection, self.number * 100 + place, timestamps.to_iso(at)
        index.execute("UPDATE captures SET reading = 'article' WHERE id = ?", (stored,))
        index.execute(
            "INSERT INTO articles (id, url, source, section, state, first_seen, last_seen, last_looked, version_count)"
            " VALUES (?, ?, 'vesti', 'Мир', 'live', ?, ?, ?, 1)",
            (number, url, when, when, when),
        )
        index.execute(
            """
            INSERT INTO versions (article_id, number, capture_id, first_seen, last_seen, title, body, words, partial,
                live_blog, confidence, extractor, content_sha256, published, published_utc)
            VALUES (?, 1, ?, ?, ?, 'a', 'b', 100, 0, 0, 0.9, 'x', ?, ?, ?)
            """,
            (number, stored, when, when, str(number), when if dated else None, when if dated else None),
        )


@pytest.fixture
def crawls(folder: Path) -> Crawls:
    return Crawls(folder)


def test_an_outlet_whose_dates_are_lost_raises_an_alarm_that_status_shows(
    crawls: Crawls, typed: Typed
) -> None:
    with Archive.open(crawls.folder) as archive:
        for hour in range(80, 10, -1):
            crawls.crawl(archive, NOW - hour * HOUR)
        assert find_alarms(archive.connection, crawls.source, NOW) == []
        for hour in range(10, 0, -1):
            crawls.crawl(archive, NOW - hour * HOUR, dated=False)
        [alarm] = find_alarms(archive.connection, crawls.source, NOW)
    assert (alarm.kind, alarm.section, alarm.since) == ("no date", None, NOW - 10 * HOUR)
    assert alarm.sentence.startswith(
        "10 of the 10 newest articles have no date; of the 70 before, 0. For example https"
    )
    ran = typed(crawls.folder, "status", "--json")
    assert ran.exit_code == 1
    [status] = json.loads(ran.stdout)
    assert status["health"][0]["kind"] == "no date"
    assert alarm.sentence in status["alarms"]


def test_a_listing_that_shows_nothing_and_a_source_that_falls_silent_raise_alarms(crawls: Crawls) -> None:
    with Archive.open(crawls.folder) as archive:
        for hour in range(24 * 11, 24 * 2, -2):
            crawls.crawl(archive, NOW - hour * HOUR)
        for hour in range(24 * 2, 0, -2):
            crawls.crawl(archive, NOW - hour * HOUR, links=0, new=0)
        found = find_alarms(archive.connection, crawls.source, NOW)
    assert [alarm.kind for alarm in found] == [SILENCE, EMPTY]
    assert found[0].since == NOW - 50 * HOUR
    assert found[1].pages == (LISTING,)


def test_an_alarm_is_reported_once_until_it_is_over(crawls: Crawls) -> None:
    def notices() -> list[str]:
        with notifications.open_notices(crawls.folder) as stored:
            return [row[0] for row in stored.execute("SELECT subject FROM notices ORDER BY rowid")]

    with Archive.open(crawls.folder) as archive:
        for hour in range(80, 10, -1):
            crawls.crawl(archive, NOW - hour * HOUR)
        assert after_crawl.report(crawls.folder, ["vesti"]) == []
        assert notices() == []
        for hour in range(10, 0, -1):
            crawls.crawl(archive, NOW - hour * HOUR, dated=False)
    for _ in range(2):
        assert after_crawl.report(crawls.folder, ["vesti"]) == []
        assert notices() == ["vesti: no date"]
    [raised] = open_alarms.read_alarms(crawls.folder)
    assert raised.kind == "no date"
    assert raised.raised_at < raised.found_at

    later, messages = open_alarms.update([raised], "vesti", [], NOW + 2 * HOUR)
    assert (later, messages) == ([raised], []), "it may come back within a day"
    assert open_alarms.update([raised], "azov", [], NOW + 30 * HOUR) == ([raised], [])
    later, [over] = open_alarms.update([raised], "vesti", [], NOW + 30 * HOUR)
    assert (later, over.subject) == ([], "Over: vesti: no date")


def test_metrics_are_written_for_prometheus(crawls: Crawls) -> None:
    (crawls.folder / "newsarchive.toml").write_text('[monitoring]\nprometheus = "state/news.prom"\n', "utf-8")
    with Archive.open(crawls.folder) as archive:
        crawls.crawl(archive, NOW)
    assert after_crawl.report(crawls.folder, ["vesti"]) == []
    lines = (crawls.folder / "state" / "news.prom").read_text("utf-8").splitlines()
    assert 'newsarchive_articles{source="vesti",state="live"} 1.0' in lines
    assert 'newsarchive_last_crawl_pages{count="found",source="vesti"} 20.0' in lines
    [at] = [
        line for line in lines if line.startswith('newsarchive_last_crawl_timestamp_seconds{source="vesti"}')
    ]
    assert float(at.split()[1]) == NOW.timestamp()
    assert "newsarchive_schedule_running 0.0" in lines


def test_metrics_that_cannot_be_written_stop_nothing(crawls: Crawls) -> None:
    (crawls.folder / "newsarchive.toml").write_text('[monitoring]\nprometheus = "none/news.prom"\n', "utf-8")
    [sentence] = after_crawl.report(crawls.folder, [])
    assert sentence.endswith("none/news.prom: the metrics could not be written: No such file or directory.")


def test_coverage_prints_what_was_not_watched(crawls: Crawls, typed: Typed) -> None:
    with Archive.open(crawls.folder) as archive:
        for hour in [*range(48, 30, -1), *range(20, -1, -1)]:
            crawls.crawl(archive, NOW - hour * HOUR)
    ran = typed(crawls.folder, "coverage", "vesti", "--calendar")
    assert ran.exit_code == 1
    assert "11.0 hours" in ran.stdout
    assert "vesti, Мир: not watched" in ran.stdout
    [one] = json.loads(typed(crawls.folder, "coverage", "--json").stdout)
    assert one["gaps"] == [
        {
            "from": timestamps.to_iso(NOW - 31 * HOUR),
            "to": timestamps.to_iso(NOW - 20 * HOUR),
            "nothing_missed": False,
        }
    ]
    assert (one["visits"], one["missed_minutes"], one["usual_wait_minutes"]) == (39, 660, 60)


def test_the_longest_wait_of_a_schedule_is_that_of_its_nights() -> None:
    assert longest_wait("*/30 * * * *", "UTC", NOW) == HOUR / 2
    assert longest_wait("0 6-20 * * *", "UTC", NOW) == 10 * HOUR
    assert longest_wait("0 0 31 2 *", "UTC", NOW) is None
