"""Until when a response is fresh, by its own headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from archive.http.capture import Capture
from archive.http.freshness import fresh_until

NOON = datetime(2022, 1, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ("", None),
        ("Cache-Control: public, max-age=600", 600),
        ('cache-control: Max-Age="600"', 600),
        ("Cache-Control: max-age=600\r\nAge: 500", 100),
        ("Cache-Control: max-age=600\r\nAge: 700", None),
        ("Cache-Control: max-age=600, no-cache", None),
        ("Cache-Control: private\r\nCache-Control: max-age=60", 60),
        ("Cache-Control: s-maxage=600", None),
        ("Cache-Control: max-age=0\r\nExpires: Mon, 10 Jan 2022 13:00:00 GMT", None),
        ("Cache-Control: max-age=soon", None),
        ("Expires: Mon, 10 Jan 2022 13:00:00 GMT", 3600),
        ("Date: Mon, 10 Jan 2022 12:30:00 GMT\r\nExpires: Mon, 10 Jan 2022 13:00:00 GMT", 1800),
        ("Expires: Mon, 10 Jan 2022 11:00:00 GMT", None),
        ("Expires: 0", None),
    ],
)
def test_fresh_until_as_stated(headers: str, seconds: int | None) -> None:
    head = f"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n".replace("\r\n\r\n\r\n", "\r\n\r\n")
    found = fresh_until(Capture("http://h.example/a.css", NOON, head.encode()))
    assert found == (None if seconds is None else NOON + timedelta(seconds=seconds))


def test_a_lifetime_longer_than_time_itself_ends_with_it() -> None:
    found = fresh_until(
        Capture("http://h.example/", NOON, b"HTTP/1.1 200 OK\r\nCache-Control: max-age=9999999999")
    )
    assert found is not None
    assert found.year > 2300
    longest = fresh_until(
        Capture(
            "http://h.example/",
            datetime.max.replace(tzinfo=UTC),
            b"HTTP/1.1 200 OK\r\nCache-Control: max-age=9",
        )
    )
    assert longest == datetime.max.replace(tzinfo=UTC)
