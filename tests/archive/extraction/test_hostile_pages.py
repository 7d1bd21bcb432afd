"""Pages made to break or stall an extraction: each is extracted or rejected, without the padding around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from datetime import UTC, datetime

import pytest

from archive.extraction.extract import extract
from archive.extraction.model import Article, Outlet, Rejection
from archive.extraction.page.blocks import MAX_BLOCKS, MAX_ELEMENTS, Page
from archive.http.capture import Capture
from archive.jobs.pool import pool

HEADLINE = "Заголовок новости дня о городе"
PARAGRAPHS = tuple(
    f"Это абзац {number} новости, в котором рассказывается о событии дня и его последствиях для города."
    for number in ("первый", "второй", "третий")
)
TOP = f"<html><head><title>{HEADLINE}</title></head><body><h1>{HEADLINE}</h1>"
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
ARTICLE = TOP + TEXT

AROUND = {
    "100,000 levels": "<div>" * 100_000,
    "an attribute of 5 MB": f'<p title="{"x" * 5_000_000}"></p>',
    "200,000 attributes": "<p " + " ".join(f'a{number}=">"' for number in range(200_000)) + "></p>",
    "100,000 line breaks": "<br>" * 100_000,
    "11,000 tables": "<table><tr><td>Ячейка</td></tr></table>" * 11_000,
    "11,000 links": "<li><a href=/n>Заголовок другой новости в ленте</a></li>" * 11_000,
    "11,000 stamps": "<div>10.01.2022 11:55</div>" * 11_000,
    "11,000 headings of comments": "<h3>Комментарии</h3>" * 11_000,
    "11,000 captions": "<figure><img src=/b.jpg><figcaption>Подпись</figcaption></figure>" * 11_000,
    "nested JSON-LD": '<script type="application/ld+json">' + '{"a":' * 50_000 + "</script>",
    "a JSON-LD of brackets": '<script type="application/ld+json">' + "[" * 200_000 + "</script>",
    "4 MB of blanks": " " * 2_000_000 + "<p>" + "\xa0" * 2_000_000,
    "50,000 microdata scopes": '<div itemscope itemtype="http://schema.org/Article">' * 50_000,
}


@pytest.fixture(scope="module")
def readers() -> Iterator[Executor]:
    with pool(1) as executor:
        yield executor


@pytest.fixture
def read_page(readers: Executor) -> Callable[[str | bytes], object]:
    """Return a function that extracts a page as a crawl does; it raises ReaderEnded at the limits of time or memory."""

    def extract_page(page: str | bytes) -> object:
        payload = page.encode() if isinstance(page, str) else page
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        capture = Capture("https://news.example/a", datetime(2022, 1, 11, 12, 20, tzinfo=UTC), head + payload)
        return readers.submit(extract, capture, Outlet("Europe/Kyiv", ("ru", "uk")), None).result()

    return extract_page


@pytest.mark.parametrize("mass", AROUND)
def test_an_article_is_extracted_whatever_follows_it(read_page: Callable[..., object], mass: str) -> None:
    article = read_page(ARTICLE + AROUND[mass])
    assert isinstance(article, Article)
    assert (article.title, article.body) == (HEADLINE, PARAGRAPHS)


def test_an_article_deep_in_unclosed_elements_is_extracted(read_page: Callable[..., object]) -> None:
    article = read_page(TOP + "<div class=a>" * 100_000 + TEXT)
    assert isinstance(article, Article)
    assert article.body == PARAGRAPHS


def test_a_paragraph_of_a_megabyte_is_cut_at_the_limit(read_page: Callable[..., object]) -> None:
    article = read_page(TOP + "<p>" + "слово и дело. " * 75_000 + "</p>")
    assert isinstance(article, Article)
    assert len(article.body) == 1
    assert article.body[0].startswith("слово и дело. слово")


def test_twelve_thousand_paragraphs_are_extracted_up_to_the_limit() -> None:
    page = Page(
        TOP + "".join(f"<p>Абзац {number}.</p>" for number in range(12_000)), "https://news.example/a"
    )
    assert len(page.blocks) == MAX_BLOCKS
    assert page.size <= MAX_ELEMENTS


@pytest.mark.parametrize(
    "page",
    ["слово " * 1_300_000, "<" * 4_000_000, "&" * 2_000_000, "<a " * 1_000_000, "<!--" * 500_000],
    ids=["text without tags", "brackets", "ampersands", "open tags", "open comments"],
)
def test_padding_without_an_article_is_rejected(read_page: Callable[..., object], page: str) -> None:
    assert isinstance(read_page(page), Rejection)


def test_null_bytes_and_surrogates_do_not_break_a_word(read_page: Callable[..., object]) -> None:
    sent = ARTICLE.replace("новости", "нов\x00ости").encode() + b"<p>" + b"\xed\xa0\xbd\xed\xb8\x80" * 1_000
    article = read_page(sent)
    assert isinstance(article, Article)
    assert article.title == HEADLINE
    assert article.body[0] == PARAGRAPHS[0]
