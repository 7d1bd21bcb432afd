"""The events of files to which several runs appended, read run by run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archive.events import CrawlStarted
from archive.warc.event_reader import EventRecord
from archive.warc.run_order import in_order_of_runs


def started(source: str, hour: int) -> EventRecord:
    at = f"2022-02-01T{hour:02}:00:00.000000Z"
    return EventRecord(
        CrawlStarted(crawl=f"{source}-{hour}", source=source, title="", timezone="UTC", at=at), hour
    )


def file(source: str, hour: int, *events: object, serial: int = 0) -> tuple[Path, Iterator[object]]:
    return Path(f"warc/{source}-20220201{hour:02}0000-{serial:05}.warc.gz"), iter(events)


def test_runs_of_two_sources_take_turns() -> None:
    a8, a10, b9, b11 = started("a", 8), started("a", 10), started("b", 9), started("b", 11)
    found = list(in_order_of_runs([file("a", 8, a8, "x", a10, "y"), file("b", 9, b9, b11, "z")]))
    assert found == [(0, a8), (0, "x"), (1, b9), (0, a10), (0, "y"), (0, None), (1, b11), (1, "z"), (1, None)]


def test_files_of_one_run_follow_one_another() -> None:
    a8, b9 = started("a", 8), started("b", 9)
    files = [file("b", 9, b9), file("a", 8, "y", serial=1), file("a", 8, a8, "x")]
    assert [number for number, _ in in_order_of_runs(files)] == [2, 2, 2, 1, 1, 0, 0]


def test_a_run_that_appended_comes_before_the_file_it_began_then() -> None:
    a8, a10 = started("a", 8), started("a", 10)
    found = [number for number, _ in in_order_of_runs([file("a", 8, a8, a10, "x"), file("a", 10, "y")])]
    assert found == [0, 0, 0, 0, 1, 1]


def test_a_run_dated_before_the_one_it_follows_keeps_its_place() -> None:
    a8, a7, b7 = started("a", 8), started("a", 7), started("b", 7)
    found = list(in_order_of_runs([file("a", 8, a8, a7), file("b", 7, b7)]))
    assert found == [(1, b7), (1, None), (0, a8), (0, a7), (0, None)]


def test_a_forged_time_of_a_run_begins_none() -> None:
    stated: list[Any] = [None, "x", "9999-99"]
    events = [CrawlStarted(crawl="a", source="a", title="", timezone="UTC", at=at) for at in stated]
    forged = [EventRecord(event, 9) for event in events]
    found = [number for number, _ in in_order_of_runs([file("a", 8, "x", *forged), file("b", 8, "y")])]
    assert found == [0, 0, 0, 0, 0, 1, 1]
