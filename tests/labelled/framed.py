"""Pages with a complete site frame but no text: not found, videos, pictures; and short articles in the frame."""

# ruff: noqa: E501  (the pages are set as they were sent)
from __future__ import annotations

from collections.abc import Iterator

from tests.labelled.site import BUILDS, TONGUES, Labelled, cards, page
from tests.labelled.walls import URL

FILM = '<div class="media"><video controls src="/v.mp4"></video></div>'
PICTURES = "".join(f'<a href="/g/{n}.jpg"><img src="/g/s{n}.jpg" alt=""></a>' for n in range(9))
NOT_FOUND = {
    "ru": ("Страница не найдена", "К сожалению, страница, которую вы ищете, не существует или была удалена."),
    "uk": ("Сторінку не знайдено", "На жаль, такої сторінки не існує або її видалено."),
    "be": ("Старонка не знойдзена", "Старонка, якую вы шукаеце, не існуе або была выдалена."),
    "en": ("Page not found", "The page you are looking for does not exist or has been removed."),
}
SHOWN = {
    "ru": ("Видео: взрыв старой трубы ТЭЦ", "Фоторепортаж: ярмарка на набережной Волги"),
    "uk": ("Відео: підрив старої труби заводу", "Фоторепортаж: ярмарок на площі Соборній"),
    "en": ("Video: the old chimney comes down at last", "In pictures: the autumn fair on the embankment"),
}
# What sites print on every page beside a text, one of each kind.
AROUND = {
    "ru": (
        "<p>Посетители, находящиеся в группе <b>Гости</b>, не могут оставлять комментарии к данной публикации.</p>",
        '<div class="x7">Рассылка «Волжских новостей»: одно письмо в неделю о главном в области. <input><button>Ок</button></div>',
        '<div class="x8"><b>Олег Ветров</b><div>Корреспондент «Волжских новостей», пишет о городе с 2011 года.</div></div>',
        "<p>Поддержите нашу редакцию: мы работаем на деньги читателей и никому не подчиняемся.</p>",
        "<p>Подписывайтесь на наш канал в Telegram: там новости появляются раньше, чем на сайте.</p>",
    ),
    "uk": (
        "<p>Стежте за нами у Telegram, щоб не пропустити найважливіше в області.</p>",
        '<div class="x7">Розсилка «Подільського вісника»: один лист на тиждень про головне. <input><button>Ок</button></div>',
        "<p>Журналіст видання «Подільський вісник». Пише про місцеве самоврядування з 2015 року.</p>",
        "<p>Підтримайте нашу редакцію: ми працюємо завдяки внескам читачів.</p>",
    ),
    "en": (
        "<p>Subscribe to our newsletter and get the week on the steppe every Friday morning.</p>",
        "<p>Support our newsroom: readers pay for everything that we publish on this site.</p>",
    ),
}  # fmt: skip


def framed() -> Iterator[Labelled]:
    """Return all labelled pages with a site frame."""
    for place, (lang, (heading, sentence)) in enumerate(NOT_FOUND.items()):
        for shift, stands in enumerate(("dated", "bare")):
            main = _frame(lang, heading, f"<p>{sentence}</p>", is_dated=stands == "dated")
            html = page(lang, f"{heading} — {TONGUES[lang].site}", main, build=BUILDS[(place + shift) % 4])
            yield Labelled(f"framed soft 404 {lang} {stands}", "soft 404", URL, html)
    for place, (lang, (film, pictures)) in enumerate(SHOWN.items()):
        for number, around in enumerate(AROUND[lang]):
            build = BUILDS[(place + number) % 3]
            for kind, title, shown in (("video page", film, FILM), ("gallery", pictures, PICTURES)):
                main = _frame(lang, title, shown + around, is_dated=bool(number % 2))
                html = page(lang, f"{title} — {TONGUES[lang].site}", main, build=build)
                yield Labelled(f"framed {kind} {lang} {number + 1}", kind, URL, html)
    yield from _articles()


def _frame(lang: str, title: str, text: str, *, is_dated: bool) -> str:
    tongue = TONGUES[lang]
    related = "".join(
        f'<li><a href="/news/{n + 700}.html">{headline}</a> <small>{tongue.summary} […]</small></li>'
        for n, headline in enumerate(tongue.headlines[4:7])
    )
    stamp = f'<div class="when">{tongue.stamps[3]}</div>' if is_dated else ""
    return (
        f'<header class="top"><h1>{title}</h1>{stamp}{text}</header><h3>{tongue.latest}</h3><ol>{related}</ol>'
        f"{cards(lang, 3, first=8)}<h3>{tongue.comment}</h3><form><textarea></textarea></form>"
    )


def _articles() -> Iterator[Labelled]:
    """Return short articles in the same frame; their only sentence must be extracted."""
    film, pictures = SHOWN["ru"]
    tells = "Трубу взорвали в субботу утром, жители соседних домов заранее покинули квартиры."
    asks = AROUND["ru"][4]
    for name, title, text, says in (
        ("under a film", film, f"{FILM}<p>{tells}</p>", tells),
        ("under a film with a request", film, f"{FILM}<p>{tells}</p>{asks}", tells),
        ("under pictures", pictures, f"<p>{tells}</p>{PICTURES}{asks}", tells),
        (
            "under pictures with a link",
            pictures,
            f'<p><a href="/a/1">Администрация города сообщила в субботу</a>, что ярмарка продлится до среды.</p>{PICTURES}',
            None,
        ),
        (
            "about a page not found",
            "«Страница не найдена»: с сайта мэрии пропали отчёты",
            f"<p>Страница с отчётами на сайте мэрии удалена, заметили депутаты.</p><p>{tells}</p>",
            "заметили депутаты",
        ),
        (
            "that plays not found",
            "Страница не найдена",
            "<p>Страница не найдена. Эту надпись видит каждый, кто ищет на сайте мэрии отчёты за прошлые годы.</p>"
            + f"<p>{tells} Так же исчезли и документы о конкурсе: их удалили в день выборов.</p>" * 3,
            "ищет на сайте мэрии",
        ),
        (
            "about subscribing",
            "Подписка на газету подорожает с января",
            f"<p>Подписывайтесь на газету до декабря, советует почта: с января полугодие подорожает на сто рублей.</p>{FILM}"
            "<p>Цены выросли из-за бумаги, объяснили в издательстве.</p>",
            "Цены выросли",
        ),
    ):
        html = page("ru", f"{title} — {TONGUES['ru'].site}", _frame("ru", title, text, is_dated=True))
        yield Labelled(f"framed article {name}", None, URL, html, says)
    complaints = "".join(
        f"<b>Warning</b>: Creating default object from empty value in /www/inc/{n}.php on line {n}<br>"
        for n in range(9)
    )
    main = f"<h1>Мост через Волгу откроют в пятницу</h1><p>{tells}</p><p>{complaints}</p>"
    html = complaints + page("ru", "Мост через Волгу откроют в пятницу", main)
    yield Labelled("framed article among complaints of PHP", None, URL, html, tells)
