"""Addresses: many spellings, one canonical form."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.urls import (
    canonical,
    host_of,
    is_amp,
    is_private_address,
    is_web_url,
    numbered_clue,
    private_address,
)


@pytest.mark.parametrize(
    ("spelled", "key"),
    [
        ("HTTP://News.Example:80", "http://news.example/"),
        ("https://news.example:443/a", "https://news.example/a"),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("https://news.example./a#comments", "https://news.example/a"),
        ("https://новости.укр/мир", "https://xn--b1amnebsh.xn--j1amh/%D0%BC%D0%B8%D1%80"),
        ("https://news.example/%d0%bc%7eir", "https://news.example/%D0%BC~ir"),
        ("https://news.example/100%", "https://news.example/100%25"),
        ("https://news.example/a/./b/../c", "https://news.example/a/c"),
        ("https://news.example/a/..", "https://news.example/"),
        ("https://news.example/%2e%2e/a", "https://news.example/a"),
        ("  https://news.example/a\n", "https://news.example/a"),
        ("https://news.example/a b", "https://news.example/a%20b"),
        ("https://news.example\\a\\b", "https://news.example/a/b"),
        ("https://user:secret@news.example/a", "https://news.example/a"),
        ("http://127.1/", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://[0:0:0:0:0:0:0:1]:8000/a", "http://[::1]:8000/a"),
        ("https://news.example/?id=5&utm_source=x&page=2", "https://news.example/?id=5&page=2"),
        ("https://news.example/a?fbclid=1&YCLID=2&_openstat=3&gclid=4", "https://news.example/a"),
        ("https://news.example/a?from=main&id=5", "https://news.example/a?id=5"),
        ("https://news.example/a?from=from_main_12", "https://news.example/a"),
        ("https://news.example/a?b&a=", "https://news.example/a?b&a="),
        ("https://news.example/a?", "https://news.example/a"),
        ("https://news.example/a?q=%D0%B0+б", "https://news.example/a?q=%D0%B0+%D0%B1"),
    ],
)
def test_spellings_of_one_address_have_one_key(spelled: str, key: str) -> None:
    assert canonical(spelled) == key


def test_addresses_that_differ_in_what_they_ask_stay_apart() -> None:
    pairs = [
        ("https://news.example/a?id=1", "https://news.example/a?id=2"),
        ("https://news.example/a/b", "https://news.example/a%2Fb"),
        ("https://news.example/a?from=20", "https://news.example/a"),
        ("https://news.example/a?from=2022-01-10", "https://news.example/a"),
        ("https://news.example/A", "https://news.example/a"),
        ("https://news.example/a/", "https://news.example/a"),
        ("https://news.example/?a=1&b=2", "https://news.example/?b=2&a=1"),
    ]
    assert all(canonical(one) != canonical(other) for one, other in pairs)


_TEXT = st.text(st.characters(codec=None), max_size=40)
_WEB = st.builds(
    "{}://{}{}/{}?{}#{}".format,
    st.sampled_from(["http", "HTTPS", "https"]),
    st.sampled_from(["news.example", "НОВИНИ.укр", "127.0.0.1", "[::1]", "a.b.c.", "x_y.example"]),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    _TEXT,
    _TEXT,
    _TEXT,
)


@given(
    st.one_of(
        _TEXT, _WEB, _TEXT.map(lambda text: "http://" + text), _TEXT.map(lambda text: "https://a/" + text)
    )
)
@example("http://²")
def test_canonical_twice_is_canonical_once(url: str) -> None:
    if is_web_url(url):
        key = canonical(url)
        assert canonical(key) == key
        assert is_web_url(key)
        assert host_of(key) == host_of(url)
        assert key.isascii()
    else:
        assert host_of(url) == ""
        with pytest.raises(ValueError, match="not a web address"):
            canonical(url)


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "a",
        "/a",
        "//a/b",
        "mailto:a@b",
        "javascript:void(0)",
        "ftp://a/",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
        "http://a:b/",
        "http://a:99999/",
        "http:///a",
        "data:text/html,x",
        "http://a b/",
        "http://%00/",
    ],
)
def test_what_is_no_web_address_is_refused(junk: str) -> None:
    assert not is_web_url(junk)


def test_the_host_is_what_a_browser_would_ask() -> None:
    assert host_of("https://user@News.Example:8443/a") == "news.example"
    assert host_of("http://good.example\\@evil.example/") == "good.example"
    assert host_of("http://evil.example#@good.example/") == "evil.example"
    assert host_of("http://0x7f.1/") == "127.0.0.1"
    assert host_of("http://[::1]:80/") == "::1"


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "100.64.0.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::808:808",
        "::10.0.0.1",
        "::ffff:0:10.0.0.1",
        "fec0::1",
        "[::1]",
    ],
)
def test_addresses_no_stranger_may_lead_to(ip: str) -> None:
    assert is_private_address(ip)


@pytest.mark.parametrize(
    "ip", ["8.8.8.8", "1.1.1.1", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_the_open_net_is_open(ip: str) -> None:
    assert not is_private_address(ip)


@pytest.mark.parametrize(
    ("ip", "private"),
    [
        ("10.0.0.5", "10.0.0.5"),
        ("::ffff:10.0.0.5", "10.0.0.5"),
        ("64:ff9b::10.0.0.5", "10.0.0.5"),
        ("2002:a00:5::1", "10.0.0.5"),
        ("::1", "::1"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_the_private_address_is_the_one_that_a_packet_reaches(ip: str, private: str) -> None:
    assert str(private_address(ip)) == private


def test_a_name_is_no_ip_address() -> None:
    with pytest.raises(ValueError, match="news"):
        is_private_address("news.example")


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://a.example/n/1;jsessionid=1A2B3C4D?x=1", "http://a.example/n/1?x=1"),
        ("http://a.example/n;JSESSIONID=1A.node2/1", "http://a.example/n/1"),
        ("http://a.example/n?id=1&PHPSESSID=abc&sid=0123456789abcdef0123", "http://a.example/n?id=1"),
        ("http://a.example/n?ASPSESSIONIDQQ=ABC&id=1", "http://a.example/n?id=1"),
        ("http://a.example/n?sid=12345", "http://a.example/n?sid=12345"),
        (
            "http://a.example/n?session=spring-parliament-session",
            "http://a.example/n?session=spring-parliament-session",
        ),
        ("http://a.example/n;v=1", "http://a.example/n;v=1"),
    ],
)
def test_sessions_do_not_tell_addresses_apart(url: str, key: str) -> None:
    assert canonical(url) == key


@pytest.mark.parametrize(
    ("host", "ascii_host"),
    [
        ("надвор’е.бел", "xn--80aeff0bjo6418c.xn--90ais"),
        ("i❤.example", "xn--i-7iq.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("Новости。рф", "xn--b1amnebsh.xn--p1ai"),
    ],
)
def test_host_names_are_encoded_as_browsers_do(host: str, ascii_host: str) -> None:
    assert host_of(f"http://{host}/world/") == ascii_host


def test_a_label_too_long_for_dns_is_no_host() -> None:
    assert not is_web_url(f"http://{'❤' * 60}.example/")


@pytest.mark.parametrize(
    ("url", "clue"),
    [
        ("https://news.example/news/73215-storm-warning", "news.example/news/73215"),
        ("https://www.news.example/news/73215-storm-warning", "news.example/news/73215"),
        ("https://news.example/2024/05/storm-warning-73215.html", "news.example/2024/05/73215"),
        ("https://news.example/news/73215/storm-warning/", "news.example/news/73215"),
        ("https://news.example/news/20240512-73215-storm", "news.example/news/73215"),
        ("https://news.example/news/73215?page=2", None),
        ("https://news.example/news/20240512/storm-warning", None),
        ("https://news.example/2024/storm-warning", None),
        ("https://news.example/live/12345/post-99999", None),
        ("https://news.example/storm-warning", None),
    ],
)
def test_the_number_of_a_story_stays_when_its_slug_changes(url: str, clue: str | None) -> None:
    assert numbered_clue(url) == clue


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.example/amp/a", True),
        ("https://amp.news.example/a", True),
        ("https://news.example/a?amp=1", True),
        ("https://news.example/a/amp", True),
        ("https://news.example/camp/a?id=1", False),
    ],
)
def test_an_amp_page_is_known_by_its_address(url: str, expected: bool) -> None:
    assert is_amp(url) is expected
