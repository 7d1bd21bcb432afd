"""Triggers of archive.db: they mark the months whose stored bitmaps are outdated by a change of rows."""

from __future__ import annotations

# Any change of a version or of its article's source outdates the bitmaps of its months.
_INVALIDATE_MONTHS = """
    UPDATE search_months SET {column} = 0
    WHERE {column} AND month IN (
        SELECT strftime('%Y-%m', id / 16, 'unixepoch') FROM versions WHERE article_id IN ({articles})
        UNION SELECT {months}
    );
END"""
_MONTH = "strftime('%Y-%m', {row}.id / 16, 'unixepoch')"
TRIGGERS: dict[str, str] = {
    name: f"CREATE TRIGGER {name} AFTER {event} BEGIN"
    + _INVALIDATE_MONTHS.format(
        column=column, articles=articles, months=_MONTH.format(row=row) if row else "NULL"
    )
    for name, event, column, articles, row in (
        ("search_months_added", "INSERT ON versions", "is_current", "NEW.article_id", "NEW"),
        ("search_months_dropped", "DELETE ON versions", "is_current", "OLD.article_id", "OLD"),
        (
            "search_months_changed",
            "UPDATE OF id, article_id, number, published ON versions",
            "is_current",
            "OLD.article_id, NEW.article_id",
            "OLD",
        ),
        (
            "search_months_moved",
            "UPDATE OF source ON articles WHEN OLD.source IS NOT NEW.source",
            "is_current",
            "NEW.id",
            None,
        ),
        (
            "search_months_told",
            "UPDATE OF state ON articles WHEN OLD.state IS NOT NEW.state",
            "has_states",
            "NEW.id",
            None,
        ),
    )
}
