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

from archive.language.folding import MAX_CACHED_QUERY_WORDS, clean_word, fold_clean_word, is_cyrillic

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

_ONLY_RUSSIAN = re.compile("[ыэъё]")
_ONLY_UKRAINIAN = re.compile("[іїєґ']")
# Endings of nouns and adjectives, longest first. Not «ов», «ев», «ин»: these end surnames in the nominative.
_ENDINGS = re.compile(
    "(?:ого|его|ому|ему|ыми|ими|ами|ями|ові|еві|єві|ою|ею|єю|ій|ий|ый|ой|ая|яя|ую|юю|ое|ее|ые|ие"
    "|их|ых|им|ым|ом|ем|єм|ам|ям|ах|ях|а|я|у|ю|о|е|є|и|ы|і|ї|ь|й)$"
)
_MIN_STEM_LENGTH = 3
_NAME_TAG = re.compile("Name|Surn|Patr|Geox|Orgn")
_POSSESSIVE = re.compile("'s$")


def text_forms(word: str, language: str | None) -> tuple[str, ...]:
    """Return the forms by which to index a clean word of a text in this language, sorted."""
    return _text_forms(word, language if language in _LEMMATIZERS else None)


@lru_cache(maxsize=MAX_CACHED_QUERY_WORDS)
def query_forms(word: str) -> frozenset[str]:
    """Return the forms by which to search for a clean word: those of every language, and the word as typed."""
    return frozenset((*_text_forms(word, None), fold_clean_word(word)))


@lru_cache(maxsize=MAX_CACHED_QUERY_WORDS)
def _text_forms(word: str, language: str | None) -> tuple[str, ...]:
    low = word.lower()
    if not any(letter.isalpha() for letter in low):
        return (fold_clean_word(low),)
    readings = [reader(low) for reader in _lemmatizers(low, language)]
    is_known = any(known for _, known in readings)
    if not is_known and is_cyrillic(low) and language is not None:  # a word or name of the other language
        found, is_known = _LEMMATIZERS["uk" if language == "ru" else "ru"](low)
        readings += [(found, True)] if is_known else []
    forms = {form for found, known in readings if known or not is_known for form in found}
    if not is_known or word[0].isupper():
        forms.add(stem(low))
    return tuple(
        sorted({sys.intern(fold_clean_word(form)) for form in forms if form})
    )  # many words share their forms


def _lemmatizers(low: str, language: str | None) -> Iterable[Callable[[str], tuple[set[str], bool]]]:
    if not is_cyrillic(low):
        return (_english_forms,) if low.isascii() else ()
    if _ONLY_RUSSIAN.search(low):
        return (_russian_forms,)
    if _ONLY_UKRAINIAN.search(low):
        return (_ukrainian_forms,)
    return (_LEMMATIZERS[language],) if language in _LEMMATIZERS else (_russian_forms, _ukrainian_forms)


def _russian_forms(low: str) -> tuple[set[str], bool]:
    return _pymorphy_forms(_analyzer("ru"), low)


def _ukrainian_forms(low: str) -> tuple[set[str], bool]:
    if _has_ukrainian():
        return _pymorphy_forms(_analyzer("uk"), low)
    return _simplemma_forms(low, "uk")


def _english_forms(low: str) -> tuple[set[str], bool]:
    return _simplemma_forms(_POSSESSIVE.sub("", low), "en")


_LEMMATIZERS: dict[str | None, Callable[[str], tuple[set[str], bool]]] = {
    "ru": _russian_forms,
    "uk": _ukrainian_forms,
}


def _pymorphy_forms(analyzer: MorphAnalyzer, low: str) -> tuple[set[str], bool]:
    return {form for _, _, form, *_ in analyzer.parse(low)}, analyzer.word_is_known(low)


def _simplemma_forms(low: str, language: str) -> tuple[set[str], bool]:
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

    # Estimating how likely each analysis of a word is would take a third more time, and all of them count.
    return pymorphy3.MorphAnalyzer(lang=language, result_type=None, probability_estimator_cls=None)


@cache
def _has_ukrainian() -> bool:
    from importlib.util import find_spec

    return find_spec("pymorphy3_dicts_uk") is not None


def stem(low: str) -> str:
    """Return a word without its case ending, as far as its letters show it."""
    ending = _ENDINGS.search(low) if is_cyrillic(low) else None
    return low[: ending.start()] if ending and ending.start() >= _MIN_STEM_LENGTH else low


def is_known(word: str, language: str | None) -> bool:
    """Return whether a dictionary of the language has a word, as printed or in lower case."""
    low = clean_word(word).lower()
    return any(known for _, known in (reader(low) for reader in _lemmatizers(low, language)))


def may_be_name(word: str, language: str | None) -> bool:
    """Return whether a dictionary has a word as the name of a person, a place or an organisation.

    The Ukrainian dictionary marks persons alone, the English one nothing.
    """
    low = clean_word(word).lower()
    readers = _lemmatizers(low, language)
    analyzers = [_analyzer("ru")] if _russian_forms in readers else []
    if _ukrainian_forms in readers and _has_ukrainian():
        analyzers.append(_analyzer("uk"))
    return any(
        _NAME_TAG.search(str(tag))
        for analyzer in analyzers
        if analyzer.word_is_known(low)
        for _, tag, *_ in analyzer.parse(low)
    )
