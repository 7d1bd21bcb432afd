"""Words as the full-text index compares them: case, ё, accents and soft hyphens make no difference."""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_LETTERS = str.maketrans({"ё": "е", "ґ": "г", "’": "'", "ʼ": "'", "‘": "'", "`": "'"})
_DROPPED = {"\u00ad", "\u0301", "\u0300"}  # soft hyphen, combining accents over a stressed vowel


def fold(text: str) -> str:
    """The text with its words in one spelling; й and ї stay letters of their own."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(letter for letter in composed if letter not in _DROPPED)
    return unicodedata.normalize("NFKC", kept).lower().translate(_LETTERS)


def words(text: str) -> list[tuple[str, int, int]]:
    """Each word folded, with where it stands in the text as given: (word, start, end)."""
    return [(fold(found[0]), found.start(), found.end()) for found in _PRINTED_WORD.finditer(text)]


_PRINTED_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u00ad\u0300\u0301'’ʼ])*")
