"""Digest the content that makes a version: everything the outlet says on a page, but not its presentation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from archive.extraction.model import Article
from archive.extraction.similarity import credit_holder


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
