"""«Горизонт»: every form an article takes (live blog, gallery, interview, posts, tables, lists, footnotes, a
paywall, legal notices), and in its listings addresses where no article stands: a page of each such kind.
"""

from __future__ import annotations

import json
from itertools import groupby

from newsarchive.demo_site import furniture, stamps
from newsarchive.demo_site.layout import ArticlePage, Delivery, Layout, ListingPage, Section, Teaser
from newsarchive.demo_site.outlets.html import inline, join, text
from newsarchive.demo_site.story import MARK, Picture, Story, plain

GROUPS = {
    "-": ("<ul>", "</ul>"),
    "|": ("<table>", "</table>"),
    "^": ('<ol class="material__footnotes">', "</ol>"),
    "@": ("", ""),
}


def article_path(story: Story, section: Section) -> str:
    return f"{section.path}{story.number}-{story.slug}"


def listing_path(section: Section, number: int) -> str:
    return section.path if number == 1 else f"{section.path}?page={number}"


def article(page: ArticlePage) -> str:
    story = page.story
    lead = f'<p class="material__lead">{inline(story.lead)}</p>' if story.lead else ""
    authors = join(f'<a class="material__author" href="/authors/">{text(name)}</a>' for name in story.authors)
    tags = join(f'<a class="material__tag" href="/tags/{text(tag)}">{text(tag)}</a>' for tag in story.tags)
    notices = join(f'<p class="material__notice">{text(notice)}</p>' for notice in story.notices)
    counted = f'<span class="material__views">Просмотров: {story.views}</span>' if story.views else ""
    main = f"""<article class="material">
<a class="material__section" href="{page.section.path}">{page.section.name}</a>
<h1 class="material__title">{inline(story.title)}</h1>
<div class="material__info"><span class="material__date">{page.stamp}</span> {authors} {counted}</div>
{lead}
{join(_figure(page, picture) for picture in story.pictures[:1])}
<div class="material__text">
{_text(page)}
</div>
{join(_figure(page, picture) for picture in story.pictures[1:])}
{_offer() if story.partial or story.rejection == "paywall" else ""}
{notices}
<div class="material__ad">{furniture.AD}</div>
<div class="material__tags">{tags}</div>
<p class="material__social"><a href="https://facebook.example/gorizont">{furniture.FACEBOOK}</a></p>
<div class="material__ad">{furniture.AD}</div>
<p class="material__typo">{furniture.TYPO}</p><div class="popup"><label>{furniture.COMPLAINT}</label><input></div>
</article>
<div class="next"><b>{furniture.NEXT}</b> <a href="{page.next.path}">{text(page.next.title)}</a></div>
<div class="related"><h3>По теме</h3>{join(_card(teaser) for teaser in page.related)}</div>"""
    head = f"""<meta property="og:title" content="{text(plain(story.title))}">
<meta property="og:url" content="{page.base_url}{page.path}">
<script type="application/ld+json">{_json_ld(page)}</script>"""
    return _document(page, f"{text(plain(story.title))} | {page.layout.title}", head, main)


def listing(page: ListingPage) -> str:
    pages = join(
        f'<b class="pages__here">{number}</b>'
        if number == page.number
        else f'<a class="pages__other" href="{listing_path(page.section, number)}">{number}</a>'
        for number in range(1, page.count + 1)
    )
    main = f"""<h1 class="section__title">{page.section.name}</h1>
<div class="cards">
{join(_card(teaser) for teaser in page.entries)}
</div>
<div class="pages">{pages}</div>"""
    return _document(page, f"{page.section.name} | {page.layout.title}", "", main)


def _text(page: ArticlePage) -> str:
    story = page.story
    if story.rejection == "video page":
        return '<video class="player" controls src="/video/1.mp4" poster="/img/video.png"></video>'
    if story.rejection is not None:
        return ""
    parts = []
    for mark, group in groupby(_with_advertisements(story), _mark):
        opening, closing = GROUPS.get(mark, ("", ""))
        parts.append(
            opening + join(_paragraph(mark, MARK.sub("", words, count=1)) for _, words in group) + closing
        )
    return join(parts)


def _with_advertisements(story: Story) -> list[tuple[str, str]]:
    """The paragraphs with advertisements, none of them inside a list or a table."""
    parts: list[tuple[str, str]] = list(furniture.with_advertisements(story.body))
    return [
        part
        for place, part in enumerate(parts)
        if part[0] != "ad" or _mark(parts[place - 1]) == "" or place + 1 == len(parts)
    ]


def _mark(part: tuple[str, str]) -> str:
    kind, words = part
    found = MARK.match(words)
    return "ad" if kind == "ad" else found[1] if found else ""


def _paragraph(mark: str, words: str) -> str:
    match mark:
        case "##":
            return f"<h2>{inline(words)}</h2>"
        case "-":
            return f"<li>{inline(words)}</li>"
        case ">":
            return f'<blockquote class="twitter-tweet"><p>{inline(words)}</p></blockquote>'
        case "?":
            return f'<p class="question"><b>{inline(words)}</b></p>'
        case "^":
            return f"<li>{inline(words)}</li>"
        case "ad":
            return f'<div class="material__ad">{words}</div>'
        case "@":
            return f'<div class="entry__time">{text(words)}</div>'
        case "|":
            cells = "".join(f"<td>{text(cell)}</td>" for cell in words.split(" | "))
            return f"<tr>{cells}</tr>"
        case _:
            return f"<p>{inline(words)}</p>"


def _offer() -> str:
    return """<div class="paywall"><h3>Продолжение доступно только подписчикам</h3>
<p>Оформите подписку, чтобы дочитать материал до конца.</p>
<ul><li>Подписка на месяц — 299 рублей</li><li>Подписка на год — 2490 рублей</li></ul>
<a class="button" href="/login">Уже есть подписка? Войдите</a></div>"""


def _figure(page: ArticlePage, picture: Picture) -> str:
    printed = " ".join(
        f'<span class="{name}">{text(words)}</span>'
        for name, words in (("caption", picture.caption), ("credit", picture.credit))
        if words
    )
    return f"""<figure class="photo"><img src="{page.layout.picture_path(picture)}" alt="">
<figcaption>{printed}</figcaption></figure>"""


def _card(teaser: Teaser) -> str:
    image = f'<img src="{teaser.thumbnail}" alt="">' if teaser.thumbnail else ""
    return f"""<div class="card"><a class="card__link" href="{teaser.path}">{image}
<span class="card__title">{text(teaser.title)}</span></a>
<span class="card__date">{stamps.short(teaser.published)}</span>
<p class="card__text">{text(teaser.summary)}</p></div>"""


def _json_ld(page: ArticlePage) -> str:
    story = page.story
    kinds = {"gallery": "ImageGallery", "video page": "VideoObject"}
    said: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": kinds.get(story.rejection or "", "LiveBlogPosting" if story.live else "NewsArticle"),
        "headline": plain(story.title),
        "datePublished": story.published.isoformat(),
    }
    if story.partial or story.rejection == "paywall":
        said["isAccessibleForFree"] = "False"
        said["hasPart"] = {
            "@type": "WebPageElement",
            "isAccessibleForFree": "False",
            "cssSelector": ".closed",
        }
    return json.dumps(said, ensure_ascii=False)


def _document(page: ArticlePage | ListingPage, title: str, head: str, main: str) -> str:
    menu = join(f'<a class="menu__item" href="{s.path}">{s.name}</a>' for s in page.layout.sections)
    popular = join(f'<li><a href="{teaser.path}">{text(teaser.title)}</a></li>' for teaser in page.most_read)
    partners = join(
        f'<a class="partner" href="{url}">{text(headline)}</a>' for url, headline in furniture.PARTNER_NEWS
    )
    return f"""<!DOCTYPE html>
<html lang="ru">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="{page.layout.stylesheet}">
<meta property="og:site_name" content="{page.layout.title}">
{head}
</head>
<body>
<div class="top"><a class="top__logo" href="/">{page.layout.title}</a>
<form class="top__search" action="/search"><input name="q"><button>ПОИСК</button></form>
<nav class="menu">{menu}</nav></div>
<div class="page">
<main class="page__main">
{main}
<div class="partners"><h3>{furniture.PARTNERS}</h3>{partners}</div>
</main>
<aside class="page__side"><h3>Популярное</h3><ol>{popular}</ol></aside>
</div>
<footer class="bottom"><p>© 2015–{page.now.year} «{page.layout.title}»</p>
<a href="/about/">О нас</a> <a href="/privacy/">Конфиденциальность</a></footer>
<div class="modal" id="login"><form action="/login"><h3>Вход</h3><input name="login">
<input type="password" name="password"><button>Войти</button></form></div>
<div class="cookie-banner"><p>Мы используем файлы cookie, чтобы сайт работал лучше.</p><button>Принять</button></div>
</body>
</html>
"""


LAYOUT = Layout(
    name="gorizont",
    title="Горизонт",
    sections=(
        Section("world", "Мир", "/mir/"),
        Section("city", "Область", "/oblast/"),
        Section("economy", "Деньги", "/dengi/"),
    ),
    article_path=article_path,
    listing_path=listing_path,
    stamp=stamps.day_first,
    article=article,
    listing=listing,
    delivery=Delivery(gzip=True, headers=(("Server", "nginx"),)),
    page_size=10,
    filler={"world": 16, "city": 9, "economy": 5},
)
