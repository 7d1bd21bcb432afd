"""Unusual queries in every interface: each has a result, none is an error, and ignored parts are reported."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from archive.core import Archive
from archive.filters import SORTS
from newsarchive.web.http.requests import MAX_QUERY_LENGTH
from tests.conftest import Typed

LONGEST_ADDRESS = 60_000  # letters that the client would send
CYRILLIC = [chr(letter) for letter in range(0x430, 0x450)]
ODD = [
    *'" "" """ « » "мост мост" "мост"река - -- --- -" -"" -"мост --мост -OR OR * ** *мост м*т +мост ^мост'.split(),
    *'title: title:* title:" title:"" title:title:мост title:-мост -title: lead: lead:OR body:мост lemmas:мост'.split(),
    *r"( ) (((( (мост мост) [мост] <script>alert(1)</script> &amp; & | || мост|река ~ ` \ / % _ ? ; =".split(),
    *"мост= =мост title=мост often=мост version=first source=primorsk titl* versio* 0 -1 1e400 0x00 1* ё*".split(),
    *"😀 👨‍👩‍👧‍👦 🇺🇦 😀мост ⅷ ① ﬁ Ǆ ß İ שלום مرحبا 你好世界 こんにちは ١٢٣ 𝟙 Моcт Mост моst cоrе ґ ’’’’ мʼост".split(),
    "« »", "OR OR", "OR OR OR", "мост OR", "OR мост", "мост OR OR река", "мост OR -река", "-мост OR -река", "title: м",
    "мост AND река", "мост NOT река", "NOT", "AND", "NEAR", "NEAR(мост река, 2)", "мост NEAR/3 река", "{title} : мост",
    "мост OR (река", "'; DROP TABLE versions; --", "' OR 1=1 --", "мост *", '"мост*"', '"мост"*', '-"a" OR -"b"',
    "и в на", '"и в на"', "а*", 'lemmas : "source=port"', "a\u0301\u0301\u0301", "\u0301", "\u0301мост", "\u200b",
    "мо\u200bст", "\u00ad", "\u202eтсом", "\u2066мост\u2069", "\x00", "мост\x00река", "\x1b[31mмост", "\r\n", "\t",
    "мост\nрека", "\u2028", "\ufffe", "\U0010ffff",
]  # fmt: skip
LONG = [
    "а" * 10_000, "abc" * 3333 + "*", "мост " * 2000, "мост OR " * 1250, "-мост " * 1666, '"' * 10_000, "-" * 10_000,
    "(" * 10_000, "title:" * 1666, "мост" + "\u0301" * 10_000, "а'" * 5000, "а-" * 5000, "OR " * 3333, "😀" * 10_000,
    '"' + "мост " * 1999 + '"', "\u202e" * 10_000, " " * 10_000, " ".join(f"{letter}*" for letter in CYRILLIC),
    " OR ".join(f"{letter}*" for letter in CYRILLIC), " ".join(f"-{letter}*" for letter in CYRILLIC),
    " OR ".join(f"слово{number}" for number in range(500)), " ".join(f'"a b{number}"' for number in range(500)),
    " ".join(f"title:а{number} OR lead:б{number}" for number in range(300)), "переосвидетельствующимися-" * 300,
]  # fmt: skip


def _by_chance() -> Iterator[str]:
    chance = random.Random(9)
    signs = 'мостреказ "«»-*:()OR\u0301😀’=+&|\\/~^{}[]<>%_\u202e\u200b.,;!?…—0123'
    for _ in range(100):
        yield "".join(chance.choices(signs, k=chance.randrange(1, 80)))


ALL = [*ODD, *LONG, *_by_chance()]


def test_a_python_program_gets_an_answer_to_any(small: Path) -> None:
    with Archive.open(small) as archive:
        article = next(archive.search())
        for query in [*ALL, "\ud800", "мост\udcffрека"]:
            for sort in SORTS:
                found = list(islice(archive.search(query, sort=sort), 20))
                assert archive.counts(query).articles >= len(found), query
            assert archive.passage(article, query).text
            assert all(len(note) < 200 for note in archive.notes(query)), query


def test_a_terminal_gets_an_answer_to_any(small: Path, typed: Typed) -> None:
    for query in ALL:
        result = typed(small, "search", "--", query)
        assert result.exit_code in (0, 1), (query, result.output)
        assert result.exception is None or isinstance(result.exception, SystemExit), query


@pytest.mark.slow
def test_a_browser_and_a_program_on_the_web_get_an_answer_to_any(browser: TestClient) -> None:
    for query in ALL:
        if len(quote(query)) > LONGEST_ADDRESS:
            continue
        for address in ("/", "/api/v1/articles"):
            answer = browser.get(address, params={"query": query})
            assert answer.status_code == (200 if len(query.strip()) <= MAX_QUERY_LENGTH else 400), query[:100]


@pytest.mark.parametrize("query", ["мост", "мост OR порт", '-"мост" title:мост', "мост* NEAR", "", "  "])
def test_a_query_without_ignored_parts_has_no_notes(small: Path, query: str) -> None:
    with Archive.open(small) as archive:
        assert archive.notes(query) == ()


@pytest.mark.parametrize(
    ("query", "ignored"),
    [
        ("мост - ***", "-  ***"),
        ("OR мост", "OR"),
        ("мост OR", "OR"),
        ("мост OR OR порт", "OR"),
        ("мост OR -порт", "OR"),
        ("мост OR ()", "OR  ()"),
        ('мост "" «»', '""  «»'),
        ("😀 & ; ! ? . , мост", "😀  &  ;  !  ? and 2 more"),
        ("(" * 100 + " мост", "(" * 20 + "…"),
    ],
)
def test_parts_of_a_query_without_meaning_are_reported(small: Path, query: str, ignored: str) -> None:
    with Archive.open(small) as archive:
        assert archive.notes(query) == (f"Ignored, without meaning here: {ignored}",)


@pytest.mark.parametrize("query", ["мост " * 101, " OR ".join(f"а{number}*" for number in range(21))])
def test_parts_of_a_query_beyond_the_limits_are_reported(small: Path, query: str) -> None:
    with Archive.open(small) as archive:
        (note,) = archive.notes(query)
    assert note == "Only the first 100 words and 20 prefixes of the query are searched."


def test_every_interface_reports_ignored_parts(small: Path, typed: Typed, browser: TestClient) -> None:
    ignored = "Ignored, without meaning here: &"
    for arguments in ([], ["--counts"], ["--json"]):
        result = typed(small, "search", "мост &", *arguments)
        assert result.exit_code == 0
        assert ignored in result.stderr
        assert ignored not in result.stdout
    assert ignored.replace("&", "&amp;") in browser.get("/", params={"query": "мост &"}).text
