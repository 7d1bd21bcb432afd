"""Look at a site: which pages to request, in which order, and what follows from them.

Whatever is found in bytes is found by the pure functions of the other modules. The fetcher obeys robots.txt, keeps the
pace and refuses private addresses, so nothing here can be impolite.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol, TypeVar
from urllib.parse import urljoin, urlsplit

from archive import reasons
from archive.extraction.extract import extract
from archive.extraction.model import Article, Outlet, Rejection
from archive.extraction.normalize import detect_language
from archive.http.capture import Capture
from archive.reasons import Reason
from archive.urls import canonical, host_of, is_front_page
from newsarchive.source_setup import identity, links
from newsarchive.source_setup.article_urls import find_shapes, matches, path_and_query
from newsarchive.source_setup.model import (
    ArticleShape,
    FoundFeed,
    FoundSection,
    FoundSitemap,
    InspectionFailed,
    SiteDescription,
)
from newsarchive.source_setup.site_page import SitePage, is_html
from newsarchive.source_setup.source_list import require_url
from newsarchive.source_setup.times import read_sample
from newsarchive.source_setup.zones import TimeEvidence, find_zone
from spiders.discovery.feeds import Sitemap, is_web_page, read_sitemap
from spiders.discovery.listing import url_shapes
from spiders.discovery.refresh import refresh_target
from spiders.discovery.section_page import ListedArticle

T = TypeVar("T")
MAX_SECTIONS_REQUESTED = 12
MAX_FEEDS_REQUESTED = 8
MAX_SITEMAPS_REQUESTED = 6
MAX_NESTED_SITEMAPS = 2  # requested of each index: the first and the last, one of which is recent
MAX_SAMPLES_REQUESTED = 5
SAMPLES = 3  # articles that are read
MIN_FRONT_PAGE_ARTICLES = 3
MIN_MENU_LINKS = 2  # with fewer, the page's markup names no menu
MAX_SECTION_SCORE = 0.8  # of an address outside of menus; higher ones look like articles
SHARE_OF_PAGES = 0.6  # of the requested pages: a link on so many is in a sidebar
MIN_ARTICLE_CONFIDENCE = 0.7
LARGE_SITEMAP = 2000  # addresses; a longer one is the site's whole history, and is not crawled unless wanted
MIN_JSON_ARTICLES = 5  # in the answer of a "load more" address


class Fetcher(Protocol):
    """Requests pages politely."""

    requests: int

    async def fetch(self, url: str, role: str) -> Capture | Reason:
        """Return the response after redirects, or why there is none."""

    def robots_txt(self, url: str) -> Capture | None:
        """Return the robots.txt of the site of an address, once anything was requested there; None if it has none."""

    def crawl_delay(self, url: str) -> float:
        """Return the seconds between two requests that robots.txt asks for."""


OnProgress = Callable[[str, int], None]  # what is done now, and the number of requests so far


async def inspect_site(
    url: str, fetcher: Fetcher, on_progress: OnProgress, *, feeds: Sequence[str] = ()
) -> SiteDescription:
    """Return what was found on a site; raise InspectionFailed if it cannot be looked at.

    `feeds` are addresses of feeds that a person states.
    """
    inspection = _Inspection(fetcher, on_progress)
    return await inspection.run(require_url(url), [(feed, "as given") for feed in feeds])


@dataclass
class _Inspection:
    """The state of one inspection."""

    fetcher: Fetcher
    on_progress: OnProgress
    left_out: list[str] = field(default_factory=list)  # what was not requested, a note for each kind

    async def run(self, url: str, given_feeds: Sequence[tuple[str, str]]) -> SiteDescription:
        """Look at the site."""
        self.tell("robots.txt and the first page")
        front = await self.first_page(url)
        is_section = not (is_front_page(url) or _is_front(front.url)) and bool(front.listing.articles)
        self.tell("feeds")
        feeds, feed_articles = await self.feeds(front, given_feeds)
        self.tell("sitemaps")
        sitemaps, sitemap_articles = await self.sitemaps(front.url)
        self.tell("sections")
        candidates, pages = await self.section_pages(front)
        listed = [one for page in (front, *pages) for one in page.listing.articles]
        self.tell("sample articles")
        samples = _Samples()
        await self.read_samples(samples, _sample_urls(pages or [front], feed_articles), feed_articles)
        everywhere = _links_everywhere([front, *pages, *samples.pages])
        sections = _sections(candidates, pages, everywhere)
        sections += [
            FoundSection(name, url, 0, is_wanted=False) for url, name in candidates[MAX_SECTIONS_REQUESTED:]
        ]
        if is_section:
            own = FoundSection(
                front.name, front.url, len(front.listing.articles), bool(front.listing.next_pages)
            )
            sections = [own, *(replace(one, is_wanted=False) for one in sections if one.url != front.url)]
        elif (
            not any(one.is_wanted for one in sections)
            and len(front.listing.articles) >= MIN_FRONT_PAGE_ARTICLES
        ):
            sections[:0] = [
                FoundSection("", front.url, len(front.listing.articles), bool(front.listing.next_pages))
            ]
        if not samples.articles:
            listed += feed_articles
            await self.read_samples(samples, _sample_urls([], sitemap_articles), sitemap_articles)
        articles = [one.url for one in (*listed, *feed_articles)] or [one.url for one in sitemap_articles]
        section_keys = {canonical(one.url) for one in sections}
        articles = [one for one in articles if canonical(one) not in section_keys]
        others = _other_addresses([front, *pages, *samples.pages], articles, candidates)
        shapes = find_shapes(articles, others)
        languages = identity.find_languages(front, samples.languages)
        all_pages = [front, *pages, *samples.pages]
        self.tell("further pages")
        more = await self.load_more(all_pages, shapes)
        description = SiteDescription(
            url=front.url,
            name=identity.suggest_name(front.url),
            title=identity.find_title(front, [*pages, *samples.pages]),
            languages=languages,
            zone=find_zone(
                samples.times,
                host=host_of(front.url),
                languages=[one.value for one in languages],
                country=identity.find_country(all_pages),
            ),
            sections=tuple(sections),
            feeds=tuple(replace(one, is_wanted=not is_section) for one in feeds),
            sitemaps=tuple(replace(one, is_wanted=one.is_wanted and not is_section) for one in sitemaps),
            shapes=shapes,
            others=tuple(one for one in others if not matches(one, shapes)),
            more=more,
            crawl_delay=self.fetcher.crawl_delay(front.url),
            requests=self.fetcher.requests,
            notes=(*_notes(samples, sections, feeds, sitemaps), *self.left_out),
        )
        if not description.has_entry_point:
            raise InspectionFailed(
                f"{front.url} shows no list of articles, and no feed or sitemap was found: if its pages are made by"
                " scripts, look for the address of a feed or sitemap and write it into a source file yourself."
            )
        return description

    def tell(self, phase: str) -> None:
        """Report what is done now."""
        self.on_progress(phase, self.fetcher.requests)

    async def first_page(self, url: str) -> SitePage:
        """Return the page at the address; raise InspectionFailed if there is none."""
        capture = await self.fetcher.fetch(url, "listing")
        if isinstance(capture, Capture) and (target := refresh_target(capture)):
            capture = await self.fetcher.fetch(target, "listing")
        if isinstance(capture, Reason):
            raise InspectionFailed(_failure_sentence(url, capture))
        if rejection := _first_page_rejection(capture):
            raise InspectionFailed(f"{url} was not looked at: {rejection}")
        page = await _in_thread(SitePage, capture)
        if wall := await _in_thread(_wall_of, page):
            raise InspectionFailed(f"{url} was not looked at: the server shows {wall}.")
        if not _is_front(page.url) and await _in_thread(_is_article, page):
            front = urljoin(page.url, "/")
            raise InspectionFailed(
                f"{url} is an article; give the address of a section, or of the front page {front}."
            )
        return page

    async def page(self, url: str) -> SitePage | None:
        """Return a web page; None if there is none at the address."""
        capture = await self.fetcher.fetch(url, "listing")
        if isinstance(capture, Reason) or capture.status != 200 or not is_html(capture):
            return None
        return await _in_thread(SitePage, capture)

    async def feeds(
        self, front: SitePage, given: Sequence[tuple[str, str]]
    ) -> tuple[list[FoundFeed], list[ListedArticle]]:
        """Return the feeds of the site and their articles: declared and linked ones, else those at usual places."""
        places = [*given, *links.declared_feeds(front)]
        for version in list(links.language_versions(front).values())[:3]:
            if page := await self.page(version):
                places += links.declared_feeds(page)
        places += links.feed_links(front)
        found, articles = await self.verified_feeds(places, MAX_FEEDS_REQUESTED)
        if not found:
            found, articles = await self.verified_feeds(
                links.usual_places(front.url, links.USUAL_FEEDS), len(links.USUAL_FEEDS), first_only=True
            )
        return found, articles

    async def verified_feeds(
        self, places: Sequence[tuple[str, str]], most: int, *, first_only: bool = False
    ) -> tuple[list[FoundFeed], list[ListedArticle]]:
        """Return those of the addresses that are feeds with articles; pages that link to feeds are followed once."""
        found: list[FoundFeed] = []
        articles: list[ListedArticle] = []
        seen: set[str] = set()
        shown: set[frozenset[str]] = set()
        pending = list(places)
        while pending and len(seen) < most and not (first_only and found):
            url, origin = pending.pop(0)
            if canonical(url) in seen:
                continue
            seen.add(canonical(url))
            capture = await self.fetcher.fetch(url, "feed")
            if isinstance(capture, Reason) or capture.status != 200:
                continue
            if is_html(capture) and is_web_page(capture):
                if not first_only and not origin.startswith("listed on"):
                    page = await _in_thread(SitePage, capture)
                    listed = [*links.declared_feeds(page), *links.feed_links(page)]
                    pending += [(one, f"listed on {url}") for one, _ in listed]
                continue
            entries = links.feed_articles(capture, url)
            keys = frozenset(canonical(one.url) for one in entries)
            if entries and keys not in shown:  # the same feed again, as Atom or under another address
                shown.add(keys)
                found.append(FoundFeed(url, len(entries), origin))
                articles += entries
        left = [url for url, _ in pending if canonical(url) not in seen]
        if left and not first_only:
            self.left_out.append(f"{len(left)} more feeds were not requested, the first of them {left[0]}.")
        return found, articles

    async def sitemaps(self, site: str) -> tuple[list[FoundSitemap], list[ListedArticle]]:
        """Return the sitemaps of the site with some of their addresses: announced, else at usual places."""
        found: list[FoundSitemap] = []
        entries: list[ListedArticle] = []
        announced = links.announced_sitemaps(self.fetcher.robots_txt(site), site)
        await self.verify_sitemaps(announced[:MAX_SITEMAPS_REQUESTED], found, entries)
        if left := announced[MAX_SITEMAPS_REQUESTED:]:
            self.left_out.append(
                f"{len(left)} more sitemaps in robots.txt were not requested, the first of them {left[0][0]}."
            )
        if not found:
            for place in links.usual_places(site, links.USUAL_SITEMAPS):
                await self.verify_sitemaps([place], found, entries)
                if found:
                    break
        if not any(one.kind == "news" for one in found):
            for place in links.usual_places(site, links.USUAL_NEWS_SITEMAPS):
                await self.verify_sitemaps([place], found, entries)
                if any(one.kind == "news" for one in found):
                    break
        return found, entries

    async def verify_sitemaps(
        self, places: Iterable[tuple[str, str]], found: list[FoundSitemap], entries: list[ListedArticle]
    ) -> None:
        """Add those of the addresses that are sitemaps, and what they list; of an index its news sitemap too."""
        for url, origin in places:
            if any(canonical(one.url) == canonical(url) for one in found):
                continue
            sitemap = await self.sitemap(url)
            if sitemap is None:
                continue
            entries += sitemap.articles
            if not sitemap.sitemaps:
                found.append(_found_sitemap(url, sitemap, origin))
                continue
            nested = sitemap.sitemaps
            news = [one for one in nested if "news" in urlsplit(one).path.rpartition("/")[2].lower()]
            others = [one for one in nested if one not in news]
            number, read = 0, 0
            for one in dict.fromkeys([*news[:1], *others[:1], *others[-1:]]):
                inner = await self.sitemap(one)
                if inner is None:
                    continue
                entries += inner.articles
                number, read = number + len(inner.articles), read + 1
                if one in news and any(article.stamp for article in inner.articles):
                    found.append(_found_sitemap(one, inner, f"listed in {url}"))
            estimate = round(number / read * len(nested)) if read else 0
            if estimate:
                found.append(FoundSitemap(url, "index", estimate, origin, estimate <= LARGE_SITEMAP))

    async def sitemap(self, url: str) -> Sitemap | None:
        """Return a sitemap of the site; None if there is none at the address."""
        capture = await self.fetcher.fetch(url, "sitemap")
        if isinstance(capture, Reason) or capture.status != 200 or is_web_page(capture):
            return None
        sitemap = await _in_thread(read_sitemap, capture, own_urls=(url,))
        return sitemap if sitemap.articles or sitemap.sitemaps else None

    async def section_pages(self, front: SitePage) -> tuple[list[tuple[str, str]], list[SitePage]]:
        """Return the pages that may be sections, as address and name, and those of them that could be had."""
        candidates = _section_candidates(front)
        pages = []
        for url, _ in candidates[:MAX_SECTIONS_REQUESTED]:
            if page := await self.page(url):
                pages.append(page)
        return candidates, pages

    async def read_samples(
        self, samples: _Samples, urls: Sequence[str], feed_articles: Sequence[ListedArticle]
    ) -> None:
        """Request articles until enough are read."""
        times = {canonical(one.url): one.stamp for one in feed_articles}
        for url in urls[:MAX_SAMPLES_REQUESTED]:
            if len(samples.articles) >= SAMPLES:
                return
            capture = await self.fetcher.fetch(url, "article")
            if isinstance(capture, Reason):
                continue
            extraction, evidence = await _in_thread(
                read_sample, capture, languages=(), feed_time=times.get(canonical(url))
            )
            samples.rejected += isinstance(extraction, Rejection)
            if isinstance(extraction, Article):
                samples.add(extraction, await _in_thread(SitePage, capture), evidence)

    async def load_more(self, pages: Sequence[SitePage], shapes: Sequence[ArticleShape]) -> str | None:
        """Return the address of a "load more" button that answers with articles; None if there is none."""
        for page in pages:
            for address in links.load_more_addresses(page)[:2]:
                capture = await self.fetcher.fetch(address.replace("{page}", "2"), "listing")
                if isinstance(capture, Reason) or capture.status != 200:
                    continue
                if len(set(links.article_addresses(capture, shapes))) >= MIN_JSON_ARTICLES:
                    return address
        return None


class _Samples:
    """The articles that were read."""

    def __init__(self) -> None:
        self.articles: list[Article] = []
        self.pages: list[SitePage] = []
        self.times: list[TimeEvidence] = []
        self.rejected = 0

    def add(self, article: Article, page: SitePage, evidence: TimeEvidence | None) -> None:
        """Add an article that was read."""
        self.articles.append(article)
        self.pages.append(page)
        if evidence is not None:
            self.times.append(evidence)

    @property
    def languages(self) -> list[str]:
        """Return the languages of the articles as their texts show them."""
        found = (detect_language((one.title, *one.body), (), None) for one in self.articles)
        return [one for one in found if one is not None]


async def _in_thread(function: Callable[..., T], *arguments: object, **named: object) -> T:
    """Run a slow function without holding up other inspections."""
    return await asyncio.get_running_loop().run_in_executor(None, partial(function, *arguments, **named))


def _first_page_rejection(capture: Capture) -> str | None:
    """Return why a response is not a page that can be looked at, as the end of a sentence; None if it is one."""
    if capture.status in (401, 403, 429, 451) or capture.status == 503:
        return f"the server refuses it (status {capture.status}); it may block programs, or visitors of this network."
    if capture.status != 200:
        return f"the server answered with status {capture.status}; check the address."
    if not is_html(capture):
        return f"it is no web page ({capture.media_type}); give the address of the site's front page or of a section."
    return None


def _wall_of(page: SitePage) -> str | None:
    """Return what a page without articles shows in place of its content: a captcha, a login, …; None if nothing."""
    if len(page.listing.articles) >= MIN_FRONT_PAGE_ARTICLES:
        return None
    rejection = extract(page.capture, Outlet("UTC"), None)
    return _WALLS.get(rejection.code) if isinstance(rejection, Rejection) else None


def _is_article(page: SitePage) -> bool:
    """Return whether a page is an article rather than a section."""
    extraction = extract(page.capture, Outlet("UTC"), None)
    is_certain = isinstance(extraction, Article) and extraction.confidence >= MIN_ARTICLE_CONFIDENCE
    return is_certain and not page.listing.next_pages


_WALLS = {
    "captcha": "a captcha",
    "consent wall": "a request for consent",
    "login": "a login",
    "geo-block": "a block by country",
    "error page": "an error page",
    "unrendered": "an empty page that a script fills",
    "empty": "an empty page",
}


def _failure_sentence(url: str, reason: Reason) -> str:
    if reason.code == reasons.FORBIDDEN:
        return f"robots.txt forbids {url}: ask the outlet to allow newsarchive, or give the address of another page."
    return f"{url} could not be fetched: {reason.words}."


def _is_front(url: str) -> bool:
    """Return whether an address is that of a front page, or of the front page in a language."""
    return is_front_page(url) or bool(_FRONT_PATH.fullmatch(urlsplit(url).path))


_FRONT_PATH = re.compile(r"/(?:[a-z]{2}(?:-[a-z]{2})?|index\.\w+|home|main)/?", re.IGNORECASE)


def _section_candidates(front: SitePage) -> list[tuple[str, str]]:
    """Return the pages that may be sections, as address and name, the likeliest first.

    Those are the pages in menus and the parents of articles, such as /world/ of /world/story; on a page whose markup
    names no menu, all pages with a short label that are not articles.
    """
    no_sections = {canonical(one.url) for one in front.listing.articles} | set(
        map(canonical, front.listing.next_pages)
    )
    parents = url_shapes.parent_paths(one.url for one in front.listing.articles)
    labelled = {
        link.key: (link.url, label)
        for link, label in front.labelled_links()
        if link.key not in no_sections and not _is_service_page(link.url)
    }
    in_menus = [link.key for link, _ in front.menu_links()]
    above_articles = [key for key in labelled if urlsplit(key).path.rstrip("/") in parents]
    likely = [key for key in dict.fromkeys([*in_menus, *above_articles]) if key in labelled]
    if len(likely) < MIN_MENU_LINKS:
        likely += [key for key in labelled if key not in likely and url_shapes.score(key) < MAX_SECTION_SCORE]
    return [labelled[key] for key in likely]


def _is_service_page(url: str) -> bool:
    segments = {one.rpartition(".")[0] or one for one in urlsplit(url).path.lower().split("/") if one}
    return bool(segments & _SERVICE_SEGMENTS)


_SERVICE_SEGMENTS = frozenset(
    "about about-us o-nas pro-nas kontakty contacts contact redaction redakciya reklama advertising privacy terms"
    " login signin register logout auth search poshuk poisk user users profile rss feed feeds subscribe podpiska"
    " sitemap archive cart help faq print wp-admin wp-login".split()
)


def _links_everywhere(pages: Sequence[SitePage]) -> frozenset[str]:
    """Return the addresses that most of the pages link to: those of menus and sidebars."""
    numbers = Counter(key for page in pages for key in {link.key for link in page.own_links})
    least = max(3, SHARE_OF_PAGES * len(pages))
    return frozenset(key for key, number in numbers.items() if number >= least)


def _sections(
    candidates: Sequence[tuple[str, str]], pages: Sequence[SitePage], everywhere: frozenset[str]
) -> list[FoundSection]:
    """Return the candidates whose pages list articles of their own, with their names as printed."""
    names = {canonical(url): name for url, name in candidates}
    found: dict[str, FoundSection] = {}
    for page in pages:
        listing = page.listing
        if any(canonical(one.url) not in everywhere for one in listing.articles):
            name = names.get(canonical(page.url)) or page.name
            found.setdefault(
                canonical(page.url),
                FoundSection(name, page.url, len(listing.articles), bool(listing.next_pages)),
            )
    return list(found.values())


def _sample_urls(pages: Sequence[SitePage], feed_articles: Sequence[ListedArticle]) -> list[str]:
    """Return articles to read, from as many sections as possible; articles that a feed dates come first."""
    dated = {canonical(one.url) for one in feed_articles}
    rows = [[one.url for one in page.listing.articles] for page in pages]
    rows.append([one.url for one in feed_articles])
    mixed = [
        row[place] for place in range(max(map(len, rows), default=0)) for row in rows if place < len(row)
    ]
    unique = list({canonical(url): url for url in mixed}.values())
    return sorted(unique[: 4 * MAX_SAMPLES_REQUESTED], key=lambda url: canonical(url) not in dated)


def _other_addresses(
    pages: Sequence[SitePage], articles: Sequence[str], candidates: Sequence[tuple[str, str]]
) -> list[str]:
    """Return addresses of the site that are surely not articles: menus, sections, pages of a listing."""
    keys = {canonical(url) for url in articles}
    found = {canonical(url): url for url, _ in candidates}
    for page in pages:
        found |= {link.key: link.url for link, _ in page.menu_links()}
        found |= {canonical(url): url for url in page.listing.next_pages}
        found |= {
            link.key: link.url
            for link in page.own_links
            if link.key not in keys and url_shapes.score(link.key) <= 0.1
        }
    return [url for key, url in found.items() if key not in keys and path_and_query(url) != "/"]


def _found_sitemap(url: str, sitemap: Sitemap, origin: str) -> FoundSitemap:
    is_news = any(one.stamp for one in sitemap.articles)
    number = len(sitemap.articles)
    return FoundSitemap(
        url, "news" if is_news else "pages", number, origin, is_news or number <= LARGE_SITEMAP
    )


def _notes(
    samples: _Samples,
    sections: Sequence[FoundSection],
    feeds: Sequence[FoundFeed],
    sitemaps: Sequence[FoundSitemap],
) -> list[str]:
    """Return what a person should look at."""
    notes = []
    if not samples.articles:
        notes.append(
            f"None of {samples.rejected} sample pages could be read as an article."
            if samples.rejected
            else "No sample article could be requested."
        )
    if not any(one.is_wanted for one in sections):
        notes.append("No section was found: articles are found through feeds and sitemaps alone.")
    if not feeds and not any(one.is_wanted for one in sitemaps):
        notes.append("No feed and no sitemap was found: articles are found in sections alone.")
    return notes
