"""Content that an outlet prints on many pages is not part of any article, whatever its class names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from archive.extraction.extract import extract
from archive.extraction.learning.induction import Sample, learn_template
from archive.extraction.model import Article, PageTemplate
from tests.outlet_pages import OUTLET, headline, paragraphs, sample

KNOWN, UNKNOWN = range(20), 41
WRITERS = ("Анна Лебедева", "Пётр Лазарев", "Мария Корж", "Егор Тарасюк", "Глеб Сотников", "Лев Аронов")
APPEALS = (
    "Этот текст вышел, потому что за него заплатили такие же читатели, как вы.",
    "Без рекламы и цензуры. Только на деньги читателей.",
    "Журналистика стоит дорого, а молчание ещё дороже.",
)
Inserted = Callable[[int], str]


def nothing(_number: int) -> str:
    return ""


def page(
    number: int,
    *,
    first: Inserted = nothing,
    between: Inserted = nothing,
    last: Inserted = nothing,
    below: Inserted = nothing,
    head: Inserted = nothing,
) -> str:
    """Return a page whose class names say nothing."""
    opening, *rest = (f'<div class="q7 kLmNo">{paragraph}</div>' for paragraph in paragraphs(number))
    return f"""<html><head><title>{headline(number)}</title></head><body><div class="w1">
<div class="w2"><div class="w3"><span class="w4">{number % 27 + 1} марта 2022, 1{number % 10}:30</span>
{head(number)}</div>
<h1 class="w5">{headline(number)}</h1>
<div class="w6">{first(number)}{opening}{between(number)}{"".join(rest)}{last(number)}</div>{below(number)}</div>
</div></body></html>"""


def learned(**inserted: Inserted) -> PageTemplate:
    layout = learn_template([sample(number, page(number, **inserted)) for number in KNOWN], OUTLET)
    assert layout is not None
    return layout


def article(one: Sample, layout: PageTemplate) -> Article:
    found = extract(one.capture, replace(OUTLET, templates=(replace(layout, since=None),)), one.listed)
    assert isinstance(found, Article)
    return found


def text(layout: PageTemplate, **inserted: Inserted) -> list[str]:
    """Return the text extracted from a page that the template was not learned from."""
    found = article(sample(UNKNOWN, page(UNKNOWN, **inserted)), layout)
    return [*filter(None, [found.lead]), *found.body]


def styled(name: str, line: Inserted) -> Inserted:
    return lambda number: f'<div class="{name}"><div>{line(number)}</div></div>'


def paragraph(line: Inserted) -> Inserted:
    return lambda number: f'<div class="q7 kLmNo">{line(number)}</div>'


def of_the_writer(number: int) -> str:
    writer = WRITERS[number % len(WRITERS)]
    return f"{writer} пишет о судах и полиции с {2010 + len(writer)} года, живёт в Пскове."


@pytest.mark.parametrize("place", ["first", "between", "last"])
def test_an_appeal_that_looks_like_any_paragraph_is_of_no_article(place: str) -> None:
    asked = {place: paragraph(lambda _: APPEALS[0])}
    assert text(learned(**asked), **asked) == paragraphs(UNKNOWN)


def test_an_appeal_with_numbers_that_change_is_one_line() -> None:
    def collected(number: int) -> str:
        return f"Нас уже поддержали {number * 7 + 120} человек из 5000. Осталось {number % 20 + 2} дней."

    asked: dict[str, Inserted] = {"last": paragraph(collected)}
    layout = learned(**asked)
    assert "Нас уже поддержали # человек из #. Осталось # дней." in layout.lines
    assert text(layout, **asked) == paragraphs(UNKNOWN)


def test_a_paragraph_that_comes_again_on_a_few_pages_is_background_and_text() -> None:
    background = "Напомним, весной комиссия проверила все школы области и закрыла на ремонт половину из них."

    def recalled(number: int) -> str:
        return paragraph(lambda _: background)(number) if number % 5 == 1 else ""

    layout = learned(between=recalled)
    assert background in text(layout, between=recalled)


def test_a_box_that_says_on_one_page_what_it_says_on_others_is_none_of_the_text_whatever_it_says() -> None:
    box = styled("b7", of_the_writer)
    layout = learned(last=box)
    assert "div.b7" in layout.furniture
    unseen = styled("b7", lambda _: "Этот автор ещё ничего не рассказал о себе, но обещал это сделать летом.")
    assert text(layout, last=unseen) == paragraphs(UNKNOWN)


def test_a_teaser_in_a_box_without_a_name_is_known_by_where_it_stands() -> None:
    def teased(number: int) -> str:
        other = number + 50
        told = " ".join(paragraphs(other)[:2])
        return f'<div><a href="/city/{other}.html">{headline(other)}</a><div>{told}</div></div>'

    assert text(learned(last=teased), last=teased) == paragraphs(UNKNOWN)


def test_a_box_that_once_held_text_is_text_though_it_mostly_points_elsewhere() -> None:
    def quoted(number: int) -> str:
        if number in (3, UNKNOWN):
            return '<div class="q9">Очередь на жильё за год сократилась, заявил мэр, и дальше будет сокращаться.</div>'
        return (
            f'<div class="q9">Читайте также: <a href="/city/{number}.html">{headline(number + 60)}</a></div>'
        )

    assert "q9" not in " ".join(learned(between=quoted).furniture)
    assert "Очередь на жильё за год" in " ".join(text(learned(between=quoted), between=quoted))


def test_a_long_box_of_links_among_paragraphs_does_not_end_the_text() -> None:
    def links(number: int) -> str:
        others = "".join(
            f'<div><a href="/city/{other}.html">{headline(other)}</a></div>'
            for other in range(number + 60, number + 66)
        )
        return f'<div class="l7">{others}</div>'

    assert text(learned(between=links), between=links) == paragraphs(UNKNOWN)


def test_a_number_beside_an_icon_that_is_large_and_another_each_time_counts_views() -> None:
    def counted(number: int) -> str:
        return (
            f'<span class="v7"><svg><path d="M0 0"/></svg>{number * 411 + 90}</span>'
            f'<span class="v8"><svg><path d="M1 1"/></svg>{number % 7}</span>'
        )

    layout = learned(head=counted)
    assert layout.views == "span.v7"
    found = article(sample(UNKNOWN, page(UNKNOWN, head=counted)), layout)
    assert found.views == UNKNOWN * 411 + 90


def test_small_numbers_beside_an_icon_are_no_views() -> None:
    layout = learned(
        head=lambda number: f'<span class="v8"><svg><path d="M1 1"/></svg>{number % 7 + 3}</span>'
    )
    assert layout.views is None


def test_the_last_lines_that_tell_who_wrote_an_article_are_no_text() -> None:
    def signed(number: int) -> str:
        return f"<div>Автор: {WRITERS[number % len(WRITERS)]}</div>"

    box = page(UNKNOWN, head=signed, last=lambda number: f"<p>{of_the_writer(number)}</p>")
    found = extract(sample(UNKNOWN, box).capture, OUTLET, None)
    assert isinstance(found, Article)
    assert found.authors == (WRITERS[UNKNOWN % len(WRITERS)],)
    assert [*filter(None, [found.lead]), *found.body] == paragraphs(UNKNOWN)


def test_paragraphs_after_a_list_and_before_links_are_text_though_they_are_short() -> None:
    short = "«Это абсурд», — сказал он."
    items = "<li>Дороги отремонтируют к весне, а мосты к осени следующего года.</li><li>Школы откроют осенью.</li>"
    told = "<br><br>".join(paragraphs(5))
    html = (
        f"<html><body><h1>{headline(5)}</h1><div class='w6'>{short}<br><br><a href='/1'>{headline(70)}</a><br><br>"
        f"{told}<br><br>Что изменится:<ul>{items}</ul>{short[:-1]} мэр.</div></body></html>"
    )
    found = extract(sample(5, html).capture, OUTLET, None)
    assert isinstance(found, Article)
    lines = [*filter(None, [found.lead]), *found.body]
    assert lines[0] == short
    assert lines[-1] == f"{short[:-1]} мэр."


def test_a_sentence_of_the_text_does_not_speak_to_the_reader_by_a_word_that_begins_like_ours() -> None:
    def found(number: int) -> str:
        return f"Журналисты изучили {number * 13 + 40} договоров о поставках и нашли завышение цен в половине из них."

    told: dict[str, Inserted] = {"last": paragraph(lambda number: found(number) if number % 5 else "")}
    assert found(UNKNOWN) in text(learned(**told), **told)


def test_labels_above_a_newsrooms_own_words_are_text_however_often_they_come() -> None:
    label = "Что известно к этому часу:"
    told: dict[str, Inserted] = {"between": paragraph(lambda _: label)}
    assert label in text(learned(**told), **told)


def test_what_an_outlet_tells_of_its_writers_is_no_text_of_a_writer_not_met_before() -> None:
    known = learned(last=paragraph(of_the_writer))
    unmet: dict[str, Inserted] = {
        "last": paragraph(lambda _: "Ирина Громова, корреспондент отдела культуры.")
    }
    assert text(known, **unmet) == paragraphs(UNKNOWN)


def test_short_articles_with_the_same_boxes_in_them_are_no_copies_of_one_another() -> None:
    def short(number: int) -> str:
        opening, *_ = paragraphs(number)
        boxes = "".join(f'<div class="q7 kLmNo">{appeal}</div>' for appeal in APPEALS)
        return (
            f"<html><head><title>{headline(number)}</title></head><body><div class='w1'><h1 class='w5'>"
            f"{headline(number)}</h1><div class='w6'><div class='q7 kLmNo'>{opening}</div>{boxes}</div></div>"
            "</body></html>"
        )

    layout = learn_template([sample(number, short(number)) for number in KNOWN], OUTLET)
    assert layout is not None
    assert article(sample(UNKNOWN, short(UNKNOWN)), layout).body == (paragraphs(UNKNOWN)[0],)


def test_a_lead_apart_from_the_text_is_known_with_the_place_of_the_text() -> None:
    def with_lead(number: int) -> str:
        lead, *rest = paragraphs(number)
        text = "".join(f"<p>{paragraph}</p>" for paragraph in rest)
        return (
            f"<html><head><title>{headline(number)}</title></head><body><div class='w1'><h1>{headline(number)}</h1>"
            f"<div class='w2'><p><b>{lead}</b></p></div><div class='w6'>{text}</div></div></body></html>"
        )

    layout = learn_template([sample(number, with_lead(number)) for number in KNOWN], OUTLET)
    assert layout is not None
    assert layout.body == "div.w6"
    found = article(sample(UNKNOWN, with_lead(UNKNOWN)), layout)
    assert (found.lead, *found.body) == tuple(paragraphs(UNKNOWN))
