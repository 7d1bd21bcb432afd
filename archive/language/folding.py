"""Normalize the spelling of words, so that the same word is found however it was typed or printed.

Letter case, ё and е, ґ and г, accents, soft hyphens, apostrophes of every kind, and Latin letters mixed
into Cyrillic words (or the reverse) make no difference. й and ї remain letters of their own.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Apostrophes as keyboards, typesetters and word processors produce them.
APOSTROPHES = "'’ʼ‘‛`´′ʹʻʽˈ՚＇"
# Invisible characters inside words, ignored: soft hyphen, joiners, direction marks, combining accents.
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff\u0300-\u036f"
WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_INVISIBLE}]|[{APOSTROPHES}](?=[^\W_]))*")
_INVISIBLE_CHARACTER = re.compile(rf"[{_INVISIBLE}]")
_APOSTROPHE = re.compile(rf"[{APOSTROPHES}]")
MAX_CACHED_WORDS = 100_000  # words cached while texts are indexed: 19 of 20 words of a newspaper's texts
MAX_CACHED_QUERY_WORDS = 20_000  # words cached for one query and its results
_LETTERS_WITH_DIACRITICS = frozenset(
    "йїўЙЇЎёЁ"
)  # letters of their own, though Unicode composes them of a letter and a mark
_FOLDED_LETTERS = str.maketrans({"ё": "е", "ґ": "г", "'": None})
# Letters that look alike in Latin and Cyrillic, in upper or lower case.
_LATIN = "aceopxykmthbijs"
_CYRILLIC = "асеорхукмтнвіјѕ"
_TO_CYRILLIC = str.maketrans(_LATIN + _LATIN.upper(), _CYRILLIC + _CYRILLIC.upper())
_TO_LATIN = str.maketrans(_CYRILLIC + _CYRILLIC.upper(), _LATIN + _LATIN.upper())


def fold_text(text: str) -> str:
    """Return the folded words of a text, separated by spaces."""
    return " ".join(map(fold_word, WORD.findall(text)))


def tokenize(text: str) -> list[tuple[str, int, int]]:
    """Return each word as `clean_word` gives it, with its position in the text: (word, start, end)."""
    return [(clean_word(found[0]), found.start(), found.end()) for found in WORD.finditer(text)]


@lru_cache(maxsize=MAX_CACHED_WORDS)
def fold_word(word: str) -> str:
    """Return a printed word in the folded spelling used for comparison."""
    found = fold_clean_word(clean_word(word))
    return word if found == word else found  # usually the same: cache one string instead of two


@lru_cache(maxsize=MAX_CACHED_QUERY_WORDS)
def clean_word(word: str) -> str:
    """Return a printed word as a dictionary spells it: without typographic differences, with its capitals."""
    if word.isascii():
        return word.replace("`", "'")
    composed = unicodedata.normalize("NFC", _APOSTROPHE.sub("'", word))
    plain = unicodedata.normalize("NFKC", _INVISIBLE_CHARACTER.sub("", _remove_accents(composed)))
    return _unify_script(plain)


def fold_clean_word(word: str) -> str:
    """Return a word from `clean_word` in the folded spelling used for comparison."""
    return word.lower().translate(_FOLDED_LETTERS)


def is_cyrillic(word: str) -> bool:
    """Return whether a word contains Cyrillic letters."""
    return any("\u0400" <= letter <= "\u052f" for letter in word)


def _remove_accents(word: str) -> str:
    return "".join(
        letter if letter in _LETTERS_WITH_DIACRITICS else unicodedata.normalize("NFD", letter)[0]
        for letter in word
    )


def _unify_script(word: str) -> str:
    latin = [letter for letter in word if letter.isascii() and letter.isalpha()]
    cyrillic = [letter for letter in word if "\u0400" <= letter <= "\u052f"]
    if not latin or not cyrillic:
        return word
    is_latin_alike = all(ord(letter) in _TO_CYRILLIC for letter in latin)
    is_cyrillic_alike = all(ord(letter) in _TO_LATIN for letter in cyrillic)
    if is_latin_alike and (len(cyrillic) >= len(latin) or not is_cyrillic_alike):
        return word.translate(_TO_CYRILLIC)
    return word.translate(_TO_LATIN) if is_cyrillic_alike else word
