"""Which of a page's dates are the article's, and how each is known. Pages are captured on 11 January 2022."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.extraction.model import Article, ListingEntry

TEXT = "".join(
    f"<p>Это абзац {number} новости, в котором рассказывается о событии дня и его последствиях для города.</p>"
    for number in ("первый", "второй", "третий")
)


def page(stamp: str, head: str = "", after: str = "") -> str:
    headline = "Заголовок новости дня о городе"
    return (
        f"<html><head><title>{headline}</title>{head}</head><body><article><h1>{headline}</h1>"
        f"<div>{stamp}</div>{TEXT}{after}</article></body></html>"
    )


def data(**fields: str) -> str:
    pairs = "".join(f',"{name}":"{value}"' for name, value in fields.items())
    return f'<script type="application/ld+json">{{"@type":"NewsArticle"{pairs}}}</script>'


def article(read_page: Callable[..., object], html: str, **known: object) -> Article:
    found = read_page(html, **known)
    assert isinstance(found, Article)
    return found


def test_a_local_time_marked_utc_is_the_printed_local_time(read_page: Callable[..., object]) -> None:
    metadata = data(datePublished="2022-01-10T11:55:00Z", dateModified="2022-01-10T12:40:00Z")
    found = article(read_page, page("10 января 2022, 11:55", metadata))
    assert found.published is not None
    assert found.modified is not None
    assert (found.published.isoformat(), found.published.zone) == ("2022-01-10T11:55:00+02:00", "source")
    assert found.published.rule == "day-month-year-clock-marked-z"
    assert (found.modified.isoformat(), found.modified.rule) == ("2022-01-10T12:40:00+02:00", "iso-marked-z")


def test_a_time_in_utc_is_the_printed_time_of_the_same_instant(read_page: Callable[..., object]) -> None:
    found = article(read_page, page("10 января 2022, 11:55", data(datePublished="2022-01-10T09:55:00Z")))
    assert found.published is not None
    assert found.published.isoformat() == "2022-01-10T11:55:00+02:00"
    assert found.published.rule == "day-month-year-clock-zone-told"


@pytest.mark.parametrize("stated", ["2022-01-10T11:55:00+02:00", "2022-01-10T11:55:31+02:00"])
@pytest.mark.parametrize(
    ("head", "printed"),
    [
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"STATED"}</script>',
            "WHEN",
        ),
        ('<meta property="article:published_time" content="STATED">', "WHEN"),
        ("", '<time datetime="STATED">WHEN</time>'),
    ],
)
def test_a_zone_that_the_data_states_for_the_printed_time_is_stated_by_the_page(
    read_page: Callable[..., object], head: str, printed: str, stated: str
) -> None:
    found = article(
        read_page,
        page(printed.replace("STATED", stated), head.replace("STATED", stated)).replace(
            "WHEN", "10 января 2022, 11:55"
        ),
    )
    assert found.published is not None
    assert (found.published.zone, found.published.found_in) == ("stated", "visible")
    assert found.published.stated_as == "10 января 2022, 11:55"
    assert found.published.rule.endswith("-zone-told")


def test_a_zone_that_only_the_feed_states_is_not_stated_by_the_page(
    read_page: Callable[..., object],
) -> None:
    listed = ListingEntry(date_text="Mon, 10 Jan 2022 11:55:00 +0200", found_in="feed")
    found = article(read_page, page("10 января 2022, 11:55"), listed=listed)
    assert found.published is not None
    assert (found.published.zone, found.published.rule) == ("source", "day-month-year-clock")


def test_a_printed_update_has_the_zone_that_the_data_states_for_it(read_page: Callable[..., object]) -> None:
    metadata = data(datePublished="2022-01-10T11:55:00+03:00", dateModified="2022-01-10T12:40:00+03:00")
    found = article(read_page, page("10 января 2022, 11:55 (обновлено 10 января 2022, 12:40)", metadata))
    assert found.published is not None
    assert found.modified is not None
    assert found.published.isoformat() == "2022-01-10T11:55:00+03:00"
    assert (found.modified.isoformat(), found.modified.zone) == ("2022-01-10T12:40:00+03:00", "stated")


def test_of_two_witnesses_of_a_minute_the_one_with_a_zone_wins(
    read_page: Callable[..., object],
) -> None:
    metadata = '<meta property="article:published_time" content="20220110T1155+0400Z">'
    found = article(read_page, page('<time datetime="2022-01-10T11:55">11:55 10.01.2022</time>', metadata))
    assert found.published is not None
    assert (found.published.isoformat(), found.published.zone) == ("2022-01-10T11:55:00+04:00", "stated")


def test_a_time_printed_without_a_label_is_an_update_where_the_data_says_so(
    read_page: Callable[..., object],
) -> None:
    metadata = data(datePublished="2022-01-09T21:17:00+02:00", dateModified="2022-01-10T11:56:40+02:00")
    found = article(read_page, page("10 января 2022, 11:55", metadata))
    assert found.published is not None
    assert found.modified is not None
    assert found.published.isoformat() == "2022-01-09T21:17:00+02:00"
    assert found.modified.isoformat() == "2022-01-10T11:56:40+02:00"


def test_data_that_states_the_time_of_the_capture_is_not_the_publication_date(
    read_page: Callable[..., object],
) -> None:
    found = article(read_page, page("9 января 2022, 11:55", data(datePublished="2022-01-11T14:19:30+02:00")))
    assert found.published is not None
    assert found.published.isoformat() == "2022-01-09T11:55:00+02:00"


def test_a_day_that_only_the_url_has_is_used(read_page: Callable[..., object]) -> None:
    found = article(read_page, page(""), url="https://news.example/2021/12/30/most.html")
    assert found.published is not None
    assert (found.published.isoformat(), found.published.found_in) == ("2021-12-30", "address")


def test_an_update_is_not_the_publication_date(read_page: Callable[..., object]) -> None:
    found = article(read_page, page("10 января 2022, 11:55<br>Обновлено: 10 января 2022, 12:40"))
    assert found.published is not None
    assert found.modified is not None
    assert found.published.isoformat() == "2022-01-10T11:55:00+02:00"
    assert found.modified.isoformat() == "2022-01-10T12:40:00+02:00"


def test_a_doubtful_day_without_a_year_is_rejected(read_page: Callable[..., object]) -> None:
    assert article(read_page, page("20 января, 11:55")).published is None


def test_the_url_has_the_year_of_a_day_without_one(read_page: Callable[..., object]) -> None:
    found = article(read_page, page("20 января, 11:55"), url="https://news.example/2018/01/20/a.html")
    assert found.published is not None
    assert found.published.isoformat() == "2018-01-20T11:55:00+02:00"


def test_a_day_without_a_year_is_the_most_recent_such_day(read_page: Callable[..., object]) -> None:
    found = article(read_page, page("28 декабря, 11:55"))
    assert found.published is not None
    assert found.published.isoformat() == "2021-12-28T11:55:00+02:00"


def test_the_exact_time_replaces_hours_ago(read_page: Callable[..., object]) -> None:
    found = article(read_page, page('<time datetime="2022-01-11T09:41:00+02:00">4 часа назад</time>'))
    assert found.published is not None
    assert (found.published.isoformat(), found.published.precision) == ("2022-01-11T09:41:00+02:00", "second")


def test_hours_ago_alone_are_known_to_the_hour(read_page: Callable[..., object]) -> None:
    found = article(read_page, page("4 часа назад"))
    assert found.published is not None
    assert (found.published.isoformat(), found.published.precision) == ("2022-01-11T10:20:00+02:00", "hour")


def test_the_listing_has_the_minute_of_a_day(read_page: Callable[..., object]) -> None:
    found = article(read_page, page("10 января 2022"), listed=ListingEntry(date_text="10.01.2022 11:55"))
    assert found.published is not None
    assert (found.published.isoformat(), found.published.found_in) == ("2022-01-10T11:55:00+02:00", "listing")


def test_a_time_beside_its_day_is_one_date(read_page: Callable[..., object]) -> None:
    found = article(read_page, page("<span>11:55</span></div><div><span>10 января 2022</span>"))
    assert found.published is not None
    assert (found.published.isoformat(), found.published.stated_as) == (
        "2022-01-10T11:55:00+02:00",
        "11:55 10 января 2022",
    )


CARDS = "".join(
    f"<a href=/{day}><div>Суд отпустил бывшего мэра под залог</div><div>{day} сентября, 15:46</div></a>"
    for day in (14, 15, 16)
)
PICTURE = "<div><img src=/1.jpg><div>Заседание комиссии в Курске, 3 ноября</div></div>"


def parted(above: str = "", below: str = "", after: str = "") -> str:
    """Return a page without class names, with each part in a box of its own."""
    return (
        f"<html><body><div><div>{above}</div><div><h1>Заголовок новости дня о городе</h1></div>"
        f"{below}<div>{TEXT}</div></div>{after}</body></html>"
    )


@pytest.mark.parametrize(
    "html",
    [
        parted("<span>12 августа, 13:43</span>", after=f"<div>{CARDS}</div>"),
        parted("<span>12 августа, 13:43</span>", after="<div><div>14 сентября, 15:46</div></div>"),
        parted("<span>12 августа, 13:43</span>", PICTURE),
        parted("<a href=/rubric/1>Город</a><span>12 августа, 13:43</span><span>43743</span>", PICTURE),
        parted(
            "<a href=/r>Город</a><span>12 августа, 13:43</span><span><svg><path/></svg>43743</span>", PICTURE
        ),
        parted(
            below="<div><a href=/i/>Происшествия</a> | 12 августа, 13:43 | Просмотров: 19221"
            f" | Комментариев: 4</div>{PICTURE}"
        ),
    ],
)
def test_the_date_near_the_headline_wins_over_those_of_pictures_and_other_articles(
    read_page: Callable[..., object], html: str
) -> None:
    found = article(read_page, html)
    assert found.published is not None
    assert found.published.isoformat() == "2021-08-12T13:43:00+03:00"


def test_the_date_of_a_picture_is_not_that_of_the_article(read_page: Callable[..., object]) -> None:
    assert article(read_page, parted(below=PICTURE)).published is None


def test_the_listing_decides_between_printed_days(read_page: Callable[..., object]) -> None:
    html = parted("<span>12 августа 2021</span>", "<div>10 августа 2021</div>")
    for day in ("10", "12"):
        listed = ListingEntry(date_text=f"{day} августа 2021", found_in="listing")
        found = article(read_page, html, listed=listed)
        assert found.published is not None
        assert found.published.stated_as == f"{day} августа 2021"


def test_a_press_release_beside_a_picture_has_the_date_it_states(read_page: Callable[..., object]) -> None:
    for line in ("Пресс-релиз от 10.01.2022", "Pressemitteilung vom 10.01.2022"):
        found = article(read_page, page(f'<img src="/photo/1.jpg"><div>{line}</div>'))
        assert found.published is not None
        assert found.published.isoformat() == "2022-01-10"


def test_today_in_a_long_line_below_the_text_is_not_a_date(read_page: Callable[..., object]) -> None:
    offer = "<div>Новый кроссовер от 235 тысяч рублей в месяц. Тест-драйв уже сегодня.</div>"
    assert article(read_page, page("", after=offer)).published is None


LINKED = "<a href='/2022/01/10/'>DATE</a><a href='/econ/'>Экономика</a>"
NEIGHBOUR = (
    "<a href='/2022/01/09/'>DATE</a> <a href='/econ/a-1.html'>Завод открыл новый цех и набирает рабочих</a>"
)


@pytest.mark.parametrize("printed", ["16:30, 10 января 2022", "10 января 2022-16:30", "[16:30/10.01.2022]"])
@pytest.mark.parametrize("line", ["DATE", LINKED, LINKED.replace("</a><a", "</a> | <a"), f"<p>{LINKED}</p>"])
def test_a_date_beside_a_linked_section_is_the_articles_though_it_is_a_link(
    read_page: Callable[..., object], line: str, printed: str
) -> None:
    html = page("").replace("<h1>", f"<div>{line.replace('DATE', printed)}</div><h1>")
    found = article(read_page, html)
    assert found.published is not None
    assert found.published.isoformat() == "2022-01-10T16:30:00+02:00"


def test_a_date_linked_beside_another_headline_is_that_articles(read_page: Callable[..., object]) -> None:
    html = page("").replace("<h1>", f"<div>{NEIGHBOUR.replace('DATE', '16:30, 9 января 2022')}</div><h1>")
    assert article(read_page, html).published is None


@pytest.mark.parametrize("printed", ["9 Machi 2022, 11:55", "11:55 | 9 Machi 2022", "9 Machi, 11:55"])
def test_a_time_beside_an_unknown_month_is_no_publication_time(
    read_page: Callable[..., object], printed: str
) -> None:
    assert article(read_page, page(printed)).published is None
    listed = ListingEntry(date_text=printed, found_in="feed")
    assert article(read_page, page(""), listed=listed).published is None


DATELINE_TEXT = "Паромная переправа в Сосновке открылась на месяц раньше, чем обещали её строители."


@pytest.mark.parametrize(
    "start",
    [
        "10 января 2022 года.",
        "10. Januar 2022.",
        '<span class="text_datum">10 січня 2022.</span>',
        "Jan 10, 2022.",
    ],
)
def test_a_day_before_the_first_sentence_is_a_dateline(read_page: Callable[..., object], start: str) -> None:
    found = article(read_page, page("", after="").replace("<p>", f"<p>{start} {DATELINE_TEXT}</p><p>", 1))
    assert found.published is not None
    assert (found.published.isoformat(), found.published.precision) == ("2022-01-10", "day")


@pytest.mark.parametrize(
    "start", ["10 января 2022 года", "10 января 2022 года, когда", "10 января 2022 года — и"]
)
def test_a_day_that_begins_a_sentence_is_no_dateline(read_page: Callable[..., object], start: str) -> None:
    sentence = f"{start} паромную переправу открыли снова, хотя обещали её строители к весне."
    assert article(read_page, page("").replace("<p>", f"<p>{sentence}</p><p>", 1)).published is None


def test_a_day_below_the_headline_wins_over_a_dateline(read_page: Callable[..., object]) -> None:
    html = page("11.01.2022").replace("<p>", f"<p>3 января 2022 года. {DATELINE_TEXT}</p><p>", 1)
    found = article(read_page, html)
    assert found.published is not None
    assert found.published.isoformat()[:10] == "2022-01-11"


MENU = "".join(f"<div><a href='/{at}'>Раздел {at}</a></div>" for at in range(4))


@pytest.mark.parametrize(("around", "day"), [(MENU + "{}", "2022-01-11"), ("{}" + MENU, None), ("{}", None)])
def test_the_day_of_the_capture_above_the_headline_is_the_articles_if_it_opens_its_box(
    read_page: Callable[..., object], around: str, day: str | None
) -> None:
    headline = "Заголовок новости дня о городе"
    box = f"<p>Газета «Вести» 11.01.2022</p><p><b>{headline}</b></p>{TEXT}"
    html = f"<html><head><title>{headline}</title></head><body>{around.format(f'<div>{box}</div>')}</body></html>"
    published = article(read_page, html).published
    assert (published and published.isoformat()[:10]) == day
