"""A WACZ file (1.1.1) being written: a zip file of uncompressed members, and the two files that describe them.

See https://specs.webrecorder.net/wacz/1.1.1/.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

WACZ_VERSION = "1.1.1"
_PIECE = 1024 * 1024
_UNIX = 3  # so that the same content gives the same bytes on every system


@dataclass(frozen=True, slots=True)
class WrittenMember:
    """A member that was written."""

    path: str
    length: int
    sha256: str  # hex


class WaczPackage:
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
    def member(self, path: str, most: int) -> Iterator[Member]:
        """Yield a new member of at most so many bytes to write to.

        Only one that may be very large gets the headers of ZIP64, with which ReplayWeb.page looks for its content in
        the wrong place.
        """
        with self._zip.open(self._info(path), "w", force_zip64=most >= zipfile.ZIP64_LIMIT) as out:
            member = Member(out)
            yield member
        self._resources.append(
            {
                "name": path.rpartition("/")[2].lower(),
                "path": path,
                "hash": f"sha256:{member.sha256.hexdigest()}",
                "bytes": member.length,
            }
        )

    def members(self) -> list[WrittenMember]:
        """Return the members written so far."""
        return [
            WrittenMember(str(one["path"]), int(str(one["bytes"])), str(one["hash"]).removeprefix("sha256:"))
            for one in self._resources
        ]

    def add(self, path: str, content: bytes) -> None:
        """Write a short member."""
        with self.member(path, len(content)) as out:
            out.write(content)

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
        info = zipfile.ZipInfo(path, self._at.astimezone(UTC).timetuple()[:6])
        info.create_system = _UNIX
        return info


@dataclass(slots=True)
class Member:
    """A member of the zip file that is being written."""

    out: IO[bytes]
    length: int = 0
    sha256: hashlib._Hash = field(default_factory=hashlib.sha256)

    def write(self, piece: bytes) -> None:
        """Add bytes."""
        self.out.write(piece)
        self.sha256.update(piece)
        self.length += len(piece)
