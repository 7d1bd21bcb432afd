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
from tests.searchable import Newsroom, merge_into

KYIV = ZoneInfo("Europe/Kyiv")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    newsroom = Newsroom(tmp_path / "archive.db")
    yield newsroom
    newsroom.index.close()


def test_the_headline_outranks_the_lead_and_the_lead_the_text(room: Newsroom) -> None:
    passing = room.publish("А", "Мосты упомянуты раз.")
    often = room.publish("Б", "О мосте. О мостах. Снова мост.")
    lead = room.publish("В", "Текст.", lead="Закрыли мост.")
    title = room.publish("Мосту быть", "Текст.")
    newer_passing = room.publish("Д", "И ещё раз о мосте.")
    assert room.found("мост", "relevance") == [title, lead, often, newer_passing, passing]


def test_of_several_words_one_in_the_headline_is_better_than_none(room: Newsroom) -> None:
    scattered = room.publish("А", "Мост через реку.")
    half = room.publish("Мосты", "Через реку.")
    both = room.publish("Мост через реку")
    room.publish("Мост")
    newer = room.publish("Б", "Река и мост.")
    assert room.found("река мост", "relevance") == [both, half, newer, scattered]


def test_newest_and_oldest_go_by_the_time_of_publication_and_else_of_the_first_sight(room: Newsroom) -> None:
    late = room.publish("мост", at=datetime(2022, 1, 9, 12, 0, tzinfo=KYIV))
    early = room.publish("мост", at=datetime(2020, 1, 9, 12, 0, tzinfo=KYIV))
    undated = room.publish("мост")
    same = [room.publish("мост", at=datetime(2021, 5, 1, tzinfo=KYIV)) for _ in range(40)]
    assert room.found("мост", "newest") == [undated, late, *reversed(same), early]
    assert room.found("", "oldest") == [early, *same, late, undated]


def test_an_article_comes_once_in_the_version_that_fits(room: Newsroom) -> None:
    url = room.publish("Мост закрыт")
    room.publish("Мост открыт", url=url)
    room.publish("Переправа открыта", url=url)
    for sort, version in (("newest", 2), ("oldest", 2), ("relevance", 2)):
        (only,) = search(room.index, Filters("мост"), sort=sort)  # type: ignore[arg-type]
        assert (only.version, only.versions) == (version, 3)
    assert room.found("мост", all_versions=True) == [url, url]
    assert [one.version for one in search(room.index, Filters())] == [3]


def test_each_filter_narrows(room: Newsroom) -> None:
    url = room.publish(
        "Мост", source="port", section="В порту", authors=("Анна Ли", "Б. О."), tags=("мосты и дороги",), language="uk",
        at=datetime(2022, 1, 1, 0, 30, tzinfo=KYIV), seen=datetime(2022, 3, 1, 23, 59, tzinfo=UTC),
    )  # fmt: skip
    room.publish("Мост")
    for filtered in (
        {"source": "port"}, {"section": "В порту"}, {"section": "в порту"}, {"author": "Анна Ли"}, {"author": "б. о."},
        {"tag": "Мосты и дороги"}, {"language": "uk"}, {"published_from": date(2022, 1, 1)},
        {"published_from": date(2022, 1, 1), "published_to": date(2022, 1, 1)},
        {"captured_from": date(2022, 3, 1)}, {"captured_from": date(2022, 3, 1), "captured_to": date(2022, 3, 1)},
        {"source": "port", "section": "В порту", "language": "uk", "author": "Анна Ли"},
    ):  # fmt: skip
        for sort in ("relevance", "newest", "oldest"):
            for typed in ("мост", "", '"мост"', "-река"):
                assert room.found(typed, sort, **filtered) == [url], (filtered, sort, typed)  # type: ignore[arg-type]
                assert room.counted(typed, **filtered).articles == 1
    for filtered in (
        {"section": "порту"}, {"author": "Анна"}, {"tag": "мосты"}, {"published_to": date(2021, 12, 31)},
        {"published_from": date(2022, 1, 2)}, {"captured_to": date(2022, 1, 9)}, {"state": "removed"},
    ):  # fmt: skip
        assert room.found("мост", **filtered) == []  # type: ignore[arg-type]


def test_a_merged_article_is_found_by_its_new_source(room: Newsroom) -> None:
    first = room.publish("Мост закрыт", "Мост через реку закрыт до весны.", source="primorsk", section="Мир")
    second = room.publish("Мост закрыт", "Мост через реку закрыт до весны.", source="port", section="Порт")
    ids = [
        room.index.execute("SELECT article_id FROM addresses WHERE url = ?", (url,)).fetchone()[0]
        for url in (first, second)
    ]
    merge_into(room.index, *ids)
    assert room.found("мост") == [second]
    assert room.found("мост", source="primorsk") == [second]
    assert room.found("мост", source="port") == []
    assert room.index.execute("SELECT count(*) FROM search_index_docsize").fetchone()[0] == 1
    room.index.execute("INSERT INTO search_index (search_index) VALUES ('integrity-check')")


def test_passages_mark_the_forms_in_the_text_as_printed(room: Newsroom) -> None:
    room.publish(
        "А", "Вступление. " * 40 + "Тогда шёл дождь, и людям Казах\u00adстану было сыро. " + "Конец. " * 60
    )
    (one,) = search(room.index, Filters("идти казахстан"))
    found = make_snippet(one, "идти казахстан")
    assert [found.text[start:end] for start, end in found.marks] == ["шёл", "Казах\u00adстану"]
    assert found.text.startswith("…")


def test_counts_are_of_articles_by_month_and_source(room: Newsroom) -> None:
    room.publish("мост", at=datetime(2022, 2, 1, 0, 30, tzinfo=KYIV))  # still January in UTC
    url = room.publish("мост", at=datetime(2022, 1, 31, 12, 0, tzinfo=KYIV), source="port")
    room.publish("мосты", url=url, at=datetime(2022, 1, 31, 12, 0, tzinfo=KYIV), source="port")
    room.publish("мост")
    expected = Counts(3, {None: 1, "2022-01": 1, "2022-02": 1}, {"primorsk": 2, "port": 1})
    assert room.counted("мост") == expected
    assert room.counted() == expected


def test_counting_at_once_gives_what_counting_one_by_one_gives(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
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
                room.publish(
                    text,
                    text,
                    at=at if chance.random() < 0.9 else None,
                    source=chance.choice(("port", "primorsk")),
                )
            )
        else:  # edited within its day
            room.publish(text, text, url=old, at=_published(room, old))
    for typed in ("", "мост", "мост закон", '"мост река"', "мост OR река", "-мост", "title:мост", "мос*"):
        for filtered in (
            {}, {"source": "port"}, {"published_from": date(2021, 11, 1)},
            {"published_from": date(2021, 11, 17), "published_to": date(2022, 1, 31)},
            {"published_to": date(2021, 12, 15), "source": "primorsk"},
        ):  # fmt: skip
            monkeypatch.setattr(counts, "MAX_DIRECT_COUNT", 2_000)
            one_by_one = room.counted(typed, **filtered)  # type: ignore[arg-type]
            assert one_by_one.articles == len(room.found(typed, **filtered))  # type: ignore[arg-type]
            monkeypatch.setattr(counts, "MAX_DIRECT_COUNT", -1)
            assert room.counted(typed, **filtered) == one_by_one, (typed, filtered)  # type: ignore[arg-type]


def _published(room: Newsroom, url: str) -> datetime | None:
    row = room.index.execute(
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
def test_no_query_reads_every_version(room: Newsroom, typed: str, filtered: dict[str, object]) -> None:
    room.publish("Мост через реку")
    asked: list[str] = []
    room.index.set_trace_callback(asked.append)
    for sort in ("relevance", "newest", "oldest"):
        room.found(typed, sort, **filtered)  # type: ignore[arg-type]
    room.counted(typed, **filtered)
    room.index.set_trace_callback(None)
    plans = [
        row["detail"]
        for sql in asked
        if sql.lstrip().startswith("SELECT") and "fts5" not in sql and "'main'" not in sql
        for row in room.index.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    assert plans
    assert [plan for plan in plans if re.match(r"SCAN (version|versions|articles)\b", plan)] == []


def test_any_sqlite_can_search_the_file(room: Newsroom) -> None:
    room.publish("Саммит", "Войска вошли в Казахстан, шёл снег.")
    room.index.close()
    plain = sqlite3.connect(room.path)  # Python's own, without anything of ours
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
    room.index = connect(room.path)
