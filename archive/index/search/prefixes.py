"""Expand prefixes to all words of the index that begin with them.

For a prefix, FTS5 reads every text with one of those words before it returns the first. For words it starts
with the newest texts, so that a page of results costs no more than a page.
"""

from __future__ import annotations

from dataclasses import replace

from archive.index.db.connection import Connection
from archive.index.search.query import Query, Term

MAX_WORDS = 1500  # going through more words side by side takes longer than the prefix search,
VERSIONS_PER_WORD = 400  # and so does more than one word for so many versions


def expand_prefixes(connection: Connection, query: Query) -> Query:
    """Return the query with its prefixes expanded, unless they have too many words."""
    if not any(term.is_prefix for group in (*query.required, query.excluded) for term in group):
        return query
    most = _max_words(connection)

    def known(term: Term) -> Term:
        return (
            replace(term, expansions=_words_with_prefix(connection, term.folded_words[-1], most))
            if term.is_prefix
            else term
        )

    wanted = tuple(tuple(map(known, group)) for group in query.required)
    return replace(query, required=wanted, excluded=tuple(map(known, query.excluded)))


def _max_words(connection: Connection) -> int:
    """Return the largest number of words to expand to, by the number of versions in months with bitmaps."""
    (versions,) = connection.execute("SELECT coalesce(sum(versions), 0) FROM search_months").fetchone()
    return min(MAX_WORDS, int(versions) // VERSIONS_PER_WORD)


def _words_with_prefix(connection: Connection, prefix: str, limit: int) -> tuple[str, ...]:
    """Return the words of the index with this prefix; empty if there are too many."""
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_terms USING fts5vocab(main, search_index, instance)"
    )
    found: list[str] = []
    least, end = prefix, prefix + "\U0010ffff"
    while len(found) <= limit:
        row = connection.execute(
            "SELECT term FROM temp.search_terms WHERE term >= ? AND term < ? LIMIT 1", (least, end)
        ).fetchone()
        if row is None:
            return tuple(found)
        name, is_facet, _ = str(row["term"]).partition("=")
        if is_facet:
            least = name + chr(ord("=") + 1)  # skips all terms with the same facet name
        else:
            found.append(name)
            least = name + "\x01"
    return ()
