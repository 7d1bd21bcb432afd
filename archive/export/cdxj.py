"""Write a CDXJ index of the archive's WARC files, for pywb and other replay tools."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from archive.errors import DamagedRecord
from archive.export.captures.selection import CaptureSelection, selected_captures
from archive.export.fields import Entry
from archive.export.provenance import ArchiveContent
from archive.warc import filenames, reader
from archive.warc.cdx.lines import cdxj_lines, sorted_lines
from archive.warc.records import Damage, Record

_PROGRESS_INTERVAL = 1000  # lines between two progress reports
_FIELDS = (
    ("urlkey", "text", "the address as a SURT key, by which the lines are sorted"),
    ("timestamp", "14 digits", "the time of the capture in UTC"),
    ("url", "text", "the address as requested"),
    ("mime", "text", "the media type of the response; warc/revisit if its body is in an earlier record"),
    ("status", "text", "the HTTP status"),
    ("digest", "text", "the payload digest that the record states"),
    ("length", "text", "bytes of the record as stored"),
    ("offset", "text", "where the record begins in its file, in bytes"),
    ("filename", "text", "the WARC file, in the folder warc/ of the archive"),
    ("requestBody", "text", "of a POST or PUT: its body as it is part of the key"),
    ("method", "text", "POST or PUT"),
)


def write_archive(
    content: ArchiveContent, part: Path, articles: Iterable[int], on_progress: Callable[[int], None]
) -> dict[str, object]:
    """Write the lines of everything in the archive, or of articles if some were requested; return their number.

    Files that are being written have no lines: replay tools cannot open them yet.
    """
    lines = 0
    with selected_captures(content.connection, part) as selection, part.open("wb") as out:
        if content.has_everything:
            for _ in articles:
                pass  # they are counted
            found = _all_lines(content.folder, content.damages)
        else:
            selection.add_articles(articles)
            selection.add_requisites(content.folder, lambda pages: None)
            found = _lines_of(content.folder, selection, content.damages)
        for lines, line in enumerate(sorted_lines(found, part.parent), 1):
            out.write(f"{line}\n".encode())
            if lines % _PROGRESS_INTERVAL == 0:
                on_progress(lines)
    on_progress(lines)
    return {"lines": lines}


def describe_fields(*, links: bool) -> Iterator[Entry]:
    """Yield the fields of a line in order; they are the same with and without `links`."""
    for name, kind, meaning in _FIELDS:
        yield Entry(name, kind, "", "", meaning, "")


def _all_lines(folder: Path, damages: list[str]) -> Iterator[str]:
    for path in filenames.warc_files(folder):
        if path.name.endswith(filenames.OPEN_SUFFIX):
            continue
        yield from cdxj_lines(_readable(reader.read_records(path), damages), path.name)


def _readable(records: Iterator[Record | Damage], damages: list[str]) -> Iterator[Record]:
    for one in records:
        if isinstance(one, Damage):
            damages.append(f"{one.place.file} at byte {one.place.offset}: {one.reason}.")
        else:
            yield one


def _lines_of(folder: Path, selection: CaptureSelection, damages: list[str]) -> Iterator[str]:
    for place in selection.places():
        try:
            record = reader.read_record(folder, place)
            exchange = (record, *reader.read_concurrent(folder, record))
        except DamagedRecord as error:
            damages.append(str(error))
            continue
        in_order = sorted(exchange, key=lambda one: one.place.offset)
        yield from cdxj_lines(in_order, place.file.rpartition("/")[2])
