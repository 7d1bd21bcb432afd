"""What a search finds, in what order, and how it is counted."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from archive.filters import Filters
from archive.index.db.connection import connect
from archive.index.search import counts
from archive.index.search.counts import Counts
from archive.index.search.search import search
from archive.index.search.snippets import make_snippet
from tests.searchable_index import SearchableIndex, merge_into

KYIV = ZoneInfo("Europe/Kyiv")


@pytest.fixture
def searchable(tmp_path: Path) -> Iterator[SearchableIndex]:
    newsroom = SearchableIndex(tmp_path / "archive.db")
    yield newsroom
    newsroom.index.close()


def test_the_headline_outranks_the_lead_and_the_lead_the_text(searchable: SearchableIndex) -> None:
    passing = searchable.publish("А", "Мосты упомянуты раз.")
    often = searchable.publish("Б", "О мосте. О мостах. Снова мост.")
    lead = searchable.publish("В", "Текст.", lead="Закрыли мост.")
    title = searchable.publish("Мосту быть", "Текст.")
    newer_passing = searchable.publish("Д", "И ещё раз о мосте.")
    assert searchable.found("мост", "relevance") == [title, lead, often, newer_passing, passing]


def test_of_several_words_one_in_the_headline_is_better_than_none(searchable: SearchableIndex) -> None:
    scattered = searchable.publish("А", "Мост через реку.")
    half = searchable.publish("Мосты", "Через реку.")
    both = searchable.publish("Мост через реку")
    searchable.publish("Мост")
    newer = searchable.publish("Б", "Река и мост.")
    assert searchable.found("река мост", "relevance") == [both, half, newer, scattered]


def test_newest_and_oldest_go_by_the_time_of_publication_and_else_of_the_first_sight(
    searchable: SearchableIndex,
) -> None:
    late = searchable.publish("мост", at=datetime(2022, 1, 9, 12, 0, tzinfo=KYIV))
    early = searchable.publish("мост", at=datetime(2020, 1, 9, 12, 0, tzinfo=KYIV))
    undated = searchable.publish("мост")
    same = [searchable.publish("мост", at=datetime(2021, 5, 1, tzinfo=KYIV)) for _ in range(40)]
    assert searchable.found("мост", "newest") == [undated, late, *reversed(same), early]
    assert searchable.found("", "oldest") == [early, *same, late, undated]


def test_an_article_comes_once_in_the_version_that_fits(searchable: SearchableIndex) -> None:
    url = searchable.publish("Мост закрыт")
    searchable.publish("Мост открыт", url=url)
    searchable.publish("Переправа открыта", url=url)
    for sort, version in (("newest", 2), ("oldest", 2), ("relevance", 2)):
        (only,) = search(searchable.index, Filters("мост"), sort=sort)  # type: ignore[arg-type]
        assert (only.version, only.versions) == (version, 3)
    assert searchable.found("мост", all_versions=True) == [url, url]
    assert [one.version for one in search(searchable.index, Filters())] == [3]


def test_each_filter_narrows(searchable: SearchableIndex) -> None:
    url = searchable.publish(
        "Мост", source="port", section="В порту", authors=("Анна Ли", "Б. О."), tags=("мосты и дороги",), language="uk",
        at=datetime(2022, 1, 1, 0, 30, tzinfo=KYIV), seen=datetime(2022, 3, 1, 23, 59, tzinfo=UTC),
    )  # fmt: skip
    searchable.publish("Мост")
    for filtered in (
        {"source": "port"}, {"section": "В порту"}, {"section": "в порту"}, {"author": "Анна Ли"}, {"author": "б. о."},
        {"tag": "Мосты и дороги"}, {"language": "uk"}, {"published_from": date(2022, 1, 1)},
        {"published_from": date(2022, 1, 1), "published_to": date(2022, 1, 1)},
        {"captured_from": date(2022, 3, 1)}, {"captured_from": date(2022, 3, 1), "captured_to": date(2022, 3, 1)},
        {"source": "port", "section": "В порту", "language": "uk", "author": "Анна Ли"},
    ):  # fmt: skip
        for sort in ("relevance", "newest", "oldest"):
            for typed in ("мост", "", '"мост"', "-река"):
                assert searchable.found(typed, sort, **filtered) == [url], (filtered, sort, typed)  # type: ignore[arg-type]
                assert searchable.counted(typed, **filtered).articles == 1
    for filtered in (
        {"section": "порту"}, {"author": "Анна"}, {"tag": "мосты"}, {"published_to": date(2021, 12, 31)},
        {"published_from": date(2022, 1, 2)}, {"captured_to": date(2022, 1, 9)}, {"state": "removed"},
    ):  # fmt: skip
        assert searchable.found("мост", **filtered) == []  # type: ignore[arg-type]


def test_a_merged_article_is_found_by_its_new_source(searchable: SearchableIndex) -> None:
    first = searchable.publish(
        "Мост закрыт", "Мост через реку закрыт до весны.", source="primorsk", section="Мир"
    )
    second = searchable.publish(
        "Мост закрыт", "Мост через реку закрыт до весны.", source="port", section="Порт"
    )
    ids = [
        searchable.index.execute("SELECT article_id FROM addresses WHERE url = ?", (url,)).fetchone()[0]
        for url in (first, second)
    ]
    merge_into(searchable.index, *ids)
    assert searchable.found("мост") == [second]
    assert searchable.found("мост", source="primorsk") == [second]
    assert searchable.found("мост", source="port") == []
    assert searchable.index.execute("SELECT count(*) FROM search_index_docsize").fetchone()[0] == 1
    searchable.index.execute("INSERT INTO search_index (search_index) VALUES ('integrity-check')")


def test_passages_mark_the_forms_in_the_text_as_printed(searchable: SearchableIndex) -> None:
    searchable.publish(
        "А", "Вступление. " * 40 + "Тогда шёл дождь, и людям Казах\u00adстану было сыро. " + "Конец. " * 60
    )
    (one,) = search(searchable.index, Filters("идти казахстан"))
    found = make_snippet(one, "идти казахстан")
    assert [found.text[start:end] for start, end in found.marks] == ["шёл", "Казах\u00adстану"]
    assert found.text.startswith("…")


def test_counts_are_of_articles_by_month_and_source(searchable: SearchableIndex) -> None:
    searchable.publish("мост", at=datetime(2022, 2, 1, 0, 30, tzinfo=KYIV))  # still January in UTC
    url = searchable.publish("мост", at=datetime(2022, 1, 31, 12, 0, tzinfo=KYIV), source="port")
    searchable.publish("мосты", url=url, at=datetime(2022, 1, 31, 12, 0, tzinfo=KYIV), source="port")
    searchable.publish("мост")
    expected = Counts(3, {None: 1, "2022-01": 1, "2022-02": 1}, {"primorsk": 2, "port": 1})
    assert searchable.counted("мост") == expected
    assert searchable.counted() == expected


def test_counting_at_once_gives_what_counting_one_by_one_gives(
    searchable: SearchableIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(3)
    words = "мост река закон людям токаев шёл".split()
    urls: list[str] = []
    for _ in range(120):
        at = datetime(2021, 10, 31, 12, tzinfo=KYIV) + timedelta(hours=chance.randrange(24 * 120))
        text = " ".join(chance.choices(words, k=3))
        old = chance.choice(urls) if urls and chance.random() < 0.2 else None
        if old is None:
            urls.append(
                searchable.publish(
                    text,
                    text,
                    at=at if chance.random() < 0.9 else None,
                    source=chance.choice(("port", "primorsk")),
                )
            )
        else:  # edited within its day
            searchable.publish(text, text, url=old, at=_published(searchable, old))
    for typed in ("", "мост", "мост закон", '"мост река"', "мост OR река", "-мост", "title:мост", "мос*"):
        for filtered in (
            {}, {"source": "port"}, {"published_from": date(2021, 11, 1)},
            {"published_from": date(2021, 11, 17), "published_to": date(2022, 1, 31)},
            {"published_to": date(2021, 12, 15), "source": "primorsk"},
        ):  # fmt: skip
            monkeypatch.setattr(counts, "MAX_DIRECT_COUNT", 2_000)
            one_by_one = searchable.counted(typed, **filtered)  # type: ignore[arg-type]
            assert one_by_one.articles == len(searchable.found(typed, **filtered))  # type: ignore[arg-type]
            monkeypatch.setattr(counts, "MAX_DIRECT_COUNT", -1)
            assert searchable.counted(typed, **filtered) == one_by_one, (typed, filtered)  # type: ignore[arg-type]


def _published(searchable: SearchableIndex, url: str) -> datetime | None:
    row = searchable.index.execute(
        "SELECT published FROM versions JOIN articles ON articles.id = article_id WHERE url = ?", (url,)
    ).fetchone()
    return datetime.fromisoformat(row["published"]) if row["published"] else None


@pytest.mark.parametrize(
    "filtered",
    [
        {"source": "port"}, {"section": "Мир"}, {"author": "Анна Ли"}, {"tag": "мосты"}, {"language": "uk"},
        {"state": "removed"}, {"published_from": date(2022, 1, 1), "published_to": date(2022, 1, 2)},
        {"captured_from": date(2022, 1, 1), "captured_to": date(2022, 1, 2)}, {},
    ],
)  # fmt: skip
@pytest.mark.parametrize("typed", ["мост", '"мост через"', "-мост", ""])
def test_no_query_reads_every_version(
    searchable: SearchableIndex, typed: str, filtered: dict[str, object]
) -> None:
    searchable.publish("Мост через реку")
    asked: list[str] = []
    searchable.index.set_trace_callback(asked.append)
    for sort in ("relevance", "newest", "oldest"):
        searchable.found(typed, sort, **filtered)  # type: ignore[arg-type]
    searchable.counted(typed, **filtered)
    searchable.index.set_trace_callback(None)
    plans = [
        row["detail"]
        for sql in asked
        if sql.lstrip().startswith("SELECT") and "fts5" not in sql and "'main'" not in sql
        for row in searchable.index.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    assert plans
    assert [plan for plan in plans if re.match(r"SCAN (version|versions|articles)\b", plan)] == []


def test_any_sqlite_can_search_the_file(searchable: SearchableIndex) -> None:
    searchable.publish("Саммит", "Войска вошли в Казахстан, шёл снег.")
    searchable.index.close()
    plain = sqlite3.connect(searchable.path)  # Python's own, without anything of ours
    for match in (
        "казахстан",
        "идти",
        "lemmas : войско AND казахстан",
        'body : "вошли в казахстан"',
        '"source=primorsk"',
        "каз*",
    ):
        rows = plain.execute(
            """
            SELECT versions.title FROM search_index JOIN versions ON versions.id = search_index.rowid
            WHERE search_index MATCH ? ORDER BY rank
            """,
            (match,),
        ).fetchall()
        assert rows == [("Саммит",)], match
    plain.close()
    searchable.index = connect(searchable.path)
