"""What holds of an archive whatever happened to it: strict readers accept its files, and nothing is there twice."""

from __future__ import annotations

import gzip
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from archive import timestamps
from archive.core import Archive
from archive.rechecks import due_at
from newsarchive.demo_site import OutletSite


def captured(folder: Path) -> Counter[tuple[str, str]]:
    """How often each address was captured. Listings and robots.txt are asked by every crawl, and left out."""
    with sqlite3.connect(folder / "archive.db") as connection:
        rows = connection.execute(
            "SELECT role, url FROM captures WHERE role NOT IN ('listing', 'feed', 'sitemap', 'robots')"
        )
        return Counter(rows.fetchall())


def versions(folder: Path) -> list[tuple[object, ...]]:
    """Return the fields of every version."""
    with sqlite3.connect(folder / "archive.db") as connection:
        rows = connection.execute(
            "SELECT article_id, number, title, body, content_sha256 FROM versions ORDER BY article_id, number"
        )
        return rows.fetchall()


def assert_every_article_once(folder: Path, site: OutletSite) -> None:
    """Each article of an outlet was captured once and read once."""
    addresses = {truth.url for truth in site.truth()}
    assert {
        url: count for (role, url), count in captured(folder).items() if role == "article"
    } == dict.fromkeys(addresses, 1)
    assert len(versions(folder)) == len(addresses)
    with Archive.open(folder) as archive:
        assert {version.url for version in archive.search()} == addresses
    assert_accepted(folder)


def assert_index_is_sound(folder: Path) -> None:
    """Check that SQLite finds no damage and no dangling reference, and that every article is due when it should be.

    It should be when its versions and visits give that time.
    """
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        looks = connection.execute(
            "SELECT max(articles.first_seen, max(versions.first_seen)), last_looked, due_at"
            " FROM articles JOIN versions ON versions.article_id = articles.id"
            " WHERE versions.first_seen <= last_looked GROUP BY articles.id"
        ).fetchall()
    for changed, looked, due in looks:
        assert timestamps.to_iso(due_at(timestamps.from_iso(changed), timestamps.from_iso(looked))) == due


def assert_accepted(folder: Path) -> None:
    """By `gunzip -t`, warcio and FastWARC, every file to its last record; by `verify`; the index by SQLite."""
    assert_index_is_sound(folder)
    files = sorted(path for path in (folder / "warc").iterdir() if path.is_file())
    assert [path.name for path in files if not path.name.endswith(".warc.gz")] == []
    for path in files:
        count = gzip.decompress(path.read_bytes()).count(b"WARC/1.1\r\n")
        with path.open("rb") as stream:
            assert sum(1 for _ in ArchiveIterator(stream, check_digests="raise")) == count
        with path.open("rb") as stream:
            assert (
                sum(record.verify_block_digest() for record in FastIterator(stream, parse_http=False))
                == count
            )
    with Archive.open(folder) as archive:
        # What a killed crawl left is listed by the manifest of the next crawl, and told apart until then.
        assert [one for one in archive.verify(quick=True).problems if one.finding != "unfinished"] == []
