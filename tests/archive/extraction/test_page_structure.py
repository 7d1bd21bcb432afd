"""Whether two pages have the same structure."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.extraction.page.structure import PageStructure, has_same_structure, page_structure
from archive.http.capture import Capture

SEEN = datetime(2026, 11, 22, tzinfo=UTC)
OK = b"HTTP/1.1 200 OK\r\n\r\n"
PAGES = sorted(path.parent for path in (Path(__file__).parents[2] / "pages").glob("cms-*/page.html"))


def built(raw: bytes) -> PageStructure:
    return page_structure(Capture("http://news.example/a/1", SEEN, raw))


def page(body: str, head: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\n\r\n<html><head>{head}</head><body>{body}</body></html>".encode()


@pytest.mark.parametrize("folder", PAGES, ids=lambda path: path.name)
def test_a_page_has_its_own_structure_and_not_that_of_a_parked_page(folder: Path) -> None:
    known = built(OK + (folder / "page.html").read_bytes())
    parked = built(page("<div class='container'><header id='header'><h1>x</h1></header><p>y</p></div>"))
    assert has_same_structure(known, known) is not False
    assert has_same_structure(parked, known) is not True


def test_pages_of_two_systems_have_different_structures() -> None:
    known = [built(OK + (folder / "page.html").read_bytes()) for folder in PAGES]
    alike = sum(
        has_same_structure(one, other) is True for one in known for other in known if one is not other
    )
    assert alike < 0.02 * len(known) ** 2


def test_a_page_without_names_is_compared_by_the_nesting_of_its_elements() -> None:
    known = built(page("<table><tr><td><h1>a</h1><p>b</p></td></tr></table>"))
    same = built(page("<table><tr><td><h1>c</h1><p>d <b>e</b></p></td></tr></table>"))
    other = built(page("<h1>c</h1><p>d</p>"))
    assert (has_same_structure(same, known), has_same_structure(other, known)) == (True, False)


def test_a_page_with_hardly_any_element_cannot_be_compared() -> None:
    known = built(page("<h1>a</h1><p>b</p>"))
    assert has_same_structure(built(page("<main class='x'>c</main>")), known) is None
