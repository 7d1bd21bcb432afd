"""Lists of sites: CSV, OPML, and one address a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import ArchiveError
from newsarchive.source_setup.source_list import ListedSite, ListError, complete_url, read_list

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>My feeds</title></head><body>
<outline text="Україна">
  <outline text="Львів">
    <outline type="rss" text="Вечірній Зразок" xmlUrl="https://zrazok.example/rss" htmlUrl="https://zrazok.example/"/>
  </outline>
</outline>
<outline type="rss" text="Без сайту" xmlUrl="https://feeds.example/all.xml"/>
<outline text="Broken" xmlUrl="feed://x"/>
</body></opml>"""


def read(tmp_path: Path, name: str, text: str) -> list[ListedSite | ListError]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_list(path)


def test_csv_columns_are_found_by_their_headings(tmp_path: Path) -> None:
    text = (
        "\ufeffName;Title;Website;Time zone;RSS\n"
        'primorsk;"Новости\nПриморска";news.example;Europe/Kyiv;https://news.example/rss https://news.example/2\n'
        "\n"
        ";;https://second.example/;;\n"
        "bad;;not an address;;\n"
        "zone;;https://third.example/;Kyiv;\n"
        "empty;;;;\n"
        "twice;;https://second.example/;;\n"
    )
    assert read(tmp_path, "list.csv", text) == [
        ListedSite(
            2,
            "https://news.example",
            name="primorsk",
            title="Новости\nПриморска",
            timezone="Europe/Kyiv",
            feeds=("https://news.example/rss", "https://news.example/2"),
        ),
        ListedSite(5, "https://second.example/"),
        ListError(6, "'not an address' is not a web address."),
        ListError(7, "'Kyiv' is not a time zone; write an IANA name such as Europe/Kyiv."),
        ListError(8, "names no address."),
        ListError(9, "https://second.example/ is the same as in line 5."),
    ]


def test_outlines_are_read_however_deep(tmp_path: Path) -> None:
    assert read(tmp_path, "feeds.opml", OPML) == [
        ListedSite(
            5, "https://zrazok.example/", title="Вечірній Зразок", feeds=("https://zrazok.example/rss",)
        ),
        ListedSite(8, "https://feeds.example/", title="Без сайту", feeds=("https://feeds.example/all.xml",)),
        ListError(9, "'feed://x' is not a web address."),
    ]


def test_a_list_of_addresses(tmp_path: Path) -> None:
    text = "# outlets\nnews.example\n\nhttps://a.example/world/ # one section\n"
    assert read(tmp_path, "urls.txt", text) == [
        ListedSite(2, "https://news.example"),
        ListedSite(4, "https://a.example/world/"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("list.csv", b"outlet,zone\nA,B\n", "the first line must name the columns, one of them url"),
        ("list.csv", "url\nпример".encode("cp1251"), "is not UTF-8 text"),
        ("list.opml", b"<opml><body>", "is not OPML"),
        ("list.opml", b"<opml><body/></opml>", "names no site"),
        ("list.txt", b"# nothing\n", "names no site"),
    ],
)
def test_a_file_that_is_no_list(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=sentence):
        read_list(path)


def test_entities_of_an_opml_file_are_not_expanded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><outline text="&a;" htmlUrl="https://a.example/"/></opml>'
    with pytest.raises(ArchiveError, match="is not OPML"):
        read(tmp_path, "x.opml", bomb)


def test_a_bare_host_is_taken_for_https() -> None:
    assert complete_url(" news.example/a ") == "https://news.example/a"
    assert complete_url("http://news.example") == "http://news.example"
    assert complete_url("news") == "news"
