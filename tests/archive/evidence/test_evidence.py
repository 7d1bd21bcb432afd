"""Evidence files: what they hold, and that every change of a byte and every hostile file is noticed."""

from __future__ import annotations

import hashlib
import io
import json
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.core import Archive
from archive.errors import ArchiveError
from archive.evidence import manifest as evidence
from archive.evidence.check import Claim, EvidenceCheck, check_evidence
from archive.evidence.dossier import Collector, collect
from archive.evidence.report import ReportFacts, write_report
from archive.export.captures.package import WaczPackage
from archive.manifests import reader as manifests
from archive.warc.containers.wacz import digest_problems
from tests.small_archive import BRIDGE, HOSTILE, PICTURE, SUMMIT

NOT_ASKED = Claim("time stamp", "unknown", "not asked")
CHANGES: dict[str, Callable[[bytes, int], bytes]] = {
    "flipped": lambda content, at: content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :],
    "removed": lambda content, at: content[:at] + content[at + 1 :],
    "added": lambda content, at: content[:at] + bytes([at % 256]) + content[at:],
    "truncated": lambda content, at: content[:at],
}


def check(content: bytes, folder: Path) -> EvidenceCheck:
    file = folder / "changed.wacz"
    file.write_bytes(content)
    return check_evidence(file, lambda stamp, listed: NOT_ASKED)


def verdicts(checked: EvidenceCheck) -> dict[str, str]:
    return {claim.name: claim.verdict for claim in checked.claims}


@pytest.fixture(scope="module")
def file(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an evidence file about two articles, one of which was edited."""
    written = tmp_path_factory.mktemp("evidence") / "case.wacz"
    with Archive.open(small) as archive:
        archive.evidence([SUMMIT, BRIDGE], written, operator="Library of Example")
    return written


@pytest.fixture(scope="module")
def content(file: Path) -> bytes:
    return file.read_bytes()


def repacked(content: bytes, change: dict[str, bytes]) -> bytes:
    """Return a file with other members and the digests that fit them, as a forger would write it."""
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        stated = json.loads(bundle.read("datapackage.json"))
        created = datetime.strptime(stated["created"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        forged = io.BytesIO()
        package = WaczPackage(forged, created)
        for one in stated["resources"]:
            package.add(one["path"], change.get(one["path"], bundle.read(one["path"])))
        package.finish(stated["software"])
    return forged.getvalue()


def test_every_claim_of_an_untouched_file_holds_but_the_stamp_it_has_not(
    content: bytes, tmp_path: Path
) -> None:
    checked = check(content, tmp_path)

    assert verdicts(checked) == {
        **dict.fromkeys(("package", "files", "records", "contents", "chain", "coverage"), "holds"),
        "time stamp": "unknown",
    }
    assert checked.holds
    assert checked.sha256 == hashlib.sha256(content).hexdigest()


def test_the_manifest_lists_each_record_with_its_place_in_the_archive(small: Path, file: Path) -> None:
    with zipfile.ZipFile(file) as bundle:
        listed = evidence.from_bytes(bundle.read(evidence.MANIFEST))
        for one in listed.records:
            stored = (small / one.file).read_bytes()[one.offset : one.offset + one.length]
            copied = bundle.read(one.member)[one.member_offset : one.member_offset + one.length]
            assert stored == copied
            assert one.sha256 == hashlib.sha256(stored).hexdigest()
    assert {"response", "request", "metadata", "warcinfo"} <= {one.type for one in listed.records}
    assert {SUMMIT, BRIDGE, PICTURE} <= {one.url for one in listed.records}
    assert {one.ip for one in listed.records if one.type == "response"} == {"192.0.2.1"}
    assert [one["url"] for one in listed.articles] == [SUMMIT, BRIDGE]


def test_it_is_a_wacz_file_with_the_chain_up_to_the_newest_manifest(small: Path, file: Path) -> None:
    head = manifests.chain_head(small)

    assert digest_problems(file) == []
    assert head is not None
    with zipfile.ZipFile(file) as bundle:
        names = [name for name in bundle.namelist() if name.startswith(evidence.CHAIN)]
        assert names[-1] == evidence.CHAIN + head.name + evidence.CHAIN_SUFFIX
        assert hashlib.sha256(bundle.read(names[-1])).hexdigest() == head.sha256


def test_the_report_says_what_was_captured_and_what_is_not_proved(file: Path) -> None:
    report = file.with_name("case.report.html").read_text("utf-8")

    with zipfile.ZipFile(file) as bundle:
        assert bundle.read(evidence.REPORT).decode() == report
    for part in (
        "2022-01-10 10:00:03 UTC",
        "192.0.2.1",
        "none: plain HTTP",
        "<ins>",
        "Library of Example",
        "What it does not prove",
        "No screenshot was taken",
        "no time stamp of an independent authority",
        "Statement of process",
    ):
        assert part in report, part
    assert "<script" not in report


@pytest.mark.parametrize(
    ("tls", "said"),
    [
        (
            {"protocol": "TLSv1.3", "certificate": "sha256:ab", "verified": True},
            "ab</code>, valid for the host",
        ),
        (
            {"certificate": "sha256:ab", "verified": False, "fault": "it <expired>"},
            "not valid: it &lt;expired&gt;",
        ),
        ({"certificate": "sha256:ab", "verified": None}, "validity not checked"),
        ({}, "none: plain HTTP"),
    ],
)
def test_the_report_says_which_certificate_the_server_showed(
    small: Path, tls: dict[str, object], said: str
) -> None:
    with Archive.open(small) as archive:
        (article,) = collect(archive.connection, small, [archive.article(BRIDGE).id])
    article = replace(article, captures=[replace(one, tls=tls) for one in article.captures])
    collector = Collector(None, "newsarchive", datetime(2022, 1, 12, tzinfo=UTC))
    report = write_report(
        ReportFacts(
            collector=collector,
            articles=[article],
            records=[],
            manifests=[],
            uncovered=0,
            imported=3,
            head=None,
            is_stamped=False,
            damages=["A record is <damaged>."],
        )
    ).decode()

    assert said in report
    assert "A record is &lt;damaged&gt;." in report
    assert "How the 3 imported records came about" in report


def test_a_hostile_article_cannot_write_into_the_report(small: Path, tmp_path: Path) -> None:
    with Archive.open(small) as archive:
        archive.evidence([HOSTILE], tmp_path / "hostile.wacz")
    report = (tmp_path / "hostile.report.html").read_text("utf-8")

    assert "&lt;script&gt;" in report
    assert "<script" not in report
    assert "<i>" not in report


@pytest.mark.parametrize("kind", CHANGES)
def test_any_changed_byte_fails(content: bytes, tmp_path: Path, kind: str) -> None:
    chance = random.Random(kind)
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        starts = [info.header_offset for info in bundle.infolist()]
    directory = content.rindex(b"PK\x05\x06")
    places = {
        *(
            start + at for start in starts for at in chance.sample(range(80), 3)
        ),  # headers, names, first bytes
        *chance.sample(range(len(content)), 60),
        *range(directory - 46, len(content), 3),  # the last entry and the end of the zip file
    }
    unnoticed = [at for at in sorted(places) if check(CHANGES[kind](content, at), tmp_path).holds]

    assert unnoticed == []


@pytest.mark.parametrize("around", [(b"\0", b""), (b"", b"\0"), (b"", b"PK\x05\x06" + bytes(18))])
def test_bytes_before_or_after_the_file_fail(
    content: bytes, tmp_path: Path, around: tuple[bytes, bytes]
) -> None:
    assert not check(around[0] + content + around[1], tmp_path).holds


def test_a_record_changed_with_its_digests_contradicts_the_evidence_manifest(
    content: bytes, tmp_path: Path
) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        name = next(name for name in bundle.namelist() if name.startswith("archive/primorsk-20220110"))
        changed = bytearray(bundle.read(name))
    changed[len(changed) // 2] ^= 1
    found = verdicts(check(repacked(content, {name: bytes(changed)}), tmp_path))

    assert (found["package"], found["files"], found["records"]) == ("holds", "holds", "fails")


def test_a_record_changed_with_the_evidence_manifest_contradicts_the_chain(
    content: bytes, tmp_path: Path
) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        listed = evidence.from_bytes(bundle.read(evidence.MANIFEST))
        one = next(one for one in listed.records if one.type == "response")
        member = bytearray(bundle.read(one.member))
    member[one.member_offset + 4] ^= 1  # the time in the gzip header: the record itself stays readable
    digest = hashlib.sha256(member[one.member_offset :][: one.length]).hexdigest()
    records = [replace(other, sha256=digest) if other is one else other for other in listed.records]
    forged = {
        one.member: bytes(member),
        evidence.MANIFEST: evidence.to_bytes(replace(listed, records=records)),
    }
    found = verdicts(check(repacked(content, forged), tmp_path))

    assert found == {**dict.fromkeys(("package", "files", "records", "contents"), "holds"), "chain": "fails",
                     "time stamp": "unknown"}  # fmt: skip


def test_a_list_that_says_something_else_than_the_records_fails(content: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        listed = evidence.from_bytes(bundle.read(evidence.MANIFEST))
    records = [replace(one, ip="203.0.113.9") for one in listed.records]
    forged = {evidence.MANIFEST: evidence.to_bytes(replace(listed, records=records))}

    assert verdicts(check(repacked(content, forged), tmp_path))["contents"] == "fails"


def test_records_that_no_manifest_lists_are_unknown_and_not_false(small: Path, tmp_path: Path) -> None:
    with Archive.open(small) as archive:
        archive.evidence([SUMMIT], tmp_path / "e.wacz")
    content = (tmp_path / "e.wacz").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        stated = json.loads(bundle.read("datapackage.json"))
        listed = evidence.from_bytes(bundle.read(evidence.MANIFEST))
        forged = io.BytesIO()
        package = WaczPackage(forged, datetime.fromisoformat(stated["created"]))
        kept = [one for one in listed.files if not one.path.startswith(evidence.CHAIN)]
        for one in stated["resources"]:
            if one["path"] == evidence.MANIFEST:
                package.add(one["path"], evidence.to_bytes(replace(listed, files=kept)))
            elif not one["path"].startswith(evidence.CHAIN):
                package.add(one["path"], bundle.read(one["path"]))
        package.finish(stated["software"])
    checked = check(forged.getvalue(), tmp_path)

    assert checked.holds
    assert verdicts(checked)["chain"] == "unknown"


def _zip(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as bundle:
        for name, content in members:
            bundle.writestr(name, content)
    return out.getvalue()


def _hostile_files() -> Iterator[tuple[str, bytes]]:
    yield "empty", b""
    yield "no zip", b"not a zip file" * 100
    yield "an empty zip", _zip()
    yield "a bomb", _zip(("datapackage.json", bytes(50_000_000)), method=zipfile.ZIP_DEFLATED)
    for name in ("../../etc/passwd", "/etc/passwd", "a\\b", "C:x", "a//b", ".", "a\n"):
        yield f"the name {name!r}", _zip((name, b""))
    yield (
        "deep JSON",
        _zip(
            ("datapackage.json", b"[" * 100_000), ("datapackage-digest.json", b""), (evidence.MANIFEST, b"")
        ),
    )
    plain = _zip(("a", b"1234"))
    directory = struct.unpack_from("<I", plain, len(plain) - 6)[0]
    yield (
        "a size beyond the file",
        (plain[: directory + 20] + struct.pack("<II", 2**32 - 2, 2**32 - 2) + plain[directory + 28 :]),
    )
    yield (
        "a member outside the file",
        (plain[: directory + 42] + struct.pack("<I", 2**32 - 2) + plain[directory + 46 :]),
    )
    yield (
        "two members of one name",
        _zip(("one-name", b"1"), ("two-name", b"2")).replace(b"two-name", b"one-name"),
    )


@pytest.mark.parametrize(("name", "hostile"), [pytest.param(*one, id=one[0]) for one in _hostile_files()])
def test_hostile_files_fail_with_a_sentence(tmp_path: Path, name: str, hostile: bytes) -> None:
    checked = check(hostile, tmp_path)

    assert not checked.holds, name
    assert all(claim.text.endswith(".") and "\n" not in claim.text for claim in checked.claims)
    assert [one.name for one in tmp_path.iterdir()] == ["changed.wacz"]


@pytest.mark.parametrize(
    "stated",
    [
        b"[]",
        b'{"evidence": 2}',
        b'{"evidence": 1}',
        b'{"evidence": 1, "articles": [], "records": [1], "files": []}',
    ],
)
def test_a_manifest_that_is_none_fails(content: bytes, tmp_path: Path, stated: bytes) -> None:
    assert not check(repacked(content, {evidence.MANIFEST: stated}), tmp_path).holds


def test_nothing_is_written_over_a_file_or_into_the_archive(small: Path, file: Path, tmp_path: Path) -> None:
    with Archive.open(small) as archive:
        with pytest.raises(ArchiveError, match="already exists"):
            archive.evidence([SUMMIT], file)
        with pytest.raises(ArchiveError, match="part of the archive itself"):
            archive.evidence([SUMMIT], small / "warc" / "e.wacz")

        def broken(listed: bytes) -> bytes:
            raise ArchiveError("The authority is asleep.")

        with pytest.raises(ArchiveError, match="asleep"):
            archive.evidence([SUMMIT], tmp_path / "e.wacz", ask_for_stamp=broken)
    assert list(tmp_path.iterdir()) == []
