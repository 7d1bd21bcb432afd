"""Crawls and schedules under a wrong clock that is then corrected, and their messages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archive.core import Archive
from newsarchive.demo_site import DemoSite
from tests.conftest import describe

PLACES = ("/usr/lib", "/usr/lib64", "/usr/local/lib")


@pytest.fixture
def wrong_clock(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a process whose clock is off by the number in a file, which may change."""
    found = [path for place in PLACES for path in Path(place).glob("**/faketime/libfaketime.so.1")]
    if not found:
        pytest.skip("libfaketime is not installed: no process here can have a clock of its own.")
    return {
        **os.environ,
        "LD_PRELOAD": str(found[0]),
        "FAKETIME_TIMESTAMP_FILE": str(tmp_path / "clock"),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def set_clock(by: str, clock: dict[str, str]) -> None:
    file = Path(clock["FAKETIME_TIMESTAMP_FILE"])
    file.with_suffix(".new").write_text(f"{by}\n")
    file.with_suffix(".new").replace(file)


def command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "newsarchive", "--archive", str(folder), *arguments]


def typed(
    folder: Path, *arguments: str, clock: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(folder, *arguments), env=clock, capture_output=True, text=True, check=False)


def test_crawls_under_a_clock_that_was_ahead_hold_nothing_back(
    folder: Path, demo_site: DemoSite, wrong_clock: dict[str, str]
) -> None:
    name = describe(folder, demo_site.outlets["primorsk"], minimal=True)
    set_clock("+27000d", wrong_clock)
    ahead = typed(folder, "crawl", "--json", clock=wrong_clock)
    assert (ahead.returncode, json.loads(ahead.stdout)[0]["new"]) == (0, 5)

    status = typed(folder, "status")
    assert (status.returncode, status.stderr) == (0, "")
    assert "(in the future)" in status.stdout
    assert f"{name}: 1 crawl is dated in the future, up to 2" in status.stdout

    now = typed(folder, "crawl", "--json")
    assert (now.returncode, json.loads(now.stdout)[0]["known"]) == (0, 5)
    assert "The previous crawl is dated 2" in (folder / "state" / "logs" / f"{name}.log").read_text("utf-8")
    (state,) = json.loads(typed(folder, "status", "--json").stdout)
    assert state["last_crawl"]["id"] == json.loads(now.stdout)[0]["crawl"]
    assert [note[:32] for note in state["notes"]] == ["1 crawl is dated in the future, "]

    verified = json.loads(typed(folder, "verify", "--json").stdout)
    assert verified["problems"] == []
    assert "captures are dated in the future" in verified["notes"][0]
    with Archive.open(folder) as archive:
        before = [tuple(row) for row in archive.connection.execute("SELECT * FROM articles ORDER BY id")]
    assert typed(folder, "rebuild").returncode == 0
    with Archive.open(folder) as archive:
        after = [tuple(row) for row in archive.connection.execute("SELECT * FROM articles ORDER BY id")]
        assert archive.crawls(name)[0].id == state["last_crawl"]["id"]
    assert after == before


def test_the_timetable_follows_a_clock_that_is_set_while_it_is_kept(
    folder: Path, demo_site: DemoSite, wrong_clock: dict[str, str]
) -> None:
    name = describe(folder, demo_site.outlets["primorsk"], minimal=True)
    file = folder / "sources" / f"{name}.toml"
    file.write_text('schedule = "0 0 1 1 *"\n' + file.read_text("utf-8"), encoding="utf-8")
    set_clock("+27000d", wrong_clock)
    steps = ["+0d", "+400d"]
    lines = []
    with subprocess.Popen(
        command(folder, "run"), env=wrong_clock, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            lines.append(line[20:].strip())
            if "crawl ended" in line and steps:
                set_clock(steps.pop(0), wrong_clock)
            elif "crawl ended" in line:
                child.send_signal(signal.SIGTERM)
    messages = [line for line in lines if line.startswith("The clock") or line.endswith("crawl started")]
    assert messages == [
        f"{name}: crawl started",
        "The clock was set back by 74 years.",
        f"{name}: crawl started",
        "The clock was set forward by 400 days.",
        f"{name}: crawl started",
    ]
