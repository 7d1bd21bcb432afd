"""Articles written out for other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import export
from archive.index.versions import ArticleVersion
from archive.store import Archive
from tests.small_archive import HOSTILE, SUMMIT, build


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> list[ArticleVersion]:
    with Archive.open(build(tmp_path_factory.mktemp("export") / "archive")) as archive:
        return list(archive.search(all_versions=True))


def test_a_line_is_an_article_under_its_exported_names(articles: list[ArticleVersion]) -> None:
    lines = "".join(export.jsonl(articles)).splitlines()
    assert [json.loads(line) for line in lines] == [article.as_dict() for article in articles]


def test_other_alphabets_stay_readable(articles: list[ArticleVersion]) -> None:
    assert "Саммит ОДКБ" in "".join(export.jsonl(articles))


@given(st.text())
def test_json_gives_the_text_back_and_holds_nothing_a_terminal_obeys(text: str) -> None:
    written = export.to_json({"text": text})
    assert json.loads(written) == {"text": text}
    assert len(written.splitlines()) == 1
    assert not set(written) & set(map(chr, [*range(32), *range(127, 160), 0x202E, 0x2028]))


def test_csv_begins_with_the_mark_that_excel_needs(articles: list[ArticleVersion]) -> None:
    assert next(export.csv_rows(articles)).startswith("\ufeffid,url,source,")


def test_csv_gives_every_field_back(articles: list[ArticleVersion]) -> None:
    text = "".join(export.csv_rows(articles)).removeprefix(export.BOM)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == len(articles)
    for row, article in zip(rows, articles, strict=True):
        stated = article.as_dict()
        assert row["body"] == stated["body"]
        assert row["tags"] == "; ".join(stated["tags"])
        assert json.loads(row["images"] or "[]") == stated["images"]
        assert row["capture_digest"] == stated["capture"]["digest"]
        assert row["lead"] == (stated["lead"] or "")


def test_every_exported_name_has_its_column(articles: list[ArticleVersion]) -> None:
    assert set(export.flat(articles[0])) == set(export.CSV_COLUMNS)


def test_markup_is_exported_as_it_was_printed(articles: list[ArticleVersion]) -> None:
    lines = [json.loads(line) for line in export.jsonl(articles)]
    (hostile,) = [line for line in lines if line["url"] == HOSTILE]
    assert hostile["lead"] == "</p><img src=x onerror=alert(1)>"


def test_nothing_is_asked_for_before_it_is_written(articles: list[ArticleVersion]) -> None:
    taken: list[str] = []

    def one_by_one() -> Iterator[ArticleVersion]:
        for article in articles:
            taken.append(article.url)
            yield article

    pieces = export.jsonl(one_by_one())
    next(pieces)
    assert len(taken) == 1
    assert SUMMIT in {article.url for article in articles}
