"""What many tests stand on: a newsroom on loopback, and an archive in which every outlet of it was crawled once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.store import Archive
from newsarchive.crawling import Order, Outcome, run_crawl
from newsarchive.newsroom import Newsroom, Site, Truth


@dataclass(frozen=True)
class Crawled:
    """An archive, the newsroom it was made from, and what was true of each outlet when it was crawled."""

    folder: Path
    newsroom: Newsroom
    outcomes: dict[str, Outcome]
    truths: dict[str, list[Truth]]


def describe(folder: Path, site: Site, *, minimal: bool = False, delay: float = 0.0) -> str:
    """Writes the source file of an outlet, with all pages, by default without waits; the source's name."""
    name = site.layout.name
    text = site.source_toml(minimal=minimal, delay=delay)
    (folder / "sources" / f"{name}.toml").write_text(text, encoding="utf-8")
    return name


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """A newsroom of its own, whose clock is the real one: crawlers read «сегодня» by the day they come."""
    with Newsroom.open(clock=datetime.now(UTC)) as newsroom:
        yield newsroom


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty archive's folder."""
    Archive.create(tmp_path / "archive").close()
    return tmp_path / "archive"


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Every outlet crawled once. Tests read it and change nothing."""
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    Archive.create(folder).close()
    with Newsroom.open(clock=datetime.now(UTC)) as newsroom:
        names = [describe(folder, site) for site in newsroom.outlets.values()]
        truths = {name: site.truth() for name, site in newsroom.outlets.items()}
        with ThreadPoolExecutor(2) as threads:
            outcomes = list(threads.map(lambda name: run_crawl(folder, Order(name)), names))
        yield Crawled(folder, newsroom, dict(zip(names, outcomes, strict=True)), truths)
