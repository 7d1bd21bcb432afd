"""A page template is learned from an outlet's own pages, and applied to the pages that it fits."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from archive.extraction.extract import extract
from archive.extraction.learning.induction import (
    MIN_PAGES,
    Sample,
    fitting_share,
    learn_template,
    learning_result,
)
from archive.extraction.model import Article, ListingEntry, PageTemplate, Rejection, Rule
from archive.extraction.templates.selection import active_template, extractor_name, outlet_at
from tests.outlet_pages import (
    APPEAL,
    CAPTURED,
    OUTLET,
    headline,
    new_design,
    old_design,
    paragraphs,
    sample,
)

pytestmark = pytest.mark.slow

OLD = [sample(number, old_design(number)) for number in range(20)]
NEW = [sample(number, new_design(number), CAPTURED + timedelta(days=30)) for number in range(20, 40)]


@pytest.fixture(scope="module")
def template() -> PageTemplate:
    learned = learn_template(OLD, OUTLET)
    assert learned is not None
    return learned


def article(one: Sample, *templates: PageTemplate, rules: tuple[Rule, ...] = ()) -> Article:
    extraction = extract(one.capture, replace(OUTLET, templates=templates, rules=rules), one.listed)
    assert isinstance(extraction, Article)
    return extraction


def test_a_template_has_the_places_of_the_parts_of_an_article(template: PageTemplate) -> None:
    assert template.region == "div.story"
    assert template.body == "div.story-text"
    assert template.title == "h1"
    assert template.published == "div.story-info"
    assert template.author == "span.who"
    assert template.section == "a.rubric"
    assert template.views == "span.seen"
    assert template.pages == 20


def test_a_line_repeated_in_many_articles_belongs_to_none(template: PageTemplate) -> None:
    unseen = sample(41, old_design(41))
    assert APPEAL in article(unseen).body
    assert article(unseen, template).body == tuple(paragraphs(41))


def test_a_template_loses_nothing(template: PageTemplate) -> None:
    for number in range(50, 60):
        one = sample(number, old_design(number, appeal=False))
        without, known = article(one), article(one, template)
        assert replace(known, confidence=0, body_html=None) == replace(without, confidence=0, body_html=None)
        assert known.title == headline(number)
        assert known.authors == ("Анна Лебедева",)
        assert known.views == number * 31 + 5


def test_the_same_pages_teach_the_same_in_any_order_and_process(template: PageTemplate) -> None:
    assert learn_template(OLD[::-1], OUTLET) == template
    learn = (
        "from tests.archive.extraction import test_learning as t; print(t.learn_template(t.OLD, t.OUTLET))"
    )
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", learn], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == str(template)


def test_too_few_pages_give_no_template() -> None:
    assert learn_template(OLD[: MIN_PAGES - 1], OUTLET) is None
    assert learn_template([OLD[0]] * 20, OUTLET) is None  # the same article twenty times counts once


def test_pages_that_are_not_articles_give_no_template() -> None:
    empty = "<html><title>Вести</title><body><h1>Проверка браузера</h1></body></html>"
    assert learn_template([sample(number, empty) for number in range(20)], OUTLET) is None


def test_a_page_of_another_design_is_extracted_without_the_template(template: PageTemplate) -> None:
    assert article(NEW[0], template) == article(NEW[0])


def test_a_new_design_is_learned_beside_the_old_one(template: PageTemplate) -> None:
    known = replace(OUTLET, templates=(template,))
    assert fitting_share(OLD, known) == 1.0
    assert fitting_share(NEW, known) == 0.0
    newer = learn_template(OLD[:8] + NEW[:12], known)
    assert newer is not None
    assert newer.body == "section.mat-body"
    assert newer.since == CAPTURED + timedelta(days=30)
    assert newer.pages == 12
    both = replace(OUTLET, templates=(template, newer))
    assert fitting_share([*OLD, *NEW], both) == 1.0
    assert active_template(both.templates, CAPTURED) == template
    assert active_template(both.templates, CAPTURED - timedelta(days=1)) is None
    assert APPEAL not in article(NEW[0], template, newer).body


def test_rules_written_by_hand_win_over_what_was_learned(template: PageTemplate) -> None:
    rule = Rule(lead="div.bottom")
    assert article(OLD[0], template, rules=(rule,)).lead == "© Вести, все права защищены"


def test_a_paywall_outside_the_region_is_detected(template: PageTemplate) -> None:
    walled = old_design(60, appeal=False).replace(
        '<div class="beside">',
        '<div class="paywall">Чтобы дочитать статью, оформите подписку. Материал доступен только подписчикам.</div>'
        '<div class="beside">',
    )
    without, known = article(sample(60, walled)), article(sample(60, walled), template)
    assert without.partial
    assert known.partial


def test_structured_data_is_used_from_any_part_of_the_page(template: PageTemplate) -> None:
    data = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "keywords": ["порт", "ремонт"], '
        f'"headline": "{headline(61)}"}}</script>'
    )
    page = old_design(61).replace('<div class="bottom">', f'<div class="bottom">{data}')
    assert article(sample(61, page), template).tags == ("порт", "ремонт")


def test_an_error_page_that_fits_the_template_is_rejected(template: PageTemplate) -> None:
    page = old_design(62).replace(headline(62), "Страница не найдена")
    for paragraph in paragraphs(62):
        page = page.replace(f"<p>{paragraph}</p>", "")
    page = page.replace(APPEAL, "Страница не найдена. Возможно, она была удалена или перемещена.")
    extraction = extract(sample(62, page).capture, replace(OUTLET, templates=(template,)), None)
    assert isinstance(extraction, Rejection)


def test_the_extractor_name_covers_rules_and_template(template: PageTemplate) -> None:
    known = replace(OUTLET, templates=(template,))
    at = CAPTURED
    plain = extractor_name("reader 1", outlet_at(OUTLET, at))
    assert plain == "reader 1"
    by_layout = extractor_name("reader 1", outlet_at(known, at))
    by_rules = extractor_name("reader 1", outlet_at(replace(known, rules=(Rule(title="h2"),)), at))
    by_other = extractor_name(
        "reader 1", outlet_at(replace(known, templates=(replace(template, lines=()),)), at)
    )
    assert len({plain, by_layout, by_rules, by_other}) == 4
    assert by_layout == extractor_name("reader 1", outlet_at(known, at + timedelta(days=9)))


def test_a_template_without_text_boxes_keeps_the_name_it_had_in_earlier_releases() -> None:
    template = PageTemplate(body="div.tx", lines=("Подписывайтесь",))
    earlier = tuple(value for name, value in asdict(template).items() if name != "text")
    digest = hashlib.sha256(repr([earlier]).encode()).hexdigest()[:8]
    assert extractor_name("reader 1", replace(OUTLET, templates=(template,))) == f"reader 1, layout {digest}"
    other = replace(OUTLET, templates=(replace(template, text=("p.promo",)),))
    assert extractor_name("reader 1", other) != f"reader 1, layout {digest}"


def test_the_first_line_of_an_article_is_not_recurring_though_others_tease_it() -> None:
    opening = paragraphs(3)[0]
    pages = [
        sample(number, old_design(number).replace(f"<p>{APPEAL}</p>", f"<p>{APPEAL}</p><p>{opening}</p>"))
        for number in range(20)
    ]
    learned = learn_template(pages, OUTLET)
    assert learned is not None
    assert learned.lines == (APPEAL,)


def test_a_result_without_a_template_has_the_numbers_that_say_why(template: PageTemplate) -> None:
    few = learning_result(OLD[: MIN_PAGES - 1], OUTLET)
    assert (few.template, few.pages, few.stories) == (None, MIN_PAGES - 1, MIN_PAGES - 1)
    one = learning_result([OLD[0]] * 20, OUTLET)
    assert (one.template, one.pages, one.stories) == (None, 20, 1)
    apart = [sample(number, old_design(number).replace("story", f"s{number}")) for number in range(7)]
    unlike = learning_result([*apart, *NEW[:5]], OUTLET)
    assert (unlike.template, unlike.pages, unlike.stories) == (None, 12, 12)
    assert 0 < unlike.alike < 12
    assert learning_result(OLD, OUTLET).template == template


def test_a_zone_stated_by_the_page_is_stated_with_and_without_a_template() -> None:
    def stating(number: int) -> str:
        day, hour = f"2022-02-{number % 27 + 1:02}", f"1{number % 10}:30"
        printed = f"{number % 27 + 1}.02.2022 {hour}"
        data = f'{{"@type":"NewsArticle","datePublished":"{day}T{hour}:00+02:00"}}'
        script = f'<script type="application/ld+json">{data}</script></head>'
        timed = f'<time datetime="{day}T{hour}:00+02:00">{printed}</time>'
        return old_design(number, appeal=False).replace("</head>", script).replace(printed, timed)

    learned = learn_template([sample(number, stating(number)) for number in range(12)], OUTLET)
    assert learned is not None
    assert learned.published is not None
    for number in (50, 51, 52):
        one = sample(number, stating(number))
        known, without = article(one, learned).published, article(one).published
        assert known == without
        assert known is not None
        assert (known.zone, known.found_in, known.precision) == ("stated", "visible", "minute")


def test_a_label_above_the_articles_of_every_section_is_not_a_section() -> None:
    def filed(number: int, label: str) -> Sample:
        page = old_design(number, appeal=False).replace(">Город</a></div>", f">{label}</a></div>")
        return replace(sample(number, page), listed=ListingEntry(section=("Хроника", "Суд")[number % 2]))

    learned = learn_template([filed(number, "Наш край") for number in range(12)], OUTLET)
    assert learned is not None
    assert (learned.labels, learned.section) == (("Наш край",), None)
    assert article(filed(50, "Наш край")).section == "Наш край"
    assert article(filed(50, "Наш край"), learned).section == "Хроника"
    own = learn_template([filed(number, ("Хроника", "Суд")[number % 2]) for number in range(12)], OUTLET)
    assert own is not None
    assert own.labels == ()


def test_paragraphs_that_an_outlet_reuses_often_are_text() -> None:
    stock = [
        f"Городские власти обещают {deed} до конца недели и просят жителей набраться терпения и воды."
        for deed in (
            "починить мост",
            "открыть рынок",
            "вывезти снег",
            "сменить трубы",
            "пустить трамвай",
            "убрать лёд",
        )
    ]

    def page(number: int) -> str:
        text = "".join(f"<p>{stock[(number * step) % 6]}</p>" for step in (1, 5)[: 1 + (number % 3 > 0)])
        return old_design(number, appeal=False).replace(
            '</div>\n<div class="story-end', text + '</div>\n<div class="story-end'
        )

    learned = learn_template([sample(number, page(number)) for number in range(20)], OUTLET)
    assert learned is not None
    assert learned.body == "div.story-text"
    for number in (50, 53, 55):
        one = sample(number, page(number))
        assert article(one, learned).body == article(one).body
        assert any(line in article(one, learned).body for line in stock)


def test_a_template_adds_no_caption_of_a_video_that_follows_links_to_other_articles(
    template: PageTemplate,
) -> None:
    video = '<p><a href="/city/7.html">Ещё об этом</a></p><div><iframe src="/v"></iframe><span>В порту</span></div>'
    html = old_design(41).replace(f"<p>{APPEAL}</p>", video)
    assert article(sample(41, html), template).body == tuple(paragraphs(41))


def test_a_text_of_one_paragraph_is_extracted_with_a_template(template: PageTemplate) -> None:
    first, *others = paragraphs(41)
    html = old_design(41)
    for other in others:
        html = html.replace(f"<p>{other}</p>", "")
    one = sample(41, html)
    assert article(one, template).body == (first,)
