"""The date of a teaser beside or below an article is not the article's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from archive.extraction.model import Article

Reader = Callable[..., Any]
TITLE, OTHER = "Жители Приречья просят ключ", "Пожарные спасли семью из горящего дома"
TEXT = "".join(
    f"<p>{line}</p>"
    for line in (
        "Жители Приречья с утра собрались у старой водонапорной башни, которую город обещал отдать под музей.",
        "Башню построили в 1911 году, и полвека она снабжала водой три квартала. Потом насосы увезли.",
        "В администрации ответили, что документы подпишут, если архитектор подтвердит, что перекрытия целы.",
    )
)
LINK = f'<a href="/n/5">{OTHER}</a>'
ITEM = (
    f'<a itemprop="url" href="/n/5"><span itemprop="headline">{OTHER}</span></a>'
    '<meta itemprop="datePublished" content="2021-12-19T10:00:00+03:00">'
)
DATA = (
    f'{{"@type":"NewsArticle","headline":"{OTHER}","url":"http://news.example/n/5",'
    '"datePublished":"2021-12-19T10:00:00+03:00"}'
)


def page(below: str) -> str:
    return f"<html><title>{TITLE}</title><body><main><h1>{TITLE}</h1>{TEXT}{below}</main></body></html>"


@pytest.mark.parametrize(
    "below",
    [
        f'<div class="next"><span class="date">19 декабря 2021</span>{LINK}</div>',
        f'<div class="next">{LINK}<span class="date">19 декабря 2021</span></div>',
        f'<div class="next"><div>{LINK}</div><div class="date">19.12.2021</div></div>',
        f'<div>{LINK}<time datetime="2021-12-19T10:00:00+03:00">19 декабря</time></div>',
        f"<article><time>19 декабря 2021</time><h3>{LINK}</h3><p>Соседи вызвали пожарных.</p></article>",
        f'<div itemscope itemtype="https://schema.org/NewsArticle">{ITEM}</div>',
        f'<script type="application/ld+json">{DATA}</script>',
    ],
)
def test_the_date_of_a_teaser_below_is_not_the_articles(read_page: Reader, below: str) -> None:
    found = read_page(page(below))
    assert isinstance(found, Article)
    assert found.published is None


def test_the_date_printed_below_the_text_is_the_articles(read_page: Reader) -> None:
    found = read_page(page('<div class="date">19 декабря 2021, 14:05</div>'))
    assert found.published.isoformat()[:16] == "2021-12-19T14:05"
