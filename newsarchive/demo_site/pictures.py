"""Generate small pictures: the same name always gives the same bytes."""

from __future__ import annotations

import struct
import zlib
from hashlib import sha256

LARGE = (64, 40)
SMALL = (24, 16)


def png(name: str, size: tuple[int, int] = LARGE) -> bytes:
    """Return a PNG of two colours derived from the name, divided by a slanted line."""
    width, height = size
    digest = sha256(name.encode()).digest()
    colours = digest[:3], digest[3:6]
    lean = 1 + digest[6] % 4
    rows = b"".join(
        b"\0" + b"".join(colours[x * lean // 2 + y * 2 > width] for x in range(width)) for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
