"""Snapshot addresses are built and parsed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.replay.urls import parse_snapshot_path, parse_timestamp, resolve_url, snapshot_path

AT = datetime(2022, 1, 10, 9, 55, tzinfo=UTC)


def test_the_query_of_an_archived_address_belongs_to_it() -> None:
    found = parse_snapshot_path("20220110095500/https://host.example/p?a=1&b=2")
    assert found is not None
    assert (found.url, found.form, found.at) == ("https://host.example/p?a=1&b=2", "page", AT)


def test_slashes_that_a_proxy_joined_are_restored() -> None:
    found = parse_snapshot_path("20220110095500if_/https:/host.example//p")
    assert found is not None
    assert (found.url, found.form) == ("https://host.example//p", "frame")


@pytest.mark.parametrize(
    "target",
    [
        "x/http://h/",
        "20221310000000/http://h/",
        "2022/",
        "20220110095500zz_/http://h/",
        "202201100/http://h/",
        "٢٠٢٢/http://h/",
        "20220110095500/ftp://h/x",
        "",
    ],
)
def test_an_invalid_timestamp_or_url_is_no_snapshot(target: str) -> None:
    assert parse_snapshot_path(target) is None


def test_a_shortened_timestamp_means_its_earliest_time() -> None:
    assert parse_timestamp("2022") == datetime(2022, 1, 1, tzinfo=UTC)
    assert parse_timestamp("202203") == datetime(2022, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stated", "meant"),
    [
        ("p?q=Мир", "http://h.example/a/p?q=%CC%E8%F0"),
        ("//cdn.example/x", "http://cdn.example/x"),
        ("../../../../etc", "http://h.example/etc"),
        ("https://x.example/a/%2e%2e/%2E%2E/b", "https://x.example/b"),
        ("java\tscript:alert(1)", None),
        ("data:text/html,x", None),
        ("mailto:a@b", None),
        ("http://[broken", None),
        ("#top", "http://h.example/a/b#top"),
    ],
)
def test_an_address_means_what_it_means_in_a_browser(stated: str, meant: str | None) -> None:
    assert resolve_url(stated, "http://h.example/a/b", "windows-1251") == meant


@given(st.text(max_size=60))
@settings(deadline=None)
def test_an_archived_url_cannot_escape_the_snapshot_path(stated: str) -> None:
    url = resolve_url(stated, "http://h.example/")
    if url is not None:
        address = snapshot_path(url, AT)
        assert address.startswith("/snapshot/20220110095500/http")
        assert not any(segment in (".", "..") for segment in address.partition("?")[0].split("/"))
        assert not set(address) & set(' \t\n"<>\\#')
