"""ARC files, the predecessor of WARC: each record as a WARC record with the same block. PURE.

    http://a.example/ 192.0.2.1 20050102030405 text/html 1234   the line before each block; it is kept in `ARC-Header`
    HTTP/1.1 200 OK …                                           1234 bytes, unchanged

The line and the block are all that an ARC record has, so the ARC file could be written again from these records. See
https://archive.org/web/researcher/ArcFileFormat.php (1.0) and the Heritrix manual (1.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from archive.warc.block import http_media_type, is_http_answer, sha256

BEGIN = b"filedesc:"  # of the first record, which describes the file
MAX_LINE = 64 * 1024
_DATE_DIGITS = 14
# Version 1 has five fields, version 2 ten; an address may hold blanks, and the media type may be missing.
_VERSION_1 = re.compile(
    rb"(?P<url>\S.*?) (?P<ip>\S+) (?P<date>\d{8,17}) (?P<type>.*?) ?(?P<length>\d{1,12})\s*"
)
_VERSION_2 = re.compile(
    rb"(?P<url>\S.*?) (?P<ip>\S+) (?P<date>\d{8,17}) (?P<type>\S+) \d{3} \S+ \S+ \d+ \S+ (?P<length>\d{1,12})\s*"
)
NEXT_LINE = re.compile(rb"\n(?=[a-z][a-z0-9+.-]*:[^\n]{1,8192} \d{14} [^\n]* \d{1,12}\r?\n)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArcHeader:
    """The line before the block of a record."""

    line: bytes  # as in the file, without the line end
    url: str
    ip: str
    date: str  # digits
    media_type: str
    length: int  # of the block

    @property
    def is_file_description(self) -> bool:
        """Return whether the record describes the file."""
        return self.line.startswith(BEGIN)


def parse_header(line: bytes) -> ArcHeader | None:
    """Return what a line says of the block after it; None if it is not such a line."""
    line = line.rstrip(b"\r\n")
    found = _VERSION_2.fullmatch(line) or _VERSION_1.fullmatch(line)
    if found is None:
        return None
    url, ip, date, media_type = (
        found[name].decode("utf-8", "replace") for name in ("url", "ip", "date", "type")
    )
    return ArcHeader(line, url, ip, date, media_type, int(found["length"]))


def to_warc(header: ArcHeader, block: bytes) -> bytes:
    """Return the WARC record of an ARC record, with the line ends after it.

    Its id follows from its line and block, so that a second conversion gives the same.
    """
    digest = sha256(block)
    name = f"{header.line.decode('latin-1')} {digest}"
    kind = "response" if is_http_answer(block) else "resource"
    fields = [
        ("WARC-Type", "warcinfo" if header.is_file_description else kind),
        ("WARC-Record-ID", f"<urn:uuid:{uuid5(NAMESPACE_URL, name)}>"),
        ("WARC-Date", _date(header.date)),
        ("WARC-Block-Digest", digest),
        ("ARC-Header", header.line.decode("utf-8", "surrogateescape")),
    ]
    if header.is_file_description:
        fields += [("WARC-Filename", header.url.removeprefix("filedesc://")), ("Content-Type", "text/plain")]
    else:
        media_type = http_media_type(block, "response") if kind == "response" else header.media_type
        fields += [
            ("WARC-Target-URI", header.url),
            ("WARC-IP-Address", header.ip),
            ("Content-Type", media_type or "application/octet-stream"),
        ]
    fields.append(("Content-Length", str(len(block))))
    head = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in fields)
    return b"WARC/1.1\r\n" + head.encode("utf-8", "surrogateescape") + b"\r\n" + block + b"\r\n\r\n"


def _date(digits: str) -> str:
    """Return a date as WARC states it; digits that are missing or invalid are kept for the reader."""
    if len(digits) < _DATE_DIGITS:
        day = digits[:8]
        return f"{day[:4]}-{day[4:6]}-{day[6:8]}" + (
            f"T{digits[8:10]}:{digits[10:12]}Z" if len(digits) >= 12 else ""
        )
    parts = digits[:4], digits[4:6], digits[6:8], digits[8:10], digits[10:12], digits[12:14]
    return "{}-{}-{}T{}:{}:{}Z".format(*parts)


def _one_line(value: str) -> str:
    return " ".join(re.split(r"[\r\n]+", value))
