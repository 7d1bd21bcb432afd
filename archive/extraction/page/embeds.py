"""Embedded posts of social networks: which element is one, and which of its text is the post itself."""

from __future__ import annotations

import re

from archive.extraction.normalize import clean
from archive.extraction.vocabulary import date_patterns
from archive.language.phrases import any_phrase

# Class names of the networks' own embed code.
EMBED_NAMES = re.compile(
    r"(?:^|[\s_-])(?:twitter-(?:tweet|video)|instagram-media|tiktok-embed|bluesky-embed|fb-post"
    r"|fb-xfbml-parse-ignore|mastodon-embed|text-post-media|tgme_widget_message(?:_text)?|telegram-post"
    r"|vk_post)(?:$|\s)",
    re.I,
)
SIGNATURE = re.compile(r"(?P<who>[—–-]\s?.{1,100}?\(@[\w.]{1,50}\))(?:\s.{0,60})?")
TRAILING_LINKS = re.compile(
    r"(?:\s{0,3}(?:https?://)?(?:t\.co/\w{1,20}|pic\.(?:twitter|x)\.com/\w{1,20}|t\.me/[\w/]{1,60}))+$"
)
WIDGET_TEXT = any_phrase("widget_text")


def post_text(text: str) -> str:
    """Return the text of a line of a post, without its date and trailing short links; "" if it is only widget text."""
    signed = SIGNATURE.fullmatch(text)
    if signed is not None:
        return signed["who"]
    text = TRAILING_LINKS.sub("", text)
    folded = clean(text).casefold().strip(" .:…→")
    if not folded or WIDGET_TEXT.fullmatch(folded):
        return ""
    if len(text) <= 80 and sum(end - start for start, end in date_patterns.find_date_spans(text)) * 2 > len(
        text
    ):
        return ""
    return text
