"""Store the grade of each edit beside its version, so that SQL can ask for it: see archive/edit_grading/."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from archive.edit_grading.grading import GradedText, grade_edit

if TYPE_CHECKING:
    from archive.index.db.connection import Connection, Row


def store_grade(connection: Connection, version_id: int) -> None:
    """Store how far a version differs from the one before it; nothing for the first version of an article."""
    new = connection.execute("SELECT * FROM versions WHERE id = ?", (version_id,)).fetchone()
    old = connection.execute(
        "SELECT * FROM versions WHERE article_id = ? AND number = ?", (new["article_id"], new["number"] - 1)
    ).fetchone()
    connection.execute("DELETE FROM edit_grades WHERE version_id = ?", (version_id,))
    if old is None:
        return
    found = grade_edit(_text(connection, old), _text(connection, new))
    connection.execute(
        "INSERT INTO edit_grades (version_id, grade, facts, taken, given) VALUES (?, ?, ?, ?, ?)",
        (
            version_id,
            found.grade,
            ", ".join(found.facts) or None,
            "\n".join(found.taken) or None,
            "\n".join(found.given) or None,
        ),
    )


def store_all_grades(connection: Connection) -> None:
    """Store the grades of all versions."""
    for row in connection.execute("SELECT id FROM versions WHERE number > 1 ORDER BY id").fetchall():
        store_grade(connection, row["id"])


def _text(connection: Connection, version: Row) -> GradedText:
    of = (version["id"],)
    authors = connection.execute("SELECT name FROM bylines WHERE version_id = ? ORDER BY place", of)
    pictures = connection.execute(
        "SELECT caption, credit FROM images WHERE version_id = ? ORDER BY place", of
    )
    is_own_time = version["published_found_in"] not in ("listing", "feed")
    return GradedText(
        title=version["title"],
        lead=version["lead"],
        body=tuple(version["body"].split("\n\n")) if version["body"] else (),
        authors=tuple(row["name"] for row in authors),
        published=_moment(version["published"]) if is_own_time else None,
        captions=tuple(
            GradedText.caption(row["caption"], row["credit"])
            for row in pictures
            if row["caption"] or row["credit"]
        ),
        notices=tuple(version["notices"].split("\n\n")) if version["notices"] else (),
        language=version["language"],
        is_partial=bool(version["partial"]),
    )


def _moment(stated: str | None) -> datetime | date | None:
    if stated is None:
        return None
    try:
        return datetime.fromisoformat(stated) if "T" in stated else date.fromisoformat(stated)
    except ValueError:
        return None
