"""Decide what a visit to the address of an article changes. PURE: everything known is in the arguments.

How an article is found to be removed, moved, edited or unavailable is decided here and nowhere else.
"""

from __future__ import annotations

from dataclasses import replace

from archive import timestamps, urls
from archive.extraction.excerpts import ComparableText, is_excerpt
from archive.extraction.model import Article, Rejection
from archive.extraction.similarity import has_common_text, is_same_story
from archive.index.ingest.changes import (
    Change,
    Checked,
    Classified,
    ClockCorrected,
    Clue,
    Found,
    Gone,
    Known,
    KnownArticle,
    KnownVersion,
    Late,
    Merged,
    NewArticle,
    NewVersion,
    Outcome,
    PartReplaced,
    Recognized,
    Redirected,
    Retracted,
    State,
    StateChanged,
    Unchanged,
    Visit,
    Visited,
)
from archive.index.ingest.content_digest import is_same_content
from archive.index.rows.addresses import clues_of_page, is_other_page, trusted_canonical
from archive.reasons import (
    ANOTHER_PAGE,
    ANSWERED,
    ARTICLE,
    ARTICLE_IN_PART,
    CUT_OFF,
    NOT_READ,
    NOT_SENT,
    REDIRECTED,
    REDIRECTED_TO_FRONT_PAGE,
    SECTION_PAGE,
    TRANSFORMED,
    Reason,
    state_reason,
)
from archive.rechecks import CLOCK_TOLERANCE

GONE = frozenset({404, 410})
VISITS_UNTIL_REMOVED = 2  # a single 404 may be a mistake of the site
MIN_TEXT_CHARACTERS = 40  # a shorter text with nothing of the known article is no version of it
TRANSFORMED_STATUS = 203  # the work of a proxy, not the outlet's words


def decide(visit: Visit, known: Known) -> tuple[Change, ...]:
    """Return what a visit changes, in the order in which it is to be applied.

    The last change classifies the capture, if there is one. A late visit changes nothing: that is decided first,
    since a clock that was wrong at the last visit does not matter once a later visit was applied.
    """
    article = known.article
    if article is not None and _is_late(visit, article):
        return (Late(article.id),)
    corrected = _corrected_clock(visit, article) if article is not None else None
    if article is not None and corrected is not None:
        article = replace(
            article,
            first_seen=corrected.first_seen,
            last_seen=corrected.last_seen,
            last_visit=corrected.last_visit,
            gone_since=_at_most(article.gone_since, visit.at),
            state_since=_at_most(article.state_since, visit.at),
        )
    before = (corrected,) if corrected is not None else ()
    if visit.capture_id is None:
        return (*before, *_decide_failure(visit, article))
    return (*before, *_decide_response(visit, replace(known, article=article)))


def decide_unapplied(visit: Visit, known: Known, reason: Reason) -> tuple[Change, ...]:
    """Return what a visit changes if the result of its extraction cannot be stored."""
    article = known.article
    visited = (Visited(article.id, visit.at),) if article is not None and article.state != "removed" else ()
    return (*visited, _classified(visit, "unsettled", article.id if article is not None else None, reason))


def adds_nothing(visit: Visit, version: KnownVersion, stored_text: ComparableText) -> bool:
    """Return whether the article of a visit has the content of a version, or shows only a part of it."""
    text = _known_text(visit, version, stored_text)
    return _has_same_content(visit, version, text) or _shows_part(visit, text)


def redirect_target(redirects_to: str) -> str:
    """Return the canonical form of the address that a response redirects to."""
    return urls.canonical(redirects_to) if urls.is_web_url(redirects_to) else redirects_to


def _is_late(visit: Visit, article: KnownArticle) -> bool:
    """Return whether a visit is older than the last one, which was applied already.

    Visits of crawls are in order unless one was overtaken: an earlier date alone is the fault of a clock.
    """
    if visit.capture_id is None or visit.at >= article.last_visit:
        return False
    if visit.is_crawled:
        return article.is_overtaken
    return visit.repeats is not None or isinstance(visit.extraction, Article)


def _corrected_clock(visit: Visit, article: KnownArticle) -> ClockCorrected | None:
    """Return an article's times if the clock was wrong at its last visit, else None.

    Crawls visit an article one after another, so a last visit dated after this one was dated by a clock that was
    ahead; uncorrected, it would make the article due at every crawl until then. A visit dated before this program
    existed was dated by a clock without a battery; the waits between visits, which grow with the time since the
    first one, would be years.
    """
    at = visit.at
    if not visit.is_crawled or at < timestamps.NO_CRAWL_BEFORE:
        return None
    was_behind = article.last_visit < timestamps.NO_CRAWL_BEFORE and article.was_found_by_crawl
    was_ahead = article.last_visit > at and article.last_visit > timestamps.to_iso(
        timestamps.from_iso(at) + CLOCK_TOLERANCE
    )
    if not (was_behind or was_ahead):
        return None
    is_credible = timestamps.NO_CRAWL_BEFORE <= article.first_seen <= at
    return ClockCorrected(
        article.id, article.first_seen if is_credible else at, min(article.last_seen, at), at
    )


def _at_most(moment: str | None, latest: str) -> str | None:
    return None if moment is None else min(moment, latest)


def _decide_failure(visit: Visit, article: KnownArticle | None) -> tuple[Change, ...]:
    """Return the changes after a request without a response; one that was not sent says nothing about an article."""
    if visit.failure is not None and visit.failure.code in NOT_SENT:
        return (Checked(article.id, visit.at),) if article is not None and article.state != "removed" else ()
    return _unavailable(visit, article, state_reason(visit.failure))


def _decide_response(visit: Visit, known: Known) -> tuple[Change, ...]:
    reason, retracted = _reason_to_ignore(visit, known)
    if visit.is_untyped and (
        reason is not None or (visit.repeats is None and not isinstance(visit.extraction, Article))
    ):
        reading = reason or _rejection_reason(visit.extraction) or Reason(NOT_READ)
        return (*retracted, _classified(visit, "not an article", None, reading))
    recognized = (Recognized(visit.capture_id),) if visit.is_untyped and visit.capture_id is not None else ()
    return (*retracted, *recognized, *_decide_typed_response(visit, known, reason))


def _decide_typed_response(visit: Visit, known: Known, reason_to_ignore: Reason | None) -> tuple[Change, ...]:
    if reason_to_ignore is not None:
        outcome: Outcome = "unreachable" if visit.is_cut else "not an article"
        return _not_found(visit, known, outcome, reason_to_ignore)
    if visit.repeats is not None:
        return _decide_unchanged_page(visit, known, visit.repeats)
    if isinstance(visit.extraction, Article):
        return _decide_article(visit, known, visit.extraction)
    if visit.status in GONE:
        return _decide_gone(visit, known)
    if visit.redirects_to:
        return _decide_redirect(visit, known, visit.redirects_to)
    rejection = _rejection_reason(visit.extraction)
    if rejection is not None and not visit.truncated:
        return _not_found(visit, known, "not an article", rejection)
    return _not_found(visit, known, "unreachable", _failure_reason(visit))


def _decide_gone(visit: Visit, known: Known) -> tuple[Change, ...]:
    """Return the changes after a 404 or 410.

    The article is removed once it got enough of them in a row, the last one long enough after the first.
    """
    reading, article = Reason(ANSWERED, str(visit.status)), known.article
    if article is None:
        return (*_lost_target(visit, known, reading), _classified(visit, "gone", None, reading))
    visits, since = article.gone_visits + 1, article.gone_since or visit.at
    gone = Gone(article.id, visit.at, visits, since)
    if article.state == "removed":
        return (gone, _classified(visit, "gone", article.id, reading))
    elapsed = timestamps.from_iso(visit.at) - timestamps.from_iso(since)
    is_removed = visits >= VISITS_UNTIL_REMOVED and elapsed >= visit.removed_after
    return (
        gone,
        *_state(visit, article, "removed" if is_removed else "unavailable", state_reason(reading)),
        _classified(visit, "removed" if is_removed else "gone", article.id, reading),
    )


def _decide_redirect(visit: Visit, known: Known, redirects_to: str) -> tuple[Change, ...]:
    article, target = known.article, redirect_target(redirects_to)
    to_front_page = urls.redirects_to_front_page(visit.requested_url, redirects_to)
    lost_to = (
        "redirect to front page"
        if to_front_page
        else "redirect to section"
        if known.redirects_to_section
        else None
    )
    reading = Reason(REDIRECTED_TO_FRONT_PAGE if to_front_page else REDIRECTED, redirects_to)
    moved = _classified(visit, "moved", article.id if article is not None else None, reading)
    there = known.redirect_target
    if target == visit.url or (article is None and (there is None or to_front_page)):
        return (moved,)
    redirected = Redirected(visit.url, target)
    if article is None:
        assert there is not None
        found = Found(there.id, None, (visit.url,), visit.at, None)
        return (found, redirected, replace(moved, article_id=there.id))
    if there is not None and there.id == article.id:
        return (
            redirected,
            *_state(visit, article, "live"),
            Visited(article.id, visit.at),
            _classified(visit, "known", article.id, reading),
        )
    if lost_to is not None:
        return (redirected, *_unavailable(visit, article, lost_to), moved)
    if there is not None and _have_same_story(article, there):
        kept, merged = sorted((article, there), key=lambda one: (one.first_seen, one.id))
        return (
            redirected,
            Merged(kept.id, merged.id, there.url, visit.at),
            *_state(visit, kept, "live"),
            _classified(visit, "moved", kept.id, reading),
        )
    # An address that is known to lead only to something else than the article: the page there decides again.
    is_lost = there is None and article.state == "unavailable" and article.moved_to == target
    state = () if is_lost else _state(visit, article, "moved", moved_to=target)
    return (redirected, *state, Visited(article.id, visit.at), moved)


def _decide_unchanged_page(visit: Visit, known: Known, reading: Reason) -> tuple[Change, ...]:
    """Return the changes after a response that repeats one that was applied before."""
    article = known.article
    if article is None or article.latest is None or reading.code not in (ARTICLE, ARTICLE_IN_PART):
        return _not_found(visit, known, "not an article", reading)
    seen = article.latest.id if reading.code == ARTICLE else None
    return (
        Redirected(visit.url, None),
        *_state(visit, article, "live"),
        Unchanged(article.id, visit.at, seen),
        _classified(visit, "known", article.id, reading),
    )


def _decide_article(visit: Visit, known: Known, extraction: Article) -> tuple[Change, ...]:
    own, article = trusted_canonical(visit.url, extraction.canonical), known.article
    if article is not None and known.twin is not None:
        return _decide_twins(visit, article, known.twin)
    number = article.id if article is not None else known.new_id
    first: tuple[Change, ...] = (
        _state(visit, article, "live")
        if article is not None
        else (NewArticle(number, own, visit.source, visit.section, visit.at),)
    )
    if (
        article is not None
        and article.latest is not None
        and _is_stated(article.url, visit, article.latest, extraction)
    ):
        # A page for mobiles or under an earlier slug shortens and delays what the article's own address says.
        of_same = article.latest.id if article.latest.digest == visit.digest else None
        return (
            *first,
            Found(number, None, (visit.url,), visit.at, visit.redirected_from),
            Unchanged(number, visit.at, of_same),
            _classified(visit, "known", number, Reason(ARTICLE)),
        )
    is_elsewhere = article is not None and article.url != own
    clues = _clues(visit, number, extraction)
    found = Found(
        number,
        own if is_elsewhere else None,
        tuple(dict.fromkeys((own, visit.url))),
        visit.at,
        visit.redirected_from,
    )
    if article is None or article.latest is None:
        outcome: Outcome = "new" if article is None else "changed"
        return (
            *first,
            found,
            *clues,
            new_version(visit, number, extraction),
            _classified(visit, outcome, number, Reason(ARTICLE)),
        )
    content = _decide_content(visit, article, article.latest, extraction)
    if not any(isinstance(change, NewVersion) for change in content):
        clues = tuple(clue for clue in clues if clue.capture_id is None)
    return (*first, found, *clues, *content)


def _clues(visit: Visit, article_id: int, extraction: Article) -> tuple[Clue, ...]:
    return tuple(
        Clue(article_id, clue, visit.capture_id if is_stated else None)
        for clue, is_stated in clues_of_page(visit.url, extraction)
    )


def _decide_twins(visit: Visit, article: KnownArticle, twin: KnownArticle) -> tuple[Change, ...]:
    """Return the changes after a page that states the address of another article with the same story."""
    kept, merged = sorted((article, twin), key=lambda one: (one.first_seen, one.id))
    return (
        Merged(kept.id, merged.id, twin.url, visit.at),
        *_state(visit, kept, "live"),
        Unchanged(kept.id, visit.at, None),
        _classified(visit, "known", kept.id, Reason(ARTICLE)),
    )


def _is_stated(address: str, visit: Visit, latest: KnownVersion, extraction: Article) -> bool:
    """Return whether a page of another kind, which did not give the latest version, states an address as canonical."""
    stated = extraction.canonical
    if not stated or not urls.is_web_url(stated) or urls.canonical(stated) != address:
        return False
    return latest.url != visit.url and is_other_page(address, visit.url)


def _decide_content(
    visit: Visit, article: KnownArticle, latest: KnownVersion, extraction: Article
) -> tuple[Change, ...]:
    """Return whether an article's content is unchanged, new, a part of what is known, or the whole of it."""
    known = _classified(visit, "known", article.id, Reason(ARTICLE))
    if latest.digest == visit.digest:
        return (Unchanged(article.id, visit.at, latest.id), known)
    assert article.latest_text is not None
    text = _known_text(visit, latest, article.latest_text)
    if _has_same_content(visit, latest, text):
        return (Unchanged(article.id, visit.at, latest.id), known)
    if _shows_part(visit, text):
        return (Unchanged(article.id, visit.at, None), replace(known, reading=Reason(ARTICLE_IN_PART)))
    if _completes(extraction, latest, text) or _is_of_twin(visit, latest, extraction):
        before = article.previous
        return (
            PartReplaced(article.id, latest.id, latest.capture_id),
            Unchanged(article.id, visit.at, before.id)
            if before is not None and before.digest == visit.digest
            else new_version(visit, article.id, extraction),
            replace(known, is_completed=True),
        )
    if _may_be_paywalled(visit) and _lacks_ending(extraction, text):
        extraction = replace(extraction, partial=True)
    return (new_version(visit, article.id, extraction), replace(known, outcome="changed"))


def _reason_to_ignore(visit: Visit, known: Known) -> tuple[Reason | None, tuple[Change, ...]]:
    """Return why a response says nothing about the known article's text, and what follows for another article.

    No reason if it does say something, or if none is known.
    """
    extraction, latest = visit.extraction, known.article.latest if known.article else None
    if isinstance(extraction, Article) and known.is_section:
        return Reason(SECTION_PAGE), ()
    if not isinstance(extraction, Article) or latest is None or latest.digest == visit.digest:
        return None, ()
    if visit.is_cut:
        return Reason(CUT_OFF, visit.truncated), ()
    if visit.status == TRANSFORMED_STATUS:
        return (None if _is_placeholder(latest) else Reason(TRANSFORMED)), ()
    # The text extracted from a damaged page is unlike any other: only the page's structure shows that.
    if visit.is_another_page:
        return Reason(ANOTHER_PAGE), ()
    if _is_placeholder(latest):
        return None, ()
    if _is_scrap(extraction) and not has_common_text(
        latest.title, latest.body, extraction.title, extraction.body
    ):
        return Reason(ANOTHER_PAGE), ()
    is_shared, retracted = _is_shared_by_articles(visit, known, latest, extraction)
    return (Reason(ANOTHER_PAGE) if is_shared else None), retracted


def _is_scrap(extraction: Article) -> bool:
    """Return whether a text is hardly one: a section's name with a word below it."""
    return sum(map(len, (extraction.lead or "", *extraction.body))) < MIN_TEXT_CHARACTERS


def _is_shared_by_articles(
    visit: Visit, known: Known, latest: KnownVersion, extraction: Article
) -> tuple[bool, tuple[Change, ...]]:
    """Return whether a page unlike an article is also, byte for byte, the response for another one of the outlet.

    The other article's version of the page, applied before that could be known, is retracted.
    """
    if not known.same_pages or has_common_text(latest.title, latest.body, extraction.title, extraction.body):
        return False, ()
    for page in known.same_pages:
        theirs, before = page.latest, page.previous
        if theirs is None or theirs.article_id == latest.article_id or theirs.digest != visit.digest:
            continue
        if before is None:  # the page belongs to that article
            return True, ()
        is_theirs = has_common_text(before.title, before.body, extraction.title, extraction.body)
        is_twin = has_common_text(before.title, before.body, latest.title, latest.body.split("\n\n"))
        if not (is_theirs or is_twin):
            retracted = Retracted(
                theirs.article_id, theirs.id, page.url, page.payload_sha256, before.last_seen
            )
            seen = theirs.first_seen
            lost = StateChanged(
                theirs.article_id, seen, "unavailable", seen, ANOTHER_PAGE, None, theirs.capture_id
            )
            return True, (retracted, lost)
    return any(not page.is_article for page in known.same_pages), ()


def _has_same_content(visit: Visit, version: KnownVersion, text: ComparableText) -> bool:
    """Return whether a version, whose content is `text`, says the same as a visit."""
    if version.digest == visit.digest:
        return True
    return isinstance(visit.extraction, Article) and is_same_content(
        text, ComparableText.from_article(visit.extraction)
    )


def _known_text(visit: Visit, version: KnownVersion, stored_text: ComparableText) -> ComparableText:
    """Return the content of a version, as today's extractor reads it if another one had read it."""
    if version.extractor != visit.extractor and isinstance(visit.reextraction, Article):
        return ComparableText.from_article(visit.reextraction)
    return stored_text


def _shows_part(visit: Visit, text: ComparableText) -> bool:
    """Return whether a paywall left only a part of the known text."""
    return (
        isinstance(visit.extraction, Article)
        and _may_be_paywalled(visit)
        and is_excerpt(ComparableText.from_article(visit.extraction), text)
    )


def _may_be_paywalled(visit: Visit) -> bool:
    """Return whether a paywall may hide the rest of a text.

    A box that asks to subscribe may be below complete texts too: it is a paywall if the version before had none.
    """
    article, before = visit.extraction, visit.reextraction
    if not isinstance(article, Article):
        return False
    if article.partial or article.gate == "stated":
        return True
    return article.gate == "shown" and isinstance(before, Article) and before.gate is None


def _completes(article: Article, latest: KnownVersion, text: ComparableText) -> bool:
    """Return whether an article shows more, or all, of the latest version, which was a part of it: not an edit.

    The teaser of a paywall may have other words than the text: then the headline identifies it.
    """
    if _is_placeholder(latest):
        return True
    if not latest.is_partial:
        return False
    return (not article.partial and text.title == article.title) or is_excerpt(
        text, ComparableText.from_article(article)
    )


def _is_of_twin(visit: Visit, latest: KnownVersion, article: Article) -> bool:
    """Return whether a version was extracted from another page, such as an AMP page, that states the visited address.

    Such pages shorten and delay the text of the article's own page: the difference is no edit.
    """
    return (
        latest.states_visited
        and is_other_page(latest.url, visit.url)
        and is_same_story(latest.title, latest.body, article.title, "\n\n".join(article.body))
    )


def _is_placeholder(version: KnownVersion) -> bool:
    """Return whether a version is only what a cut-off response, or one that a proxy changed, contained."""
    if version.status == TRANSFORMED_STATUS:
        return True
    return version.is_partial and version.truncated is not None


def _lacks_ending(article: Article, text: ComparableText) -> bool:
    """Return whether the end of the known text is missing."""
    return bool(text.body) and text.body[-1] not in article.body and len(article.body) < len(text.body)


def _have_same_story(one: KnownArticle, other: KnownArticle) -> bool:
    """Return whether two articles, in their latest versions, have the same story."""
    first, second = one.latest, other.latest
    return (
        first is not None
        and second is not None
        and is_same_story(first.title, first.body, second.title, second.body)
    )


def new_version(visit: Visit, article_id: int, extraction: Article) -> NewVersion:
    """Return the version that an extracted article makes."""
    assert visit.capture_id is not None
    return NewVersion(
        article_id,
        visit.at,
        visit.capture_id,
        visit.section,
        extraction,
        visit.digest,
        visit.extractor,
        visit.search_keys,
    )


def _not_found(visit: Visit, known: Known, outcome: Outcome, reason: Reason) -> tuple[Change, ...]:
    """Return the changes after a response that is not the article."""
    article = known.article
    return (
        *_unavailable(visit, article, state_reason(reason)),
        *_lost_target(visit, known, reason),
        _classified(visit, outcome, article.id if article is not None else None, reason),
    )


def _unavailable(visit: Visit, article: KnownArticle | None, reason: str) -> tuple[Change, ...]:
    """Return the changes if the article was not seen; a removed one stays removed until it is seen again."""
    if article is None or article.state == "removed":
        return ()
    return (Checked(article.id, visit.at), *_state(visit, article, "unavailable", reason))


def _lost_target(visit: Visit, known: Known, reason: Reason) -> tuple[Change, ...]:
    """Return the change of an article that only redirects to a page which is none: it has not moved there."""
    article = known.redirected_article
    if known.article is not None or article is None or article.moved_to != visit.url:
        return ()
    if article.state not in ("moved", "unavailable"):
        return ()
    return _state(visit, article, "unavailable", state_reason(reason), visit.url)


def _state(
    visit: Visit, article: KnownArticle, state: State, reason: str | None = None, moved_to: str | None = None
) -> tuple[Change, ...]:
    """Return the change of an article's state, if it is one."""
    before = (article.state, article.state_reason, article.moved_to)
    if before == (state, reason, moved_to):
        return ()
    since = article.state_since if article.state == state and article.state_since else visit.at
    return (StateChanged(article.id, visit.at, state, since, reason, moved_to, visit.capture_id),)


def _classified(
    visit: Visit, outcome: Outcome, article_id: int | None, reading: Reason, *, is_completed: bool = False
) -> Classified:
    assert visit.capture_id is not None
    return Classified(visit.capture_id, outcome, article_id, reading, is_completed)


def _failure_reason(visit: Visit) -> Reason:
    if visit.truncated:
        return Reason(CUT_OFF, visit.truncated)
    return Reason(ANSWERED, str(visit.status) if visit.status else "without a status")


def _rejection_reason(extraction: Article | Rejection | None) -> Reason | None:
    return Reason(extraction.code, extraction.detail) if isinstance(extraction, Rejection) else None
