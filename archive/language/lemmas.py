"""Dictionary forms (lemmas) of words: «Казахстану» and «Казахстан» have the same one.

A word may be a form of several lemmas («стали» of «стать» and «сталь»); all of them count, in texts and in
queries. pymorphy3 knows Russian, and Ukrainian if its Ukrainian dictionary is installed (the extra
`ukrainian`); otherwise simplemma does, which also knows English. Words that no dictionary knows, and all
names, are also indexed by their stem: names decline in ways no dictionary lists.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from archive.language.folding import MAX_CACHED_QUERY_WORDS, fold_clean_word, is_cyrillic

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

_ONLY_RUSSIAN = re.compile("[ыэъё]")
_ONLY_UKRAINIAN = re.compile("[іїєґ']")
# Endings of nouns and adjectives, longest first. Not «ов», «ев», «ин»: surnames end so in the nominative.
_ENDINGS = re.compile(
    "(?:ого|его|ому|ему|ыми|ими|ами|ями|ові|еві|єві|ою|ею|єю|ій|ий|ый|ой|ая|яя|ую|юю|ое|ее|ые|ие"
    "|их|ых|им|ым|ом|ем|єм|ам|ям|ах|ях|а|я|у|ю|о|е|є|и|ы|і|ї|ь|й)$"
)
_SHORTEST_STEM = 3
_POSSESSIVE = re.compile("'s$")


def text_forms(word: str, language: str | None) -> tuple[str, ...]:
    """Return the forms by which to index a clean word of a text in this language, sorted."""
    return _of_text(word, language if language in _READERS else None)


@lru_cache(maxsize=MAX_CACHED_QUERY_WORDS)
def query_forms(word: str) -> frozenset[str]:
    """Return the forms by which to search for a clean word: those of every language, and the word as typed."""
    return frozenset((*_of_text(word, None), fold_clean_word(word)))


@lru_cache(maxsize=MAX_CACHED_QUERY_WORDS)
def _of_text(word: str, language: str | None) -> tuple[str, ...]:
    low = word.lower()
    if not any(letter.isalpha() for letter in low):
        return (fold_clean_word(low),)
    readings = [reader(low) for reader in _readers(low, language)]
    is_known = any(known for _, known in readings)
    if not is_known and is_cyrillic(low) and language is not None:  # another language's word or name
        found, is_known = _READERS["uk" if language == "ru" else "ru"](low)
        readings += [(found, True)] if is_known else []
    forms = {form for found, known in readings if known or not is_known for form in found}
    if not is_known or word[0].isupper():
        forms.add(stem(low))
    return tuple(
        sorted({sys.intern(fold_clean_word(form)) for form in forms if form})
    )  # many words have the same forms


def _readers(low: str, language: str | None) -> Iterable[Callable[[str], tuple[set[str], bool]]]:
    if not is_cyrillic(low):
        return (_english,) if low.isascii() else ()
    if _ONLY_RUSSIAN.search(low):
        return (_russian,)
    if _ONLY_UKRAINIAN.search(low):
        return (_ukrainian,)
    return (_READERS[language],) if language in _READERS else (_russian, _ukrainian)


def _russian(low: str) -> tuple[set[str], bool]:
    return _parsed(_analyzer("ru"), low)


def _ukrainian(low: str) -> tuple[set[str], bool]:
    if _has_ukrainian():
        return _parsed(_analyzer("uk"), low)
    return _looked_up(low, "uk")


def _english(low: str) -> tuple[set[str], bool]:
    return _looked_up(_POSSESSIVE.sub("", low), "en")


_READERS: dict[str | None, Callable[[str], tuple[set[str], bool]]] = {"ru": _russian, "uk": _ukrainian}


def _parsed(analyzer: MorphAnalyzer, low: str) -> tuple[set[str], bool]:
    return {form for _, _, form, *_ in analyzer.parse(low)}, analyzer.word_is_known(low)


def _looked_up(low: str, language: str) -> tuple[set[str], bool]:
    import simplemma

    spellings = [each for each in (low, low.capitalize()) if simplemma.is_known(each, language)]
    found = {simplemma.lemmatize(each, language, greedy=False).lower() for each in spellings}
    return found or {low}, bool(spellings)


def load() -> None:
    """Load the dictionaries that almost every text needs, ahead of the first one."""
    _analyzer("ru")
    if _has_ukrainian():
        _analyzer("uk")


@cache
def _analyzer(language: str) -> MorphAnalyzer:
    import pymorphy3

    # How likely each reading of a word is would cost a third more to find out, and all of them count.
    return pymorphy3.MorphAnalyzer(lang=language, result_type=None, probability_estimator_cls=None)


@cache
def _has_ukrainian() -> bool:
    from importlib.util import find_spec

    return find_spec("pymorphy3_dicts_uk") is not None


def stem(low: str) -> str:
    """Return a word without its case ending, as far as its letters show it."""
    ending = _ENDINGS.search(low) if is_cyrillic(low) else None
    return low[: ending.start()] if ending and ending.start() >= _SHORTEST_STEM else low
