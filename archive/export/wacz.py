"""Write a WACZ file (1.1.1): records of articles copied byte for byte, with pages, an index and digests.

See https://specs.webrecorder.net/wacz/1.1.1/. ReplayWeb.page and pywb show it, and `newsarchive import` reads it.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain, groupby
from pathlib import Path
from typing import IO

from archive import timestamps
from archive.errors import DamagedRecord
from archive.export.captures.selection import CaptureSelection, selected_captures
from archive.export.fields import Entry
from archive.export.provenance import ArchiveContent
from archive.http.capture import Place
from archive.index.db.connection import Row
from archive.warc import reader
from archive.warc.cdx.lines import cdxj_lines, sorted_lines

WACZ_VERSION = "1.1.1"
_PAGES_HEAD: dict[str, object] = {
    "format": "json-pages-1.0",
    "id": "pages",
    "title": "All Pages",
    "hasText": True,
}
_PIECE = 1024 * 1024
_PROGRESS_INTERVAL = 100  # captures between two progress reports
_FIELDS = (
    ("archive/*.warc.gz", "WARC/1.1, gzip", "the records of the captures, byte for byte as in the archive"),
    ("indexes/index.cdx", "CDXJ", "where each capture is in these files, sorted by address"),
    ("pages/pages.jsonl", "JSON Lines", "one page for each version of an article: id, url, ts, title, text"),
    ("datapackage.json", "JSON", "name, length and SHA-256 of each file above"),
    ("datapackage-digest.json", "JSON", "SHA-256 of datapackage.json"),
)


def write_archive(
    content: ArchiveContent, part: Path, articles: Iterable[int], on_progress: Callable[[int], None]
) -> dict[str, object]:
    """Write the captures of articles, with what is needed to see their pages; return counts for the provenance."""
    with (
        selected_captures(content.connection, part) as selection,
        part.open("w+b") as stream,
        closing(_Package(stream, content.at)) as written,
    ):
        selection.add_articles(articles)
        selection.add_requisites(content.folder, on_progress)
        copied = _Copy(content.folder, selection, written, on_progress, content.damages)
        index = sorted_lines(copied.records(), part.parent)
        written.add_lines("indexes/index.cdx", (f"{line}\n".encode() for line in index), part.parent)
        pages = map(_json_line, chain((_PAGES_HEAD,), map(_page, selection.versions())))
        count = written.add_lines("pages/pages.jsonl", pages, part.parent) - 1
        written.finish(content.made_by)
    return {"captures": copied.captures, "pages": count, "warc_files": copied.files}


def describe_fields(*, links: bool) -> Iterator[Entry]:
    """Yield each file in a WACZ file; they are the same with and without `links`."""
    for name, kind, meaning in _FIELDS:
        yield Entry(name, kind, "", "", meaning, "")


@dataclass(slots=True)
class _Copy:
    """Copies the selected records, file by file, with the records beside them."""

    folder: Path
    selection: CaptureSelection
    package: _Package
    on_progress: Callable[[int], None]
    damages: list[str]
    captures: int = 0
    files: int = 0

    def records(self) -> Iterator[str]:
        """Copy the records; yield their lines for the index."""
        for file, places in groupby(self.selection.places(), key=lambda place: place.file):
            name = file.rpartition("/")[2]
            most = reader.file_size(self.folder, file)
            with self.package.member(f"archive/{name}", most) as out:
                yield from self._file(file, name, places, out)
            self.files += 1

    def _file(self, file: str, name: str, places: Iterable[Place], out: _Member) -> Iterator[str]:
        end = self._copy_info(file, out)
        for place in places:
            try:
                record = reader.read_record(self.folder, place)
                exchange = sorted(
                    (record, *reader.read_concurrent(self.folder, record)), key=lambda one: one.place.offset
                )
                moved = []
                for one in exchange:
                    if one.place.offset >= end:
                        moved.append(replace(one, place=Place(file, out.length, one.place.length)))
                        reader.copy_member(self.folder, one.place, out.write)
                        end = one.place.offset + one.place.length
            except DamagedRecord as error:
                self.damages.append(str(error))
                continue
            yield from cdxj_lines(moved, name)
            self.captures += 1
            if self.captures % _PROGRESS_INTERVAL == 0:
                self.on_progress(self.captures)

    def _copy_info(self, file: str, out: _Member) -> int:
        """Copy the record at the beginning of a file that describes the file; return where it ends."""
        try:
            info = reader.read_record_at(self.folder, Place(file, 0, 0))
        except DamagedRecord:
            return 0
        if info.kind != "warcinfo":
            return 0
        reader.copy_member(self.folder, info.place, out.write)
        return info.place.length


class _Package:
    """A zip file whose members are stored uncompressed, with the digests that its datapackage.json states."""

    def __init__(self, stream: IO[bytes], at: datetime) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, allowZip64=True)
        self._at = at
        self._resources: list[dict[str, object]] = []

    def add_lines(self, path: str, lines: Iterable[bytes], folder: Path) -> int:
        """Write a member of which the length is not known before; return the number of lines."""
        count = 0
        with tempfile.TemporaryFile(dir=folder) as scratch:
            for line in lines:
                scratch.write(line)
                count += 1
            size = scratch.tell()
            scratch.seek(0)
            with self.member(path, size) as out:
                while piece := scratch.read(_PIECE):
                    out.write(piece)
        return count

    @contextmanager
    def member(self, path: str, most: int) -> Iterator[_Member]:
        """Yield a new member of at most so many bytes to write to.

        Only one that may be very large gets the headers of ZIP64, with which ReplayWeb.page looks for its content in
        the wrong place.
        """
        with self._zip.open(self._info(path), "w", force_zip64=most >= zipfile.ZIP64_LIMIT) as out:
            member = _Member(out)
            yield member
        self._resources.append(
            {
                "name": path.rpartition("/")[2].lower(),
                "path": path,
                "hash": f"sha256:{member.sha256.hexdigest()}",
                "bytes": member.length,
            }
        )

    def close(self) -> None:
        """Close the file, whether or not it could be finished: the disk may be full."""
        with suppress(OSError, ValueError):
            self._zip.close()

    def finish(self, software: str) -> None:
        """Write what describes the members, and finish the file."""
        created = f"{self._at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        package = {
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            "software": software,
            "created": created,
            "resources": self._resources,
        }
        described = json.dumps(package, ensure_ascii=False, indent=2).encode()
        self._zip.writestr(self._info("datapackage.json"), described)
        digest = {
            "path": "datapackage.json",
            "hash": f"sha256:{hashlib.sha256(described).hexdigest()}",
        }
        self._zip.writestr(self._info("datapackage-digest.json"), json.dumps(digest, indent=2))
        self._zip.close()

    def _info(self, path: str) -> zipfile.ZipInfo:
        return zipfile.ZipInfo(path, self._at.astimezone(UTC).timetuple()[:6])


@dataclass(slots=True)
class _Member:
    """A member of the zip file that is being written."""

    out: IO[bytes]
    length: int = 0
    sha256: hashlib._Hash = field(default_factory=hashlib.sha256)

    def write(self, piece: bytes) -> None:
        self.out.write(piece)
        self.sha256.update(piece)
        self.length += len(piece)


def _page(row: Row) -> dict[str, object]:
    moment = timestamps.from_iso(row["fetched_at"])
    return {
        "id": row["record_id"].strip("<>").removeprefix("urn:uuid:"),
        "url": row["url"],
        "ts": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "title": row["title"],
        "text": "\n\n".join(filter(None, (row["lead"], row["body"]))),
    }


def _json_line(value: dict[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
