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
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.rejection import page_text, page_type, paywall
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
LITTLE = (
    30  # characters told by a page that is one of a wall all the same, where it is dated or called an article
)
MUCH = 300  # characters told by a page that is none, however much a wall's words outweigh them
NOTHING = 25  # characters told that are as good as none

# What challenges load or draw. Some of it stands on sound pages too, so it only counts where nothing is told.
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
) -> str | None:
    """Return why a response cannot contain an article, before its text is parsed; None if it can.

    `redirect` is the requested URL and the URL that the response redirects to.
    """
    if 300 <= status < 400:
        return "redirect to front page" if urls.redirects_to_front_page(*redirect) else "redirect"
    if status >= 400:
        return "error page"
    if not payload.strip():
        return "empty"
    if media_type is not None and media_type not in HTML_TYPES:
        return "not html"
    start = payload[:4096]
    if start.startswith(BINARY):
        return "not html"
    if (
        media_type not in ("text/html", "application/xhtml+xml")
        and not MARKUP.search(start)
        and not MARKUP.search(payload[:200_000])
    ):
        return "not html"
    return None


def blank_page_rejection(page: Page) -> str:
    """Return why a page that prints no line is not an article."""
    if page.root is None:
        return "empty"
    if _is_challenge(page):
        return "captcha"
    if page_type.waits_for_script(page, ()):
        return "unrendered"
    return "no text" if page.title else "empty"


def page_rejection(
    page: Page, head: Headline | None, text: Sequence[Block], metadata: Metadata
) -> str | None:
    """Return why a page is not an article; None if it may be one."""
    own = page_text.page_content(page, head, text, metadata)
    found = _gone(page, head, own) or _wall(page, own) or _paywall(own, metadata)
    if found is not None:
        return found
    if own.text_length <= NOTHING or page_type.has_no_text(page, head, text, own):
        found = page_type.media_page_type(page, head, own, metadata)
        if found is not None:
            return found
    elif page_type.is_video(page, head, own, metadata):
        return "video page"
    if page_type.is_listing(page, head, text, own, metadata):
        return "front page" if page_type.is_front_page(page, head, own) else "section page"
    if (own.text_length <= NOTHING or not text) and page_type.waits_for_script(page, own.sentences):
        return "unrendered"
    return None


def _gone(page: Page, head: Headline | None, content: PageContent) -> str | None:
    """Return "soft 404" if headline and text say that the page does not exist, else None."""
    words = rejection_phrases.PHRASES_BY_REASON["soft 404"]
    if head is None or head.block is None or not page_text.is_mostly_phrase(head.text, words):
        return None
    below = page_text.sentences(page_text.lines_below(page, head.block, content.linked_headlines), head.block)
    if page_text.news_length(below) > MUCH:
        return None
    says = any(page_text.opens_with_phrase(sentence, words) for sentence in below)
    return "soft 404" if says else None


def _wall(page: Page, own: PageContent) -> str | None:
    """Return the kind of wall that a page is, by its headings, sentences and markup; None if it is none."""
    if own.news_length > (LITTLE if own.is_article else min(MUCH, max(2 * LITTLE, own.total_length // 2))):
        return None
    best, most = None, 0.0
    for kind in rejection_phrases.PHRASES_BY_REASON:
        heading, said = own.has_heading_of(kind), own.count_sentences(kind)
        if (
            own.news_headline is not None and kind == "error page"
        ):  # what a script complains of beside news is none
            said -= sum(_is_complaint(sentence) for sentence in own.sentences)
        built = _is_built(page, kind) if own.news_length <= NOTHING or heading else False
        if own.news_headline is None:
            is_one = heading or (built and said) or said >= 2
            is_one = is_one or (kind != "consent wall" and 0 < len(own.sentences) <= 2 * said)
        else:
            is_one = said >= 2 and not own.is_article and own.news_length * 3 <= own.total_length
        weight = 2.0 * heading + min(said, 3) + 1.5 * built
        if is_one and weight > most:
            best, most = kind, weight
    if (
        best is None
        and own.news_headline is None
        and own.news_length <= NOTHING
        and own.total_length < 200
        and _is_challenge(page)
    ):
        return "captcha"
    return best


def _is_complaint(sentence: str) -> bool:
    return rejection_phrases.PHP_ERROR.match(sentence) is not None and page_text.opens_with_phrase(
        sentence, rejection_phrases.PHRASES_BY_REASON["error page"]
    )


def _paywall(own: PageContent, said: Metadata) -> str | None:
    """Return "paywall" for a headline with nothing below it but an offer to pay, else None."""
    offers = sum(
        page_text.opens_with_phrase(sentence, rejection_phrases.PAYWALL_OFFER) for sentence in own.sentences
    )
    offers += sum(
        page_text.is_mostly_phrase(heading, rejection_phrases.PAYWALL_OFFER) for heading in own.headings
    )
    if own.text_length > NOTHING or not offers:
        return None
    cut = any(paywall.CUT_OFFERS.match(sentence.lower()) for sentence in own.sentences)
    return "paywall" if cut or offers >= 2 or said.is_free is False else None


def _is_built(page: Page, kind: str) -> bool:
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
        told = " ".join(str(value) for value in element.values())
        if element.tag == "script":
            told += (element.text or "")[:5000]
        if CHALLENGE.search(told[:6000]):
            return True
    return False
