"""Read the events of several WARC files in the order of the runs that wrote them.

The runs of a source append to one file for each day, and the runs of two sources take turns. What follows from the
events depends on their order if the sources share an article, so a rebuild has to meet them run by run:

    port-20220201080000      [08:00]─────────[10:00]
    primorsk-20220201090000           [09:00]─────────[11:00]
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from archive import timestamps
from archive.events import CrawlStarted
from archive.warc.event_reader import EventRecord
from archive.warc.filenames import FileOrder, file_order, parse, run_time

E = TypeVar("E")


def in_order_of_runs(files: Sequence[tuple[Path, Iterator[E]]]) -> Iterator[tuple[int, E | None]]:
    """Yield the events of files with the number of the file, run by run; None where a file ends.

    The iterators have to be lazy: only the files of one day are open at a time.
    """
    waiting: list[tuple[FileOrder, int]] = [
        (file_order(path), number) for number, (path, _) in enumerate(files)
    ]
    heapq.heapify(waiting)
    held: dict[int, E] = {}  # the first event of a run whose turn has not come
    is_begun: set[int] = set()
    while waiting:
        order, number = heapq.heappop(waiting)
        path, events = files[number]
        if number in held:
            yield number, held.pop(number)
        for event in events:
            later = _order_of_next_run(event, path, order) if number in is_begun else None
            is_begun.add(number)
            if later is not None and waiting and later > waiting[0][0]:
                held[number] = event
                heapq.heappush(waiting, (later, number))
                break
            order = later or order
            yield number, event
        else:
            is_begun.discard(number)
            yield number, None


def _order_of_next_run(event: object, path: Path, order: FileOrder) -> FileOrder | None:
    """Return the place of a run that begins with an event in the file of an earlier one; None for other events."""
    if not isinstance(event, EventRecord) or not isinstance(event.event, CrawlStarted):
        return None
    name = parse(path.name)
    if name is None:
        return None
    try:
        began = run_time(timestamps.from_iso(event.event.at))
    except (ValueError, TypeError, OverflowError):  # a forged record
        return None
    # Before a file that the run began later, and never before what the file has already.
    return max(order, (False, (began, name.source, -1), False, path.name))
