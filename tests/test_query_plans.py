"""No query of a crawl scans a table that grows with the archive, by the query plans."""

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

# The process of a crawl, which also logs the queries of its connections to the index.
ASKING = """
import json, sys
from pathlib import Path
from archive.index.db import connection
from newsarchive.crawling import crawl_child as child

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
# Tables with one row per outlet, crawl, file not yet in a manifest, month, setting or restriction; or no tables.
SMALL = {
    "CONSTANT ROW",
    "crawls",
    "main.search_index_config",
    "restrictions",
    "restrictions USING COVERING INDEX sqlite_autoindex_restrictions_1",
    "search_months",
    "sources",
    "warc_files USING INDEX warc_files_unlisted",
}
DERIVED = ("(subquery-", "asked", "due", "sharing", "visited", "VIRTUAL TABLE")  # rows found by an index


def scans(index: Connection, statement: str) -> list[str]:
    """Return the tables that a statement scans."""
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


def test_no_query_of_a_crawl_scans_a_whole_table(folder: Path, demo_site: DemoSite, tmp_path: Path) -> None:
    site = demo_site.outlets["sloboda"]
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
