"""News of a single sentence, as agencies first send it, and pages that only look like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.extraction.model import Article, Rejection

STAMP = "10 января 2022 г. 11:55"


def page(headline: str, content: str, stamp: str = STAMP) -> str:
    return (
        f"<html><head><title>{headline} | Вести</title></head><body><table><tr><td><a href='/lenta/'>Лента</a></td><td>"
        f"<h1>{headline}</h1><font color=gray>{stamp}</font><br><i>Автор: Пётр Гордиенко</i><br><br>{content}<br>"
        "<font size=1>Нашли ошибку? Выделите её и нажмите Ctrl+Enter</font></td></tr></table></body></html>"
    )


@pytest.mark.parametrize("tag", ["div", "p", "div class=text", "section"])
@pytest.mark.parametrize(
    ("headline", "sentence"),
    [
        ("Воду выключат", "Сегодня в городе выключат воду."),
        ("Землетрясение в Ташкенте", "В Ташкенте произошло землетрясение."),
        ("Парламент принял бюджет на будущий год", "Депутаты приняли бюджет."),
    ],
)
def test_one_sentence_under_a_headline_and_a_date_is_an_article(
    read_page: Callable[..., object], tag: str, headline: str, sentence: str
) -> None:
    found = read_page(page(headline, f"<{tag}>{sentence}</{tag.split()[0]}>"))
    assert isinstance(found, Article)
    assert (found.title, found.body, found.authors) == (headline, (sentence,), ("Пётр Гордиенко",))
    assert found.published is not None
    assert found.confidence < 0.9


@pytest.mark.parametrize(
    ("headline", "content", "stamp"),
    [
        ("Воду выключат", "<div>Сегодня в городе выключат воду.</div>", ""),
        ("Воду выключат", "<div></div>", STAMP),
        ("Воду выключат", "<div><a href='/2'>Сегодня в городе выключат воду.</a></div>", STAMP),
        ("Страница не найдена", "<div>Запрошенная страница удалена или не существует.</div>", STAMP),
        ("Страница не найдена", "<div>Запрошенная страница удалена или не существует.</div>", ""),
        ("Проверка браузера", "<div>Подтвердите, что вы не робот.</div>", STAMP),
        ("Доступ ограничен", "<div>Доступ к материалу ограничен для вашей страны.</div>", STAMP),
    ],
)
def test_one_sentence_without_a_date_or_of_a_wall_is_not_an_article(
    read_page: Callable[..., object], headline: str, content: str, stamp: str
) -> None:
    assert isinstance(read_page(page(headline, content, stamp)), Rejection)
