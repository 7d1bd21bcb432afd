"""Every page folder of tests/pages compared with its article.json, one test for each field."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from archive.extraction.extract import extract
from archive.extraction.model import Outlet, Rejection
from archive.http.capture import Capture

PAGES = Path(__file__).parents[2] / "pages"
FOLDERS = sorted(path.parent for path in PAGES.glob("*/article.json"))


@cache
def expected(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "article.json").read_text("utf-8"))
    return found


@cache
def found(folder: Path) -> dict[str, Any]:
    about = tomllib.loads((folder / "about.toml").read_text("utf-8"))
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {about['content_type']}\r\n\r\n".encode()
    capture = Capture(about["url"], about["fetched_at"], head + (folder / "page.html").read_bytes())
    article = extract(capture, Outlet(about["timezone"], tuple(about["languages"])), None)
    assert not isinstance(article, Rejection), article.words
    stamp = article.published
    return {
        "title": article.title,
        "lead": article.lead,
        "body": list(article.body),
        "body_html": article.body_html,
        "authors": list(article.authors),
        "tags": list(article.tags),
        "section": article.section,
        "published": stamp and stamp.isoformat(),
        "published_stated": stamp and stamp.stated_as,
        "published_found_in": stamp and stamp.found_in,
        "published_precision": stamp and stamp.precision,
        "published_zone": stamp and stamp.zone,
        "views": article.views,
        "language": article.language,
        "images": [
            {"url": image.url, "caption": image.caption, "credit": image.credit} for image in article.images
        ],
    }


@pytest.mark.parametrize(
    ("folder", "field"),
    [pytest.param(f, field, id=f"{f.name}-{field}") for f in FOLDERS for field in expected(f)],
)
def test_a_page_gives_the_article_beside_it(folder: Path, field: str) -> None:
    assert found(folder)[field] == expected(folder)[field]


def test_the_seed_page_exists_in_at_least_seven_markups() -> None:
    assert sum(folder.name.startswith("seed-") for folder in FOLDERS) >= 7
