"""What pages, the terminal and Python show of an article claims no more than is known."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from markupsafe import Markup
from starlette.testclient import TestClient

from archive.core import Archive
from archive.extraction.model import Rejection
from archive.extraction.rejection.classify import response_rejection
from newsarchive.cli.commands.research.search import format_published
from newsarchive.web.app import create_app
from newsarchive.web.datasette import plugin
from newsarchive.web.rendering.templating import neutralize_directions
from tests import small_archive


def test_direction_controls_are_shown_as_a_mark() -> None:
    assert neutralize_directions("gpj.\u202eписьмо\u2066x\u2069") == "gpj.\ufffdписьмо\ufffdx\ufffd"
    assert neutralize_directions("\u200eשלום\u200f") == "\u200eשלום\u200f"
    marked = neutralize_directions(Markup("<b>\u202e</b>"))
    assert isinstance(marked, Markup)
    assert marked == Markup("<b>\ufffd</b>")
    assert neutralize_directions(7) == 7


def test_html_sent_as_plain_text_is_no_article() -> None:
    page = b"<html><body><h1>News</h1><p>Text</p></body></html>"
    assert response_rejection(200, "text/plain", page) == Rejection("not html")
    assert response_rejection(200, "text/html", page) is None
    assert response_rejection(200, None, page) is None


def test_a_time_is_printed_with_its_offset() -> None:
    assert format_published(datetime(2022, 1, 10, 11, 55, tzinfo=UTC)) == "2022-01-10 11:55+00:00"
    assert format_published(datetime(2022, 1, 10, 11, 55, tzinfo=UTC).date()) == "2022-01-10"


def test_long_addresses_in_tables_are_cut() -> None:
    cell = plugin.link_cell({}, "https://news.example/" + "a" * 2000, "url", "captures")
    assert cell is not None
    assert len(cell.striptags()) == plugin.MAX_CELL + 1


def test_values_are_shown_on_one_short_line(small: Path) -> None:
    with Archive.open(small) as archive:
        article = archive.article(small_archive.SUMMIT)
        assert repr(archive) == f"Archive({str(small)!r})"
        assert f"<ArticleVersion {article.id}, version 2 of 2: " in repr(article)
        assert len(repr(article)) < 250
        assert len(repr(archive.captures(article)[0])) < 250
        assert {"search", "article", "state_evidence"} <= set(dir(archive))
        assert not any(name.startswith("_") for name in dir(archive))


@pytest.mark.parametrize(
    "host", ["", "[::ffff:127.0.0.1].evil.test", "[::1].evil.test", "127.0.0.1.evil.test"]
)
@pytest.mark.parametrize("hosts", [("127.0.0.1",), ("",)])
def test_a_host_header_without_an_own_name_is_refused(small: Path, hosts: tuple[str, ...], host: str) -> None:
    with TestClient(create_app(small, hosts=hosts), base_url="http://localhost") as client:
        assert client.get("/", headers={"Host": host}).status_code == 400


def test_an_article_with_one_version_says_so(small: Path) -> None:
    with Archive.open(small) as archive:
        single = next(one for one in archive.search() if one.versions == 1)
        edited = archive.article(small_archive.SUMMIT)
    with TestClient(create_app(small), base_url="http://localhost") as client:
        assert "One version only" in client.get(f"/articles/{single.id}").text
        assert "one version only" in client.get(f"/articles/{single.id}/compare/1/1").text
        assert "One version only" not in client.get(f"/articles/{edited.id}").text
