"""Compare two indexes of the same archive: what another extraction of the same captures changed, and why.

Both indexes come from the same captures, so every difference is due to extraction and none to an outlet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from archive.article_fields import compared_fields
from archive.index.db.connection import Connection, connect
from archive.index.rows import versions
from archive.index.rows.version_diff import changed_fields
from archive.index.rows.versions import ArticleVersion

# Fields that follow from these, or from the archive itself, are left out.
COMPARED_FIELDS = tuple(field.name for field in compared_fields("extraction"))
MAX_EXAMPLES = 5  # stored for each field and each reason
_BATCH = 200  # pairs of versions in memory at a time


@dataclass(frozen=True, slots=True)
class Example:
    """One capture that is extracted differently now."""

    url: str
    record_id: str
    before: Any  # as exported; of a rejection the reason, of an edit the fields it changed
    after: Any
    extractors: tuple[str, str]  # old and new extractor; empty if nothing was extracted


@dataclass(slots=True)
class RebuildComparison:
    """How the new extractions differ from the old ones."""

    compared: int = 0  # versions with the same capture in both
    changed: int = 0  # of these, different in any field
    fields: Counter[str] = field(default_factory=Counter)  # changed versions, by field
    # changed versions, by old and new extractor
    extractors: Counter[tuple[str, str]] = field(default_factory=Counter)
    # captures whose kind changed, by old and new kind
    readings: Counter[tuple[str, str]] = field(default_factory=Counter)
    edits_gone: int = 0  # versions that only the old extraction has: not edits by the outlet
    edits_found: int = 0  # versions that only the new extraction has
    # by field, reading, edits_gone, edits_found
    examples: dict[str, list[Example]] = field(default_factory=dict)

    @property
    def is_same(self) -> bool:
        """Return whether both indexes agree on every capture."""
        return not (self.changed or self.readings or self.edits_gone or self.edits_found)

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison for JSON."""
        return {
            "compared": self.compared,
            "changed": self.changed,
            "fields": dict(self.fields.most_common()),
            "extractors": [
                {"from": old, "to": new, "versions": count}
                for (old, new), count in self.extractors.most_common()
            ],
            "readings": [
                {"from": old, "to": new, "captures": count}
                for (old, new), count in self.readings.most_common()
            ],
            "edits_gone": self.edits_gone,
            "edits_found": self.edits_found,
            "examples": {
                name: [
                    {"url": one.url, "record_id": one.record_id, "from": one.before, "to": one.after}
                    for one in examples
                ]
                for name, examples in self.examples.items()
            },
        }


def compare(old: Path, new: Path) -> RebuildComparison:
    """Compare what two indexes say of the captures in both; memory use does not grow with their number.

    Raise ArchiveError if one of them cannot be read.
    """
    with closing(connect(old)) as before, closing(connect(new)) as after:
        after.execute("ATTACH ? AS old", (str(old),))
        return _Comparer(before, after).run()


class _Comparer:
    def __init__(self, before: Connection, after: Connection) -> None:
        self.before = before
        self.after = after
        self.comparison = RebuildComparison()

    def run(self) -> RebuildComparison:
        pairs = iter(
            self.after.execute(
                """
                SELECT earlier.id AS was, versions.id AS became FROM main.versions
                JOIN main.captures ON captures.id = versions.capture_id
                JOIN old.captures AS same ON same.record_id = captures.record_id
                JOIN old.versions AS earlier ON earlier.capture_id = same.id
                ORDER BY versions.id
                """
            )
        )
        while batch := list(islice(pairs, _BATCH)):
            was = _versions_by_id(self.before, [row["was"] for row in batch])
            became = _versions_by_id(self.after, [row["became"] for row in batch])
            for row in batch:
                self._compare_versions(was[row["was"]], became[row["became"]])
        self._compare_readings()
        self.comparison.edits_gone = self._edits_only_in("edits_gone", self.before, "old", "main")
        self.comparison.edits_found = self._edits_only_in("edits_found", self.after, "main", "old")
        return self.comparison

    def _compare_versions(self, was: ArticleVersion, became: ArticleVersion) -> None:
        self.comparison.compared += 1
        old_fields, new_fields = was.as_dict(links=True), became.as_dict(links=True)
        differing = [name for name in COMPARED_FIELDS if old_fields[name] != new_fields[name]]
        if not differing:
            return
        by = (was.extractor, became.extractor)
        self.comparison.changed += 1
        self.comparison.extractors[by] += 1
        for name in differing:
            self.comparison.fields[name] += 1
            self._add_example(
                name, became.url, became.capture.record_id, old_fields[name], new_fields[name], by
            )

    def _compare_readings(self) -> None:
        rows = self.after.execute(
            """
            SELECT captures.url, captures.record_id, coalesce(same.reading, 'not read') AS was,
                coalesce(captures.reading, 'not read') AS became
            FROM main.captures JOIN old.captures AS same ON same.record_id = captures.record_id
            WHERE (captures.role = 'article' OR same.role = 'article') AND captures.reading IS NOT same.reading
            ORDER BY captures.id
            """
        )
        for row in rows:
            self.comparison.readings[row["was"], row["became"]] += 1
            self._add_example("reading", row["url"], row["record_id"], row["was"], row["became"], ("", ""))

    def _edits_only_in(self, name: str, connection: Connection, has: str, lacks: str) -> int:
        """Count edits that only one index has, in captures that are articles in both; examples name the fields."""
        rows = self.after.execute(
            f"""
            SELECT versions.id, earlier.id AS before, captures.url, captures.record_id FROM {has}.versions
            JOIN {has}.versions AS earlier
                ON earlier.article_id = versions.article_id AND earlier.number = versions.number - 1
            JOIN {has}.captures ON captures.id = versions.capture_id
            JOIN {lacks}.captures AS same ON same.record_id = captures.record_id
            WHERE same.reading = 'article'
                AND NOT EXISTS (SELECT 1 FROM {lacks}.versions AS there WHERE there.capture_id = same.id)
            ORDER BY versions.id
            """
        )
        count = 0
        for row in rows:
            count += 1
            if count <= MAX_EXAMPLES:
                both = _versions_by_id(connection, [row["before"], row["id"]])
                earlier, one = both[row["before"]], both[row["id"]]
                names = ", ".join(change.name for change in changed_fields(earlier, one))
                was, became = (names, None) if name == "edits_gone" else (None, names)
                by = (earlier.extractor, one.extractor)
                self._add_example(name, row["url"], row["record_id"], was, became, by)
        return count

    def _add_example(
        self, name: str, url: str, record_id: str, was: Any, became: Any, by: tuple[str, str]
    ) -> None:
        kept = self.comparison.examples.setdefault(name, [])
        if len(kept) < MAX_EXAMPLES:
            kept.append(Example(url, record_id, was, became, by))


def _versions_by_id(connection: Connection, numbers: Sequence[int]) -> dict[int, ArticleVersion]:
    """Return versions by their row numbers."""
    marks = ", ".join("?" * len(numbers))
    rows = connection.execute(
        f"{versions.SELECT_VERSIONS} WHERE versions.id IN ({marks})", tuple(numbers)
    ).fetchall()
    found: Iterator[ArticleVersion] = versions.of_rows(connection, iter(rows))
    return {row["id"]: one for row, one in zip(rows, found, strict=True)}
