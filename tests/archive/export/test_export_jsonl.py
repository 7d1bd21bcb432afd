"""Articles as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from archive.export import jsonl
from archive.index.rows.versions import ArticleVersion
from tests.small_archive import HOSTILE, SUMMIT


def test_a_line_is_an_article_under_its_exported_names(articles: list[ArticleVersion]) -> None:
    lines = "".join(jsonl.lines(articles)).splitlines()
    assert [json.loads(line) for line in lines] == [article.as_dict() for article in articles]


def test_other_alphabets_stay_readable(articles: list[ArticleVersion]) -> None:
    assert "Саммит ОДКБ" in "".join(jsonl.lines(articles))


@given(st.text())
def test_json_gives_the_text_back_and_holds_nothing_a_terminal_obeys(text: str) -> None:
    written = jsonl.to_json({"text": text})
    assert json.loads(written) == {"text": text}
    assert len(written.splitlines()) == 1
    assert not set(written) & set(map(chr, [*range(32), *range(127, 160), 0x202E, 0x2028]))


def test_links_are_exported_on_request(articles: list[ArticleVersion]) -> None:
    with_links = [json.loads(line) for line in jsonl.lines(articles, links=True)]
    (link,) = next(record["links"] for record in with_links if record["url"] == SUMMIT)
    assert link == {"url": "http://agency.example/odkb", "text": "«быстро и слаженно приняли решения»"}
    assert all("links" not in json.loads(line) for line in jsonl.lines(articles))


def test_markup_is_exported_as_it_was_printed(articles: list[ArticleVersion]) -> None:
    lines = [json.loads(line) for line in jsonl.lines(articles)]
    (hostile,) = [line for line in lines if line["url"] == HOSTILE]
    assert hostile["lead"] == "</p><img src=x onerror=alert(1)>"


def test_nothing_is_read_before_it_is_written(articles: list[ArticleVersion]) -> None:
    taken: list[str] = []

    def one_by_one() -> Iterator[ArticleVersion]:
        for article in articles:
            taken.append(article.url)
            yield article

    pieces = jsonl.lines(one_by_one())
    next(pieces)
    assert len(taken) == 1
