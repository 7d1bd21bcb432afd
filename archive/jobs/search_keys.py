"""The search keys of a version, which follow from its content and are computed in the worker that extracts it."""

from __future__ import annotations

from dataclasses import dataclass

from archive.duplicates.fingerprints import article_words, fingerprints
from archive.extraction.model import Article
from archive.language.search_terms import SearchTerms, terms_of_text


@dataclass(frozen=True, slots=True)
class SearchKeys:
    """The search terms of an article for the full-text index, and the fingerprints for finding its copies."""

    terms: SearchTerms
    fingerprints: tuple[int, ...]


def build_search_keys(article: Article) -> SearchKeys:
    """Return the search keys of an article; they are the same in every process."""
    body = "\n\n".join(article.body)
    return SearchKeys(
        terms_of_text(article.title, article.lead or "", body, article.language),
        fingerprints(article_words(article.lead, body)),
    )
