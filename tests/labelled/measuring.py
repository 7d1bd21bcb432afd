"""Measure how well articles and other pages are told apart, by kind."""

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
from tests.labelled.listings import listings
from tests.labelled.lookalikes import lookalikes
from tests.labelled.parked import parked
from tests.labelled.site import Labelled
from tests.labelled.walls import walls

SEEN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OUTLET = Outlet("Europe/Moscow", ("ru", "uk"))


@dataclass(frozen=True, slots=True)
class Told:
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
    refused: float  # share of the kind that was rejected for any reason


def labelled() -> Iterator[Labelled]:
    """Return every labelled page."""
    yield from walls()
    yield from failures()
    yield from listings()
    yield from lookalikes()
    yield from further()
    yield from framed()
    yield from parked()


def told(pages: Iterable[Labelled]) -> list[Told]:
    """Return every page with its result."""
    return [_told(page) for page in pages]


def _told(page: Labelled) -> Told:
    raw = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.html.encode()
    reading = extract(Capture(page.url, SEEN, raw), OUTLET, None)
    if isinstance(reading, Rejection):
        return Told(page, reading.reason)
    assert isinstance(reading, Article)
    return Told(page, None, "\n".join((reading.title, reading.lead or "", *reading.body)))


def scores(answers: Iterable[Told]) -> list[Score]:
    """Return the score of each kind, «article» last."""
    answers = list(answers)
    kinds = [*dict.fromkeys(answer.page.kind for answer in answers if answer.page.kind), None]
    return [_score(kind, answers) for kind in kinds]


def _score(kind: str | None, answers: list[Told]) -> Score:
    called = [answer for answer in answers if answer.reason == kind]
    are = [answer for answer in answers if answer.page.kind == kind]
    right = sum(answer.is_right for answer in are)
    return Score(
        kind or "article",
        len(are),
        right / len(called) if called else 1.0,
        right / len(are) if are else 1.0,
        sum(answer.reason is not None for answer in are) / len(are) if are else 0.0,
    )
