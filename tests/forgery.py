"""What an editor of WARC files can do who knows the format: records taken apart, changed, and made to fit again."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from pathlib import Path

from archive.core import Archive
from archive.warc.writer import compress_record


def members(path: Path) -> list[bytes]:
    """Return the gzip members of a file as stored."""
    data, found = path.read_bytes(), []
    while data:
        decoder = zlib.decompressobj(wbits=31)
        decoder.decompress(data)
        found.append(data[: len(data) - len(decoder.unused_data)])
        data = decoder.unused_data
    return found


def with_digests(record: bytes) -> bytes:
    """Return the record with its length and digests recalculated, as a forger would."""
    head, block = record.removesuffix(b"\r\n\r\n").split(b"\r\n\r\n", 1)
    payload = block.split(b"\r\n\r\n", 1)[-1]
    head = re.sub(rb"(?<=Content-Length: )\d+", str(len(block)).encode(), head)
    for name, data in ((b"Block", block), (b"Payload", payload)):
        stated = b"WARC-" + name + b"-Digest: sha256:"
        head = re.sub(stated + rb"\w+", stated + hashlib.sha256(data).hexdigest().encode(), head)
    return head + b"\r\n\r\n" + block + b"\r\n\r\n"


def forge(path: Path, url: str, old: bytes, new: bytes) -> None:
    """Replace words in the response of a URL, and make everything in the file agree with it."""
    records = [gzip.decompress(member) for member in members(path)]
    for at, record in enumerate(records):
        if b"WARC-Type: response" in record and f"WARC-Target-URI: {url}\r\n".encode() in record:
            assert old in record
            records[at] = with_digests(record.replace(old, new))
    path.write_bytes(b"".join(map(compress_record, records)))


def forged(folder: Path, url: str, old: bytes, new: bytes, *, fits: bool = True) -> None:
    """Rewrite the first record of an address as a forger would who lets the index find it again."""
    path = min((folder / "warc").glob("primorsk-*"))
    before = members(path)
    records = [gzip.decompress(member) for member in before]
    for at, record in enumerate(records):
        if b"WARC-Type: response" in record and f"WARC-Target-URI: {url}\r\n".encode() in record:
            assert old in record
            changed = record.replace(old, new)
            records[at] = with_digests(changed) if fits else changed
    after = [compress_record(record) for record in records]
    path.write_bytes(b"".join(after))
    with Archive.open(folder) as archive:
        for at in reversed(range(len(before))):
            archive.connection.execute(
                'UPDATE captures SET "offset" = ?, length = ? WHERE file = ? AND "offset" = ?',
                (
                    sum(map(len, after[:at])),
                    len(after[at]),
                    f"warc/{path.name}",
                    sum(map(len, before[:at])),
                ),
            )
