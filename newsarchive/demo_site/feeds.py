"""Feeds and sitemaps, as XML text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from newsarchive.demo_site.layout import Layout, Teaser

RSS_LENGTH = 12
NEWS_SITEMAP_LENGTH = 30


def rss(layout: Layout, base_url: str, entries: Iterable[Teaser], now: datetime, tracking: str = "") -> str:
    """Return RSS 2.0 with the newest articles of all sections."""
    items = "".join(
        f"<item><title>{escape(entry.title)}</title><link>{base_url}{escape(entry.path + tracking)}</link>"
        f'<guid isPermaLink="false">{layout.name}-{escape(entry.path)}</guid>'
        f"<description><![CDATA[<p>{escape(entry.summary)}</p>]]></description>"
        f"<category>{escape(entry.section)}</category>"
        f"<pubDate>{format_datetime(entry.published)}</pubDate></item>\n"
        for entry in list(entries)[:RSS_LENGTH]
    )
    return (
        '<?xml version="1.0" encoding="{encoding}"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(layout.title)}</title><link>{base_url}/</link>"
        f"<language>{layout.language}</language><lastBuildDate>{format_datetime(now)}</lastBuildDate>\n"
        f"{items}</channel></rss>\n"
    ).replace("{encoding}", layout.delivery.charset)


def atom(layout: Layout, base_url: str, entries: Iterable[Teaser], now: datetime, tracking: str = "") -> str:
    """Return Atom with the newest articles of all sections."""
    items = "".join(
        f"<entry><id>{base_url}{escape(entry.path)}</id><title>{escape(entry.title)}</title>"
        f'<link rel="alternate" href="{base_url}{escape(entry.path)}"/>'
        f"<published>{entry.published.isoformat()}</published><updated>{entry.published.isoformat()}</updated>"
        f"<summary>{escape(entry.summary)}</summary></entry>\n"
        for entry in list(entries)[:RSS_LENGTH]
    )
    return (
        f'<?xml version="1.0" encoding="{layout.delivery.charset}"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{base_url}/</id><title>{escape(layout.title)}</title><updated>{now.isoformat()}</updated>\n"
        f"{items}</feed>\n"
    )


def news_sitemap(
    layout: Layout, base_url: str, entries: Iterable[Teaser], now: datetime, tracking: str = ""
) -> str:
    """Return a sitemap with the news extension: publication, date and headline of each article."""
    items = "".join(
        f"<url><loc>{base_url}{escape(entry.path)}</loc><news:news><news:publication>"
        f"<news:name>{escape(layout.title)}</news:name><news:language>{layout.language}</news:language>"
        f"</news:publication><news:publication_date>{entry.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(entry.title)}</news:title></news:news></url>\n"
        for entry in list(entries)[:NEWS_SITEMAP_LENGTH]
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{items}</urlset>\n'
    )


def sitemap(
    layout: Layout, base_url: str, entries: Iterable[Teaser], now: datetime, tracking: str = ""
) -> str:
    """Return a plain sitemap of every article."""
    items = "".join(
        f"<url><loc>{base_url}{escape(entry.path)}</loc>"
        f"<lastmod>{entry.published.date().isoformat()}</lastmod></url>\n"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"<url><loc>{base_url}/</loc></url>\n{items}</urlset>\n"
    )


def sitemap_index(
    layout: Layout, base_url: str, entries: Iterable[Teaser], now: datetime, tracking: str = ""
) -> str:
    """Return a sitemap index of the outlet's other sitemaps."""
    items = "".join(
        f"<sitemap><loc>{base_url}{feed.path}</loc><lastmod>{now.date().isoformat()}</lastmod></sitemap>\n"
        for feed in layout.feeds
        if feed.kind == "sitemap"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{items}</sitemapindex>\n'
    )


KINDS = {
    "rss": (rss, "application/rss+xml"),
    "atom": (atom, "application/atom+xml"),
    "news sitemap": (news_sitemap, "application/xml"),
    "sitemap": (sitemap, "application/xml"),
    "sitemap index": (sitemap_index, "application/xml"),
}
