"""Check an evidence file: which of its claims hold, without the archive and without a network connection.

Nothing in the file is trusted. A zip file has fields that no digest covers, so the package is written again from its
members by the writer of evidence files, and compared byte for byte: whatever the writer would not have put there fails.
"""

from __future__ import annotations

import hashlib
import json
import struct
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Literal

from archive import paths
from archive.errors import DamagedRecord
from archive.evidence import manifest as evidence
from archive.evidence.layout import ComparedLayout, LayoutError, stored_members
from archive.evidence.manifest import BadEvidence, EvidenceManifest, EvidenceRecord
from archive.export.captures.package import WaczPackage
from archive.http.capture import Place
from archive.manifests import reader as manifests
from archive.manifests.reader import BadManifest, Manifest
from archive.values.plurals import counted
from archive.values.short_repr import ShortRepr
from archive.warc import reader
from archive.warc.containers.wacz import PACKAGE, PACKAGE_DIGEST, opened_member

Verdict = Literal["holds", "fails", "unknown"]
_PIECE = 1024 * 1024
_MAX_JSON = 256 * 1024 * 1024  # bytes of a list that is read into memory
_MAX_NAMED = 5  # problems of one kind that are named


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of an evidence file, and whether it holds."""

    name: str
    verdict: Verdict
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class EvidenceCheck(ShortRepr):
    """The result of checking an evidence file."""

    claims: tuple[Claim, ...]
    sha256: str  # hex; of the file

    @property
    def holds(self) -> bool:
        """Return whether no claim fails."""
        return all(claim.verdict != "fails" for claim in self.claims)


CheckStamp = Callable[[bytes, bytes], Claim]  # of a response and the content it is for


class _Failed(Exception):
    """A claim fails; the message says why."""


def check_evidence(file: Path, check_stamp: CheckStamp) -> EvidenceCheck:
    """Return which claims of an evidence file hold. Raise OSError only if the file cannot be opened or read."""
    digest = manifests.file_sha256(file)
    return EvidenceCheck(tuple(_Checker(file, check_stamp).claims()), digest)


@dataclass(slots=True)
class _Checker:
    """The checks of one file; each needs those before it."""

    file: Path
    check_stamp: CheckStamp

    def claims(self) -> Iterator[Claim]:
        try:
            with zipfile.ZipFile(self.file) as bundle:
                members = stored_members(bundle, self.file.stat().st_size)
                package = self._package(bundle, members)
                yield self._claim("package", lambda: self._layout(bundle, package))
                listed = self._listed(bundle, members)
                yield self._claim("files", lambda: self._files(package, listed))
                yield self._claim("records", lambda: self._records(members, listed))
                yield self._claim("contents", lambda: self._contents(members, listed))
                yield from self._manifests(bundle, members, listed)
                yield self._stamp(bundle, members)
        except (LayoutError, _Failed) as error:
            yield Claim("package", "fails", str(error))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
            yield Claim("package", "fails", "It is not a complete zip file.")

    def _claim(self, name: str, check: Callable[[], str]) -> Claim:
        try:
            return Claim(name, "holds", check())
        except (LayoutError, _Failed) as error:
            return Claim(name, "fails", str(error))

    def _package(self, bundle: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> dict[str, Any]:
        """Return what datapackage.json states."""
        for name in (PACKAGE, PACKAGE_DIGEST, evidence.MANIFEST):
            if name not in members:
                raise _Failed(f"It is not an evidence file: it has no {name}.")
        try:
            stated = json.loads(_content(bundle, members[PACKAGE]))
            resources = stated["resources"]
            if [set(one) for one in resources] != [{"name", "path", "hash", "bytes"}] * len(resources):
                raise ValueError
            stated["created"] = datetime.strptime(stated["created"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise _Failed(f"Its {PACKAGE} is not valid.") from error
        return dict(stated)

    def _layout(self, bundle: zipfile.ZipFile, package: dict[str, Any]) -> str:
        """Write the package again and compare it byte for byte."""
        with self.file.open("rb") as original:
            layout = ComparedLayout(original)
            with closing(WaczPackage(layout, package["created"])) as written:  # type: ignore[arg-type]
                for info in bundle.infolist():
                    if info.filename in (PACKAGE, PACKAGE_DIGEST):
                        continue
                    is_large = _has_extra_field(original, info)
                    with written.member(info.filename, zipfile.ZIP64_LIMIT if is_large else 0) as out:
                        for piece in _pieces(bundle, info):
                            out.write(piece)
                resources = written.members()
                for stated, real in zip(package["resources"], resources, strict=False):
                    if stated["path"] == real.path and stated["hash"] != f"sha256:{real.sha256}":
                        raise _Failed(f"{real.path} was changed: its digest is not the one in {PACKAGE}.")
                written.finish(str(package.get("software")))
            layout.check()
        return f"It is as it was written; each file has its digest in {PACKAGE} ({counted(len(resources), 'file')})."

    def _listed(self, bundle: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> EvidenceManifest:
        try:
            return evidence.from_bytes(_content(bundle, members[evidence.MANIFEST]))
        except BadEvidence as error:
            raise _Failed(f"{evidence.MANIFEST} is not valid: {error}.") from error

    def _files(self, package: dict[str, Any], listed: EvidenceManifest) -> str:
        """Compare the files that have no records with the evidence manifest; digests were just compared."""
        real = {
            str(one["path"]): (one["bytes"], one["hash"])
            for one in package["resources"]
            if not str(one["path"]).startswith(evidence.RECORDS)
            and one["path"] not in (evidence.MANIFEST, evidence.STAMP)
        }
        stated = {one.path: (one.bytes, f"sha256:{one.sha256}") for one in listed.files}
        wrong = sorted(name for name in real.keys() | stated.keys() if real.get(name) != stated.get(name))
        if wrong or len(stated) != len(listed.files):
            raise _Failed(f"These files are not as {evidence.MANIFEST} lists them: {_named(wrong)}.")
        return f"The report, the index and the manifests match {evidence.MANIFEST}."

    def _records(self, members: dict[str, zipfile.ZipInfo], listed: EvidenceManifest) -> str:
        """Compare each record with its digest, and check that there is nothing beside them."""
        for name, records in self._by_member(members, listed).items():
            with self._opened(name) as stream:
                end = 0
                for one in records:
                    if one.member_offset != end:
                        raise _Failed(f"{name} has bytes at {end} that {evidence.MANIFEST} does not list.")
                    digest = manifests.hash_next_bytes(stream, one.length, hashlib.sha256())
                    if digest != one.sha256:
                        raise _Failed(f"The record {one.id} in {name} was changed.")
                    end += one.length
                if end != members[name].file_size:
                    raise _Failed(f"{name} has bytes at {end} that {evidence.MANIFEST} does not list.")
        return f"Each has the SHA-256 taken when it was copied ({counted(len(listed.records), 'record')})."

    def _contents(self, members: dict[str, zipfile.ZipInfo], listed: EvidenceManifest) -> str:
        """Compare what the evidence manifest says of each record with the record itself."""
        for name, stated in self._by_member(members, listed).items():
            with self._opened(name) as stream:
                for one in stated:
                    try:
                        block, length = reader.read_member(stream, name, one.member_offset)
                        real = reader.parse_record(block, Place(name, one.member_offset, length))
                    except DamagedRecord as error:
                        raise _Failed(f"The record {one.id} cannot be read.") from error
                    if length != one.length:
                        raise _Failed(f"The record {one.id} has {length} bytes, not {one.length}.")
                    facts = (real.kind, real.record_id, real.header("WARC-Target-URI"), real.stated_date)
                    if (*facts, real.header("WARC-IP-Address")) != (
                        one.type,
                        one.id,
                        one.url,
                        one.date,
                        one.ip,
                    ):
                        raise _Failed(
                            f"The record {one.id} does not state what {evidence.MANIFEST} says of it."
                        )
        return "Type, address, time and server IP in the list are those that the WARC records state."

    def _manifests(
        self, bundle: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], listed: EvidenceManifest
    ) -> Iterator[Claim]:
        """Check the copied manifests of the archive, and look the records up in them."""
        names = [name for name in members if name.startswith(evidence.CHAIN)]
        if not names:
            yield Claim("chain", "unknown", "No manifest of the archive is in the file.")
            return
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            paths.manifests_folder(folder).mkdir()
            try:
                for name in names:
                    self._extract(bundle, members[name], folder)
                chain = [manifests.read(path) for path in manifests.manifest_paths(folder)]
                _check_chain(chain)
                covered = _look_up(folder, chain, listed)
            except _Failed as error:
                yield Claim("chain", "fails", str(error))
                return
            except (BadManifest, OSError) as error:
                yield Claim("chain", "fails", f"A manifest is not valid: {error}")
                return
        head = chain[-1]
        yield Claim(
            "chain",
            "holds",
            f"The archive's manifests follow one another up to {head.name}, SHA-256 {head.sha256} "
            f"({counted(len(chain), 'manifest')}).",
        )
        missing = len(listed.records) - covered
        yield Claim(
            "coverage",
            "unknown" if missing else "holds",
            f"Of {counted(len(listed.records), 'record')}, {covered} are in these manifests with the same digests"
            + (f"; {missing} are in none, so nothing dates them." if missing else "."),
        )

    def _extract(self, bundle: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path) -> None:
        name = info.filename.removeprefix(evidence.CHAIN).removesuffix(evidence.CHAIN_SUFFIX)
        if (
            "/" in name
            or not info.filename.endswith(evidence.CHAIN_SUFFIX)
            or manifests.number_of(name) is None
        ):
            raise _Failed(f"{info.filename} is not the name of a manifest.")
        with (paths.manifests_folder(folder) / name).open("wb") as out:
            for piece in _pieces(bundle, info):
                out.write(piece)

    def _stamp(self, bundle: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> Claim:
        if evidence.STAMP not in members:
            return Claim("time stamp", "unknown", "No time stamp of an independent authority is in the file.")
        return self.check_stamp(
            _content(bundle, members[evidence.STAMP]), _content(bundle, members[evidence.MANIFEST])
        )

    def _by_member(
        self, members: dict[str, zipfile.ZipInfo], listed: EvidenceManifest
    ) -> dict[str, list[EvidenceRecord]]:
        found: dict[str, list[EvidenceRecord]] = {
            name: [] for name in members if name.startswith(evidence.RECORDS)
        }
        for one in listed.records:
            if one.member not in found:
                raise _Failed(f"{one.member[:80]} is listed in {evidence.MANIFEST}, and is missing.")
            found[one.member].append(one)
        return {name: sorted(records, key=lambda one: one.member_offset) for name, records in found.items()}

    def _opened(self, name: str) -> Any:
        return opened_member(self.file, name)


def _check_chain(chain: list[Manifest]) -> None:
    for before, after in pairwise(chain):
        if (after.previous, after.previous_sha256) != (before.name, before.sha256):
            raise _Failed(f"The manifest {after.name} does not follow {before.name}.")


def _look_up(folder: Path, chain: list[Manifest], listed: EvidenceManifest) -> int:
    """Return how many records the manifests list; raise _Failed if one of them has another digest."""
    wanted: dict[str, dict[int, EvidenceRecord]] = defaultdict(dict)
    for one in listed.records:
        wanted[one.file][one.offset] = one
    covered = 0
    for file in (file for manifest in chain for file in manifest.files):
        records = wanted.pop(file.file, None)
        if not records:
            continue
        for entry in manifests.read_entries(folder, file):
            record = records.pop(entry.offset, None)
            if record is None:
                continue
            if (entry.length, entry.sha256) != (record.length, record.sha256):
                raise _Failed(f"The record {record.id} is not the one that {file.manifest} lists.")
            covered += 1
        if records:
            lost = next(iter(records.values()))
            raise _Failed(f"The record {lost.id} is not in {file.manifest}, which lists the whole file.")
    return covered


def _has_extra_field(original: BinaryIO, info: zipfile.ZipInfo) -> bool:
    original.seek(info.header_offset + 28)
    return original.read(2) != b"\0\0"


def _content(bundle: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > _MAX_JSON:
        raise _Failed(f"{info.filename} is too long to be read.")
    return b"".join(_pieces(bundle, info))


def _pieces(bundle: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with bundle.open(info) as member:
            while piece := member.read(_PIECE):
                yield piece
    except (zipfile.BadZipFile, EOFError) as error:
        raise _Failed(f"{info.filename} was changed, or is incomplete.") from error


def _named(names: list[str]) -> str:
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    return ", ".join(names[:_MAX_NAMED]) + more
