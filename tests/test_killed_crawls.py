"""Crawls killed with kill -9 at any moment and stage, and run again: each article is stored once, each file is valid.

The stages below the spider have tests of their own, with many more kills: tests/archive/test_killed_recording.py.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from archive.core import Archive
from newsarchive.crawling.crawl_process import CrawlOrder, run_crawl, start_crawl
from newsarchive.demo_site import DemoSite, OutletSite
from tests.conftest import describe, until
from tests.sound import assert_every_article_once, captured, versions

ROOT = Path(__file__).parents[1]
# How successive crawls die: kinds of steps of tests/faults.py, and the last step to die at.
STAGES = {
    "between response and record": ("pwrite", 8),
    "within a record": ("pwrite", 16),
    "between record and sync": ("fsync", 12),
    "between sync and row": ("BEGIN", 12),
    "within a transaction": ("INSERT,UPDATE", 60),
    "within a commit": ("COMMIT", 12),
    "during rotation": ("fchmod,rename", 2),
    "as a torn file is mended": ("ftruncate", 1),
}


def test_a_crawl_killed_at_every_stage_ends_like_an_undisturbed_one(
    folder: Path, demo_site: DemoSite, tmp_path: Path
) -> None:
    site = demo_site.outlets["sloboda"]
    undisturbed = tmp_path / "undisturbed"
    Archive.create(undisturbed).close()
    assert run_crawl(undisturbed, CrawlOrder(describe(undisturbed, site))).outcome == "finished"
    name = describe(folder, site)
    chance = random.Random(5)
    _die_at(folder, name, [f"{kinds}:{chance.randrange(latest)}" for kinds, latest in STAGES.values()])
    assert run_crawl(folder, CrawlOrder(name)).outcome == "finished"
    assert_every_article_once(folder, site)
    assert captured(folder) == captured(undisturbed)
    assert versions(folder) == versions(undisturbed)


def test_a_crawl_killed_at_random_moments_ends_with_every_article_once(
    folder: Path, demo_site: DemoSite
) -> None:
    site = demo_site.outlets["sloboda"]
    name = describe(folder, site)
    chance = random.Random(1)
    for _ in range(4):
        _kill_after(folder, name, site, requests=chance.randint(1, 12))
    assert run_crawl(folder, CrawlOrder(name)).outcome == "finished"
    assert_every_article_once(folder, site)


def _die_at(folder: Path, name: str, deaths: Sequence[str]) -> None:
    """Run crawls that die one after another, each at its step."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", name, *deaths],
        cwd=ROOT,
        env={
            **os.environ,
            "NEWSARCHIVE_HOME": str(folder),
            "SCRAPY_SETTINGS_MODULE": "newsarchive.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _kill_after(folder: Path, name: str, site: OutletSite, *, requests: int) -> None:
    """Run a crawl and kill it once the outlet has seen a number of further requests, or when it is over."""
    enough = len(site.requests()) + requests
    child = start_crawl(folder, CrawlOrder(name))
    assert child.stdout is not None
    until(child, lambda: len(site.requests()) >= enough)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert child.stderr is not None
    child.stderr.close()


def test_a_crawl_repairs_the_remains_of_a_killed_import_and_a_killed_rebuild(
    folder: Path, demo_site: DemoSite
) -> None:
    name = describe(folder, demo_site.outlets["sloboda"])
    left = folder / "warc" / "import-20260101000000-00000-copy.warc.gz.part"
    left.write_bytes(b"the beginning of a copy")
    (folder / "archive.db.new").write_bytes(b"the beginning of an index")
    outcome = run_crawl(folder, CrawlOrder(name))
    assert outcome.outcome == "finished"
    assert [f"warc/damaged/{left.name}" in note for note in outcome.notes] == [True]
    assert (folder / "warc" / "damaged" / left.name).read_bytes() == b"the beginning of a copy"
    assert not (folder / "archive.db.new").exists()
    with Archive.open(folder) as archive:
        assert archive.verify().problems == []
