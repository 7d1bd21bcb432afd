"""Counts made from bitmaps: the same as plain SQL counts of the tables, whatever happened before."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from archive import events
from archive.core import Archive
from archive.events import Fetched
from archive.extraction.model import Article, StatedTime
from archive.filters import Filters
from archive.index.db.connection import Connection
from archive.index.ingest import articles
from archive.index.search import bitmaps, counts
from archive.index.search.counts import Counts, count_articles
from archive.recording.session import Fetch
from archive.warc.records import Exchange
from tests.recordings import begun
from tests.searchable_index import SearchableIndex, merge_into

KYIV = ZoneInfo("Europe/Kyiv")
WORDS = "мост река закон порт яхта".split()
# What is typed, and what a version must contain for it, in SQL.
TYPED = {
    "": "version.number = articles.version_count",
    "мост": "text LIKE '% мост %'",
    "мост закон": "text LIKE '% мост %' AND text LIKE '% закон %'",
    "яхта OR закон": "(text LIKE '% яхта %' OR text LIKE '% закон %')",
    "река -порт": "text LIKE '% река %' AND text NOT LIKE '% порт %'",
    '"мост река"': "text LIKE '% мост река %'",
    "яхт*": "text LIKE '% яхт%'",
}
NARROWED = {
    (): "TRUE",
    (("source", "port"),): "articles.source = 'port'",
    (("state", "removed"),): "articles.state = 'removed'",
    (
        ("state", "live"),
        ("section", "Мир"),
    ): "articles.state = 'live' AND 'Мир' IN (version.section, articles.section)",
    (("published_from", "2021-11-17"), ("published_to", "2022-01-02")): (
        "substr(version.published, 1, 10) BETWEEN '2021-11-17' AND '2022-01-02'"
    ),
    (("captured_to", "2022-01-10"),): "substr(version.first_seen, 1, 10) <= '2022-01-10'",
}


@pytest.fixture(autouse=True)
def always_bitmaps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build bitmaps for small months too, and answer no query without them."""
    monkeypatch.setattr(bitmaps, "MIN_MONTH_VERSIONS", 1)
    monkeypatch.setattr(bitmaps, "MIN_OUTDATED_VERSIONS", 0)
    monkeypatch.setattr(
        bitmaps, "COMMON_WORD_SHARE", 3
    )  # words rarer than that are left to the full-text index
    monkeypatch.setattr(bitmaps, "COMMON_PHRASE_SHARE", 9)
    monkeypatch.setattr(bitmaps, "PHRASE_WORD_SHARE", 3)
    monkeypatch.setattr(counts, "MAX_DIRECT_COUNT", -1)


@pytest.fixture
def searchable(tmp_path: Path) -> Iterator[SearchableIndex]:
    newsroom = SearchableIndex(tmp_path / "archive.db")
    yield newsroom
    newsroom.index.close()


class Changes:
    """Random changes of articles, one after another."""

    def __init__(self, searchable: SearchableIndex, seed: int) -> None:
        self.room = searchable
        self.chance = random.Random(seed)
        self.pages: dict[
            str, tuple[str, datetime]
        ] = {}  # address → text and time of publication, as on the page

    def goes_on(self, times: int) -> None:
        for _ in range(times):
            self.chance.choice(
                (
                    self.publish,
                    self.edit,
                    self.put_off,
                    self.remove,
                    self.bring_back,
                    self.read_again,
                    self.join,
                )
            )()

    def publish(self, url: str | None = None) -> None:
        text, at = self._text(), self._time()
        self.pages[self._page(text, at, url)] = text, at

    def edit(self) -> None:
        self.publish(self._any())

    def put_off(self) -> None:
        """Print the same text with another time."""
        url = self._any()
        text, at = self.pages[url][0], self._time()
        self._page(text, at, url)
        self.pages[url] = text, at

    def remove(self) -> None:
        self.room.take_down(self._any())

    def bring_back(self) -> None:
        url = self._any()
        self._page(*self.pages[url], url)

    def read_again(self) -> None:
        """Extract another text or time from the same capture, as after learning."""
        captures = "SELECT capture_id FROM versions WHERE article_id = ? ORDER BY number DESC LIMIT 1"
        article_id = self.chance.choice(self._numbers())
        (capture_id,) = self.room.index.execute(captures, (article_id,)).fetchone()
        at = StatedTime(self._time(), "minute", "", "visible", "source", "")
        extraction = Article(
            title="Новость", body=(self._text(),), published=at, language="ru", section="Порт"
        )
        articles.replace_latest_version(self.room.index, capture_id, extraction, extractor="two")

    def join(self) -> None:
        merge_into(self.room.index, *self.chance.sample(self._numbers(), 2))

    def _page(self, text: str, at: datetime, url: str | None) -> str:
        section, source = ("Мир", "port") if "закон" in text else ("Порт", "primorsk")
        seen = datetime(2022, 1, 9, tzinfo=UTC) + timedelta(hours=self.chance.randrange(72))
        return self.room.publish("Новость", text, at=at, url=url, section=section, source=source, seen=seen)

    def _text(self) -> str:
        return " ".join(self.chance.choices(WORDS, weights=(8, 8, 4, 2, 1), k=3))

    def _time(self) -> datetime:
        return datetime(2021, 10, 31, 12, tzinfo=KYIV) + timedelta(hours=self.chance.randrange(24 * 100))

    def _any(self) -> str:
        return self.chance.choice(list(self.pages))

    def _numbers(self) -> list[int]:
        return [
            row["id"] for row in self.room.index.execute("SELECT id FROM articles ORDER BY id").fetchall()
        ]


def _plainly(connection: Connection, typed: str, narrowed: tuple[tuple[str, str], ...]) -> Counts:
    rows = connection.execute(
        f"""
        WITH fitting AS (
            SELECT version.article_id, version.number, version.published, articles.source,
                ' ' || lower(version.title || ' ' || version.body) || ' ' AS text
            FROM versions AS version JOIN articles ON articles.id = version.article_id
            WHERE {TYPED[typed]} AND {NARROWED[narrowed]}
        )
        SELECT substr(published, 1, 7) AS month, source FROM fitting AS one
        WHERE number = (SELECT max(number) FROM fitting AS other WHERE other.article_id = one.article_id)
        """
    ).fetchall()
    months, sources = (Counter(row[name] for row in rows) for name in ("month", "source"))
    return Counts(len(rows), dict(months), dict(sources))


def _are_exact(connection: Connection) -> None:
    for typed, narrowed in product(TYPED, NARROWED):
        counted = count_articles(connection, Filters.of(typed, **dict(narrowed)))  # type: ignore[arg-type]
        assert counted == _plainly(connection, typed, narrowed), (typed, narrowed)


@pytest.mark.parametrize("seed", range(4))
def test_counts_are_what_the_tables_hold_after_whatever_happened(
    searchable: SearchableIndex, seed: int
) -> None:
    changes = Changes(searchable, seed)
    for _ in range(40):
        changes.publish()
    assert bitmaps.update_bitmaps(searchable.index) > 0
    for _ in range(3):
        changes.goes_on(12)
        _are_exact(searchable.index)
        if changes.chance.random() < 0.7:
            bitmaps.update_bitmaps(searchable.index)
            _are_exact(searchable.index)


@pytest.mark.parametrize("what", ["edit", "put_off", "remove", "bring_back", "read_again", "join"])
def test_counts_are_exact_after_one_change(searchable: SearchableIndex, what: str) -> None:
    changes = Changes(searchable, 5)
    for _ in range(12):
        changes.publish()
    changes.remove()
    bitmaps.update_bitmaps(searchable.index)
    for _ in range(4):
        getattr(changes, what)()
        _are_exact(searchable.index)


def test_what_was_broken_off_is_gone_on_with(searchable: SearchableIndex) -> None:
    changes = Changes(searchable, 6)
    for _ in range(30):
        changes.publish()
    reports: list[tuple[int, int]] = []

    def two_months(done: int, total: int) -> bool:
        reports.append((done, total))
        return len(reports) < 3

    assert bitmaps.update_bitmaps(searchable.index, two_months) == 2
    assert reports[0] == (0, 30)
    assert 0 < reports[1][0] < reports[2][0] < 30
    _are_exact(searchable.index)
    assert bitmaps.update_bitmaps(searchable.index) > 0
    assert bitmaps.update_bitmaps(searchable.index) == 0
    _are_exact(searchable.index)


def test_a_rebuild_leaves_counts_exact_and_bitmaps_built(tmp_path: Path) -> None:
    chance = random.Random(7)
    with Archive.create(tmp_path) as archive:
        at = datetime(2022, 1, 10, tzinfo=UTC)
        recording = begun(archive, "primorsk-1", "primorsk", at)
        for number in range(20):
            text = " ".join(chance.choices(WORDS, k=3))
            day = datetime(2021, 11, 1) + timedelta(days=chance.randrange(70))
            page = (
                f'<meta charset="utf-8"><title>Новость</title><meta property="og:type" content="article">'
                f'<body><article><h1>Новость</h1><time datetime="{day:%Y-%m-%d}T12:00:00+02:00">{day:%d.%m.%Y}</time>'
                f"<p>{' '.join(f'В городе {text} сказано {n} раз.' for n in range(12))}</p></article>"
            )
            url = f"http://news.example/{number % 16}"
            why = Fetched(role="article", crawl="primorsk-1", source="primorsk", section="Мир")
            seen = at + timedelta(minutes=number)
            response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page.encode()
            request = b"GET / HTTP/1.1\r\n\r\n"
            recording.store(
                [Fetch(Exchange(url, seen, request, response, metadata=events.to_json(why)), why)]
            )
        recording.close()
    reports: list[tuple[int, int]] = []
    with ThreadPoolExecutor(1) as executor:
        rebuilt = Archive.rebuild(tmp_path, {}, executor, indexing=lambda *done: reports.append(done))
    assert rebuilt.articles == 16
    assert rebuilt.versions == reports[0][1] > 16
    with Archive.open(tmp_path) as archive:
        stored = archive.connection.execute(
            "SELECT sum(versions) FROM search_months WHERE is_current"
        ).fetchone()[0]
        assert stored == rebuilt.versions
        _are_exact(archive.connection)
