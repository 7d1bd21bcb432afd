"""Fixtures that extract articles from a few lines of HTML, as pages of one outlet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from archive.extraction.extract import extract
from archive.extraction.model import Article, ListingEntry, Outlet, Rejection
from archive.http.capture import Capture

Reader = Callable[..., Article | Rejection]


@pytest.fixture
def read_page() -> Reader:
    """Return a function that extracts a page given as text or bytes, captured on 11 January 2022, 14:20 in Kyiv."""

    def extract_page(
        page: str | bytes,
        *,
        outlet: Outlet | None = None,
        listed: ListingEntry | None = None,
        content_type: str = "text/html; charset=utf-8",
        status: int = 200,
        url: str = "https://news.example/world/a.html",
        fetched_at: datetime = datetime(2022, 1, 11, 12, 20, tzinfo=UTC),
    ) -> Article | Rejection:
        payload = page.encode("utf-8", "surrogatepass") if isinstance(page, str) else page
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: {content_type}\r\n\r\n".encode()
        capture = Capture(url, fetched_at, head + payload)
        return extract(capture, outlet or Outlet("Europe/Kyiv", ("ru", "uk")), listed)

    return extract_page
