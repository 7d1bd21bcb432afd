"""Articles as Parquet: the types that other programs read."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pandas
import pyarrow.parquet
import pytest

from archive.core import Archive
from archive.errors import ArchiveError
from archive.export import parquet
from archive.export.provenance import ExportRequest
from archive.index.rows.versions import ArticleVersion
from tests.small_archive import BRIDGE, SUMMIT


@pytest.fixture(scope="module")
def written(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("parquet") / "all.parquet"
    with Archive.open(small) as archive:
        archive.export(file, all_versions=True, links=True)
    return file


def test_it_gives_every_article_back(written: Path, archive: Archive) -> None:
    rows = pyarrow.parquet.read_table(written).to_pylist()
    articles = list(archive.search(all_versions=True, sort="oldest"))
    assert len(rows) == len(articles)
    for row, article in zip(rows, articles, strict=True):
        expected = article.as_dict()
        for name in (
            "id",
            "url",
            "title",
            "lead",
            "body",
            "authors",
            "tags",
            "images",
            "notices",
            "words",
            "views",
        ):
            assert row[name] == expected[name]
        assert row["published"] == expected["published"]
        assert row["published_utc"] == article.published_utc
        assert row["capture_record_id"] == expected["capture"]["record_id"]
        assert row["capture_fetched_at"] == article.capture.fetched_at
        assert row["links"] == [{"url": link.url, "text": link.text} for link in article.links]


def test_duckdb_asks_about_moments_and_lists(written: Path) -> None:
    import duckdb  # here: loaded before conftest freezes the modules, it complains at the end that they are not freed

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        asked = f"""
            SELECT published_utc, published, published_stated, images[1].caption, list_contains(tags, 'ОДКБ')
            FROM '{written}' WHERE url = '{SUMMIT}' AND version = 1
        """
        (row,) = connection.execute(asked).fetchall()
        assert row[0].astimezone(UTC) == datetime(2022, 1, 10, 9, 55, tzinfo=UTC)
        assert row[1:] == ("2022-01-10T11:55:00+02:00", "11:55 10 января 2022", "Путин", True)
        kinds = dict(
            connection.execute(
                f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '{written}')"
            ).fetchall()
        )
    assert kinds["published_utc"] == kinds["capture_fetched_at"] == "TIMESTAMP WITH TIME ZONE"
    assert kinds["authors"] == "VARCHAR[]"
    assert kinds["partial"] == "BOOLEAN"


def test_pandas_reads_moments_with_their_zone(written: Path) -> None:
    frame = pandas.read_parquet(written)
    assert str(frame["published_utc"].dt.tz) == "UTC"
    summit = frame[frame["url"] == SUMMIT].iloc[0]
    assert summit["published_utc"] == pandas.Timestamp("2022-01-10T09:55Z")
    assert list(summit["tags"]) == ["ОДКБ", "Казахстан"]


def test_a_day_alone_stays_a_day(written: Path) -> None:
    frame = pandas.read_parquet(written)
    bridge = frame[frame["url"] == BRIDGE].iloc[0]
    assert (bridge["published"], bridge["published_precision"]) == ("2022-01-10", "day")
    assert bridge["published_utc"] == pandas.Timestamp("2022-01-10T00:00+02:00")


def test_columns_carry_their_meaning(written: Path) -> None:
    field = pyarrow.parquet.read_schema(written).field("capture_offset")
    assert field.metadata[b"unit"] == b"bytes"
    assert field.metadata[b"description"]


def test_row_groups_are_written_as_they_come(
    articles: list[ArticleVersion], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "BATCH", 2)
    monkeypatch.setattr(parquet, "ROW_GROUP", 2)
    with (tmp_path / "a.parquet").open("wb") as file:
        parquet.write(iter(articles), file, ExportRequest("parquet"))
    expected = pyarrow.parquet.ParquetFile(tmp_path / "a.parquet")
    assert expected.metadata.num_rows == len(articles) == 6
    assert expected.num_row_groups == 2


def test_no_articles_are_a_file_with_columns_and_no_rows(archive: Archive, tmp_path: Path) -> None:
    archive.export(tmp_path / "none.parquet", "такогословаздесьнет")
    frame = pandas.read_parquet(tmp_path / "none.parquet")
    assert frame.empty
    assert "title" in frame.columns


def test_where_pyarrow_is_missing_one_sentence_says_what_to_do(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ArchiveError, match=r"^Parquet needs pyarrow.*newsarchive\[parquet\]"):
        archive.export(tmp_path / "all.parquet")
    assert list(tmp_path.iterdir()) == []
