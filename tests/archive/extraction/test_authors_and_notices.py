"""Authors of an article, and the legal notices beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.extraction.model import Article

HEADLINE = "Заголовок новости дня о городе"
PARAGRAPHS = tuple(
    f"Это абзац {number} новости, в котором рассказывается о событии дня и его последствиях для города."
    for number in ("первый", "второй", "третий")
)
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def article(
    read_page: Callable[..., object], *, author: str = "", before: str = "", after: str = ""
) -> Article:
    data = (
        f'<script type="application/ld+json">{{"@type":"NewsArticle","author":{author}}}</script>'
        if author
        else ""
    )
    found = read_page(
        f"<html><head><title>{HEADLINE}</title>{data}</head><body><article><h1>{HEADLINE}</h1>"
        f"{before}{TEXT}{after}</article></body></html>"
    )
    assert isinstance(found, Article)
    return found


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ('{"@type":"Person","name":"Иван Петров"}', ("Иван Петров",)),
        (
            '[{"@type":"Person","name":"Иван Петров"},[{"@type":"Person","name":"Анна Ли"}]]',
            ("Иван Петров", "Анна Ли"),
        ),
        ('{"@type":"Person","name":"Иван Петров и Анна Ли"}', ("Иван Петров", "Анна Ли")),
        ('{"@type":"Person","name":"dpa"}', ("dpa",)),
        ('{"@type":"Organization","name":"ТАСС"}', ("ТАСС",)),
        ('{"@type":"NewsMediaOrganization","name":"Новости Приморска"}', ("Новости Приморска",)),
        (
            '[{"@type":"Organization","name":"ТАСС"},{"@type":"Person","name":"Иван Петров"}]',
            ("Иван Петров",),
        ),
    ],
)
def test_the_authors_are_those_in_the_metadata(
    read_page: Callable[..., object], author: str, names: tuple[str, ...]
) -> None:
    assert article(read_page, author=author).authors == names


def test_a_printed_byline_takes_precedence_over_an_organization(read_page: Callable[..., object]) -> None:
    found = article(
        read_page,
        author='{"@type":"Organization","name":"ТАСС"}',
        before='<div class="author">Иван Петров</div>',
    )
    assert found.authors == ("Иван Петров",)


@pytest.mark.parametrize(
    "byline", ["Автор: Иван Петров", "Підготував Іван Петренко", "Корреспондент Иван Петров"]
)
def test_a_line_that_names_its_author_is_a_byline(read_page: Callable[..., object], byline: str) -> None:
    assert len(article(read_page, after=f"<p>{byline}</p>").authors) == 1


def test_a_sentence_about_a_journalist_is_not_a_byline(read_page: Callable[..., object]) -> None:
    assert article(read_page, before="<p>Журналист Иван Петров задержан в Минске</p>").authors == ()


NOTICES = [
    "НАСТОЯЩИЙ МАТЕРИАЛ (ИНФОРМАЦИЯ) ПРОИЗВЕДЕН, РАСПРОСТРАНЕН И (ИЛИ) НАПРАВЛЕН ИНОСТРАННЫМ АГЕНТОМ ООО «НОВОСТИ».",
    "ДАННОЕ СООБЩЕНИЕ (МАТЕРИАЛ) СОЗДАНО И (ИЛИ) РАСПРОСТРАНЕНО ИНОСТРАННЫМ СРЕДСТВОМ МАССОВОЙ ИНФОРМАЦИИ",
    "* Внесен Минюстом РФ в реестр иностранных агентов.",
    "*Meta, которой принадлежит Facebook, признана в России экстремистской организацией и запрещена.",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_a_legally_required_notice_is_not_part_of_the_text(
    read_page: Callable[..., object], notice: str
) -> None:
    above, below = (article(read_page, **{side: f"<p>{notice}</p>"}) for side in ("before", "after"))
    assert above.body == below.body == PARAGRAPHS
    assert (above.lead, below.lead) == (None, None)


def test_news_of_foreign_agents_is_text(read_page: Callable[..., object]) -> None:
    news = "Минюст внес журналиста Ивана Петрова в реестр иностранных агентов, сообщает ведомство."
    assert article(read_page, after=f"<p>{news}</p>").body == (*PARAGRAPHS, news)
