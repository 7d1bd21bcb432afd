"""«Слобода»: div soup with no class and no id anywhere, no feed, no structured data; chunked."""

from __future__ import annotations

from newsarchive.demo_site import furniture, stamps
from newsarchive.demo_site.layout import ArticlePage, Delivery, Layout, ListingPage, Section, Teaser
from newsarchive.demo_site.outlets.html import inline, join, text
from newsarchive.demo_site.story import Story, plain

GREY = 'style="color:#888;font-size:12px"'


def article_path(story: Story, section: Section) -> str:
    return f"/news/{story.number}"


def listing_path(section: Section, number: int) -> str:
    return section.path if number == 1 else f"{section.path}/{number}"


def article(page: ArticlePage) -> str:
    story = page.story
    byline = join(f"<div><span>Автор: </span><span>{text(name)}</span></div>" for name in story.authors)
    pictures = join(
        f'<div style="margin:8px 0"><div><img src="{page.layout.picture_path(picture)}" width="640"></div>'
        f"<div {GREY}>{text(picture.caption or '')}</div></div>"
        for picture in story.pictures
    )
    paragraphs = join(
        f'<div style="text-align:center"><span {GREY}>{words}</span></div>'
        if kind == "ad"
        else f'<div style="margin-bottom:14px">{inline(words)}</div>'
        for kind, words in furniture.with_advertisements(story.body)
    )
    credits = join(
        f'<div style="font-style:italic">{text(picture.credit)}</div>'
        for picture in story.pictures
        if picture.credit
    )
    remarks = join(
        f"<div><div><span>{text(remark.name)}</span> <span {GREY}>{stamps.dotted(remark.at)}</span></div>"
        f"<div>{text(remark.text)}</div></div>"
        for remark in page.comments
    )
    tags = " ".join(f'<a href="/tags/{text(tag)}">{text(tag)}</a>' for tag in story.tags)
    middle = f"""<div>
<div><a href="{page.section.path}">{page.section.name}</a></div>
<div style="font-size:28px;line-height:32px"><span>{inline(story.title)}</span></div>
<div><span {GREY}>{page.stamp}</span></div>
{byline}
{pictures}
<div>
{paragraphs}
</div>
{credits}
<div style="text-align:center"><span {GREY}>{furniture.AD}</span></div>
<div><img src="/img/eye.png" alt=""><span>{story.views}</span></div>
<div><a href="https://facebook.example/sloboda">{furniture.FACEBOOK}</a></div>
<div style="text-align:center"><span {GREY}>{furniture.AD}</span></div>
<div {GREY}>{furniture.TYPO}</div>
<div style="display:none"><div>{furniture.COMPLAINT}</div><div><textarea></textarea></div></div>
<div>{tags}</div>
<div><div>Комментарии ({len(page.comments)})</div>{remarks}<div>
<a href="/login">Войдите</a>, чтобы оставить комментарий</div></div>
<div><div>{furniture.NEXT}</div><div><a href="{page.next.path}">{text(page.next.title)}</a></div></div>
</div>"""
    return _document(page, f"{text(plain(story.title))} | {page.layout.title}", middle)


def listing(page: ListingPage) -> str:
    entries = join(_entry(teaser) for teaser in page.entries)
    pages = " ".join(
        f"<span>{number}</span>"
        if number == page.number
        else f'<a href="{listing_path(page.section, number)}">{number}</a>'
        for number in range(1, page.count + 1)
    )
    middle = f"""<div>
<div style="font-size:24px">{page.section.name}</div>
<div>
{entries}
</div>
<div style="text-align:center">{pages}</div>
</div>"""
    return _document(page, f"{page.section.name} | {page.layout.title}", middle)


def _entry(teaser: Teaser) -> str:
    image = (
        f'<a href="{teaser.path}"><img src="{teaser.thumbnail}" width="120"></a>' if teaser.thumbnail else ""
    )
    return f"""<div style="border-bottom:1px solid #ddd">
<div style="float:left">{image}</div>
<div><div><span {GREY}>{stamps.dotted(teaser.published)}</span></div>
<div><a href="{teaser.path}">{text(teaser.title)}</a></div>
<div>{text(teaser.summary)} <a href="{teaser.path}">Подробнее</a></div></div>
</div>"""


def _document(page: ArticlePage | ListingPage, title: str, middle: str) -> str:
    menu = " ".join(f'<span><a href="{s.path}">{s.name}</a></span>' for s in page.layout.sections)
    popular = join(
        f'<div><a href="{teaser.path}">{text(teaser.title)}</a> <span {GREY}>{teaser.views}</span></div>'
        for teaser in page.most_read
    )
    partners = join(
        f'<div><a href="{url}" target="_blank">{text(headline)}</a></div>'
        for url, headline in furniture.PARTNER_NEWS
    )
    return f"""<!doctype html>
<html>
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{title}</title>
<link rel="stylesheet" href="{page.layout.stylesheet}"></head>
<body>
<div style="width:1000px;margin:0 auto">
<div><div><a href="/"><img src="/img/logo.png" alt="{page.layout.title}"></a></div>
<div><form action="/search"><input name="q" value=""><input type="submit" value="ПОИСК"></form></div>
<div>{menu}</div></div>
<div style="overflow:hidden">
<div style="float:left;width:680px">
{middle}
</div>
<div style="float:right;width:300px">
<div><div>Популярное</div>{popular}</div>
<div><div>{furniture.PARTNERS}</div>{partners}</div>
<div>Подписывайтесь на наш канал в Telegram</div>
</div>
</div>
<div {GREY}><div>© {page.layout.title}, 2004-{page.now.year}. Все права защищены.</div>
<div><a href="/about">О проекте</a> <a href="/ads">Реклама на сайте</a>
<a href="/privacy">Правила</a></div></div>
</div>
</body>
</html>
"""


LAYOUT = Layout(
    name="sloboda",
    title="Слобода",
    sections=(
        Section("world", "Мир", "/mir"),
        Section("city", "Посёлок", "/poselok"),
        Section("economy", "Деньги", "/dengi"),
    ),
    article_path=article_path,
    listing_path=listing_path,
    stamp=stamps.dotted,
    article=article,
    listing=listing,
    delivery=Delivery(
        article_type="text/html", listing_type="text/html", chunked=True, etag=None, last_modified=False
    ),
    marks_leads=False,
    service=(
        ("/about", "О проекте"),
        ("/ads", "Реклама на сайте"),
        ("/privacy", "Правила"),
        ("/login", "Вход"),
        ("/search", "Поиск"),
    ),
)
