"""Content that an outlet prints on many pages is not part of any article, whatever its class names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from archive.extraction.extract import extract
from archive.extraction.learning.induction import Sample, learn_template
from archive.extraction.model import Article, PageTemplate
from tests.outlet_pages import OUTLET, headline, paragraphs, sample

pytestmark = pytest.mark.slow

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
    template = learn_template([sample(number, page(number, **inserted)) for number in KNOWN], OUTLET)
    assert template is not None
    return template


def article(one: Sample, template: PageTemplate) -> Article:
    found = extract(one.capture, replace(OUTLET, templates=(replace(template, since=None),)), one.listed)
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
def test_an_appeal_that_looks_like_any_paragraph_is_not_text(place: str) -> None:
    inserted = {place: paragraph(lambda _: APPEALS[0])}
    assert text(learned(**inserted), **inserted) == paragraphs(UNKNOWN)


def test_an_appeal_with_varying_numbers_is_one_recurring_line() -> None:
    def collected(number: int) -> str:
        return f"Нас уже поддержали {number * 7 + 120} человек из 5000. Осталось {number % 20 + 2} дней."

    inserted: dict[str, Inserted] = {"last": paragraph(collected)}
    template = learned(**inserted)
    assert "Нас уже поддержали # человек из #. Осталось # дней." in template.lines
    assert text(template, **inserted) == paragraphs(UNKNOWN)


def test_a_paragraph_that_recurs_on_few_pages_is_background_and_text() -> None:
    background = "Напомним, весной комиссия проверила все школы области и закрыла на ремонт половину из них."

    def recalled(number: int) -> str:
        return paragraph(lambda _: background)(number) if number % 5 == 1 else ""

    template = learned(between=recalled)
    assert background in text(template, between=recalled)


def test_a_box_that_repeats_itself_across_pages_is_boilerplate_whatever_it_says() -> None:
    box = styled("b7", of_the_writer)
    template = learned(last=box)
    assert "div.b7" in template.boilerplate
    unseen = styled("b7", lambda _: "Этот автор ещё ничего не рассказал о себе, но обещал это сделать летом.")
    assert text(template, last=unseen) == paragraphs(UNKNOWN)


def test_a_teaser_in_a_box_without_a_name_is_recognized_by_its_position() -> None:
    def teased(number: int) -> str:
        other = number + 50
        text = " ".join(paragraphs(other)[:2])
        return f'<div><a href="/city/{other}.html">{headline(other)}</a><div>{text}</div></div>'

    assert text(learned(last=teased), last=teased) == paragraphs(UNKNOWN)


def test_a_box_that_once_held_text_is_text_though_it_mostly_links_elsewhere() -> None:
    def quoted(number: int) -> str:
        if number in (3, UNKNOWN):
            return '<div class="q9">Очередь на жильё за год сократилась, заявил мэр, и дальше будет сокращаться.</div>'
        return (
            f'<div class="q9">Читайте также: <a href="/city/{number}.html">{headline(number + 60)}</a></div>'
        )

    assert "q9" not in " ".join(learned(between=quoted).boilerplate)
    assert "Очередь на жильё за год" in " ".join(text(learned(between=quoted), between=quoted))


def test_a_long_box_of_links_among_paragraphs_does_not_end_the_text() -> None:
    def links(number: int) -> str:
        others = "".join(
            f'<div><a href="/city/{other}.html">{headline(other)}</a></div>'
            for other in range(number + 60, number + 66)
        )
        return f'<div class="l7">{others}</div>'

    assert text(learned(between=links), between=links) == paragraphs(UNKNOWN)


def test_a_large_number_beside_an_icon_that_varies_is_the_view_count() -> None:
    def counted(number: int) -> str:
        return (
            f'<span class="v7"><svg><path d="M0 0"/></svg>{number * 411 + 90}</span>'
            f'<span class="v8"><svg><path d="M1 1"/></svg>{number % 7}</span>'
        )

    template = learned(head=counted)
    assert template.views == "span.v7"
    found = article(sample(UNKNOWN, page(UNKNOWN, head=counted)), template)
    assert found.views == UNKNOWN * 411 + 90


def test_small_numbers_beside_an_icon_are_not_view_counts() -> None:
    template = learned(
        head=lambda number: f'<span class="v8"><svg><path d="M1 1"/></svg>{number % 7 + 3}</span>'
    )
    assert template.views is None


def test_a_final_line_about_the_author_is_not_text() -> None:
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
    body = "<br><br>".join(paragraphs(5))
    html = (
        f"<html><body><h1>{headline(5)}</h1><div class='w6'>{short}<br><br><a href='/1'>{headline(70)}</a><br><br>"
        f"{body}<br><br>Что изменится:<ul>{items}</ul>{short[:-1]} мэр.</div></body></html>"
    )
    found = extract(sample(5, html).capture, OUTLET, None)
    assert isinstance(found, Article)
    lines = [*filter(None, [found.lead]), *found.body]
    assert lines[0] == short
    assert lines[-1] == f"{short[:-1]} мэр."


def test_a_sentence_does_not_address_the_reader_by_a_word_that_only_begins_like_ours() -> None:
    def found(number: int) -> str:
        return f"Журналисты изучили {number * 13 + 40} договоров о поставках и нашли завышение цен в половине из них."

    inserted: dict[str, Inserted] = {"last": paragraph(lambda number: found(number) if number % 5 else "")}
    assert found(UNKNOWN) in text(learned(**inserted), **inserted)


def test_labels_above_the_outlets_own_words_are_text_however_often_they_recur() -> None:
    label = "Что известно к этому часу:"
    inserted: dict[str, Inserted] = {"between": paragraph(lambda _: label)}
    assert label in text(learned(**inserted), **inserted)


def test_the_bio_of_an_unknown_author_is_not_text_where_the_outlet_prints_bios() -> None:
    known = learned(last=paragraph(of_the_writer))
    unmet: dict[str, Inserted] = {
        "last": paragraph(lambda _: "Ирина Громова, корреспондент отдела культуры.")
    }
    assert text(known, **unmet) == paragraphs(UNKNOWN)


def test_short_articles_with_the_same_boxes_are_not_copies_of_one_another() -> None:
    def short(number: int) -> str:
        opening, *_ = paragraphs(number)
        boxes = "".join(f'<div class="q7 kLmNo">{appeal}</div>' for appeal in APPEALS)
        return (
            f"<html><head><title>{headline(number)}</title></head><body><div class='w1'><h1 class='w5'>"
            f"{headline(number)}</h1><div class='w6'><div class='q7 kLmNo'>{opening}</div>{boxes}</div></div>"
            "</body></html>"
        )

    template = learn_template([sample(number, short(number)) for number in KNOWN], OUTLET)
    assert template is not None
    assert article(sample(UNKNOWN, short(UNKNOWN)), template).body == (paragraphs(UNKNOWN)[0],)


def test_the_place_of_a_separate_lead_is_learned_with_that_of_the_text() -> None:
    def with_lead(number: int) -> str:
        lead, *rest = paragraphs(number)
        text = "".join(f"<p>{paragraph}</p>" for paragraph in rest)
        return (
            f"<html><head><title>{headline(number)}</title></head><body><div class='w1'><h1>{headline(number)}</h1>"
            f"<div class='w2'><p><b>{lead}</b></p></div><div class='w6'>{text}</div></div></body></html>"
        )

    template = learn_template([sample(number, with_lead(number)) for number in KNOWN], OUTLET)
    assert template is not None
    assert template.body == "div.w6"
    found = article(sample(UNKNOWN, with_lead(UNKNOWN)), template)
    assert (found.lead, *found.body) == tuple(paragraphs(UNKNOWN))
