"""Read index files of other programs: CDXJ, and CDX with 9 or 11 fields or with a header that names its fields."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SUFFIXES = (".cdxj", ".cdx", ".cdxj.gz", ".cdx.gz")
_HEADER = re.compile(r"(.)CDX((?:\1[A-Za-z])+)")
_FIELDS = {11: "NbamskrMSVg", 9: "NbamskrVg"}
_STAMP = re.compile(r"\d{14}")
_LONGEST = 100  # characters of a line that are quoted


@dataclass(frozen=True, slots=True)
class IndexLine:
    """The place of the capture of an address, as an index states it."""

    key: str  # SURT
    timestamp: str  # 14 digits
    filename: str
    offset: int
    length: int | None = None
    url: str | None = None
    digest: str | None = None


def is_index(path: Path) -> bool:
    """Return whether a file is an index by its name."""
    return path.name.lower().endswith(SUFFIXES)


def read_index(stream: IO[bytes]) -> Iterator[IndexLine | str]:
    """Yield the lines of an index, compressed or not; for one that cannot be read, a sentence."""
    begin = stream.read(2)
    stream.seek(0)
    lines = gzip.GzipFile(fileobj=stream) if begin == b"\x1f\x8b" else stream
    letters: str | None = None
    number = 0
    try:
        for number, raw in enumerate(lines, 1):
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            if found := _HEADER.fullmatch(line):
                letters = found[2].replace(found[1], "")
            elif line.strip() and not line.startswith(("!", " CDX")):
                yield _parse(line, letters) or f"line {number} cannot be read: {line[:_LONGEST]!r}"
    except (EOFError, OSError, zlib.error) as error:
        yield f"it cannot be read after line {number} ({error})"


def _parse(line: str, letters: str | None) -> IndexLine | None:
    head, brace, rest = line.partition(" {")
    try:
        if brace and len(head.split(" ")) == 2:
            key, stamp = head.split(" ")
            return _of_fields(key, stamp, json.loads("{" + rest))
        fields = line.split(" ")
        named = letters or _FIELDS.get(len(fields), "")
        if len(fields) != len(named):
            return None
        found = dict(zip(named, fields, strict=True))
        named_fields = {"filename": "g", "offset": "V", "length": "S", "url": "a", "digest": "k"}
        return _of_fields(
            found.get("N", ""),
            found.get("b", ""),
            {name: found.get(one) for name, one in named_fields.items()},
        )
    except (ValueError, TypeError, KeyError):
        return None


def _of_fields(key: str, stamp: str, fields: dict[str, object]) -> IndexLine | None:
    if not _STAMP.fullmatch(stamp):
        return None
    stated = {name: str(value) for name, value in fields.items() if value not in (None, "", "-")}
    return IndexLine(
        key,
        stamp,
        stated["filename"],
        int(stated["offset"]),
        int(stated["length"]) if "length" in stated else None,
        stated.get("url"),
        stated.get("digest"),
    )
