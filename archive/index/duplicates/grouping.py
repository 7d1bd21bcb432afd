"""Groups of articles that are copies of one another: agency text that several outlets printed, edited or not.

    latest text ──▶ fingerprints ──▶ articles that share some ──▶ texts compared ──▶ connected groups

The groups follow from the latest texts alone, whatever the order of arrival. The work for a new text does not
grow with the archive: a fingerprint in many articles of one outlet is a habit of that outlet, says nothing
about copies, and is not looked up any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from archive.duplicates.fingerprints import article_words, fingerprints
from archive.duplicates.overlap import are_copies
from archive.index.db.connection import Connection
from archive.index.duplicates import groups as copy_groups

HABIT_THRESHOLD = (
    12  # articles of one outlet that may share a fingerprint; agency text is in a few of each outlet
)
# What two articles must share to be compared: more than one fingerprint, because a name with its title is one; and one
# in so many of the fingerprints of the article that has fewer. With 40 % of the words changed, one in five remains.
MIN_SHARED_FINGERPRINTS = 2
MIN_SHARED_ONE_IN = 10
MAX_COMPARED = 60  # articles compared with one; no real group of copies needs so many
# The fingerprints as one parameter: one statement per number of them would evict the other prepared statements.
_JSON_VALUES = "(SELECT value FROM json_each(?))"


def update_groups(
    connection: Connection,
    article_id: int,
    *,
    is_readded: bool = False,
    known_fingerprints: tuple[int, ...] | None = None,
) -> None:
    """Update the groups after an article got a new latest version.

    The new version replaces the one before, unless `is_readded`: then the article was removed from the groups
    before. `known_fingerprints` are those of its text, if they are already computed.
    """
    change = _GroupUpdate(connection)
    change.update(article_id, () if is_readded else change.text(article_id, 1), known_fingerprints)


def remove_from_groups(connection: Connection, article_id: int) -> None:
    """Remove an article from the groups before it is deleted or replaced. A group it connected may split."""
    change = _GroupUpdate(connection)
    change.remove(article_id, change.text(article_id, 0))


@dataclass(slots=True)
class _GroupUpdate:
    """The update after the text of one article was added, changed or removed."""

    connection: Connection
    words: dict[int, tuple[str, ...]] = field(default_factory=dict)  # by article, loaded on demand
    fingerprints: dict[int, tuple[int, ...]] = field(default_factory=dict)  # likewise

    def update(
        self, article_id: int, old_words: tuple[str, ...], known_fingerprints: tuple[int, ...] | None
    ) -> None:
        """Replace the article's old text, which is empty for a new article."""
        self.fingerprints[article_id] = (
            fingerprints(self._words(article_id)) if known_fingerprints is None else known_fingerprints
        )
        old, new = frozenset(fingerprints(old_words)), frozenset(self.fingerprints[article_id])
        self._remove(article_id, old - new)
        self._store_count(article_id, len(new))
        affected = self._add(article_id, sorted(new - old))
        self._regroup(article_id, affected, is_moved=not old_words or old_words != self._words(article_id))

    def remove(self, article_id: int, old_words: tuple[str, ...]) -> None:
        """Remove the article's text."""
        self.words[article_id] = ()
        self._remove(article_id, fingerprints(old_words))
        self._store_count(article_id, 0)
        self._regroup(article_id, set(), is_moved=True)

    def text(self, article_id: int, back: int) -> tuple[str, ...]:
        """Return the words of an article's latest version, or of one `back` versions before; empty if there is none."""
        row = self.connection.execute(
            """
            SELECT lead, body FROM versions JOIN articles ON articles.id = versions.article_id
            WHERE articles.id = ? AND number = version_count - ?
            """,
            (article_id, back),
        ).fetchone()
        return article_words(row["lead"], row["body"]) if row else ()

    def _remove(self, article_id: int, gone: Iterable[int]) -> None:
        self.connection.executemany(
            "DELETE FROM copy_marks WHERE mark = ? AND article_id = ?", [(mark, article_id) for mark in gone]
        )

    def _store_count(self, article_id: int, number: int) -> None:
        if number:
            self.connection.execute("INSERT OR REPLACE INTO copy_texts VALUES (?, ?)", (article_id, number))
        else:
            self.connection.execute("DELETE FROM copy_texts WHERE article_id = ?", (article_id,))

    def _add(self, article_id: int, new: Sequence[int]) -> set[int]:
        """Store the fingerprints; return the articles of its outlet that shared one which is a habit from now on."""
        source = self.connection.execute(
            "SELECT coalesce(source, '') FROM articles WHERE id = ?", (article_id,)
        ).fetchone()[0]
        habits = {
            row["mark"]
            for row in self.connection.execute(
                f"SELECT mark FROM copy_habits WHERE source = ? AND mark IN {_JSON_VALUES}",
                (source, json.dumps(new)),
            )
        }
        listed = [mark for mark in new if mark not in habits]
        self.connection.executemany(
            "INSERT OR IGNORE INTO copy_marks (mark, article_id) VALUES (?, ?)",
            [(mark, article_id) for mark in listed],
        )
        frequent = [
            row["mark"]
            for row in self.connection.execute(
                f"SELECT mark FROM copy_marks WHERE mark IN {_JSON_VALUES} GROUP BY mark HAVING count(*) > ?",
                (json.dumps(listed), HABIT_THRESHOLD),
            )
        ]
        affected: set[int] = set()
        for mark in frequent:
            holders = [
                row["id"]
                for row in self.connection.execute(
                    """
                    SELECT articles.id FROM copy_marks JOIN articles ON articles.id = copy_marks.article_id
                    WHERE mark = ? AND coalesce(source, '') = ?
                    """,
                    (mark, source),
                )
            ]
            if len(holders) > HABIT_THRESHOLD:
                self.connection.execute(
                    "INSERT INTO copy_habits (source, mark) VALUES (?, ?)", (source, mark)
                )
                for holder in holders:
                    self._remove(holder, [mark])
                affected.update(holders)
        return affected

    def _regroup(self, article_id: int, affected: set[int], *, is_moved: bool) -> None:
        """Recompute the groups that may have lost their connection, and those that the article joins."""
        own = copy_groups.group_of(self.connection, article_id)
        broken = {copy_groups.group_of(self.connection, one) for one in affected} - {None}
        if own is not None and own not in broken:
            if not is_moved:  # its publication time may have changed
                together = copy_groups.members(self.connection, own)
                copy_groups.rewrite_groups(self.connection, [together], together, self._words)
                return
            broken.add(own)
        loose = {one for group in broken if group for one in copy_groups.members(self.connection, group)}
        parts = {one: part for part in self._connected_groups(loose - {article_id}) for one in part}
        joined = {article_id}
        for other in self._candidates(article_id):
            if other not in joined and self._are_copies(article_id, other):
                joined |= parts[other] if other in parts else copy_groups.with_copies(self.connection, other)
        groups = {frozenset(part) for part in parts.values() if not part & joined} | {frozenset(joined)}
        copy_groups.rewrite_groups(self.connection, groups, loose | joined, self._words, changed=article_id)

    def _connected_groups(self, loose: set[int]) -> list[set[int]]:
        """Split articles of former groups into the groups that are still connected."""
        rest, found = set(loose), []
        while rest:
            begin = min(rest)
            rest.discard(begin)
            part, waiting = {begin}, [begin]
            while waiting and rest:
                one = waiting.pop()
                for other in self._candidates(one):
                    if other in rest and self._are_copies(one, other):
                        rest.discard(other)
                        part.add(other)
                        waiting.append(other)
            found.append(part)
        return found

    def _candidates(self, article_id: int) -> list[int]:
        """Return the articles that share fingerprints with one, those that share most first."""
        if article_id not in self.fingerprints:
            self.fingerprints[article_id] = fingerprints(self._words(article_id))
        own = self.fingerprints[article_id]
        if not own:
            return []
        return [
            row["article_id"]
            for row in self.connection.execute(
                f"""
                SELECT sharing.article_id FROM (
                    SELECT others.article_id, count(*) AS shared
                    FROM copy_marks AS own CROSS JOIN copy_marks AS others ON others.mark = own.mark
                    WHERE own.mark IN {_JSON_VALUES} AND own.article_id = ? AND others.article_id != own.article_id
                    GROUP BY others.article_id HAVING shared >= {MIN_SHARED_FINGERPRINTS}
                ) AS sharing CROSS JOIN copy_texts ON copy_texts.article_id = sharing.article_id
                WHERE shared * {MIN_SHARED_ONE_IN} >= min(marks, ?)
                ORDER BY shared DESC, sharing.article_id LIMIT {MAX_COMPARED}
                """,
                (json.dumps(own), article_id, len(own)),
            )
        ]

    def _are_copies(self, one: int, other: int) -> bool:
        sources = {
            row["source"]
            for row in self.connection.execute("SELECT source FROM articles WHERE id IN (?, ?)", (one, other))
        }
        return are_copies(self._words(one), self._words(other), of_one_outlet=len(sources) == 1)

    def _words(self, article_id: int) -> tuple[str, ...]:
        if article_id not in self.words:
            self.words[article_id] = self.text(article_id, 0)
        return self.words[article_id]
