"""«Азовские ведомости»: all that a busy site pours into its text: advertisement labels, «Читайте также» and
calls to subscribe as paragraphs, lazy pictures; comments, dates in addresses, sitemap index, gzip in chunks.
"""

from __future__ import annotations

from datetime import datetime

from newsarchive.demo_site import furniture, stamps
from newsarchive.demo_site.layout import ArticlePage, Delivery, Feed, Layout, ListingPage, Section, Teaser
from newsarchive.demo_site.outlets.html import inline, join, text
from newsarchive.demo_site.pictures import PIXEL
from newsarchive.demo_site.story import Picture, Story, plain

READ_ALSO_AFTER = 2  # paragraphs


def article_path(story: Story, section: Section) -> str:
    return f"/{story.published:%d-%m-%Y}/{story.slug}/"


def listing_path(section: Section, number: int) -> str:
    return section.path if number == 1 else f"{section.path}page-{number}/"


def stamp(at: datetime) -> str:
    return f"{stamps.day(at)} г., {stamps.clock(at)}"


def article(page: ArticlePage) -> str:
    story = page.story
    lead = f'<p class="post-excerpt"><em>{inline(story.lead)}</em></p>' if story.lead else ""
    author = join(f'<span class="post-author">Текст: <b>{text(name)}</b></span>' for name in story.authors)
    tags = join(f'<a class="tag" href="/tag/{text(tag)}/">{text(tag)}</a>' for tag in story.tags)
    credits = join(
        f'<p class="photo-credit">{text(picture.credit)}</p>' for picture in story.pictures if picture.credit
    )
    main = f"""<div class="post" id="post-{story.number}">
<div class="post-cat"><a href="{page.section.path}">{page.section.name}</a></div>
<h1 class="post-title">{inline(story.title)}</h1>
<div class="post-meta">
<span class="post-date">{page.stamp}</span> {author}
<a class="post-comments-count" href="#comments">{len(page.comments)}</a></div>
{lead}
<div class="post-content">
{join(_pictures(page.story.pictures[:1], page))}
{join(_paragraphs(page))}
{join(_pictures(page.story.pictures[1:], page))}
{credits}
<p>{furniture.AD}</p>
<p>Подписывайтесь на <a href="https://telegram.example/azov">Telegram-канал</a> «Азовских ведомостей»,
чтобы первыми узнавать новости</p>
</div>
<div class="post-views"><i class="fa fa-eye"></i>{story.views}</div>
<div class="post-social"><a href="https://facebook.example/azov">{furniture.FACEBOOK}</a></div>
<p>{furniture.AD}</p>
<div class="post-typo">{furniture.TYPO}</div><div class="modal"><label>{furniture.COMPLAINT}</label>
<input></div>
<div class="post-tags">Теги: {tags}</div>
</div>
<div class="next-post"><div class="next-post-label">{furniture.NEXT}</div>
<a href="{page.next.path}">{text(page.next.title)}</a>
<span class="date">{stamp(page.next.published)}</span></div>
<div id="comments" class="comments"><h3>Комментарии</h3>
{_comments(page)}
</div>"""
    head = f"""<link rel="canonical" href="{page.base_url}{page.path}" />
<meta name="description" content="{text(plain(story.lead or story.body[0])[:150])}" />"""
    return _document(page, f"{text(plain(story.title))} » {page.layout.title}", head, main)


def listing(page: ListingPage) -> str:
    pages = join(
        f'<span class="current">{number}</span>'
        if number == page.number
        else f'<a class="page-numbers" href="{listing_path(page.section, number)}">{number}</a>'
        for number in range(1, page.count + 1)
    )
    main = f"""<h1 class="cat-title">Рубрика: {page.section.name}</h1>
<div class="hero">{join(_hero(teaser) for teaser in page.entries[:1])}</div>
<div class="grid">
{join(_card(teaser) for teaser in page.entries[1:])}
</div>
<div class="pagination">{pages}</div>"""
    return _document(page, f"{page.section.name} » {page.layout.title}", "", main)


def _paragraphs(page: ArticlePage) -> list[str]:
    parts = []
    printed = 0
    for kind, words in furniture.with_advertisements(page.story.body):
        if kind == "ad":
            parts.append(f"<p>{words}</p>")
            continue
        parts.append(f"<p>{inline(words)}</p>")
        printed += 1
        if printed == READ_ALSO_AFTER and page.related:
            links = "<br />".join(
                f'<a href="{teaser.path}">{text(teaser.title)}</a>' for teaser in page.related[:2]
            )
            parts.append(f"<p><strong>Читайте также:</strong> {links}</p>")
    return parts


def _pictures(pictures: tuple[Picture, ...], page: ArticlePage) -> list[str]:
    return [
        f"""<div class="wp-caption">
<img class="lazy" src="{PIXEL}" data-src="{page.layout.picture_path(picture)}" alt="" /><noscript>
<img src="{page.layout.picture_path(picture)}" alt="" /></noscript>
<p class="wp-caption-text">{text(picture.caption or "")}</p></div>"""
        for picture in pictures
    ]


def _comments(page: ArticlePage) -> str:
    return join(
        f"""<div class="comment"><b class="comment-author">{text(remark.name)}</b>
<span class="comment-date">{stamp(remark.at)}</span>
<p>{text(remark.text)}</p><a href="#reply">Ответить</a></div>"""
        for remark in page.comments
    )


def _hero(teaser: Teaser) -> str:
    image = (
        f'<img class="lazy" src="{PIXEL}" data-src="{teaser.thumbnail}" alt="" />' if teaser.thumbnail else ""
    )
    return f"""<a class="hero-link" href="{teaser.path}">{image}<h2>{text(teaser.title)}</h2></a>
<div class="date">{stamp(teaser.published)}</div><p>{text(teaser.summary)}</p>"""


def _card(teaser: Teaser) -> str:
    image = f'<img src="{teaser.thumbnail}" alt="" />' if teaser.thumbnail else ""
    return f"""<div class="card"><a class="card-img" href="{teaser.path}">{image}</a>
<a class="card-cat" href="#">{teaser.section}</a>
<h3><a href="{teaser.path}">{text(teaser.title)}</a></h3><span class="date">{stamp(teaser.published)}</span>
<span class="views">{teaser.views}</span></div>"""


def _document(page: ArticlePage | ListingPage, title: str, head: str, main: str) -> str:
    menu = join(f'<li class="menu-item"><a href="{s.path}">{s.name}</a></li>' for s in page.layout.sections)
    popular = join(
        f'<li><a href="{teaser.path}">{text(teaser.title)}</a>'
        f'<span class="date">{stamp(teaser.published)}</span></li>'
        for teaser in page.most_read
    )
    partners = join(
        f'<div class="teaser-item"><a href="{url}">'
        f'<img src="/img/partner-{place}.png" alt="" />{text(headline)}</a></div>'
        for place, (url, headline) in enumerate(furniture.PARTNER_NEWS)
    )
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="ru-RU">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>{title}</title>
<link rel="stylesheet" href="{page.layout.stylesheet}" />
{head}
</head>
<body>
<div id="topbar"><a href="https://telegram.example/azov">Telegram</a>
<a href="https://facebook.example/azov">Facebook</a></div>
<div id="header"><a id="logo" href="/">{page.layout.title}</a>
<form id="searchform" action="/"><input name="s" /><input type="submit" value="ПОИСК" /></form>
<ul id="menu">{menu}<li class="menu-item"><a href="/contacts/">Контакты</a></li></ul></div>
<div id="content">
{main}
<div class="partners-block"><div class="partners-title">{furniture.PARTNERS}</div>
{partners}
</div>
</div>
<div id="sidebar">
<div class="widget"><h3>Популярное за неделю</h3><ul>{popular}</ul></div>
<div class="widget"><h3>Курс валют</h3><p>USD 27,51 EUR 31,17</p></div>
<div class="widget"><h3>Облако тегов</h3><a href="/tag/общество/">общество</a>
<a href="/tag/спорт/">спорт</a></div>
</div>
<div id="footer"><p>Copyright {page.now.year} {page.layout.title} ·
<a href="/privacy/">Политика конфиденциальности</a> · <a href="/contacts/">Контакты</a></p></div>
</body>
</html>
"""


LAYOUT = Layout(
    name="azov",
    title="Азовские ведомости",
    sections=(
        Section("world", "Мир", "/category/world/"),
        Section("city", "Общество", "/category/society/"),
        Section("economy", "Экономика", "/category/economy/"),
    ),
    article_path=article_path,
    listing_path=listing_path,
    stamp=stamp,
    article=article,
    listing=listing,
    delivery=Delivery(gzip=True, chunked=True, etag="weak", headers=(("Server", "nginx"),)),
    feeds=(Feed("/sitemap.xml", "sitemap index"), Feed("/sitemap-posts.xml", "sitemap")),
    robots="User-agent: *\nCrawl-delay: 0.2\nDisallow: /wp-admin/\n",
    service=(("/contacts/", "Контакты"), ("/privacy/", "Политика конфиденциальности")),
    tags="/tag/",
)
