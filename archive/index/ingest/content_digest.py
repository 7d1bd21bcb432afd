"""Digest the content that makes a version: everything the outlet says on a page, but not its presentation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from archive.extraction.excerpts import ComparableText
from archive.extraction.model import Article
from archive.extraction.similarity import credit_holder
from archive.extraction.text_diff import unify_letters

_ZONES_APART = timedelta(hours=26)  # between the first and the last zone of a day


def content_digest(article: Article) -> str:
    """Return a SHA-256 (hex) of the content that makes a version.

    That is headline, lead, text, authors, captions, credits, the time the page itself states, and legal notices.
    Counters, links and what only a listing said do not make a version.
    """
    published = article.published
    own_time = published.isoformat() if published and published.found_in not in ("listing", "feed") else None
    pictures = [(image.caption, image.credit) for image in article.images]
    return digest_of_parts(
        article.title, article.lead, article.body, article.authors, pictures, own_time, article.notices
    )


def digest_of_parts(
    title: str,
    lead: str | None,
    body: Sequence[str],
    authors: Sequence[str],
    pictures: Sequence[tuple[str | None, str | None]],
    own_time: str | None,
    notices: Sequence[str],
) -> str:
    """Return the same digest from the parts of an article.

    These are paragraphs, authors, caption and credit of each image, the page's own time, and notices. The position
    of the lead, and the label printed before a credit, belong to the page template and do not count.
    """
    paragraphs = [*filter(None, [lead]), *body]
    credits = [(caption, credit_holder(credit)) for caption, credit in pictures if caption or credit]
    parts = [title, paragraphs, authors, credits, own_time, notices]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def is_same_content(one: ComparableText, other: ComparableText) -> bool:
    """Return whether two texts look the same in print and state the same moment, in whatever encoding or time zone.

    When a page says that it was modified does not matter: without another word, nothing was.
    """
    return _printed_form(one) == _printed_form(other) and _is_same_time(one, other)


def _is_same_time(one: ComparableText, other: ComparableText) -> bool:
    """Return whether two texts state the same moment, or print the same time, which was read in another zone.

    An imported page may have been read without what is known of its source.
    """
    first, second = _moment(one.published), _moment(other.published)
    if first == second:
        return True
    if not (isinstance(first, datetime) and isinstance(second, datetime)):
        return False
    is_printed_same = one.published_stated is not None and one.published_stated == other.published_stated
    is_clock_same = first.replace(tzinfo=None) == second.replace(tzinfo=None)
    is_zone_assumed = one.is_zone_assumed or other.is_zone_assumed
    return is_zone_assumed and (is_printed_same or is_clock_same) and abs(first - second) <= _ZONES_APART


def _printed_form(text: ComparableText) -> tuple[object, ...]:
    paragraphs = tuple(unify_letters(line) for line in (text.lead, *text.body) if line)
    captions = tuple(tuple(unify_letters(part or "") for part in caption) for caption in text.captions)
    return (
        unify_letters(text.title),
        paragraphs,
        tuple(map(unify_letters, text.authors)),
        captions,
        tuple(map(unify_letters, text.notices)),
    )


def _moment(published: str | None) -> date | None:
    """Return a stated time as a value: an instant, or a day if only that is stated."""
    if published is None:
        return None
    return datetime.fromisoformat(published) if "T" in published else date.fromisoformat(published)
