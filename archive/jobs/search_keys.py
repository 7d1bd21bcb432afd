"""What a version is found by, which follows from its reading alone and is found where that was read."""

from __future__ import annotations

from dataclasses import dataclass

from archive.duplicates.fingerprints import marks, text_of
from archive.extraction.model import Article
from archive.language.search_terms import Worded, worded


@dataclass(frozen=True, slots=True)
class Findable:
    """An article's words as the full-text index holds them, and the marks by which its copies are found."""

    words: Worded
    marks: tuple[int, ...]


def of_article(article: Article) -> Findable:
    """The same in every process: settling need not find it again."""
    body = "\n\n".join(article.body)
    return Findable(
        worded(article.title, article.lead or "", body, article.language),
        marks(text_of(article.lead, body)),
    )
