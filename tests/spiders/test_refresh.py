"""Pages that send their readers elsewhere by themselves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.http.capture import Capture
from spiders.discovery.refresh import refresh_target

URL = "https://news.example/world/1.html"


def captured(head: str, *, content_type: str = "text/html; charset=utf-8", body: str = "") -> Capture:
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    header = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode()
    return Capture(URL, datetime(2022, 1, 10, 12, tzinfo=UTC), header + page.encode())


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=/new/1.html", "https://news.example/new/1.html"),
        ("0;URL='/new/1.html'", "https://news.example/new/1.html"),
        ("0.5 , url = 2.html", "https://news.example/world/2.html"),
        ("1 /new/1.html", "https://news.example/new/1.html"),
        ("; url=//www.news.example/1", "https://www.news.example/1"),
        (r"0; url=\new\1.html", "https://news.example/new/1.html"),
        ("0; url=https://news.example/мир/1", "https://news.example/мир/1"),
        ("0", None),
        ("0; url=", None),
        ("0; url=1.html#top", None),
        ("300; url=/new/1.html", None),
        ("0; url=javascript:alert(1)", None),
        ("0; url=data:text/html,a", None),
        ("soon; url=/new/1.html", None),
    ],
)
def test_a_refresh_states_seconds_and_address(content: str, target: str | None) -> None:
    assert refresh_target(captured(f'<meta http-equiv="Refresh" content="{content}">')) == target


def test_a_refresh_counts_wherever_browsers_find_it() -> None:
    meta = '<meta http-equiv="refresh" content="0; url=/a">'
    assert refresh_target(captured('<base href="https://new.example/">' + meta)) == "https://new.example/a"
    assert refresh_target(captured("", body=meta)) == "https://news.example/a"
    assert refresh_target(captured(f"<!-- {meta} -->")) is None
    assert refresh_target(captured(f"<noscript>{meta}</noscript>")) is None
    assert refresh_target(captured(f"<script>'{meta}'</script>")) is None
    assert refresh_target(captured(meta, content_type="text/plain")) is None
    assert refresh_target(captured('<meta http-equiv="Content-Type" content="0; url=/a">')) is None
