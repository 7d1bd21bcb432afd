"""Translate search queries as people type them to FTS5 expressions.

Words match in all their forms. Quotes ask for a literal phrase; `-` excludes, `*` ends a prefix, `OR` joins
alternatives, `title:` and `lead:` search the headline or the lead alone; everything else is words, and no
input is an error. `OR` takes precedence: «мост порт OR причал» means «мост» AND («порт» OR «причал»).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from archive.language import lemmas
from archive.language.folding import fold_clean_word, tokenize

_TOKEN = re.compile(
    r'(?P<minus>(?<!\S)[-−–—])?(?:(?P<field>title|lead):)?(?:["«»“”„](?P<phrase>[^"«»“”„]*)["»”“]?|(?P<word>[^\s"«»“”„]+))',
    re.IGNORECASE,
)
MAX_QUERY_WORDS = 100  # more than anyone types; ignores what is pasted beyond
MAX_PREFIXES = 20  # each may expand to thousands of words
MAX_NAMED = 5  # ignored pieces of a query that a note names,
MAX_NAMED_LENGTH = 20  # each with so many letters
Field = Literal["title", "lead"]
# Where a word must be, narrowest first: in the headline; there or in the lead; there, or often in the text; anywhere.
Scope = Literal["title", "head", "often", "anywhere"]
_TERM_PREFIXES: dict[Scope, tuple[str, ...]] = {
    "title": ("title=",),
    "head": ("title=", "lead="),
    "often": ("title=", "lead=", "often="),
    "anywhere": ("",),
}
_FTS_COLUMNS: dict[Scope, str] = {"title": "{title}", "head": "{title lead}"}


@dataclass(frozen=True, slots=True)
class Term:
    """One search term: a word in any form (several if joined by a hyphen), or a literal phrase."""

    words: tuple[str, ...]  # from `clean_word`
    is_literal: bool = False  # as printed, instead of in any form
    is_prefix: bool = False  # the last word is a prefix
    expansions: tuple[str, ...] = ()  # the words with that prefix, if it is expanded
    field: Field | None = None

    @property
    def folded_words(self) -> tuple[str, ...]:
        """Return the words as the index spells them."""
        return tuple(map(fold_clean_word, self.words))

    @property
    def is_exact(self) -> bool:
        """Return whether only the printed form matches."""
        return self.is_literal or self.is_prefix

    def expression(self, scope: Scope = "anywhere") -> str:
        """Return the FTS5 expression that finds the term in this scope."""
        columns = f"{{{self.field}}}" if self.field else _FTS_COLUMNS.get(scope, "{title lead body}")
        if self.expansions:
            before = "".join(f"{word} " for word in self.folded_words[:-1])
            return f"{columns} : " + _or_expression([f'"{before}{end}"' for end in self.expansions])
        if self.is_exact:
            return f'{columns} : "{" ".join(self.folded_words)}"' + (" *" if self.is_prefix else "")
        every = [any_of(forms) for forms in self.forms(scope)]
        return every[0] if len(every) == 1 else "(" + " AND ".join(every) + ")"

    @property
    def word_expressions(self) -> list[str]:
        """Return an FTS5 expression per word; none for a prefix, which takes long to look up."""
        if self.is_exact:
            return [f'"{word}"' for word in (self.folded_words[:-1] if self.is_prefix else self.folded_words)]
        return [any_of(forms) for forms in self.forms()]

    def forms(self, scope: Scope = "anywhere") -> list[list[str]]:
        """Return the index terms for each word in this scope; not for exact terms."""
        prefixes = (f"{self.field}=",) if self.field else _TERM_PREFIXES[scope]
        return [
            [f"{prefix}{form}" for prefix in prefixes for form in sorted(lemmas.query_forms(word))]
            for word in self.words
        ]


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: a match has one term of every `required` group, and none of the `excluded` terms."""

    required: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()
    matches_nothing: bool = False  # something was typed without a word in it
    notes: tuple[str, ...] = ()  # a sentence on each ignored piece

    @property
    def has_words(self) -> bool:
        """Return whether any word is required or excluded."""
        return bool(self.required or self.excluded)

    def expressions(self, scope: Scope = "anywhere") -> list[str]:
        """Return the FTS5 expression of each group in this scope."""
        return [_or_expression([term.expression(scope) for term in group]) for group in self.required]

    @property
    def match(self) -> str | None:
        """Return the FTS5 expression of what is required; None if everything matches."""
        return all_of(self.expressions())

    @property
    def exclusion(self) -> str | None:
        """Return the FTS5 expression of what is excluded; None if nothing is."""
        return _or_expression([term.expression() for term in self.excluded]) if self.excluded else None


def any_of(tokens: Sequence[str]) -> str:
    """Return the FTS5 expression for versions with one of these terms in the lemmas column."""
    either = _or_expression([f'"{token}"' for token in tokens])
    # Other columns have no words with «=», and leaving out the column name halves the time.
    return either if all("=" in token for token in tokens) else f"lemmas : {either}"


def phrase_expression(phrase: str) -> str:
    """Return the FTS5 expression for versions with a quoted phrase as printed."""
    return f"{{title lead body}} : {phrase}"


def all_of(expressions: Sequence[str]) -> str | None:
    """Return the FTS5 expression for what matches all of these."""
    return " AND ".join(expressions) or None


@lru_cache(maxsize=256)
def parse(text: str) -> Query:
    """Return the parsed query: an empty one matches everything, one without words matches nothing."""
    wanted: list[tuple[Term, ...]] = []
    unwanted: list[Term] = []
    empty: list[str] = []  # ignored pieces
    notes: list[str] = []
    joins, words_so_far, prefixes_so_far = False, 0, 0
    for token in _TOKEN.finditer(text):
        if token[0] == "OR":
            if joins or not wanted:
                empty.append("OR")
            joins = bool(wanted)
            continue
        term = _term(token)
        if joins and (term is None or token["minus"]):
            empty.append("OR")
        if term is None:
            empty.append(token[0])
            joins = False
            continue
        words_so_far, prefixes_so_far = words_so_far + len(term.words), prefixes_so_far + term.is_prefix
        if words_so_far > MAX_QUERY_WORDS or prefixes_so_far > MAX_PREFIXES:
            notes.append(
                f"Only the first {MAX_QUERY_WORDS} words and {MAX_PREFIXES} prefixes of the query are searched."
            )
            joins = False
            break
        if token["minus"]:
            unwanted.append(term)
        elif joins:
            wanted[-1] = (*wanted[-1], term)
        else:
            wanted.append((term,))
        joins = False
    if joins:
        empty.append("OR")
    if empty:
        notes.append(_ignored_note(empty))
    is_void = not (wanted or unwanted) and bool(text.strip())
    return Query(tuple(wanted), tuple(unwanted), is_void, tuple(notes))


def _ignored_note(parts: Sequence[str]) -> str:
    pieces = list(dict.fromkeys(parts))
    shown = [
        part if len(part) <= MAX_NAMED_LENGTH else part[:MAX_NAMED_LENGTH] + "…"
        for part in pieces[:MAX_NAMED]
    ]
    more = f" and {len(pieces) - MAX_NAMED} more" if len(pieces) > MAX_NAMED else ""
    return f"Ignored, without meaning here: {'  '.join(shown)}{more}"


def match_spans(text: str, query: Query, language: str | None = None) -> list[tuple[int, int]]:
    """Return where the words of a query are in a text of that language: (start, end), in order."""
    terms = [term for group in query.required for term in group]
    forms = frozenset[str]().union(
        *(lemmas.query_forms(word) for term in terms if not term.is_exact for word in term.words)
    )
    prefixes = tuple(term.folded_words[0] for term in terms if term.is_prefix and len(term.words) == 1)
    phrases = {term.folded_words for term in terms if term.is_literal}
    positions = [(word, fold_clean_word(word), start, end) for word, start, end in tokenize(text)]
    spans = {
        (start, end)
        for word, spelt, start, end in positions
        if (forms and not forms.isdisjoint(lemmas.text_forms(word, language)))
        or (prefixes and spelt.startswith(prefixes))
    }
    spelling = [spelt for _, spelt, _, _ in positions]
    for phrase in phrases:
        for at, spelt in enumerate(spelling):
            if spelt == phrase[0] and tuple(spelling[at : at + len(phrase)]) == phrase:
                spans.add((positions[at][2], positions[at + len(phrase) - 1][3]))
    return _merge_overlapping(sorted(spans))


def _term(token: re.Match[str]) -> Term | None:
    is_phrase = token["phrase"] is not None
    text = token["phrase"] if is_phrase else token["word"]
    parts = tuple(word for word, _, _ in tokenize(text))
    if not parts:
        return None
    field: Field | None = None
    if token["field"]:
        field = "title" if token["field"].lower() == "title" else "lead"
    return Term(parts, is_literal=is_phrase, is_prefix=not is_phrase and text.endswith("*"), field=field)


def _or_expression(expressions: Sequence[str]) -> str:
    return expressions[0] if len(expressions) == 1 else "(" + " OR ".join(expressions) + ")"


def _merge_overlapping(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
