"""Benchmark a whole crawl.

    python benchmarks/crawl.py [--articles 20000] [--without inline]

Compared are bare Scrapy, an inline pipeline, this archive before and after it has learned page templates, and the
rebuild of its index. All runs use one site (benchmarks/newssite.py), one after another. The rate is that of the
whole command including its start; processor time is that of all its processes; memory is the peak of all of them
together, with shared pages counted once (PSS). Compare only the ratios, and only within one run.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RUNS = ("bare", "lean", "inline", "first", "known", "rebuild")
REBUILDS = {1: "rebuild, one core", 2: "rebuild, two cores"}
SAMPLE_SECONDS = 0.5
BODIES = {  # selectors of the text, for an archive without learned templates
    "primorsk": "article",
    "sloboda": "//div[div[contains(@style, 'margin-bottom:14px')]]",
    "stepnoy": "//td[hr]",
    "dnipro": ".b-post__text",
    "azov": ".post-content",
    "meridian": ".txt",
}
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Measured:
    """The measurements of one run."""

    name: str
    articles: int
    seconds: float
    processor_seconds: float
    peak_bytes: int

    @property
    def rate(self) -> float:
        """Return the articles per second."""
        return self.articles / self.seconds

    @property
    def milliseconds(self) -> float:
        """Return the milliseconds of processor time per article."""
        return 1000 * self.processor_seconds / max(self.articles, 1)


def main(arguments: Sequence[str] | None = None) -> list[Measured]:
    """Run the requested benchmarks and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--articles", type=int, default=2000, help="number of articles of all outlets together"
    )
    parser.add_argument("--outlets", type=int, default=6, help="number of outlets, at most 6")
    parser.add_argument("--only", nargs="*", choices=RUNS, default=RUNS, help="only these runs")
    parser.add_argument("--without", nargs="*", choices=RUNS, default=(), help="all runs except these")
    options = parser.parse_args(arguments)
    runs = [run for run in options.only if run not in options.without]
    _adopt_orphans()
    with (
        tempfile.TemporaryDirectory(prefix="newsarchive-benchmark-") as name,
        run_site(options.articles, options.outlets) as site,
    ):
        measured = list(_each(runs, site, Path(name)))
    print(table(measured))
    return measured


def _each(runs: Sequence[str], site: list[dict[str, Any]], folder: Path) -> Iterator[Measured]:
    described = folder / "site.json"
    described.write_text(json.dumps(site), "utf-8")
    for kind, label in (
        ("bare", "bare Scrapy"),
        ("lean", "bare Scrapy, CONCURRENT_ITEMS = 4"),
        ("inline", "inline pipeline"),
    ):
        if kind in runs:
            yield peer(label, kind, described, folder)
    first, known = folder / "first", folder / "known"
    for archive, label in ((first, "first crawl"), (known, "known outlets")):
        if archive.name in runs:
            prepare(archive, site, learned_by=first)
            yield crawl(label, archive)
    last = known if known.exists() else first
    if "rebuild" in runs and last.exists():
        for cores in (1, 2):
            yield rebuild(last, cores)


def peer(label: str, kind: str, described: Path, folder: Path) -> Measured:
    """Measure a crawl by benchmarks/peers.py."""
    output: list[str] = []
    command = [sys.executable, "-m", "benchmarks.peers", kind, str(described), str(folder)]
    return measure(label, command, lambda: int(output[-1]), output)


def prepare(archive: Path, site: list[dict[str, Any]], *, learned_by: Path) -> None:
    """Create an empty archive with a source file for each outlet and the templates that another archive learned."""
    subprocess.run(
        [sys.executable, "-m", "newsarchive", "init", str(archive)], cwd=ROOT, check=True, stdout=-3
    )
    for outlet in site:
        (archive / "sources" / f"{outlet['name']}.toml").write_text(source_file(outlet), "utf-8")
    if learned_by == archive:
        return
    for outlet in site:
        learned = learned_by / "sources" / f"{outlet['name']}.learned.toml"
        if learned.exists():
            shutil.copy(learned, archive / "sources")
        else:
            body = BODIES[outlet["name"]]
            with (archive / "sources" / f"{outlet['name']}.toml").open("a") as file:
                file.write(f"\n[[rules]]\nbody = {json.dumps(body)}\n")


def source_file(outlet: dict[str, Any]) -> str:
    """Return a source file for all listings of an outlet, without delays, images and requisites, as the peers crawl."""
    sections = "".join(
        f'\n[[sections]]\nname = "{name}"\nurl = "{url}"\npages = "all"\n'
        for name, url in outlet["sections"].items()
    )
    return f"""title = "{outlet["title"]}"
timezone = "{outlet["timezone"]}"
languages = {json.dumps(outlet["languages"])}
{sections}
[politeness]
delay = 0
obey_robots = false

[capture]
images = "none"
requisites = false

[limits]
pages = 1000000
"""


def crawl(label: str, archive: Path) -> Measured:
    """Measure a crawl of every source of an archive by the command line."""
    return measure(label, _command(archive, "crawl"), lambda: _articles(archive))


def rebuild(archive: Path, cores: int) -> Measured:
    """Measure a rebuild of the index on this many processor cores, with one worker each."""
    command = _command(archive, "rebuild", "--workers", str(cores))
    usable = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(usable)[:cores])  # processes started from here on inherit it
    try:
        return measure(REBUILDS[cores], command, lambda: _articles(archive))
    finally:
        os.sched_setaffinity(0, usable)


def _command(archive: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "newsarchive", "--archive", str(archive), *words]


def _articles(archive: Path) -> int:
    index = sqlite3.connect(archive / "archive.db")
    try:
        return int(index.execute("SELECT count(*) FROM articles").fetchone()[0])
    finally:
        index.close()


@contextmanager
def run_site(articles: int, outlets: int) -> Iterator[list[dict[str, Any]]]:
    """Serve the site from a separate process; yield its description."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.newssite",
        "--articles",
        str(articles),
        "--outlets",
        str(outlets),
    ]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield json.loads(server.stdout.readline())
        server.stdin.close()


def measure(
    label: str, command: Sequence[str], count: Callable[[], int], output: list[str] | None = None
) -> Measured:
    """Measure a command with all processes it starts; `count` returns how many articles it produced."""
    before, others = resource.getrusage(resource.RUSAGE_CHILDREN), set(_process_tree(os.getpid()))
    began = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        peak = [0]
        watching = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
        watching.start()
        lines = process.stdout.read().splitlines()
    seconds = time.monotonic() - began
    watching.join()
    _reap(others)
    if process.returncode:
        print(*lines, sep="\n", file=sys.stderr)
    if output is not None:
        output += lines
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    measured = Measured(label, count(), seconds, used, peak[0])
    print(
        f"{label}: {measured.articles} articles, {seconds:.1f} s, {measured.milliseconds:.1f} ms CPU time each",
        file=sys.stderr,
    )
    return measured


def _watch(process: int, peak: list[int]) -> None:
    while (Path("/proc") / str(process)).exists():
        memory = sum(map(_resident_bytes, _process_tree(process)))
        if not memory:
            return
        peak[0] = max(peak[0], memory)
        time.sleep(SAMPLE_SECONDS)


def _process_tree(process: int) -> list[int]:
    family = [process]
    for one in family:
        try:
            for thread in os.listdir(f"/proc/{one}/task"):
                family += map(int, Path(f"/proc/{one}/task/{thread}/children").read_text().split())
        except OSError:  # it has ended in the meantime
            continue
    return family


def _resident_bytes(process: int) -> int:
    """Return the bytes in memory of a process; shared memory is divided among its users (PSS)."""
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _adopt_orphans() -> None:
    """Become the parent of orphaned processes, so that their processor time is counted when they are reaped."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reap(others: set[int]) -> None:
    """Wait until all processes of a run have ended, so that their resource usage is counted."""
    while left := set(_process_tree(os.getpid())) - others:
        for process in left:
            with suppress(ChildProcessError):  # a child of one of them
                os.waitpid(process, os.WNOHANG)
        time.sleep(SAMPLE_SECONDS / 10)


def table(measured: Sequence[Measured]) -> str:
    """Return a table of the runs, each compared with bare Scrapy and the inline pipeline."""
    by_name = {one.name: one for one in measured}
    bare, inline = by_name.get("bare Scrapy"), by_name.get("inline pipeline")
    one, two = by_name.get(REBUILDS[1]), by_name.get(REBUILDS[2])
    lines = [
        "| run | articles | articles/s | × bare | × inline | CPU ms an article | × bare | memory, MB |",
        "| --- | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for run in measured:
        is_crawl = run.name not in REBUILDS.values()
        lines.append(
            f"| {run.name} | {run.articles} | {run.rate:.0f}"
            f" | {_ratio(run.rate, bare and bare.rate) if is_crawl else ''}"
            f" | {_ratio(run.rate, inline and inline.rate) if is_crawl else ''}"
            f" | {run.milliseconds:.1f} | {_ratio(run.milliseconds, bare and bare.milliseconds) if is_crawl else ''}"
            f" | {run.peak_bytes / 1e6:.0f} |"
        )
    if one and two:
        lines.append(f"\nThe rebuild on two cores has {two.rate / one.rate:.2f} × the rate of one.")
    return "\n".join(lines)


def _ratio(value: float, of: float | None) -> str:
    return f"{value / of:.2f}" if of else "–"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
