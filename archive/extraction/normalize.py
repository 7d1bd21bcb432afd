"""Clean text: white space, paragraphs, similarity of short texts, language detection."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from archive.language.languages import Language
from archive.language.languages import languages as all_languages

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff]")
SURROGATE = re.compile("[\ud800-\udfff]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
WORD = re.compile(r"\w+")
_WORD = re.compile(r"[^\W\d_]{3,}")
STEM_CHARACTERS = 5  # of a word that are compared, so that inflected forms count as the same word


def clean(text: str) -> str:
    """Return a text as one line with single spaces, without invisible and forbidden characters."""
    if text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:
        # fast path: five of six texts are clean already; the only printable white space is a space
        return text
    line = " ".join(text.split())
    if line.isprintable():
        return line
    line = CONTROL.sub(" ", SURROGATE.sub("\ufffd", INVISIBLE.sub("", line)))
    return " ".join(line.split())


def split_paragraphs(text: str) -> tuple[str, ...]:
    """Return the lines of a text that are not blank, each cleaned."""
    return tuple(line for line in map(clean, text.splitlines()) if line)


def comparable(text: str) -> str:
    """Return a text in the form in which printed texts are compared: without case, quotes and dashes."""
    return " ".join(WORD.findall(clean(text).casefold().replace("ё", "е").replace("ʼ", "'")))


def word_similarity(one: str, other: str) -> float:
    """Return the similarity of two short texts from 0 to 1: the share of words they have in common."""
    return bag_similarity(Counter(comparable(one).split()), Counter(comparable(other).split()))


def bag_similarity(left: Counter[str], right: Counter[str]) -> float:
    """Return the similarity of two bags of words from 0 to 1."""
    size = max(left.total(), right.total())
    return (left & right).total() / size if size else 0.0


def detect_language(
    texts: Iterable[str], languages: tuple[str, ...] = (), declared: str | None = None
) -> str | None:
    """Return the language of a text as ISO 639-1, by its letters and words, else as declared; None if unknown."""
    sample = " ".join(texts)[:20_000].casefold()
    detectable = _detectable_languages()
    letters = {letter: sample.count(letter) for one in detectable.values() for letter in one.letters}
    words = Counter(WORD.findall(sample))
    total = max(1, words.total())
    score = {
        code: sum(words[word] for word in one.common_words) / total
        + 4 * sum(letters[letter] for letter in one.letters) / total
        for code, one in detectable.items()
    }
    # Belarusian has «ё» and «ы» too, and three languages have «і»: letters of one language only decide.
    if letters["ў"] * 60 > total or (
        "і" in sample and not any(letters[letter] for letter in detectable["ru"].letters)
    ):
        score["ru"] = 0.0
    if sum(letters[letter] for letter in detectable["kk"].letters) * 20 > total:
        score["ru"] = score["uk"] = score["be"] = 0.0
    best = max(score, key=lambda code: (score[code], code in languages, code))
    if score[best] >= 0.05:
        return best
    if declared and re.fullmatch(r"[a-z]{2}", declared):
        return declared
    return languages[0] if languages and total >= 5 and any(map(str.isalpha, sample)) else None


@cache
def _detectable_languages() -> dict[str, Language]:
    """Return the languages whose texts are recognized; those without letters of their own, by common words."""
    return {language.code: language for language in all_languages() if language.common_words}


def stems(text: str) -> frozenset[str]:
    """Return the beginnings of the words of a text, in lower case."""
    return frozenset(word[:STEM_CHARACTERS] for word in _WORD.findall(text.casefold()))
