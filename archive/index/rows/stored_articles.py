"""Restore an article from the rows of a version, as it was extracted from its page."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from archive import timestamps
from archive.article_fields import ARTICLE_FIELDS
from archive.extraction.model import Article, StatedTime
from archive.index.db.connection import Connection, Row
from archive.index.rows import versions

# The attributes of an article that have the same value in `ArticleVersion`.
_NAMES = {field.name for field in dataclasses.fields(Article)} - {"body", "published", "modified"}
_SIMPLE_FIELDS = tuple(field for field in ARTICLE_FIELDS if field.name in _NAMES)


def article_of(connection: Connection, row: Row, zones: list[str]) -> Article:
    """Return the article stored in the rows of a version."""
    parts = {
        table: connection.execute(
            f"SELECT * FROM {table} WHERE version_id = ? ORDER BY place", (row["id"],)
        ).fetchall()
        for table in versions.LIST_TABLES
    }
    values = {field.name: versions.field_value(field, row, parts) for field in _SIMPLE_FIELDS}
    values |= {
        "body": tuple(row["body"].split("\n\n")) if row["body"] else (),
        "published": _published(row, zones),
        "modified": _modified(row),
    }
    return Article(**values)


def _published(row: Row, zones: list[str]) -> StatedTime | None:
    """Return the time of publication that a row states.

    Its time in UTC follows from it, except for what the text form omits: the zone of a day, fractions of a second.
    """
    try:
        at = datetime.fromisoformat(row["published"] or "")
        utc = timestamps.from_iso(row["published_utc"] or "1970-01-01T00:00:00Z")
    except ValueError:
        return None
    if at.tzinfo is None:
        offset = at.replace(tzinfo=UTC) - utc
        possible = [at.replace(tzinfo=ZoneInfo(zone)) for zone in zones]
        if row["published_zone"] == "stated" and abs(offset) <= timedelta(hours=14):
            possible.append(at.replace(tzinfo=timezone(offset)))
        at = next((one for one in possible if one == utc), possible[0])
    else:
        at = at.replace(microsecond=utc.microsecond)
    return StatedTime(
        at,
        row["published_precision"],
        row["published_stated"],
        row["published_found_in"],
        row["published_zone"],
        row["published_rule"],
    )


def _modified(row: Row) -> StatedTime | None:
    try:
        at = datetime.fromisoformat(row["modified"] or "")
    except ValueError:
        return None
    precision: Any = "day" if len(row["modified"]) == len("2022-01-10") else "second"
    return StatedTime(at, precision, row["modified_stated"], "meta", "stated", "")
