"""Restrict articles and sources, and lift restrictions: in restrictions.jsonl first, then in the index."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path

from archive import locks, paths, timestamps
from archive.errors import BadQuery, NotFound
from archive.index.db.connection import Connection, transaction
from archive.index.lookup.article_keys import ArticleKey, addresses, article_id_of
from archive.index.rows import restrictions, sources
from archive.journals.restrictions import RestrictionChange, add_restriction, in_force, read_restrictions
from archive.journals.source_changes import current_names, read_changes


def restrict(
    folder: Path,
    connection: Connection,
    keys: Iterable[ArticleKey],
    named_sources: Iterable[str],
    why: str,
    until: date | None,
) -> int:
    """Restrict articles and sources; return how many articles are restricted then."""
    if not why.strip():
        raise BadQuery("A restriction needs a reason: readers see it in place of the article.")
    if until is not None and until <= datetime.now(UTC).date():
        raise BadQuery(f"{until} is not in the future: a restriction ends on a later day.")
    targets = [addresses(connection, article_id_of(connection, key))[0] for key in keys]
    for name in named_sources:
        sources.require_source(connection, name)
        targets.append(name)
    with _unless_rebuilt(folder):
        for target in targets:
            _add(folder, "restricted", target, why.strip(), until)
        return apply_file(folder, connection)


def lift(
    folder: Path,
    connection: Connection,
    keys: Iterable[ArticleKey],
    named_sources: Iterable[str],
    why: str | None = None,
) -> int:
    """Lift restrictions; return how many articles are restricted then. Raise NotFound if one is not restricted."""
    apply_file(folder, connection)
    known = {one.target for one, _ in restrictions.restrictions(connection)}
    targets = []
    for key in keys:
        article_id = article_id_of(connection, key)
        own = known.intersection(addresses(connection, article_id))
        if not own:
            whole = restrictions.of_article(connection, article_id)
            hint = f": its source {whole.target} is, as a whole" if whole is not None else ""
            raise NotFound(f"{key} is not restricted{hint}.")
        targets += sorted(own)
    for name in named_sources:
        if name not in known:
            raise NotFound(f"The source {name} is not restricted.")
        targets.append(name)
    with _unless_rebuilt(folder):
        for target in targets:
            _add(folder, "lifted", target, why, None)
        return apply_file(folder, connection)


def lift_ended(folder: Path, connection: Connection, today: date) -> list[str]:
    """Lift the restrictions whose last day has come; return what they hid."""
    ended = [
        one.target
        for one, _ in restrictions.restrictions(connection)
        if one.until is not None and one.until <= today.isoformat()
    ]
    if ended:
        with _unless_rebuilt(folder):
            for target in ended:
                _add(folder, "lifted", target, "its last day has come", None)
            apply_file(folder, connection)
    return ended


def apply_file(folder: Path, connection: Connection) -> int:
    """Make the index say what restrictions.jsonl says; return how many articles are restricted."""
    names = current_names(read_changes(folder))
    with transaction(connection):
        return restrictions.store(connection, in_force(read_restrictions(folder), names))


def _unless_rebuilt(folder: Path) -> AbstractContextManager[None]:
    """Hold the lock of writers: an index that is being rebuilt may have read the file of restrictions already."""
    return locks.lock(
        paths.writers_lock(folder), "The index is being rebuilt: try again when that is done.", shared=True
    )


def _add(folder: Path, change: str, target: str, why: str | None, until: date | None) -> None:
    try:
        by = getpass.getuser()
    except (KeyError, OSError):  # a container without users
        by = None
    add_restriction(
        folder,
        RestrictionChange(
            timestamps.to_iso(datetime.now(UTC)),
            "restricted" if change == "restricted" else "lifted",
            target,
            why,
            until.isoformat() if until is not None else None,
            by,
        ),
    )
