"""The docs cover what the program has: every command, table, setting and key of a source file."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from archive.core import Archive
from archive.filters import STATES
from archive.index.db import schema_docs
from archive.index.db.schema import TABLES, VIEWS
from docs import generate
from newsarchive import __version__, config
from spiders.sources.schema import Definition
from spiders.sources.validation import all_keys

DOCS = Path(__file__).parents[1] / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    assert generate.written("cli.md") == generate.cli(), "run 'make docs'"


def test_the_page_of_tables_is_what_the_schema_says() -> None:
    assert generate.written("schema.md") == generate.schema(), "run 'make docs'"


def test_the_page_of_fields_is_what_the_exports_say() -> None:
    assert generate.written("fields.md") == generate.exported(), "run 'make docs'"


@pytest.mark.parametrize(("name", "page"), generate.with_key_tables().items())
def test_the_tables_of_keys_are_what_the_schemas_say(name: str, page: str) -> None:
    assert generate.written(name) == page, "run 'make docs'"


@pytest.mark.parametrize("thing", [*TABLES, *VIEWS])
def test_every_table_and_view_has_its_part_of_the_page(thing: str) -> None:
    page = generate.written("schema.md")
    assert re.search(rf"^## {thing}( \(a view\))?\n\n[A-Z].+\.\n", page, re.MULTILINE)
    part = re.split(rf"^## {thing}\b", page, flags=re.MULTILINE)[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == [
        column.name for column in schema_docs.columns_of(thing)
    ]


def test_the_picture_shows_every_reference_there_is() -> None:
    connection = sqlite3.connect(":memory:")
    for statement in TABLES.values():
        connection.execute(statement)
    documented = {
        (row[2], table, row[3])
        for table in TABLES
        for row in connection.execute(f"PRAGMA foreign_key_list({table})")
    }
    connection.close()
    drawn = re.findall(r"^    (\w+) (?:\|\||\|o)--o\{ (\w+) : (\w+)$", generate.picture(), re.MULTILINE)
    assert sorted(drawn) == sorted(documented)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_says_what_it_holds(table: str) -> None:
    for line in TABLES[table].splitlines():
        if re.match(r'    "?\w+"? (?:INTEGER|TEXT|REAL|BLOB)\b', line):
            assert "-- " in line or "REFERENCES" in line, line
    silent = [name for name, _, says in generate._columns(TABLES[table]) if not says]
    assert not silent


@pytest.mark.parametrize("table", TABLES)
def test_every_column_has_its_row(table: str) -> None:
    columns = re.findall(r'^    "?(\w+)"? (?:INTEGER|TEXT|REAL|BLOB)\b', TABLES[table], re.MULTILINE)
    assert [name for name, _, _ in generate._columns(TABLES[table])] == columns


@pytest.mark.parametrize("key", config.setting_keys())
def test_every_setting_is_explained(key: str) -> None:
    assert f"| `{key}` |" in (DOCS / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", all_keys(Definition))
def test_every_key_of_a_source_file_is_explained(key: str) -> None:
    assert f"| `{key}` |" in (DOCS / "sources.md").read_text(encoding="utf-8")


def test_the_messages_in_the_table_of_troubles_are_those_of_the_program() -> None:
    page = (DOCS / "archivists.md").read_text(encoding="utf-8")
    table = page.split("| Message or symptom |")[1].split("\n\n")[0]
    quoted = [text for row in table.splitlines()[2:] for text in re.findall("«([^»]+)»", row.split("|")[1])]
    assert len(quoted) > 15
    modules = [
        path for name in ("archive", "spiders", "newsarchive") for path in (DOCS.parent / name).rglob("*.py")
    ]
    code = "\n".join(path.read_text(encoding="utf-8") for path in modules)
    assert [text for text in quoted if text not in code] == []


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda path: path.stem)
def test_every_file_of_the_project_that_the_docs_name_exists(page: Path) -> None:
    named = r"`((?:archive|spiders|newsarchive|tests|benchmarks|docs)/[\w./-]+\.(?:py|toml|sql|md))`"
    text = page.read_text(encoding="utf-8")
    assert [path for path in re.findall(named, text) if not (DOCS.parent / path).exists()] == []


def test_the_version_is_the_same_wherever_it_is_stated() -> None:
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (DOCS.parent / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.+)$", citation, re.MULTILINE) == [project["version"]] == [__version__]


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_in_the_glossary(state: str) -> None:
    assert f"\n| {state} | " in (DOCS / "glossary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("record", DECISIONS, ids=lambda path: path.stem)
def test_every_decision_has_number_date_status_and_its_three_parts(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    title = re.match(
        r"# (\d+)\. (.+)\n\n- Date: \d{4}-\d\d-\d\d.*\n- Status: (accepted|superseded by .+)\n", text
    )
    assert title
    assert title[1] == str(int(record.name[:4]))
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    assert f"| {title[1]} | [{title[2]}]({record.name}) | " in index


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(record.name[:4]) for record in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the documentation site, built without network and without warnings."""
    if not find_spec("mkdocs"):
        pytest.skip("mkdocs is missing: pip install 'newsarchive[docs]'")
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=DOCS.parent,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def test_the_pages_of_the_site_load_nothing_from_elsewhere(site: Path) -> None:
    loads = re.compile(
        r"<(?:script|img|iframe|source)[^>]+src=\"?(?:https?:)?//[^ >]+|<link[^>]+href=\"?(?:https?:)?//[^>]+"
    )
    pages = list(site.rglob("*.html"))
    assert len(pages) > len(DECISIONS)
    assert [found for page in pages for found in loads.findall(page.read_text(encoding="utf-8"))] == []


def test_the_site_describes_every_method_of_an_archive_and_the_fields_of_its_values(site: Path) -> None:
    methods = [name for name, value in vars(Archive).items() if callable(value) and not name.startswith("_")]
    page = (site / "api" / "archive.html").read_text(encoding="utf-8")
    assert [name for name in methods if f'id="archive.core.Archive.{name}"' not in page] == []
    values = (site / "api" / "values.html").read_text(encoding="utf-8")
    assert "paragraphs separated by one blank line" in values


def test_the_comment_of_a_field_is_beside_it_or_above_it() -> None:
    pytest.importorskip("griffe", reason="griffe is missing: pip install 'newsarchive[docs]'")
    from docs import field_comments

    lines = [
        "    a: str = '#'  # beside «it»",
        "    # above it,",
        "    # in two lines",
        "    b: int",
        "    c: int",
    ]
    assert [field_comments.comment_of(lines, at, at) for at in (1, 4, 5)] == [
        "beside «it»",
        "above it, in two lines",
        "",
    ]
