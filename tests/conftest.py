"""Fixtures of many tests: the demo site on loopback, and the archives that `newsarchive demo` makes."""

from __future__ import annotations

import gc
import inspect
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import hypothesis
import pytest
from click.testing import CliRunner, Result

from archive.core import Archive
from archive.jobs.pool import pool
from newsarchive.cli import main
from newsarchive.cli.commands import demo
from newsarchive.crawling.crawl_process import CrawlOutcome
from newsarchive.demo_site import DemoSite, OutletSite, Truth
from newsarchive.demo_site.http_messages import Request
from tests import fork_server, small_archive
from tests.disks import mounted

# pytest-xdist sets it in its workers, and readline behind Python's back: lines would be wrapped to that width.
os.environ.pop("COLUMNS", None)
os.unsetenv("COLUMNS")

Typed = Callable[..., Result]

# A test is slow if it, a fixture or a helper of it uses one of these: it crawls, kills, starts processes or a browser.
SLOW_MODULES = (
    "archive.jobs.pool",
    "newsarchive.crawling.crawl_process",
    "newsarchive.demo_site",
    "newsarchive.web.datasette.process",
    "subprocess",
    "tests.faults",
)
MEMORY = Path("/dev/shm")
ENOUGH = 2_000_000_000  # bytes; a container may have a few megabytes there

# A slow machine is no failure: no test is timed.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
# Tests start a hundred processes: they keep what they compile, whatever the shell says. So does this one: to rewrite
# the assertions takes as long as to import the tests.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# What a shell runs in the background has Ctrl-C ignored, and so would the crawls have that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
fork_server.install()
# The delay of a crawl that waits for its second request until the test stops it.
UNTIL_STOPPED = 200.0
# Archives wait for the disk at every step, ten thousand times in all: in memory that costs nothing.
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@dataclass(frozen=True)
class Crawled:
    """An archive, the demo site it was made from, the requests made, and the expected articles at that time."""

    folder: Path
    demo_site: DemoSite
    outcomes: dict[str, CrawlOutcome]
    truths: dict[str, list[Truth]]
    requests: dict[str, list[Request]]


def describe(folder: Path, site: OutletSite, *, minimal: bool = False, delay: float = 0.0) -> str:
    """Write the source file of an outlet, by default without delays, and return the name of the source."""
    name = site.outlet.name
    text = site.source_toml(minimal=minimal, delay=delay)
    (folder / "sources" / f"{name}.toml").write_text(text, encoding="utf-8")
    return name


def until(child: subprocess.Popen[str], is_so: Callable[[], object]) -> None:
    """Wait until the condition is true or the process has ended, without using the processor."""
    while not is_so():
        try:
            child.wait(0.01)
        except subprocess.TimeoutExpired:
            continue
        return


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long bytes by their parameter: gzip writes the time into them, and workers must agree on names."""
    return argname if isinstance(val, bytes) and len(val) > 16 else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests. Keep those of a module or of the shared crawl on one worker: they make things once.

    Modules with slow tests run first: at the end every worker has short ones left to take.
    """
    for item in items:
        if isinstance(item, pytest.Function) and _is_slow(item):
            item.add_marker(pytest.mark.slow)
        group = "crawled" if _uses_shared_crawl(item) else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


def pytest_collection_finish() -> None:
    """Keep the garbage collector from visiting the modules and tests again and again: they stay to the end."""
    gc.collect()
    gc.freeze()


def _uses_shared_crawl(item: pytest.Item) -> bool:
    """Return whether a test uses the crawl of this file, and not a fixture of its own of that name."""
    found = isinstance(item, pytest.Function) and item._fixtureinfo.name2fixturedefs.get("crawled")
    return bool(found) and found[-1].func.__module__ == __name__


def _is_slow(item: pytest.Function) -> bool:
    """Return whether a test or one of its fixtures uses one of SLOW_MODULES."""
    fixtures = item._fixtureinfo.name2fixturedefs.values()
    return any(map(_uses_slow_module, (item.function, *(one.func for found in fixtures for one in found))))


@cache
def _uses_slow_module(function: Callable[..., object]) -> bool:
    """Return whether a function, or a function of the tests that it names, names something of SLOW_MODULES."""
    function = inspect.unwrap(function)
    codes = [function.__code__]
    for code in codes:
        codes += [inner for inner in code.co_consts if isinstance(inner, CodeType)]
    named = [
        function.__globals__[name] for code in codes for name in code.co_names if name in function.__globals__
    ]
    for value in named:
        module = value.__name__ if isinstance(value, ModuleType) else str(getattr(value, "__module__", ""))
        if module.startswith(SLOW_MODULES):
            return True
        is_ours = isinstance(value, FunctionType) and module.startswith("tests") and value is not function
        if is_ours and _uses_slow_module(value):
            return True
    return False


@pytest.fixture
def demo_site() -> Iterator[DemoSite]:
    """Yield a demo site for one test, with the real time: a crawler takes «сегодня» as the day of its visit."""
    with DemoSite.open(clock=datetime.now(UTC)) as demo_site:
        yield demo_site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of an empty archive."""
    Archive.create(tmp_path / "archive").close()
    return tmp_path / "archive"


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the archive described in tests.small_archive. Tests must not change it."""
    return small_archive.build(tmp_path_factory.mktemp("small") / "archive")


@pytest.fixture(scope="session")
def rebuilt(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small archive with a rebuilt index. Tests must not change it."""
    folder: Path = shutil.copytree(small, tmp_path_factory.mktemp("rebuilt") / "archive")
    with pool(1) as executor:
        Archive.rebuild(folder, {}, executor)
    return folder


@pytest.fixture
def read_only(folder: Path) -> Iterator[Path]:
    """Return the archive of the test on a file system that is mounted read-only."""
    with mounted("--bind", folder, folder), mounted("-o", "remount,ro,bind", folder, folder, undo=False):
        yield folder


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Every outlet crawled once, as the demo does it. Tests read it and change nothing."""
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    demo.prepare_archive(folder)
    with DemoSite.open(clock=datetime.now(UTC)) as demo_site:
        truths = {name: site.truth() for name, site in demo_site.outlets.items()}
        outcomes = {outcome.source: outcome for outcome in demo.crawl_all_outlets(folder, demo_site)}
        requests = {name: list(site.requests()) for name, site in demo_site.outlets.items()}
        yield Crawled(folder, demo_site, outcomes, truths, requests)


@pytest.fixture(scope="session")
def demonstrated(crawled: Crawled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the archive of the demo after its articles were edited and crawled again. Tests must not change it."""
    folder = tmp_path_factory.mktemp("demonstrated") / "demo-archive"
    shutil.copytree(crawled.folder, folder)
    demo.print_findings(folder, demo.edit_and_recrawl(folder, crawled.demo_site))
    return folder


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Return a function that runs `newsarchive` with arguments, in an archive's folder or in none."""
    for name in ("NEWSARCHIVE_HOME", "NEWSARCHIVE_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def run(folder: Path | None, *arguments: object) -> Result:
        where = [] if folder is None else ["--archive", str(folder)]
        return CliRunner().invoke(main, [*where, *map(str, arguments)])

    return run
