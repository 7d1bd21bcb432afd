"""Read which source imported pages were assigned to, as the files beside the copies state it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from archive import urls
from archive.events import Assigned, Fetched
from archive.warc import filenames
from archive.warc.event_reader import EventRecord, read_events


@dataclass(frozen=True, slots=True)
class Assignments:
    """The corrections in an archive, in the order in which they were made."""

    made: Sequence[tuple[tuple[str, str, int], Assigned]] = ()  # with the place of its file among all files

    def assigned(self, file: str, url: str) -> Assigned | None:
        """Return the last correction that applies to a page of an imported file, or None."""
        copied = filenames.parse_copy(file.rpartition("/")[2])
        if copied is None:
            return None
        for key, event in reversed(self.made):
            if key < copied.provenance.sort_key:
                return None  # made before the file was imported, and so are those before it
            if event.file in (None, file) and event.host in (None, source_host(url)):
                return event
        return None

    def corrected(self, file: str, stated: EventRecord) -> EventRecord:
        """Return the event of a record in a file with the source that its imported page was assigned to."""
        if not (isinstance(stated.event, Fetched) and stated.entry and stated.entry.is_external):
            return stated
        assigned = self.assigned(file, stated.entry.url)
        return (
            stated
            if assigned is None
            else replace(stated, event=replace(stated.event, source=assigned.source))
        )

    def source_of_host(self, host: str) -> str | None:
        """Return the source that the pages of a host were last assigned to, whatever file they are in."""
        found = (
            event.source for _, event in reversed(self.made) if event.host == host and event.file is None
        )
        return next(found, None)


def source_host(url: str) -> str:
    """Return the host of an address as sources are looked up by it, without «www.»; empty if it has none."""
    return urls.host_of(url).removeprefix("www.")


def read_assignments(folder: Path, is_known: Callable[[str], bool] = lambda file: True) -> Assignments:
    """Return the corrections that the import records of an archive state, of files that are known."""
    made = []
    for path in filenames.warc_files(folder):
        name = filenames.parse(path.name)
        is_ours = name is not None and name.source == filenames.IMPORT_SOURCE
        if name is None or not is_ours or not is_known(filenames.stored_name(path)):
            continue
        with suppress(OSError):  # a rebuild and an audit report a file that cannot be read
            made += [(name.sort_key, event) for event in _stated_in(path, path.stat().st_size)]
    return Assignments(made)


@lru_cache(maxsize=10_000)
def _stated_in(path: Path, size: int) -> tuple[Assigned, ...]:
    """Return the corrections in a file of that length; complete files do not change, and each import needs them."""
    stated = (one.event for one in read_events(path) if isinstance(one, EventRecord))
    return tuple(event for event in stated if isinstance(event, Assigned))
