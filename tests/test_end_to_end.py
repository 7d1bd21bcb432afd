"""The main job end to end: the archive contains what the demo site published, field by field."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.core import Archive
from archive.jobs.pool import pool
from newsarchive.cli import main
from newsarchive.demo_site.outlet import load_outlets
from spiders.sources.source import load_all
from tests.conftest import Crawled

OUTLETS = [outlet.name for outlet in load_outlets()]
FIELDS = (
    "title",
    "section",
    "published",
    "published_stated",
    "published_precision",
    "lead",
    "body",
    "authors",
    "tags",
    "language",
    "words",
    "views",
    "images",
    "modified",
    "partial",
    "live_blog",
    "notices",
)
DERIVED = (
    "sources", "crawls", "captures", "warc_files", "failures", "articles", "addresses", "address_clues",
    "versions", "bylines", "tags", "images", "links", "sightings", "copy_groups", "copies", "copy_marks",
    "copy_texts", "copy_habits", "state_changes", "edit_grades",
)  # fmt: skip


@pytest.mark.parametrize("outlet", OUTLETS)
def test_exactly_the_articles_of_an_outlet_are_found_once_each(crawled: Crawled, outlet: str) -> None:
    with Archive.open(crawled.folder) as archive:
        found = [version.url for version in archive.search(source=outlet)]
    assert sorted(found) == sorted(truth.url for truth in crawled.truths[outlet])
    assert crawled.outcomes[outlet].outcome == "finished"
    assert crawled.outcomes[outlet].failures == []


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("outlet", OUTLETS)
def test_every_field_is_extracted_as_published(crawled: Crawled, outlet: str, field: str) -> None:
    with Archive.open(crawled.folder) as archive:
        found = {version.url: version.as_dict()[field] for version in archive.search(source=outlet)}
    printed = {truth.url: truth.as_dict()[field] for truth in crawled.truths[outlet]}
    assert {url: found.get(url) for url in printed} == printed


@pytest.mark.parametrize("outlet", OUTLETS)
def test_listed_pages_that_are_no_articles_have_a_reason(crawled: Crawled, outlet: str) -> None:
    with Archive.open(crawled.folder) as archive:
        for url, reason in crawled.demo_site.outlets[outlet].rejections().items():
            (capture,) = archive.captures(url)
            said = f"redirected to the front page, {crawled.demo_site.outlets[outlet].base_url}/"
            assert capture.reading == (said if reason == "redirect to front page" else reason), url


@pytest.mark.parametrize("outlet", OUTLETS)
def test_the_seed_page_is_extracted_exactly(crawled: Crawled, outlet: str) -> None:
    with Archive.open(crawled.folder) as archive:
        seed = archive.article(crawled.demo_site.outlets[outlet].seed_url)
    assert seed.title.startswith("Саммит ОДКБ по Казахстану: Путин заявил")
    assert seed.section == "Мир"
    assert seed.as_dict()["published"] == "2022-01-10T11:55:00+02:00"
    assert seed.published_stated == "11:55 10 января 2022"
    assert len(seed.paragraphs) == 7
    assert seed.lead is None
    assert seed.authors == ()
    assert [(image.caption, image.credit) for image in seed.images] == [("Путин", "Фото с сайта Кремля")]
    assert seed.views == 822


@pytest.mark.parametrize("outlet", OUTLETS)
def test_every_article_has_a_sighting_with_place_and_headline(crawled: Crawled, outlet: str) -> None:
    with Archive.open(crawled.folder) as archive:
        for truth in crawled.truths[outlet]:
            listed = [row for row in archive.sightings(truth.url) if row.role == "listing"]
            assert listed, truth.url
            assert all(row.place >= 1 and row.headline == truth.title for row in listed), truth.url


def test_the_lead_images_were_captured(crawled: Crawled) -> None:
    with Archive.open(crawled.folder) as archive:
        held = archive.connection.execute(
            "SELECT count(*), count(capture_id) FROM images WHERE place = 1"
        ).fetchone()
    assert held[0] > 0
    assert held[0] == held[1]


def test_records_match_their_digests_and_rows_their_records(crawled: Crawled) -> None:
    with Archive.open(crawled.folder) as archive:
        verified = archive.verify()
    assert verified.problems == []
    assert verified.rows > 100


def test_every_fetch_has_its_record_robots_and_listings_too(crawled: Crawled) -> None:
    with Archive.open(crawled.folder) as archive:
        for outlet, site in crawled.demo_site.outlets.items():
            asked = sorted(site.base_url + request.path for request in crawled.requests[outlet])
            kept = archive.connection.execute(
                "SELECT url FROM captures WHERE source = ? ORDER BY url", (outlet,)
            )
            assert sorted(row["url"] for row in kept) == asked


def test_records_contain_the_bytes_that_were_sent(crawled: Crawled) -> None:
    with Archive.open(crawled.folder) as archive:
        for outlet, site in crawled.demo_site.outlets.items():
            sent = {site.base_url + request.path: request.answer for request in crawled.requests[outlet]}
            for url, answer in sent.items():
                (capture,) = archive.captures(url)
                assert archive.capture(capture.place).raw == answer, url


def test_the_index_is_valid(crawled: Crawled) -> None:
    with sqlite3.connect(crawled.folder / "archive.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_rebuild_gives_the_same_index(crawled: Crawled, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(crawled.folder, folder)
    before = rows_of(folder)
    for path in folder.glob("archive.db*"):
        path.unlink()
    outlets = {source.name: source.outlet for source in load_all(folder / "sources")}
    with pool(2) as executor:
        rebuilt = Archive.rebuild(folder, outlets, executor)
    assert rebuilt.damages == []
    after = rows_of(folder)
    for table in DERIVED:
        assert after[table] == before[table], table


def rows_of(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, with internal numbers replaced by what they refer to.

    Two outlets were crawled at the same time, so the numbers of captures and versions vary.
    """
    connection = sqlite3.connect(folder / "archive.db")
    record = {row[0]: row[1] for row in connection.execute("SELECT id, record_id FROM captures")}
    version = {row[0]: row[1:] for row in connection.execute("SELECT id, article_id, number FROM versions")}
    stands_for = {"capture_id": record, "version_id": version}
    found = {}
    for table in DERIVED:
        cursor = connection.execute(f"SELECT * FROM {table}")
        columns = [column[0] for column in cursor.description]
        internal = {"captures", "versions", "failures"} & {table}
        found[table] = sorted(
            [
                tuple(
                    stands_for.get(column, {}).get(value, value)
                    for column, value in zip(columns, row, strict=True)
                    if not (internal and column == "id")
                )
                for row in cursor
            ],
            key=repr,
        )
    connection.close()
    return found


def test_agency_text_in_three_outlets_is_one_group_with_the_earliest_named(
    crawled: Crawled,
) -> None:
    printed = {
        outlet: next(truth for truth in crawled.truths[outlet] if "Королева Балтики" in truth.body[0])
        for outlet in ("stepnoy", "zarya", "meridian")
    }
    with Archive.open(crawled.folder) as archive:
        copies = archive.copies(printed["zarya"].url)
        altered = archive.altered(printed["stepnoy"].url, printed["zarya"].url)
    assert [copy.article.url for copy in copies] == [truth.url for truth in printed.values()]
    assert [copy.first_by for copy in copies] == ["published", None, None]
    assert copies[1].similarity > 0.7
    assert copies[2].kept < 0.6 < copies[2].taken
    assert [change.name for change in altered] == ["title", "body"]


def test_text_printed_by_every_outlet_is_one_group_of_exactly_these(crawled: Crawled) -> None:
    seeds = {site.seed_url for site in crawled.demo_site.outlets.values()}
    with Archive.open(crawled.folder) as archive:
        copies = archive.copies(min(seeds))
    assert {copy.article.url for copy in copies} == seeds
    assert {copy.similarity for copy in copies} == {1.0}
    assert {copy.first_by for copy in copies} == {None}  # all were published in the same minute


def test_the_demo_changes_nothing_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "newsarchive.toml").write_text("")
    done = CliRunner().invoke(main, ["demo", str(tmp_path)])
    assert done.exit_code == 2
    assert "is not empty and was not made by an earlier demo" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["newsarchive.toml"]


def test_readers_and_crawls_do_not_wait_for_one_another(crawled: Crawled) -> None:
    def count(_: int) -> int:
        with Archive.open(crawled.folder) as archive:
            return sum(1 for _ in archive.search("Казахстан"))

    with ThreadPoolExecutor(4) as threads:
        counts = set(threads.map(count, range(8)))
    assert len(counts) == 1
    assert counts.pop() >= len(OUTLETS)
