"""Count articles with the bitmaps of each month: the cost does not depend on the number of matches.

The bitmap of a query is combined from those of its words. Words too rare to have a bitmap, and literal phrases,
are looked up in the full-text index, and the versions found are converted to bits.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import and_, or_

from archive.filters import Filters
from archive.index.db.connection import Connection
from archive.index.db.restricted_views import has_restricted, is_hiding
from archive.index.search import bitmaps
from archive.index.search.query import Term, any_of
from archive.index.search.search import SearchPlan
from archive.language import search_terms


@dataclass(frozen=True, slots=True)
class BitmapMonth:
    """A month with current bitmaps."""

    name: str
    first: int
    last: int  # range of version ids
    versions: int
    later: int  # bits: the place before is an earlier version of the same article
    spread: int  # bits: the article has versions in other months too


@dataclass(frozen=True, slots=True)
class BitmapCounts:
    """Numbers of articles by month and by source, and what has yet to be counted row by row."""

    months: Counter[str | None]
    sources: Counter[str | None]
    spread: list[int]  # ids of matching versions whose articles have versions in several months
    gaps: list[tuple[int, int]]  # ranges of version ids without bitmaps


def count_by_bitmaps(
    connection: Connection, plan: SearchPlan, filters: Filters, *, by_source: bool
) -> BitmapCounts:
    """Return the counts of matching articles, as far as there are bitmaps."""
    low, high = plan.id_range
    hides = has_restricted(connection) and (filters.state != "restricted" or is_hiding(connection))
    months = [
        month
        for month in _stored_months(connection, with_states=hides or filters.state is not None)
        if month.last >= low and month.first <= high
    ]
    query = _BitmapQuery(connection, plan, months)
    days, others = _DayFilter(filters), _other_conditions(connection, months, filters)
    sources = {
        search_terms.facet_term("source", row["name"]): row["name"]
        for row in connection.execute("SELECT name FROM sources").fetchall()
    }
    by_month = _stored_bitmaps(connection, months, "word >= 'in=' AND word < 'in>'")
    by_day = _stored_bitmaps(connection, days.boundary_months(months), "word >= 'on=' AND word < 'on>'")
    of_source = (
        _stored_bitmaps(connection, months, f"word IN ({_placeholders(sources)})", *sources)
        if by_source
        else {}
    )
    hidden = _stored_bitmaps(connection, months, "word = ?", "state=restricted") if hides else {}
    result = BitmapCounts(Counter(), Counter(), [], list(_gaps(months, low, high)))
    for month in months:
        stated = by_month.get(month.name, {})
        matching = reduce(and_, (bits.get(month.name, 0) for bits in others), query.bits(month))
        matching &= ~hidden.get(month.name, {}).get("state=restricted", 0)
        if days.is_active:
            matching &= days.bits(stated, by_day.get(month.name, {}))
        if spread := matching & month.spread:
            result.spread.extend(_spread_versions(connection, month, spread))
        matching = _latest_only(matching & ~month.spread, month.later)
        _count_by(result.months, matching, ((word[3:], bits) for word, bits in stated.items()))
        if by_source:
            found = of_source.get(month.name, {})
            _count_by(result.sources, matching, ((sources[word], bits) for word, bits in found.items()))
    return result


class _BitmapQuery:
    """A query, evaluated month by month."""

    def __init__(self, connection: Connection, plan: SearchPlan, months: Sequence[BitmapMonth]) -> None:
        self._connection = connection
        self._months = months
        self._has_words = plan.query.has_words
        self._groups = [_TermGroup.of(group) for group in plan.query.required]
        self._groups += [_TermGroup.of_word(_IndexTerm.of(facet)) for facet in plan.facets]
        self._excluded = [_TermGroup.of([term]) for term in plan.query.excluded]
        self._bits: dict[str, dict[str, int]] = {}  # month → expression → bits
        self._load_bits()

    def bits(self, month: BitmapMonth) -> int:
        """Return the versions of a month that match."""
        found = self._bits[month.name]
        matching = (1 << month.versions) - 1
        if not self._has_words:  # without words, only latest versions match
            matching = _latest_only(matching, month.later)
        for group in self._groups:
            matching &= group.bits(found)
        for group in self._excluded:
            matching &= ~group.bits(found)
        return matching

    def _load_bits(self) -> None:
        """Load the stored bitmaps and look up the missing ones."""
        words = dict.fromkeys(word for group in (*self._groups, *self._excluded) for word in group.words)
        expressions = {word.bitmap_key: word.expression for word in words if word.bitmap_key}
        stored = _stored_bitmaps(
            self._connection, self._months, f"word IN ({_placeholders(expressions)})", *expressions
        )
        self._bits = {
            month.name: {expressions[word]: bits for word, bits in stored.get(month.name, {}).items()}
            for month in self._months
        }
        missing = {word for word in words if len(self._months_without(word)) * 4 > len(self._months)}
        self._search_together(missing)
        for word in dict.fromkeys(word for group in (*self._groups, *self._excluded) for word in group.words):
            if months := self._months_without(word):
                self._search(word.expression, months)

    def _search_together(self, missing: set[_IndexTerm]) -> None:
        """Look up required groups with few stored bitmaps together, which is faster than one by one.

        Of a group with stored bitmaps for some forms, only the other forms have to be looked up.
        """
        together = [group for group in self._groups if missing.issuperset(group.words)]
        if not together:
            return
        unwanted = [group for group in self._excluded if missing.issuperset(group.words)]
        expression = " AND ".join(group.expression for group in together)
        if unwanted:
            expression = f"({expression}) NOT ({' OR '.join(group.expression for group in unwanted)})"
        self._groups = [group for group in self._groups if group not in together]
        self._groups.append(_TermGroup.of_word(_IndexTerm(expression)))
        self._excluded = [group for group in self._excluded if group not in unwanted]

    def _months_without(self, word: _IndexTerm) -> list[BitmapMonth]:
        return [month for month in self._months if word.expression not in self._bits[month.name]]

    def _search(self, expression: str, months: Sequence[BitmapMonth]) -> None:
        """Look up the missing bits of an expression in the full-text index."""
        spans = [(month.first, month.last) for month in months]
        if len(months) * 4 > len(self._months):  # faster to search them all at once
            spans = [(months[0].first, months[-1].last)]
        for span in spans:
            numbers, places = self._connection.execute(
                """
                SELECT group_concat(version_id), group_concat(place) FROM (
                    SELECT places.version_id, places.place FROM search_index
                    CROSS JOIN search_places AS places ON places.version_id = search_index.rowid
                    WHERE search_index MATCH ? AND search_index.rowid BETWEEN ? AND ?
                    ORDER BY search_index.rowid
                )
                """,
                (expression, *span),
            ).fetchone()
            if numbers is not None:
                for month, found in _places_by_month(_integers(numbers), _integers(places), months):
                    self._bits[month.name][expression] = bitmaps.to_bits(found, month.versions)


class _DayFilter:
    """The requested days of publication, as outlets print them."""

    def __init__(self, filters: Filters) -> None:
        first, last = filters.published_from, filters.published_to
        self.is_active = first is not None or last is not None
        self._first = first.isoformat() if first else ""
        self._last = last.isoformat() if last else "~"
        self._cut = {f"{near:%Y-%m}" for end in (first, last) if end for near in _days_in_nearby_months(end)}

    def boundary_months(self, months: Sequence[BitmapMonth]) -> list[BitmapMonth]:
        """Return the months whose versions may state a month of which only some days are requested."""
        return [month for month in months if month.name in self._cut]

    def bits(self, months: Mapping[str, int], days: Mapping[str, int]) -> int:
        """Return the versions that state one of the days."""
        fit = 0
        for word, bits in months.items():
            if self._first[:7] < word[3:] < self._last[:7]:
                fit |= bits
        for word, bits in days.items():
            if self._first <= word[3:] <= self._last:
                fit |= bits
        return fit


@dataclass(frozen=True, slots=True)
class _IndexTerm:
    """One term to find in a version."""

    expression: str  # in FTS5 syntax
    bitmap_key: str | None = None  # the key of its stored bitmap, if it may have one

    @classmethod
    def of(cls, word: str) -> _IndexTerm:
        """Return the term for one word of the lemmas column."""
        return cls(any_of([word]), word)


@dataclass(frozen=True, slots=True)
class _TermGroup:
    """A condition on a version: any of the terms; of a term all parts, of a part any word."""

    expression: str  # in FTS5 syntax
    terms: tuple[tuple[tuple[_IndexTerm, ...], ...], ...]

    @classmethod
    def of(cls, terms: Sequence[Term]) -> _TermGroup:
        """Return the group of these query terms."""
        expression = " OR ".join(term.expression() for term in terms)
        return cls(f"({expression})", tuple(map(_parts, terms)))

    @classmethod
    def of_word(cls, word: _IndexTerm) -> _TermGroup:
        """Return a group of one word."""
        return cls(word.expression, (((word,),),))

    @property
    def words(self) -> Iterator[_IndexTerm]:
        """Yield all words of the group."""
        return (word for term in self.terms for part in term for word in part)

    def bits(self, found: Mapping[str, int]) -> int:
        """Return the versions that match, given the bits of each word."""
        return reduce(
            or_,
            (
                reduce(and_, (reduce(or_, (found.get(word.expression, 0) for word in part)) for part in term))
                for term in self.terms
            ),
        )


def _parts(term: Term) -> tuple[tuple[_IndexTerm, ...], ...]:
    """Return the parts of a term: a version must have any word of each part."""
    if term.is_exact:
        is_phrase = term.is_literal and term.field is None
        return ((_IndexTerm(term.expression(), f'"{" ".join(term.folded_words)}"' if is_phrase else None),),)
    return tuple(tuple(map(_IndexTerm.of, forms)) for forms in term.forms())


def _other_conditions(
    connection: Connection, months: Sequence[BitmapMonth], filters: Filters
) -> list[dict[str, int]]:
    """Return the versions that meet each of the other conditions: month → bits."""
    conditions = []
    if filters.state is not None:
        conditions.append(("word = ?", [f"state={filters.state}"]))
    if filters.captured_from is not None or filters.captured_to is not None:
        ends = (filters.captured_from or "", filters.captured_to or "~")
        conditions.append(("word BETWEEN ? AND ?", [f"seen={end}" for end in ends]))
    found = (_stored_bitmaps(connection, months, condition, *values) for condition, values in conditions)
    return [{month: reduce(or_, bits.values()) for month, bits in one.items()} for one in found]


def _places_by_month(
    numbers: Sequence[int], places: Sequence[int], months: Sequence[BitmapMonth]
) -> Iterator[tuple[BitmapMonth, Sequence[int]]]:
    """Yield the places of versions, ordered by id, for each month."""
    for month in months:
        begin = bisect_left(numbers, month.first)
        end = bisect_right(numbers, month.last, lo=begin)
        if begin < end:
            yield month, places[begin:end]


def _integers(text: str) -> array[int]:
    return array("q", map(int, text.split(",")))


def _stored_months(connection: Connection, *, with_states: bool) -> Iterator[BitmapMonth]:
    for row in connection.execute("SELECT * FROM search_months WHERE is_current ORDER BY month").fetchall():
        if with_states and not row["has_states"]:
            continue
        first, last = bitmaps.month_id_range(date.fromisoformat(f"{row['month']}-01"))
        later, spread = (int.from_bytes(row[name], "little") for name in ("later", "spread"))
        yield BitmapMonth(row["month"], first, last, row["versions"], later, spread)


def _stored_bitmaps(
    connection: Connection, months: Sequence[BitmapMonth], condition: str, *values: str
) -> dict[str, dict[str, int]]:
    """Return the stored bits of these words: month → word → bits."""
    sql = f"""
        SELECT month, word, skipped, bits FROM search_words
        WHERE month IN ({_placeholders(months)}) AND {condition}
    """
    found: dict[str, dict[str, int]] = {}
    for month, word, skipped, bits in connection.execute(
        sql, (*(month.name for month in months), *values)
    ).fetchall():
        found.setdefault(month, {})[word] = int.from_bytes(bits, "little") << 8 * skipped
    return found


def _latest_only(matching: int, later: int) -> int:
    """Return only the last matching version of each article."""
    before = 0
    reached = (matching & later) >> 1
    while reached:
        before |= reached
        reached = (reached & later) >> 1
    return matching & ~before


def _count_by(counted: Counter[str | None], matching: int, words: Iterable[tuple[str, int]]) -> None:
    left = matching.bit_count()
    for name, bits in words:
        number = (matching & bits).bit_count()
        counted[name] += number
        left -= number
    counted[None] += left


def _spread_versions(connection: Connection, month: BitmapMonth, matching: int) -> Iterator[int]:
    rows = connection.execute(
        "SELECT version_id, place FROM search_places WHERE is_spread AND version_id BETWEEN ? AND ?",
        (month.first, month.last),
    )
    for number, place in rows.fetchall():
        if matching >> place & 1:
            yield number


def _gaps(months: Sequence[BitmapMonth], low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield the id ranges between, before and after the months."""
    for month in months:
        if low < month.first:
            yield low, month.first - 1
        low = month.last + 1
    if low <= high:
        yield low, high


def _days_in_nearby_months(day: date) -> Iterator[date]:
    """Yield a day in each month that a day may belong to in some time zone."""
    yield day
    for beside in (timedelta(days=-31), timedelta(days=31)):
        with suppress(OverflowError):
            yield day.replace(day=15) + beside


def _placeholders(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)
