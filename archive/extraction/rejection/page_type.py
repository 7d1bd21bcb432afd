"""Recognize pages without a text: front pages, galleries, videos, and pages that a script has yet to render."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from archive import urls
from archive.extraction.fields.headline import SEPARATORS, Headline
from archive.extraction.metadata.collect import Metadata
from archive.extraction.normalize import comparable
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.rejection import page_text
from archive.extraction.rejection.page_text import PageContent
from archive.extraction.vocabulary import rejection_phrases

NEGLIGIBLE = 25  # characters; fewer say nothing
MIN_GALLERY_PICTURES = 5  # pictures without text between them
MAX_VIDEO_DESCRIPTION = 160  # characters
PLAYER = re.compile(
    r"youtube(?:-nocookie)?\.com/embed|player\.vimeo\.com|rutube\.ru/(?:play/embed|embed|video/embed)"
    r"|(?:vk\.com|vkvideo\.ru)/video_ext|ok\.ru/videoembed|dailymotion\.com/embed|dzen\.ru/embed"
    r"|player|embed/video|videoembed",
    re.I,
)
PLAYER_NAMES = re.compile(r"(?:^|[\s_-])(?:video-js|jwplayer|plyr|video-?player|player)(?:$|[\s_-])", re.I)
ASIDE = frozenset(("aside", "footer", "nav", "header"))
ASIDE_NAMES = re.compile(r"sidebar|side-?bar|footer|related|popular|recommend|comment", re.I)
FRONT_NAMES = frozenset(
    ("главная", "главная страница", "главное", "головна", "галоўная", "басты бет", "home", "front page")
)
MOUNT_IDS = frozenset(
    ("root", "app", "__next", "__nuxt", "___gatsby", "react-root", "app-root", "svelte", "main-app", "q-app")
)
LOADING_NAMES = re.compile(r"skeleton|spinner|preloader|loader|loading|placeholder", re.I)
SCRIPT_REDIRECT = re.compile(
    r"(?:window|document|top|self)?\.?location(?:\.href)?\s*=|location\.(?:replace|reload)\(", re.I
)


def has_no_text(page: Page, head: Headline | None, text: Sequence[Block], content: PageContent) -> bool:
    """Return whether there is no text below the headline, neither in the selected lines nor in the others."""
    if content.news_headline is None or head is None or head.block is None:
        return False
    start = head.block.order
    candidates = [
        block
        for block in page_text.lines_below(page, head.block, content.linked_headlines)
        if not (page_text.is_appeal(block) or page_text.opens_with_link(block))
    ]
    sentences = [
        one
        for one in page_text.sentences(candidates, head.block)
        if page_text.SENTENCE_END.search(one) is not None
    ]
    if page_text.news_length(sentences, including_advice=True) > NEGLIGIBLE:
        return False
    lines = [block for block in text if block.order > start and not page_text.is_appeal(block)]
    teasers = [block for block in lines if page_text.opens_with_link(block)]
    if len(teasers) > 1 and len(teasers) == len(lines):
        return True
    return not lines


def media_page_type(
    page: Page, head: Headline | None, content: PageContent, metadata: Metadata
) -> str | None:
    """Return "gallery" or "video page" for a page without a text of its own; None if it is neither."""
    if head is None or (content.news_headline is None and len(head.text) < 12):
        return None
    if _count_pictures(page, head, content) >= MIN_GALLERY_PICTURES:
        return "gallery"
    return "video page" if _has_player(page, head) else None


def is_video(page: Page, head: Headline | None, content: PageContent, metadata: Metadata) -> bool:
    """Return whether a page is a video with at most a line of description."""
    is_film = not content.is_declared and (
        "videoobject" in metadata.types or any(kind.startswith("video") for kind in metadata.types)
    )
    if content.text_length > (MAX_VIDEO_DESCRIPTION if is_film else 25):
        return False
    return head is not None and _has_player(page, head)


def is_front_page(page: Page, head: Headline | None, content: PageContent) -> bool:
    """Return whether a listing is the site's front page, whatever its URL."""
    addresses = [page.url]
    for element in page.root.iter("link", "meta"):
        if "canonical" in (element.get("rel") or "").lower().split():
            addresses.append(element.get("href") or "")
        elif element.get("property") == "og:url":
            addresses.append(element.get("content") or "")
    if any(urls.is_front_page(url) for url in addresses):
        return True
    printed = {comparable(block.text) for block in page.blocks if block.level == 1} - FRONT_NAMES
    return (bool(content.site_names) or not printed) and (
        printed or {_main_part(page)}
    ) <= content.site_names | FRONT_NAMES


def _main_part(page: Page) -> str:
    return comparable(SEPARATORS.split(page.title)[0] or "")


def waits_for_script(page: Page, sentences: Sequence[str]) -> bool:
    """Return whether a page without a text waits for a script to render it, or only redirects."""
    for sentence in sentences:
        unquoted = rejection_phrases.QUOTATION.sub("", sentence)
        if rejection_phrases.LOADING.fullmatch(sentence) or rejection_phrases.NO_SCRIPT.search(unquoted):
            return True
    for element in page.root.iter("noscript", "div", "app-root", "frameset", "meta", "script", "base"):
        tag = element.tag
        if tag in ("frameset", "app-root"):
            return True
        if tag == "noscript" and rejection_phrases.NO_SCRIPT.search("".join(element.itertext())[:2000]):
            return True
        if tag == "meta" and (element.get("http-equiv") or "").lower() == "refresh" and _redirects(element):
            return True
        if tag == "script":
            source = element.get("src") or ""
            if SCRIPT_REDIRECT.search((element.text or "")[:2000]) or source.endswith("flutter_bootstrap.js"):
                return True
        if tag == "div" and (
            (element.get("id") or "") in MOUNT_IDS or LOADING_NAMES.search(element.get("class") or "")
        ):
            return True
    return False


def _redirects(refresh: Any) -> bool:
    return "url" in (refresh.get("content") or "").lower()


def _count_pictures(page: Page, head: Headline, content: PageContent) -> int:
    """Return how many pictures are between the headline and the first headline of another page."""
    start = head.block.order if head.block is not None else 0
    end = min(
        (block.order for block in content.linked_headlines if block.order > start),
        default=len(page.blocks) + 1,
    )
    ancestors = _headline_ancestors(head)
    return sum(start < mark.order <= end and not _is_aside(mark.element, ancestors) for mark in page.pictures)


def _has_player(page: Page, head: Headline) -> bool:
    ancestors = _headline_ancestors(head)
    for element in page.root.iter("video", "iframe", "embed", "object", "div"):
        tag = element.tag
        if tag == "video":
            found = True
        elif tag == "div":
            found = PLAYER_NAMES.search(element.get("class") or "") is not None
        else:
            found = PLAYER.search(element.get("src") or element.get("data-src") or "") is not None
        if found and not _is_aside(element, ancestors):
            return True
    return False


def _headline_ancestors(head: Headline) -> frozenset[Any]:
    """Return the elements around the headline: its <header> belongs to the article, not to the site."""
    return (
        frozenset(box.element for box in head.block.box.ancestors())
        if head.block is not None
        else frozenset()
    )


def _is_aside(element: Any, ancestors: frozenset[Any]) -> bool:
    for above in element.iterancestors():
        if above.tag == "body":
            return False
        if above in ancestors:
            continue
        if above.tag in ASIDE or ASIDE_NAMES.search(f"{above.get('class') or ''} {above.get('id') or ''}"):
            return True
    return False
