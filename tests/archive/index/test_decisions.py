"""Each situation of a visit and what it changes: a table of cases without a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from archive.extraction.excerpts import ComparableText
from archive.extraction.model import Article, Rejection, StatedTime
from archive.index.ingest.changes import (
    Change,
    Checked,
    Classified,
    ClockCorrected,
    Found,
    Gone,
    Known,
    KnownArticle,
    KnownVersion,
    Late,
    Merged,
    NewArticle,
    NewVersion,
    PartReplaced,
    Recognized,
    Redirected,
    Retracted,
    SamePage,
    StateChanged,
    Unchanged,
    Visit,
    Visited,
)
from archive.index.ingest.content_digest import content_digest
from archive.index.ingest.decisions import decide, decide_unapplied
from archive.reasons import Reason, state_reason

URL, OTHER_URL = "http://news.example/a/1", "http://news.example/a/2"
FIRST, LAST, NOW = (f"2022-01-{day}T10:00:00.000000Z" for day in (10, 11, 12))
FUTURE, LONG_AGO = "2090-01-01T00:00:00.000000Z", "2000-01-01T00:00:00.000000Z"
BODY = ("Мост через реку закрыт на ремонт до весны, сообщили в мэрии.", "Движение идёт в объезд.")
STORY = Article(title="Мост закрыт", body=BODY)
EDITED = replace(STORY, title="Мост открыт")
TEASER = replace(STORY, body=BODY[:1], partial=True)
FOREIGN = Article(title="Выборы назначены", body=("Избирательная комиссия назначила выборы на осень.",))


def version(article: Article = STORY, **fields: Any) -> KnownVersion:
    stored = KnownVersion(
        id=70,
        article_id=1,
        capture_id=7,
        title=article.title,
        body="\n\n".join(article.body),
        digest=content_digest(article),
        extractor="one",
        first_seen=FIRST,
        last_seen=LAST,
        is_partial=article.partial,
    )
    return replace(stored, **fields)


def known(stored: Article | None = STORY, **fields: Any) -> KnownArticle:
    article = KnownArticle(
        id=1,
        url=URL,
        state="live",
        first_seen=FIRST,
        last_seen=LAST,
        last_visit=LAST,
        latest=version(stored) if stored else None,
        latest_text=ComparableText.from_article(stored) if stored else None,
    )
    return replace(article, **fields)


def visit(extraction: Article | Rejection | None = None, **fields: Any) -> Visit:
    made = Visit(
        url=URL,
        requested_url=URL,
        at=NOW,
        is_crawled=True,
        capture_id=9,
        status=200,
        extraction=extraction,
        digest=content_digest(extraction) if isinstance(extraction, Article) else "",
        extractor="one",
    )
    return replace(made, **fields)


def changes_of(of: Visit, article: KnownArticle | None, **fields: Any) -> Sequence[Change]:
    """Return what a visit changes, without the classification of its capture."""
    changes = decide(of, Known(article=article, **fields))
    assert isinstance(changes[-1], Classified)
    return changes[:-1]


def outcome_of(of: Visit, article: KnownArticle | None, **fields: Any) -> tuple[str, str]:
    last = decide(of, Known(article=article, **fields))[-1]
    assert isinstance(last, Classified)
    return last.outcome, last.reading.words


def stated(text: str) -> StatedTime:
    return StatedTime(datetime.fromisoformat(text), "minute", text, "meta", "stated", "iso")


def becomes(
    state: Any, reason: str | None = None, moved_to: str | None = None, **fields: Any
) -> StateChanged:
    """Return the change of the known article's state by the visit."""
    return replace(StateChanged(1, NOW, state, NOW, reason, moved_to, 9), **fields)


def lost(reason: str, **fields: Any) -> tuple[Change, ...]:
    """Return the changes of a visit that did not show the known article."""
    return (Checked(1, NOW), becomes("unavailable", reason, **fields))


GONE_ONCE = {"gone_visits": 1, "gone_since": LAST}
GONE = {**GONE_ONCE, "state": "unavailable", "state_since": LAST, "state_reason": "not found"}
REMOVED = {"state": "removed", "state_reason": "not found", "gone_visits": 2, "gone_since": FIRST}


@pytest.mark.parametrize(
    ("of", "article", "changes", "outcome"),
    [
        pytest.param(visit(status=404), None, (), "gone", id="never known"),
        pytest.param(
            visit(status=404),
            known(),
            (Gone(1, NOW, 1, NOW), becomes("unavailable", "not found")),
            "gone",
            id="first 404",
        ),
        pytest.param(
            visit(status=410),
            known(),
            (Gone(1, NOW, 1, NOW), becomes("unavailable", "not found")),
            "gone",
            id="first 410",
        ),
        pytest.param(
            visit(status=404),
            known(**GONE),
            (Gone(1, NOW, 2, LAST), becomes("removed", "not found")),
            "removed",
            id="second 404 in a row, a day later",
        ),
        pytest.param(
            visit(status=404, at="2022-01-12T09:59:59.999999Z"),
            known(**GONE),
            (Gone(1, "2022-01-12T09:59:59.999999Z", 2, LAST),),
            "gone",
            id="second 404 in a row, less than a day later",
        ),
        pytest.param(
            visit(status=404, removed_after=timedelta(days=2)),
            known(**GONE),
            (Gone(1, NOW, 2, LAST),),
            "gone",
            id="second 404 in a row, before the time that is set",
        ),
        pytest.param(
            visit(status=404, removed_after=timedelta()),
            known(**{**GONE, "gone_since": NOW}),
            (Gone(1, NOW, 2, NOW), becomes("removed", "not found")),
            "removed",
            id="second 404 in a row, at once if that is set",
        ),
        pytest.param(
            visit(status=410),
            known(**{**GONE, "state_reason": "server error"}),
            (Gone(1, NOW, 2, LAST), becomes("removed", "not found")),
            "removed",
            id="a failed visit between two does not end the series",
        ),
        pytest.param(
            visit(status=410),
            known(state="moved", moved_to=OTHER_URL),
            (Gone(1, NOW, 1, NOW), becomes("unavailable", "not found")),
            "gone",
            id="404 where it moved to",
        ),
        pytest.param(
            visit(status=404), known(**REMOVED), (Gone(1, NOW, 3, FIRST),), "gone", id="removed before"
        ),
        pytest.param(visit(status=403), known(), lost("block page"), "unreachable", id="403"),
        pytest.param(
            visit(status=503),
            known(**GONE),
            lost("server error", since=LAST),
            "unreachable",
            id="503 after a 404: unavailable since then, for another reason",
        ),
        pytest.param(
            visit(status=503),
            known(state="unavailable", state_since=LAST, state_reason="server error"),
            (Checked(1, NOW),),
            "unreachable",
            id="503 again",
        ),
        pytest.param(visit(status=503), known(**REMOVED), (), "unreachable", id="503, removed before"),
        pytest.param(visit(Rejection("captcha")), known(), lost("captcha"), "not an article", id="captcha"),
        pytest.param(
            visit(Rejection("soft 404")),
            known(**GONE),
            lost("soft 404", since=LAST),
            "not an article",
            id="a page that says 404 with status 200 is no proof",
        ),
        pytest.param(
            visit(Rejection("captcha")), known(**REMOVED), (), "not an article", id="captcha, removed before"
        ),
    ],
)
def test_how_removed_is_decided(
    of: Visit, article: KnownArticle | None, changes: Sequence[Change], outcome: str
) -> None:
    assert changes_of(of, article) == changes
    assert outcome_of(of, article)[0] == outcome


FOUND = Found(1, None, (URL,), NOW, None)


@pytest.mark.parametrize("state", ["removed", "moved", "unavailable"])
def test_an_article_seen_again_is_live(state: str) -> None:
    article = known(state=state)
    assert changes_of(visit(STORY), article) == (becomes("live"), FOUND, Unchanged(1, NOW, 70))
    repeated = visit(repeats=Reason("article"))
    assert changes_of(repeated, article) == (
        Redirected(URL, None),
        becomes("live"),
        Unchanged(1, NOW, 70),
    )


@pytest.mark.parametrize(
    ("failure", "changes"),
    [
        (Reason("timeout"), lost("no answer", capture_id=None)),
        (Reason("host not found"), lost("no answer", capture_id=None)),
        (Reason("too long"), lost("incomplete", capture_id=None)),
        (Reason("forbidden"), (Checked(1, NOW),)),
        (Reason("host unresponsive", "news.example"), (Checked(1, NOW),)),
        (Reason("private address"), (Checked(1, NOW),)),
        (Reason("robots.txt unavailable", "timeout"), (Checked(1, NOW),)),
    ],
)
def test_a_request_without_a_response_says_why_unless_it_was_not_sent(
    failure: Reason, changes: tuple[Change, ...]
) -> None:
    assert decide(visit(capture_id=None, failure=failure), Known(article=known())) == changes


def test_an_article_that_redirects_to_no_article_has_not_moved() -> None:
    moved = known(state="moved", state_since=LAST, moved_to=OTHER_URL)
    there = visit(Rejection("captcha"), url=OTHER_URL, requested_url=OTHER_URL, redirected_from=URL)
    unavailable = becomes("unavailable", "captcha", OTHER_URL)
    assert changes_of(there, None, redirected_article=moved) == (unavailable,)
    gone = visit(status=404, url=OTHER_URL, requested_url=OTHER_URL, redirected_from=URL)
    assert changes_of(gone, None, redirected_article=moved) == (replace(unavailable, reason="not found"),)
    found = known(state="unavailable", state_since=LAST, state_reason="captcha", moved_to=OTHER_URL)
    assert changes_of(there, None, redirected_article=found) == ()
    again = visit(status=301, redirects_to=OTHER_URL)
    assert changes_of(again, found) == (Redirected(URL, OTHER_URL), Visited(1, NOW))
    elsewhere = visit(status=301, redirects_to=OTHER_URL + "b")
    assert becomes("moved", moved_to=OTHER_URL + "b") in changes_of(elsewhere, found)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "login"),
        (402, "paywall"),
        (429, "block page"),
        (451, "legal reasons"),
        (500, "server error"),
        (418, "error answer"),
        (None, "error answer"),
    ],
)
def test_a_status_is_a_reason(status: int | None, reason: str) -> None:
    assert changes_of(visit(status=status), known()) == lost(reason)


def made(article: Article, **fields: Any) -> NewVersion:
    return NewVersion(1, NOW, 9, None, article, content_digest(article), "one", **fields)


@pytest.mark.parametrize(
    ("of", "article", "changes", "outcome"),
    [
        pytest.param(visit(STORY), known(), (Unchanged(1, NOW, 70),), "known", id="the same content"),
        pytest.param(visit(EDITED), known(), (made(EDITED),), "changed", id="another headline"),
        pytest.param(
            visit(EDITED, reextraction=EDITED, extractor="two"),
            known(),
            (Unchanged(1, NOW, 70),),
            "known",
            id="only another extractor",
        ),
        pytest.param(
            visit(EDITED, reextraction=EDITED),
            known(),
            (made(EDITED),),
            "changed",
            id="the same extractor reads the stored page as it did then",
        ),
        pytest.param(visit(TEASER), known(), (Unchanged(1, NOW, None),), "known", id="a teaser of it"),
        pytest.param(
            visit(STORY),
            known(TEASER),
            (PartReplaced(1, 70, 7), made(STORY)),
            "known",
            id="the whole of a teaser",
        ),
        pytest.param(
            visit(STORY),
            known(TEASER, previous=version(id=60)),
            (PartReplaced(1, 70, 7), Unchanged(1, NOW, 60)),
            "known",
            id="the whole of a teaser, known from before",
        ),
        pytest.param(
            visit(EDITED),
            known(latest=version(status=203)),
            (PartReplaced(1, 70, 7), made(EDITED)),
            "known",
            id="the original of a page that a proxy changed",
        ),
        pytest.param(
            visit(replace(EDITED, body=BODY[:1], gate="stated")),
            known(),
            (made(replace(EDITED, body=BODY[:1], gate="stated", partial=True)),),
            "changed",
            id="edited, and its end behind a paywall",
        ),
        pytest.param(visit(STORY), known(None), (made(STORY),), "changed", id="no version yet"),
    ],
)
def test_how_an_edit_is_decided(
    of: Visit, article: KnownArticle, changes: Sequence[Change], outcome: str
) -> None:
    expected = [
        replace(one, extractor=of.extractor) if isinstance(one, NewVersion) else one for one in changes
    ]
    assert list(changes_of(of, article)) == [FOUND, *expected]
    assert outcome_of(of, article)[0] == outcome


def test_a_first_visit_makes_an_article() -> None:
    of = visit(replace(STORY, canonical=URL), url=URL + "?from=main", source="news", section="Город")
    changes = changes_of(of, None, new_id=5)
    assert changes[0] == NewArticle(5, URL, "news", "Город", NOW)
    assert changes[1] == Found(5, None, (URL, URL + "?from=main"), NOW, None)
    assert isinstance(changes[2], NewVersion)
    assert outcome_of(of, None) == ("new", "article")


def test_an_article_is_found_at_the_address_that_showed_it_last() -> None:
    of = visit(STORY, url=OTHER_URL, redirected_from=URL)
    assert changes_of(of, known())[0] == Found(1, OTHER_URL, (OTHER_URL,), NOW, URL)


@pytest.mark.parametrize(
    ("of", "article", "reading"),
    [
        (visit(EDITED, is_cut=True, truncated="disconnect"), known(), "answer cut off (disconnect)"),
        (visit(EDITED, status=203), known(), "changed on the way (203)"),
        (visit(EDITED, is_another_page=True), known(), "another page"),
    ],
)
def test_a_damaged_response_says_nothing_about_a_known_text(
    of: Visit, article: KnownArticle, reading: str
) -> None:
    found = state_reason(Reason.parse(reading))
    assert changes_of(of, article) == lost(found)
    assert outcome_of(of, article)[1] == reading
    assert changes_of(replace(of, extraction=STORY, digest=content_digest(STORY)), article)[1:] == (
        Unchanged(1, NOW, 70),
    )


def same_page(**fields: Any) -> SamePage:
    theirs = version(FOREIGN, id=80, article_id=2)
    before = version(EDITED, id=79, article_id=2, title="Порт", body="Порт принял суда.", last_seen=FIRST)
    page = SamePage(url=OTHER_URL, payload_sha256="abc", is_article=True, latest=theirs, previous=before)
    return replace(page, **fields)


@pytest.mark.parametrize(
    ("page", "changes"),
    [
        pytest.param(
            same_page(),
            (
                Retracted(2, 80, OTHER_URL, "abc", FIRST),
                becomes("unavailable", "another page", article_id=2, at=FIRST, since=FIRST, capture_id=7),
                *lost("another page"),
            ),
            id="both",
        ),
        pytest.param(same_page(previous=None), lost("another page"), id="it is that article's own"),
        pytest.param(
            same_page(is_article=False, latest=None), lost("another page"), id="known as another page"
        ),
    ],
)
def test_a_page_that_two_articles_share_belongs_to_neither(page: SamePage, changes: Sequence[Change]) -> None:
    assert changes_of(visit(FOREIGN), known(), same_pages=(page,)) == changes
    assert outcome_of(visit(FOREIGN), known(), same_pages=(page,)) == ("not an article", "another page")


def test_a_page_that_another_article_has_in_another_version_is_no_sign() -> None:
    page = same_page(latest=version(EDITED, article_id=2))
    assert isinstance(changes_of(visit(FOREIGN), known(), same_pages=(page,))[-1], NewVersion)


THERE = known(id=2, url=OTHER_URL, latest=version(EDITED, article_id=2))


@pytest.mark.parametrize(
    ("article", "target", "changes", "outcome"),
    [
        pytest.param(None, None, (), "moved", id="nothing known"),
        pytest.param(
            known(),
            None,
            (Redirected(URL, OTHER_URL), becomes("moved", moved_to=OTHER_URL), Visited(1, NOW)),
            "moved",
            id="unknown target",
        ),
        pytest.param(
            known(state="unavailable"),
            known(state="unavailable"),
            (Redirected(URL, OTHER_URL), becomes("live"), Visited(1, NOW)),
            "known",
            id="another address of the article",
        ),
        pytest.param(
            known(),
            THERE,
            (Redirected(URL, OTHER_URL), Merged(1, 2, OTHER_URL, NOW)),
            "moved",
            id="same story",
        ),
        pytest.param(
            known(first_seen=LAST),
            THERE,
            (Redirected(URL, OTHER_URL), Merged(2, 1, OTHER_URL, NOW)),
            "moved",
            id="same story, seen first at the target",
        ),
        pytest.param(
            known(),
            replace(THERE, latest=version(FOREIGN, article_id=2)),
            (Redirected(URL, OTHER_URL), becomes("moved", moved_to=OTHER_URL), Visited(1, NOW)),
            "moved",
            id="another story",
        ),
    ],
)
def test_how_a_redirect_is_decided(
    article: KnownArticle | None, target: KnownArticle | None, changes: Sequence[Change], outcome: str
) -> None:
    of = visit(status=301, redirects_to=OTHER_URL)
    assert changes_of(of, article, redirect_target=target) == changes
    assert outcome_of(of, article, redirect_target=target) == (outcome, f"redirected to {OTHER_URL}")


def test_a_redirect_to_the_front_page_or_to_itself() -> None:
    front = visit(status=302, redirects_to="http://news.example/")
    assert outcome_of(front, known())[1] == "redirected to the front page, http://news.example/"
    there = Redirected(URL, "http://news.example/")
    assert changes_of(front, known()) == (there, *lost("redirect to front page"))
    assert changes_of(front, known(**REMOVED)) == (there,)
    section = visit(status=302, redirects_to=OTHER_URL)
    found = changes_of(section, known(), redirects_to_section=True)
    assert found == (Redirected(URL, OTHER_URL), *lost("redirect to section"))
    assert changes_of(visit(status=302, redirects_to=URL + "?utm_source=x"), known()) == ()


@pytest.mark.parametrize(
    ("of", "article", "is_late"),
    [
        pytest.param(visit(EDITED), known(last_visit=FUTURE, is_overtaken=True), True, id="crawl, overtaken"),
        pytest.param(visit(status=404), known(last_visit=FUTURE, is_overtaken=True), True, id="a 404 too"),
        pytest.param(visit(EDITED), known(last_visit=FUTURE), False, id="crawl, only dated before"),
        pytest.param(
            visit(EDITED, is_crawled=False), known(last_visit=FUTURE), True, id="import, dated before"
        ),
        pytest.param(
            visit(is_crawled=False, repeats=Reason("article")),
            known(last_visit=FUTURE),
            True,
            id="import, 304",
        ),
        pytest.param(
            visit(is_crawled=False, status=404), known(last_visit=FUTURE), False, id="import, no article"
        ),
        pytest.param(visit(EDITED, is_crawled=False), known(), False, id="import, dated after"),
        pytest.param(visit(EDITED), known(last_visit=NOW, is_overtaken=True), False, id="at the same moment"),
    ],
)
def test_a_late_visit_changes_nothing(of: Visit, article: KnownArticle, is_late: bool) -> None:
    changes = decide(of, Known(article=article))
    assert (changes == (Late(1),)) == is_late
    assert any(isinstance(one, Late) for one in changes) == is_late


@pytest.mark.parametrize("of", [visit(STORY), visit(status=404), visit(capture_id=None, status=None)])
@pytest.mark.parametrize(
    ("article", "corrected"),
    [
        pytest.param(known(), None, id="right"),
        pytest.param(
            known(last_visit="2022-01-13T09:00:00.000000Z"), None, id="ahead by less than the tolerance"
        ),
        pytest.param(
            known(last_visit=FUTURE, last_seen=FUTURE), ClockCorrected(1, FIRST, NOW, NOW), id="ahead"
        ),
        pytest.param(
            known(first_seen=FUTURE, last_seen=FUTURE, last_visit=FUTURE),
            ClockCorrected(1, NOW, NOW, NOW),
            id="ahead when it was found",
        ),
        pytest.param(
            known(first_seen=LONG_AGO, last_seen=LONG_AGO, last_visit=LONG_AGO),
            ClockCorrected(1, NOW, LONG_AGO, NOW),
            id="without a battery",
        ),
        pytest.param(
            known(first_seen=LONG_AGO, last_visit=LONG_AGO, was_found_by_crawl=False),
            None,
            id="imported from long ago",
        ),
    ],
)
def test_a_clock_that_was_wrong_is_corrected_before_a_visit_of_a_crawl(
    of: Visit, article: KnownArticle, corrected: ClockCorrected | None
) -> None:
    changes = decide(of, Known(article=article))
    assert [one for one in changes if isinstance(one, ClockCorrected)] == ([corrected] if corrected else [])
    if corrected is not None:
        assert changes[0] == corrected
    by_wrong_clock = replace(of, at=LONG_AGO)
    assert not any(isinstance(one, ClockCorrected) for one in decide(by_wrong_clock, Known(article=article)))


def test_lateness_is_decided_before_the_clock() -> None:
    article = known(last_visit=FUTURE, last_seen=FUTURE, is_overtaken=True)
    assert decide(visit(EDITED), Known(article=article)) == (Late(1),)
    failed = visit(capture_id=None)
    assert decide(failed, Known(article=article)) == (
        ClockCorrected(1, FIRST, NOW, NOW),
        *lost("no answer", capture_id=None),
    )


def test_the_corrected_clock_decides_which_of_two_articles_is_older() -> None:
    article = known(first_seen=FUTURE, last_seen=FUTURE, last_visit=FUTURE)
    there = replace(THERE, first_seen="2022-02-01T00:00:00.000000Z")
    of = visit(status=301, redirects_to=OTHER_URL)
    assert Merged(1, 2, OTHER_URL, NOW) in decide(of, Known(article=article, redirect_target=there))


@pytest.mark.parametrize(
    ("of", "changes", "reading"),
    [
        (visit(STORY, is_untyped=True), (Recognized(9), FOUND, Unchanged(1, NOW, 70)), "article"),
        (visit(Rejection("section page"), is_untyped=True), (), "section page"),
        (visit(status=404, is_untyped=True), (), "not read"),
        (visit(EDITED, is_untyped=True, is_another_page=True), (), "another page"),
    ],
)
def test_a_page_of_unknown_role_matters_only_as_an_article(
    of: Visit, changes: Sequence[Change], reading: str
) -> None:
    assert changes_of(of, known()) == changes
    assert outcome_of(of, known())[1] == reading


@pytest.mark.parametrize(("state", "changes"), [("live", (Visited(1, NOW),)), ("removed", ())])
def test_a_result_that_cannot_be_stored_counts_as_a_visit(state: str, changes: Sequence[Change]) -> None:
    reason = Reason("unapplied", "OverflowError")
    decided = decide_unapplied(visit(), Known(article=known(state=state)), reason)
    assert decided == (*changes, Classified(9, "unsettled", 1, reason))


def test_a_listing_of_the_source_is_never_an_article() -> None:
    page = Article(title="Новости Приморска", body=("Новости региона за неделю и за месяц, с фотографиями.",))
    reading = ("not an article", "section page")
    assert outcome_of(visit(page), None, new_id=5, is_section=True) == reading
    assert changes_of(visit(page), None, new_id=5, is_section=True) == ()
    assert outcome_of(visit(page), known(), is_section=True) == reading
    assert changes_of(visit(page), known(), is_section=True) == lost("section page")


def test_a_word_under_the_name_of_a_section_is_no_version() -> None:
    page = Article(title="Новости Приморска", body=("Все",))
    assert outcome_of(visit(page), known()) == ("not an article", "another page")
    assert changes_of(visit(page), known()) == lost("another page")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"title": "Ёлка у моста"}, {"title": "Е\u0308лка у моста"}),
        (
            {"body": ("Её украсят й-образно.", "Ї")},
            {"body": ("Ее\u0308 украсят и\u0306-образно.", "І\u0308")},
        ),
        ({"body": ("10 000 рублей",)}, {"body": ("10\xa0000 руб\xadлей",)}),
        ({"authors": ("Пётр Ёлкин",)}, {"authors": ("Пе\u0308тр Ёлкин",)}),
        (
            {"published": stated("2022-01-10T11:55:00+02:00")},
            {"published": stated("2022-01-10T09:55:00+00:00")},
        ),
        (
            {"published": stated("2022-01-10T11:55:00+02:00")},
            {"published": stated("2022-01-10T12:55:00+03:00")},
        ),
    ],
)
def test_what_looks_alike_in_print_is_no_edit(before: dict[str, Any], after: dict[str, Any]) -> None:
    old, new = replace(STORY, **before), replace(STORY, **after)
    assert outcome_of(visit(new), known(old)) == ("known", "article")
    assert changes_of(visit(new), known(old))[-1] == Unchanged(1, NOW, 70)


def test_another_time_is_an_edit() -> None:
    old = replace(STORY, published=stated("2022-01-10T11:55:00+02:00"))
    new = replace(STORY, published=stated("2022-01-10T11:55:00+03:00"))
    assert outcome_of(visit(new), known(old))[0] == "changed"
