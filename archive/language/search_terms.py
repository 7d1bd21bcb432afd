"""Search terms of a text: its words as printed, their dictionary forms, and the facets of a version."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from archive.language import lemmas
from archive.language.folding import MAX_CACHED_WORDS, WORD, clean_word, fold_clean_word, fold_word, tokenize

OFTEN_COUNT = 3  # occurrences from which a text is about a word and does not only mention it


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """The words of a text, separated by spaces: all columns of the full-text index, without the facets."""

    lemmas: str
    title: str
    lead: str
    body: str


def facet_term(name: str, value: str) -> str:
    """Return the index term for one property of a version, such as «section=в=мире»."""
    folded = "=".join(fold_clean_word(word) for word, _, _ in tokenize(value))
    return f"{name}={folded or value.encode().hex()}"


def terms_of_text(title: str, lead: str, body: str, language: str | None) -> SearchTerms:
    """Return the search terms of a text; the same in every process."""
    printed: list[str] = []
    terms: dict[str, None] = {}
    often: list[str] = []
    for prefix, text in (("title=", title), ("lead=", lead), ("", body)):
        found = WORD.findall(text)
        counted = Counter(found)
        printed.append(" ".join(map(fold_word, found)))
        forms: dict[str, int] = {}
        for word, times in counted.items():
            for form in _forms(word, language):
                forms[form] = forms.get(form, 0) + times
        terms.update(dict.fromkeys(forms))
        if prefix:
            terms.update(dict.fromkeys(prefix + form for form in forms))
        else:
            often = [f"often={form}" for form, times in forms.items() if times >= OFTEN_COUNT]
    return SearchTerms(" ".join([*terms, *often]), *printed)


@lru_cache(maxsize=MAX_CACHED_WORDS)
def _forms(word: str, language: str | None) -> tuple[str, ...]:
    return lemmas.text_forms(clean_word(word), language)
