"""«Меридиан»: windows-1251 declared by the server, microdata, an author's box, the logo in the h1, Atom."""

from __future__ import annotations

from newsarchive.demo_site import furniture, stamps
from newsarchive.demo_site.layout import ArticlePage, Delivery, Feed, Layout, ListingPage, Section, Teaser
from newsarchive.demo_site.outlets.html import inline, join, text
from newsarchive.demo_site.story import Picture, Story, plain

CP1251 = "text/html; charset=windows-1251"


def article_path(story: Story, section: Section) -> str:
    return f"/articles/{story.number}-{story.slug}.shtml"


def listing_path(section: Section, number: int) -> str:
    return section.path if number == 1 else f"{section.path}?PAGEN_1={number}"


def article(page: ArticlePage) -> str:
    story = page.story
    lead = f'<h4 itemprop="description">{inline(story.lead)}</h4>' if story.lead else ""
    blocks = join(
        f'<div class="banner"><span>{words}</span></div>' if kind == "ad" else f"<p>{inline(words)}</p>"
        for kind, words in furniture.with_advertisements(story.body)
    )
    modified = (
        f'<meta itemprop="dateModified" content="{story.modified:%Y-%m-%dT%H:%M:%S}">'
        if story.modified
        else ""
    )
    tags = ", ".join(f'<a href="/tags/{text(tag)}/" rel="tag">{text(tag)}</a>' for tag in story.tags)
    main = f"""<div id="material" itemscope itemtype="http://schema.org/NewsArticle">
<ol id="path"><li><a href="/">Меридиан</a></li><li>
<a href="{page.section.path}" itemprop="articleSection">{page.section.name}</a></li></ol>
<h2 itemprop="headline">{inline(story.title)}</h2>
<p class="info"><span class="when">{page.stamp}</span>
<meta itemprop="datePublished" content="{story.published:%Y-%m-%dT%H:%M:%S}">{modified}</p>
{lead}
{join(_picture(page, picture) for picture in story.pictures)}
<div itemprop="articleBody" class="txt">
{blocks}
</div>
{join(_author(name) for name in story.authors)}
<div class="banner"><span>{furniture.AD}</span></div>
<table class="tools"><tr><td>Просмотры: <b>{story.views}</b></td><td>
<a href="https://facebook.example/meridian">{furniture.FACEBOOK}</a></td></tr></table>
<div class="banner"><span>{furniture.AD}</span></div>
<p class="err">{furniture.TYPO}</p><p class="err hidden">{furniture.COMPLAINT}</p>
<p class="keywords">Ключевые слова: {tags}</p>
</div>
<dl class="after"><dt>{furniture.NEXT}</dt><dd><a href="{page.next.path}">{text(page.next.title)}</a></dd>
<dt>Ещё в рубрике</dt>
{join(f'<dd><a href="{teaser.path}">{text(teaser.title)}</a></dd>' for teaser in page.related)}</dl>"""
    return _document(page, f"{text(plain(story.title))} :: {page.section.name} :: {page.layout.title}", main)


def listing(page: ListingPage) -> str:
    days: dict[str, list[Teaser]] = {}
    for teaser in page.entries:
        days.setdefault(stamps.day(teaser.published), []).append(teaser)
    blocks = join(
        f"<dt>{day}</dt>\n{join(_entry(teaser) for teaser in teasers)}" for day, teasers in days.items()
    )
    pages = " ".join(
        f"<b>{number}</b>"
        if number == page.number
        else f'<a href="{listing_path(page.section, number)}">{number}</a>'
        for number in range(1, page.count + 1)
    )
    main = f"""<h2>{page.section.name}</h2>
<dl class="news">
{blocks}
</dl>
<p class="navi">{pages}</p>"""
    return _document(page, f"{page.section.name} :: {page.layout.title}", main)


def _entry(teaser: Teaser) -> str:
    image = f'<img src="{teaser.thumbnail}" alt="">' if teaser.thumbnail else ""
    return (
        f'<dd><i>{stamps.clock(teaser.published)}</i> <a href="{teaser.path}">{image}{text(teaser.title)}</a>'
        f" <small>{text(teaser.summary)}</small></dd>"
    )


def _picture(page: ArticlePage, picture: Picture) -> str:
    credit = f'<cite itemprop="copyrightHolder">{text(picture.credit)}</cite>' if picture.credit else ""
    return f"""<div class="pic" itemprop="image" itemscope itemtype="http://schema.org/ImageObject">
<img itemprop="contentUrl" src="{page.layout.picture_path(picture)}" alt="{text(plain(page.story.title))}">
<span itemprop="caption">{text(picture.caption or "")}</span> {credit}</div>"""


def _author(name: str) -> str:
    return f"""<div class="author" itemprop="author" itemscope itemtype="http://schema.org/Person">
<img src="/img/author.png" alt=""><span itemprop="name">{text(name)}</span>
<p>Пишет для «Меридиана» с 2015 года. Почта редакции открыта для ваших писем и замечаний.</p></div>"""


def _document(page: ArticlePage | ListingPage, title: str, main: str) -> str:
    menu = "".join(f'<td><a href="{s.path}">{s.name}</a></td>' for s in page.layout.sections)
    popular = join(
        f'<p><a href="{teaser.path}">{text(teaser.title)}</a><br>'
        f"<small>{stamps.dotted(teaser.published)}</small></p>"
        for teaser in page.most_read
    )
    partners = join(
        f'<p><a href="{url}">{text(headline)}</a></p>' for url, headline in furniture.PARTNER_NEWS
    )
    return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<html>
<head>
<title>{title}</title>
<link rel="stylesheet" type="text/css" href="{page.layout.stylesheet}">
<link rel="alternate" type="application/atom+xml" href="/atom.xml">
</head>
<body>
<div id="top"><h1><a href="/">Меридиан</a></h1>
<p id="date">{stamps.WEEKDAYS["ru"][page.now.weekday()]}, {stamps.day(page.now)}</p>
<form action="/search/"><input name="text"><input type="submit" value="ПОИСК"></form></div>
<table id="menu"><tr>{menu}<td><a href="/redaction/">Редакция</a></td></tr></table>
<div id="right"><h3>Главное за неделю</h3>
{popular}
<h3>{furniture.PARTNERS}</h3>
{partners}
<h3>Рассылка</h3><p>Получайте «Меридиан» по почте каждое утро</p></div>
<div id="main">
{main}
</div>
<address>© Издательский дом «Меридиан», 1998—{page.now.year}.
<a href="/redaction/">Редакция</a>, <a href="/privacy/">личные данные</a></address>
</body>
</html>
"""


LAYOUT = Layout(
    name="meridian",
    title="Меридиан",
    sections=(
        Section("world", "Мир", "/world/"),
        Section("city", "Столица", "/capital/"),
        Section("economy", "Дело", "/business/"),
    ),
    article_path=article_path,
    listing_path=listing_path,
    stamp=stamps.weekday_first,
    article=article,
    listing=listing,
    delivery=Delivery(article_type=CP1251, listing_type=CP1251, charset="windows-1251"),
    feeds=(Feed("/atom.xml", "atom"),),
    prints_modified=True,
    service=(("/redaction/", "Редакция"), ("/privacy/", "Личные данные"), ("/search/", "Поиск")),
)
