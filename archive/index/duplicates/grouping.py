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
    12  # articles of one outlet that may hold a mark; agency text stands in a few of each outlet's
)
# What two articles must share to be compared: more than one, for a name with its title is one; and one in so many
# of the marks of the one that has fewer. Where 40 % of the words are changed, one in five is left.
MIN_SHARED_FINGERPRINTS = 2
MIN_SHARED_ONE_IN = 10
MAX_COMPARED = 60  # articles whose texts are compared with one; no true group of copies needs so many
# Marks as one parameter: a statement for each number of them would crowd out those that are kept prepared.
_LISTED = "(SELECT value FROM json_each(?))"


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
    change = _Change(connection)
    change.settle(article_id, () if is_readded else change.text(article_id, 1), known_fingerprints)


def remove_from_groups(connection: Connection, article_id: int) -> None:
    """Remove an article from the groups before it is deleted or replaced. A group it connected may split."""
    change = _Change(connection)
    change.forget(article_id, change.text(article_id, 0))


@dataclass(slots=True)
class _Change:
    """The update after the text of one article was added, changed or removed."""

    connection: Connection
    texts: dict[int, tuple[str, ...]] = field(default_factory=dict)  # words by article, as far as needed
    marks: dict[int, tuple[int, ...]] = field(default_factory=dict)  # likewise

    def settle(self, article_id: int, was: tuple[str, ...], found_by: tuple[int, ...] | None) -> None:
        """Replace the article's old text, which is empty for a new article."""
        self.marks[article_id] = fingerprints(self._words(article_id)) if found_by is None else found_by
        old, new = frozenset(fingerprints(was)), frozenset(self.marks[article_id])
        self._remove(article_id, old - new)
        self._count(article_id, len(new))
        parted = self._add(article_id, sorted(new - old))
        self._regroup(article_id, parted, is_moved=not was or was != self._words(article_id))

    def forget(self, article_id: int, was: tuple[str, ...]) -> None:
        """Remove the article's text."""
        self.texts[article_id] = ()
        self._remove(article_id, fingerprints(was))
        self._count(article_id, 0)
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

    def _count(self, article_id: int, number: int) -> None:
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
                f"SELECT mark FROM copy_habits WHERE source = ? AND mark IN {_LISTED}",
                (source, json.dumps(new)),
            )
        }
        kept = [mark for mark in new if mark not in habits]
        self.connection.executemany(
            "INSERT OR IGNORE INTO copy_marks (mark, article_id) VALUES (?, ?)",
            [(mark, article_id) for mark in kept],
        )
        frequent = [
            row["mark"]
            for row in self.connection.execute(
                f"SELECT mark FROM copy_marks WHERE mark IN {_LISTED} GROUP BY mark HAVING count(*) > ?",
                (json.dumps(kept), HABIT_THRESHOLD),
            )
        ]
        parted: set[int] = set()
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
                parted.update(holders)
        return parted

    def _regroup(self, article_id: int, parted: set[int], *, is_moved: bool) -> None:
        """Recompute the groups that may have lost their connection, and those that the article joins."""
        own = copy_groups.group_of(self.connection, article_id)
        broken = {copy_groups.group_of(self.connection, one) for one in parted} - {None}
        if own is not None and own not in broken:
            if not is_moved:  # its time may be another
                together = copy_groups.members(self.connection, own)
                copy_groups.rewrite_groups(self.connection, [together], together, self._words)
                return
            broken.add(own)
        loose = {one for group in broken if group for one in copy_groups.members(self.connection, group)}
        parts = {one: part for part in self._connected(loose - {article_id}) for one in part}
        joined = {article_id}
        for other in self._candidates(article_id):
            if other not in joined and self._are_copies(article_id, other):
                joined |= parts[other] if other in parts else copy_groups.with_copies(self.connection, other)
        groups = {frozenset(part) for part in parts.values() if not part & joined} | {frozenset(joined)}
        copy_groups.rewrite_groups(self.connection, groups, loose | joined, self._words, changed=article_id)

    def _connected(self, loose: set[int]) -> list[set[int]]:
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
        if article_id not in self.marks:
            self.marks[article_id] = fingerprints(self._words(article_id))
        own = self.marks[article_id]
        if not own:
            return []
        return [
            row["article_id"]
            for row in self.connection.execute(
                f"""
                SELECT sharing.article_id FROM (
                    SELECT others.article_id, count(*) AS shared
                    FROM copy_marks AS own CROSS JOIN copy_marks AS others ON others.mark = own.mark
                    WHERE own.mark IN {_LISTED} AND own.article_id = ? AND others.article_id != own.article_id
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
        if article_id not in self.texts:
            self.texts[article_id] = self.text(article_id, 0)
        return self.texts[article_id]
