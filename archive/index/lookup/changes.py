"""Changes by outlets: edits, removals, moves and returns of articles, in the order seen."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, TypedDict, get_args
from uuid import NAMESPACE_URL, uuid5

from archive import timestamps
from archive.edit_grading.grading import GRADES, Grade
from archive.errors import BadQuery
from archive.filters import Day, Filters
from archive.index.db.connection import Connection, Row
from archive.index.rows import sources
from archive.index.search import search
from archive.language.search_terms import facet_term

ChangeKind = Literal["edit", "removal", "move", "return", "unavailable", "new"]
KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)
USUAL_KINDS: tuple[ChangeKind, ...] = KINDS[
    :4
]  # an article that is new or could not be reached has not changed
USUAL_GRADES: tuple[Grade, ...] = GRADES[1:]  # noise is no edit
_STATE_OF: dict[str, ChangeKind] = {
    "removed": "removal",
    "moved": "move",
    "live": "return",
    "unavailable": "unavailable",
}


class ChangeFilterArgs(TypedDict, total=False):
    """The fields of ChangeFilters as keyword arguments; moments may be texts."""

    since: Day | None
    until: Day | None
    source: str | None
    section: str | None
    kind: str | Iterable[str] | None
    grade: str | Iterable[str] | None
    query: str | None


@dataclass(frozen=True, slots=True)
class ChangeFilters:
    """The changes to select: validated once, for every interface. Raise BadQuery for what is invalid."""

    since: datetime | None = None  # aware, UTC; the first moment
    until: datetime | None = None  # aware, UTC; the first moment that no longer belongs
    source: str | None = None
    section: str | None = None  # as printed on the page or named in the source file
    kinds: tuple[ChangeKind, ...] = USUAL_KINDS
    grades: tuple[Grade, ...] = USUAL_GRADES
    query: str = ""  # as for a search; the words of an edit may be in the old version or in the new one

    @classmethod
    def of(
        cls,
        *,
        since: Day | None = None,
        until: Day | None = None,
        source: str | None = None,
        section: str | None = None,
        kind: str | Iterable[str] | None = None,
        grade: str | Iterable[str] | None = None,
        query: str | None = None,
    ) -> ChangeFilters:
        """Return the filters for keywords. A grade selects edits alone, since nothing else has one."""
        kinds = _chosen("kind", kind, KINDS) or USUAL_KINDS
        grades = _chosen("grade", grade, GRADES)
        if grades:
            kinds = tuple(one for one in kinds if one == "edit")
            if not kinds:
                raise BadQuery("grade: only edits have a grade; leave out kind, or ask for kind edit.")
        found = cls(
            _moment("since", since, is_end=False),
            _moment("until", until, is_end=True),
            source or None,
            section or None,
            kinds,
            grades or USUAL_GRADES,
            Filters(query or "").query,
        )
        if found.since and found.until and found.since >= found.until:
            raise BadQuery(f"The range ends before it begins: since {since}, until {until}.")
        return found

    @property
    def key(self) -> str:
        """Return a text that is the same for the same selection, whatever the moments."""
        return "|".join(
            (self.source or "", self.section or "", ",".join(self.kinds), ",".join(self.grades), self.query)
        )


def _chosen(name: str, stated: str | Iterable[str] | None, known: tuple[Any, ...]) -> tuple[Any, ...]:
    values = [stated] if isinstance(stated, str) else list(stated or ())
    for value in values:
        if value not in known:
            raise BadQuery(f"{name}: {value!r} is not one of {', '.join(known)}.")
    return tuple(one for one in known if one in values)


def _moment(name: str, stated: Day | None, *, is_end: bool) -> datetime | None:
    """Return a moment in UTC from a day, a datetime or ISO 8601 text; of a day that ends a range, its end."""
    if stated is None or stated == "":
        return None
    if isinstance(stated, str):
        try:
            is_day = len(stated) == len("2022-01-31")
            stated = date.fromisoformat(stated) if is_day else datetime.fromisoformat(stated)
        except ValueError as error:
            raise BadQuery(
                f"{name}: {stated!r} is not a moment: write it as 2022-01-31 or 2022-01-31T14:05+02:00."
            ) from error
    if isinstance(stated, datetime):
        return stated.replace(tzinfo=UTC) if stated.tzinfo is None else stated.astimezone(UTC)
    if not isinstance(stated, date):
        raise BadQuery(
            f"{name}: {stated!r} is not a moment: use a date, a datetime or a text like 2022-01-31."
        )
    day = datetime.combine(stated, time(), UTC)
    return day + timedelta(days=1) if is_end and stated < date.max else day


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """One change of an article, and the capture that shows it."""

    kind: ChangeKind
    at: datetime  # aware, UTC: the check that found it
    article_id: int
    url: str  # of the article
    source: str | None
    section: str | None
    title: str  # of the new version; of the latest one if only the state changed
    title_was: str | None = None  # of an edit: the headline before it
    version: int | None = None  # of an edit: the number of the new version
    grade: Grade | None = None
    facts: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()  # the words that are gone, piece by piece
    given: tuple[str, ...] = ()
    reason: str | None = None  # of a removal or an unavailable article
    moved_to: str | None = None
    gone_since: datetime | None = None  # of a removal: the first of the 404 or 410 responses; aware, UTC
    last_seen_before: datetime | None = None  # the last capture without the change; aware, UTC
    captured_url: str | None = None  # of the response that shows it; None if there was none
    status: int | None = None
    record_id: str | None = None

    @property
    def id(self) -> str:
        """Return a URN that is the same after a rebuild and in every copy of the archive."""
        return uuid5(
            NAMESPACE_URL, f"newsarchive:{self.article_id}:{self.kind}:{timestamps.to_iso(self.at)}"
        ).urn

    def as_dict(self) -> dict[str, Any]:
        """Return the fields, for JSON."""
        return {
            "id": self.id,
            "kind": self.kind,
            "at": timestamps.to_iso(self.at),
            "article": self.article_id,
            "url": self.url,
            "source": self.source,
            "section": self.section,
            "title": self.title,
            "title_was": self.title_was,
            "version": self.version,
            "grade": self.grade,
            "facts": list(self.facts),
            "taken": list(self.taken),
            "given": list(self.given),
            "reason": self.reason,
            "moved_to": self.moved_to,
            "gone_since": timestamps.to_iso(self.gone_since) if self.gone_since else None,
            "last_seen_before": timestamps.to_iso(self.last_seen_before) if self.last_seen_before else None,
            "captured_url": self.captured_url,
            "status": self.status,
            "record_id": self.record_id,
        }


def changes(
    connection: Connection, filters: ChangeFilters, *, newest_first: bool = False
) -> Iterator[ArticleChange]:
    """Yield the changes in the order seen, or the newest first. Lazy: memory use stays flat."""
    if filters.source is not None:
        sources.require_source(connection, filters.source)
    plan = search.plan_of(Filters(filters.query), latest_only=False)
    if plan.query.matches_nothing:
        return iter(())
    match = plan.match()
    streams = []
    if "edit" in filters.kinds:
        streams.append(_edits(connection, filters, newest_first))
    if "new" in filters.kinds:
        streams.append(_new_articles(connection, filters, newest_first))
    if set(filters.kinds) - {"edit", "new"}:
        streams.append(_state_changes(connection, filters, newest_first))
    rows = heapq.merge(
        *streams, key=lambda row: (row["at"], row["article_id"], row["number"]), reverse=newest_first
    )
    return (_change(row) for row in rows if _fits(connection, row, filters, match))


def grades(connection: Connection, article_id: int) -> dict[int, tuple[Grade, tuple[str, ...]]]:
    """Return the grade of each edit of an article and the facts it changed, by the number of the new version."""
    rows = connection.execute(
        """
        SELECT versions.number, edit_grades.grade, edit_grades.facts
        FROM versions JOIN edit_grades ON edit_grades.version_id = versions.id
        WHERE versions.article_id = ? ORDER BY versions.number
        """,
        (article_id,),
    )
    return {
        row["number"]: (row["grade"], tuple(row["facts"].split(", ")) if row["facts"] else ()) for row in rows
    }


def _edits(connection: Connection, filters: ChangeFilters, newest_first: bool) -> Iterator[Row]:
    order = "DESC" if newest_first else "ASC"
    return connection.execute(
        f"""
        SELECT 'edit' AS kind, new.first_seen AS at, new.article_id, new.number, articles.url, articles.source,
            new.section, new.title, old.title AS title_was, edit_grades.grade, edit_grades.facts,
            edit_grades.taken, edit_grades.given, NULL AS reason, NULL AS moved_to, NULL AS gone_since,
            old.last_seen AS last_seen_before, captures.url AS captured_url, captures.status,
            captures.record_id, new.id AS version_id, old.id AS other_id
        FROM main.versions AS new INDEXED BY versions_edited
        CROSS JOIN versions AS old ON old.article_id = new.article_id AND old.number = new.number - 1
        CROSS JOIN articles ON articles.id = new.article_id
        CROSS JOIN captures ON captures.id = new.capture_id
        LEFT JOIN edit_grades ON edit_grades.version_id = new.id
        WHERE new.number > 1 AND new.first_seen >= :since AND new.first_seen < :until
            AND (:source IS NULL OR articles.source = :source) AND articles.state != 'restricted'
            AND coalesce(edit_grades.grade, 'wording') IN ({_quoted(filters.grades)})
        ORDER BY new.first_seen {order}, new.article_id {order}, new.number {order}
        """,
        _range(filters),
    )


def _new_articles(connection: Connection, filters: ChangeFilters, newest_first: bool) -> Iterator[Row]:
    order = "DESC" if newest_first else "ASC"
    return connection.execute(
        f"""
        SELECT 'new' AS kind, version.first_seen AS at, version.article_id, version.number, articles.url,
            articles.source, version.section, version.title, NULL AS title_was, NULL AS grade, NULL AS facts,
            NULL AS taken, NULL AS given, NULL AS reason, NULL AS moved_to, NULL AS gone_since,
            NULL AS last_seen_before, captures.url AS captured_url, captures.status, captures.record_id,
            version.id AS version_id, version.id AS other_id
        FROM main.versions AS version INDEXED BY versions_by_first_seen
        CROSS JOIN articles ON articles.id = version.article_id
        CROSS JOIN captures ON captures.id = version.capture_id
        WHERE version.number = 1 AND version.first_seen >= :since AND version.first_seen < :until
            AND (:source IS NULL OR articles.source = :source) AND articles.state != 'restricted'
        ORDER BY version.first_seen {order}, version.article_id {order}
        """,
        _range(filters),
    )


def _state_changes(connection: Connection, filters: ChangeFilters, newest_first: bool) -> Iterator[Row]:
    order = "DESC" if newest_first else "ASC"
    states = tuple(state for state, kind in _STATE_OF.items() if kind in filters.kinds)
    return connection.execute(
        f"""
        SELECT found.state AS kind, found.at, found.article_id, found.number, articles.url, articles.source,
            latest.section, latest.title, NULL AS title_was, NULL AS grade, NULL AS facts, NULL AS taken,
            NULL AS given, found.reason, found.moved_to, iif(found.state = 'removed', (
                SELECT min(at) FROM state_changes AS earlier
                WHERE earlier.article_id = found.article_id AND earlier.number < found.number
                    AND earlier.reason = 'not found' AND earlier.number > coalesce((
                        SELECT max(number) FROM state_changes AS back
                        WHERE back.article_id = found.article_id AND back.number < found.number
                            AND back.state IN ('live', 'moved', 'removed')
                    ), 0)
            ), NULL) AS gone_since,
            latest.last_seen AS last_seen_before, captures.url AS captured_url, captures.status,
            captures.record_id, latest.id AS version_id, latest.id AS other_id
        FROM main.state_changes AS found INDEXED BY state_changes_by_time
        CROSS JOIN articles ON articles.id = found.article_id
        CROSS JOIN versions AS latest
            ON latest.article_id = articles.id AND latest.number = articles.version_count
        LEFT JOIN captures ON captures.id = found.capture_id
        WHERE found.at >= :since AND found.at < :until
            AND (:source IS NULL OR articles.source = :source) AND articles.state != 'restricted'
            AND found.state IN ({_quoted(states)})
            AND (found.state != 'live' OR EXISTS (  -- back after it was removed or moved, not after a captcha
                SELECT 1 FROM state_changes AS away
                WHERE away.article_id = found.article_id AND away.number < found.number
                    AND away.state IN ('removed', 'moved')
                    AND away.moved_to IS NOT coalesce(captures.canonical, captures.url)  -- only found where it moved
                    AND away.number > coalesce((
                        SELECT max(number) FROM state_changes AS back
                        WHERE back.article_id = found.article_id AND back.number < found.number
                            AND back.state = 'live'
                    ), 0)
            ))
        ORDER BY found.at {order}, found.article_id {order}, found.number {order}
        """,
        _range(filters),
    )


def _range(filters: ChangeFilters) -> dict[str, str | None]:
    return {
        "since": timestamps.to_iso(filters.since) if filters.since else "",
        "until": timestamps.to_iso(filters.until) if filters.until else "~",
        "source": filters.source,
    }


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _fits(connection: Connection, row: Row, filters: ChangeFilters, match: str | None) -> bool:
    if filters.section is not None and (
        row["section"] is None
        or facet_term("section", row["section"]) != facet_term("section", filters.section)
    ):
        return False
    if match is None:
        return True
    found = connection.execute(
        "SELECT 1 FROM search_index WHERE search_index MATCH ? AND rowid IN (?, ?)",
        (match, row["version_id"], row["other_id"]),
    ).fetchone()
    return found is not None


def _change(row: Row) -> ArticleChange:
    kind: ChangeKind = row["kind"] if row["kind"] in ("edit", "new") else _STATE_OF[row["kind"]]
    is_edit = kind == "edit"
    gone_since, before = row["gone_since"], row["last_seen_before"]
    return ArticleChange(
        kind=kind,
        at=timestamps.from_iso(row["at"]),
        article_id=row["article_id"],
        url=row["url"],
        source=row["source"],
        section=row["section"],
        title=row["title"],
        title_was=row["title_was"],
        version=row["number"] if is_edit else None,
        grade=row["grade"],
        facts=tuple(row["facts"].split(", ")) if row["facts"] else (),
        taken=tuple(row["taken"].split("\n")) if row["taken"] else (),
        given=tuple(row["given"].split("\n")) if row["given"] else (),
        reason=row["reason"] if kind in ("removal", "unavailable") else None,
        moved_to=row["moved_to"],
        gone_since=timestamps.from_iso(gone_since) if gone_since else None,
        last_seen_before=timestamps.from_iso(before) if before and (is_edit or before < row["at"]) else None,
        captured_url=row["captured_url"],
        status=row["status"],
        record_id=row["record_id"],
    )
