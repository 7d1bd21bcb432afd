"""Words, numbers and signs of a text for the comparison of two versions, without typographic differences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from archive.edit_grading.vocabulary import SCALES, month_numbers, number_words, spelling_groups
from archive.extraction.text_diff import unify_letters
from archive.language import lemmas
from archive.language.folding import clean_word, fold_word

_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("«»“”„‟″〝〞＂", '"')
    | dict.fromkeys("‘’‚‛′`´ʼ", "'")
    | dict.fromkeys("–—―‒−‑‐", "-")
    | {"ё": "е", "Ё": "Е", "…": "...", "№": "№ ", "\u2009": " ", "\u200a": " ", "\t": " "}
)
_GROUPED = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_GROUPED_BY_COMMA = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_TOKEN = re.compile(
    r"\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,:]\d+)*"
    r"|[^\W\d_]+(?:[-‐‑'’ʼ`´′][^\W\d_]+)*|\.{3}|[^\w\s]"
)
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})-(\d{2})-(\d{2})")
_DASH = re.compile(r"\s*-\s+|\s+-\s*")
_SENTENCE_ENDS = frozenset('.!?:"-(')


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign."""

    text: str  # without typographic differences
    start: int  # of what is printed, in its paragraph
    end: int
    is_quoted: bool = False  # inside a quotation of several words
    is_first: bool = False  # of a sentence: a capital says nothing

    @property
    def is_word(self) -> bool:
        """Return whether it is a word."""
        return self.text[0].isalpha()

    @property
    def is_number(self) -> bool:
        """Return whether it is printed in digits."""
        return self.text[0].isdecimal()

    @property
    def is_sign(self) -> bool:
        """Return whether it is punctuation."""
        return not (self.is_word or self.is_number)


def normalize(text: str, language: str | None) -> str:
    """Return a text without what only typography changes: quotes, dashes, ё, spaces, grouped digits."""
    plain = " ".join(unify_letters(text).translate(_TYPOGRAPHY).split())
    plain = _GROUPED.sub("", _DASH.sub(" - ", plain))
    return _GROUPED_BY_COMMA.sub("", plain) if language == "en" else plain


def tokenize(text: str, language: str | None) -> list[Token]:
    """Return the tokens of a paragraph."""
    found = [(_comparable(match[0], language), match.start(), match.end()) for match in _TOKEN.finditer(text)]
    found = _split_dates([one for one in found if one[0]])
    quoted = _quoted([word for word, _, _ in found])
    return [
        Token(word, start, end, is_quoted, is_first=place == 0 or found[place - 1][0] in _SENTENCE_ENDS)
        for place, ((word, start, end), is_quoted) in enumerate(zip(found, quoted, strict=True))
    ]


def _comparable(printed: str, language: str | None) -> str:
    return normalize(printed, language).replace(" ", "")


def values(tokens: Sequence[Token], language: str | None) -> list[str]:
    """Return the numbers of some tokens, in digits or words; a month is one too."""
    found: list[str] = []
    number: float | None = None
    for token in tokens:
        words = sorted(_forms(token.text, language)) if token.is_word else []
        scale = next((SCALES[word] for word in words if word in SCALES), None)
        spelled = next((number_words()[word] for word in words if word in number_words()), None)
        month = next((month_numbers()[word] for word in words if word in month_numbers()), None)
        if (
            token.is_number
            and len(token.text) <= MAX_DIGITS
            and token.text.count(":") + token.text.count(".") + token.text.count(",") < 2
        ):
            found += _closed(number)
            number = None
            plain = token.text.replace(",", ".")
            if ":" in plain:
                found.append(plain)
            else:
                number = float(plain)
        elif token.is_number:
            found += [*_closed(number), token.text]
            number = None
        elif scale is not None:
            if number is not None and number >= 10**9:  # «million billion» is no number
                found += _closed(number)
                number = None
            number = (number if number is not None else 1) * scale
        elif spelled is not None:
            if number is not None and number >= 20 and spelled < 10 and number % 10 == 0:
                number += spelled
            else:
                found += _closed(number)
                number = spelled
        elif month is not None:
            found += [*_closed(number), f"month {month}"]
            number = None
        elif token.text != "-":
            found += _closed(number)
            number = None
    return found + _closed(number)


def names(tokens: Iterable[Token], language: str | None, known: frozenset[str]) -> dict[str, str]:
    """Return the names among some tokens: a key that is the same in every case, and the name as printed.

    A capital at the beginning of a sentence says nothing: there a name is one that `known` has.
    """
    found: dict[str, str] = {}
    for token in tokens:
        if not token.is_word or not token.text[0].isupper() or len(token.text) < 2:
            continue
        forms = _forms(token.text, language)
        if forms & month_numbers().keys():
            continue
        key = name_key(token.text, language)
        if token.is_first and key not in known:
            continue
        found[key] = token.text
    return found


def name_key(word: str, language: str | None) -> str:
    """Return a key for a name that is the same in every case and spelling of it."""
    forms = _forms(word, language)
    groups = spelling_groups()
    group = next((groups[form] for form in sorted({*forms, word.casefold()}) if form in groups), None)
    if group is not None:
        return f"spelling {group}"
    return lemmas.stem(fold_word(word)) if len(word) > 3 else fold_word(word)


def same_word(one: str, other: str, language: str | None) -> bool:
    """Return whether two words are forms of one word."""
    return one == other or bool(_forms(one, language) & _forms(other, language))


@lru_cache(maxsize=20_000)
def _forms(word: str, language: str | None) -> frozenset[str]:
    return frozenset((*lemmas.text_forms(clean_word(word), language), fold_word(word)))


def _closed(number: float | None) -> list[str]:
    if number is None:
        return []
    return [str(int(number)) if float(number).is_integer() else repr(round(number, 6))]


_Found = tuple[str, int, int]  # a token, and where it is


def _split_dates(found: Sequence[_Found]) -> list[_Found]:
    """Return the tokens with numeric dates as day, month and year, which words for the month equal."""
    split: list[_Found] = []
    places = iter(range(len(found)))
    for place in places:
        word, start, end = found[place]
        match = _DATE.fullmatch(word)
        if match is None and place + 4 < len(found) and found[place + 1][0] == found[place + 3][0] == "-":
            match = _DATE.fullmatch("".join(one for one, _, _ in found[place : place + 5]))
            if match is not None:
                end = found[place + 4][2]
                for _ in range(4):
                    next(places)
        if match is None:
            split.append((word, start, end))
            continue
        day, month, year = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
        name = _MONTHS[int(month) - 1] if 1 <= int(month) <= 12 else month
        split += [(one, start, end) for one in (str(int(day)), name, year)]
    return split


_MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
MAX_DIGITS = 15  # a longer number is compared as it is printed
MIN_QUOTED_WORDS = 3  # fewer are a name or a term


def _quoted(found: Sequence[str]) -> list[bool]:
    """Return for each token whether it is inside a quotation."""
    marks = [False] * len(found)
    begin: int | None = None
    for place, word in enumerate(found):
        if word != '"':
            continue
        if begin is None:
            begin = place
            continue
        inside = range(begin + 1, place)
        if sum(found[one][0].isalpha() for one in inside) >= MIN_QUOTED_WORDS:
            for one in inside:
                marks[one] = True
        begin = None
    return marks
