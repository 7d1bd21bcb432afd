"""Crawls on a machine without resources: one message, nothing lost or duplicated, and they resume later."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from archive import locks, paths
from archive.core import Archive
from archive.errors import ArchiveBusy
from archive.jobs.pool import pool
from newsarchive.crawling.crawl_process import (
    CrawlOrder,
    CrawlOutcome,
    run_crawl,
    start_crawl,
    stop_child,
    watch_crawl,
)
from newsarchive.demo_site import DemoSite
from tests.conftest import UNTIL_STOPPED, Typed, describe, until
from tests.disks import mounted, small_disk
from tests.sound import assert_every_article_once

ROOT = Path(__file__).parents[1]


def assert_failed(outcome: CrawlOutcome, message: str) -> None:
    """Assert that a crawl failed in an orderly way, with one message."""
    assert (outcome.outcome, outcome.exit_code) == ("failed", 1)
    assert outcome.failures == []
    (sentence,) = outcome.notes
    assert message in sentence
    assert "Traceback" not in sentence
    assert outcome.needs_attention


def test_a_crawl_whose_disk_is_full_resumes_when_there_is_space(demo_site: DemoSite, tmp_path: Path) -> None:
    site = demo_site.outlets["sloboda"]
    with small_disk(tmp_path / "disk", megabytes=16) as disk:
        folder = disk / "archive"
        Archive.create(folder).close()
        (folder / "newsarchive.toml").write_text('[storage]\nmin_free = "0 B"\n', encoding="utf-8")
        name = describe(folder, site)
        for free in (0, 900_000, 1_300_000):  # at the start; among its first articles; later
            ballast = _fill(disk, free)
            assert_failed(run_crawl(folder, CrawlOrder(name)), "cannot be written: the disk is full")
            with Archive.open(folder) as archive:
                assert {article.url for article in archive.search()} <= {truth.url for truth in site.truth()}
            ballast.unlink()
        assert run_crawl(folder, CrawlOrder(name)).outcome == "finished"
        assert_every_article_once(folder, site)


def test_a_crawl_ends_in_order_before_the_disk_is_full(
    demo_site: DemoSite, tmp_path: Path, typed: Typed
) -> None:
    with small_disk(tmp_path / "disk", megabytes=16) as disk:
        folder = disk / "archive"
        Archive.create(folder).close()
        name = describe(folder, demo_site.outlets["sloboda"])
        least = f'[storage]\nmin_free = "{shutil.disk_usage(disk).free // 1000 - 800} kB"\n'
        (folder / "newsarchive.toml").write_text(least, encoding="utf-8")
        outcome = run_crawl(folder, CrawlOrder(name))
        assert (outcome.outcome, outcome.exit_code, outcome.needs_attention) == ("stopped", 0, True)
        assert outcome.fetched > 0
        assert "free, and crawls need" in outcome.notes[-1]
        with Archive.open(folder) as archive:
            (crawl,) = archive.crawls(name)
        assert (crawl.outcome, crawl.notes[-1]) == ("stopped", outcome.notes[-1])
        assert [path.suffix for path in (folder / "warc").iterdir()] == [".gz"]
        assert len(list((folder / "manifests").iterdir())) == 1
        status = typed(folder, "status")
        assert status.exit_code == 1
        assert "free, and crawls need" in status.stdout
        (folder / "newsarchive.toml").write_text('[storage]\nmin_free = "1 PB"\n', encoding="utf-8")
        assert_failed(run_crawl(folder, CrawlOrder(name)), "free, and crawls need 1.0 PB")  # none is started
        with Archive.open(folder) as archive:
            assert [one.id for one in archive.crawls(name)] == [crawl.id]


def _fill(disk: Path, free: int) -> Path:
    space = os.statvfs(disk)
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(max(0, space.f_bavail * space.f_frsize - free)))
    return ballast


def test_a_crawl_in_a_folder_that_is_read_only_says_so(demo_site: DemoSite, folder: Path) -> None:
    site = demo_site.outlets["sloboda"]
    name = describe(folder, site)
    with mounted("--bind", folder, folder), mounted("-o", "remount,ro,bind", folder, folder, undo=False):
        assert_failed(run_crawl(folder, CrawlOrder(name)), "cannot be written: the disk is read-only")
    assert site.requests() == []


def test_a_crawl_without_file_handles_says_so_and_loses_nothing(demo_site: DemoSite, folder: Path) -> None:
    site = demo_site.outlets["sloboda"]
    name = describe(folder, site)
    for handles in (10, 26, 36):
        assert_failed(
            _crawl_with(handles, folder, name),
            "Too many files are open: raise the limit ('ulimit -n') and crawl again",
        )
    assert run_crawl(folder, CrawlOrder(name)).outcome == "finished"
    assert_every_article_once(folder, site)


def _crawl_with(handles: int, folder: Path, name: str) -> CrawlOutcome:
    child = subprocess.Popen(
        [
            "sh",
            "-c",
            f"ulimit -n {handles}; exec {sys.executable} -m newsarchive.crawling.crawl_child {name}",
        ],
        env={
            **os.environ,
            "NEWSARCHIVE_HOME": str(folder),
            "SCRAPY_SETTINGS_MODULE": "newsarchive.settings",
            "PYTHONPATH": str(ROOT),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return watch_crawl(child, name)


def test_a_damaged_queue_is_replaced(demo_site: DemoSite, folder: Path) -> None:
    site = demo_site.outlets["sloboda"]
    name = describe(folder, site)
    for database in ("frontier.db", "pace.db"):
        (folder / "state" / database).write_bytes(b"no database at all" * 500)
    outcome = run_crawl(folder, CrawlOrder(name))
    assert outcome.outcome == "finished"
    assert outcome.notes == [
        "state/frontier.db was damaged and replaced by an empty one: the listings lead to pending pages again."
    ]
    assert (folder / "state" / "frontier.db.damaged").exists()
    assert_every_article_once(folder, site)


def test_several_processes_share_an_archive(demo_site: DemoSite, folder: Path) -> None:
    """Crawl two sources while the archive is read; a rebuild and a second crawl of a source are rejected."""
    sites = [demo_site.outlets["sloboda"], demo_site.outlets["zarya"]]
    orders = [CrawlOrder(describe(folder, site)) for site in sites]
    waiting = demo_site.outlets["azov"]
    child = start_crawl(folder, CrawlOrder(describe(folder, waiting, delay=UNTIL_STOPPED)))
    until(child, waiting.requests)
    with ThreadPoolExecutor(2) as threads, Archive.open(folder) as archive:
        crawls = [threads.submit(run_crawl, folder, order) for order in orders]
        with pool(1) as executor, pytest.raises(ArchiveBusy, match="is being written to: stop its crawls"):
            Archive.rebuild(folder, {}, executor)
        stop_child(child)
        while wait(crawls, timeout=0.2).not_done:
            for article in archive.search():
                assert archive.versions(article.url)
        assert [crawl.result().outcome for crawl in crawls] == ["finished", "finished"]
    with locks.lock(paths.source_lock(folder, orders[0].source), "held"):
        second = run_crawl(folder, orders[0])
    assert (second.outcome, second.notes) == ("failed", ["sloboda is being crawled already."])
    with locks.lock(paths.writers_lock(folder), "held"):
        during_rebuild = run_crawl(folder, orders[0])
    assert during_rebuild.notes == ["The index is being rebuilt: crawl when that is done."]
    with Archive.open(folder) as archive:
        assert {version.url for version in archive.search()} == {
            truth.url for site in sites for truth in site.truth()
        }
        assert archive.verify().problems == []
