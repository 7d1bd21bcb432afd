"""Results of visits to an address: versions, states, merged histories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from archive import timestamps
from archive.events import CrawlStarted, Failed, Fetched
from archive.extraction.model import Article, Image, Rejection
from archive.http.capture import Capture
from archive.index.db.connection import Connection, connect
from archive.index.ingest import captures
from archive.index.ingest import content_digest as digests
from archive.index.ingest.articles import VisitResult, apply_extraction, apply_failure
from archive.index.rows import addresses
from archive.reasons import Reason
from tests.recordings import entry_of

URL = "http://news.example/a/1"
START = datetime(2022, 1, 10, 10, 0, tzinfo=UTC)
STORY = Article(
    title="Мост закрыт", body=("Мост через реку закрыт на ремонт до весны.", "Движение идёт в объезд.")
)


class Visits:
    """An index, and visits to addresses an hour apart."""

    def __init__(self, path: Path) -> None:
        self.index: Connection = connect(path, create=True)
        self._hours = count()

    def visit(
        self,
        url: str = URL,
        extraction: Article | Rejection | None = STORY,
        *,
        status: int = 200,
        location: str = "",
        extractor: str = "one",
        reextraction: Article | None = None,
        redirected_from: str | None = None,
        at: datetime | None = None,
        crawl: str | None = None,
    ) -> VisitResult:
        number = self.store(url, status, location, redirected_from=redirected_from, at=at, crawl=crawl)
        return apply_extraction(
            self.index,
            number,
            extraction if status == 200 else None,
            extractor=extractor,
            reextraction=reextraction,
        )

    def store(
        self,
        url: str = URL,
        status: int = 200,
        location: str = "",
        *,
        redirected_from: str | None = None,
        at: datetime | None = None,
        crawl: str | None = None,
    ) -> int:
        hour = next(self._hours)
        raw = f"HTTP/1.1 {status} X\r\n" + (f"Location: {location}\r\n" if location else "") + "\r\n"
        capture = Capture(url, at or START + timedelta(hours=hour), raw.encode())
        entry = entry_of(capture, hour)
        return captures.add_capture(
            self.index, entry, Fetched(role="article", redirected_from=redirected_from, crawl=crawl)
        )

    def fail(self, at: datetime, crawl: str | None = None) -> None:
        event = Failed(
            role="article", url=URL, at=timestamps.to_iso(at), reason="connection refused", crawl=crawl
        )
        captures.add_failure(self.index, event)
        apply_failure(self.index, event)

    def state(self, article_id: int | None) -> str:
        row = self.index.execute("SELECT state FROM articles WHERE id = ?", (article_id,)).fetchone()
        return str(row["state"])

    def versions(self) -> int:
        return int(self.index.execute("SELECT count(*) FROM versions").fetchone()[0])


@pytest.fixture
def visits(tmp_path: Path) -> Iterator[Visits]:
    visits = Visits(tmp_path / "archive.db")
    yield visits
    assert visits.index.execute("PRAGMA foreign_key_check").fetchall() == []
    visits.index.execute("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)")
    visits.index.close()


def test_the_same_content_is_no_second_version(visits: Visits) -> None:
    assert [visits.visit().outcome, visits.visit().outcome] == ["new", "known"]
    assert visits.versions() == 1


def test_another_headline_is_a_version(visits: Visits) -> None:
    visits.visit()
    assert visits.visit(extraction=replace(STORY, title="Мост открыт")).outcome == "changed"
    assert visits.versions() == 2


def test_a_counter_that_moved_is_no_version(visits: Visits) -> None:
    visits.visit()
    assert visits.visit(extraction=replace(STORY, views=10_000)).outcome == "known"


def test_another_caption_is_a_version(visits: Visits) -> None:
    visits.visit(extraction=replace(STORY, images=(Image("http://news.example/1.jpg", "Мост"),)))
    assert (
        visits.visit(extraction=replace(STORY, images=(Image("http://news.example/1.jpg", "Река"),))).outcome
        == "changed"
    )


def test_a_better_extractor_is_no_edit(visits: Visits) -> None:
    visits.visit()
    better = replace(STORY, body=STORY.body[:1])
    assert visits.visit(extraction=better, extractor="two", reextraction=better).outcome == "known"
    assert visits.versions() == 1


def test_an_edit_read_by_a_better_extractor_is_an_edit(visits: Visits) -> None:
    visits.visit()
    assert (
        visits.visit(
            extraction=replace(STORY, title="Мост открыт"), extractor="two", reextraction=STORY
        ).outcome
        == "changed"
    )


def test_one_404_removes_nothing_and_a_second_does(visits: Visits) -> None:
    article = visits.visit(at=START).article_id
    for days, outcome, state in (
        (1, "gone", "unavailable"),
        (1.9, "gone", "unavailable"),
        (2, "removed", "removed"),
    ):
        at = START + timedelta(days=days)
        assert (visits.visit(status=404, at=at).outcome, visits.state(article)) == (outcome, state)
    row = visits.index.execute("SELECT state_reason, state_since, gone_since FROM articles").fetchone()
    first, second = (timestamps.to_iso(START + timedelta(days=days)) for days in (1, 2))
    assert tuple(row) == ("not found", second, first)


def test_an_answer_between_two_404s_refutes_the_first(visits: Visits) -> None:
    article = visits.visit().article_id
    for days, status in ((1, 404), (2, 200), (3, 404)):
        visits.visit(status=status, at=START + timedelta(days=days))
    assert visits.state(article) == "unavailable"


def test_a_removed_article_that_answers_again_is_live(visits: Visits) -> None:
    article = visits.visit().article_id
    for days, status in ((1, 404), (2, 404), (3, 200)):
        visits.visit(status=status, at=START + timedelta(days=days))
    assert visits.state(article) == "live"
    rows = visits.index.execute("SELECT number, state, reason FROM state_changes ORDER BY number").fetchall()
    assert [tuple(row) for row in rows] == [
        (1, "unavailable", "not found"),
        (2, "removed", "not found"),
        (3, "live", None),
    ]


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_server_that_fails_makes_an_article_unavailable_and_never_removed(
    visits: Visits, status: int
) -> None:
    article = visits.visit().article_id
    for _ in range(3):
        visits.visit(status=status)
    assert visits.state(article) == "unavailable"


def test_a_fetch_that_failed_makes_an_article_unavailable(visits: Visits) -> None:
    article = visits.visit().article_id
    visits.fail(START)
    assert visits.state(article) == "unavailable"


def test_an_article_behind_a_captcha_is_unavailable_and_keeps_its_text(visits: Visits) -> None:
    article = visits.visit().article_id
    assert visits.visit(extraction=Rejection("captcha")).outcome == "not an article"
    assert (visits.state(article), visits.versions()) == ("unavailable", 1)
    visits.visit()
    assert (visits.state(article), visits.versions()) == ("live", 1)


def test_a_redirect_that_is_followed_adds_an_address(visits: Visits) -> None:
    first = visits.visit().article_id
    assert visits.visit(status=301, location="/a/one").outcome == "moved"
    assert visits.state(first) == "moved"
    assert visits.visit("http://news.example/a/one") == VisitResult("known", first)
    assert visits.state(first) == "live"
    assert visits.versions() == 1


def test_two_articles_become_one_when_one_address_leads_to_the_other(visits: Visits) -> None:
    first = visits.visit().article_id
    second = visits.visit(
        "http://news.example/a/one", replace(STORY, title="Мост через реку закрыт")
    ).article_id
    assert first != second
    assert visits.visit(status=301, location="http://news.example/a/one").article_id == first
    rows = visits.index.execute("SELECT id, url, version_count FROM articles").fetchall()
    assert [tuple(row) for row in rows] == [(first, "http://news.example/a/one", 2)]


def test_a_redirect_to_another_story_merges_nothing(visits: Visits) -> None:
    first = visits.visit().article_id
    other = Article(title="Выборы назначены", body=("Избирательная комиссия назначила выборы на осень.",))
    second = visits.visit("http://news.example/a/2", other).article_id
    visits.visit(status=302, location="/a/2")
    assert (visits.state(first), visits.state(second)) == ("moved", "live")


def test_a_front_page_stated_as_canonical_is_ignored(visits: Visits) -> None:
    first = visits.visit(extraction=replace(STORY, canonical="http://news.example/")).article_id
    other = replace(STORY, title="Другая", body=("Совсем другой текст.",), canonical="http://news.example/")
    assert visits.visit("http://news.example/a/2", other).article_id != first


def test_a_canonical_address_without_the_query_is_the_articles_own(visits: Visits) -> None:
    first = visits.visit(URL + "?from=main", replace(STORY, canonical=URL)).article_id
    assert visits.visit() == VisitResult("known", first)


def test_an_articles_number_is_the_same_in_every_archive(visits: Visits, tmp_path: Path) -> None:
    elsewhere = Visits(tmp_path / "other.db")
    elsewhere.visit("http://news.example/a/77")
    assert elsewhere.visit().article_id == visits.visit().article_id
    elsewhere.index.close()


def test_a_time_that_only_a_listing_states_makes_no_version() -> None:
    from zoneinfo import ZoneInfo

    from archive.extraction.model import StatedTime

    at = datetime(2022, 1, 10, 11, 55, tzinfo=ZoneInfo("Europe/Kyiv"))
    listed = StatedTime(at, "minute", "11:55", "listing", "source", "clock")
    assert digests.content_digest(replace(STORY, published=listed)) == digests.content_digest(STORY)
    printed = replace(listed, found_in="visible")
    assert digests.content_digest(replace(STORY, published=printed)) != digests.content_digest(STORY)


def test_an_address_that_redirected_to_a_new_article_is_one_of_its_addresses(visits: Visits) -> None:
    visits.visit(status=302, location="/a/one")
    article = visits.visit("http://news.example/a/one", redirected_from=URL).article_id
    assert addresses.article_at(visits.index, URL) == article


def test_a_notice_that_is_added_later_is_an_edit(visits: Visits) -> None:
    visits.visit(extraction=STORY)
    noticed = replace(
        STORY, notices=("* Внесён в реестр иноагентов.", "** Признано нежелательной организацией.")
    )
    assert visits.visit(extraction=noticed).outcome == "changed"
    assert visits.visit(extraction=replace(noticed, partial=True)).outcome == "known"
    row = visits.index.execute("SELECT notices, partial FROM versions ORDER BY number DESC").fetchone()
    assert row["notices"].split("\n\n") == list(noticed.notices)
    assert row["partial"] == 0


def test_position_of_the_lead_and_word_before_a_credit_make_no_version() -> None:
    original = replace(
        STORY,
        lead="Мост открыли утром.",
        images=(Image("http://news.example/1.jpg", "Мост", "Фото: Анна Лис"),),
    )
    moved = replace(
        original,
        lead=None,
        body=("Мост открыли утром.", *original.body),
        images=(Image("http://news.example/2.jpg", "Мост", "© Анна Лис"),),
    )
    other = replace(moved, images=(Image("http://news.example/2.jpg", "Мост", "© Пётр Лис"),))
    assert digests.content_digest(moved) == digests.content_digest(original)
    assert digests.content_digest(other) != digests.content_digest(original)


def test_a_page_extracted_like_its_stored_version_is_unchanged_whatever_learned_since(visits: Visits) -> None:
    visits.visit(extraction=STORY)
    reextracted = replace(STORY, body=(*STORY.body, "Подпишитесь."))
    result = visits.visit(extraction=STORY, extractor="reader 2", reextraction=reextracted)
    assert result.outcome == "known"


AHEAD, NO_BATTERY = START + timedelta(days=27_000), datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def crawl(visits: Visits) -> str:
    return start_crawl(visits, "news-1")


def start_crawl(visits: Visits, crawl: str) -> str:
    at = timestamps.to_iso(START)
    started = CrawlStarted(crawl=crawl, source="news", title="Новости", timezone="UTC", at=at)
    captures.add_crawl_started(visits.index, started)
    return crawl


def times(visits: Visits) -> dict[str, datetime]:
    row = visits.index.execute("SELECT first_seen, last_seen, last_looked FROM articles").fetchone()
    return {name: timestamps.from_iso(row[name]) for name in ("first_seen", "last_seen", "last_looked")}


@pytest.mark.parametrize("wrong", [AHEAD, NO_BATTERY], ids=["ahead", "no battery"])
@pytest.mark.parametrize("answer", ["the same", "changed", "gone", "no article", "failed"])
def test_a_visit_under_the_right_clock_replaces_one_under_a_wrong_one(
    visits: Visits, crawl: str, wrong: datetime, answer: str
) -> None:
    visits.visit(at=wrong, crawl=crawl)
    if answer == "failed":
        visits.fail(START)
    elif answer == "gone":
        visits.visit(at=START, crawl=crawl, status=404)
    else:
        extractions = {"the same": STORY, "changed": replace(STORY, title="Мост открыт")}
        extraction = extractions.get(answer, Rejection("captcha"))
        visits.visit(at=START, crawl=crawl, extraction=extraction)
    found = times(visits)
    assert (found["first_seen"], found["last_looked"]) == (START, START)
    assert found["last_seen"] <= START


def test_an_edit_after_a_clock_was_ahead_is_the_latest_version(visits: Visits, crawl: str) -> None:
    visits.visit(at=AHEAD, crawl=crawl)
    assert (
        visits.visit(at=START, crawl=crawl, extraction=replace(STORY, title="Мост открыт")).outcome
        == "changed"
    )
    rows = visits.index.execute("SELECT number, title, first_seen FROM versions ORDER BY number").fetchall()
    assert [(row["number"], row["title"], timestamps.from_iso(row["first_seen"])) for row in rows] == [
        (1, STORY.title, AHEAD),  # as its record says
        (2, "Мост открыт", START),
    ]
    latest = visits.index.execute("SELECT title FROM current_articles").fetchone()
    assert latest["title"] == "Мост открыт"


def test_a_clock_without_a_battery_makes_no_known_article_older(visits: Visits, crawl: str) -> None:
    visits.visit(at=START, crawl=crawl)
    visits.visit(at=NO_BATTERY, crawl=crawl)
    assert times(visits) == {"first_seen": START, "last_seen": START, "last_looked": START}


def test_what_was_imported_from_long_ago_keeps_its_date(visits: Visits, crawl: str) -> None:
    visits.visit(at=NO_BATTERY)
    visits.visit(at=START, crawl=crawl)
    assert times(visits) == {"first_seen": NO_BATTERY, "last_seen": START, "last_looked": START}


LATER = START + timedelta(days=2)


def test_a_visit_that_was_overtaken_is_late_and_leaves_the_clock_alone(visits: Visits, crawl: str) -> None:
    article = visits.visit(at=START, crawl=crawl).article_id
    pending = visits.store(at=START + timedelta(hours=1), crawl=crawl)
    visits.visit(at=LATER, crawl=crawl)
    before = times(visits)
    assert apply_extraction(visits.index, pending, STORY, extractor="one") == VisitResult("late", article)
    assert times(visits) == before
    row = visits.index.execute("SELECT reading FROM captures WHERE id = ?", (pending,)).fetchone()
    assert row["reading"] is None  # it waits until the history is rebuilt


@pytest.mark.parametrize(
    ("failed_in", "outcome"), [("earlier", "known"), ("same", "late"), ("later", "late")]
)
def test_failed_visits_overtake_others_in_the_order_of_crawls(
    visits: Visits, failed_in: str, outcome: str
) -> None:
    crawls = {name: start_crawl(visits, name) for name in ("earlier", "same", "later")}
    visits.visit(at=START, crawl=crawls["earlier"])
    pending = visits.store(at=START + timedelta(hours=1), crawl=crawls["same"])
    visits.fail(LATER, crawl=crawls[failed_in])
    assert apply_extraction(visits.index, pending, STORY, extractor="one").outcome == outcome
    corrected = START + timedelta(hours=1)  # the clock of the earlier crawl was ahead
    assert times(visits)["last_looked"] == (corrected if outcome == "known" else LATER)


def test_a_capture_stored_before_was_not_overtaken_by_one_with_a_wrong_date(
    visits: Visits, crawl: str
) -> None:
    visits.visit(at=AHEAD, crawl=crawl)
    assert visits.visit(at=START, crawl=crawl).outcome == "known"
    assert times(visits)["last_looked"] == START


def test_a_revisit_of_a_response_without_a_status_line_is_no_unchanged_page(visits: Visits) -> None:
    article = visits.visit().article_id
    for number, kind in enumerate(("response", "revisit"), 90):
        entry = replace(
            entry_of(Capture(URL, LATER, b"no status line"), number), kind=kind, revisit_of="<urn:uuid:90>"
        )
        capture_id = captures.add_capture(visits.index, entry, Fetched(role="article"))
        result = apply_extraction(visits.index, capture_id, None, extractor="one")
        assert result == VisitResult("unreachable", article, Reason("answered", "without a status"))


def test_an_address_that_redirects_to_a_known_article_is_one_of_its_addresses(visits: Visits) -> None:
    article = visits.visit().article_id
    counter = "http://count.example/r/1"
    result = visits.visit(counter, status=301, location=URL)
    assert (result.outcome, result.article_id) == ("moved", article)
    assert addresses.article_at(visits.index, counter) == article
    assert visits.visit(counter, status=301, location=URL).outcome == "known"


def test_an_unknown_address_that_redirects_to_a_front_page_is_no_articles(visits: Visits) -> None:
    visits.visit("http://news.example/")
    visits.visit("http://news.example/b", status=302, location="http://news.example/")
    assert addresses.article_at(visits.index, "http://news.example/b") is None


@pytest.mark.parametrize(
    "twin",
    [
        "http://news.example/amp/a/1",
        "http://news.example/a/1/amp/",
        "http://news.example/a/1.amp",
        "http://m.news.example/a/1",
        "http://amp.news.example/a/1",
        "http://news.example/a/1?amp=1",
    ],
)
@pytest.mark.parametrize("twin_first", [False, True])
def test_a_page_for_mobiles_belongs_to_the_article_it_states(
    visits: Visits, twin: str, twin_first: bool
) -> None:
    pages = [(URL, replace(STORY, canonical=URL)), (twin, replace(STORY, canonical=URL))]
    found = [visits.visit(*page).article_id for page in (reversed(pages) if twin_first else pages)]
    assert len(set(found)) == 1
    assert visits.versions() == 1
    assert addresses.article_at(visits.index, twin) == found[0]
    (url,) = visits.index.execute("SELECT url FROM articles").fetchone()
    assert url == URL


@pytest.mark.parametrize("path", ["/a/1-old-slug", "/print/77", "/a/1;s=0123456789abcdef"])
def test_a_page_that_states_the_address_of_its_story_makes_no_version(visits: Visits, path: str) -> None:
    article = visits.visit().article_id
    shortened = replace(STORY, body=STORY.body[:1], canonical=URL)
    assert visits.visit(f"http://news.example{path}", shortened).article_id == article
    assert visits.versions() == 1


@pytest.mark.parametrize(
    "twin",
    [
        "http://news.example/amp/a/1",
        "http://news.example/a/1?amp=1",
        "http://news.example/mobile/77",
        "http://m.news.example/77",
        "http://m.news.example/a/1",
    ],
)
def test_the_text_of_a_page_for_mobiles_that_was_found_first_is_no_earlier_version(
    visits: Visits, twin: str
) -> None:
    shortened = replace(STORY, body=STORY.body[:1], canonical=URL)
    own = replace(STORY, canonical=URL)
    article = visits.visit(twin, shortened).article_id
    assert visits.visit(extraction=own).article_id == article
    assert visits.visit(twin, shortened).article_id == article
    rows = visits.index.execute("SELECT url, body FROM versions JOIN articles ON articles.id = article_id")
    assert [tuple(row) for row in rows] == [(URL, "\n\n".join(STORY.body))]
    edited = replace(own, title="Мост открыт")
    assert visits.visit(extraction=edited).outcome == "changed"
    assert visits.versions() == 2


def test_edits_of_a_page_for_mobiles_are_versions_while_its_article_has_no_other(visits: Visits) -> None:
    twin = "http://news.example/amp/a/1"
    visits.visit(twin, replace(STORY, canonical=URL))
    assert visits.visit(twin, replace(STORY, title="Мост открыт", canonical=URL)).outcome == "changed"
    assert visits.versions() == 2


def test_an_edit_is_kept_when_an_earlier_page_began_to_state_the_new_address(visits: Visits) -> None:
    new = "http://news.example/a/new"
    article = visits.visit().article_id
    visits.visit(extraction=replace(STORY, canonical=new))
    edited = replace(STORY, body=(*STORY.body, "Движение вернули."), canonical=new)
    visits.visit(new, edited)
    assert visits.visit(extraction=edited).article_id == article
    assert visits.versions() == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/news/73215-most-zakryt", "/news/73215-most-otkryt"),
        ("/2024/05/most-zakryt-73215.html", "/2024/05/most-otkryt-73215.html"),
        ("/news/73215/most-zakryt/", "/news/73215/most-otkryt/"),
        ("/news/73215", "/news/73215-most-otkryt"),
        ("/news/73215-мост-закрыт", "/news/73215-мост-открыт"),
    ],
)
def test_a_new_slug_around_the_number_of_a_story_is_its_article(visits: Visits, old: str, new: str) -> None:
    host = "http://news.example"
    article = visits.visit(host + old).article_id
    edited = replace(STORY, title="Мост открыт")
    result = visits.visit(host + new, edited)
    assert (result.article_id, result.outcome) == (article, "changed")


@pytest.mark.parametrize(
    "other",
    [
        "/news/73216-most-zakryt",  # another number
        "/print/73215",  # another kind of page
        "/news/73215/comments/2",
        "/news/73215-most-zakryt?page=2",
    ],
)
def test_an_address_of_another_kind_with_the_number_is_no_new_slug(visits: Visits, other: str) -> None:
    first = visits.visit("http://news.example/news/73215-most-zakryt").article_id
    assert visits.visit(f"http://news.example{other}").article_id != first


def test_an_article_with_the_number_of_another_story_is_its_own(visits: Visits) -> None:
    first = visits.visit("http://news.example/region/73215-most").article_id
    other = Article(title="Рынок открыт", body=("Совсем другой текст о рынке и ценах.",))
    assert visits.visit("http://news.example/region/73215-rynok", other).article_id != first


def test_articles_are_merged_once_one_states_the_address_of_the_other(visits: Visits) -> None:
    old = visits.visit("http://news.example/a/1-old").article_id
    new = visits.visit("http://news.example/a/1-new").article_id
    assert old != new
    stated = replace(STORY, canonical="http://news.example/a/1-new")
    assert visits.visit("http://news.example/a/1-old", stated).article_id == old
    rows = visits.index.execute("SELECT id, url, state FROM articles").fetchall()
    assert [tuple(row) for row in rows] == [(old, "http://news.example/a/1-new", "live")]
    assert visits.versions() == 1


@pytest.mark.parametrize(
    "stated", ["http://other.example/a/2", "http://sub.news.example/a/2", "http://news.example:81/a/2"]
)
def test_a_stated_address_on_another_site_joins_nothing(visits: Visits, stated: str) -> None:
    first = visits.visit(stated).article_id
    assert visits.visit(extraction=replace(STORY, canonical=stated)).article_id != first


def test_one_address_stated_by_all_pages_joins_only_its_own_story(visits: Visits) -> None:
    first = visits.visit(extraction=replace(STORY, canonical=URL)).article_id
    other = Article(title="Рынок открыт", body=("Совсем другой текст о рынке и ценах.",), canonical=URL)
    assert visits.visit("http://news.example/b/2", other).article_id != first


def test_a_redirect_to_a_section_is_no_move_and_one_elsewhere_is(visits: Visits) -> None:
    section = "http://news.example/world/"
    listing = Capture(section, START, b"HTTP/1.1 200 X\r\n\r\n<h1>World</h1>")
    captures.add_capture(visits.index, entry_of(listing, 99), Fetched(role="listing"))
    article = visits.visit().article_id
    visits.visit(status=302, location=section)
    assert state_of(visits) == ("unavailable", "redirect to section", None)
    elsewhere = "http://news.example/other/page"
    visits.visit(status=302, location=elsewhere)
    assert state_of(visits) == ("moved", None, elsewhere)
    visits.visit(elsewhere, Rejection("login"), redirected_from=URL)
    assert state_of(visits) == ("unavailable", "login", elsewhere)
    visits.visit(status=302, location=elsewhere)
    visits.visit(elsewhere, Rejection("login"), redirected_from=URL)
    assert state_of(visits) == ("unavailable", "login", elsewhere)
    visits.visit()
    assert state_of(visits) == ("live", None, None)
    rows = visits.index.execute("SELECT article_id, state FROM state_changes ORDER BY number").fetchall()
    assert [tuple(row) for row in rows] == [
        (article, state) for state in ("unavailable", "moved", "unavailable", "live")
    ]


def state_of(visits: Visits) -> tuple[str, str | None, str | None]:
    (row,) = visits.index.execute("SELECT state, state_reason, moved_to FROM articles").fetchall()
    return row["state"], row["state_reason"], row["moved_to"]
