"""Every format of FORMATS holds the same articles, and is known wherever formats are named."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import Result

from archive.article_fields import ArticleVersion
from archive.core import Archive
from archive.errors import BadQuery
from archive.export.formats import (
    EXPORT_FORMATS,
    FORMATS,
    ExportFormat,
    Format,
    find_format,
    format_of_file,
    titles,
    writer_of,
)
from docs import generate
from tests.export_readers import READERS, Rows, flat

Typed = Callable[..., Result]
PROJECT = Path(__file__).parents[3] / "pyproject.toml"
every_format = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
of_articles = pytest.mark.parametrize(
    "form", [one for one in FORMATS if not one.has_captures], ids=lambda form: form.name
)


def sorted_rows(rows: Rows | Iterator[dict[str, Any]]) -> Rows:
    return sorted(rows, key=lambda row: (row["id"], row["version"]))


@of_articles
def test_every_format_gives_the_same_articles_back(
    form: Format, archive: Archive, articles: list[ArticleVersion], tmp_path: Path
) -> None:
    file = tmp_path / f"all{form.suffixes[0]}"
    archive.export(file, all_versions=True, links=True)
    assert sorted_rows(READERS[form.name](file)) == sorted_rows(flat(one) for one in articles)


def test_the_table_has_each_format_once() -> None:
    assert get_args(ExportFormat) == EXPORT_FORMATS
    suffixes = [suffix for form in FORMATS for suffix in form.suffixes]
    assert len(suffixes) == len(set(suffixes))


@every_format
def test_the_suffixes_of_a_format_select_it(form: Format) -> None:
    for suffix in form.suffixes:
        assert format_of_file(Path(f"articles{suffix.upper()}")) == form.name


def test_an_unknown_suffix_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BadQuery, match=r"extension \.xlsx: use --format, .*\.ndjson.*\.sqlite3"):
        format_of_file(Path("articles.xlsx"))


@every_format
def test_the_module_of_a_format_describes_its_fields(form: Format) -> None:
    entries = list(writer_of(form.name).describe_fields(links=False))
    assert all(entry.type and entry.meaning for entry in entries)
    assert len({entry.field for entry in entries}) == len(entries)
    writer = writer_of(form.name)
    assert callable(writer.write_archive if form.is_archive else writer.write)


@every_format
def test_commands_and_docs_name_every_format(form: Format, typed: Typed, small: Path) -> None:
    shown = " ".join(typed(small, "export", "--help").stdout.split())
    assert form.name in shown.partition("Output format: ")[2].partition(".")[0].split(", ")
    (row,) = [row for row in generate.researchers().splitlines() if row.startswith(f"| `{form.suffixes[0]}`")]
    assert form.description in row
    assert generate.written("researchers.md") == generate.researchers(), "run 'make docs'"


def test_what_a_format_needs_is_an_extra_of_the_project() -> None:
    extras = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["optional-dependencies"]
    for form in FORMATS:
        assert (form.extra is None) == (form.library is None)
        assert form.extra is None or any(one.startswith(str(form.library)) for one in extras[form.extra])


def test_titles_are_joined_for_a_sentence() -> None:
    assert titles([find_format("csv")]) == "CSV"
    assert titles([find_format("csv"), find_format("sqlite")]) == "CSV or SQLite"
    assert titles([find_format(name) for name in ("csv", "parquet", "sqlite")]) == "CSV, Parquet or SQLite"
