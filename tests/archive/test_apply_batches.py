"""Extractions are applied in batches, in the order of capture; one that fails affects no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import events
from archive.core import Archive
from archive.events import Fetched
from archive.extraction.model import Article, Outlet
from archive.index.ingest.articles import VisitResult
from archive.jobs.pool import ExtractionJob, ExtractionResult, run_extraction
from archive.jobs.search_keys import SearchKeys
from archive.language.search_terms import terms_of_text
from archive.recording.session import Fetch, Recording
from archive.warc.records import Exchange
from tests.recordings import begun

SENT = datetime(2022, 1, 10, 10, 0, tzinfo=UTC)
OUTLET = Outlet("UTC")


@pytest.fixture
def recording(tmp_path: Path) -> Iterator[Recording]:
    with Archive.create(tmp_path / "archive") as archive:
        yield begun(archive, "c", "s", SENT)


def stored(recording: Recording, *names: str) -> list[int]:
    fetches = []
    for name in names:
        why = Fetched(role="article", crawl="c", source="s")
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + name.encode()
        url = f"http://news.example/{name}"
        exchange = Exchange(url, SENT, b"GET / HTTP/1.1\r\n\r\n", answer, metadata=events.to_json(why))
        fetches.append(Fetch(exchange, why))
    return recording.store(fetches)


def done(name: str) -> ExtractionResult:
    return ExtractionResult(Article(title=name, body=(f"Текст {name}.",)), extractor="a test")


def test_extractions_of_a_batch_are_each_applied(recording: Recording) -> None:
    numbers = stored(recording, "a", "b", "c")
    outcomes = recording.apply_batch([(number, done(str(number))) for number in numbers], OUTLET)
    assert [one.outcome for one in outcomes if isinstance(one, VisitResult)] == ["new", "new", "new"]


def test_one_that_cannot_be_applied_affects_no_other(recording: Recording) -> None:
    first, last = stored(recording, "a", "b")
    unheard_of = 999
    outcomes = recording.apply_batch([(first, done("a")), (unheard_of, done("x")), (last, done("b"))], OUTLET)
    assert [type(one) for one in outcomes[::2]] == [VisitResult, VisitResult]
    assert isinstance(outcomes[1], Exception)


def test_one_that_fails_half_way_leaves_no_words_in_the_index(recording: Recording) -> None:
    first, second = stored(recording, "a", "b")
    odd = SearchKeys(terms_of_text("сирень", "", "сирень", "ru"), ("no number",))  # type: ignore[arg-type]
    failing = replace(done("b"), search_keys=odd)
    outcomes = recording.apply_batch([(first, done("a")), (second, failing)], OUTLET)
    assert isinstance(outcomes[0], VisitResult)
    assert isinstance(outcomes[1], VisitResult)
    assert outcomes[1].outcome == "unsettled"
    with Archive.open(recording.folder) as archive:
        found = "SELECT count(*) FROM search_index WHERE search_index MATCH ?"
        for word, number in (("сирень", 0), ("текст", 1)):
            assert archive.connection.execute(found, (word,)).fetchone()[0] == number


def test_one_that_must_be_extracted_first_is_returned_as_a_job_and_later_ones_wait(
    recording: Recording,
) -> None:
    first, second, third = stored(recording, "a", "b", "c")
    outcomes = recording.apply_batch([(first, done("a")), (second, None), (third, done("c"))], OUTLET)
    assert [type(one) for one in outcomes] == [VisitResult, ExtractionJob]
    job = outcomes[-1]
    assert isinstance(job, ExtractionJob)
    outcomes = recording.apply_batch([(second, run_extraction(job)), (third, done("c"))], OUTLET)
    assert [one.outcome for one in outcomes if isinstance(one, VisitResult)] == ["not an article", "new"]
