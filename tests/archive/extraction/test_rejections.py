"""Pages that are not articles are rejected for the right reason; so are bytes that are hardly a page."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable
from typing import Any

import pytest

from archive.extraction.model import Article, Rejection
from archive.reasons import EXTRACTOR_ERROR, UNREADABLE

Reader = Callable[..., Any]
P = "<p>Это обычный абзац новости, в котором рассказывается о событии дня и его последствиях для города {}.</p>"
HEAD = "<html><head><title>Заголовок новости дня о городе</title></head><body><h1>Заголовок новости дня о городе</h1>"
NEWS = HEAD + P.format("Днепр") + P.format("Минск") + P.format("Алматы")


def teasers(text: str) -> str:
    return "".join(
        f"<div class=item><a href=/n/{n}>Заголовок новости номер {n} о событиях в мире</a>{text}</div>"
        for n in range(20)
    )


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("<html></html>", "empty"),
        (
            "<title>Just a moment...</title><body>Checking your browser before accessing news.example",
            "captcha",
        ),
        (
            "<title>Проверка</title><h1>Подтвердите, что вы не робот</h1><div class=g-recaptcha></div>",
            "captcha",
        ),
        (
            "<title>Страница не найдена</title><h1>404</h1><p>Запрашиваемая страница не существует на сайте.</p>",
            "soft 404",
        ),
        ("<title>Вход</title><h1>Войдите</h1><form><input type=password></form>", "login"),
        (
            "<title>Новости</title><h1>Мы ценим вашу приватность</h1><p>Мы используем файлы cookie и данные для "
            "предоставления сервисов. Примите все cookie, чтобы продолжить.</p>",
            "consent wall",
        ),
        ("<title>500 Internal Server Error</title><h1>Internal Server Error</h1>", "error page"),
        ("<title>Мир</title><h1>Мир</h1>" + teasers("<span>10.01.2022</span>"), "section page"),
        (
            "<title>Мир</title><h1>Мир</h1>"
            + teasers(
                "<p>Краткое содержание новости, которое занимает пару строк и говорит о главном в ней.</p>"
            ),
            "section page",
        ),
        (HEAD, "no text"),
    ],
)
def test_a_page_that_is_not_an_article_is_rejected_with_its_reason(
    read_page: Reader, page: str, reason: str
) -> None:
    assert read_page(page) == Rejection(reason)


def test_content_that_is_not_html_is_rejected(read_page: Reader) -> None:
    assert read_page(b"%PDF-1.4 ...", content_type="application/pdf") == Rejection("not html")
    assert read_page(b"\x89PNG....", content_type="text/html") == Rejection("not html")
    assert read_page("просто текст", content_type="text/plain") == Rejection("not html")


@pytest.mark.parametrize(("status", "reason"), [(404, "error page"), (503, "error page"), (301, "redirect")])
def test_an_error_status_or_redirect_is_rejected(read_page: Reader, status: int, reason: str) -> None:
    assert read_page(NEWS, status=status) == Rejection(reason)


def test_a_short_flash_with_headline_and_date_is_an_article(read_page: Reader) -> None:
    page = (
        "<title>Президент прибыл в Астану с визитом</title><h1>Президент прибыл в Астану с визитом</h1>"
        "<div>10.01.2022 11:55</div><p>Президент прибыл в Астану с официальным визитом, сообщила пресс-служба.</p>"
    )
    article = read_page(page)
    assert isinstance(article, Article)
    assert article.body == ("Президент прибыл в Астану с официальным визитом, сообщила пресс-служба.",)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + NEWS,
        NEWS + "<b>" * 100_000,
        NEWS + '<p a="' + "x" * 10_000_000 + '">',
        NEWS + "<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">",
        NEWS.replace("новости", "нов\0ости"),
        NEWS.encode() + b"\xed\xa0\x80\xff\xfe",
        NEWS + '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        NEWS
        + '<script type="application/ld+json">{"@type":"NewsArticle","headline":{"a":[1,null]},"author":[[]]}</script>',
        b"<" * 200_000,
        b"&#x110000;&" * 10_000,
        random.Random(1).randbytes(100_000),
        "<frameset><frame src=a></frameset>",
    ],
    ids=[
        "deep",
        "deep-inline",
        "long-attribute",
        "many-attributes",
        "nul",
        "surrogates",
        "deep-json",
        "odd-json",
        "brackets",
        "entities",
        "noise",
        "frameset",
    ],
)
def test_no_bytes_make_extraction_fail(read_page: Reader, page: str | bytes) -> None:
    found = read_page(page)
    assert isinstance(found, Article | Rejection)
    assert not (isinstance(found, Rejection) and found.code in (UNREADABLE, EXTRACTOR_ERROR))
    assert pickle.loads(pickle.dumps(found)) == found


def test_style_tags_that_nothing_closes_do_not_cut_the_text_short(read_page: Reader) -> None:
    page = HEAD + "".join("<font size=2>" + P.format(n) for n in range(400))
    article = read_page(page)
    assert isinstance(article, Article)
    assert len(article.body) == 400
