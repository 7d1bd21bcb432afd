"""The crawl benchmark gets every article in every run; its speed is not tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_run_of_the_crawl_benchmark_has_every_article() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/crawl.py", "--articles", "6", "--outlets", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    cells = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    assert {row[0].removeprefix("| "): row[1] for row in cells[2:]} == {
        "bare Scrapy": "6",
        "bare Scrapy, CONCURRENT_ITEMS = 4": "6",
        "inline pipeline": "6",
        "first crawl": "6",
        "known outlets": "6",
        "rebuild, one core": "6",
        "rebuild, two cores": "6",
    }, done.stderr
