"""Pages that list or show content and are not articles: sections, front pages, galleries, videos."""

# ruff: noqa: E501  (the pages are set as they were sent)
from __future__ import annotations

from collections.abc import Iterator

from tests.labelled.site import BUILDS, TONGUES, Labelled, cards, page

ARTICLE_URL = "https://news.example/2026/11/22/most-otkryt.html"
FRONT_HEAD = (
    '<link rel="canonical" href="https://news.example/"><meta property="og:type" content="website">'
    '<meta property="og:url" content="https://news.example/">'
)


def listings() -> Iterator[Labelled]:
    """Return all labelled listing pages."""
    for kind, url, pages in (
        ("section page", "https://news.example/politics/", _sections()),
        ("front page", ARTICLE_URL, _fronts()),
        ("gallery", "https://news.example/photo/1532/", _galleries()),
        ("video page", "https://news.example/video/1532/", _videos()),
    ):
        for place, html in enumerate(pages):
            yield Labelled(f"{kind} {place + 1}", kind, url, html)


def _sections() -> Iterator[str]:
    for place, (lang, tongue) in enumerate(TONGUES.items()):
        name = tongue.sections[place]
        yield page(
            lang, f"{name} — {tongue.site}", f"<h1>{name}</h1>{cards(lang, 12)}", build=BUILDS[place % 4]
        )
        yield page(lang, f"{name} | {tongue.site}", f"<h1>{name}</h1>{cards(lang, 10, summaries=False)}",
            build=BUILDS[(place + 1) % 4], teasers=0)  # fmt: skip
    rows = "".join(
        f"<tr><td>{10 + n}.11.2026</td><td><a href=/n?id={n}><b>{headline}</b></a><br>{headline}. "
        "Об этом сообщили в администрации района, подробности выясняются.</td></tr>"
        for n, headline in enumerate(TONGUES["ru"].headlines)
    )
    yield page(
        "ru",
        "Архив новостей",
        f"<b>Архив новостей за ноябрь</b><table>{rows}</table>",
        build="table",
        teasers=0,
    )
    lines = "".join(
        f'<li><span>{9 + n}:15</span> <a href="/n/{n}">{headline}</a></li>'
        for n, headline in enumerate(TONGUES["uk"].headlines)
    )
    yield page("uk", "Стрічка новин", f"<h1>Стрічка новин</h1><ul>{lines}</ul>", build="divs", teasers=0)
    yield page("ru", "Тег: Волга", "<h1>Волга</h1><p>Всё о реке Волге: новости, репортажи, фотографии и видео на "
        "сайте «Волжских новостей» за все годы.</p>" + cards("ru", 14, summaries=False), build="semantic")  # fmt: skip
    yield page("en", "Articles by Anna Petrova", "<h1>Anna Petrova</h1><p>Anna Petrova covers courts and prisons. She "
        "joined the Courier in 2014.</p>" + cards("en", 10), build="divs", teasers=0)  # fmt: skip


def _fronts() -> Iterator[str]:
    for place, (lang, tongue) in enumerate(TONGUES.items()):
        blocks = "".join(
            f"<section><h2>{name}</h2>{cards(lang, 4, first=3 * n, summaries=n % 2 == 0)}</section>"
            for n, name in enumerate(tongue.sections)
        )
        yield page(lang, tongue.site, blocks, head=FRONT_HEAD, build=BUILDS[place % 4])
        yield page(lang, f"{tongue.site}: {tongue.latest}", f"<h1>{tongue.site}</h1>{blocks}",
            build=BUILDS[(place + 2) % 4])  # fmt: skip
    hero = (
        '<div class="hero"><a href="/news/1.html"><h1>В Саратове открыли новый мост через Волгу</h1></a><p>Мост '
        "открыли на месяц раньше срока: первыми по нему прошли грузовики с песком, которые строители выстроили "
        "колонной с вечера, чтобы проверить опоры.</p></div>"
    )
    yield page("ru", "Волжские новости — главные новости Поволжья", hero + cards("ru", 14), head=FRONT_HEAD,
        build="semantic")  # fmt: skip
    yield page("ru", "Волжские новости — главные новости Поволжья", hero + cards("ru", 13, summaries=False),
        head=FRONT_HEAD, build="divs")  # fmt: skip
    yield page("en", "The Steppe Courier | News from the steppe", cards("en", 14) + cards("en", 14, summaries=False),
        head=FRONT_HEAD, build="script")  # fmt: skip


def _galleries() -> Iterator[str]:
    words = {
        "ru": ("Фото", "из", "Фото: Иван Петров / Волжские новости"),
        "uk": ("Фото", "з", "Фото: Іван Петренко / Подільський вісник"),
        "be": ("Фота", "з", "Фота: Іван Пятроў"),
        "kk": ("Сурет", "/", "Сурет: Асан Әлиев"),
        "en": ("Photo", "of", "Photo: John Smith / The Steppe Courier"),
    }
    for place, (lang, (photo, of, credit)) in enumerate(words.items()):
        headline = TONGUES[lang].headlines[5]
        title = f"{headline} — {photo}"
        slides = "".join(
            f'<div class="slide"><a href="/big/{n}.jpg"><img src="/i/{n}.jpg" alt=""></a><span>{photo} {n} {of} 14'
            "</span></div>"
            for n in range(1, 15)
        )
        figures = "".join(
            f'<figure><img src="/i/{n}.jpg"><figcaption>{credit}</figcaption></figure>' for n in range(1, 12)
        )
        yield page(lang, title, f'<h1>{headline}</h1><div class="date">22.11.2026 11:40</div><div class="gallery">'
            f"{slides}</div>", build=BUILDS[place % 4])  # fmt: skip
        yield page(lang, title, f"<h1>{headline}</h1><time>22.11.2026</time>{figures}", build=BUILDS[(place + 1) % 4],
            head='<script type="application/ld+json">{"@context":"https://schema.org","@type":"ImageGallery",'
            '"name":"x"}</script>')  # fmt: skip
    captioned = "".join(
        f'<figure><img src="/i/{n}.jpg"><figcaption>{TONGUES["ru"].headlines[n]}. Фото: Иван Петров</figcaption>'
        "</figure>"
        for n in range(10)
    )
    yield page(
        "ru", "Первый снег в городе: фотографии", f"<h1>Первый снег в городе</h1>{captioned}", build="divs"
    )
    thumbs = "".join(f'<a href="/photo/{n}/"><img src="/t/{n}.jpg"></a>' for n in range(24))
    yield page("uk", "Фотогалерея", f"<h1>Фотогалерея: перший сніг у Вінниці</h1><div class=thumbs>{thumbs}</div>",
        build="semantic")  # fmt: skip


def _videos() -> Iterator[str]:
    json_ld = (
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"VideoObject","name":"%s",'
        '"uploadDate":"2026-11-22T11:40:00+03:00","contentUrl":"https://cdn.example/1.mp4"}</script>'
    )
    players = (
        '<video controls src="https://cdn.example/1.mp4" poster="/i/1.jpg"></video>',
        '<div class="player"><iframe src="https://www.youtube.com/embed/abc" allowfullscreen></iframe></div>',
        '<div class="video-js" data-setup="{}"><video><source src="/v/1.m3u8" type="application/x-mpegURL"></video></div>',
        '<iframe src="https://rutube.ru/play/embed/123/" width=720></iframe>',
        '<iframe src="https://vk.com/video_ext.php?oid=-1&id=2"></iframe>',
    )
    described = {
        "ru": "Смотрите в выпуске новостей за 22 ноября.",
        "uk": "Дивіться у випуску новин за 22 листопада.",
        "be": "Глядзіце ў выпуску навін за 22 лістапада.",
        "kk": "22 қарашадағы жаңалықтар топтамасынан көріңіз.",
        "en": "Watch it in our news bulletin of 22 November.",
    }
    for place, (lang, tongue) in enumerate(TONGUES.items()):
        headline = tongue.headlines[3]
        yield page(lang, f"{headline} — {tongue.site}", f'<h1>{headline}</h1><div class="date">22.11.2026 11:40</div>'
            f"{players[place]}", build=BUILDS[place % 4])  # fmt: skip
        yield page(lang, headline, f"<h1>{headline}</h1>{players[(place + 1) % 5]}<p>{described[lang]}</p>",
            head=json_ld % headline + '<meta property="og:type" content="video.other">',
            build=BUILDS[(place + 1) % 4])  # fmt: skip
    yield page("ru", "Прямой эфир", "<h1>Прямой эфир телеканала «Волга»</h1>" + players[2], build="divs")
    yield page("ru", "Новости. Выпуск 22 ноября", "<h1>Новости. Выпуск от 22 ноября 2026 года</h1>" + players[0]
        + "<h3>Другие выпуски</h3>" + cards("ru", 8, summaries=False), build="semantic")  # fmt: skip
    yield page("en", "Video: first snow", "<h1>Video: first snow falls on the steppe</h1>" + players[1]
        + "<h2>More videos</h2>" + cards("en", 9, summaries=False), build="divs",
        head='<meta property="og:type" content="video.other">')  # fmt: skip
