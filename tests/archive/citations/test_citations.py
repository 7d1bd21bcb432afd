"""Citations: what they state, and that hostile texts cannot leave their field in any format."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from archive.citations.citation import Citation, ascii_url, one_line
from archive.citations.formats import CITATION_FORMATS, every_citation, format_citation
from archive.citations.wikipedia import escape_wikitext
from archive.citations.words import LANGUAGES
from archive.errors import BadQuery

PLAIN = Citation(
    id=17,
    source="primorsk",
    url="http://news.example/a",
    title="Мост закрыт",
    authors=("Анна Ковальчук", "Ян Коваль"),
    outlet="Новости Приморска",
    language="ru",
    published=datetime(2022, 1, 10, 11, 55, tzinfo=timezone(timedelta(hours=2))),
    zone_is_stated=True,
    captured=datetime(2022, 1, 10, 10, 0, 3, tzinfo=UTC),
    version=1,
    versions=2,
    is_live=False,
    snapshot="https://archive.example/snapshot/20220110100003/http://news.example/a",
    digest="sha256:" + "0" * 64,
    record="urn:uuid:00000000-0000-4000-8000-000000000001",
)
EVIL = one_line("}{ \\end | {{!}} ]] <ref> & % # $ _ ^ ~~~~ '''x''' __TOC__\r\nER  - \x00\u202e \",\n}")
HOSTILE = replace(
    PLAIN,
    title=EVIL,
    authors=(EVIL, "A and B"),
    outlet=EVIL,
    url=ascii_url("http://news.example/|}}{\"\\ '~~~~__TOC__\r\nй"),
)


@pytest.mark.parametrize(
    ("language", "stated"),
    [
        (
            "en",
            "10 January 2022, 11:55 UTC+02:00. http://news.example/a. Archived 10 January 2022, 10:00:03 UTC",
        ),
        (
            "ru",
            "10 января 2022, 11:55 UTC+02:00. http://news.example/a. Архивировано 10 января 2022, 10:00:03 UTC",
        ),
        (
            "uk",
            "10 січня 2022, 11:55 UTC+02:00. http://news.example/a. Архівовано 10 січня 2022, 10:00:03 UTC",
        ),
    ],
)
def test_a_text_states_both_times_with_their_zones(language: str, stated: str) -> None:
    text = format_citation(PLAIN, "text", language)

    assert stated in text
    assert text.endswith(f"{PLAIN.digest}. {text.split('. ')[-1]}")
    assert PLAIN.snapshot in text


def test_a_day_alone_has_no_zone_and_an_unknown_time_is_said_to_be_none() -> None:
    day = replace(PLAIN, published=date(2022, 1, 10), zone_is_stated=False)

    assert "Приморска, 10 January 2022. http" in format_citation(day)
    assert "Приморска, no date. http" in format_citation(replace(PLAIN, published=None))
    assert "UTC+02:00 (time zone of the source)" in format_citation(replace(PLAIN, zone_is_stated=False))


def test_templates_are_those_of_each_wikipedia() -> None:
    english, russian, ukrainian = (format_citation(PLAIN, "wikipedia", code) for code in LANGUAGES)

    assert english == (
        "{{cite news |author1=Анна Ковальчук |author2=Ян Коваль |title=Мост закрыт |url=http://news.example/a "
        "|work=Новости Приморска |date=2022-01-10 |language=ru |access-date=2022-01-10 "
        f"|archive-url={PLAIN.snapshot} |archive-date=2022-01-10 |url-status=dead}}}}\n"
    )
    assert russian.startswith("{{Cite web ")
    assert "|website=Новости Приморска |date=2022-01-10 |lang=ru" in russian
    assert russian.endswith("|deadlink=yes}}\n")
    assert ukrainian.startswith("{{Cite web ")
    assert ukrainian.endswith("|url-status=dead}}\n")


@pytest.mark.parametrize("cited", [PLAIN, HOSTILE])
def test_wiki_markup_cannot_leave_a_parameter(cited: Citation) -> None:
    for language in LANGUAGES:
        text = format_citation(cited, "wikipedia", language)
        names = re.findall(r"\|([a-z0-9-]+)=", text)
        assert text.count("|") == len(names) == len(set(names))
        assert re.fullmatch(r"\{\{[^{}\[\]<>\n]+\}\}\n", text)
        assert not re.search(r"''|~~~|__", text)
    assert escape_wikitext("http://a") == "http:&#47;&#47;a"


@pytest.mark.parametrize("cited", [PLAIN, HOSTILE])
def test_bibtex_has_balanced_braces_and_one_entry(cited: Citation) -> None:
    text = format_citation(cited, "bibtex")
    depth = 0
    for place, char in enumerate(text):
        depth += {"{": 1, "}": -1}.get(char, 0)
        assert depth > 0 or place < text.index("{") or place >= len(text) - 2
    assert depth == 0
    assert re.findall(r"^  ([a-z]+) = ", text, re.MULTILINE) == [
        "author", "title", "howpublished", "year", "month", "date", "language", "url", "urldate", "note",
    ]  # fmt: skip
    assert text.count("\n") == 12


def test_a_name_with_and_is_one_author() -> None:
    assert "{A and B}}" in format_citation(HOSTILE, "bibtex")


@pytest.mark.parametrize("cited", [PLAIN, HOSTILE])
def test_csl_json_has_the_fields_of_its_schema(cited: Citation) -> None:
    (item,) = json.loads(format_citation(cited, "csl-json"))

    assert {"id", "type"} <= item.keys()
    assert item["title"] == cited.title
    assert item["issued"] == {"date-parts": [[2022, 1, 10]]}
    assert [author["literal"] for author in item["author"]] == list(cited.authors)


@pytest.mark.parametrize("cited", [PLAIN, HOSTILE])
def test_ris_has_a_tag_on_every_line(cited: Citation) -> None:
    lines = format_citation(cited, "ris").split("\r\n")

    assert lines.pop() == ""
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - [^\r\n]*", line) for line in lines)
    assert [line[:2] for line in lines].count("ER") == 1
    assert (lines[0], lines[-1]) == ("TY  - NEWS", "ER  - ")


def test_without_an_address_of_the_archive_no_snapshot_is_named() -> None:
    for _, text in every_citation(replace(PLAIN, snapshot=None)):
        assert "/snapshot/" not in text
        assert "archive-url" not in text
        assert "None" not in text


def test_unknown_formats_and_languages_are_refused() -> None:
    with pytest.raises(BadQuery, match=f"choose {', '.join(CITATION_FORMATS)}"):
        format_citation(PLAIN, "mla")
    with pytest.raises(BadQuery, match="choose en, ru, uk"):
        format_citation(PLAIN, "text", "de")
