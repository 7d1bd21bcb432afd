"""«Заря»: the page of a script framework: class names that say nothing, the time in UTC in a meta element,
a state for the script, the next story in full below the article, a listing that only says «Показать ещё»."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from newsarchive.demo_site import furniture, stamps
from newsarchive.demo_site.layout import ArticlePage, Delivery, Layout, ListingPage, Section, Teaser
from newsarchive.demo_site.outlets.html import inline, join, text
from newsarchive.demo_site.story import Picture, Story, plain

PAGE_SIZE = 4


def article_path(story: Story, section: Section) -> str:
    return f"{section.path}/{story.slug}-{story.number:x}"


def listing_path(section: Section, number: int) -> str:
    return section.path if number == 1 else f"{section.path}?offset={PAGE_SIZE * (number - 1)}"


def article(page: ArticlePage) -> str:
    story = page.story
    head = f"""<meta property="og:title" content="{text(plain(story.title))}"/>
<meta property="og:type" content="article"/>
<meta property="article:published_time" content="{_utc(story.published)}"/>
<meta name="robots" content="max-image-preview:large"/>"""
    main = f"""<div class="css-1k2j9x" data-testid="article">
{_whole(page, story, page.section.path, page.section.name, page.stamp, "h1")}
<div class="css-0ad"><span>{furniture.AD}</span></div>
<div class="css-9v1w3"><svg width="16" height="16"><use href="/sprite.svg#eye"></use></svg>
<span>{story.views}</span></div>
<a class="css-fb" href="https://facebook.example/zarya">{furniture.FACEBOOK}</a>
<div class="css-0ad"><span>{furniture.AD}</span></div>
<div class="css-3err">{furniture.TYPO}</div><div class="css-3err" hidden="">{furniture.COMPLAINT}</div>
<div class="css-tg7">{join(_tag(tag) for tag in story.tags)}</div>
</div>
<div class="css-hr0">{furniture.NEXT}</div>
<div class="css-1k2j9x" data-testid="article-next">
{_whole(page, page.next_story, "#", page.next.section, stamps.short(page.next.published), "h2")}
<a class="css-lnk" href="{page.next.path}">Открыть на отдельной странице</a>
</div>"""
    state = {
        "route": page.path,
        "articles": [{"title": plain(teaser.title), "lead": teaser.summary} for teaser in page.related],
    }
    return _document(page, f"{text(plain(story.title))} · {page.layout.title}", head, main, state)


def listing(page: ListingPage) -> str:
    more = (
        f'<a class="css-more" href="{listing_path(page.section, page.number + 1)}">Показать ещё</a>'
        if page.number < page.count
        else ""
    )
    main = f"""<div class="css-2hd">{page.section.name}</div>
<div class="css-fl3">
{join(_entry(teaser, page.now) for teaser in page.entries)}
</div>
<div class="css-ctr">{more}</div>"""
    return _document(
        page, f"{page.section.name} · {page.layout.title}", "", main, {"route": page.section.path}
    )


def _whole(page: ArticlePage, story: Story, section_path: str, section: str, stamp: str, heading: str) -> str:
    lead = f'<div class="css-ld5" data-block="lead">{inline(story.lead)}</div>' if story.lead else ""
    byline = join(f'<span class="css-au2" data-block="author">{text(name)}</span>' for name in story.authors)
    return f"""<div class="css-7sec"><span data-href="{section_path}">{section}</span></div>
<{heading} class="css-h00">{inline(story.title)}</{heading}>
<div class="css-5mt"><time>{stamp}</time>{byline}</div>
{lead}
{join(_picture(page, picture) for picture in story.pictures[:1])}
{join(_block(kind, words) for kind, words in furniture.with_advertisements(story.body))}
{join(_picture(page, picture) for picture in story.pictures[1:])}"""


def _block(kind: str, words: str) -> str:
    if kind == "ad":
        return f'<div class="css-0ad" data-block="ad"><span>{words}</span></div>'
    if words.startswith(("«", "—")):
        return f'<blockquote class="css-q8" data-block="quote"><div>{inline(words)}</div></blockquote>'
    return f'<div class="css-p4x" data-block="text"><span>{inline(words)}</span></div>'


def _picture(page: ArticlePage, picture: Picture) -> str:
    path = page.layout.picture_path(picture)
    credit = f'<div class="css-cr1">{text(picture.credit)}</div>' if picture.credit else ""
    return f"""<div class="css-im6" data-block="image"><picture><source srcset="{path}?w=1280 2x"/>
<img src="{path}" srcset="{path}?w=320 320w, {path} 640w" loading="lazy" alt=""/></picture>
<div class="css-cp1">{text(picture.caption or "")}</div>{credit}</div>"""


def _entry(teaser: Teaser, now: datetime) -> str:
    image = f'<img src="{teaser.thumbnail}" alt=""/>' if teaser.thumbnail else '<div class="css-noi"></div>'
    return f"""<a class="css-e44" href="{teaser.path}"><div class="css-ei1">{image}</div>
<div class="css-et2"><div class="css-eh3">{text(teaser.title)}</div>
<div class="css-em4"><span>{stamps.ago(teaser.published, now)}</span>
<span>{teaser.section}</span></div></div></a>"""


def _tag(tag: str) -> str:
    return f'<a class="css-t1" href="/tags/{text(tag)}">{text(tag)}</a>'


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _document(
    page: ArticlePage | ListingPage, title: str, head: str, main: str, state: Mapping[str, object]
) -> str:
    menu = join(f'<a class="css-mn1" href="{s.path}">{s.name}</a>' for s in page.layout.sections)
    popular = join(
        f'<a class="css-pp" href="{teaser.path}"><span>{place}</span><span>{text(teaser.title)}</span></a>'
        for place, teaser in enumerate(page.most_read, start=1)
    )
    partners = join(
        f'<a class="css-pr" href="{url}" rel="sponsored"><span>{text(headline)}</span></a>'
        for url, headline in furniture.PARTNER_NEWS
    )
    script = json.dumps(state, ensure_ascii=False).replace("</", r"<\/")
    return f"""<!DOCTYPE html><html lang="ru"><head>
<meta charSet="utf-8"/><title>{title}</title>
<link rel="stylesheet" href="{page.layout.stylesheet}"/>
{head}
</head><body><div id="__root"><div class="css-top">
<a class="css-lg" href="/">{page.layout.title}</a>{menu}
<div class="css-sr"><input placeholder="ПОИСК"/></div></div>
<div class="css-cols"><div class="css-main">
{main}
</div><div class="css-side"><div class="css-st">Топ дня</div>
{popular}
<div class="css-st">{furniture.PARTNERS}</div>
{partners}
<div class="css-nl"><span>Письмо от «Зари» каждое утро</span>
<input placeholder="Почта"/><button>Подписаться</button></div>
</div></div>
<div class="css-ft"><span>© {page.now.year} {page.layout.title}</span><a href="/about">О нас</a>
<a href="/privacy">Конфиденциальность</a><span>18+</span></div></div>
<script>window.__STATE__={script}</script>
</body></html>
"""


LAYOUT = Layout(
    name="zarya",
    title="Заря",
    sections=(
        Section("world", "Мир", "/mir"),
        Section("city", "Жизнь", "/zhizn"),
        Section("economy", "Бизнес", "/biznes"),
    ),
    article_path=article_path,
    listing_path=listing_path,
    stamp=stamps.short,
    article=article,
    listing=listing,
    delivery=Delivery(
        gzip=True, etag=None, headers=(("cache-control", "max-age=60"), ("x-frame-options", "DENY"))
    ),
    page_size=PAGE_SIZE,
    service=(("/about", "О нас"), ("/privacy", "Конфиденциальность")),
)
