"""«Дніпро сьогодні»: in Ukrainian, the day of the visit and a ribbon of other stamps before the article;
«сьогодні» and «вчора» in its listings; RSS whose links carry a campaign's mark; two cookies."""

from __future__ import annotations

from datetime import datetime

from newsarchive.demo_site import furniture, stamps
from newsarchive.demo_site.furniture import localized
from newsarchive.demo_site.layout import ArticlePage, Delivery, Feed, Layout, ListingPage, Section, Teaser
from newsarchive.demo_site.outlets.html import inline, join, text
from newsarchive.demo_site.story import Picture, Story, plain


def article_path(story: Story, section: Section) -> str:
    return f"{section.path}{story.slug}_n{story.number}"


def listing_path(section: Section, number: int) -> str:
    return section.path if number == 1 else f"{section.path}p{number}"


def stamp(at: datetime) -> str:
    return stamps.day_first(at, "uk")


def article(page: ArticlePage) -> str:
    story = page.story
    lead = f'<div class="b-post__anons"><strong>{inline(story.lead)}</strong></div>' if story.lead else ""
    byline = "".join(f'<span class="b-post__author">{text(name)}</span>' for name in story.authors)
    blocks = join(_block(page, kind, words) for kind, words in furniture.with_advertisements(story.body))
    tags = join(f'<a class="b-tag" href="/tema/{text(tag)}">#{text(tag)}</a>' for tag in story.tags)
    main = f"""<div class="b-post" data-id="{story.number}">
<div class="b-post__rubric"><a href="{page.section.path}">{page.section.name}</a></div>
<h1 class="b-post__title">{inline(story.title)}</h1>
<div class="b-post__info"><span class="b-post__date">{page.stamp}</span>{byline}<span class="b-post__views">
<i class="icon-eye"></i> {story.views}</span></div>
{lead}
{join(_picture(page, picture) for picture in story.pictures)}
<div class="b-post__text">
{blocks}
</div>
<div class="b-adv">{furniture.AD}</div>
<div class="b-post__share">
<a href="https://facebook.example/dnipro">{localized(furniture.FACEBOOK, story.language)}</a></div>
<div class="b-adv">{furniture.AD}</div>
<div class="b-post__typo">{localized(furniture.TYPO, story.language)}
<div class="b-popup">{localized(furniture.COMPLAINT, story.language)}</div></div>
<div class="b-post__tags">{tags}</div>
</div>
<div class="b-next"><span>{localized(furniture.NEXT, story.language)}</span>
<a href="{page.next.path}">{text(page.next.title)}</a></div>"""
    head = f"""<meta property="og:title" content="{text(plain(story.title))}">
<meta property="og:type" content="article">
<meta property="og:site_name" content="{page.layout.title}">"""
    return _document(page, f"{text(plain(story.title))} - {page.layout.title}", head, main)


def listing(page: ListingPage) -> str:
    rows = join(
        f"""<div class="b-line">
<span class="b-line__time">{stamps.relative(teaser.published, page.now, "uk")}</span>
<a class="b-line__link" href="{page.base_url}{teaser.path}">{text(teaser.title)}</a></div>"""
        for teaser in page.entries
    )
    pages = join(
        f'<a class="b-pages__item{" b-pages__item_now" if number == page.number else ""}" '
        f'href="{listing_path(page.section, number)}">{number}</a>'
        for number in range(1, page.count + 1)
    )
    older = (
        f'<a class="b-pages__older" href="{listing_path(page.section, page.number + 1)}">Раніше →</a>'
        if page.number < page.count
        else ""
    )
    main = f"""<h1 class="b-title">{page.section.name}</h1>
<div class="b-lines">
{rows}
</div>
<div class="b-pages">{pages}{older}</div>"""
    return _document(page, f"{page.section.name} - {page.layout.title}", "", main)


def _block(page: ArticlePage, kind: str, words: str) -> str:
    if kind == "ad":
        return f'<div class="b-adv b-adv_inside">{words}</div>'
    if words == page.story.body[0] and len(page.story.body) > 1:
        return (
            f"<p>{inline(words)}</p>\n"
            '<p class="b-tg">Підписуйтесь на наш <a href="https://telegram.example/dnipro">Telegram-канал</a>!</p>'
        )
    return f"<p>{inline(words)}</p>"


def _picture(page: ArticlePage, picture: Picture) -> str:
    credit = f'<div class="b-photo__source">{text(picture.credit)}</div>' if picture.credit else ""
    return f"""<div class="b-photo"><img class="b-photo__img"
src="{page.base_url}{page.layout.picture_path(picture)}" alt="">
<div class="b-photo__sign">{text(picture.caption or "")}</div>{credit}</div>"""


def _ribbon(teaser: Teaser, page: ArticlePage | ListingPage) -> str:
    return f"""<div class="b-ribbon__item">
<span class="b-ribbon__time">{stamps.relative(teaser.published, page.now, "uk")}</span>
<a href="{teaser.path}">{text(teaser.title)}</a></div>"""


def _document(page: ArticlePage | ListingPage, title: str, head: str, main: str) -> str:
    menu = join(f'<a class="b-menu__item" href="{s.path}">{s.name}</a>' for s in page.layout.sections)
    ribbon = join(_ribbon(teaser, page) for teaser in page.most_read)
    # The seed's page is in Russian throughout, its furniture too.
    language = page.story.language if isinstance(page, ArticlePage) else page.layout.language
    partners_title = localized(furniture.PARTNERS, language)
    partners = join(
        f'<div class="b-partner"><a href="{url}">{text(headline)}</a></div>'
        for url, headline in furniture.PARTNER_NEWS
    )
    return f"""<!DOCTYPE html>
<html lang="uk">
<head>
<meta http-equiv="content-type" content="text/html; charset=utf-8">
<title>{title}</title>
{head}
<link href="{page.layout.stylesheet}" rel="stylesheet">
<link href="/rss" rel="alternate" type="application/rss+xml" title="RSS">
<script>window.dataLayer = window.dataLayer || []; dataLayer.push({{"page": "{page.layout.name}"}});</script>
</head>
<body class="b-page">
<div class="b-header">
<a class="b-logo" href="/">{page.layout.title}</a>
<div class="b-today">Сьогодні, {stamps.day(page.now, "uk")}</div>
<div class="b-weather">Дніпро: −3°, вітер 4 м/с</div>
<form class="b-search" action="/poshuk"><input name="q" placeholder="ПОИСК"></form>
<div class="b-menu">{menu}</div>
</div>
<div class="b-columns">
<div class="b-left">
<div class="b-ribbon"><div class="b-ribbon__title">Стрічка новин</div>
{ribbon}
<a class="b-ribbon__all" href="/">Усі новини</a></div>
<div class="b-calendar"><span>{stamps.day(page.now, "uk")}</span> <a href="/archive">Архів</a></div>
</div>
<div class="b-center">
{main}
<div class="b-partners"><div class="b-partners__title">{partners_title}</div>
{partners}
</div>
</div>
</div>
<div class="b-footer">© 2011–{page.now.year} «{page.layout.title}». <a href="/pro-nas">Про нас</a>
<a href="/pryvatnist">Політика приватності</a></div>
</body>
</html>
"""


LAYOUT = Layout(
    name="dnipro",
    title="Дніпро сьогодні",
    sections=(
        Section("world", "Мир", "/svit/"),
        Section("city", "Місто", "/misto/"),
        Section("economy", "Гроші", "/hroshi/"),
    ),
    article_path=article_path,
    listing_path=listing_path,
    stamp=stamp,
    article=article,
    listing=listing,
    delivery=Delivery(
        gzip=True,
        headers=(
            ("Set-Cookie", "sid=7f3a; Path=/; HttpOnly"),
            ("Set-Cookie", "lang=uk; Path=/"),
            ("X-Powered-By", "PHP/7.4.33"),
        ),
    ),
    feeds=(Feed("/rss", "rss", "?utm_source=rss&utm_medium=feed"),),
    robots="User-agent: *\nDisallow: /poshuk\n\nUser-agent: BadBot\nDisallow: /\n",
    language="uk",
    languages=("uk", "ru"),
    service=(
        ("/pro-nas", "Про нас"),
        ("/pryvatnist", "Політика приватності"),
        ("/archive", "Архів"),
        ("/poshuk", "Пошук"),
    ),
    tags="/tema/",
)
