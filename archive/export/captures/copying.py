"""Copy records into the WARC files of a WACZ file, byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from archive.errors import DamagedRecord
from archive.export.captures.package import Member, WaczPackage
from archive.export.captures.selection import CaptureSelection
from archive.http.capture import Place
from archive.warc import reader
from archive.warc.cdx.lines import cdxj_lines
from archive.warc.records import Record

_PROGRESS_INTERVAL = 100  # captures between two progress reports


@dataclass(frozen=True, slots=True)
class CopiedRecord:
    """One record that was copied."""

    record: Record  # with its place in the archive
    member: str  # path in the WACZ file
    offset: int  # in that member
    sha256: str  # hex; of its bytes as stored


@dataclass(slots=True)
class RecordCopy:
    """Copies the selected records, file by file, with the records beside them."""

    folder: Path
    selection: CaptureSelection
    package: WaczPackage
    on_progress: Callable[[int], None]
    damages: list[str]
    on_copied: Callable[[CopiedRecord], object] = lambda copied: None
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

    def _file(self, file: str, name: str, places: Iterable[Place], out: Member) -> Iterator[str]:
        end = self._copy_info(file, name, out)
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
                        self._copy(one, name, out)
                        end = one.place.offset + one.place.length
            except DamagedRecord as error:
                self.damages.append(str(error))
                continue
            yield from cdxj_lines(moved, name)
            self.captures += 1
            if self.captures % _PROGRESS_INTERVAL == 0:
                self.on_progress(self.captures)

    def _copy_info(self, file: str, name: str, out: Member) -> int:
        """Copy the record at the beginning of a file that describes the file; return where it ends."""
        try:
            info = reader.read_record_at(self.folder, Place(file, 0, 0))
        except DamagedRecord:
            return 0
        if info.kind != "warcinfo":
            return 0
        self._copy(info, name, out)
        return info.place.length

    def _copy(self, record: Record, name: str, out: Member) -> None:
        digest = hashlib.sha256()
        offset = out.length

        def write(piece: bytes) -> None:
            digest.update(piece)
            out.write(piece)

        reader.copy_member(self.folder, record.place, write)
        self.on_copied(CopiedRecord(record, f"archive/{name}", offset, digest.hexdigest()))
