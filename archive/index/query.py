"""What people type into a search box, as an FTS5 expression. PURE.

Quotes make a phrase, `-` leaves out, `*` ends a beginning, `OR` joins alternatives, `title:` asks the
headline alone; everything else is words, and no input is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.index.fold import fold, words

_TOKEN = re.compile(
    r'(?P<minus>(?<!\S)[-−–])?(?:(?P<field>title|lead|body):)?(?:["«“](?P<phrase>[^"»”]*)["»”]?|(?P<word>[^\s"«»“”]+))',
    re.IGNORECASE,
)
_PRINTED = "{title lead body}"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: words that must follow one another."""

    words: tuple[str, ...]  # folded
    begins: bool = False  # the last word is only the beginning of one
    field: str | None = None

    def expression(self) -> str:
        """As FTS5 writes it."""
        phrase = '"' + " ".join(self.words).replace('"', "") + '"' + (" *" if self.begins else "")
        return f"{self.field or _PRINTED} : {phrase}"


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: every group of `wanted` must be met by one of its terms, none of `unwanted` may be."""

    wanted: tuple[tuple[Term, ...], ...] = ()
    unwanted: tuple[Term, ...] = ()

    @property
    def match(self) -> str | None:
        """The FTS5 expression of what is wanted; None when everything is."""
        groups = ["(" + " OR ".join(term.expression() for term in group) + ")" for group in self.wanted]
        return " AND ".join(groups) or None

    @property
    def exclude(self) -> str | None:
        """The FTS5 expression of what is not wanted; None when nothing is excluded."""
        return " OR ".join(f"({term.expression()})" for term in self.unwanted) or None


def parse(typed: str) -> Query:
    """The query that was meant; with no words in it, one that everything meets."""
    wanted: list[tuple[Term, ...]] = []
    unwanted: list[Term] = []
    joins = False
    for token in _TOKEN.finditer(typed):
        if token["word"] == "OR" and wanted:
            joins = True
            continue
        term = _term(token)
        if term is None:
            continue
        if token["minus"]:
            unwanted.append(term)
        elif joins:
            wanted[-1] = (*wanted[-1], term)
        else:
            wanted.append((term,))
        joins = False
    return Query(tuple(wanted), tuple(unwanted))


def _term(token: re.Match[str]) -> Term | None:
    text = token["phrase"] if token["phrase"] is not None else token["word"]
    parts = tuple(part for word, _, _ in words(text) for part in re.split(r"[^\w]+", word) if part)
    if not parts:
        return None
    begins = token["word"] is not None and text.endswith("*")
    field = token["field"].lower() if token["field"] else None
    return Term(parts, begins, field)


def marked(text: str, query: Query) -> list[tuple[int, int]]:
    """Where the words that were asked for stand in a text: (start, end), in order."""
    terms = [term for group in query.wanted for term in group]
    alone = {term.words[0] for term in terms if len(term.words) == 1 and not term.begins}
    begun = tuple(term.words[0] for term in terms if len(term.words) == 1 and term.begins)
    phrases = [term.words for term in terms if len(term.words) > 1]
    standing = words(text)
    spans = [
        (start, end) for word, start, end in standing if word in alone or (begun and word.startswith(begun))
    ]
    for phrase in phrases:
        run = [fold(word) for word in phrase]
        for at in range(len(standing) - len(run) + 1):
            if [word for word, _, _ in standing[at : at + len(run)]] == run:
                spans.append((standing[at][1], standing[at + len(run) - 1][2]))
    return sorted(spans)
