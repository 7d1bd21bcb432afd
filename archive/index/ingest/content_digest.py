"""What makes a version: all that the newsroom says on a page, and nothing of how the page is laid out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from archive.extraction.model import Article
from archive.extraction.similarity import credit_holder


def content_digest(article: Article) -> str:
    """SHA-256 (hex) of what makes a version: headline, lead, text, authors, captions, credits and the
    time the page itself states, and the notices that the law makes it print. Counters, links and what only a
    listing said do not make one.
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
    """The same of the parts: paragraphs, authors, caption and credit of each picture, the page's own time,
    and its notices. Where the lead stands, and what word is printed before a credit, is the layout's.
    """
    told = [*filter(None, [lead]), *body]
    said = [(caption, credit_holder(credit)) for caption, credit in pictures if caption or credit]
    parts = [title, told, authors, said, own_time, notices]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
