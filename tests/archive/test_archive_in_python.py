"""The archive as a Python program uses it: from an article to all its data."""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.core import Archive
from archive.errors import ArchiveError, BadQuery, NotFound
from archive.filters import FilterArgs, Filters
from archive.index.lookup.article_keys import ArticleKey
from tests.small_archive import BRIDGE, GONE, HARBOUR, LISTING, SUMMIT, build


@pytest.fixture
def archive(small: Path) -> Iterator[Archive]:
    with Archive.open(small) as archive:
        yield archive


def test_an_article_is_a_key_to_all_that_is_known_of_it(archive: Archive) -> None:
    article = archive.article(SUMMIT)
    keys: tuple[ArticleKey, ...] = (article, article.id, str(article.id), SUMMIT, f"{SUMMIT}?utm_source=x")
    for key in keys:
        assert archive.article(key) == article
        assert [version.version for version in archive.versions(key)] == [1, 2]
        assert archive.addresses(key) == [SUMMIT]
        assert len(archive.sightings(key)) == 2
        assert {change.name for change in archive.compare(key)} >= {"title", "body"}


def test_a_version_knows_the_article_it_is_of(archive: Archive) -> None:
    first = archive.article(SUMMIT, 1)
    assert archive.article(first).version == 2
    assert archive.compare(first, 2) == ()


def test_the_bytes_of_an_article_are_those_the_server_sent(archive: Archive) -> None:
    article = archive.article(HARBOUR)
    capture = archive.capture(article)
    assert capture == archive.capture(article.capture) == archive.capture(article.capture.place)
    assert capture == archive.capture(archive.captures(HARBOUR)[0])
    assert capture.raw.startswith(b"HTTP/1.1 200 OK\r\n")
    assert "причал".encode("windows-1251") in capture.payload()


def test_the_page_of_an_article_is_text_whatever_its_encoding(archive: Archive) -> None:
    assert "<h1>У порту відкрили новий причал</h1>" in archive.html(archive.article(HARBOUR))
    assert "<h1>Мир</h1>" in archive.html(archive.captures(LISTING)[0])


def test_the_captures_of_an_article_are_those_of_all_its_addresses(archive: Archive) -> None:
    article = archive.article(GONE)
    assert [row.status for row in archive.captures(article)] == [200, 404, 404]


def test_neighbours_in_time_are_of_the_same_source(archive: Archive) -> None:
    in_order = [one for one in archive.search(source="primorsk", sort="oldest") if one.published_utc]
    assert [one.url for one in in_order] == [BRIDGE, GONE, SUMMIT]
    around = [archive.neighbours(one) for one in in_order]
    assert [one.previous and one.previous.url for one in around] == [None, BRIDGE, GONE]
    assert [one.next and one.next.url for one in around] == [GONE, SUMMIT, None]


def test_an_article_whose_time_is_not_known_has_no_neighbours_in_time(archive: Archive) -> None:
    found = archive.neighbours(HARBOUR)
    assert (found.previous, found.next, found.beside) == (None, None, ())


def test_articles_of_one_moment_are_neighbours_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    with Archive.open(build(tmp_path / "archive")) as archive:
        archive.connection.execute("UPDATE versions SET published_utc = '2022-01-10T00:00:00.000000Z'")
        ids = sorted(article.id for article in archive.search(source="primorsk"))
        walked = [ids[0]]
        while following := archive.neighbours(walked[-1]).next:
            walked.append(following.id)
        assert walked == ids
        while previous := archive.neighbours(walked[-1]).previous:
            assert previous.id == walked[-2]
            walked.pop()


def test_neighbours_on_the_page_are_those_of_its_first_sight_in_each_listing(archive: Archive) -> None:
    (beside,) = archive.neighbours(BRIDGE).beside
    assert (beside.listing, beside.role, beside.section) == (LISTING, "listing", "Мир")
    assert beside.seen_at == archive.sightings(BRIDGE)[0].seen_at
    assert beside.shown.place == 2
    assert beside.above is not None
    assert beside.below is not None
    assert (beside.above.url, beside.above.headline) == (SUMMIT, "Саммит ОДКБ по Казахстану")
    assert beside.above.article == archive.article(SUMMIT).id
    assert beside.below.url == GONE
    (top,) = archive.neighbours(SUMMIT).beside
    assert top.above is None


def test_articles_stay_values_when_the_archive_is_closed(small: Path) -> None:
    with Archive.open(small) as archive:
        article = archive.article(SUMMIT)
    assert pickle.loads(pickle.dumps(article)) == article
    assert article.paragraphs


def test_a_search_is_read_as_far_as_it_is_looped_over(archive: Archive) -> None:
    found = archive.search(sort="oldest")
    next(found)
    assert len(list(found)) == 4


def test_filters_put_together_once_serve_every_question(archive: Archive) -> None:
    filters = Filters.of("саммит", published_from="2022-01-10", source="primorsk")
    found = list(archive.search(filters))
    assert found == list(archive.search("саммит", published_from=date(2022, 1, 10), source="primorsk"))
    assert archive.counts(filters).articles == len(found) == 1
    assert list(archive.search(filters, state="removed")) == []  # narrowed further
    assert filters.given() == {"source": "primorsk", "published_from": "2022-01-10"}


@pytest.mark.parametrize("package", ["archive", "newsarchive", "spiders"])
def test_the_packages_say_that_they_are_typed(package: str) -> None:
    assert (Path(__file__).parents[2] / package / "py.typed").is_file()


def test_the_beginning_of_a_number_is_enough_when_it_is_of_one_article(archive: Archive) -> None:
    ids = sorted(str(article.id) for article in archive.search())
    alone = next(one[:3] for one in ids if sum(other.startswith(one[:3]) for other in ids) == 1)
    assert str(archive.article(alone).id).startswith(alone)
    assert archive.article(int(ids[0])).id == int(ids[0])


@pytest.mark.parametrize("number", ["0", "00", "99999999999999", "9" * 40, "1" * 13])
def test_a_number_that_no_article_has_is_one_sentence(archive: Archive, number: str) -> None:
    with pytest.raises(NotFound, match=f"^There is no article {number}.$"):
        archive.article(number)


def test_a_beginning_that_several_share_is_too_short(tmp_path: Path) -> None:
    with Archive.open(build(tmp_path / "archive")) as archive:
        put = archive.connection.execute
        for number in (7, 71, 712):
            put(
                "INSERT INTO articles (id, url, state, first_seen, last_seen, last_looked) SELECT ?, ?, 'live',"
                " first_seen, last_seen, last_looked FROM articles LIMIT 1",
                (number, f"http://news.example/{number}"),
            )
        assert archive._article_id("7") == 7
        assert archive._article_id("71") == 71
        put("DELETE FROM articles WHERE id = 71")
        put(
            "INSERT INTO articles SELECT 713, 'http://news.example/713', source, section, state, NULL, NULL, NULL,"
            " first_seen, last_seen, last_looked, gone_since, gone_looks, version_count, due_at"
            " FROM articles WHERE id = 712"
        )
        with pytest.raises(NotFound, match="More than one"):
            archive._article_id("71")


@pytest.mark.parametrize("typed", ["😀", '"', "((("])
def test_what_holds_no_word_finds_nothing_and_an_empty_query_everything(archive: Archive, typed: str) -> None:
    assert list(archive.search(typed)) == list(archive.search(typed, sort="newest")) == []
    assert archive.counts(typed).articles == 0
    assert len(list(archive.search(""))) == archive.counts().articles == 5


def test_days_may_be_texts(archive: Archive) -> None:
    for name in ("published_from", "published_to", "captured_from", "captured_to"):
        as_day: FilterArgs = {name: date(2022, 1, 10)}  # type: ignore[misc]
        as_text: FilterArgs = {name: "2022-01-10"}  # type: ignore[misc]
        assert list(archive.search(**as_text)) == list(archive.search(**as_day))
    assert archive.counts(published_from="2022-01-10").articles == 3
    with pytest.raises(BadQuery, match=r"^published_to: '31\.01\.2022' is not a day"):
        archive.search(published_to="31.01.2022")


def test_a_language_has_two_letters(archive: Archive) -> None:
    assert [one.url for one in archive.search(language="UK")] == [HARBOUR]
    with pytest.raises(BadQuery, match="'russian' is not a two-letter language code"):
        archive.search(language="russian")


def test_a_number_is_whole_and_its_beginning_is_a_text(archive: Archive) -> None:
    number = archive.article(SUMMIT).id
    assert archive.article(str(number)[:-1]).id == number
    for other in (number // 10, 0, -number, 10**30):
        with pytest.raises(NotFound, match=f"There is no article {other}"):
            archive.article(other)


def test_an_archive_that_was_closed_says_so(small: Path) -> None:
    with Archive.open(small) as archive:
        found = archive.search("саммит")
    for ask in (lambda: next(found), lambda: list(archive.search("")), lambda: archive.article(SUMMIT)):
        with pytest.raises(ArchiveError, match="was closed: open it again"):
            ask()


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"sort": "best"}, "'best' is not a sort order: use one of relevance, newest, oldest."),
        ({"state": "gone"}, "state: 'gone' is not a state of an article"),
        ({"limit": -1}, "limit: -1 is not a number of articles"),
        ({"limit": 2.5}, "limit: 2.5 is not a number"),
        ({"source": 7}, "source: 7 is not text"),
        ({"query": None}, "query: None is not text"),
        ({"source": "nowhere"}, "Source 'nowhere' was never crawled here"),
    ],
)
def test_invalid_arguments_are_rejected_at_once(archive: Archive, asked: dict[str, Any], says: str) -> None:
    with pytest.raises(BadQuery, match=f"^{re.escape(says)}"):
        archive.search(**asked)
    with pytest.raises(BadQuery, match=f"^{re.escape(says)}"):
        archive.export(io.BytesIO(), **asked, form="jsonl")


def test_a_form_of_export_that_is_none_is_refused(archive: Archive) -> None:
    with pytest.raises(BadQuery, match=r"^'xlsx' is not an export format: use one of jsonl"):
        archive.export(io.BytesIO(), form="xlsx")  # type: ignore[arg-type]


def test_filters_are_checked_when_they_are_made() -> None:
    with pytest.raises(BadQuery, match=r"^state: 'gone' is not a state"):
        Filters(state="gone")
    assert Filters(language="RU", published_from="2022-01-31") == Filters(  # type: ignore[arg-type]
        language="ru", published_from=date(2022, 1, 31)
    )


def test_what_is_no_key_to_an_article_is_refused(archive: Archive) -> None:
    for key in (None, 1.5, ["http://news.example/"]):
        for ask in (archive.article, archive.versions, archive.captures, archive.neighbours):
            with pytest.raises(BadQuery, match="is neither an article nor the address or number of one"):
                ask(key)  # type: ignore[operator]
    with pytest.raises(BadQuery, match="is not a version number"):
        archive.article(SUMMIT, "first")  # type: ignore[arg-type]
    with pytest.raises(BadQuery, match="is neither a capture nor an article"):
        archive.html(7)  # type: ignore[arg-type]
    with pytest.raises(BadQuery, match="is not a datetime with a time zone"):
        archive.closest(SUMMIT, datetime(2022, 1, 10))
