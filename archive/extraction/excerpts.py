"""Compare two extractions of an article: is one a teaser of the other, or a truncated copy of it? Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.extraction.model import Article
from archive.extraction.similarity import credit_holder

_CUT_OFF_SIGNS = " …."  # how the last sentence before a paywall ends


@dataclass(frozen=True, slots=True)
class ComparableText:
    """The parts of an extraction that can be compared with those of another."""

    title: str
    lead: str | None
    body: tuple[str, ...]
    authors: tuple[str, ...] = ()
    published: str | None = None  # as the page itself states it, never from a listing or feed
    captions: tuple[
        tuple[str | None, str | None], ...
    ] = ()  # caption and credit of each picture that has either
    notices: tuple[str, ...] = ()
    published_stated: str | None = None  # that time as printed
    is_zone_assumed: bool = (
        False  # whether the time zone is not on the page but is that of the source, or UTC
    )

    @classmethod
    def from_article(cls, article: Article) -> ComparableText:
        """Return the comparable parts of an extracted article."""
        published = article.published
        own_date = (
            published.isoformat() if published and published.found_in not in ("listing", "feed") else None
        )
        captions = tuple(
            (image.caption, credit_holder(image.credit))
            for image in article.images
            if image.caption or image.credit
        )
        return cls(
            article.title,
            article.lead,
            article.body,
            article.authors,
            own_date,
            captions,
            article.notices,
            published.stated_as if published and own_date else None,
            published is not None and published.zone == "source",
        )


def is_excerpt(part: ComparableText, whole: ComparableText) -> bool:
    """Return whether `part` says nothing that `whole` does not say.

    Its text must be the beginning of the whole text, and its other fields equal or empty. A field that it leaves
    out does not count as a difference.
    """
    return (
        part.title == whole.title
        and is_opening(part, whole)
        and part.authors in ((), whole.authors)
        and part.published in (None, whole.published)
        and set(part.captions) <= set(whole.captions)
        and set(part.notices) <= set(whole.notices)
    )


def is_opening(part: ComparableText, whole: ComparableText) -> bool:
    """Return whether the text of `part`, with or without its lead, is the beginning of the text of `whole`.

    Paragraph breaks are ignored, and the last word may be cut off.
    """
    wholes = [_words(whole.lead, whole.body), _words(None, whole.body)]
    parts = [_words(part.lead, part.body), _words(None, part.body)]
    return any(_is_prefix(one, other) for one in parts for other in wholes)


def _words(lead: str | None, body: Sequence[str]) -> list[str]:
    return " ".join((lead or "", *body)).split()


def _is_prefix(part: list[str], whole: list[str]) -> bool:
    while part and not (last := part[-1].rstrip(_CUT_OFF_SIGNS)):
        part = part[:-1]
    if not part or len(part) > len(whole):
        return False
    end = len(part) - 1
    return part[:end] == whole[:end] and whole[end].startswith(last)
