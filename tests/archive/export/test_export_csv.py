"""Articles as CSV: what a spreadsheet opens, and what it must not run."""

from __future__ import annotations

import csv as standard_csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.article_fields import ArticleVersion, exported_fields
from archive.export import csv, fields
from archive.export.formats import SEPARATORS, Separator
from tests.small_archive import SUMMIT

FORMULAS = (
    "=1+1",
    '=cmd|" /C calc"!A0',
    "+7 495 000-00-00",
    "- Кто там?",
    "@SUM(A1)",
    " =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\t=1+1",
    "\n=1+1",
    "\r=1+1",
    "\tслово",
    "＝1+1",
    "'=1+1",
)


def read(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(
        standard_csv.DictReader(io.StringIO(text.removeprefix(csv.BOM), newline=""), delimiter=delimiter)
    )


def test_csv_begins_with_the_mark_that_excel_needs(articles: list[ArticleVersion]) -> None:
    assert next(csv.rows(articles)).startswith("\ufeffid,url,source,")


def test_lines_end_as_the_standard_says(articles: list[ArticleVersion]) -> None:
    assert all(row.endswith("\r\n") for row in csv.rows(articles))


@pytest.mark.parametrize("separator", SEPARATORS)
def test_csv_gives_every_field_back(articles: list[ArticleVersion], separator: Separator) -> None:
    rows = read("".join(csv.rows(articles, separator=separator)), SEPARATORS[separator])
    assert len(rows) == len(articles)
    for row, article in zip(rows, articles, strict=True):
        stated = article.as_dict()
        assert csv.unescape_formula(row["body"]) == stated["body"]
        assert csv.unescape_formula(row["title"]) == stated["title"]
        assert row["tags"] == "; ".join(stated["tags"])
        assert json.loads(row["images"] or "[]") == stated["images"]
        assert row["capture_digest"] == stated["capture"]["digest"]
        assert row["capture_offset"] == str(stated["capture"]["offset"])
        assert row["lead"] == (stated["lead"] or "")
        assert row["partial"] == "false"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(articles: list[ArticleVersion], text: str) -> None:
    article = replace(articles[0], title=text, authors=(text, "Анна"), section=text)
    (row,) = read("".join(csv.rows([article])))
    for cell in (row["title"], row["authors"], row["section"]):
        assert cell[0] == "'"
    assert csv.unescape_formula(row["title"]) == text


@pytest.mark.parametrize("text", ["", "Мост", "'Мост'", "— Кто там?", "1 - 1 = 0", "«=»", "a@b.example"])
def test_other_text_is_unchanged(text: str) -> None:
    assert csv.escape_formula(text) == text


@given(st.text(alphabet="'=+-@ \t\r\nаб＝", max_size=8) | st.text())
def test_taking_the_apostrophe_away_gives_the_text_back(text: str) -> None:
    assert csv.unescape_formula(csv.escape_formula(text)) == text
    assert not csv.escape_formula(text).lstrip(" \t\r\n\u00a0").startswith(("=", "+", "-", "@"))


def test_numbers_are_numbers(articles: list[ArticleVersion]) -> None:
    frame = pandas.read_csv(io.StringIO("".join(csv.rows(articles)).removeprefix(csv.BOM)))
    assert frame["words"].dtype == "int64"
    assert frame["confidence"].dtype == "float64"
    assert frame["live_blog"].dtype == "bool"
    assert list(frame["id"]) == [article.id for article in articles]


def test_links_have_a_column_on_request(articles: list[ArticleVersion]) -> None:
    (row, *_) = [row for row in read("".join(csv.rows(articles, links=True))) if row["url"] == SUMMIT]
    assert json.loads(row["links"])[0]["url"] == "http://agency.example/odkb"
    assert "links" not in read("".join(csv.rows(articles)))[0]


def test_every_exported_name_has_its_column(articles: list[ArticleVersion]) -> None:
    names = [name for name, _ in fields.flat_columns(exported_fields(links=False))]
    assert list(read("".join(csv.rows(articles)))[0]) == names
    assert len(names) == len(set(names))


@given(st.text(alphabet="'=+-@ \t\r\nаб＝", max_size=8))
def test_the_guide_says_rightly_how_to_have_the_text_back(text: str) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "researchers.md").read_text("utf-8")
    (pattern,) = re.findall(r"`(\^'\+.+?)`", guide)
    cell = csv.escape_formula(text)
    assert (cell[1:] if re.match(pattern, cell) else cell) == text
