"""Every article of the demo site: its extracted HTML has exactly its paragraphs."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from archive.extraction.extract import extract
from archive.extraction.model import Article, Outlet
from archive.http.capture import Capture
from newsarchive.demo_site import OPENING, DemoSite
from newsarchive.demo_site.http_messages import parse_request
from newsarchive.demo_site.outlet import load_outlets
from tests.tagless import stripped


@pytest.mark.parametrize("outlet", [outlet.name for outlet in load_outlets()])
def test_the_html_of_every_article_says_its_paragraphs(outlet: str) -> None:
    site = DemoSite(OPENING).outlets[outlet]
    site.base_url = f"http://{outlet}.example"
    kind = f"text/html; charset={site.outlet.delivery.charset}"
    for truth in site.truth():
        request = parse_request(
            f"GET {urlsplit(truth.url).path}?{urlsplit(truth.url).query} HTTP/1.1\r\n\r\n".encode()
        )
        assert request is not None
        raw = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + site.respond(request).body
        article = extract(
            Capture(truth.url, OPENING + timedelta(days=1), raw), Outlet("Europe/Kyiv", ("ru",)), None
        )
        assert isinstance(article, Article), truth.url
        assert stripped(str(article.body_html))[0] == list(article.body) == list(truth.body)
