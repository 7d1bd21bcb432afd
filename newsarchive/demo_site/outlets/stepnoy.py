"""«Степной вестник»: tables of 2005, the text in one cell parted by `<br><br>`, windows-1251.

Listings declare their encoding in a meta element; articles say nothing at all of it.
"""

from __future__ import annotations

from newsarchive.demo_site import furniture, stamps
from newsarchive.demo_site.layout import ArticlePage, Delivery, Layout, ListingPage, Section, Teaser
from newsarchive.demo_site.outlets.html import inline, join, text
from newsarchive.demo_site.story import Story, plain

META = '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=windows-1251">'


def article_path(story: Story, section: Section) -> str:
    return f"/news.php?id={story.number}"


def listing_path(section: Section, number: int) -> str:
    return section.path if number == 1 else f"{section.path}&page={number}"


def article(page: ArticlePage) -> str:
    story = page.story
    pictures = join(
        f"""<table align="left" width="200" cellpadding="4"><tr><td>
<img src="{page.layout.picture_path(picture)}" border="1"></td></tr>
<tr><td><font size="1">{text(picture.caption or "")}</font></td></tr></table>"""
        for picture in story.pictures
    )
    words = "<br><br>\n".join(
        f"<center><font size=1 color=#999999>{words}</font></center>" if kind == "ad" else inline(words)
        for kind, words in furniture.with_advertisements(story.body)
    )
    credits = "".join(
        f"<br><br>\n<i>{text(picture.credit)}</i>" for picture in story.pictures if picture.credit
    )
    byline = "".join(f"<br><br>\n<b><i>{text(name)}</i></b>" for name in story.authors)
    tags = ", ".join(f'<a href="/tag.php?t={text(tag)}">{text(tag)}</a>' for tag in story.tags)
    cell = f"""<font size="1"><a href="/">Главная</a> /
<a href="{page.section.path}">{page.section.name}</a></font><br>
<font size="5" color="#003366"><b>{inline(story.title)}</b></font><br>
<font size="1">{page.stamp}</font>
<hr>
{pictures}
{words}{credits}{byline}
<br><br>
<center>{furniture.AD}</center>
<font size="1">Просмотров: {story.views}</font><br>
<a href="https://facebook.example/stepnoy">{furniture.FACEBOOK}</a><br>
<center>{furniture.AD}</center>
<font size="1">{furniture.TYPO}</font>
<form action="/oops.php" method="post">{furniture.COMPLAINT}<br><input name="oops"></form>
<font size="1">Метки: {tags}</font>
<hr>
<b>{furniture.NEXT}</b><br><a href="{page.next.path}">{text(page.next.title)}</a><br>
<a href="/print.php?id={story.number}">Версия для печати</a>"""
    return _document(page, f"{page.layout.title} : {text(plain(story.title))}", "", cell)


def listing(page: ListingPage) -> str:
    rows = join(_row(teaser) for teaser in page.entries)
    pages = " | ".join(
        f"<b>{number}</b>"
        if number == page.number
        else f'<a href="{text(listing_path(page.section, number))}">{number}</a>'
        for number in range(1, page.count + 1)
    )
    cell = f"""<font size="4"><b>{page.section.name}</b></font><hr>
<table width="100%" cellpadding="3">
{rows}
</table>
<center>Страницы: {pages}</center>"""
    return _document(page, f"{page.layout.title} : {page.section.name}", META, cell)


def _row(teaser: Teaser) -> str:
    image = f'<img src="{teaser.thumbnail}" width="80" align="left">' if teaser.thumbnail else ""
    return f"""<tr><td valign="top" nowrap><font size="1">{stamps.dotted(teaser.published)}</font></td>
<td>{image}<a href="{teaser.path}"><b>{text(teaser.title)}</b></a><br>
<font size="2">{text(teaser.summary)}</font></td></tr>"""


def _document(page: ArticlePage | ListingPage, title: str, meta: str, cell: str) -> str:
    menu = "<br>\n".join(f'&raquo; <a href="{s.path}">{s.name}</a>' for s in page.layout.sections)
    popular = "<br>\n".join(
        f'<a href="{teaser.path}"><font size="1">{text(teaser.title)}</font></a>' for teaser in page.most_read
    )
    partners = "<br>\n".join(
        f'<a href="{url}"><font size="1">{text(headline)}</font></a>'
        for url, headline in furniture.PARTNER_NEWS
    )
    return f"""<HTML>
<HEAD>{meta}<TITLE>{title}</TITLE>
<LINK REL="stylesheet" HREF="{page.layout.stylesheet}"></HEAD>
<BODY BGCOLOR="#FFFFFF" TEXT="#000000">
<table width="100%" border="0" cellspacing="0"><tr>
<td colspan="2"><a href="/"><img src="/img/banner.png" border="0" alt="{page.layout.title}"></a></td>
<td align="right"><form action="/search.php"><input name="q" size="12">
<input type="submit" value="ПОИСК"></form></td></tr>
<tr>
<td width="160" valign="top" bgcolor="#EEEEEE">
<b>Разделы</b><br>
{menu}<br>
&raquo; <a href="/about.php">О газете</a><br>
<hr><b>Читают сейчас</b><br>
{popular}
</td>
<td valign="top">
{cell}
</td>
<td width="160" valign="top" bgcolor="#EEEEEE">
<b>{furniture.PARTNERS}</b><br>
{partners}
<hr><font size="1">Подписка на газету: индекс 61243</font>
</td>
</tr>
<tr><td colspan="3" align="center"><font size="1">&copy; 2001-{page.now.year} {page.layout.title}<br>
<a href="/about.php">О газете</a> | <a href="/privacy.php">Правовая информация</a></font></td></tr>
</table>
</BODY>
</HTML>
"""


LAYOUT = Layout(
    name="stepnoy",
    title="Степной вестник",
    sections=(
        Section("world", "Мир", "/index.php?cat=1"),
        Section("city", "Район", "/index.php?cat=2"),
        Section("economy", "Хозяйство", "/index.php?cat=3"),
    ),
    article_path=article_path,
    listing_path=listing_path,
    stamp=stamps.dotted,
    article=article,
    listing=listing,
    delivery=Delivery(
        article_type="text/html",
        listing_type="text/html",
        charset="windows-1251",
        etag=None,
        keep_alive=False,
    ),
    marks_leads=False,
    service=(
        ("/about.php", "О газете"),
        ("/privacy.php", "Правовая информация"),
        ("/search.php", "Поиск"),
        ("/print.php", "Версия для печати"),
    ),
    tags="/tag.php?t=",
)
