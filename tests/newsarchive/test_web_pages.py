"""The pages: search, articles, comparisons, records, sources."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from archive.core import Archive
from archive.extraction import text_diff
from archive.extraction.model import Image
from archive.index.db.connection import connect
from archive.index.rows.version_diff import FieldChange
from newsarchive.web.app import create_app
from newsarchive.web.rendering.body_html import render_body
from newsarchive.web.rendering.templating import format_count, format_time, new_times, old_times
from tests import small_archive


def number(small: Path, url: str) -> int:
    with Archive.open(small) as archive:
        return archive.article(url).id


def read(browser: TestClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def titles(page: str) -> list[str]:
    return [unescape(re.sub("<[^>]*>", "", title)) for title in re.findall(r"<h2[^>]*>(.*?)</h2>", page)]


def test_a_search_without_a_query_shows_the_newest_first(browser: TestClient) -> None:
    found = titles(read(browser, "/"))
    assert len(found) == 5
    assert found[-1] == "Мост через залив закрыт на ремонт до весны"


def test_matching_words_are_highlighted(browser: TestClient) -> None:
    page = read(browser, "/?query=миротворцев")
    assert "<mark>миротворцев</mark>" in page
    assert len(titles(page)) == 1


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ("source=port", 1),
        ("state=removed", 1),
        ("section=Мир&source=primorsk", 4),
        ("author=Анна Ковальчук", 1),
        ("from=2022-01-10&to=2022-01-10", 3),
        ("from=2022-01-11", 0),
        ("query=нетакогослова", 0),
    ],
)
def test_filters_limit_the_results(browser: TestClient, params: str, found: int) -> None:
    assert len(titles(read(browser, f"/?{params}"))) == found


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ("from=2022-13-01", "is not a day"),
        ("from=2022-02-01&to=2022-01-01", "ends before it begins"),
        ("source=nobody", "was never crawled here"),
        ("sort=best", "use one of"),
        ("state=dead", "use one of"),
        ("page=0", "must be a whole number from 1"),
        ("page=x", "must be a whole number from 1"),
        ("query=" + "я" * 1001, "longer than"),
    ],
)
def test_an_invalid_search_is_explained(browser: TestClient, params: str, message: str) -> None:
    answer = browser.get(f"/?{params}")
    assert answer.status_code == 400
    assert message in unescape(answer.text)


@pytest.mark.parametrize(
    "typed", ['"', "NEAR(", "a AND", "*", "-", "title:", "'; DROP", "\x00", "{x} : y", "^", "%00"]
)
def test_no_typed_query_is_an_error(browser: TestClient, typed: str) -> None:
    assert browser.get("/", params={"query": typed}).status_code == 200


def test_archived_markup_is_escaped(browser: TestClient, small: Path) -> None:
    pages = [read(browser, "/"), read(browser, f"/articles/{number(small, small_archive.HOSTILE)}")]
    for page in pages:
        assert "&lt;script&gt;" in page
        assert "<script" not in page.lower().replace('<script src="/static/copy.js" nonce=', "")
        assert "<img src=x" not in page
        assert "<i>Автор" not in page
        assert "{{ 7 * 7 }}" in page
        assert 'href="javascript:' not in page


def test_an_article_page_shows_all_its_data(browser: TestClient, small: Path) -> None:
    page = unescape(read(browser, f"/articles/{number(small, small_archive.SUMMIT)}"))
    for part in (
        "миротворцы уйдут через два дня",
        "2,03 тысячи",
        "Анна Ковальчук",
        "10 January 2022, 11:55 UTC+02:00",
        "11:55 10 января 2022",
        "Фото с сайта Кремля",
        "/snapshot/20220110100002if_/http://news.example/img/summit.png",
        "View latest changes",
        "warc/primorsk-20220111100000-00000.warc.gz",
        "sha256:",
        "urn:uuid:",
        "Саммит ОДКБ по Казахстану",
        'lang="ru"',
    ):
        assert part in page


def test_the_text_keeps_its_structure(browser: TestClient, small: Path) -> None:
    page = unescape(read(browser, f"/articles/{number(small, small_archive.SUMMIT)}"))
    text = page[page.index('<div class="body"') : page.index('<p class="tags">')]
    assert '<a href="/snapshot/20220111100001/http://agency.example/odkb">«быстро' in text
    assert "<blockquote><p>Президент Казахстана" in text
    assert "<strong>2,03 тысячи</strong>" in text
    assert "<ul><li>Антитеррористическая операция" in text
    before, after = text.split("<figure>")
    assert before.rstrip().endswith("решения»</a>.</p>")
    assert after.count("Фото с сайта Кремля") == 1
    assert "summit.png" in after


def test_a_text_without_structure_is_shown_as_paragraphs(browser: TestClient, small: Path) -> None:
    page = read(browser, f"/articles/{number(small, small_archive.BRIDGE)}")
    assert "<p>Мост через залив закрыли в понедельник.</p>" in page


def test_only_known_elements_of_forged_markup_are_rendered() -> None:
    forged = (
        '<p>один</li><ul class="x"><table><td><a href="https://a.example/?x=1&amp;y=2"><b>два</p></table>'
        '<a href="http://b.example/&quot; onclick=&quot;x()">три<!-- --><figure><figcaption><a href="https://c.example/d">'
        "четыре</a></figcaption></figure><svg onload=x()>&lt;script&gt;"
    )
    pictures = [Image("https://c.example/d", "четыре")]
    pieces = render_body(forged, pictures, small_archive.FIRST)
    assert [piece for piece in pieces if isinstance(piece, Image)] == pictures
    markup = "".join(piece for piece in pieces if isinstance(piece, str))
    tags = re.findall(r"<(/?)(\w+)([^>]*)>", markup)
    assert {name for _, name, _ in tags} == {"p", "div", "table", "td", "a"}
    assert {message for _, name, message in tags if name != "a" and message} == {' class="scroll"'}
    assert all(
        re.fullmatch(r' href="/snapshot/[^"]*"', message)
        for at, name, message in tags
        if name == "a" and not at
    )
    opened = [name for at, name, _ in tags if not at]
    assert sorted(opened) == sorted(name for at, name, _ in tags if at)
    assert "&lt;svg onload=x()&gt;&lt;script&gt;" in markup


def test_an_earlier_version_is_marked_as_such(browser: TestClient, small: Path) -> None:
    page = read(browser, f"/articles/{number(small, small_archive.SUMMIT)}?version=1")
    assert "version 1 of 2" in page
    assert "2,3 тысячи" in page


def test_a_removed_article_explains_its_state(browser: TestClient, small: Path) -> None:
    page = read(browser, f"/articles/{number(small, small_archive.GONE)}")
    assert (
        "The address returned 404 or 410 at least twice, 24 hours apart or as the source file says." in page
    )


def test_two_versions_are_compared_word_by_word(browser: TestClient, small: Path) -> None:
    page = read(browser, f"/articles/{number(small, small_archive.SUMMIT)}/compare/1/2")
    assert "<ins>Вывод контингента начнётся" in page
    assert "<del>3</del><ins>03</ins>" in page


def test_identical_versions_are_reported_as_identical(browser: TestClient, small: Path) -> None:
    page = read(browser, f"/articles/{number(small, small_archive.SUMMIT)}/compare/2/2")
    assert "No differences in the extracted text and metadata." in page


def test_the_first_digits_of_an_id_redirect_to_the_article(browser: TestClient, small: Path) -> None:
    whole = str(number(small, small_archive.SUMMIT))
    answer = browser.get(f"/articles/{whole[:8]}")
    assert answer.headers["Location"] == f"/articles/{whole}"


@pytest.mark.parametrize(
    "address",
    [
        "/articles/0",
        "/articles/abc",
        "/articles/٣",
        "/articles/99999999999999999999999999",
        "/articles/../etc/passwd",
        "/sources/nobody",
        "/sources/%00",
        "/record/00000000-0000-4000-8000-000000000000",
        "/record/x",
        "/static/../app.py",
        "/nothing",
    ],
)
def test_missing_pages_are_404_with_an_explanation(browser: TestClient, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 404
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


def test_a_missing_version_is_named(browser: TestClient, small: Path) -> None:
    key = number(small, small_archive.SUMMIT)
    for address in (f"/articles/{key}?version=7", f"/articles/{key}/compare/1/7"):
        answer = browser.get(address)
        assert answer.status_code == 404
        assert "no version 7" in answer.text


def test_the_sources_and_their_crawls_are_shown(browser: TestClient) -> None:
    assert "Вісник порту" in read(browser, "/sources")
    page = read(browser, "/sources/primorsk")
    assert page.count("finished") == 3


def test_an_unknown_parameter_lists_the_known_ones(browser: TestClient) -> None:
    answer = browser.get("/?foo=bar")
    assert answer.status_code == 400
    assert "Unknown parameter “foo”. Known parameters: query, source, section" in answer.text


def test_the_listings_of_an_article_have_one_row_each(browser: TestClient, small: Path) -> None:
    page = read(browser, f"/articles/{number(small, small_archive.SUMMIT)}")
    (row,) = re.findall(r"<tr>.*?</tr>", page.split('id="h-listed"')[1].split("</tbody>")[0])[1:]
    assert 'data-label="Captures">2<' in row
    assert row.count("Саммит ОДКБ по Казахстану") == 1
    assert row.count("2022-01-10 10:00:00") == row.count("2022-01-11 10:00:00") == 1


def test_changed_times_are_shown_in_the_usual_format() -> None:
    moved = FieldChange("modified", text_diff.diff_paragraphs(["2022-01-10T11:55:00+02:00"], ["2022-01-12"]))
    assert [format_time(moment) for moment in old_times(moved)] == ["10 January 2022, 11:55 UTC+02:00"]
    assert [format_time(moment) for moment in new_times(moved)] == ["12 January 2022"]


def test_an_image_links_to_its_snapshot(browser: TestClient, small: Path) -> None:
    page = read(browser, f"/articles/{number(small, small_archive.SUMMIT)}")
    assert "Snapshot of this image</span><img" in page


def test_the_printout_includes_the_evidence(browser: TestClient, small: Path) -> None:
    sheet = browser.get("/static/style.css").text.partition("@media print {")[2]
    hidden = re.findall(r"([^{}]+)\{[^}]*display: none", sheet)
    assert hidden
    assert not any(part in "".join(hidden) for part in (".aside", ".evidence", ".cite", "section"))
    page = read(browser, f"/articles/{number(small, small_archive.SUMMIT)}?version=1")
    assert "Version 1 of 2, captured 10 January 2022, 10:00:03 UTC from" in page


def test_a_record_page_shows_the_original_headers(browser: TestClient, small: Path) -> None:
    with Archive.open(small) as archive:
        row = archive.captures(small_archive.SUMMIT)[0]
    bare = row.record_id.strip("<>").removeprefix("urn:uuid:")
    assert "Content-Type: text/html; charset=utf-8" in read(browser, f"/record/{bare}")
    raw = browser.get(f"/record/{bare}?raw")
    assert raw.headers["Content-Type"] == "application/warc"
    assert raw.content.startswith(b"WARC/1.1\r\nWARC-Type: response\r\n")
    assert b"\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html" in raw.content


def test_a_damaged_record_gives_a_page_with_file_and_offset(tmp_path: Path) -> None:
    folder = small_archive.build(tmp_path / "archive")
    with Archive.open(folder) as archive:
        row = archive.captures(small_archive.SUMMIT)[0]
    path = folder / row.place.file
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[row.place.offset + 40] ^= 0xFF
    path.write_bytes(data)
    with TestClient(create_app(folder), base_url="http://localhost") as client:
        answer = client.get("/snapshot/20220110100003/" + small_archive.SUMMIT)
    assert answer.status_code == 500
    assert f"{row.place.file} at byte {row.place.offset}" in answer.text
    assert "newsarchive verify" in answer.text


def test_a_missing_index_gives_instructions(tmp_path: Path) -> None:
    folder = small_archive.build(tmp_path / "archive")
    for path in folder.glob("archive.db*"):
        path.unlink()
    with TestClient(create_app(folder), base_url="http://localhost") as client:
        answer = client.get("/")
    assert answer.status_code == 500
    assert "newsarchive rebuild" in answer.text


def test_source_facets_link_to_a_search_in_that_source(browser: TestClient) -> None:
    message = browser.get("/").text
    assert re.search(r'<a href="/\?source=primorsk">[^<]+</a> <span class="number">4</span>', message)
    assert re.search(
        r'<strong>[^<]+</strong> <span class="number">1</span>', browser.get("/?source=port").text
    )


def test_other_inflected_forms_are_highlighted(browser: TestClient) -> None:
    message = browser.get("/?query=миротворец").text
    assert "<mark>миротворцы</mark>" in message
    assert "<mark>миротворцев</mark>" in message


def test_months_without_articles_are_gaps_in_the_timeline() -> None:
    from archive.filters import Filters
    from newsarchive.web.http.search_params import SearchParams
    from newsarchive.web.pages.search import timeline_bars

    params = SearchParams(Filters("мир"), None, page=3, per_page=20)
    drawn = list(timeline_bars(params, {None: 4, "2021-11": 2, "2022-02": 8}))
    assert [(bar.month.isoformat(), bar.articles, bar.height) for bar in drawn] == [
        ("2021-11-01", 2, 25.0),
        ("2021-12-01", 0, 0),
        ("2022-01-01", 0, 0),
        ("2022-02-01", 8, 100.0),
    ]
    assert drawn[-1].address == "/?query=%D0%BC%D0%B8%D1%80&from=2022-02-01&to=2022-02-28"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 versions"), (1, "1 version"), (2, "2 versions"), (1234, "1,234 versions")]
)
def test_a_count_has_the_right_plural(count: int, text: str) -> None:
    assert format_count(count, "version") == text


def test_an_irregular_plural_can_be_given() -> None:
    assert [format_count(count, "copy", "copies") for count in (1, 2)] == ["1 copy", "2 copies"]


def test_a_time_in_utc_has_no_offset() -> None:
    assert format_time(datetime(2022, 1, 10, 9, 55, tzinfo=UTC)) == "10 January 2022, 09:55 UTC"


def test_every_time_shows_its_zone(browser: TestClient, small: Path) -> None:
    key = number(small, small_archive.SUMMIT)
    addresses = ["/", "/sources", "/sources/primorsk", f"/articles/{key}", f"/articles/{key}/compare/1/2"]
    addresses.append(f"/snapshot/20220111100001/{small_archive.SUMMIT}")
    for address in addresses:
        times = re.findall(r"<time [^>]*>([^<]*)</time>", read(browser, address))
        assert times, address
        assert [time for time in times if ":" in time and "UTC" not in time] == []


def test_a_page_after_the_last_links_to_the_first(browser: TestClient) -> None:
    page = read(browser, "/?source=primorsk&page=9")
    assert "no results on this page" in page
    assert 'href="/?source=primorsk">go to the first page' in page


def test_no_matches_are_reported_with_advice(browser: TestClient) -> None:
    page = read(browser, "/?query=нетакогослова")
    assert "No matches." in page
    assert "Казахстан*" in page
    assert "No matches." in read(browser, "/?from=2022-01-11")


def test_an_article_without_a_source_links_to_no_source_page(tmp_path: Path) -> None:
    folder = small_archive.build(tmp_path / "archive")
    connection = connect(folder / "archive.db")
    connection.execute("UPDATE articles SET source = NULL")
    connection.close()
    with TestClient(create_app(folder), base_url="http://localhost") as client:
        page = read(client, f"/articles/{number(folder, small_archive.SUMMIT)}")
    assert "Unknown outlet" in page
    assert 'href="/sources/' not in page


def test_an_invalid_search_has_its_own_title(browser: TestClient) -> None:
    assert "<h1>This search is not valid</h1>" in browser.get("/?from=yesterday").text
    assert "<h1>Invalid request</h1>" in browser.get("/snapshot/x").text


def test_a_source_page_shows_the_notes_and_outcomes_of_crawls(tmp_path: Path) -> None:
    folder = small_archive.build(tmp_path / "archive")
    connection = connect(folder / "archive.db")
    connection.execute(
        "UPDATE crawls SET notes = 'First note.' || char(10) || 'Second note.', outcome = NULL"
    )
    connection.close()
    with TestClient(create_app(folder), base_url="http://localhost") as client:
        page = read(client, "/sources/port")
        assert "2 notes" in read(client, "/sources")
    assert "<li>First note.</li><li>Second note.</li>" in page
    assert "First note. Second note." in page
    assert "running or interrupted" in page
