"""What is learned from an outlet's pages although the extractor is wrong on every one of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from archive.extraction.extract import extract
from archive.extraction.learning.induction import Sample, fitting_share, learn_template
from archive.extraction.model import Article, Outlet, PageTemplate
from archive.http.capture import Capture

OUTLET = Outlet("Europe/Kyiv", ("ru", "uk"))
CAPTURED = datetime(2022, 3, 1, 12, 0, tzinfo=UTC)
KNOWN, UNKNOWN = range(10), (12, 13)
PLACES = "порту школе музее театре больнице парке суде архиве депо вокзале клубе библиотеке".split()
PEOPLE = (
    *(
        "капитан Сомов",
        "директор Зуева",
        "хранитель Ланской",
        "актриса Белова",
        "врач Гринёв",
        "садовник Титов",
    ),
    *("судья Орлова", "архивист Пашин", "мастер Клюев", "дежурная Рощина", "машинист Ухов", "тренер Яшина"),
)
THINGS = (
    *("старый кран", "учебную карту", "письма купцов", "новую пьесу", "редкий прибор", "аллею лип"),
    *("громкое дело", "опись имений", "литейный цех", "зал ожидания", "паровоз", "ледовую арену"),
)
DEEDS = "осмотрели починили показали обсудили передали закрыли сняли описали внесли перенесли вернули застраховали"
APPEAL = (
    "Газета «Вести» выходит с 1990 года и продаётся в каждом киоске области, а с 2001 года её печатают ещё и "
    "в двух соседних районах."
)
TOP = '<div class="top"><a href="/">Вести</a> <a href="/w/">Мир</a></div>'
Story = Callable[[int], str]


def headline(number: int) -> str:
    deed = DEEDS.split()[(number * 5 + number // 12) % 12]
    return f"В {PLACES[number % 12]} {deed} {THINGS[(number * 7 + 3) % 12]}"


def paragraphs(number: int) -> list[str]:
    person = PEOPLE[(number * 5 + 1) % 12]
    return [
        f"{headline(number)}, сообщил {number + 2} февраля {person} на встрече с жителями.",
        f"Работы заняли {number * 3 + 4} дней, и за это время {person} трижды менял смету {number * 13 + 70}.",
        f"Проверка намечена на {number % 5 + 3} месяца вперёд, её проведут {number + 5} человек из области.",
    ]


def excerpt(number: int) -> str:
    """Return a sentence about another story; there are nine."""
    number = number % 9
    return (
        f"{PEOPLE[(number + 4) % 12].capitalize()} рассказал, почему в {PLACES[(number + 4) % 12]} решили иначе, "
        f"и привёл {number * 7 + 19} доводов за переезд."
    )


def page(number: int, inside: str, *, title: str | None = None, published: str | None = None) -> str:
    data = {
        "@type": "NewsArticle",
        "headline": headline(number),
        "datePublished": published or f"2022-02-{number + 2:02}T1{number % 10}:30:00+02:00",
    }
    return (
        f"<html><head><title>{title or headline(number)} — Вести</title>"
        f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script></head>'
        f'<body>{inside}<div class="bottom">© Вести</div></body></html>'
    )


def stamp(number: int) -> str:
    return f'<div class="when">{number + 2}.02.2022 1{number % 10}:30</div>'


def story(number: int, text: str, *, heading: str | None = None) -> str:
    heading = heading or f"<h1>{headline(number)}</h1>"
    return f'{TOP}<div class="st">{heading}{stamp(number)}<div class="tx">{text}</div></div>'


def lines(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def with_appeal(number: int) -> str:
    return page(number, story(number, f"{lines(paragraphs(number))}<p>{APPEAL}</p>"))


def with_first_paragraph_named_like_boilerplate(number: int) -> str:
    first, *rest = paragraphs(number)
    return page(number, story(number, f'<p class="promo-banner">{first}</p>{lines(rest)}'))


def with_first_box_named_like_boilerplate(number: int) -> str:
    first, *rest = paragraphs(number)
    return page(number, story(number, f'<div class="subscribe-box"><p>{first}</p></div>{lines(rest)}'))


def beside_other_stories(number: int) -> str:
    items = "".join(
        f'<div class="it"><b>{headline(other)}</b>{lines(paragraphs(other)[1:])}</div>'
        for other in range(number * 9 + 40, number * 9 + 46)
    )
    return page(number, f'{story(number, lines(paragraphs(number)))}<div class="col">{items}</div>')


def with_excerpts_at_the_end(number: int) -> str:
    others = "".join(f'<div class="see"><p>{excerpt(number * 2 + 3 * at)}</p></div>' for at in range(2))
    return page(number, story(number, lines(paragraphs(number)) + others))


def with_an_excerpt_inside(number: int) -> str:
    first, second, third = paragraphs(number)
    return page(
        number,
        story(
            number,
            f'{lines([first, second])}<div class="see"><p>{excerpt(number * 4)}</p></div><p>{third}</p>',
        ),
    )


def under_the_name_of_the_section(number: int) -> str:
    heading = f'<h1>Город и область</h1><div class="hl">{headline(number)}</div>'
    return page(number, story(number, lines(paragraphs(number)), heading=heading), title="Город и область")


def under_the_day_of_the_site(number: int) -> str:
    inside = (
        f'{TOP}<div class="st"><div>28 февраля 2022, 08:15</div><h1>{headline(number)}</h1><div class="tx">'
        f'{lines(paragraphs(number))}</div></div><div class="ft">{number + 2}.02.2022 1{number % 10}:30</div>'
    )
    return page(number, inside, published=f"2022-02-{number + 2:02}")


def sample(number: int, html: Story, at: datetime = CAPTURED) -> Sample:
    raw = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html(number).encode()
    return Sample(Capture(f"https://vesti.example/c/{number}.html", at, raw))


@cache
def learned(html: Story) -> PageTemplate:
    template = learn_template([sample(number, html) for number in KNOWN], OUTLET)
    assert template is not None
    return replace(template, since=None)


def article(number: int, html: Story, *templates: PageTemplate) -> Article:
    found = extract(sample(number, html).capture, replace(OUTLET, templates=templates), None)
    assert isinstance(found, Article)
    return found


def text(found: Article) -> list[str]:
    return [*filter(None, [found.lead]), *found.body]


WRONG_TEXTS = [
    with_appeal,
    with_first_paragraph_named_like_boilerplate,
    with_first_box_named_like_boilerplate,
    beside_other_stories,
    with_excerpts_at_the_end,
    with_an_excerpt_inside,
]


@pytest.mark.parametrize("html", WRONG_TEXTS)
def test_a_text_that_is_wrong_on_every_page_is_right_once_the_outlet_is_known(html: Story) -> None:
    template = learned(html)
    for number in UNKNOWN:
        assert text(article(number, html)) != paragraphs(number)
        assert text(article(number, html, template)) == paragraphs(number)


def test_the_headline_is_where_the_pages_print_their_stated_title() -> None:
    template = learned(under_the_name_of_the_section)
    assert template.title == "div.hl"
    for number in UNKNOWN:
        assert article(number, under_the_name_of_the_section).title == "Город и область"
        found = article(number, under_the_name_of_the_section, template)
        assert found.title == headline(number)
        assert text(found) == paragraphs(number)


def test_the_time_is_where_the_pages_print_their_stated_day() -> None:
    template = learned(under_the_day_of_the_site)
    assert template.published == "div.ft"
    for number in UNKNOWN:
        wrong = article(number, under_the_day_of_the_site).published
        right = article(number, under_the_day_of_the_site, template).published
        assert wrong is not None
        assert wrong.at.isoformat() == "2022-02-28T08:15:00+02:00"
        assert right is not None
        assert right.at.isoformat() == f"2022-02-{number + 2:02}T1{number % 10}:30:00+02:00"


@pytest.mark.parametrize("html", [*WRONG_TEXTS, under_the_name_of_the_section, under_the_day_of_the_site])
def test_a_template_that_corrects_the_extractor_fits_later_pages(html: Story) -> None:
    outlet = replace(OUTLET, templates=(learned(html),))
    assert fitting_share([sample(number, html) for number in range(10, 16)], outlet) == 1.0


def test_a_second_part_of_the_text_in_a_box_of_its_own_is_kept() -> None:
    def in_two_parts(number: int) -> str:
        person = PEOPLE[(number * 5 + 1) % 12]
        titled = "".join(
            f"<h3>Вопрос {at}</h3><p>{person.capitalize()} ответил, что в {PLACES[number % 12]} {word} всё лето.</p>"
            for at, word in ((1, "работали"), (2, "красили"), (3, "строили"))
        )
        return page(number, story(number, f'{lines(paragraphs(number))}<div class="part">{titled}</div>'))

    template = learned(in_two_parts)
    for number in UNKNOWN:
        assert article(number, in_two_parts, template).body == article(number, in_two_parts).body
        assert len(article(number, in_two_parts, template).body) == 9


def test_a_box_named_like_boilerplate_that_recurs_stays_boilerplate() -> None:
    def with_banner(number: int) -> str:
        return page(number, story(number, f'<p class="promo-banner">{APPEAL}</p>{lines(paragraphs(number))}'))

    template = learned(with_banner)
    assert template.text == ()
    assert text(article(12, with_banner, template)) == paragraphs(12)


def test_a_box_named_like_boilerplate_about_other_stories_stays_boilerplate() -> None:
    def with_teaser(number: int) -> str:
        teaser = f'<div class="promo-banner"><p>{paragraphs(number + 5)[1]}</p></div>'
        first, *rest = paragraphs(number)
        return page(number, story(number, f"<p>{first}</p>{teaser}{lines(rest)}"))

    template = learned(with_teaser)
    assert template.text == ()
    assert text(article(12, with_teaser, template)) == paragraphs(12)
