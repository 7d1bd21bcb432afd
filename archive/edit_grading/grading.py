"""Compare two versions of an article, and grade how far the outlet changed what it says. PURE.

noise    nothing a reader would call an edit: typography, counters, links to other articles, a time in another zone
typo     spelling, punctuation, capitals: small changes within a word
wording  other words for the same: no number, name or quotation changed
fact     a number, a name, a quotation, the headline, the authors or the time of publication changed
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Literal, get_args

from archive.edit_grading import tokens
from archive.edit_grading.tokens import Token
from archive.edit_grading.vocabulary import ZONE_OFFSETS
from archive.extraction import text_diff
from archive.extraction.similarity import credit_holder
from archive.extraction.text_diff import unify_letters
from archive.extraction.vocabulary import boilerplate
from archive.language import lemmas

Grade = Literal["noise", "typo", "wording", "fact"]
Fact = Literal["headline", "number", "name", "quotation", "authors", "time"]
GRADES: tuple[Grade, ...] = get_args(Grade)  # from least to most
FACTS: tuple[Fact, ...] = get_args(Fact)
MAX_WORDS_SHOWN = 1000  # characters of the words taken or given that are kept
_TIME = re.compile(r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")
MAX_WORD_LENGTH = 60  # letters; a longer one is no word
MAX_SWAPPED_OVER = 2  # words that another one may have been moved over
_CONTEXT = 3  # words around a changed time that may name its zone


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedText:
    """The parts of a version that readers see."""

    title: str
    lead: str | None = None
    body: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published: datetime | date | None = None
    captions: tuple[str, ...] = ()  # with credits, without their labels
    notices: tuple[str, ...] = ()
    language: str | None = None
    is_partial: bool = False  # the rest was not seen

    @classmethod
    def caption(cls, caption: str | None, credit: str | None) -> str:
        """Return what is printed under a picture."""
        return " / ".join(filter(None, (caption, credit_holder(credit))))


@dataclass(frozen=True, slots=True)
class EditGrade:
    """How far a version differs from the one before."""

    grade: Grade
    facts: tuple[Fact, ...] = ()  # what makes it a fact; in the order of FACTS
    taken: tuple[str, ...] = ()  # the words that are gone, piece by piece; empty for noise
    given: tuple[str, ...] = ()  # the words that are new


def grade_edit(old: GradedText, new: GradedText) -> EditGrade:
    """Return the grade of an edit: that of its gravest change."""
    language = new.language or old.language
    pieces = list(_changed_pieces(old, new, language))
    known = _known_names(old, new, language)
    graded = [_grade_piece(piece, known, language) for piece in _without_moves(pieces)]
    facts = {fact for one in graded for fact in one.facts}
    grade: Grade = max((one.grade for one in graded), key=GRADES.index, default="noise")
    if _is_reordered(pieces, graded):
        grade = max(grade, "wording", key=GRADES.index)
    if _titles_differ(graded):
        facts.add("headline")
    if _authors(old, language) != _authors(new, language) and not _is_unseen(old, new, "authors"):
        facts.add("authors")
    if _is_another_time(old.published, new.published):
        facts.add("time")
    if facts:
        grade = "fact"
    shown = [one for one in graded if one.grade != "noise"]
    return EditGrade(
        grade,
        tuple(fact for fact in FACTS if fact in facts),
        _shown(one.piece.old_text for one in shown) + _lost(old.authors, new.authors, "authors" in facts),
        _shown(one.piece.new_text for one in shown) + _lost(new.authors, old.authors, "authors" in facts),
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of words that was replaced, taken or given, with the words around it."""

    old: tuple[Token, ...]
    new: tuple[Token, ...]
    old_text: str  # as printed
    new_text: str
    place: Literal["title", "text"] = "text"
    old_context: str = ""  # for the zone of a time
    new_context: str = ""
    is_paragraph: bool = False  # the whole of one that has no counterpart


@dataclass(frozen=True, slots=True)
class _Graded:
    piece: _Piece
    grade: Grade
    facts: frozenset[Fact] = frozenset()


def _changed_pieces(old: GradedText, new: GradedText, language: str | None) -> Iterator[_Piece]:
    for piece in _compare_paragraphs((old.title,), (new.title,), language):
        yield replace(piece, place="title")
    yield from _compare_paragraphs(
        _paragraphs(old),
        _paragraphs(new),
        language,
        is_old_partial=old.is_partial,
        is_new_partial=new.is_partial,
    )
    for name in ("captions", "notices"):
        if not _is_unseen(old, new, name):
            yield from _compare_paragraphs(getattr(old, name), getattr(new, name), language)


def _paragraphs(text: GradedText) -> tuple[str, ...]:
    """Return lead and text, whichever of them the page template calls the lead."""
    return tuple(filter(None, (text.lead, *text.body)))


def _is_unseen(old: GradedText, new: GradedText, name: str) -> bool:
    """Return whether a partial version lacks a field, which may have been on the page."""
    return any(text.is_partial and not getattr(text, name) for text in (old, new))


def _compare_paragraphs(
    old: Sequence[str],
    new: Sequence[str],
    language: str | None,
    *,
    is_old_partial: bool = False,
    is_new_partial: bool = False,
) -> Iterator[_Piece]:
    old, new = ([text for text in texts if not _is_noise(text)] for texts in (old, new))
    before, after = ([tokens.normalize(text, language) for text in texts] for texts in (old, new))
    if before == after or " ".join(before) == " ".join(after):
        return
    compared = list(text_diff.diff_paragraphs(before, after))
    if is_new_partial:
        compared = _limit_to_seen(compared, [one.new for one in compared])
    if is_old_partial:
        compared = _limit_to_seen(compared, [one.old for one in compared])
    for pair in compared:
        one = before[pair.old] if pair.old is not None else ""
        other = after[pair.new] if pair.new is not None else ""
        is_cut = is_new_partial or is_old_partial
        if one == other or (is_cut and _is_cut_off(one, other)):
            continue
        yield from _compare_words(
            unify_letters(old[pair.old]) if pair.old is not None else "",
            unify_letters(new[pair.new]) if pair.new is not None else "",
            language,
        )


def _is_noise(line: str) -> bool:
    """Return whether a paragraph belongs to the page and not to the text: counters, links to other articles."""
    return len(line) <= boilerplate.MAX_LINE_CHARS and (
        boilerplate.is_boilerplate(line) or boilerplate.starts_read_also(line)
    )


def _limit_to_seen(
    compared: list[text_diff.ParagraphDiff], seen: Sequence[int | None]
) -> list[text_diff.ParagraphDiff]:
    """Return the paragraphs up to the last one that a partial version shows."""
    places = [place for place, index in enumerate(seen) if index is not None]
    return compared[: places[-1] + 1] if places else []


def _is_cut_off(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return bool(shorter) and longer.startswith(shorter.rstrip(" ."))


def _compare_words(old: str, new: str, language: str | None) -> Iterator[_Piece]:
    """Yield the pieces in which two paragraphs differ; the whole one if it has no counterpart."""
    a, b = tokens.tokenize(old, language), tokens.tokenize(new, language)
    if not a or not b:
        yield _Piece(tuple(a), tuple(b), old, new, is_paragraph=True)
        return
    one, other = [token.text for token in a], [token.text for token in b]
    if len(one) * len(other) > text_diff.MAX_WORD_PAIRS:
        yield _Piece(tuple(a), tuple(b), old, new)
        return
    for i1, i2, j1, j2 in _differing(one, other):
        yield _Piece(
            tuple(a[i1:i2]),
            tuple(b[j1:j2]),
            _printed(old, a[i1:i2]),
            _printed(new, b[j1:j2]),
            old_context=" ".join(one[max(0, i1 - _CONTEXT) : i2 + _CONTEXT]),
            new_context=" ".join(other[max(0, j1 - _CONTEXT) : j2 + _CONTEXT]),
        )


def _printed(paragraph: str, words: Sequence[Token]) -> str:
    return paragraph[words[0].start : words[-1].end] if words else ""


def _differing(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Return the ranges that differ; words taken here and given one or two words further are one change."""
    found: list[tuple[int, int, int, int]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if found and i1 - found[-1][1] <= MAX_SWAPPED_OVER:
            a1, a2, b1, b2 = found[-1]
            if {*one[a1:a2]} & {*other[j1:j2]} or {*one[i1:i2]} & {*other[b1:b2]}:
                found[-1] = (a1, i2, b1, j2)
                continue
        found.append((i1, i2, j1, j2))
    return found


def _without_moves(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Return the pieces without paragraphs that only stand elsewhere now."""
    taken = Counter(piece.old_text for piece in pieces if piece.is_paragraph and piece.old)
    given = Counter(piece.new_text for piece in pieces if piece.is_paragraph and piece.new)
    moved = taken & given
    left = {"old": moved.copy(), "new": moved.copy()}
    kept = []
    for piece in pieces:
        side = "old" if piece.old else "new"
        text = piece.old_text or piece.new_text
        if piece.is_paragraph and left[side][text]:
            left[side][text] -= 1
        else:
            kept.append(piece)
    return kept


def _is_reordered(pieces: Sequence[_Piece], graded: Sequence[_Graded]) -> bool:
    return len(pieces) != len(graded)


def _titles_differ(graded: Iterable[_Graded]) -> bool:
    return any(one.piece.place == "title" and one.grade in ("wording", "fact") for one in graded)


def _known_names(
    old: GradedText, new: GradedText, language: str | None
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of each version: words with a capital inside a sentence."""
    found = []
    for text in (old, new):
        words = [
            token
            for paragraph in (text.title, *_paragraphs(text), *text.captions)
            for token in tokens.tokenize(paragraph, language)
        ]
        found.append(frozenset(tokens.names(words, language, frozenset())))
    return found[0], found[1]


def _grade_piece(
    piece: _Piece, known: tuple[frozenset[str], frozenset[str]], language: str | None
) -> _Graded:
    if _has_same_instant(piece):
        return _Graded(piece, "noise")
    facts: set[Fact] = set()
    if _dated(tokens.values(piece.old, language)) != _dated(tokens.values(piece.new, language)):
        facts.add("number")
    is_typo = not facts and _is_typo(piece, language)
    if not is_typo and _has_other_names(piece, known, language):
        facts.add("name")
    words = [token for token in (*piece.old, *piece.new) if not token.is_sign]
    if not is_typo and any(token.is_quoted for token in words) and not _has_same_words(piece, language):
        facts.add("quotation")
    if facts:
        return _Graded(piece, "fact", frozenset(facts))
    return _Graded(piece, "typo" if is_typo else "wording")


def _dated(values: list[str]) -> list[str]:
    """Return numbers in order, a month always after its day: «January 10» is «10 January»."""
    for place in range(len(values) - 1):
        if values[place].startswith("month") and values[place + 1].isdigit() and len(values[place + 1]) < 3:
            values[place : place + 2] = values[place + 1], values[place]
    return values


def _has_other_names(
    piece: _Piece, known: tuple[frozenset[str], frozenset[str]], language: str | None
) -> bool:
    """Return whether a name came or went, and not only another mention of one that both versions have."""
    everywhere = known[0] | known[1]
    before, after = (set(tokens.names(side, language, everywhere)) for side in (piece.old, piece.new))
    taken, given = before - after, after - before
    if taken and given:
        return True
    first = [_possible_names(side, language) for side in (piece.old, piece.new)]
    if all(first) and not first[0] & first[1]:
        return True
    return bool(taken - known[1]) or bool(given - known[0])


def _possible_names(words: Sequence[Token], language: str | None) -> set[str]:
    """Return the keys of words that begin a sentence and are names in a dictionary, maybe among other things."""
    return {
        tokens.name_key(word.text, language)
        for word in words
        if word.is_first
        and word.is_word
        and word.text[0].isupper()
        and lemmas.may_be_name(word.text, language)
    }


def _has_same_words(piece: _Piece, language: str | None) -> bool:
    one, other = ([token.text for token in side if not token.is_sign] for side in (piece.old, piece.new))
    return len(one) == len(other) and all(map(str.__eq__, map(str.casefold, one), map(str.casefold, other)))


def _is_typo(piece: _Piece, language: str | None) -> bool:
    """Return whether only punctuation, capitals or a few letters of words changed."""
    one, other = ([token.text for token in side if not token.is_sign] for side in (piece.old, piece.new))
    if not one and not other:
        return not any(token.text == '"' for token in (*piece.old, *piece.new))
    if "".join(one).replace("-", "").casefold() == "".join(other).replace("-", "").casefold():
        return True  # capitals, hyphens, words written together
    if len(one) != len(other):
        return False
    return all(a == b or _is_misspelled(a, b, language) for a, b in zip(one, other, strict=True))


def _is_misspelled(old: str, new: str, language: str | None) -> bool:
    """Return whether one of two words is a misspelling of the other: close to it, and not a word itself."""
    if not (old[0].isalpha() and new[0].isalpha()):
        return False
    if old.casefold() == new.casefold():
        return True
    allowed = 2 if min(len(old), len(new)) >= 8 else 1
    if min(len(old), len(new)) < 3 or abs(len(old) - len(new)) > allowed or len(old) > MAX_WORD_LENGTH:
        return False
    if _distance(old.casefold(), new.casefold()) > allowed:
        return False
    return lemmas.is_known(old, language) != lemmas.is_known(new, language)


def _distance(one: str, other: str) -> int:
    """Return the number of letters to add, take, replace or swap with a neighbour."""
    rows: list[list[int]] = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def _has_same_instant(piece: _Piece) -> bool:
    """Return whether a piece only states the same time of day in another zone."""
    one, other = _instants(piece.old_context), _instants(piece.new_context)
    words = (*piece.old, *piece.new)
    is_about_time = all(
        token.is_sign
        or token.is_number
        or _offsets(token.text)
        or len(token.text) <= 2
        or token.text == "времени"
        for token in words
    )
    return bool(one & other) and is_about_time


def _instants(text: str) -> set[int]:
    """Return the minutes of the day in UTC that the only time of a text may mean; empty without a zone."""
    times = _TIME.findall(text)
    offsets = {offset for word in re.findall(r"[^\W\d_]+", text) for offset in _offsets(word)}
    if len(times) != 1:
        return set()
    minute = int(times[0][0]) * 60 + int(times[0][1])
    return {(minute - offset * 60) % 1440 for offset in offsets}


def _offsets(word: str) -> tuple[int, ...]:
    low = word.casefold()
    for begin, offsets in ZONE_OFFSETS.items():
        if low == begin or (len(begin) > 3 and low.startswith(begin)):
            return offsets
    return ()


def _authors(text: GradedText, language: str | None) -> Counter[frozenset[str]]:
    return Counter(
        frozenset(
            tokens.name_key(token.text, language)
            for token in tokens.tokenize(author, language)
            if token.is_word
        )
        for author in text.authors
    )


def _lost(these: Sequence[str], others: Sequence[str], is_shown: bool) -> tuple[str, ...]:
    return tuple(name for name in these if name not in others) if is_shown else ()


def _is_another_time(old: datetime | date | None, new: datetime | date | None) -> bool:
    """Return whether two stated times contradict each other; a more exact one does not."""
    if old is None or new is None:
        return False
    if isinstance(old, datetime) and isinstance(new, datetime):
        return old != new
    days = [moment.date() if isinstance(moment, datetime) else moment for moment in (old, new)]
    return days[0] != days[1]


def _shown(texts: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    left = MAX_WORDS_SHOWN
    for text in (" ".join(text.split()) for text in texts if text):
        found.append(text if len(text) <= left else f"{text[: max(left - 1, 0)]}…")
        left -= len(text)
        if left <= 0:
            break
    return tuple(found)
