"""The lines of a CDXJ index of WARC records, and their order."""

from __future__ import annotations

import base64
import hashlib
import heapq
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path

from archive.errors import DamagedRecord
from archive.http.message import read_head
from archive.warc.block import is_http_answer
from archive.warc.cdx.request_body import appended_query
from archive.warc.cdx.surt import surt_key
from archive.warc.records import Damage, Record

MAX_SORTED_BYTES = 32 * 1024 * 1024  # that are sorted in memory; longer indexes are merged from sorted parts
_INDEXED = frozenset({"response", "revisit", "resource", "metadata"})
_FIELDS = "application/warc-fields"  # notes of a crawler, not content of an address
_WITH_BODY = frozenset({"POST", "PUT"})
_WITHOUT_CONTENT = frozenset({"HEAD", "OPTIONS"})  # their responses would be replayed as empty pages
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_TYPE_END = re.compile(r"[;\s]")


def cdxj_lines(records: Iterable[Record | Damage], filename: str) -> Iterator[str]:
    """Yield a line for each record that holds what an address answered, in the order of the records.

    A response and the request beside it are indexed together: see `request_body`. Left out are responses to HEAD and
    OPTIONS, and revisits after a 304, which replay tools would show as a page without a body.
    """
    before: Record | None = None
    for record in records:
        if isinstance(record, Damage):
            continue
        if before is None or not _is_exchange(before, record):
            if before is not None:
                yield from _line(before, None, filename)
            before = record
            continue
        request, answer = (before, record) if before.kind == "request" else (record, before)
        yield from _line(answer, request, filename)
        before = None
    if before is not None:
        yield from _line(before, None, filename)


def sorted_lines(lines: Iterable[str], folder: Path) -> Iterator[str]:
    """Yield lines in the order of their UTF-8 bytes, each once; files in `folder` hold what memory should not."""
    with ExitStack() as files:
        parts: list[Iterable[str]] = []
        held: list[str] = []
        size = 0
        for line in lines:
            held.append(line)
            size += len(line)
            if size > MAX_SORTED_BYTES:
                part = files.enter_context(
                    tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n", dir=folder)
                )
                part.writelines(one + "\n" for one in sorted(held))
                part.seek(0)
                parts.append(one.removesuffix("\n") for one in part)
                held, size = [], 0
        before: str | None = None
        for line in heapq.merge(*parts, sorted(held)):
            if line != before:
                yield line
            before = line


def _is_exchange(first: Record, second: Record) -> bool:
    kinds = {first.kind, second.kind}
    return (
        "request" in kinds
        and bool(kinds & {"response", "revisit"})
        and _address(first) == _address(second)
        and (_is_concurrent(first, second) or _is_concurrent(second, first))
    )


def _is_concurrent(one: Record, other: Record) -> bool:
    return bool(other.record_id) and one.header("WARC-Concurrent-To") == other.record_id


def _line(record: Record, request: Record | None, filename: str) -> Iterator[str]:
    if record.kind not in _INDEXED or record.profile == "server-not-modified":
        return
    url = _address(record)
    if not url or (record.kind in ("metadata", "resource") and record.media_type == _FIELDS):
        return
    try:
        moment = record.date
    except DamagedRecord:
        return  # an index has no place for a record without a date
    sent = _Request.of(request)
    if sent is not None and sent.method in _WITHOUT_CONTENT:
        return
    key, added = surt_key(url), {}
    if sent is not None and sent.method in _WITH_BODY:
        query, appended = sent.appended_to(url)
        key, added = surt_key(appended), {"requestBody": query, "method": sent.method}
    fields = {
        "url": url,
        "mime": _media_type(record),
        "status": _status(record),
        "digest": record.header("WARC-Payload-Digest") or _payload_digest(record),
        "length": str(record.place.length),
        "offset": str(record.place.offset),
        "filename": filename,
    }
    stated = {name: value for name, value in fields.items() if value} | added
    yield f"{key} {moment:%Y%m%d%H%M%S} {json.dumps(stated)}"


def _address(record: Record) -> str:
    stated = (record.header("WARC-Target-URI") or "").strip()
    return stated[1:-1] if stated.startswith("<") and stated.endswith(">") else stated


@dataclass(frozen=True, slots=True)
class _Request:
    """An HTTP request."""

    method: str
    fields: Message
    body: bytes

    @classmethod
    def of(cls, record: Record | None) -> _Request | None:
        """Return the request in a record, or None if there is none."""
        found = _HEAD_END.search(record.block) if record is not None else None
        if record is None or found is None:
            return None
        first, _, fields = record.block[: found.start()].partition(b"\n")
        method = first.split(b" ")[0].decode("latin-1").upper()
        return cls(method, BytesHeaderParser().parsebytes(fields), record.block[found.end() :])

    def appended_to(self, url: str) -> tuple[str, str]:
        """Return the body as a query, and the address with it: see `appended_query`."""
        media_type, length = self.fields.get("Content-Type"), self.fields.get("Content-Length")
        return appended_query(url, self.method, str(media_type or ""), self.body, length)


def _media_type(record: Record) -> str | None:
    if record.kind == "revisit":
        return "warc/revisit"
    if record.kind != "response":
        return record.media_type or None
    values = read_head(record.block).values(b"content-type")
    stated = _TYPE_END.split(values[0].decode("latin-1"), maxsplit=1)[0].strip() if values else ""
    return stated or None


def _status(record: Record) -> str | None:
    is_http = record.kind in ("response", "revisit") and is_http_answer(record.block)
    return f"{read_head(record.block).status:03}" if is_http else None


def _payload_digest(record: Record) -> str | None:
    """Return the digest that replay tools compute for a record that states none."""
    if record.kind == "revisit":
        return None
    start = read_head(record.block).length if record.kind == "response" else 0
    digest = hashlib.sha1(record.block[start:], usedforsecurity=False).digest()
    return "sha1:" + base64.b32encode(digest).decode()
