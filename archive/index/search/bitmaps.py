"""Monthly bitmaps of which versions contain the common words, for counting rather than searching.

The list of versions of a common word is too long to go through for every query. Here each version has a place
in its month, and each word common in that month has one bit per place. The bitmaps are built from the
full-text index once a month no longer changes; the triggers of the schema mark them as outdated.
There are also bitmaps for phrases of two words that are each in very many texts and often together: to find
them, every text with both words would have to be searched. Their key is «"и в"». Besides the words of the index
there are terms for what it does not contain:

    in=2022-01          published then, as printed; on=2022-01-31 likewise
    seen=2022-01-31     captured first on that day, in UTC
    state=removed       the state of its article
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from archive.index.db.connection import Connection, Row, transaction
from archive.index.search import fulltext
from archive.index.search.query import any_of, phrase_expression
from archive.language import search_terms

MIN_MONTH_VERSIONS = 500  # versions: a month with fewer gets no bitmaps
MIN_OUTDATED_VERSIONS = 10_000  # versions: so many in months without bitmaps do not slow counting
COMMON_WORD_SHARE = 64  # a word is common if one version in so many contains it
COMMON_PHRASE_SHARE = 128  # a phrase gets a bitmap if one version in so many contains it,
PHRASE_WORD_SHARE = 8  # and one in so many contains each of its words
_ROW_TERM_PREFIXES = ("in=", "on=", "seen=", "state=")  # no word of the index begins so
SAMPLE_SIZE = 160  # versions sampled for words and phrases that may be common


def update_bitmaps(
    connection: Connection, should_continue: Callable[[int, int], bool] = lambda done, total: True
) -> int:
    """Rebuild outdated bitmaps, each month in its own transaction; return the number of months rebuilt.

    Do nothing while few versions are affected: counting their rows takes no time, and the current month keeps
    changing. `should_continue` is called before each month with the numbers of versions done and in all, and
    returns whether to continue. The next call does what is left, also after the process was killed.
    """
    _update_states(connection)
    current = {row["month"] for row in connection.execute("SELECT month FROM search_months WHERE is_current")}
    stale = {}
    for month in publication_months(connection):
        if f"{month:%Y-%m}" not in current:
            count = "SELECT count(*) FROM versions WHERE id BETWEEN ? AND ?"
            stale[month] = connection.execute(count, month_id_range(month)).fetchone()[0]
    many = {month: versions for month, versions in stale.items() if versions >= MIN_MONTH_VERSIONS}
    total, done = sum(many.values()), 0
    if total <= MIN_OUTDATED_VERSIONS:
        return 0
    for made, (month, versions) in enumerate(many.items()):
        if not should_continue(done, total):
            return made
        with transaction(connection):
            make(connection, month)
        done += versions
    return len(many)


def publication_months(connection: Connection) -> Iterator[date]:
    """Yield the first day of every month from the first version's to the last one's."""
    ends = connection.execute("SELECT (SELECT min(id) FROM versions), (SELECT max(id) FROM versions)")
    least, most = ends.fetchone()
    if least is None:
        return
    month, last = (fulltext.moment_of_version_id(end).date().replace(day=1) for end in (least, most))
    while month < last:
        yield month
        month = next_month(month)
    yield last


def next_month(month: date) -> date:
    """Return the following month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_id_range(month: date) -> tuple[int, int]:
    """Return the first and the last id that a version of that month may have."""
    first = datetime(month.year, month.month, 1, tzinfo=UTC)
    last = first.replace(day=monthrange(month.year, month.month)[1], hour=23, minute=59, second=59)
    return fulltext.first_version_id(first), fulltext.first_version_id(last) + fulltext.IDS_PER_SECOND - 1


def make(connection: Connection, month: date) -> None:
    """Build the bitmaps of a month, replacing the stored ones; call it in a transaction."""
    name, numbers = f"{month:%Y-%m}", month_id_range(month)
    known = _clear_month(connection, name, numbers)
    rows = connection.execute(
        """
        SELECT version.id, version.article_id, version.number, version.published, version.first_seen,
            articles.version_count, articles.state
        FROM versions AS version INDEXED BY versions_in_short
        JOIN articles ON articles.id = version.article_id WHERE version.id BETWEEN ? AND ?
        ORDER BY version.id
        """,
        numbers,
    ).fetchall()
    first: dict[int, int] = {}
    for row in rows:
        first.setdefault(row["article_id"], row["id"])
    rows.sort(key=lambda row: (first[row["article_id"]], row["number"]))
    places = {row["id"]: place for place, row in enumerate(rows)}
    beside = Counter(row["article_id"] for row in rows)
    later = [
        place for place in range(1, len(rows)) if rows[place]["article_id"] == rows[place - 1]["article_id"]
    ]
    spread = [place for place, row in enumerate(rows) if row["version_count"] != beside[row["article_id"]]]
    connection.executemany("INSERT INTO search_places VALUES (?, ?, 0)", sorted(places.items()))
    connection.executemany(
        "UPDATE search_places SET is_spread = 1 WHERE version_id = ?",
        ((rows[place]["id"],) for place in spread),
    )
    connection.execute(
        "INSERT INTO search_months VALUES (?, ?, 1, 1, ?, ?)",
        (name, len(rows), *(_to_bytes(to_bits(which, len(rows))) for which in (later, spread))),
    )
    _insert_bitmaps(connection, name, sorted(_row_terms(rows).items()), len(rows))
    _insert_bitmaps(connection, name, _common_terms(connection, numbers, places, known), len(rows))


def _clear_month(connection: Connection, month: str, numbers: tuple[int, int]) -> set[str]:
    """Delete the bitmaps of a month; return the words that were common in it, or in the one before."""
    rows = connection.execute(
        """
        SELECT word FROM search_words WHERE month = coalesce(
            (SELECT month FROM search_months WHERE month <= ? ORDER BY month DESC LIMIT 1), '')
        """,
        (month,),
    )
    known = {row["word"] for row in rows.fetchall() if not row["word"].startswith(_ROW_TERM_PREFIXES)}
    connection.execute("DELETE FROM search_words WHERE month = ?", (month,))
    connection.execute("DELETE FROM search_months WHERE month = ?", (month,))
    connection.execute("DELETE FROM search_places WHERE version_id BETWEEN ? AND ?", numbers)
    return known


def _row_terms(rows: Iterable[Row]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        words = [f"seen={row['first_seen'][:10]}", f"state={row['state']}"]
        if row["published"]:
            words += [f"in={row['published'][:7]}", f"on={row['published'][:10]}"]
        for word in words:
            found.setdefault(word, []).append(place)
    return found


def _update_states(connection: Connection) -> None:
    """Rebuild the bitmaps of article states in the months where one has changed since."""
    stale = "SELECT month, versions FROM search_months WHERE is_current AND NOT has_states"
    for month, versions in connection.execute(stale).fetchall():
        with transaction(connection):
            rows = connection.execute(
                """
                SELECT articles.state, places.place FROM search_places AS places
                JOIN versions AS version INDEXED BY versions_in_short ON version.id = places.version_id
                JOIN articles ON articles.id = version.article_id WHERE places.version_id BETWEEN ? AND ?
                """,
                month_id_range(date.fromisoformat(f"{month}-01")),
            )
            found: dict[str, list[int]] = {}
            for state, place in rows.fetchall():
                found.setdefault(f"state={state}", []).append(place)
            connection.execute(
                "DELETE FROM search_words WHERE month = ? AND word >= 'state=' AND word < 'state>'", (month,)
            )
            _insert_bitmaps(connection, month, sorted(found.items()), versions)
            connection.execute("UPDATE search_months SET has_states = 1 WHERE month = ?", (month,))


def _insert_bitmaps(
    connection: Connection, month: str, words: Iterable[tuple[str, list[int]]], versions: int
) -> None:
    connection.executemany(
        "INSERT INTO search_words VALUES (?, ?, ?, ?)",
        ((month, word, *_trim_zeros(to_bits(places, versions))) for word, places in words),
    )


def _common_terms(
    connection: Connection, numbers: tuple[int, int], places: Mapping[int, int], known: set[str]
) -> Iterator[tuple[str, list[int]]]:
    """Yield the words and phrases that are common, and all sources, with their places."""
    sources = {
        search_terms.facet_term("source", row["name"])
        for row in connection.execute("SELECT name FROM sources").fetchall()
    }
    likely = _likely_common_terms(connection, sorted(places))
    for word in sorted(sources | known | likely):
        expression, share = (
            (phrase_expression(word), COMMON_PHRASE_SHARE)
            if word.startswith('"')
            else (any_of([word]), COMMON_WORD_SHARE)
        )
        rows = connection.execute(
            "SELECT rowid FROM search_index WHERE search_index MATCH ? AND rowid BETWEEN ? AND ?",
            (expression, *numbers),
        ).fetchall()
        if len(rows) * share >= len(places) or (rows and word in sources):
            yield word, [places[row[0]] for row in rows]


def _likely_common_terms(connection: Connection, versions: list[int]) -> set[str]:
    """Return the words and phrases that are common in a sample of versions, and in more than one version."""
    sample = versions[:: max(1, len(versions) // SAMPLE_SIZE)]
    lemmas, words, phrases = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    for version in sample:
        _, found, *texts = fulltext.index_row(connection, version)
        lemmas.update(found.split())
        printed_ones = [text.split() for text in texts]
        words.update({word for text in printed_ones for word in text})
        phrases.update({pair for text in printed_ones for pair in pairwise(text)})
    least = 1 if len(versions) < SAMPLE_SIZE else 2
    everywhere = {word for word, number in words.items() if number * PHRASE_WORD_SHARE >= len(sample)}
    return {
        word
        for word, number in lemmas.items()
        if number >= least and number * COMMON_WORD_SHARE >= len(sample)
    } | {
        f'"{" ".join(pair)}"'
        for pair, number in phrases.items()
        if number >= least and number * COMMON_PHRASE_SHARE >= len(sample) and everywhere.issuperset(pair)
    }


def to_bits(places: Iterable[int], number: int) -> int:
    """Return an integer of `number` bits, those at `places` set; place 0 is the lowest bit."""
    digits = bytearray(b"0" * number)
    for place in places:
        digits[place] = 49  # "1"
    digits.reverse()
    return int(digits, 2)


def _trim_zeros(bitmap: int) -> tuple[int, bytes]:
    """Return the number of leading zero bytes, and the bytes from there to the last non-zero one."""
    whole = _to_bytes(bitmap)
    trimmed = whole.lstrip(b"\0")
    return len(whole) - len(trimmed), trimmed


def _to_bytes(bitmap: int) -> bytes:
    return bitmap.to_bytes((bitmap.bit_length() + 7) // 8, "little")
