"""«Новости Приморска»: semantic HTML5 with JSON-LD, figures, RSS and a news sitemap, gzip."""

from __future__ import annotations

import json

from newsarchive.demo_site import furniture, stamps
from newsarchive.demo_site.layout import ArticlePage, Delivery, Feed, Layout, ListingPage, Section, Teaser
from newsarchive.demo_site.outlets.html import inline, join, text
from newsarchive.demo_site.story import Picture, Story, plain


def article_path(story: Story, section: Section) -> str:
    return f"{section.path}{story.published:%Y/%m/%d}/{story.slug}/"


def listing_path(section: Section, number: int) -> str:
    return section.path if number == 1 else f"{section.path}page/{number}/"


def article(page: ArticlePage) -> str:
    story = page.story
    figures = [_figure(page, picture) for picture in story.pictures]
    paragraphs = join(
        f'<p class="ad-label">{words}</p>' if kind == "ad" else f"<p>{inline(words)}</p>"
        for kind, words in furniture.with_advertisements(story.body)
    )
    lead = f'<p class="article__lead">{inline(story.lead)}</p>' if story.lead else ""
    authors = join(f'<a rel="author" href="/authors/">{text(name)}</a>' for name in story.authors)
    tags = join(f'<li><a rel="tag" href="/tags/{text(tag)}/">{text(tag)}</a></li>' for tag in story.tags)
    head = f"""<link rel="canonical" href="{page.base_url}{page.path}">
<meta property="og:type" content="article">
<meta property="og:title" content="{text(plain(story.title))}">
<meta property="og:url" content="{page.base_url}{page.path}">
<meta property="article:published_time" content="{story.published.isoformat()}">
<script type="application/ld+json">{_json_ld(page)}</script>"""
    main = f"""<nav class="breadcrumbs">
<a href="/">Главная</a> › <a href="{page.section.path}">{page.section.name}</a></nav>
<article>
<header>
<a class="article__section" href="{page.section.path}">{page.section.name}</a>
<h1>{inline(story.title)}</h1>
<time datetime="{story.published.isoformat()}">{page.stamp}</time>
{authors}
</header>
{lead}
{join(figures[:1])}
{paragraphs}
{join(figures[1:])}
<div class="ad-label">{furniture.AD}</div>
<footer>
<span class="views" title="Просмотры">{story.views}</span>
<p class="social"><a href="https://facebook.example/primorsk">{furniture.FACEBOOK}</a></p>
<div class="ad-label">{furniture.AD}</div>
<p class="typo">{furniture.TYPO}</p>
<form class="complaint" action="/complain" method="post">
<label>{furniture.COMPLAINT} <textarea name="text"></textarea></label></form>
<ul class="tags">{tags}</ul>
</footer>
</article>
<section class="next"><h2>{furniture.NEXT}</h2>
<a href="{page.next.path}">{text(page.next.title)}</a></section>
{_partners()}
<section class="related"><h2>По теме</h2>{join(_card(teaser) for teaser in page.related)}</section>"""
    return _document(page, f"{text(plain(story.title))} — {page.layout.title}", head, main)


def listing(page: ListingPage) -> str:
    top = join(_card(teaser) for teaser in page.entries[:2])
    rest = join(
        f'<li class="news-list__item"><time datetime="{teaser.published.isoformat()}">'
        f'{stamps.clock_first(teaser.published)}</time> <a href="{teaser.path}">{text(teaser.title)}</a></li>'
        for teaser in page.entries[2:]
    )
    pager = join(
        f'<a href="{listing_path(page.section, number)}"'
        f"{' aria-current=page' if number == page.number else ''}>{number}</a>"
        for number in range(1, page.count + 1)
    )
    onward = (
        f'<a rel="next" href="{listing_path(page.section, page.number + 1)}">Следующая</a>'
        if page.number < page.count
        else ""
    )
    main = f"""<h1>{page.section.name}</h1>
<div class="top">{top}</div>
<ul class="news-list">
{rest}
</ul>
<nav class="pager" aria-label="Страницы">{pager} {onward}</nav>
{_partners()}"""
    return _document(page, f"{page.section.name} — {page.layout.title}", "", main)


def _document(page: ArticlePage | ListingPage, title: str, head: str, main: str) -> str:
    navigation = join(f'<li><a href="{s.path}">{s.name}</a></li>' for s in page.layout.sections)
    most_read = join(
        f'<li><a href="{teaser.path}">{text(teaser.title)}</a> <span>{teaser.views}</span></li>'
        for teaser in page.most_read
    )
    return f"""<!DOCTYPE html>
<html lang="ru">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<link rel="stylesheet" href="{page.layout.stylesheet}">
<link rel="alternate" type="application/rss+xml" href="/rss.xml">
{head}
</head>
<body>
<header class="site">
<a class="logo" href="/">{page.layout.title}</a>
<form role="search" action="/search/"><input type="search" name="q" placeholder="Поиск">
<button>ПОИСК</button></form>
<nav class="menu"><ul>{navigation}<li><a href="/about/">О нас</a></li></ul></nav>
</header>
<main>
{main}
</main>
<aside>
<section class="most-read"><h2>Самое читаемое</h2><ol>{most_read}</ol></section>
<section class="subscribe"><p>Подпишитесь на рассылку: главное за день в одном письме</p></section>
</aside>
<footer class="site">
<p>© 2009–{page.now.year} {page.layout.title}. При цитировании ссылка обязательна.</p>
<ul><li><a href="/about/">О редакции</a></li><li><a href="/privacy/">Политика конфиденциальности</a></li>
<li><a href="/print/">Печатный номер</a></li></ul>
</footer>
</body>
</html>
"""


def _figure(page: ArticlePage, picture: Picture) -> str:
    caption = f'<span class="caption">{text(picture.caption)}</span>' if picture.caption else ""
    credit = f'<span class="credit">{text(picture.credit)}</span>' if picture.credit else ""
    return f"""<figure><img src="{page.layout.picture_path(picture)}" alt="{text(picture.caption or "")}"
width="640" height="400">
<figcaption>{caption} {credit}</figcaption></figure>"""


def _card(teaser: Teaser) -> str:
    image = f'<img src="{teaser.thumbnail}" alt="">' if teaser.thumbnail else ""
    return f"""<article class="card"><a href="{teaser.path}">{image}<h3>{text(teaser.title)}</h3></a>
<time datetime="{teaser.published.isoformat()}">{stamps.clock_first(teaser.published)}</time>
<p>{text(teaser.summary)}</p></article>"""


def _partners() -> str:
    items = join(
        f'<li><a rel="nofollow sponsored" href="{url}">{text(title)}</a></li>'
        for url, title in furniture.PARTNER_NEWS
    )
    return f'<section class="partners"><h2>{furniture.PARTNERS}</h2><ul>{items}</ul></section>'


def _json_ld(page: ArticlePage) -> str:
    story = page.story
    news: dict[str, object] = {
        "@type": "NewsArticle",
        "@id": f"{page.base_url}{page.path}#article",
        "headline": plain(story.title),
        "datePublished": story.published.isoformat(),
        "articleSection": page.section.name,
        "inLanguage": story.language,
        "publisher": {"@id": f"{page.base_url}/#organization"},
        "mainEntityOfPage": f"{page.base_url}{page.path}",
    }
    if story.modified:
        news["dateModified"] = story.modified.isoformat()
    if story.authors:
        news["author"] = [{"@type": "Person", "name": name} for name in story.authors]
    if story.tags:
        news["keywords"] = list(story.tags)
    if story.pictures:
        news["image"] = [page.base_url + page.layout.picture_path(picture) for picture in story.pictures]
    graph = [
        {"@type": "Organization", "@id": f"{page.base_url}/#organization", "name": page.layout.title},
        {
            "@type": "BreadcrumbList",
            "itemListElement": [{"@type": "ListItem", "position": 1, "name": page.section.name}],
        },
        news,
    ]
    return json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)


LAYOUT = Layout(
    name="primorsk",
    title="Новости Приморска",
    sections=(
        Section("world", "Мир", "/world/"),
        Section("city", "Город", "/city/"),
        Section("economy", "Экономика", "/economy/"),
    ),
    article_path=article_path,
    listing_path=listing_path,
    stamp=stamps.clock_first,
    article=article,
    listing=listing,
    delivery=Delivery(gzip=True, removed_status=410),
    feeds=(Feed("/rss.xml", "rss"), Feed("/news-sitemap.xml", "news sitemap")),
    robots="User-agent: *\nDisallow: /search/\nDisallow: /print/\n",
    prints_modified=True,
    service=(
        ("/about/", "О редакции"),
        ("/privacy/", "Политика конфиденциальности"),
        ("/print/", "Печатный номер"),
        ("/authors/", "Авторы"),
        ("/search/", "Поиск"),
    ),
)
