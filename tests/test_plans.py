"""No question that a crawl puts to the index grows with what other crawls have kept: its plans say so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from archive import paths
from archive.index.db.connection import Connection, connect
from newsarchive.demo_site import DemoSite
from tests.conftest import describe

# A crawl's process as it is, that notes what its connections to the index are asked.
ASKING = """
import json, sys
from pathlib import Path
from archive.index.db import connection
from newsarchive import crawl_child as child

asked, opened = set(), connection.connect

def connect(path, **named):
    made = opened(path, **named)
    made.set_trace_callback(asked.add)
    return made

connection.connect = connect
code = child.main(sys.argv[2:])
Path(sys.argv[1]).write_text(json.dumps(sorted(asked)))
sys.exit(code)
"""
# One row an outlet, a crawl, a file not yet in a manifest, a month, a setting; or no table.
SMALL = {
    "CONSTANT ROW",
    "crawls",
    "main.search_index_config",
    "search_months",
    "sources",
    "warc_files USING INDEX warc_files_unlisted",
}
DERIVED = ("(subquery-", "due", "longest", "sharing", "VIRTUAL TABLE")  # what was found by an index


def scans(index: Connection, statement: str) -> list[str]:
    """The tables that a statement looks through from beginning to end."""
    plan = [row["detail"] for row in index.execute(f"EXPLAIN QUERY PLAN {statement}")]
    whole = [step.removeprefix("SCAN ") for step in plan if step.startswith("SCAN ")]
    return [one for one in whole if one not in SMALL and not any(name in one for name in DERIVED)]


def asked_by_crawl(folder: Path, source: str, told: Path) -> list[str]:
    subprocess.run(
        [sys.executable, "-c", ASKING, str(told), source],
        env={**os.environ, "NEWSARCHIVE_HOME": str(folder), "SCRAPY_SETTINGS_MODULE": "newsarchive.settings"},
        cwd=folder,
        check=True,
    )
    asked: list[str] = json.loads(told.read_text())
    return [one for one in asked if one.lstrip().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE"))]


def test_no_question_of_a_crawl_is_put_to_a_whole_table(
    folder: Path, newsroom: DemoSite, tmp_path: Path
) -> None:
    site = newsroom.outlets["sloboda"]
    name = describe(folder, site)
    first = asked_by_crawl(folder, name, tmp_path / "first.json")
    changed, removed, moved = [truth.url for truth in site.truth()][:3]
    site.edit_paragraph(changed, 0, "К вечеру стали известны подробности, и первый абзац написан заново.")
    site.remove(removed)
    site.move(moved, "novyi-adres-toi-zhe-stati")
    second = asked_by_crawl(folder, name, tmp_path / "second.json")
    with closing(connect(paths.index_path(folder))) as index:
        found = {tuple(told): one for one in (*first, *second) if (told := scans(index, one))}
    assert len(first) > 100
    assert not found
