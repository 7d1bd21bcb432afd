"""Reasons as codes with details, and their words: why a page is not an article, why an address gave no response.

Code compares codes. The index and WARC records store the words, so those of a code never change; a translation is
another table beside `WORDS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

# Results of an extraction, as in captures.reading. All other codes there say why it is not an article.
ARTICLE = "article"
ARTICLE_IN_PART = "article in part"  # what a paywall or a cut-off response left of a known text

ANOTHER_PAGE = "another page"  # nothing of the known article is at the address
ANSWERED = "answered"  # an error status
CUT_OFF = "cut off"  # the response is incomplete
REDIRECTED = "redirected"
REDIRECTED_TO_FRONT_PAGE = "redirected to front page"
TRANSFORMED = "transformed"  # by a proxy
SECTION_PAGE = "section page"  # a listing of the source, whatever the extractor takes it for
NOT_READ = "not read"
UNAPPLIED = "unapplied"  # extracted, but the result could not be stored in the index
UNREADABLE = "unreadable"  # extraction exceeded a limit or ended its process
EXTRACTOR_ERROR = "extractor error"  # a bug of the extractor that this page triggers

# Of requests without a usable response.
FORBIDDEN = "forbidden"  # by robots.txt: not requested
NO_ROBOTS_TXT = "robots.txt unavailable"  # which forbids all (RFC 9309 section 2.3.1.4)
HOST_NOT_FOUND = "host not found"
CONNECTION_REFUSED = "connection refused"
CONNECTION_LOST = "connection lost"
TLS_FAILED = "TLS failed"
TIMEOUT = "timeout"
TRUNCATED = "truncated"
TOO_LONG = "too long"
NO_WEB_ADDRESS = "no web address"
REDIRECTED_OFF_WEB = "redirected off the web"
REDIRECT_LOOP = "redirect loop"
TOO_MANY_REDIRECTS = "too many redirects"
PRIVATE_ADDRESS = "private address"  # nothing was sent to it
HOST_UNRESPONSIVE = "host unresponsive"  # its other addresses are left for the next crawl
LONG_PAUSES = "long pauses"  # likewise
# Nothing was sent to the address, so these say nothing about the page there.
NOT_SENT = frozenset({FORBIDDEN, NO_ROBOTS_TXT, PRIVATE_ADDRESS, HOST_UNRESPONSIVE, LONG_PAUSES})

# Why an article is unavailable: the values of articles.state_reason. "not found" is also that of a removed article.
STATE_REASONS = (
    "soft 404",
    "block page",
    "captcha",
    "consent wall",
    "paywall",
    "geo-block",
    "legal reasons",
    "login",
    "server error",
    "no answer",
    "not found",
    "redirect to front page",
    "redirect to section",
    "redirect",
    "front page",
    "section page",
    "another page",
    "parked page",
    "incomplete",
    "unrendered",
    "no text",
    "not html",
    "unreadable",
    "error answer",
)
_REASONS_OF_STATUS = {
    "401": "login",
    "402": "paywall",
    "403": "block page",
    "404": "not found",
    "407": "login",
    "410": "not found",
    "429": "block page",
    "451": "legal reasons",
}
_STATE_REASON_OF: Mapping[str, str] = {  # of codes that are not in STATE_REASONS
    REDIRECTED_TO_FRONT_PAGE: "redirect to front page",
    REDIRECTED: "redirect",
    CUT_OFF: "incomplete",
    TRUNCATED: "incomplete",
    TOO_LONG: "incomplete",
    ARTICLE_IN_PART: "incomplete",
    TRANSFORMED: "another page",
    "gallery": "another page",
    "video page": "another page",
    "empty": "no text",
    "error page": "server error",
    NOT_READ: "unreadable",
    UNAPPLIED: "unreadable",
    UNREADABLE: "unreadable",
    EXTRACTOR_ERROR: "unreadable",
    HOST_NOT_FOUND: "no answer",
    CONNECTION_REFUSED: "no answer",
    CONNECTION_LOST: "no answer",
    TLS_FAILED: "no answer",
    TIMEOUT: "no answer",
    NO_WEB_ADDRESS: "redirect",
    REDIRECTED_OFF_WEB: "redirect",
    REDIRECT_LOOP: "redirect",
    TOO_MANY_REDIRECTS: "redirect",
}

# Codes that are not their own words; `{}` is the detail. An earlier line takes precedence when words are parsed.
WORDS: Mapping[str, str] = {
    REDIRECTED_OFF_WEB: "redirected to {}, which is not a web address",
    ANSWERED: "answered {}",
    CUT_OFF: "answer cut off ({})",
    REDIRECTED_TO_FRONT_PAGE: "redirected to the front page, {}",
    REDIRECTED: "redirected to {}",
    TRANSFORMED: "changed on the way (203)",
    UNAPPLIED: "unsettled: {}",
    UNREADABLE: "unreadable: {}",
    EXTRACTOR_ERROR: "unreadable ({})",
    FORBIDDEN: "robots.txt forbids it",
    NO_ROBOTS_TXT: "could not fetch robots.txt ({})",
    HOST_NOT_FOUND: "host name not found (DNS)",
    TLS_FAILED: "TLS connection failed",
    TIMEOUT: "no complete response in time",
    TRUNCATED: "response truncated",
    TOO_LONG: "response longer than the limit",
    NO_WEB_ADDRESS: "not a web address",
    TOO_MANY_REDIRECTS: "more than {} redirects",
    PRIVATE_ADDRESS: "{}, a private address that this crawl may not request",
    HOST_UNRESPONSIVE: "{} did not respond to many addresses in a row: it is left for the next crawl",
    LONG_PAUSES: "{} asks for long pauses: it is left for the next crawl",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason: its code and, if the words of the code have a place for it, a detail."""

    code: str
    detail: str | None = None

    @classmethod
    def parse(cls, words: str) -> Self:
        """Return the reason with these words; unknown words are a code of their own."""
        for code, template in WORDS.items():
            begin, mark, end = template.partition("{}")
            if not mark and words == template:
                return cls(code)
            if mark and len(words) >= len(begin + end) and words.startswith(begin) and words.endswith(end):
                return cls(code, words[len(begin) : len(words) - len(end)])
        return cls(words)

    @property
    def words(self) -> str:
        """Return the reason in words, as the index stores it and people read it."""
        return WORDS.get(self.code, self.code).replace("{}", self.detail or "", 1)


def state_reason(reason: Reason | None) -> str:
    """Return the code in STATE_REASONS for what came in place of an article; None is a request without a response."""
    if reason is None:
        return "no answer"
    if reason.code == ANSWERED:
        status = reason.detail or ""
        return _REASONS_OF_STATUS.get(status, "server error" if status.startswith("5") else "error answer")
    if reason.code in STATE_REASONS:
        return reason.code
    return _STATE_REASON_OF.get(reason.code, "no answer")


def words_begin(code: str) -> str:
    """Return how the words of a code begin, before any detail."""
    return WORDS.get(code, code).partition("{}")[0]
