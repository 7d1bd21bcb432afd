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


NEWSROOM = '{"@type":"Organization","name":"Вести края"}'


@pytest.mark.parametrize(
    "address", ["/tags/gleb", "/topics/gleb/", "/theme/5", "/story/5", "/tags/person/gleb", "/?tag=5"]
)
@pytest.mark.parametrize("place", ["above", "below"])
def test_a_topics_person_is_no_author(read_page: Callable[..., object], address: str, place: str) -> None:
    topic = f"<div class='sc-1'><a href='{address}'>Глеб Самарин</a></div>"
    data = f'<script type="application/ld+json">{{"@type":"NewsArticle","author":{NEWSROOM}}}</script>'
    above, below = (topic, "") if place == "above" else ("", topic)
    found = read_page(
        f"<html><head><title>{HEADLINE}</title>{data}</head><body>{above}<h1>{HEADLINE}</h1>{below}{TEXT}</body></html>"
    )
    assert isinstance(found, Article)
    assert found.authors == ("Вести края",)


@pytest.mark.parametrize(
    "byline",
    [
        "<div><a href='/people/5'>Глеб Самарин</a></div>",
        "<div class='author'><a href='/tema/avtor-gleb'>Глеб Самарин</a></div>",
    ],
)
def test_a_linked_name_below_the_headline_is_a_byline(read_page: Callable[..., object], byline: str) -> None:
    assert article(read_page, author=NEWSROOM, before=byline).authors == ("Глеб Самарин",)


@pytest.mark.parametrize(
    "box",
    [
        "<div><span>Авторы</span><span>Теги</span></div><div><a href='/a/5'>Давид Акимов</a></div>",
        "<div><a>Теги</a><a>Авторы</a></div><div><a href='/a/5'>Давид Акимов</a></div>",
        "<ul><li>Авторы</li><li>Теги</li></ul><div><a href='/a/5'>Давид Акимов</a></div>",
        "<div>Авторы</div><div><a href='/a/5'>Давид Акимов</a> <span>редактор</span></div>",
        "<h4>Авторы:</h4><ul><li><a href='/a/5'>Давид Акимов</a></li></ul>",
        "<div>Смотрите также</div><p><a href='/1'>Другая новость о городе дня</a></p><p>Автор:</p><p>Давид Акимов</p>",
    ],
)
def test_a_name_below_an_author_label_is_a_byline(read_page: Callable[..., object], box: str) -> None:
    assert article(read_page, after=box).authors == ("Давид Акимов",)


def test_each_line_below_an_author_label_is_a_byline(read_page: Callable[..., object]) -> None:
    names = "<div class='who'>Давид Акимов</div><div class='who'>Рита Лоза</div>"
    assert article(read_page, after=f"<div>Авторы</div>{names}").authors == ("Давид Акимов", "Рита Лоза")


@pytest.mark.parametrize(
    "teaser",
    [
        "<div class='card'><a href='/1'>Другая новость о городе</a><div class='author'>Рита Лоза</div></div>",
        "<div><div><a href='/1'>Другая новость о городе</a></div><p>Её пересказали.</p><div>Рита Лоза</div></div>",
    ],
)
def test_a_teasers_byline_is_not_the_articles(read_page: Callable[..., object], teaser: str) -> None:
    assert article(read_page, after=teaser).authors == ()
    above = (
        f"<html><head><title>{HEADLINE}</title></head><body>{teaser}<h1>{HEADLINE}</h1>{TEXT}</body></html>"
    )
    found = read_page(above)
    assert isinstance(found, Article)
    assert found.authors == ()


@pytest.mark.parametrize(
    ("line", "views"),
    [
        ("17.04.2021. Просмотров: 527", 527),
        ("17.04.2021, Просмотры: 1 527", 1527),
        ("Дата: 17.04.2021 | Просмотров 527", 527),
    ],
)
def test_a_day_and_a_count_below_the_text_are_the_articles(
    read_page: Callable[..., object], line: str, views: int
) -> None:
    found = article(read_page, after=f"<div>{line}</div>")
    assert found.views == views
    assert found.published is not None
    assert found.published.at.date().isoformat() in ("2021-04-16", "2021-04-17")


def test_a_linked_name_above_the_headline_is_a_topic_if_the_data_name_the_newsroom(
    read_page: Callable[..., object],
) -> None:
    data = f'<script type="application/ld+json">{{"@type":"NewsArticle","author":{NEWSROOM}}}</script>'

    def authors(names: str, head: str) -> tuple[str, ...]:
        found = read_page(
            f"<html><head><title>{HEADLINE}</title>{head}</head><body>"
            f"<div class='{names}'><a href='/a/5'>Глеб Самарин</a></div><h1>{HEADLINE}</h1>{TEXT}</body></html>"
        )
        assert isinstance(found, Article)
        return found.authors

    assert authors("sc-1", data) == ("Вести края",)
    assert authors("author", data) == ("Глеб Самарин",)
    assert authors("sc-1", "") == ("Глеб Самарин",)
