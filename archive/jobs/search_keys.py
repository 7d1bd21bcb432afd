"""What a version is found by, which follows from its reading alone and is found where that was read."""

from __future__ import annotations

from dataclasses import dataclass

from archive.duplicates.fingerprints import article_words, fingerprints
from archive.extraction.model import Article
from archive.language.search_terms import SearchTerms, terms_of_text


@dataclass(frozen=True, slots=True)
class SearchKeys:
    """An article's words as the full-text index holds them, and the marks by which its copies are found."""

    terms: SearchTerms
    fingerprints: tuple[int, ...]


def build_search_keys(article: Article) -> SearchKeys:
    """The same in every process: settling need not find it again."""
    body = "\n\n".join(article.body)
    return SearchKeys(
        terms_of_text(article.title, article.lead or "", body, article.language),
        fingerprints(article_words(article.lead, body)),
    )
