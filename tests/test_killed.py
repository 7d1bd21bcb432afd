"""kill -9 in the middle, run again: every article is there once, and no file is left that a strict reader refuses."""

from __future__ import annotations

import gzip
import random
import signal
import sqlite3
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from archive.store import Archive
from newsarchive.crawling import Order, run_crawl, start_crawl
from newsarchive.newsroom import Newsroom, Site
from tests.conftest import describe


@pytest.mark.parametrize("seed", [1, 2])
def test_a_crawl_killed_again_and_again_ends_with_every_article_once(
    folder: Path, newsroom: Newsroom, seed: int
) -> None:
    site = newsroom.outlets["sloboda"]
    name = describe(folder, site)
    chance = random.Random(seed)
    for _ in range(4):
        _kill_after(folder, name, site, requests=chance.randint(1, 12))
    outcome = run_crawl(folder, Order(name))
    assert outcome.outcome == "finished"
    with sqlite3.connect(folder / "archive.db") as connection:
        captured = [
            url
            for (url,) in connection.execute("SELECT url FROM captures WHERE role = 'article' ORDER BY url")
        ]
        unread = connection.execute(
            "SELECT count(*) FROM captures WHERE role = 'article' AND reading IS NULL"
        )
        assert unread.fetchone() == (0,)
        versions = connection.execute("SELECT count(*) FROM versions").fetchone()[0]
    assert captured == sorted(truth.url for truth in site.truth())
    assert versions == len(site.truth())
    with Archive.open(folder) as archive:
        assert archive.verify().problems == []
        assert sorted(version.url for version in archive.search()) == captured


def test_strict_readers_accept_every_file_of_a_killed_crawl(folder: Path, newsroom: Newsroom) -> None:
    site = newsroom.outlets["sloboda"]
    name = describe(folder, site)
    _kill_after(folder, name, site, requests=7)
    run_crawl(folder, Order(name))
    files = sorted((folder / "warc").glob("*"))
    assert [path for path in files if path.suffixes[-2:] != [".warc", ".gz"]] == []
    for path in files:
        assert gzip.decompress(path.read_bytes())
        with path.open("rb") as stream:
            assert sum(1 for _ in ArchiveIterator(stream, check_digests="raise")) > 0
        with path.open("rb") as stream:
            assert all(record.verify_block_digest() for record in FastIterator(stream, parse_http=False))


def _kill_after(folder: Path, name: str, site: Site, *, requests: int) -> None:
    """kill -9 as soon as the outlet has seen so many more requests, or when the crawl is over."""
    enough = len(site.requests()) + requests
    child = start_crawl(folder, Order(name))
    assert child.stdout is not None
    while child.poll() is None and len(site.requests()) < enough:
        pass
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert child.stderr is not None
    child.stderr.close()
