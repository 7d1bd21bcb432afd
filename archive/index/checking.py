"""Rows held against what they should say: those of one WARC file, and those that follow from them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from archive import moments, urls
from archive.article import bodyhtml
from archive.article.model import Image
from archive.facts import COUNTS, CrawlEnded, CrawlStarted, Failed, Imported, Sighted
from archive.index import wording
from archive.index.addresses import known_at
from archive.index.connection import Connection, Row
from archive.index.content import digest_of_content
from archive.index.keeping import CaptureEntry

_ENOUGH = 20  # faults of the file itself that are named


def reached(connection: Connection, file: str) -> int | None:
    """How far the index has taken a WARC file in, in bytes; None when it does not know the file."""
    row = connection.execute("SELECT bytes FROM warc_files WHERE file = ?", (file,)).fetchone()
    return int(row["bytes"]) if row else None


def capture_rows(connection: Connection, file: str) -> Iterator[Row]:
    """The rows that name a file, in the order of the file."""
    return iter(connection.execute('SELECT * FROM captures WHERE file = ? ORDER BY "offset", id', (file,)))


def capture_of(connection: Connection, record_id: str) -> Row | None:
    """The row of a record, whatever place it names."""
    row: Row | None = connection.execute(
        "SELECT * FROM captures WHERE record_id = ?", (record_id,)
    ).fetchone()
    return row


def was_read_later(connection: Connection, entry: CaptureEntry) -> bool:
    """Whether the address of an article was captured again and read since, or a version rests on the lost row."""
    later = connection.execute(
        "SELECT 1 FROM captures WHERE url = ? AND role = 'article' AND fetched_at > ? AND reading IS NOT NULL",
        (entry.url, moments.text(entry.fetched_at)),
    ).fetchone()
    rests = connection.execute(
        """
        SELECT 1 FROM versions JOIN addresses ON addresses.article_id = versions.article_id
        WHERE addresses.url = ? AND versions.capture_id NOT IN (SELECT id FROM captures)
        """,
        (urls.canonical(entry.url),),
    ).fetchone()
    return later is not None or rests is not None


def files(connection: Connection) -> dict[str, int]:
    """Every file that a row names, and how many captures name it."""
    rows = connection.execute(
        """
        SELECT file, count(*) AS captures FROM captures GROUP BY file
        UNION ALL SELECT file, 0 FROM warc_files WHERE file NOT IN (SELECT file FROM captures)
        """
    )
    return {row["file"]: row["captures"] for row in rows}


def manifests(connection: Connection) -> dict[str, str]:
    """Every manifest that has a row, and its SHA-256."""
    return {row["name"]: row["sha256"] for row in connection.execute("SELECT name, sha256 FROM manifests")}


def manifest_of(connection: Connection, file: str) -> str | None:
    """The manifest that lists a file, as its row says."""
    row = connection.execute("SELECT manifest FROM warc_files WHERE file = ?", (file,)).fetchone()
    return row["manifest"] if row else None


def sightings(connection: Connection, fact: Sighted) -> Iterator[str]:
    """What is wrong with the rows of what a listing showed."""
    listing = capture_of(connection, fact.listing)
    if listing is None:
        return  # told where the listing's own record is looked at
    rows = {
        row["place"]: row
        for row in connection.execute("SELECT * FROM sightings WHERE capture_id = ?", (listing["id"],))
    }
    for shown in reversed(fact.shown):
        row = rows.pop(shown.place, None)
        if row is None:
            if shown.place in {one.place for one in fact.shown if one is not shown}:
                continue  # two at one place: the first has the row
            yield f"what {listing['url']} showed at place {shown.place}, {shown.url}, has no row in the index"
            continue
        should = {
            "url": urls.canonical(shown.url),
            "headline": shown.headline,
            "stamp": shown.stamp,
            "source": fact.source,
            "section": fact.section,
            "seen_at": listing["fetched_at"],
        }
        for name, value in should.items():
            if row[name] != value and not _stands_twice(fact, shown.place):
                yield (
                    f"of what {listing['url']} showed at place {shown.place} the row's {name} is "
                    f"{row[name]!r}, the record's {value!r}"
                )
    if rows:
        yield f"{listing['url']} showed nothing at place {min(rows)}, where the index has a row"


def _stands_twice(fact: Sighted, place: int) -> bool:
    return sum(one.place == place for one in fact.shown) > 1


def has_failure(connection: Connection, fact: Failed) -> bool:
    """Whether a failed fetch has its row."""
    row = connection.execute(
        """
        SELECT 1 FROM failures WHERE crawl_id IS ? AND source IS ? AND role = ? AND url = ? AND failed_at = ?
            AND reason = ? LIMIT 1
        """,
        (fact.crawl, fact.source, fact.role, fact.url, fact.at, fact.reason),
    ).fetchone()
    return row is not None


def imported(connection: Connection, fact: Imported) -> Iterator[str]:
    """What is wrong with the row of a file that was taken in."""
    row = connection.execute("SELECT * FROM imports WHERE file = ?", (fact.file,)).fetchone()
    should = (fact.name, fact.sha256, fact.at, int(fact.repacked), fact.source)
    if row is None:
        yield f"the import of {fact.file} has no row in the index"
    elif tuple(row[name] for name in ("name", "sha256", "imported_at", "repacked", "source")) != should:
        yield f"the row of the import of {fact.file} is not what the record says"


def crawl_started(connection: Connection, fact: CrawlStarted) -> Iterator[str]:
    """What is wrong with a crawl's row, as far as its beginning goes."""
    row = connection.execute("SELECT * FROM crawls WHERE id = ?", (fact.crawl,)).fetchone()
    if row is None:
        yield f"the crawl {fact.crawl} has no row in the index"
    elif (row["source"], row["started_at"]) != (fact.source, fact.at):
        yield (
            f"the row of the crawl {fact.crawl} says {row['source']}, {row['started_at']}; "
            f"the record {fact.source}, {fact.at}"
        )


def crawl_ended(connection: Connection, fact: CrawlEnded) -> Iterator[str]:
    """What is wrong with a crawl's row, as far as its end goes."""
    row = connection.execute("SELECT * FROM crawls WHERE id = ?", (fact.crawl,)).fetchone()
    if row is None:
        return  # told at its beginning
    should = {
        "ended_at": fact.at,
        "outcome": fact.outcome,
        "notes": "\n".join(fact.notes) or None,
        **{name: fact.counts.get(name, 0) for name in COUNTS},
    }
    for name, value in should.items():
        if row[name] != value:
            yield f"of the crawl {fact.crawl} the row's {name} is {row[name]!r}, the record's {value!r}"


def crawls(connection: Connection) -> set[str]:
    """Every crawl that has a row."""
    return {row["id"] for row in connection.execute("SELECT id FROM crawls")}


def failures(connection: Connection) -> int:
    """How many rows of failures there are."""
    return int(connection.execute("SELECT count(*) FROM failures").fetchone()[0])


def dated_ahead(connection: Connection, now: datetime) -> tuple[int, str] | None:
    """Return how many captures are dated in the future, and the latest of their dates; None when none is."""
    row = connection.execute(
        "SELECT count(*) AS captures, max(fetched_at) AS latest FROM captures WHERE fetched_at > ?",
        (moments.text(now + moments.CLOCK_SLACK),),
    ).fetchone()
    return (row["captures"], row["latest"]) if row["captures"] else None


def faults(connection: Connection) -> Iterator[str]:
    """What SQLite finds wrong with the file itself, and rows that name rows which are not there."""
    for row in connection.execute(f"PRAGMA integrity_check({_ENOUGH})"):
        if row[0] != "ok":
            yield str(row[0]).splitlines()[0]
    for count, row in enumerate(connection.execute("PRAGMA foreign_key_check")):
        if count == _ENOUGH:
            yield "and more rows of this kind"
            break
        yield f"a row of {row['table']} ({row['rowid'] or 'no number'}) names a row of {row['parent']} that is gone"


def derived(connection: Connection) -> Iterator[tuple[str | None, str]]:
    """What is wrong with rows that follow from readings: the address and a sentence."""
    yield from _versions(connection)
    yield from _articles(connection)
    yield from _copies(connection)
    for row in connection.execute(
        """
        SELECT captures.url, captures.payload_sha256, original.payload_sha256 AS other
        FROM captures LEFT JOIN captures AS original ON original.record_id = captures.revisit_of
        WHERE captures.kind = 'revisit' AND captures.payload_sha256 IS NOT original.payload_sha256
            AND captures.crawl_id IS NOT NULL  -- what others wrote may repeat what they never gave us
        """
    ):
        what = "is not in the index" if row["other"] is None else "has another body"
        yield row["url"], f"the record that a revisit of {row['url']} repeats {what}"
    for row in connection.execute("SELECT url FROM captures WHERE reading = 'article' GROUP BY url"):
        if known_at(connection, urls.canonical(row["url"])) is None:
            yield row["url"], f"an article was read at {row['url']}, and none is in the index"


def _versions(connection: Connection) -> Iterator[tuple[str | None, str]]:
    rows = connection.execute(
        """
        SELECT versions.*, articles.url, captures.reading, captures.fetched_at, sizes.sz AS words_found,
            (SELECT json_group_array(name) FROM
                (SELECT name FROM bylines WHERE version_id = versions.id ORDER BY place)) AS authors,
            (SELECT json_group_array(json_array(url, caption, credit)) FROM
                (SELECT url, caption, credit FROM images WHERE version_id = versions.id ORDER BY place)) AS pictures
        FROM versions
        LEFT JOIN articles ON articles.id = versions.article_id
        LEFT JOIN captures ON captures.id = versions.capture_id
        LEFT JOIN search_index_docsize AS sizes ON sizes.id = versions.id
        ORDER BY versions.id
        """
    )
    for row in rows:
        what = f"version {row['number']} of {row['url'] or 'no article'}"
        if _digest(row) != row["content_sha256"]:
            yield row["url"], f"{what} is not the content whose digest its row states"
        if row["body_html"] is not None and not _says_its_body(row):
            yield row["url"], f"{what} says something else in its body_html than in its body"
        if row["reading"] != "article" or row["fetched_at"] != row["first_seen"]:
            yield row["url"], f"{what} rests on a capture that was not read as an article then"
        if not wording.is_held(row["words_found"], row["title"], row["lead"] or "", row["body"]):
            yield row["url"], f"{what} is searched by other words than it has"
    for row in connection.execute(
        "SELECT id FROM search_index_docsize WHERE id NOT IN (SELECT id FROM versions) LIMIT 1"
    ):
        yield None, f"the full-text index has words of a version {row['id']} that is not there"


def _says_its_body(row: Row) -> bool:
    pictures = [Image(*picture) for picture in json.loads(row["pictures"])]
    return "\n\n".join(bodyhtml.said(row["body_html"], pictures)) == str(row["body"])


def _digest(row: Row) -> str:
    own = row["published"] if row["published_found_in"] not in ("listing", "feed") else None
    return digest_of_content(
        row["title"],
        row["lead"],
        row["body"].split("\n\n") if row["body"] else (),
        json.loads(row["authors"]),
        [(caption, credit) for _, caption, credit in json.loads(row["pictures"])],
        own,
        row["notices"].split("\n\n") if row["notices"] else (),
    )


def _articles(connection: Connection) -> Iterator[tuple[str | None, str]]:
    rows = connection.execute(
        """
        SELECT articles.url, articles.version_count, count(versions.id) AS there,
            coalesce(max(versions.number), 0) AS last
        FROM articles LEFT JOIN versions ON versions.article_id = articles.id
        GROUP BY articles.id HAVING NOT (there = version_count AND last = version_count)
        """
    )
    for row in rows:
        yield row["url"], f"{row['url']} should have {row['version_count']} versions, and has {row['there']}"
    for row in connection.execute("SELECT url FROM articles WHERE url NOT IN (SELECT url FROM addresses)"):
        yield row["url"], f"the address {row['url']} of an article is not among its addresses"


def _copies(connection: Connection) -> Iterator[tuple[str | None, str]]:
    rows = connection.execute(
        """
        SELECT copy_groups.*, count(copies.article_id) AS there, count(DISTINCT articles.source) AS sources,
            min(copies.article_id) AS least, max(copies.place) AS last, count(DISTINCT copies.place) AS places
        FROM copy_groups
        LEFT JOIN copies ON copies.group_id = copy_groups.id
        LEFT JOIN articles ON articles.id = copies.article_id
        GROUP BY copy_groups.id
        HAVING NOT (there = copy_groups.articles AND last = there AND places = there AND least = copy_groups.id
            AND sources BETWEEN outlets - 1 AND outlets)  -- one outlet may be that of no source
        """
    )
    for row in rows:
        yield (
            None,
            f"the group of copies {row['id']} should have {row['articles']} articles, and has {row['there']}",
        )
    for row in connection.execute(
        "SELECT article_id FROM copy_texts WHERE article_id NOT IN (SELECT id FROM articles)"
    ):
        yield None, f"copies are looked for of an article {row['article_id']} that is not there"
