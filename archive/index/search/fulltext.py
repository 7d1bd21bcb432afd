"""The full-text index entries of versions, and version ids that follow the time of publication.

The index stores no text, only words: the printed ones in `title`, `lead` and `body`, and in `lemmas`
everything else a query may ask of a version, each once and in no order:

    закон               a dictionary form of one of its words
    title=закон         of a word of the headline; lead=… likewise
    often=закон         of a word with three or more occurrences in the text
    source=primorsk     its source; section=, author=, tag=, language= likewise
    version=first       the first version of its article; version=later any other

An intersection of such terms is found without reading any row of `versions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from archive import timestamps
from archive.language.folding import WORD
from archive.language.search_terms import SearchTerms, facet_term, terms_of_text

if TYPE_CHECKING:  # workers compute search terms without SQLite
    from archive.index.db.connection import Connection, Row

FIRST_VERSION, LATER_VERSION = "version=first", "version=later"
# Ids per second. More versions than that in one second use the ids of the next ones: of some only the day is known, and
# they all count as midnight.
IDS_PER_SECOND = 16
# Ids end here, whatever time a page states, because every month from the first to the last is visited.
LATEST_MOMENT = datetime(2200, 1, 1, tzinfo=UTC)
IndexRow = tuple[int, str, str, str, str]  # a row of the full-text index: id, lemmas, title, lead, body
_BATCHES: dict[Connection, dict[int, IndexRow]] = {}
_INSERT = "INSERT INTO search_index (rowid, lemmas, title, lead, body) VALUES (?, ?, ?, ?, ?)"
_DELETE = "INSERT INTO search_index (search_index, rowid, lemmas, title, lead, body) VALUES ('delete', ?, ?, ?, ?, ?)"


def next_version_id(connection: Connection, published_utc: str | None, first_seen: str) -> int:
    """Return the id for a new version: ids follow the time of publication, or of the first capture.

    So the newest versions are at the end of every list of ids, and a range of days is a range of ids.
    """
    number = first_version_id(timestamps.from_iso(published_utc or first_seen))
    while connection.execute("SELECT 1 FROM versions WHERE id = ?", (number,)).fetchone():
        number += 1
    return number


def first_version_id(moment: datetime) -> int:
    """Return the first id that a version of that moment may have."""
    return max(1, int(min(moment, LATEST_MOMENT).timestamp())) * IDS_PER_SECOND


def moment_of_version_id(number: int) -> datetime:
    """Return the second that a version's id was made from."""
    return datetime.fromtimestamp(number // IDS_PER_SECOND, UTC)


def add_version(connection: Connection, version_id: int, terms: SearchTerms | None = None) -> None:
    """Add a version to the full-text index, with its search terms if they are already computed."""
    row = _index_row(connection, version_id, terms)
    if (batch := _BATCHES.get(connection)) is not None:
        batch[version_id] = row
    else:
        connection.execute(_INSERT, row)


def remove_version(connection: Connection, version_id: int, terms: SearchTerms | None = None) -> None:
    """Remove a version from the full-text index; call it while all its rows are as `add_version` saw them."""
    if _BATCHES.get(connection, {}).pop(version_id, None) is None:
        connection.execute(_DELETE, _index_row(connection, version_id, terms))


@contextmanager
def batch_inserts(connection: Connection) -> Iterator[None]:
    """Insert what is added in the block into the full-text index at its end, ordered by id; for one transaction.

    Otherwise FTS5 writes out its buffer at each step and each savepoint of the transaction.
    """
    batch = _BATCHES[connection] = {}
    try:
        yield
        connection.executemany(_INSERT, [row for _, row in sorted(batch.items())])
    finally:
        del _BATCHES[connection]


@contextmanager
def restore_batch_on_error(connection: Connection) -> Iterator[None]:
    """Drop what was added to the batch in the block if it fails and its savepoint is rolled back."""
    batch = _BATCHES.get(connection)
    before = dict(batch) if batch is not None else {}
    try:
        yield
    except BaseException:
        if batch is not None:
            batch.clear()
            batch.update(before)
        raise


def index_row(connection: Connection, version_id: int) -> IndexRow:
    """Return the row of a version in the full-text index."""
    return _index_row(connection, version_id)


def has_all_words(sizes: bytes | None, title: str, lead: str, body: str) -> bool:
    """Return whether the full-text index has as many words of a text as the text has.

    `sizes` is what FTS5 stores for a row: the number of words in each column, as its variable-length integers.
    """
    counts, ended = list[int](), True
    for byte in sizes or b"":
        if ended:
            counts.append(0)
        counts[-1] = counts[-1] << 7 | byte & 0x7F
        ended = byte < 0x80
    return counts[1:] == [len(WORD.findall(part)) for part in (title, lead, body)]


def index_columns(
    title: str, lead: str, body: str, language: str | None, facets: Iterable[str]
) -> tuple[str, str, str, str]:
    """Return the columns of the full-text index for a text: lemmas, title, lead, body."""
    found = terms_of_text(title, lead, body, language)
    return _columns(found, facets)


def _columns(found: SearchTerms, facets: Iterable[str]) -> tuple[str, str, str, str]:
    lemmas_and_facets = " ".join(filter(None, (found.lemmas, *dict.fromkeys(facets))))
    return lemmas_and_facets, found.title, found.lead, found.body


def _index_row(connection: Connection, version_id: int, terms: SearchTerms | None = None) -> IndexRow:
    row = connection.execute(
        """
        SELECT versions.*, articles.source, articles.section AS source_section
        FROM versions JOIN articles ON articles.id = versions.article_id WHERE versions.id = ?
        """,
        (version_id,),
    ).fetchone()
    facets = _facet_terms(connection, row)
    found = terms or terms_of_text(row["title"], row["lead"] or "", row["body"], row["language"])
    return (version_id, *_columns(found, facets))


def _facet_terms(connection: Connection, row: Row) -> Iterator[str]:
    for name in ("source", "language"):
        if row[name]:
            yield facet_term(name, row[name])
    for section in (row["section"], row["source_section"]):
        if section:
            yield facet_term("section", section)
    for name, table, column in (("author", "bylines", "name"), ("tag", "tags", "tag")):
        for part in connection.execute(
            f"SELECT {column} AS value FROM {table} WHERE version_id = ? ORDER BY place", (row["id"],)
        ).fetchall():
            yield facet_term(name, part["value"])
    yield FIRST_VERSION if row["number"] == 1 else LATER_VERSION
