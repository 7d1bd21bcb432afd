"""Section pages in many designs, and articles that look like them: digests, live blogs, lists, short news in a feed."""

# ruff: noqa: E501  (the pages are set as they were sent)
from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.labelled.site import TONGUES, Labelled

HEADLINES = TONGUES["ru"].headlines
EXCERPTS = (
    "Мост открыли на месяц раньше срока: первыми по нему прошли грузовики с песком, которые строители выстроили колонной ещё с вечера, чтобы проверить опоры.",
    "Пекарни объясняют рост цен подорожавшей мукой и электричеством, а чиновники обещают проверить каждую третью булочную до конца месяца.",
    "Подрядчик сорвал два срока подряд, и теперь ремонт набережной закончат только к следующему лету, признал губернатор на встрече с жителями.",
    "Огонь начался на веранде, когда хозяева уже спали. Соседи вызвали пожарных, и те вывели через окно двоих детей и их бабушку.",
    "Победный гол забил защитник, который вернулся в состав после травмы: шайбу он бросил от синей линии за восемь секунд до сирены.",
    "Письма лежали в сундуке на чердаке, пока дом не купил школьный учитель. Он узнал почерк, который видел в краеведческом альманахе.",
    "Холодный фронт придёт с севера в ночь на субботу. Дороги начнут посыпать заранее, водителей просят сменить шины до пятницы.",
)
SITE = '<header><a href="/">Волжские новости</a><nav><a href="/politics/">Политика</a> <a href="/society/">Общество</a> <a href="/sport/">Спорт</a> <a href="/culture/">Культура</a></nav></header>'
FOOTER = "<footer>© 2012–2026 «Волжские новости». При перепечатке ссылка обязательна.</footer>"
TEXT = (
    "Жители Приречья с утра собрались у старой водонапорной башни, которую город обещал отдать под музей.",
    "Башню построили в 1911 году, и полвека она снабжала водой три квартала. Потом насосы увезли, а двери заколотили.",
    "«Мы не просим денег, мы просим ключ», — сказала учительница истории Вера Лапина, которая пять лет собирала вещи для музея.",
    "В администрации ответили, что документы подпишут до конца недели, если архитектор подтвердит, что перекрытия целы.",
)


def hubs() -> Iterator[Labelled]:
    """Return all section pages and the articles that look like them."""
    for name, kind, url, title, head, main in (*_sections(), *_articles()):
        html = f'<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{SITE}{main}{FOOTER}</body></html>'
        yield Labelled(f"hub: {name}", kind, url, html, None if kind else TEXT[0][:30])


def repeated(card: Callable[[int], str], count: int = 12) -> str:
    """Return as many cards, each made by its number."""
    return "".join(card(number) for number in range(count))


def headline(number: int) -> str:
    """Return the headline of another page."""
    return HEADLINES[number % len(HEADLINES)]


def excerpt(number: int) -> str:
    """Return the summary of another page."""
    return EXCERPTS[number % len(EXCERPTS)]


def _sections() -> Iterator[tuple[str, str, str, str, str, str]]:
    section = "section page"
    site = "https://news.example"
    agency = repeated(
        lambda n: f'<div class="list-item"><div class="list-item__content"><a class="list-item__image" href="/20261121/n-{n}.html"><img src="/p/{n}.jpg"></a><a class="list-item__title" href="/20261121/n-{n}.html">{headline(n)}</a>{f"<div class=list-item__announce>{excerpt(n)} {excerpt(n + 1)}</div>" if n == 2 else ""}</div><div class="list-item__info"><div class="list-item__date">Вчера, {10 + n}:17</div><div class="list-item__views">{900 + n}</div></div></div>', 14)  # fmt: skip
    yield (
        "agency with one long summary",
        section,
        f"{site}/politics/",
        "Политика - Волжские новости",
        '<meta property="og:type" content="article">',
        f'<h1 class="tag-title">Политика</h1><div class="list">{agency}</div>',
    )
    hub = repeated(
        lambda n: f'<article id="{717862 + n}" class="tm-articles-list__item"><div class="snippet"><div class="snippet__meta"><span><a href="/ru/users/u{n}/">user{n}</a> <time datetime="2026-11-22T0{n % 9}:17:42.000Z">{n + 1} часа назад</time></span></div><h2 class="snippet__title"><a href="/ru/post/{717862 + n}/" class="link"><span>{headline(n)}</span></a></h2><div class="stats"><span>Простой</span> <span>{n + 1} мин</span> <span>376</span></div><div class="hubs"><a href="/ru/hub/ml/">Машинное обучение</a></div><div class="lead"><div><p>{excerpt(n)}</p><p>{excerpt(n + 2)}</p><p>{excerpt(n + 3)}</p></div><a href="/ru/post/{717862 + n}/" class="readmore"><span>Читать далее</span></a></div></div><div class="icons"><span>+{n}</span> <a href="/ru/post/{717862 + n}/comments/">{n}</a></div></article>', 20)  # fmt: skip
    yield (
        "community hub with long excerpts",
        section,
        f"{site}/ru/hubs/machine_learning/articles/",
        "Машинное обучение – Искусственный интеллект и не только / Статьи",
        '<meta property="og:type" content="website">',
        f'<main><div class="hub-card"><h1>Машинное обучение</h1><p>Основа искусственного интеллекта</p></div>{hub}<div class="pagination"><a href="/ru/hubs/machine_learning/articles/page2/">2</a> <a href="/ru/hubs/machine_learning/articles/page3/">3</a></div></main>',
    )
    yield (
        "top of the day of a community site",
        section,
        f"{site}/ru/articles/top/daily/page2/",
        "Лучшие статьи за сутки / Сообщество",
        "",
        f"<main><h1>Статьи</h1>{hub}</main>",
    )
    tag = repeated(lambda n: f'<li><time datetime="2026-11-{10 + n}">{10 + n} ноября</time><a href="/news/{4000 + n}">{headline(n)}</a><p>{excerpt(n)}</p></li>', 9)  # fmt: skip
    yield (
        "tag page with a description",
        section,
        f"{site}/tags/volga/",
        "Волга: последние новости — Волжские новости",
        "",
        f"<main><h1>Волга</h1><p>Всё о реке Волге: новости, репортажи и фотографии на сайте «Волжских новостей».</p><ul class=feed>{tag}</ul></main>",
    )
    columns = repeated(lambda n: f'<div class="col"><h3><a href="/opinion/{headline(n)[:8]}-{n}/">{headline(n)}</a></h3><div class="text">{excerpt(n)}</div><span class="date">{10 + n}.11.2026</span></div>', 8)  # fmt: skip
    yield (
        "author page",
        section,
        f"{site}/authors/lapina/",
        "Вера Лапина | Волжские новости",
        '<meta property="og:type" content="profile">',
        f'<main><div class="author"><h1>Вера Лапина</h1><p>Обозреватель, пишет о судах и школах с 2014 года.</p></div><section>{columns}</section></main>',
    )
    results = repeated(lambda n: f'<div class="result"><div class="result-title"><a href="/society/2026/{3000 + n}.html">{headline(n)}</a></div><div class="snippet">…{excerpt(n)[20:]}…</div><div class="when">{10 + n} ноября 2026, 12:4{n % 10}</div></div>', 10)  # fmt: skip
    yield (
        "search results",
        section,
        f"{site}/search/?q=%D0%BC%D0%BE%D1%81%D1%82",
        "Поиск по сайту",
        '<meta name="robots" content="noindex">',
        f'<main><h1>Результаты поиска</h1><p>Найдено материалов: 214</p>{results}<div class="pages"><a href="?q=x&amp;page=2">2</a><a href="?q=x&amp;page=3">3</a></div></main>',
    )
    day = repeated(lambda n: f'<tr><td>{9 + n}:15</td><td><a href="/2026/11/21/{7000 + n}.html">{headline(n)}</a><br>{excerpt(n)}</td></tr>', 12)  # fmt: skip
    yield (
        "archive day as a table",
        section,
        f"{site}/archive/2026/11/21/",
        "Архив за 21 ноября 2026 года",
        "",
        f"<h1>Архив за 21 ноября 2026 года</h1><table>{day}</table>",
    )
    rest = repeated(lambda n: f'<div class="card"><a href="/n/{n}"><img src="/p/{n}.jpg"><span>{headline(n)}</span></a></div>', 12)  # fmt: skip
    yield (
        "front page with one big story",
        "front page",
        f"{site}/",
        "Волжские новости — главные новости Поволжья",
        "",
        f'<main><div class="top"><h2><a href="/news/9001.html">Жители Приречья просят ключ от башни</a></h2><p>{TEXT[0]} {TEXT[1]}</p><p>{TEXT[3]}</p></div><div class="grid">{rest}</div></main>',
    )
    videos = repeated(lambda n: f'<div class="video"><a class="pic" href="/video/{500 + n}"><img src="/v/{n}.jpg"><i>02:1{n % 10}</i></a><a class="name" href="/video/{500 + n}">{headline(n)}</a><span class="seen">{n} тыс. просмотров</span></div>', 12)  # fmt: skip
    yield (
        "video list",
        section,
        f"{site}/video/",
        "Видео — Волжские новости",
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"CollectionPage","name":"Видео"}</script>',
        f'<main><h1>Видео</h1><div class="rows">{videos}</div><p>{excerpt(3)}</p></main>',
    )
    region = repeated(lambda n: f'<div class="news-list__item"><span class="news-list__time">{9 + n}:05</span> <a href="/regions/privolzhsk/news-{n}-{headline(n)[:6]}">{headline(n)}</a><div class="news-list__lead">{excerpt(n)}</div></div>', 10)  # fmt: skip
    yield (
        "region page with a long name",
        section,
        f"{site}/regions/privolzhsk/",
        "Новости Приволжска и района сегодня, последние события — Волжские новости",
        "",
        f"<h1>Новости Приволжска и Приволжского района сегодня</h1>{region}",
    )
    posts = repeated(lambda n: f'<div class="post"><h2 class="entry-title"><a href="/2026/11/{headline(n)[:5]}-{n}/">{headline(n)}</a></h2><div class="meta">{20 - n} ноября 2026 · Лапина</div><div class="entry"><p>{excerpt(n)}</p><p>{excerpt(n + 1)}</p><p>{excerpt(n + 2)}</p><p>{excerpt(n + 3)}</p></div><a href="/2026/11/{headline(n)[:5]}-{n}/#comments">Комментарии ({n})</a></div>', 5)  # fmt: skip
    yield (
        "blog index with full texts",
        section,
        f"{site}/blog/",
        "Дневник учительницы",
        "",
        f'<h1>Дневник учительницы</h1><main>{posts}</main><a rel="next" href="/blog/page/2/">Раньше</a>',
    )
    pinned = f'<div class="pinned"><h2><a href="/society/pinned-77.html">Жители Приречья просят ключ от башни</a></h2><p>{TEXT[0]}</p><p>{TEXT[1]}</p></div>'
    yield (
        "category with a pinned article",
        section,
        f"{site}/society/",
        "Общество",
        '<meta property="og:type" content="website">',
        f'<h1>Общество</h1>{pinned}<ul class="list">'
        + repeated(
            lambda n: f'<li><a href="/society/{n}.html">{headline(n)}</a> <span>{9 + n}:20</span></li>'
        )
        + "</ul>",
    )
    feed = repeated(lambda n: f'<div class="item"><time>{9 + n}:1{n % 10}</time><a href="/lenta/{8000 + n}">{headline(n)}</a></div>', 14)  # fmt: skip
    yield (
        "live feed",
        section,
        f"{site}/lenta/",
        "Лента новостей",
        '<meta http-equiv="refresh" content="300">',
        f"<h1>Лента новостей</h1>{feed}<p>{excerpt(0)}</p>",
    )
    marked = repeated(lambda n: f'<article itemscope itemtype="https://schema.org/NewsArticle"><h3 itemprop="headline"><a itemprop="url" href="/sport/{n}-{headline(n)[:4]}">{headline(n)}</a></h3><time itemprop="datePublished" datetime="2026-11-{10 + n}T10:00:00+03:00">{10 + n} ноября</time><p itemprop="description">{excerpt(n)}</p></article>', 9)  # fmt: skip
    yield "cards marked as articles", section, f"{site}/sport/", "Спорт", "", f"<h1>Спорт</h1>{marked}"
    ld = ",".join(f'{{"@type":"ListItem","position":{n},"url":"{site}/culture/{n}.html","name":"{headline(n)}"}}' for n in range(9))  # fmt: skip
    yield (
        "item list in JSON-LD",
        section,
        f"{site}/culture",
        "Культура",
        f'<script type="application/ld+json">{{"@context":"https://schema.org","@type":"ItemList","itemListElement":[{ld}]}}</script>',
        "<main><h1>Культура</h1>"
        + repeated(
            lambda n: (
                f'<section class="tease"><a href="/culture/{n}.html"><h3>{headline(n)}</h3><p>{excerpt(n)}</p></a><p class="by">Вера Лапина</p><p>{excerpt(n)}</p></section>'
            ),
            9,
        )
        + "</main>",
    )
    flat = repeated(lambda n: f'<h3><a href="/economy/{n}-novost">{headline(n)}</a></h3><p class="date">{10 + n}.11.2026</p><p>{excerpt(n)}</p>', 8)  # fmt: skip
    yield (
        "flat list without boxes",
        section,
        f"{site}/economy/",
        "Экономика — Волжские новости",
        "",
        f"<div id=content><h1>Экономика</h1>{flat}</div>",
    )


def _articles() -> Iterator[tuple[str, None, str, str, str, str]]:
    site = "https://news.example"
    text = "".join(f"<p>{line}</p>" for line in TEXT)
    name = "Жители Приречья просят ключ от старой башни"
    title = f"{name} — Волжские новости"
    dated = "<time datetime='2026-11-21T14:05:00+03:00'>21 ноября 2026, 14:05</time>"
    meta = '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-21T14:05:00+03:00">'
    cards = repeated(lambda n: f'<div class="card"><a href="/n/{n}">{headline(n)}</a><span class="date">{9 + n}:15</span><p>{excerpt(n)}</p></div>', 10)  # fmt: skip
    bare = repeated(lambda n: f'<div class="card"><a href="/n/{n}">{headline(n)}</a><span class="date">{9 + n}:15</span></div>', 14)  # fmt: skip
    digest = repeated(lambda n: f'<h2><a href="/society/2026/11/21/{n}-story.html">{headline(n)}</a></h2><p>{excerpt(n)}</p>', 7)  # fmt: skip
    yield (
        "digest of the day",
        None,
        f"{site}/2026/11/21/itogi-dnya-4711.html",
        "Главное за день: мост, хлеб и снег — Волжские новости",
        "",
        f"<article><h1>Главное за день: мост, хлеб и снег</h1>{dated}<p>{TEXT[0]}</p>{digest}</article>",
    )
    yield (
        "digest with a date in the metadata",
        None,
        f"{site}/digest/4712",
        "Итоги недели: мост, хлеб, набережная и снег",
        meta,
        f"<article><h1>Итоги недели: мост, хлеб, набережная и снег</h1><p>{TEXT[0]}</p>{digest}</article>",
    )
    yield (
        "many related cards",
        None,
        f"{site}/society/4713.html",
        title,
        meta,
        f"<main><h1>{name}</h1>{dated}{text}</main><section class=more>{cards}</section>",
    )
    interview = "".join(f"<h2>{question}</h2><p>{answer}</p>" for question, answer in zip(("Зачем городу музей воды?", "Кто помогал собирать вещи?", "Что будет, если откажут?"), TEXT[1:], strict=True))  # fmt: skip
    yield (
        "interview with headings",
        None,
        f"{site}/interview/lapina",
        "Вера Лапина: «Мы просим ключ»",
        "",
        f"<main><h1>Вера Лапина: «Мы просим ключ»</h1>{dated}<p>{TEXT[0]}</p>{interview}</main><aside>{bare}</aside>",
    )
    facts = "".join(f"<h3>{n}. {headline(n)}</h3><p>{excerpt(n)}</p>" for n in range(10))
    yield (
        "list article",
        None,
        f"{site}/longread/10-faktov/",
        "10 фактов о Волге",
        "",
        f"<article><h1>10 фактов о Волге</h1><p>{TEXT[0]}</p>{facts}</article><div>{bare}</div>",
    )
    photos = "".join(f'<figure><img src="/p/{n}.jpg"><figcaption>{headline(n)}. Фото: Вера Лапина</figcaption></figure>' for n in range(4))  # fmt: skip
    yield (
        "photo story",
        None,
        f"{site}/photo/2026/11/bashnya-4714.html",
        title,
        meta,
        f"<article><h1>{name}</h1>{dated}<p>{TEXT[0]}</p><p>{TEXT[1]}</p>{photos}</article>{bare}",
    )
    others = repeated(lambda n: f'<article class="post"><h2><a href="/society/{4800 + n}.html">{headline(n)}</a></h2><div>{10 + n} ноября</div><p>{excerpt(n)}</p><p>{excerpt(n + 1)}</p></article>', 6)  # fmt: skip
    yield (
        "other articles with texts below",
        None,
        f"{site}/society/4715.html",
        title,
        "",
        f'<article class="post"><h1>{name}</h1><div>21 ноября 2026</div>{text}</article>{others}',
    )
    entries = repeated(lambda n: f'<div class="entry" id="e{n}"><a href="#e{n}"><time>{20 - n}:05</time></a><p>{excerpt(n)}</p></div>', 10)  # fmt: skip
    yield (
        "live blog",
        None,
        f"{site}/online/2026/11/21/bashnya",
        f"{name}: онлайн",
        '<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"x","datePublished":"2026-11-21T09:00:00+03:00"}</script>',
        f"<main><h1>{name}: онлайн</h1><p>{TEXT[0]}</p>{entries}</main>",
    )
    yield (
        "one sentence with a feed beside it",
        None,
        f"{site}/lenta/2026/11/21/4716",
        name,
        "",
        f"<main><article><h1>{name}</h1>{dated}<p>{TEXT[0]}</p></article><div class=feed>{bare}</div></main>",
    )
    yield (
        "one sentence, undated, feed with excerpts",
        None,
        f"{site}/news/4717.html",
        name,
        "",
        f"<main><article><h1>{name}</h1><p>{TEXT[0]}</p></article><div class=feed>{cards}</div></main>",
    )
    yield (
        "opinion with the author's other texts",
        None,
        f"{site}/opinion/lapina/klyuch-ot-bashni",
        "Ключ от башни",
        "",
        f'<main><div class="author"><a href="/authors/lapina/">Вера Лапина</a></div><h1>Ключ от башни</h1>{text}<h4>Другие тексты автора</h4>{cards}</main>',
    )
    yield (
        "short name, section-like address",
        None,
        f"{site}/special/bashnya/",
        "Старая башня",
        meta,
        f"<main><h1>Старая башня</h1>{dated}{text}</main>{cards}",
    )
    inline = "".join(f'<p>{line}</p><div class="inline"><a href="/n/{n}">{headline(n)}</a></div>' for n, line in enumerate((*TEXT, *EXCERPTS[:3])))  # fmt: skip
    yield (
        "a linked headline after each paragraph",
        None,
        f"{site}/news/4718-bashnya",
        title,
        meta,
        f"<article><h1>{name}</h1>{dated}{inline}</article>",
    )
    yield (
        "headline linked to the page itself",
        None,
        f"{site}/news/4719.html",
        title,
        "",
        f'<article><h2><a href="https://news.example/news/4719.html">{name}</a></h2>{dated}{text}</article>{others}',
    )
    yield (
        "section name above the headline as h1",
        None,
        f"{site}/society/2026/4720.html",
        title,
        "",
        f"<h1>Общество</h1><article><h2>{name}</h2>{dated}{text}</article>{cards}",
    )
