"""Rate limits, Retry-After, and the guard against private networks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import Response

from spiders.crawl.politeness import Guard, retry_after, server_time
from spiders.fetch.rate_limit import MAX_WAIT_SECONDS, Backoff, RateLimiter

NOW = 1_641_808_500.0  # 2022-01-10T09:55:00Z


@pytest.fixture
def pace(tmp_path: Path) -> Iterator[RateLimiter]:
    pace = RateLimiter(tmp_path / "pace.db")
    yield pace
    pace.close()


def test_a_host_is_free_once_and_then_after_the_delay(pace: RateLimiter) -> None:
    assert pace.reserve("a.example", 2.0, NOW) == 0
    assert pace.reserve("a.example", 2.0, NOW + 0.5) == pytest.approx(1.5)
    assert pace.reserve("a.example", 2.0, NOW + 2.0) == 0


def test_each_host_has_its_own_rate_limit(pace: RateLimiter) -> None:
    pace.reserve("a.example", 2.0, NOW)
    assert pace.reserve("b.example", 2.0, NOW) == 0


def test_two_processes_share_one_rate_limit(pace: RateLimiter, tmp_path: Path) -> None:
    other = RateLimiter(tmp_path / "pace.db")
    assert pace.reserve("a.example", 2.0, NOW) == 0
    assert other.reserve("a.example", 2.0, NOW + 1.0) == pytest.approx(1.0)
    other.close()


def test_a_host_that_asked_for_a_pause_gets_it(pace: RateLimiter) -> None:
    pace.pause_until("a.example", NOW + 30)
    assert pace.reserve("a.example", 1.0, NOW) == pytest.approx(30)


def test_a_clock_set_back_stops_no_crawl(pace: RateLimiter) -> None:
    pace.reserve("a.example", 1.0, NOW)
    assert pace.reserve("a.example", 1.0, NOW - 10 * MAX_WAIT_SECONDS) == 0


def test_a_pause_requested_after_the_clock_was_set_back_is_observed(pace: RateLimiter) -> None:
    pace.reserve("a.example", 1.0, NOW + 70 * 365 * 86_400)
    pace.pause_until("a.example", NOW + 30)
    assert pace.reserve("a.example", 1.0, NOW) == pytest.approx(30)


def test_a_pause_is_not_made_shorter_by_another(pace: RateLimiter) -> None:
    pace.pause_until("a.example", NOW + 30)
    pace.pause_until("a.example", NOW + 5)
    assert pace.reserve("a.example", 1.0, NOW) == pytest.approx(30)
    pace.reserve("b.example", 2 * MAX_WAIT_SECONDS, NOW)
    pace.pause_until("b.example", NOW + 5, 2 * MAX_WAIT_SECONDS)
    assert pace.reserve("b.example", 2 * MAX_WAIT_SECONDS, NOW) == pytest.approx(2 * MAX_WAIT_SECONDS)


def test_the_waits_for_an_overloaded_host_grow_until_it_answers() -> None:
    backoff = Backoff()
    now, waits = NOW, []
    for _ in range(4):
        waits.append(backoff.next_wait("a.example", 5.0, now))
        now += waits[-1]
    assert waits == [5.0, 15.0, 45.0, 135.0]
    assert backoff.next_wait("b.example", 1.0, now) == 1.0
    backoff.reset("a.example", now)
    assert backoff.next_wait("a.example", 5.0, now) == 5.0


def test_answers_to_requests_sent_before_a_wait_do_not_change_it() -> None:
    backoff = Backoff()
    backoff.next_wait("a.example", 8.0, NOW)
    assert backoff.next_wait("a.example", 8.0, NOW + 2) == pytest.approx(6.0)
    backoff.reset("a.example", NOW + 3)
    assert backoff.next_wait("a.example", 8.0, NOW + 8) == pytest.approx(24.0)


def test_a_retry_after_is_counted_from_the_servers_own_date() -> None:
    dated = Response("http://a.example/", headers={"Date": "Mon, 10 Jan 2022 09:55:00 GMT"})
    assert retry_after("Mon, 10 Jan 2022 09:56:30 GMT", server_time(dated)) == 90.0
    for stated in ("", "yesterday"):
        undated = Response("http://a.example/", headers={"Date": stated})
        assert abs(server_time(undated) - time.time()) < 60


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 10 Jan 2022 09:56:30 GMT", 90.0),
        ("Mon, 10 Jan 2022 09:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        (None, None),
    ],
)
def test_retry_after_has_two_forms(stated: str | None, seconds: float | None) -> None:
    assert retry_after(stated, NOW) == seconds


@pytest.mark.parametrize(
    ("url", "ip", "allowed"),
    [
        ("http://news.example/", "93.184.215.14", True),
        ("http://news.example/", "127.0.0.1", False),
        ("http://news.example/", "10.0.0.7", False),
        ("http://news.example/", "169.254.169.254", False),
        ("http://news.example/", "::1", False),
        ("http://news.example/", "::ffff:127.0.0.1", False),
        ("http://127.0.0.1:8000/a", "127.0.0.1", True),
        ("http://127.0.0.1:8001/a", "127.0.0.1", False),
        ("http://127.1:8000/a", "127.0.0.1", True),
        ("http://127.0.0.1:8000/a", "127.0.0.2", False),
        ("http://localhost:8000/a", "127.0.0.1", False),
        ("http://named.example/a", "127.0.0.1", False),
        ("http://named.example/a", "10.0.0.5", False),
    ],
)
def test_only_the_ip_address_written_in_the_source_file_may_be_private(
    url: str, ip: str, allowed: bool
) -> None:
    guard = Guard(("http://127.0.0.1:8000/world/", "http://named.example/world/"))
    assert guard.is_allowed(Request(url), ip) is allowed


@pytest.mark.parametrize(
    ("ip", "allowed"),
    [
        ("10.0.0.7", True),
        ("10.255.255.255", True),
        ("::ffff:10.0.0.7", True),
        ("fd12:3456::1", True),
        ("93.184.215.14", True),
        ("127.0.0.1", False),
        ("192.168.0.1", False),
        ("fd13::1", False),
        ("::1", False),
    ],
)
@pytest.mark.parametrize(
    "url", ["http://news.example/a", "https://elsewhere.example/", "http://10.0.0.7:8080/"]
)
def test_networks_allowed_by_the_source_file_may_be_requested(url: str, ip: str, allowed: bool) -> None:
    guard = Guard(("http://news.example/",), (ip_network("10.0.0.0/8"), ip_network("fd12:3456::/32")))
    assert guard.is_allowed(Request(url), ip) is allowed
