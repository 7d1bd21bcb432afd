"""Decode content codings within a size limit: gzip, deflate in both forms, Brotli, Zstandard."""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Sequence
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_PIECE = 64 * 1024
_MAX_MEMBERS = (
    1000  # no honest gzip or Zstandard response has this many members; more would take unbounded time
)
_ZSTD_WINDOW_LOG = 25  # 32 MiB; RFC 9659 allows servers 8 MiB
_ZSTD_FILE_WINDOW_LOG = 27  # 128 MiB, as the zstd program allows
_ZSTD_DICTIONARY = b"\x37\xa4\x30\xec"
_MAGIC = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")  # of gzip and Zstandard
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # bytes that no uncompressed page contains
ZSTD_ERROR = zstd.ZstdError
_ERRORS = (zlib.error, brotli.error, zstd.ZstdError, EOFError)


class _Stream(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self.unused_data = b""

    @property
    def eof(self) -> bool:
        return bool(self._stream.is_finished())

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        out: bytes = self._stream.process(data, output_buffer_limit=max_length)
        return out[:max_length]


def _zlib() -> _Stream:
    return zlib.decompressobj(wbits=47)  # detects gzip or zlib: servers confuse the two names


def _raw_deflate() -> _Stream:
    return zlib.decompressobj(wbits=-15)


def zstd_file_decoder(dictionary: bytes | None = None) -> _Stream:
    """Return a decoder of one Zstandard frame of a file, with the dictionary that the file states."""
    stated = (
        zstd.ZstdDict(dictionary, is_raw=not dictionary.startswith(_ZSTD_DICTIONARY)) if dictionary else None
    )
    options = {int(zstd.DecompressionParameter.window_log_max): _ZSTD_FILE_WINDOW_LOG}
    return zstd.ZstdDecompressor(zstd_dict=stated, options=options)


def _zstd() -> _Stream:
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})


_STREAMS: dict[str, tuple[Callable[[], _Stream], ...]] = {
    "gzip": (_zlib,),
    "x-gzip": (_zlib,),
    "deflate": (_zlib, _raw_deflate),
    "br": (_Brotli,),
    "zstd": (_zstd,),
}


def decode_content(data: bytes, codings: Sequence[str], limit: int) -> tuple[bytes, bool]:
    """Return the data with its codings undone, last applied first, and whether each was decoded to its end.

    The result has at most `limit` bytes; of truncated or damaged data, what could be decoded. Unknown codings, and
    codings that the data does not have, are ignored: servers label plain pages with both.
    """
    is_whole = True
    for coding in reversed(codings):
        for make in _STREAMS.get(coding, ()):
            found = _decode_with(make, data, limit)
            if found is not None:
                data, ends = found
                is_whole = is_whole and ends
                break
        else:
            is_whole = is_whole and not (coding in _STREAMS and _BINARY.search(data[:512]))
    return data[:limit], is_whole


def _decode_with(make: Callable[[], _Stream], data: bytes, limit: int) -> tuple[bytes, bool] | None:
    """Return the decoded data and whether it is complete, or None if the data is not in this coding."""
    out = bytearray()
    at = 0
    for member in range(_MAX_MEMBERS):
        try:
            used = _decode_member(make, data, at, out, limit)
        except _ERRORS:
            if member == 0 and not out:
                return None
            # Like gzip(1), treat what follows a complete member and is no member itself as padding.
            return bytes(out), member > 0 and not data.startswith(_MAGIC, at)
        if len(out) >= limit or at + used >= len(data):
            break
        if not used:
            return bytes(out), False
        at += used
    return bytes(out), True


def _decode_member(make: Callable[[], _Stream], data: bytes, begin: int, out: bytearray, limit: int) -> int:
    """Append the content of one member and return its length in bytes, 0 if it does not end.

    For damaged data, append what precedes the damage and raise.
    """
    kept = len(out)
    stream = make()
    for at in range(begin, len(data), _PIECE):
        piece = data[at : at + _PIECE]
        try:
            out += stream.decompress(piece, limit - len(out))
        except _ERRORS:
            del out[kept:]
            _decode_until_damage(make, data[begin : at + _PIECE], at - begin, out, limit)
            raise
        if stream.eof:
            return at - begin + len(piece) - len(stream.unused_data)
        if len(out) >= limit:
            return 0
    return 0


def _decode_until_damage(
    make: Callable[[], _Stream], data: bytes, sound: int, out: bytearray, limit: int
) -> None:
    """Decode byte by byte up to the damage: a decoder that fails returns nothing for the piece it failed in."""
    stream = make()
    pieces = [data[at : at + _PIECE] for at in range(0, sound, _PIECE)]
    pieces += [data[at : at + 1] for at in range(sound, len(data))]
    for piece in pieces:
        if len(out) >= limit:
            return
        try:
            out += stream.decompress(piece, limit - len(out))
        except _ERRORS:
            return
