"""Counts made from bitmaps: the same as counting the results of a search, whatever happened since."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from archive.filters import Filters
from archive.index.db.connection import connect, transaction
from archive.index.db.restricted_views import hide_restricted
from archive.index.rows import restrictions
from archive.index.search import bitmap_counts, bitmaps, counts
from archive.index.search.counts import Counts
from archive.index.search.search import plan_of, search
from archive.journals.restrictions import RestrictionChange
from tests.searchable_index import SearchableIndex, merge_into

KYIV = ZoneInfo("Europe/Kyiv")
QUESTIONS = (
    "", "мост", "мосту закон", '"мост река"', "мост OR река", "-мост", "закон -река", "title:мост", "мос*",
    "шли", "никогда", "людям -\"река мост\" OR токаев",
)  # fmt: skip
NARROWED: tuple[dict[str, object], ...] = (
    {}, {"source": "port"}, {"section": "порт"}, {"author": "Анна Ли"}, {"language": "uk"},
    {"published_from": date(2021, 11, 1)},
    {"published_from": date(2021, 11, 17), "published_to": date(2022, 1, 31)},
    {"published_from": date(2021, 12, 1), "published_to": date(2021, 12, 31)},
    {"published_to": date(2021, 12, 15), "source": "primorsk"},
    {"state": "removed"}, {"state": "live", "section": "Мир"},
    {"captured_from": date(2022, 1, 11)},
)  # fmt: skip
ALL = list(product(QUESTIONS, NARROWED))


@pytest.fixture
def searchable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SearchableIndex]:
    monkeypatch.setattr(bitmaps, "MIN_MONTH_VERSIONS", 1)
    monkeypatch.setattr(bitmaps, "MIN_OUTDATED_VERSIONS", 0)
    monkeypatch.setattr(
        bitmaps, "COMMON_WORD_SHARE", 4
    )  # words rarer than that are left to the full-text index
    monkeypatch.setattr(counts, "MAX_DIRECT_COUNT", -1)
    newsroom = SearchableIndex(tmp_path / "archive.db")
    yield newsroom
    newsroom.index.close()


class History:
    """Random changes of articles over the months."""

    def __init__(self, searchable: SearchableIndex, seed: int) -> None:
        self.room = searchable
        self.chance = random.Random(seed)
        self.urls: list[str] = []

    def publish(self, times: int) -> None:
        for _ in range(times):
            self.urls.append(self._version(None))

    def edit(self, times: int) -> None:
        for _ in range(times):
            self._version(self.chance.choice(self.urls))

    def remove(self, times: int) -> None:
        for _ in range(times):
            self.room.take_down(self.chance.choice(self.urls))

    def join(self, times: int) -> None:
        for _ in range(times):
            one, other = self.chance.sample(self._numbers(), 2)
            merge_into(self.room.index, one, other)

    def _numbers(self) -> list[int]:
        return [
            row["id"] for row in self.room.index.execute("SELECT id FROM articles ORDER BY id").fetchall()
        ]

    def _version(self, url: str | None) -> str:
        words = "мост река закон людям токаев шёл".split()
        text = " ".join(self.chance.choices(words, k=3))
        at = datetime(2021, 10, 31, 12, tzinfo=KYIV) + timedelta(hours=self.chance.randrange(24 * 120))
        return self.room.publish(
            text,
            " ".join(self.chance.choices(words, k=3)),
            url=url,
            at=at if self.chance.random() < 0.9 else None,
            source=self.chance.choice(("port", "primorsk")),
            section=self.chance.choice(("Мир", "Порт")),
            authors=self.chance.choice(((), ("Анна Ли",))),
            language=self.chance.choice(("ru", "ru", "uk")),
        )


def _counted_by_hand(searchable: SearchableIndex, typed: str, filtered: dict[str, object]) -> Counts:
    found = list(search(searchable.index, Filters(typed, **filtered), sort="newest"))  # type: ignore[arg-type]
    months = Counter(one.published.isoformat()[:7] if one.published else None for one in found)
    sources = Counter(one.source for one in found)
    return Counts(len(found), dict(months), dict(sources))


def _same(searchable: SearchableIndex, questions: Sequence[tuple[str, dict[str, object]]] = ALL) -> None:
    for typed, filtered in questions:
        assert searchable.counted(typed, **filtered) == _counted_by_hand(searchable, typed, filtered), (
            typed,
            filtered,
        )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_counts_equal_what_is_found_whatever_happened_since_the_bitmaps_were_built(
    searchable: SearchableIndex, seed: int
) -> None:
    history = History(searchable, seed)
    history.publish(90)
    history.edit(30)
    assert bitmaps.update_bitmaps(searchable.index) == 5
    _same(searchable)
    for change in (history.publish, history.edit, history.remove, history.join):
        change(3)
        _same(searchable, history.chance.sample(ALL, 25))
    assert bitmaps.update_bitmaps(searchable.index) > 0
    assert bitmaps.update_bitmaps(searchable.index) == 0
    _same(searchable)


def test_counts_leave_out_restricted_articles_with_and_without_bitmaps(searchable: SearchableIndex) -> None:
    history = History(searchable, seed=3)
    history.publish(40)
    history.edit(10)
    bitmaps.update_bitmaps(searchable.index)
    all_articles = searchable.counted("").articles
    at = "2022-01-01T00:00:00.000000Z"
    hidden = {url: RestrictionChange(at, "restricted", url, "a") for url in history.urls[::4]}
    with transaction(searchable.index):
        restrictions.store(searchable.index, hidden)
    questions = [*history.chance.sample(ALL, 20), ("", {}), ("мост", {"state": "restricted"})]
    _same(searchable, questions)
    bitmaps.update_bitmaps(searchable.index)
    _same(searchable, questions)
    assert searchable.counted("").articles == all_articles - 10
    assert searchable.counted("", state="restricted").articles == 10
    hide_restricted(searchable.index)
    _same(searchable, questions)
    assert searchable.counted("", state="restricted").articles == 0


def test_a_change_outdates_the_bitmaps_of_its_months(searchable: SearchableIndex) -> None:
    def stale() -> list[str]:
        rows = searchable.index.execute(
            "SELECT month FROM search_months WHERE NOT is_current ORDER BY month"
        ).fetchall()
        bitmaps.update_bitmaps(searchable.index)
        return [row["month"] for row in rows]

    january, march = datetime(2022, 1, 10, tzinfo=KYIV), datetime(2022, 3, 10, tzinfo=KYIV)
    url = searchable.publish("мост", at=january)
    other = searchable.publish("река", at=march)
    stale()
    assert stale() == []
    searchable.publish("мост", at=january, url=url)  # visited again and found unchanged
    assert stale() == []
    searchable.publish("мосты", at=march, url=url)
    assert stale() == ["2022-01", "2022-03"]
    searchable.take_down(other)
    untold = "SELECT month FROM search_months WHERE NOT has_states"
    assert [row["month"] for row in searchable.index.execute(untold).fetchall()] == ["2022-03"]
    assert stale() == []
    assert searchable.index.execute(untold).fetchall() == []
    searchable.index.execute("UPDATE articles SET source = 'port' WHERE url = ?", (other,))
    assert stale() == ["2022-03"]
    numbers = [
        row["id"]
        for row in searchable.index.execute("SELECT id FROM articles ORDER BY first_seen").fetchall()
    ]
    merge_into(searchable.index, *numbers)
    assert stale() == ["2022-01", "2022-03"]


def test_common_words_are_counted_without_searching_for_them(searchable: SearchableIndex) -> None:
    for day in range(1, 21):
        searchable.publish("мост и река", at=datetime(2022, 1, day, tzinfo=KYIV), source="port")
    bitmaps.update_bitmaps(searchable.index)
    filters = Filters("мост -закон", source="port")
    plan = plan_of(filters, latest_only=True)
    statements: list[str] = []
    searchable.index.set_trace_callback(statements.append)
    tally = bitmap_counts.count_by_bitmaps(searchable.index, plan, filters, by_source=True)
    searchable.index.set_trace_callback(None)
    assert (tally.months, tally.sources) == (Counter({"2022-01": 20}), Counter({"port": 20}))
    searches = [sql for sql in statements if "MATCH" in sql]
    assert len(searches) == 1
    assert "закон" in searches[0]


def test_counts_are_of_one_moment_while_bitmaps_are_rebuilt(searchable: SearchableIndex) -> None:
    for day in range(1, 21):
        searchable.publish("мост", at=datetime(2022, 1, day, tzinfo=KYIV))
    bitmaps.update_bitmaps(searchable.index)
    crawl = connect(searchable.path)

    def meanwhile(sql: str) -> None:
        if "FROM search_words" in sql and not crawl.in_transaction:
            crawl.execute("DELETE FROM search_words")

    searchable.index.set_trace_callback(meanwhile)
    assert searchable.counted("мост") == Counts(20, {"2022-01": 20}, {"primorsk": 20})
    searchable.index.set_trace_callback(None)
    assert crawl.execute("SELECT count(*) FROM search_words").fetchone()[0] == 0
    crawl.close()


def test_required_words_without_bitmaps_are_searched_together(searchable: SearchableIndex) -> None:
    for day in range(1, 21):
        searchable.publish(
            "мост и река" if day % 10 else "мост и закон токаев", at=datetime(2022, 1, day, tzinfo=KYIV)
        )
    bitmaps.update_bitmaps(searchable.index)
    filters = Filters('закон "и закон" токаев мост -людям -река')
    statements: list[str] = []
    searchable.index.set_trace_callback(statements.append)
    tally = bitmap_counts.count_by_bitmaps(
        searchable.index, plan_of(filters, latest_only=True), filters, by_source=True
    )
    searchable.index.set_trace_callback(None)
    assert tally.months == Counter({"2022-01": 2})
    searches = [sql for sql in statements if "MATCH" in sql]
    assert len(searches) == 1
    assert all(word in searches[0] for word in ("закон", "токаев", "людям"))
    assert all(word not in searches[0] for word in ("мост", "река"))


def test_a_little_is_left_until_it_is_more(
    searchable: SearchableIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bitmaps, "MIN_OUTDATED_VERSIONS", 3)
    for _ in range(3):
        searchable.publish("мост", at=datetime(2022, 1, 10, tzinfo=KYIV))
    assert bitmaps.update_bitmaps(searchable.index) == 0
    searchable.publish("мост", at=datetime(2022, 3, 10, tzinfo=KYIV))
    assert bitmaps.update_bitmaps(searchable.index) == 2
    searchable.publish("река", at=datetime(2022, 3, 10, tzinfo=KYIV))
    assert bitmaps.update_bitmaps(searchable.index) == 0
    assert searchable.counted().months == {"2022-01": 3, "2022-03": 2}


def test_a_month_of_few_versions_has_no_bitmaps(
    searchable: SearchableIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bitmaps, "MIN_MONTH_VERSIONS", 2)
    searchable.publish("мост", at=datetime(2022, 1, 10, tzinfo=KYIV))
    for _ in range(2):
        searchable.publish("мост", at=datetime(2022, 3, 10, tzinfo=KYIV))
    assert bitmaps.update_bitmaps(searchable.index) == 1
    assert searchable.counted("мост").months == {"2022-01": 1, "2022-03": 2}
