"""Authors and photographers are distinguished by where a name is and what is beside it."""

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
Reader = Callable[..., object]


def article(
    read_page: Reader,
    *,
    head: str = "",
    before: str = "",
    after: str = "",
    last: str = "",
    scope: str = "",
    url: str = "https://news.example/world/a.html",
) -> Article:
    found = read_page(
        f"<html><head><title>{HEADLINE}</title>{head}</head><body><article {scope}><h1>{HEADLINE}</h1>"
        f"{before}<div>{TEXT}{last}</div>{after}</article></body></html>",
        url=url,
    )
    assert isinstance(found, Article)
    return found


ITEM = 'itemscope itemtype="https://schema.org/NewsArticle"'


def test_the_author_of_a_picture_is_not_the_author_of_the_article(read_page: Reader) -> None:
    picture = (
        '<div class="main-image"><img src="/a.jpg"><div class="image-info"><span class="image-author" '
        'itemprop="author">(Фото: Роман Шульц / Пример)</span></div></div>'
    )
    found = article(read_page, scope=ITEM, before=picture, after="<p>Автор: Анна Ветрова</p>")
    assert found.authors == ("Анна Ветрова",)


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="author" content="Вести края"><script type="application/ld+json">{"@type":"NewsArticle",'
        '"author":{"@type":"Organization","name":"Вести края"}}</script>',
        '<meta name="author" content="News">',  # the domain is news.example
    ],
)
def test_a_byline_takes_precedence_over_the_outlet_in_the_metadata(read_page: Reader, head: str) -> None:
    found = article(read_page, head=head, before='<div class="author">Анна Ветрова</div>')
    assert found.authors == ("Анна Ветрова",)


def test_without_a_byline_the_author_is_the_outlet_in_the_metadata(read_page: Reader) -> None:
    data = '{"@type":"NewsArticle","author":{"@type":"Person","name":"Радио Пример"}}'
    head = f'<meta property="og:site_name" content="Радио Пример"><script type="application/ld+json">{data}</script>'
    assert article(read_page, head=head).authors == ("Радио Пример",)


def test_a_url_is_not_an_author(read_page: Reader) -> None:
    assert (
        article(read_page, head='<meta name="author" content="primer.example, Berlin, Germany">').authors
        == ()
    )


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("<div>Анна Ветрова, корреспондент</div>", "", ("Анна Ветрова",)),
        ('<div class="author"><a>Анна Ветрова</a><span>Журналист</span></div>', "", ("Анна Ветрова",)),
        ("", "<dl><dt>Автор публикации</dt><dd>Анна Ветрова</dd></dl>", ("Анна Ветрова",)),
        ("", "<p>Анна Ветрова, Пример-ТВ</p>", ("Анна Ветрова",)),
        ("", '<p style="text-align:right">Зебрина Кыдыргали</p>', ("Зебрина Кыдыргали",)),
        ("<div>Опубликовано <span>Анна Ветрова</span> - Пн, 10/01/2022 - 11:55</div>", "", ("Анна Ветрова",)),
        ("<div>Анна Ветрова, фото Романа Шульца</div>", "", ("Анна Ветрова",)),
        ("", '<div><a href="/news/topics/x1">Анна Ветрова</a></div>', ()),
    ],
)
def test_a_byline_is_not_text(read_page: Reader, before: str, after: str, names: tuple[str, ...]) -> None:
    found = article(read_page, before=before, after=after)
    assert found.authors == names
    assert found.body == PARAGRAPHS


@pytest.mark.parametrize(
    "last", ["<p>Анна Ветрова.<br>Фото Романа Шульца.</p>", "<p>Анна Ветрова, Пример-ТВ</p>"]
)
def test_names_with_which_a_text_ends_sign_it(read_page: Reader, last: str) -> None:
    found = article(read_page, last=last)
    assert found.authors == ("Анна Ветрова",)
    assert found.body == PARAGRAPHS


@pytest.mark.parametrize(
    ("lines", "caption", "credit"),
    [
        (
            "<figcaption><span>Мост</span><span class='author'>Роман Шульц / Пример</span></figcaption>",
            "Мост",
            "Роман Шульц / Пример",
        ),
        (
            "<figcaption><p>Мост</p><p>Источник: <span>Роман Шульц</span></p></figcaption>",
            "Мост",
            "Источник: Роман Шульц",
        ),
        (
            "<figcaption>Мост через реку. Вести края/Роман Шульц</figcaption>",
            "Мост через реку",
            "Вести края/Роман Шульц",
        ),
        ("<figcaption>Мост через реку / Роман Шульц</figcaption>", "Мост через реку", "Роман Шульц"),
        (
            "<p><span>Автор фото, </span>Роман Шульц</p>"
            "<figcaption><span>Подпись к фото, </span><p>Мост</p></figcaption>",
            "Мост",
            "Роман Шульц",
        ),
        (
            "<figcaption>Мост<br>Фото: Роман Шульц / <a href='/buy'>купить фото</a></figcaption>",
            "Мост",
            "Фото: Роман Шульц",
        ),
        (
            "<figcaption>1</figcaption><figcaption>Мост</figcaption><figcaption>Мост</figcaption>",
            "Мост",
            None,
        ),
    ],
)
def test_a_caption_and_a_credit_are_distinguished(
    read_page: Reader, lines: str, caption: str, credit: str | None
) -> None:
    (image,) = article(read_page, before=f'<figure><div><img src="/a.jpg"></div>{lines}</figure>').images
    assert (image.caption, image.credit) == (caption, credit)


def test_a_picture_under_an_empty_link_to_another_page_belongs_to_a_teaser(read_page: Reader) -> None:
    teaser = (
        '<div class="card"><a class="card-link" href="/other"></a><div class="card-image"><img src="/t.jpg"></div>'
        '<div class="card-title">Что построят на месте пустыря</div></div>'
    )
    found = article(
        read_page, before='<figure><img src="/a.jpg"></figure>', last=f"{teaser}<p>{PARAGRAPHS[0]} Ещё.</p>"
    )
    assert [image.url for image in found.images] == ["https://news.example/a.jpg"]


@pytest.mark.parametrize(
    "appeal",
    [
        "Хочешь, чтобы в стране были независимые СМИ? Поддержи «Пример»",
        "Спасибо всем, кто поддерживает нас. «Пример» работает благодаря вам.",
        "Ми працюємо завдяки внескам читачів. Долучайся до Спільноти.",
        "Всегда оперативные новости в нашем канале WhatsApp.",
        "Новости от «Примера» в Telegram. Подписывайтесь на наш канал https://t.me/primer",
    ],
)
def test_an_appeal_between_paragraphs_is_not_text(read_page: Reader, appeal: str) -> None:
    assert (
        article(read_page, last=f"<p>{appeal}</p><p>Это последний абзац новости о городе.</p>").body[:-1]
        == PARAGRAPHS
    )


def test_a_quotation_about_ones_own_work_is_text(read_page: Reader) -> None:
    sentence = (
        "«Мы работаем благодаря пожертвованиям читателей», — рассказала директор библиотеки Анна Ветрова."
    )
    assert sentence in article(read_page, last=f"<p>{sentence}</p>").body


@pytest.mark.parametrize(
    ("before", "section"),
    [
        (
            '<nav class="breadcrumbs"><ul><li><a href="/">Главная</a></li><li><a href="/c">Город</a></li></ul></nav>',
            "Город",
        ),
        ('<div class="bread"><a href="/">ПРИМЕР</a><a href="/c">Город</a></div>', "Город"),
        ('<div class="path"><a href="/">Пример-ТВ</a> / <a href="/news/">Новости</a> / Город</div>', "Город"),
        ('<div class="rubrics"><a href="/c">Город</a><span><a href="#comments">29</a></span></div>', "Город"),
        ('<div><a href="/news">Новости</a><a href="/stories">Истории</a></div>', None),
        (
            '<div class="info"><a class="time">11:55, 10 января 2022</a><aside><a href="/c">Город</a></aside></div>',
            "Город",
        ),
    ],
)
def test_a_section_is_the_last_breadcrumb_and_not_part_of_a_menu(
    read_page: Reader, before: str, section: str | None
) -> None:
    found = read_page(
        f"<html><head><title>{HEADLINE}</title></head><body>{before}<h1>{HEADLINE}</h1><div>{TEXT}</div></body></html>"
    )
    assert isinstance(found, Article)
    assert found.section == section


def test_a_count_above_its_word_counts_views(read_page: Reader) -> None:
    counts = '<div class="views_count"><div>1204</div><span>VIEWS</span></div>'
    assert article(read_page, before=counts).views == 1204


def test_a_time_in_the_title_attribute_of_a_printed_date_is_the_articles(read_page: Reader) -> None:
    found = article(
        read_page, before='<abbr class="published" title="2022-01-10T11:55:00+02:00">10.01.2022</abbr>'
    )
    assert found.published is not None
    assert found.published.isoformat() == "2022-01-10T11:55:00+02:00"


def test_a_statement_in_a_heading_below_the_headline_is_the_lead(read_page: Reader) -> None:
    lead = "Работы начались ещё осенью и должны были закончиться весной, однако сроки не раз переносили."
    assert article(read_page, before=f"<h2>{lead}</h2>").lead == lead


def test_touching_tag_links_are_separate_tags(read_page: Reader) -> None:
    tags = '<div class="tag_list"><span>#</span><a href="/tag/1/">суд</a><a href="/tag/2/">ремонт</a></div>'
    assert article(read_page, after=tags).tags == ("суд", "ремонт")


PHOTO_STOCK = "Getty Images, Илья Громов/ТАСС, @anna.milova/Соцсеть"


@pytest.mark.parametrize(
    "line",
    [
        f"<p>Текст: <i itemprop='author'>Анна Ветрова</i> · Фото: <i itemprop='author'>{PHOTO_STOCK}</i></p>",
        "<p><b>Текст:</b> <i itemprop='author'>Анна Ветрова</i> <b>Фото:</b> <i itemprop='author'>Илья Громов</i></p>",
        "<div>Автор: <i itemprop='author'>Анна Ветрова</i></div><div>Фото: <i itemprop='author'>Илья Громов</i></div>",
        "<p class='info'><span class='info__authors'>Текст: <span>Анна Ветрова</span></span><span> · </span>"
        f"<span class='info__authors'>Фото: <span>{PHOTO_STOCK}</span></span></p>",
        "<p class='authors'>Текст: Анна Ветрова, фото: Илья Громов/ТАСС</p>",
        "<p class='author'>Фото: Илья Громов</p><p class='author'>Текст: Анна Ветрова</p>",
        "<p class='author'>Getty Images</p><p class='author'>Анна Ветрова</p>",
    ],
)
def test_a_photo_credit_beside_the_byline_names_no_author(read_page: Reader, line: str) -> None:
    assert article(read_page, before=line, scope=ITEM).authors == ("Анна Ветрова",)


@pytest.mark.parametrize(
    "line", ["<p class='authors'>Фото: Getty Images</p>", "<p class='author'>Getty Images</p>"]
)
def test_a_photo_bank_is_no_author(read_page: Reader, line: str) -> None:
    assert article(read_page, before=line).authors == ()


PICTURE = "<div class='pic'><img src='/i/2.jpg'></div>"
CREDIT = "<div class='info'>Фото: Завод</div>"


@pytest.mark.parametrize(
    ("below", "line"),
    [
        (f"{CREDIT}<div class='subheader'>Сколько платят?</div>", "Сколько платят?"),
        (f"{CREDIT}<div class='sub_title'>Сколько платят</div>", "Сколько платят"),
        (f"{CREDIT}<div>Сколько платят на линии</div>", "Сколько платят на линии"),
        (f"{CREDIT}<p><b>Сколько платят на линии</b></p>", "Сколько платят на линии"),
        (f"{CREDIT}<p>Все ждут весны.</p>", "Все ждут весны."),
        ("<p>Все ждут весны.</p>", "Все ждут весны."),
        ("<p><b>Сколько платят на линии</b></p>", "Сколько платят на линии"),
        ("<div class='subheader'>Сколько платят?</div>", "Сколько платят?"),
    ],
)
def test_a_line_after_a_picture_or_a_credit_is_text(read_page: Reader, below: str, line: str) -> None:
    last = "<p>А в последнем абзаце новости рассказывается о том, чем всё это закончилось для города и жителей.</p>"
    found = article(read_page, last=PICTURE + below + last)
    assert found.body[:4] == (*PARAGRAPHS, line)
    assert found.images[0].caption is None


@pytest.mark.parametrize(
    ("below", "caption"),
    [
        ("<p>Пётр Лошаков на мосту</p>", "Пётр Лошаков на мосту"),
        ("<p><i>Мост закрыт для всех.</i></p>", "Мост закрыт для всех."),
        ("<div class='caption'>Мост закрыт для всех.</div>", "Мост закрыт для всех."),
        (f"<div>Мост в Кривце</div>{CREDIT}", "Мост в Кривце"),
    ],
)
def test_a_line_after_a_picture_is_its_caption_if_something_says_so(
    read_page: Reader, below: str, caption: str
) -> None:
    last = "<p>А в последнем абзаце новости рассказывается о том, чем всё это закончилось для города и жителей.</p>"
    found = article(read_page, last=PICTURE + below + last)
    assert found.images[0].caption == caption
    assert len(found.body) == 4
