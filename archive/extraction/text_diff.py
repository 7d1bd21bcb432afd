"""Compare two versions of a text: align their paragraphs, and compare edited paragraphs word by word."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "inserted", "deleted"]
TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
WORD = re.compile(r"\w+")
PRINTED_ALIKE = {0xAD: None, 0x200B: None, 0x2060: None, 0xFEFF: None, 0xA0: " ", 0x2007: " ", 0x202F: " "}
# Share of common words from which two paragraphs count as one, edited. Unrelated paragraphs have 0.04 in common,
# hardly ever 0.2; a paragraph with every second word replaced, or three in four removed, has 0.4.
MIN_SIMILARITY = 0.33
MAX_WORD_PAIRS = 4_000_000  # compared pairs of words; a longer paragraph counts as replaced


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that is in both versions or in one of them."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class ParagraphDiff:
    """A paragraph of one version, or of both if neither `old` nor `new` is None, with its runs in order."""

    old: int | None  # its index in the old version
    new: int | None
    runs: tuple[Run, ...]

    @property
    def is_same(self) -> bool:
        """Return whether the paragraph is unchanged."""
        return self.old is not None and self.new is not None and all(run.kind == "same" for run in self.runs)


def diff_paragraphs(old: Sequence[str], new: Sequence[str]) -> tuple[ParagraphDiff, ...]:
    """Return the paragraphs of both versions in order, each with its deleted, inserted and unchanged runs.

    Both are compared, and returned, with one encoding of each printed letter: see `unify_letters`.
    """
    old, new = [unify_letters(text) for text in old], [unify_letters(text) for text in new]
    found: list[ParagraphDiff] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found.extend(
                ParagraphDiff(i, j, _merge_runs((("same", new[j]),)))
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True)
            )
        else:
            found.extend(_align(old, new, range(i1, i2), range(j1, j2)))
    return tuple(found)


def unify_letters(text: str) -> str:
    """Return a text with composed letters, plain spaces and no soft hyphens: what looks alike becomes equal.

    «ё» may be one character or «е» with a combining diaeresis, depending on the program a text was typed in.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(PRINTED_ALIKE))


def old_paragraphs(changes: Iterable[ParagraphDiff]) -> tuple[str, ...]:
    """Return the old version's paragraphs, reconstructed from the changes."""
    return tuple(
        "".join(run.text for run in p.runs if run.kind != "inserted") for p in changes if p.old is not None
    )


def new_paragraphs(changes: Iterable[ParagraphDiff]) -> tuple[str, ...]:
    """Return the new version's paragraphs, reconstructed from the changes."""
    return tuple(
        "".join(run.text for run in p.runs if run.kind != "deleted") for p in changes if p.new is not None
    )


def apply_changes(old: Sequence[str], changes: Iterable[ParagraphDiff]) -> tuple[str, ...]:
    """Return the new version, made from the old one and its changes; ValueError if they belong to another text."""
    changes = tuple(changes)
    if old_paragraphs(changes) != tuple(map(unify_letters, old)):
        raise ValueError("these changes belong to another text")
    return new_paragraphs(changes)


def _align(old: Sequence[str], new: Sequence[str], left: range, right: range) -> list[ParagraphDiff]:
    pairs = _match_edited(old, new, left, right)
    found: list[ParagraphDiff] = []
    i, j = left.start, right.start
    for a, b in (*pairs, (left.stop, right.stop)):
        found.extend(ParagraphDiff(k, None, _merge_runs((("deleted", old[k]),))) for k in range(i, a))
        found.extend(ParagraphDiff(None, k, _merge_runs((("inserted", new[k]),))) for k in range(j, b))
        if a < left.stop and b < right.stop:
            found.append(ParagraphDiff(a, b, diff_words(old[a], new[b])))
        i, j = a + 1, b + 1
    return found


def _match_edited(old: Sequence[str], new: Sequence[str], left: range, right: range) -> list[tuple[int, int]]:
    """Return the pairs of paragraphs that are edits of each other, in order, with the greatest total similarity."""
    if len(left) * len(right) > 40_000:
        return []
    bags_left = [Counter(WORD.findall(old[i].casefold())) for i in left]
    bags_right = [Counter(WORD.findall(new[j].casefold())) for j in right]
    rows, columns = len(left), len(right)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    alike = [[_similarity(a, b) for b in bags_right] for a in bags_left]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            together = best[i + 1][j + 1] + alike[i][j] if alike[i][j] >= MIN_SIMILARITY else -1.0
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < rows and j < columns:
        if alike[i][j] >= MIN_SIMILARITY and best[i][j] == best[i + 1][j + 1] + alike[i][j]:
            pairs.append((left[i], right[j]))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _similarity(one: Counter[str], other: Counter[str]) -> float:
    size = one.total() + other.total()
    return 2 * (one & other).total() / size if size else 1.0


def diff_words(old: str, new: str) -> tuple[Run, ...]:
    """Return the word-by-word difference between a paragraph and its edit."""
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    middle_a, middle_b = a[start : len(a) - end], b[start : len(b) - end]
    runs: list[tuple[Kind, str]] = [("same", "".join(a[:start]))]
    if len(middle_a) * len(middle_b) > MAX_WORD_PAIRS:
        runs += [("deleted", "".join(middle_a)), ("inserted", "".join(middle_b))]
    else:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, middle_a, middle_b, autojunk=False).get_opcodes():
            if tag == "equal":
                runs.append(("same", "".join(middle_a[i1:i2])))
            else:
                runs += [("deleted", "".join(middle_a[i1:i2])), ("inserted", "".join(middle_b[j1:j2]))]
    runs.append(("same", "".join(a[len(a) - end :])))
    return _merge_runs(runs)


def _merge_runs(pieces: Iterable[tuple[Kind, str]]) -> tuple[Run, ...]:
    """Merge neighbouring runs and drop empty ones.

    In an edit the deletion comes first; white space between two edits becomes part of them.
    """
    runs: list[Run] = []
    deleted = inserted = kept = ""  # the open edit, and the unchanged text after it
    for kind, text in pieces:
        if kind == "same":
            kept += text
        elif text:
            if kept and (kept.strip() or not (deleted and inserted)):
                runs += _flush(deleted, inserted, kept)
                deleted = inserted = kept = ""
            if kind == "deleted":
                deleted, inserted, kept = deleted + kept + text, inserted + kept, ""
            else:
                deleted, inserted, kept = deleted + kept, inserted + kept + text, ""
    return (*runs, *_flush(deleted, inserted, kept))


def _flush(deleted: str, inserted: str, kept: str) -> Iterator[Run]:
    stretches: tuple[tuple[Kind, str], ...] = (("deleted", deleted), ("inserted", inserted), ("same", kept))
    return (Run(kind, text) for kind, text in stretches if text)
