"""Classify a page that is not an article, by what it says, how little it says, and its markup.

No sign is enough by itself: news about captchas uses their words, and captcha forms are below comments. The
decisive sign is that the page's own content says nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive import urls
from archive.extraction.fields.headline import Headline
from archive.extraction.metadata.collect import Metadata
from archive.extraction.model import Rejection
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.rejection import listing, page_text, page_type, paywall
from archive.extraction.rejection.page_text import PageContent
from archive.extraction.vocabulary import rejection_phrases

HTML_TYPES = frozenset(
    (
        "text/html",
        "application/xhtml+xml",
        "application/xml",
        "text/xml",
        "text/plain",
        "application/octet-stream",
    )
)
MARKUP = re.compile(rb"<(?:!doctype html|html|head|body|title|meta|div|p|table|article|h1)\b", re.I)
BINARY = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"RIFF", b"\x1f\x8b")
# characters of news on a page that is a wall although it has a date or is declared an article
MAX_WALL_NEWS_IF_ARTICLE = 30
MAX_WALL_NEWS = 300  # characters of news on any page that is a wall, however much of it is a wall's phrases
MIN_VERSE_LINES, MIN_VERSE = 8, 150  # lines and characters of a text without sentences
NEGLIGIBLE = 25  # characters of news; fewer count as none

# What challenge pages load or draw. Sound pages have some of it too, so it only counts on pages without news.
CHALLENGE = re.compile(
    r"_cf_chl_opt|/cdn-cgi/challenge-platform/h/|__qrator|/qauth|ddos-guard/js-challenge|data-ddg-origin"
    r"|servicepipe\.ru/static|id_captcha_frame|_Incapsula_Resource|captcha-delivery\.com|awswaf\.com"
    r"|AwsWafIntegration|px-captcha|CheckboxCaptcha|challenge-form|challenge-stage|cf-browser-verification"
    r"|cf-captcha-container|checkcaptcha|showcaptcha|stormwall|variti|anubis_challenge|kpsdk|/_sec/cp_challenge",
)
CAPTCHA_BOX = (
    "//*[contains(@class,'g-recaptcha') or contains(@class,'h-captcha') or contains(@class,'smart-captcha')"
    " or contains(@id,'captcha') or contains(@name,'captcha') or contains(@class,'cf-turnstile')]"
)
PASSWORD = "//input[@type='password']"


def response_rejection(
    status: int, media_type: str | None, payload: bytes, redirect: tuple[str, str | None] = ("", None)
) -> Rejection | None:
    """Return why a response cannot contain an article, before its text is parsed; None if it can.

    `redirect` is the requested URL and the URL that the response redirects to.
    """
    if 300 <= status < 400:
        return Rejection("redirect to front page" if urls.redirects_to_front_page(*redirect) else "redirect")
    if status >= 400:
        return Rejection("error page")
    if not payload.strip():
        return Rejection("empty")
    if media_type is not None and media_type not in HTML_TYPES:
        return Rejection("not html")
    start = payload[:4096]
    if start.startswith(BINARY):
        return Rejection("not html")
    if (
        media_type not in ("text/html", "application/xhtml+xml")
        and not MARKUP.search(start)
        and not MARKUP.search(payload[:200_000])
    ):
        return Rejection("not html")
    return None


def blank_page_rejection(page: Page) -> Rejection:
    """Return why a page that prints no line is not an article."""
    if page.root is None:
        return Rejection("empty")
    if _is_challenge(page):
        return Rejection("captcha")
    if page_type.waits_for_script(page, ()):
        return Rejection("unrendered")
    return Rejection("no text" if page.title else "empty")


def page_rejection(
    page: Page, head: Headline | None, text: Sequence[Block], metadata: Metadata
) -> Rejection | None:
    """Return why a page is not an article; None if it may be one."""
    content = page_text.page_content(page, head, text, metadata)
    found = _soft_404(page, head, content) or _wall(page, content) or _paywall(content, metadata)
    if found is not None:
        return Rejection(found)
    is_verse = _is_verse(page, head, text, content)
    if is_verse:
        pass  # verse, results and lists have no sentences, and are texts all the same
    elif content.text_length <= NEGLIGIBLE or page_type.has_no_text(page, head, text, content):
        found = page_type.media_page_type(page, head, content, metadata)
        if found is not None:
            return Rejection(found)
    elif page_type.is_video(page, head, content, metadata):
        return Rejection("video page")
    if listing.is_listing(page, head, text, content, metadata):
        return Rejection("front page" if page_type.is_front_page(page, head, content) else "section page")
    if ((content.text_length <= NEGLIGIBLE and not is_verse) or not text) and page_type.waits_for_script(
        page, content.sentences
    ):
        return Rejection("unrendered")
    return None


def _soft_404(page: Page, head: Headline | None, content: PageContent) -> str | None:
    """Return "soft 404" if headline and text say that the page does not exist, else None."""
    words = rejection_phrases.PHRASES_BY_REASON["soft 404"]
    if head is None or head.block is None or not page_text.is_mostly_phrase(head.text, words):
        return None
    below = page_text.sentences(page_text.lines_below(page, head.block, content.linked_headlines), head.block)
    if page_text.news_length(below) > MAX_WALL_NEWS:
        return None
    says = any(page_text.opens_with_phrase(sentence, words) for sentence in below)
    return "soft 404" if says else None


def _wall(page: Page, content: PageContent) -> str | None:
    """Return the kind of wall that a page is, by its headings, sentences and markup; None if it is none."""
    if content.news_length > (
        MAX_WALL_NEWS_IF_ARTICLE
        if content.is_article
        else min(MAX_WALL_NEWS, max(2 * MAX_WALL_NEWS_IF_ARTICLE, content.total_length // 2))
    ):
        return None
    best, most = None, 0.0
    for kind in rejection_phrases.PHRASES_BY_REASON:
        heading, matching = content.has_heading_of(kind), content.count_sentences(kind)
        # beside news, script errors do not make an error page
        if kind == "error page" and (content.news_headline is not None or content.news_length > NEGLIGIBLE):
            matching -= sum(_is_complaint(sentence) for sentence in content.sentences)
        built = _has_markup_of(page, kind) if content.news_length <= NEGLIGIBLE or heading else False
        if content.news_headline is None:
            is_kind = heading or (built and matching) or matching >= 2
            is_kind = is_kind or (kind != "consent wall" and 0 < len(content.sentences) <= 2 * matching)
        else:
            is_kind = (
                matching >= 2 and not content.is_article and content.news_length * 3 <= content.total_length
            )
        weight = 2.0 * heading + min(matching, 3) + 1.5 * built
        if is_kind and weight > most:
            best, most = kind, weight
    if (
        best is None
        and content.news_headline is None
        and content.news_length <= NEGLIGIBLE
        and content.total_length < 200
        and _is_challenge(page)
    ):
        return "captcha"
    return best


def _is_complaint(sentence: str) -> bool:
    return rejection_phrases.PHP_ERROR.match(sentence) is not None and page_text.opens_with_phrase(
        sentence, rejection_phrases.PHRASES_BY_REASON["error page"]
    )


def _paywall(content: PageContent, metadata: Metadata) -> str | None:
    """Return "paywall" for a headline with nothing below it but an offer to pay, else None."""
    offers = sum(
        page_text.opens_with_phrase(sentence, rejection_phrases.PAYWALL_OFFER)
        for sentence in content.sentences
    )
    offers += sum(
        page_text.is_mostly_phrase(heading, rejection_phrases.PAYWALL_OFFER) for heading in content.headings
    )
    if content.text_length > NEGLIGIBLE or not offers:
        return None
    cut = any(paywall.CUT_OFFERS.match(sentence.lower()) for sentence in content.sentences)
    return "paywall" if cut or offers >= 2 or metadata.is_free is False else None


def _is_verse(page: Page, head: Headline | None, text: Sequence[Block], content: PageContent) -> bool:
    """Return whether a text right below its headline is many lines that are no sentences: lyrics, results, a list."""
    if head is None or head.block is None:
        return False
    below = {block.order for block in page_text.lines_below(page, head.block, content.linked_headlines)}
    lines = [
        block
        for block in text
        if block.order in below and not (page_text.is_appeal(block) or page_text.opens_with_link(block))
    ]
    return len(lines) >= MIN_VERSE_LINES and sum(len(block.text) for block in lines) >= MIN_VERSE


def _has_markup_of(page: Page, kind: str) -> bool:
    match kind:
        case "captcha":
            return bool(page.root.xpath(CAPTCHA_BOX)) or _is_challenge(page)
        case "login":
            return bool(page.root.xpath(PASSWORD))
        case _:
            return False


def _is_challenge(page: Page) -> bool:
    """Return whether a page loads or draws what challenge pages do."""
    for element in page.root.iter("script", "form", "iframe", "div", "p"):
        markup = " ".join(str(value) for value in element.values())
        if element.tag == "script":
            markup += (element.text or "")[:5000]
        if CHALLENGE.search(markup[:6000]):
            return True
    return False
