"""Measure how well articles and other pages are extract_all apart, by kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from archive.extraction.extract import extract
from archive.extraction.model import Article, Outlet, Rejection
from archive.http.capture import Capture
from tests.labelled.failures import failures
from tests.labelled.framed import framed
from tests.labelled.further import further
from tests.labelled.hubs import hubs
from tests.labelled.listings import listings
from tests.labelled.lookalikes import lookalikes
from tests.labelled.parked import parked
from tests.labelled.section_pages import section_pages
from tests.labelled.site import Labelled
from tests.labelled.walls import walls

SEEN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OUTLET = Outlet("Europe/Moscow", ("ru", "uk"))


@dataclass(frozen=True, slots=True)
class LabelledResult:
    """A labelled page with its result: the reason of its rejection, or None for an article."""

    page: Labelled
    reason: str | None
    text: str = ""  # the extracted text, headline first

    @property
    def is_right(self) -> bool:
        """Return whether the page was rejected for the right reason, or rightly not rejected."""
        return self.reason == self.page.kind


@dataclass(frozen=True, slots=True)
class Score:
    """The precision and recall of one kind of page."""

    kind: str
    pages: int
    precision: float
    recall: float
    rejected: float  # share of the kind that was rejected for any reason


def labelled() -> Iterator[Labelled]:
    """Return every labelled page."""
    yield from walls()
    yield from failures()
    yield from listings()
    yield from lookalikes()
    yield from further()
    yield from framed()
    yield from parked()
    yield from hubs()
    yield from section_pages()


def extract_all(pages: Iterable[Labelled]) -> list[LabelledResult]:
    """Return every page with its result."""
    return [_extract_labelled(page) for page in pages]


def _extract_labelled(page: Labelled) -> LabelledResult:
    raw = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.html.encode()
    extraction = extract(Capture(page.url, SEEN, raw), OUTLET, None)
    if isinstance(extraction, Rejection):
        return LabelledResult(page, extraction.words)
    assert isinstance(extraction, Article)
    return LabelledResult(page, None, "\n".join((extraction.title, extraction.lead or "", *extraction.body)))


def scores(results: Iterable[LabelledResult]) -> list[Score]:
    """Return the score of each kind, «article» last."""
    results = list(results)
    kinds = [*dict.fromkeys(result.page.kind for result in results if result.page.kind), None]
    return [_score(kind, results) for kind in kinds]


def _score(kind: str | None, results: list[LabelledResult]) -> Score:
    called = [result for result in results if result.reason == kind]
    are = [result for result in results if result.page.kind == kind]
    right = sum(result.is_right for result in are)
    return Score(
        kind or "article",
        len(are),
        right / len(called) if called else 1.0,
        right / len(are) if are else 1.0,
        sum(result.reason is not None for result in are) / len(are) if are else 0.0,
    )
