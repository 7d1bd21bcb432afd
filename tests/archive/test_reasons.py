"""Reasons: codes with details, and the words that the index and WARC records store."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extraction.model import Rejection
from archive.reasons import WORDS, Reason, words_begin


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason("answered", "403"), "answered 403"),
        (Reason("cut off", "disconnect"), "answer cut off (disconnect)"),
        (Reason("redirected", "http://a.example/"), "redirected to http://a.example/"),
        (
            Reason("redirected to front page", "http://a.example/"),
            "redirected to the front page, http://a.example/",
        ),
        (Reason("unapplied", "OverflowError: x"), "unsettled: OverflowError: x"),
        (
            Reason("unreadable", "it unpacks to more than 64 MiB"),
            "unreadable: it unpacks to more than 64 MiB",
        ),
        (Reason("extractor error", "TypeError"), "unreadable (TypeError)"),
        (Reason("transformed"), "changed on the way (203)"),
        (Reason("forbidden"), "robots.txt forbids it"),
        (Reason("robots.txt unavailable", "status 503"), "could not fetch robots.txt (status 503)"),
        (Reason("host not found"), "host name not found (DNS)"),
        (Reason("connection refused"), "connection refused"),
        (Reason("TLS failed"), "TLS connection failed"),
        (Reason("timeout"), "no complete response in time"),
        (Reason("truncated"), "response truncated"),
        (Reason("too long"), "response longer than the limit"),
        (Reason("redirected off the web", "ftp://x"), "redirected to ftp://x, which is not a web address"),
        (Reason("too many redirects", "5"), "more than 5 redirects"),
        (
            Reason("private address", "news.example is at 10.0.0.5"),
            "news.example is at 10.0.0.5, a private address that this crawl may not request",
        ),
        (
            Reason("host unresponsive", "news.example"),
            "news.example did not respond to many addresses in a row: it is left for the next crawl",
        ),
        (
            Reason("long pauses", "news.example"),
            "news.example asks for long pauses: it is left for the next crawl",
        ),
        (Reason("captcha"), "captcha"),
    ],
)
def test_stored_words_stay_the_same_and_are_read_as_their_reason(reason: Reason, words: str) -> None:
    assert reason.words == words
    assert Reason.parse(words) == reason
    assert Rejection.parse(words) == Rejection(reason.code, reason.detail)


@given(
    st.text()
    | st.builds(lambda code, detail: Reason(code, detail).words, st.sampled_from([*WORDS]), st.text())
)
def test_words_of_any_release_are_stored_again_as_they_were(words: str) -> None:
    assert Reason.parse(words).words == words


def test_the_words_of_a_code_can_be_searched_by_their_beginning() -> None:
    assert words_begin("unapplied") == "unsettled: "
    assert words_begin("captcha") == "captcha"
