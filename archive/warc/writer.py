"""Write the WARC files of one run. Each exchange is a group of records, complete once its metadata record is.

A run can append to the last file of the run before it, so that a source has one file a day and not one for each crawl.

run ── file 00000 ── warcinfo
    │             ├─ request, response, metadata     an exchange
    │             ├─ request, revisit, metadata      an exchange that repeats an earlier one
    │             ├─ metadata                        an event of the crawl
    │             └─ …
    └─ file 00001 …                                  begun when the previous one is large or old enough
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID, uuid4

from archive.errors import DamagedRecord
from archive.http.capture import Capture, Place
from archive.warc import reader
from archive.warc.block import http_media_type, is_http_answer, payload_start, sha256
from archive.warc.filenames import OPEN_SUFFIX, WARC_FOLDER, WarcName, warc_name
from archive.warc.records import (
    METADATA_PREFIX,
    NON_HTTP_PREFIX,
    Exchange,
    Record,
    Revisit,
    WrittenExchange,
    WrittenRecord,
)

WARC_FORMAT = {
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
}
REVISIT_PROFILE_PREFIX = "http://netpreserve.org/warc/1.1/revisit/"
Headers = list[tuple[str, str]]
# For an uncompressed page, level 6 takes 1.8 ms instead of 1.1 and saves another 3.6 %.
COMPRESSION_LEVEL = 4
SMALL_RECORD_BYTES = 4096  # bytes; smaller tables for such records take a seventh of the time to set up


class WarcWriter:
    """Writes the files of one run of one source, from one thread. A record is durable once `sync` has returned.

    `folder` is the archive's folder. A file is created only when there is something to write. `serial` is the number
    of the first file. `continued` is a complete file of an earlier run, with its size, to which this run appends
    unless the file has changed, a process reads it, or its warcinfo record would not be true of this run; other files
    are never touched. A failed write (disk full) leaves the file as it was, so that the write can be retried.
    """

    def __init__(
        self,
        folder: Path,
        source: str,
        started: datetime,
        info: Mapping[str, str],
        *,
        serial: int = 0,
        max_bytes: int = 10**9,
        max_age: timedelta = timedelta(hours=24),
        continued: tuple[WarcName, int] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        self._folder = folder / WARC_FOLDER
        self._name = self._next_name = warc_name(source, started, serial)
        # for the warcinfo record of each file: software, operator, source, crawl, robots, …
        self._info = info
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._now = now
        self._new_id = new_id
        self._file: _File | None = None
        self._warcinfo_id = ""
        if continued is not None:
            self._continue(*continued)

    def write(
        self, exchange: Exchange, revisit: Revisit | None = None, payload_digest: str | None = None
    ) -> WrittenExchange:
        """Write one exchange: request, response or revisit, and its metadata.

        `payload_digest` is that of the decoded payload, if it is known already.
        """
        facts = dict(exchange.metadata)
        if revisit is None:
            capture = Capture(exchange.url, exchange.fetched_at, exchange.response)
            payload_digest, block = payload_digest or capture.payload_digest(), exchange.response
        else:
            payload_digest, block = revisit.payload_digest, _revisit_block(exchange.response, revisit)
            facts["payload_bytes"] = revisit.payload_bytes  # so that the index needs no other file for it
        facts["payload_digest"] = payload_digest
        request_id, response_id, metadata_id = self._record_id(), self._record_id(), self._record_id()
        block_digest = sha256(block)
        file = self._current_file()
        places = file.append(
            self._http_record("request", exchange, exchange.request, request_id, response_id),
            self._revisit_record(exchange, revisit, block, response_id, request_id)
            if revisit
            else self._response_record(exchange, response_id, request_id, block_digest),
            self._metadata_record(facts, metadata_id, exchange.fetched_at, response_id, exchange.url),
        )
        return WrittenExchange(
            place=places[1],
            record_id=response_id,
            request=WrittenRecord(places[0], request_id),
            metadata=WrittenRecord(places[2], metadata_id),
            payload_digest=payload_digest,
            block_digest=block_digest,
        )

    def write_event(
        self, metadata: Mapping[str, object], *, refers_to: str | None = None, target: str | None = None
    ) -> WrittenRecord:
        """Write a metadata record without a response: articles in a listing, a failed request, the end of a crawl.

        `refers_to` is the id of the record it is about, `target` the address.
        """
        record_id = self._record_id()
        file = self._current_file()
        (place,) = file.append(self._metadata_record(metadata, record_id, self._now(), refers_to, target))
        return WrittenRecord(place, record_id)

    def sync(self) -> None:
        """Return once everything written so far would survive a power failure."""
        if self._file:
            self._file.sync()

    def close(self) -> None:
        """Give the file its final name and make it read-only; later writes begin the next file."""
        if self._file:
            self._file.close()
            self._file = None
            self._name = self._next_name

    def leave_open(self) -> None:
        """Close the file but keep its open name, for repair to find."""
        if self._file:
            self._file.leave_open()
            self._file = None
            self._name = self._next_name

    @property
    def position(self) -> tuple[WarcName, int]:
        """Return how far has been written: the file and the bytes in it."""
        return self._name, self._file.size if self._file else 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _continue(self, name: WarcName, size: int) -> None:
        first = self._warcinfo_of(name)
        if first is None or first.block != self._warcinfo_block(first):
            return
        file = _File.reopen(self._folder, name, size)
        if file is not None:
            self._file, self._name, self._warcinfo_id = file, name, first.record_id

    def _warcinfo_of(self, name: WarcName) -> Record | None:
        """Return the first record of a file if it is the warcinfo record that newsarchive wrote, else None."""
        try:
            record = reader.read_record_at(
                self._folder.parent, Place(f"{WARC_FOLDER}/{name.final_name}", 0, 0)
            )
        except DamagedRecord:
            return None
        is_own = record.kind == "warcinfo" and record.header("WARC-Filename") == name.final_name
        return record if is_own else None

    def _current_file(self) -> _File:
        if self._file and self._file.is_over(self._max_bytes, self._now() - self._max_age):
            self.close()
        if self._file is None:
            file = self._new_file()
            try:
                file.append(self._warcinfo_record(file.name))
            except OSError:
                file.discard()
                raise
            self._file = file
        return self._file

    def _new_file(self) -> _File:
        self._folder.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                file = _File.create(self._folder, self._name, self._now())
            except FileExistsError:
                self._name = _next(self._name)
            else:
                self._next_name = _next(self._name)
                return file

    def _record_id(self) -> str:
        return f"<urn:uuid:{self._new_id()}>"

    def _warcinfo_block(self, first: Record | None = None) -> bytes:
        """Return the block of the warcinfo record; with the crawl of an earlier run's `first` record, if given."""
        fields = {**self._info, **WARC_FORMAT}
        if first is not None and "isPartOf" in fields:
            stated = re.search(rb"^isPartOf: (.*?)\r$", first.block, re.M)
            fields["isPartOf"] = stated[1].decode("utf-8", "replace") if stated else ""
        return "".join(f"{key}: {' '.join(value.split())}\r\n" for key, value in fields.items()).encode()

    def _warcinfo_record(self, name: WarcName) -> bytes:
        self._warcinfo_id = self._record_id()
        block = self._warcinfo_block()
        headers = [*_headers("warcinfo", self._warcinfo_id, self._now()), ("WARC-Filename", name.final_name)]
        return _record(headers, "application/warc-fields", block)

    def _response_record(self, exchange: Exchange, record_id: str, request_id: str, digest: str) -> bytes:
        if is_http_answer(exchange.response):
            return self._http_record("response", exchange, exchange.response, record_id, request_id, digest)
        headers = self._exchange_headers(
            "resource", exchange, record_id, request_id, NON_HTTP_PREFIX + exchange.url
        )
        return _record(headers + _truncated(exchange), "application/octet-stream", exchange.response, digest)

    def _revisit_record(
        self, exchange: Exchange, revisit: Revisit, block: bytes, record_id: str, concurrent_to: str
    ) -> bytes:
        """Return a revisit record (ISO 28500:2017, 6.7.2 and 6.7.3)."""
        original = revisit.original
        headers = self._exchange_headers("revisit", exchange, record_id, concurrent_to, exchange.url)
        headers += [
            ("WARC-Profile", REVISIT_PROFILE_PREFIX + revisit.profile),
            ("WARC-Refers-To", original.record_id),
            ("WARC-Refers-To-Target-URI", original.url or ""),
            ("WARC-Refers-To-Date", original.header("WARC-Date") or ""),
        ]
        if revisit.profile == "identical-payload-digest":
            digest = sha256(exchange.response[len(block) :])
            headers += [("WARC-Payload-Digest", digest), ("WARC-Truncated", "length")]
        return _record(headers, http_media_type(block, "response"), block)

    def _http_record(
        self,
        kind: str,
        exchange: Exchange,
        block: bytes,
        record_id: str,
        concurrent_to: str,
        digest: str | None = None,
    ) -> bytes:
        headers = self._exchange_headers(kind, exchange, record_id, concurrent_to, exchange.url)
        start = payload_start(block)
        if start is not None:
            headers.append(("WARC-Payload-Digest", sha256(block[start:])))
        if kind == "response":
            headers += _truncated(exchange)
        return _record(headers, http_media_type(block, kind), block, digest)

    def _exchange_headers(
        self, kind: str, exchange: Exchange, record_id: str, concurrent_to: str, target: str
    ) -> Headers:
        headers = _headers(kind, record_id, exchange.fetched_at)
        headers.append(("WARC-Target-URI", target))
        if exchange.ip:
            headers.append(("WARC-IP-Address", exchange.ip))
        return [*headers, ("WARC-Concurrent-To", concurrent_to), ("WARC-Warcinfo-ID", self._warcinfo_id)]

    def _metadata_record(
        self,
        metadata: Mapping[str, object],
        record_id: str,
        date: datetime,
        refers_to: str | None,
        target: str | None,
    ) -> bytes:
        headers = _headers("metadata", record_id, date)
        if target:
            headers.append(("WARC-Target-URI", target))
        if refers_to:
            headers.append(("WARC-Refers-To", refers_to))
        headers.append(("WARC-Warcinfo-ID", self._warcinfo_id))
        # A field of warc-fields, not a JSON block: pywb would offer any other media type as the page.
        said = json.dumps(metadata, ensure_ascii=False, allow_nan=False)
        # A lone surrogate has no UTF-8 form, and its backslash form is JSON.
        block = METADATA_PREFIX + said.encode("utf-8", "backslashreplace") + b"\r\n"
        return _record(headers, "application/warc-fields", block)


class _File:
    """One WARC file being written; each append is stored completely or not at all."""

    def __init__(self, folder: Path, name: WarcName, opened: datetime, fd: int, size: int) -> None:
        self.name = name
        self._final = folder / name.final_name
        self._path = folder / (name.final_name + OPEN_SUFFIX)
        self._fd = fd
        self._opened = opened
        self.size = size
        self._is_torn = False

    @classmethod
    def create(cls, folder: Path, name: WarcName, opened: datetime) -> _File:
        """Create a file, or raise FileExistsError."""
        if (folder / name.final_name).exists():
            raise FileExistsError(folder / name.final_name)
        path = folder / (name.final_name + OPEN_SUFFIX)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        fcntl.flock(fd, fcntl.LOCK_EX)  # shows repair that a running process writes this file
        sync_folder(folder)
        return cls(folder, name, opened, fd, 0)

    @classmethod
    def reopen(cls, folder: Path, name: WarcName, size: int) -> _File | None:
        """Open a complete file to append to it, or return None if it is not as expected or a process reads it.

        The first change on disk is its open name: from then on, repair treats it like any file of a killed run.
        """
        final, path = folder / name.final_name, folder / (name.final_name + OPEN_SUFFIX)
        if path.exists() or name.started is None:
            return None
        try:
            if final.is_symlink():
                return None
            os.chmod(final, 0o644)  # it is read-only; nobody else writes into this folder
            fd = os.open(final, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:  # gone, or of another owner
            return None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            stat = os.fstat(fd)
            if stat.st_size == size and os.path.samestat(stat, os.lstat(final)):  # not moved meanwhile
                os.rename(final, path)
                sync_folder(folder)
                return cls(folder, name, name.started, fd, size)
            os.fchmod(fd, 0o444)
        except BlockingIOError:
            os.fchmod(fd, 0o444)
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)
        return None

    def is_over(self, max_bytes: int, oldest: datetime) -> bool:
        return self.size >= max_bytes or self._opened <= oldest

    def append(self, *members: bytes) -> list[Place]:
        if self._is_torn:
            self._cut_tear()
        try:
            _write_all(self._fd, b"".join(members), self.size)
        except OSError:
            self._is_torn = True
            with suppress(OSError):
                self._cut_tear()
            raise
        places: list[Place] = []
        for member in members:
            places.append(Place(f"{WARC_FOLDER}/{self.name.final_name}", self.size, len(member)))
            self.size += len(member)
        return places

    def _cut_tear(self) -> None:
        os.ftruncate(self._fd, self.size)
        self._is_torn = False

    def sync(self) -> None:
        os.fsync(self._fd)

    def close(self) -> None:
        if self._is_torn:
            self._cut_tear()
        os.fchmod(self._fd, 0o444)
        os.fsync(self._fd)
        os.rename(self._path, self._final)
        sync_folder(self._path.parent)
        os.close(self._fd)

    def leave_open(self) -> None:
        os.close(self._fd)

    def discard(self) -> None:
        with suppress(OSError):
            os.unlink(self._path)
        os.close(self._fd)


def _next(name: WarcName) -> WarcName:
    return WarcName(name.source, name.time, name.serial + 1)


def _write_all(fd: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(fd, view, offset)
        view, offset = view[written:], offset + written


def sync_folder(folder: Path) -> None:
    """Make new and changed names in a folder survive a power failure."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _headers(kind: str, record_id: str, date: datetime) -> Headers:
    stamp = date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return [("WARC-Type", kind), ("WARC-Record-ID", record_id), ("WARC-Date", stamp)]


def _revisit_block(response: bytes, revisit: Revisit) -> bytes:
    """Return a 304 as received, else the head without the body, which the original has."""
    return response[: payload_start(response)] if revisit.profile == "identical-payload-digest" else response


def _truncated(exchange: Exchange) -> Headers:
    return [("WARC-Truncated", exchange.truncated)] if exchange.truncated else []


def _record(headers: Headers, media_type: str, block: bytes, digest: str | None = None) -> bytes:
    """Return one record as one gzip member, headers and block unchanged, unlike warcio's writer.

    `digest` is the block's, if it is known already.
    """
    headers = [
        *headers,
        ("WARC-Block-Digest", digest or sha256(block)),
        ("Content-Type", media_type),
        ("Content-Length", str(len(block))),
    ]
    for name, value in headers:
        if "\r" in value or "\n" in value:
            raise ValueError(f"{name} of a WARC record must not contain a line end: {value!r}")
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return compress_record(b"".join((b"WARC/1.1\r\n", head.encode(), b"\r\n", block, b"\r\n\r\n")))


def compress_record(record: bytes) -> bytes:
    """Return a record as one gzip member."""
    is_small = len(record) <= SMALL_RECORD_BYTES
    packer = zlib.compressobj(
        COMPRESSION_LEVEL, zlib.DEFLATED, 16 + (12 if is_small else 15), 6 if is_small else 8
    )
    return packer.compress(record) + packer.flush()
