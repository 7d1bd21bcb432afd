"""A crawl as a person starts it, against the demo site."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.demo_site import DemoSite
from tests.conftest import Typed, describe


def test_a_dry_run_shows_what_would_be_extracted_and_stores_nothing(
    folder: Path, demo_site: DemoSite, typed: Typed
) -> None:
    name = describe(folder, demo_site.outlets["primorsk"], minimal=True)
    report = json.loads(typed(folder, "sources", "check", name, "--json").stdout)
    assert not list((folder / "warc").iterdir())
    assert report["articles"] == len(report["pages"]) > 0
    assert report["filled"]["title"] == report["filled"]["published"] == report["articles"]
    assert any(listing["found"] for listing in report["listings"])


def test_a_crawl_ends_with_its_outcome(folder: Path, demo_site: DemoSite, typed: Typed) -> None:
    name = describe(folder, demo_site.outlets["primorsk"], minimal=True)
    result = typed(folder, "crawl", name)
    assert result.exit_code == 0
    heading, row = result.stdout.splitlines()
    counts = dict(zip(heading.split(), row.split(), strict=True))
    assert counts["SOURCE"] == name
    assert counts["NEW"] == counts["FOUND"] != "0"
    assert counts["FAILED"] == "0"
    (again,) = json.loads(typed(folder, "crawl", "--json").stdout)
    assert (again["new"], str(again["known"])) == (0, counts["NEW"])


@pytest.mark.slow
def test_a_site_that_does_not_answer_is_a_finding_with_its_reason(folder: Path, typed: Typed) -> None:
    (folder / "sources" / "silent.toml").write_text(
        'title = "Silent"\ntimezone = "UTC"\n[[sections]]\nurl = "http://127.0.0.1:9/"\n'
        "[politeness]\ndelay = 0\n"
    )
    result = typed(folder, "crawl", "silent")
    assert result.exit_code == 1
    why = "could not fetch robots.txt (connection refused)"
    assert result.stdout.endswith(f"silent: 1 URL failed:\n  {why}\n    http://127.0.0.1:9/\n")
    assert "Traceback" not in result.output
    looked = typed(folder, "sources", "check", "silent")
    assert looked.exit_code == 1
    assert looked.stdout.startswith(f"Silent: {why}\n  http://127.0.0.1:9/\n")
    assert "No articles found" in looked.stdout


def test_a_crawl_that_is_interrupted_ends_in_order(folder: Path, demo_site: DemoSite) -> None:
    text = demo_site.outlets["primorsk"].source_toml(minimal=True, delay=2.0)
    (folder / "sources" / "primorsk.toml").write_text(text, encoding="utf-8")
    typed = [sys.executable, "-m", "newsarchive", "--archive", str(folder), "crawl"]
    with subprocess.Popen(typed, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        assert child.stdout is not None
        assert child.stderr.readline().startswith("primorsk: ")
        child.send_signal(signal.SIGINT)
        said, printed = child.stderr.read(), child.stdout.read()
        assert child.wait() == 1
    assert "Traceback" not in said
    assert "The next crawl continues from here." in printed
