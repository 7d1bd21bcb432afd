"""Records of other programs: identity, digests, revisits, dates, types and containers, before and after a rebuild."""

from __future__ import annotations

import base64
import hashlib
import re
import struct
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from archive.core import Archive
from archive.extraction.model import Outlet
from archive.integrity.audit import run_audit
from archive.rebuild.warc_import import ImportResult, Origin
from archive.warc import dates, external
from archive.warc.entries import OriginalReference
from tests.archive.test_killed_import import ORIGIN, Inline
from tests.newsarchive.test_import import BRIDGE, INFO, PAGE, RESPONSE, SHA1, answer, record
from tests.sound import assert_index_is_sound

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PROFILE = "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
OTHER_PAGE = PAGE.replace("Совет принял".encode(), "Мост отложил".encode())
DATE = b"WARC-Date: 2022-01-11T08:00:00Z"
LATER = b"WARC-Date: 2022-01-12T08:00:00Z"


def sha1(data: bytes) -> str:
    return f"sha1:{hashlib.sha1(data).hexdigest()}"


def revisit(*named: str, url: str = BRIDGE, number: int = 2, block: bytes = HEAD) -> bytes:
    made = record(
        "revisit", url, block, PROFILE, *named, number=number, typed="application/http;msgtype=response"
    )
    return made.replace(DATE, LATER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Archive.create(tmp_path / "archive").close()
    return tmp_path / "archive"


def import_bytes(folder: Path, *files: bytes, origin: Origin | None = ORIGIN) -> list[ImportResult]:
    results = []
    for number, content in enumerate(files):
        path = folder.parent / f"{number}-{len(list(folder.parent.iterdir()))}.warc"
        path.write_bytes(content)
        with Archive.open(folder) as archive:
            results += archive.take_in([path], Inline(), origin)
    return results


def captures(folder: Path) -> list[tuple[object, ...]]:
    with Archive.open(folder) as archive:
        rows = archive.connection.execute(
            "SELECT kind, url, fetched_at, role, payload_bytes, record_id FROM captures ORDER BY record_id"
        )
        return [tuple(row) for row in rows]


def problems(folder: Path) -> list[tuple[str, str]]:
    return [(one.finding, one.sentence) for one in run_audit(folder).problems]


def assert_rebuild_gives_the_same(folder: Path) -> None:
    before = captures(folder)
    assert problems(folder) == []
    result = Archive.rebuild(folder, {}, Inline())
    assert result.damages == []
    assert captures(folder) == before
    assert_index_is_sound(folder)


def test_records_that_share_an_id_are_told_apart_by_address_date_and_content(folder: Path) -> None:
    other = "http://elsewhere.example/other.html"
    same_id = [
        RESPONSE,
        record("response", other, answer(OTHER_PAGE)),
        RESPONSE.replace(DATE, LATER),
        record("response", BRIDGE, answer(OTHER_PAGE)),
        RESPONSE,  # the same again
    ]
    (first,) = import_bytes(folder, INFO + b"".join(same_id))
    assert (first.captures, first.held) == (4, 1)
    assert len({row[5] for row in captures(folder)}) == 4
    (again,) = import_bytes(folder, b"".join(reversed(same_id)))
    assert not again.is_new
    (other_file,) = import_bytes(folder, record("response", f"{other}?2", answer(OTHER_PAGE)))
    assert (other_file.is_new, other_file.captures) == (True, 1)
    assert_rebuild_gives_the_same(folder)
    with Archive.open(folder) as archive:
        for row in archive.captures(BRIDGE) + archive.captures(other):
            assert archive.check_capture(row).mismatch is None


def test_the_intact_copy_of_a_damaged_record_is_taken_in(folder: Path) -> None:
    intact = record("response", BRIDGE, answer(), f"WARC-Block-Digest: {sha1(answer())}")
    damaged = intact.replace("бюджет".encode(), "БЮДЖЕТ".encode())
    first, second = import_bytes(folder, damaged, intact)
    assert [one.reason[:26] for one in first.altered] == [
        "the block digest is sha1:" + first.altered[0].reason[25]
    ]
    assert (second.is_new, second.captures, second.altered) == (True, 1, [])
    assert [finding for finding, _ in problems(folder)] == ["altered"]


BODY_DIGESTS = {
    "sha1 in hexadecimal": sha1(PAGE),
    "SHA-256 in hexadecimal": f"SHA-256:{hashlib.sha256(PAGE).hexdigest().upper()}",
    "md5": f"md5:{hashlib.md5(PAGE).hexdigest()}",
    "sha3": f"sha3-256:{hashlib.sha3_256(PAGE).hexdigest()}",
    "blake2b": f"blake2b:{hashlib.blake2b(PAGE).hexdigest()}",
}


@pytest.mark.parametrize("digest", BODY_DIGESTS.values(), ids=BODY_DIGESTS)
def test_digests_of_known_algorithms_are_checked(folder: Path, digest: str) -> None:
    wrong = digest[:-4] + ("0000" if not digest.endswith("0000") else "1111")
    right, altered = import_bytes(
        folder,
        record("response", BRIDGE, answer(), f"WARC-Payload-Digest: {digest}"),
        record("response", BRIDGE + "?2", answer(), f"WARC-Payload-Digest: {wrong}", number=2),
    )
    assert (right.altered, right.notes) == ([], [])
    assert [one.url for one in altered.altered] == [BRIDGE + "?2"]
    assert [finding for finding, _ in problems(folder)] == ["altered"]


def test_a_digest_of_an_unknown_algorithm_is_named_and_no_mismatch(folder: Path) -> None:
    (result,) = import_bytes(folder, record("response", BRIDGE, answer(), "WARC-Block-Digest: whirl9:abcd"))
    assert result.altered == []
    assert result.notes == ["Digests like 'whirl9' cannot be checked: the algorithm is unknown."]
    assert_rebuild_gives_the_same(folder)


REFERENCES = {
    "address and date": (
        f"WARC-Refers-To-Target-URI: {BRIDGE}",
        "WARC-Refers-To-Date: 2022-01-11T08:00:00Z",
    ),
    "id": ("WARC-Refers-To: <urn:uuid:00000000-0000-0000-0000-000000000001>",),
    "payload digest": (f"WARC-Payload-Digest: {sha1(PAGE)}",),
    "all of them": (
        "WARC-Refers-To: <urn:uuid:00000000-0000-0000-0000-000000000001>",
        f"WARC-Refers-To-Target-URI: <{BRIDGE}>",
        "WARC-Refers-To-Date: 2022-01-11T08:00:00Z",
        f"WARC-Payload-Digest: {sha1(PAGE)}",
    ),
    "an id that is nowhere, and address and date": (
        "WARC-Refers-To: <urn:uuid:99999999-0000-0000-0000-000000000001>",
        f"WARC-Refers-To-Target-URI: {BRIDGE}",
        "WARC-Refers-To-Date: 2022-01-11T08:00:00Z",
    ),
}


@pytest.mark.parametrize("named", REFERENCES.values(), ids=REFERENCES)
@pytest.mark.parametrize("order", ["original first", "revisit first", "other file first", "other file later"])
def test_a_revisit_finds_its_original(folder: Path, named: tuple[str, ...], order: str) -> None:
    again = revisit(*named)
    files = {
        "original first": (RESPONSE + again,),
        "revisit first": (again + RESPONSE,),
        "other file first": (RESPONSE, again),
        "other file later": (again, RESPONSE),
    }
    import_bytes(folder, *files[order])
    assert [(row[0], row[4]) for row in captures(folder)] == [("response", len(PAGE)), ("revisit", len(PAGE))]
    assert {row[3] for row in captures(folder)} == {"article"}
    with Archive.open(folder) as archive:
        for row in archive.captures(BRIDGE):
            checked = archive.check_capture(row)
            assert (checked.capture.payload(), checked.mismatch) == (PAGE, None)
        (article,) = archive.connection.execute("SELECT first_seen, version_count FROM articles").fetchall()
        assert tuple(article) == ("2022-01-11T08:00:00.000000Z", 1)
    assert_rebuild_gives_the_same(folder)


DIGESTS = {  # of the original as stated, and of the revisit
    "equal": (SHA1, SHA1),
    "spelled differently": (SHA1, sha1(PAGE).upper().replace("SHA1", "sha-1")),
    "not stated by the original": (None, SHA1),
    "wrong in the original": (sha1(OTHER_PAGE), sha1(PAGE)),
    "SHA-256, not stated by the original": (None, f"sha256:{hashlib.sha256(PAGE).hexdigest()}"),
    "another algorithm": (
        f"md5:{hashlib.md5(PAGE).hexdigest()}",
        f"md5:{base64.b64encode(hashlib.md5(PAGE).digest()).decode()}",
    ),
}


@pytest.mark.parametrize(("stated", "named"), DIGESTS.values(), ids=DIGESTS)
def test_a_digest_alone_finds_the_original_under_another_address(
    folder: Path, stated: str | None, named: str
) -> None:
    original = record("response", BRIDGE, answer(), *([f"WARC-Payload-Digest: {stated}"] if stated else []))
    decoy = record("response", f"{BRIDGE}?0", answer(OTHER_PAGE), number=5)
    before, after = (
        revisit(f"WARC-Payload-Digest: {named}", url=f"{BRIDGE}?{one}", number=one) for one in (2, 3)
    )
    import_bytes(folder, decoy, before, original, after)
    with Archive.open(folder) as archive:
        for url in (f"{BRIDGE}?2", f"{BRIDGE}?3"):
            (row,) = archive.captures(url)
            assert (archive.capture(row).payload(), row.reading) == (PAGE, "article")
    if stated != sha1(OTHER_PAGE):  # that one is called altered, rightly
        assert_rebuild_gives_the_same(folder)


def test_the_original_of_the_same_address_comes_first(folder: Path) -> None:
    files = [
        record("response", f"{BRIDGE}?2", answer(), number=4),
        record("response", BRIDGE, answer(), number=5),
        revisit(f"WARC-Payload-Digest: {SHA1}"),
    ]
    import_bytes(folder, *files)
    with Archive.open(folder) as archive:
        row = archive.connection.execute("SELECT revisit_of FROM captures WHERE kind = 'revisit'").fetchone()
        assert archive.capture_row(row["revisit_of"]).url == BRIDGE


@pytest.mark.parametrize("order", ["before", "later"])
def test_a_revisit_without_a_head_has_that_of_its_original(folder: Path, order: str) -> None:
    again = revisit(*REFERENCES["address and date"], block=b"")
    import_bytes(folder, *((again, RESPONSE) if order == "later" else (RESPONSE + again,)))
    with Archive.open(folder) as archive:
        assert {row.status for row in archive.captures(BRIDGE)} == {200}
        assert all(archive.check_capture(row).mismatch is None for row in archive.captures(BRIDGE))
    assert_rebuild_gives_the_same(folder)


def test_a_revisit_whose_original_is_missing_is_named(folder: Path) -> None:
    (result,) = import_bytes(folder, revisit(*REFERENCES["all of them"]))
    assert [note[:32] for note in result.notes] == ["1 revisit record repeats a respo"]
    assert_rebuild_gives_the_same(folder)


def test_a_revisit_by_repeated_ids_finds_the_one_with_the_address_and_date(folder: Path) -> None:
    same_id = record("response", "http://elsewhere.example/a", answer(OTHER_PAGE))
    import_bytes(folder, same_id + RESPONSE + revisit(*REFERENCES["all of them"]))
    with Archive.open(folder) as archive:
        assert {archive.check_capture(row).capture.payload() for row in archive.captures(BRIDGE)} == {PAGE}


@pytest.mark.parametrize(
    "reference",
    [
        OriginalReference(),
        OriginalReference("<urn:uuid:1>"),
        OriginalReference(None, "http://a.example/a b?c=1:2", "2022-01-11T08:00:00.000000Z"),
        OriginalReference(None, None, None, "sha1:ABC="),
        OriginalReference("<urn:x:1>", None, None, "sha256:a/b+c="),
        OriginalReference("<urn:x:1>", "https://a.example/", "2022-01-11T08:00:00.000000Z", "sha-256:00"),
    ],
    ids=str,
)
def test_a_reference_is_read_back_from_its_text(reference: OriginalReference) -> None:
    assert OriginalReference.parse(str(reference)) == reference


DATES = {
    "2014": ("2014-01-01T00:00:00", True),
    "2014-05": ("2014-05-01T00:00:00", True),
    "2014-05-02": ("2014-05-02T00:00:00", True),
    "2014-05-02T10Z": ("2014-05-02T10:00:00", False),
    "2014-05-02T10:20Z": ("2014-05-02T10:20:00", False),
    "2014-05-02T10:20:30Z": ("2014-05-02T10:20:30", False),
    "2014-05-02T10:20:30.5Z": ("2014-05-02T10:20:30.500000", False),
    "2014-05-02T10:20:30.123456789Z": ("2014-05-02T10:20:30.123456", False),
    "2014-05-02T10:20:30+03:00": ("2014-05-02T07:20:30", False),
    "2014-05-02T10:20:30+0300": ("2014-05-02T07:20:30", False),
    "2014-05-02t10:20:30z": ("2014-05-02T10:20:30", False),
    "2014-05-02 10:20:30 UTC": ("2014-05-02T10:20:30", False),
    "2014-05-02T10:20:30": ("2014-05-02T10:20:30", True),
    "2014-05-02T10:20:60Z": ("2014-05-02T10:20:59", False),
    "20140502102030": ("2014-05-02T10:20:30", True),
    "Fri, 02 May 2014 10:20:30 GMT": ("2014-05-02T10:20:30", True),
}


@pytest.mark.parametrize(("stated", "expected"), DATES.items(), ids=DATES)
def test_a_date_says_what_it_states_and_what_is_doubtful(stated: str, expected: tuple[str, bool]) -> None:
    found = dates.parse(stated)
    assert found is not None
    assert (found.at.replace(tzinfo=None).isoformat(), found.doubt is not None) == expected


@pytest.mark.parametrize(
    "stated", ["", "yesterday", "2014-13-01", "2014-02-30T00:00:00Z", "201405021020", "2014-05-02T25:00Z"]
)
def test_what_is_no_date_has_none(stated: str) -> None:
    assert dates.parse(stated) is None


def test_a_record_without_a_date_has_that_of_its_response(folder: Path) -> None:
    dated = answer().replace(b"200 OK\r\n", b"200 OK\r\nDate: Tue, 11 Jan 2022 09:00:00 GMT\r\n")
    (result,) = import_bytes(folder, record("response", BRIDGE, dated).replace(DATE + b"\r\n", b""))
    assert [row[2] for row in captures(folder)] == ["2022-01-11T09:00:00.000000Z"]
    assert "it has no WARC-Date" in result.notes[0]
    assert_rebuild_gives_the_same(folder)


def test_nothing_is_skipped_without_being_named(folder: Path) -> None:
    skipped = {
        "conversions of type text/plain are not pages": record(
            "conversion", BRIDGE + "?text", b"text", number=11, typed="text/plain"
        ),
        "records in segments are not joined": record("continuation", BRIDGE, b"rest", number=12),
        "its WARC-Type is unknown": record("wish", BRIDGE, b"?", number=13),
        "it has no WARC-Target-URI": record("response", BRIDGE, answer(), number=14).replace(
            f"WARC-Target-URI: {BRIDGE}\r\n".encode(), b""
        ),
    }
    undated = record("response", BRIDGE, answer(), number=15).replace(DATE + b"\r\n", b"")
    without_pages = [
        record("metadata", BRIDGE, b"outlink: x", number=21, typed="application/warc-fields"),
        record(
            "response", "dns:elsewhere.example", b"20220111 elsewhere.example. 60 IN A 10.0.0.1", number=22
        ),
        record("conversion", BRIDGE, b"text", number=23, typed="text/plain"),  # of the page in the file
    ]
    (result,) = import_bytes(folder, b"".join([*skipped.values(), undated, RESPONSE, INFO, *without_pages]))
    assert [one.reason for one in result.skipped] == list(skipped)
    assert (result.captures, len(result.damages)) == (1, 1)
    assert "it has no WARC-Date, and its response has no Date" in result.damages[0]
    assert sum(result.records.values()) == 10
    rebuilt = Archive.rebuild(folder, {}, Inline())
    assert rebuilt.damages == []


def test_pages_without_http_heads_are_pages(folder: Path) -> None:
    made_of = "WARC-Refers-To: <urn:uuid:00000000-0000-0000-0000-000000000001>"
    (result,) = import_bytes(
        folder,
        record("resource", BRIDGE + "?1", PAGE, number=31, typed="text/html; charset=utf-8")
        + record("conversion", BRIDGE + "?2", PAGE, number=32, typed="text/html")
        + RESPONSE
        + record("conversion", BRIDGE, OTHER_PAGE, made_of, number=33, typed="text/html"),
    )
    assert {row[1]: row[3] for row in captures(folder)} == {
        BRIDGE: "article",
        BRIDGE + "?1": "article",
        BRIDGE + "?2": "article",
    }
    assert result.skipped == []
    with Archive.open(folder) as archive:
        (row,) = archive.captures(BRIDGE + "?1")
        assert archive.check_capture(row).mismatch is None
    assert_rebuild_gives_the_same(folder)


@pytest.mark.parametrize("content", [INFO, record("metadata", BRIDGE, b"a: b")], ids=["warcinfo", "metadata"])
def test_a_file_without_responses_makes_no_rebuild_fail(folder: Path, content: bytes) -> None:
    import_bytes(folder, content)
    for _ in range(2):
        assert_rebuild_gives_the_same(folder)


def test_what_could_not_be_read_when_it_was_imported_is_no_new_problem(folder: Path) -> None:
    (result,) = import_bytes(folder, RESPONSE + b"no record at all\r\n" + RESPONSE.replace(DATE, LATER))
    assert len(result.damages) == 1
    found = run_audit(folder)
    assert found.problems == []
    assert len([note for note in found.notes if "when it was imported" in note]) == 1
    rebuilt = Archive.rebuild(folder, {}, Inline())
    assert (rebuilt.damages, list(rebuilt.unread_imports.values())) == ([], [1])
    copy = folder / result.file
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 0xFF
    copy.chmod(0o644)
    copy.write_bytes(content)
    assert Archive.rebuild(folder, {}, Inline()).damages != []
    assert problems(folder) != []


def zstd_files() -> dict[str, bytes]:
    # ZstdDict checks that a dictionary is long enough; a raw one may hold anything.
    raw = PAGE * 2
    with_dictionary = zstd.compress(RESPONSE, zstd_dict=zstd.ZstdDict(raw, is_raw=True))
    packed = zstd.compress(raw)
    return {
        "one frame": zstd.compress(INFO + RESPONSE),
        "a frame for each record": zstd.compress(INFO) + zstd.compress(RESPONSE),
        "a skippable frame between": zstd.compress(INFO)
        + b"\x50\x2a\x4d\x18"
        + struct.pack("<I", 3)
        + b"abc"
        + zstd.compress(RESPONSE),
        "a dictionary": b"\x5d\x2a\x4d\x18" + struct.pack("<I", len(raw)) + raw + with_dictionary,
        "a compressed dictionary": b"\x5d\x2a\x4d\x18"
        + struct.pack("<I", len(packed))
        + packed
        + with_dictionary,
    }


@pytest.mark.parametrize("content", zstd_files().values(), ids=zstd_files())
def test_zstandard_files_are_imported(folder: Path, content: bytes) -> None:
    (result,) = import_bytes(folder, content)
    assert (result.captures, result.articles, result.damages) == (1, 1, [])
    assert_rebuild_gives_the_same(folder)


def test_every_warc_file_of_a_wacz_is_imported(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "some.wacz"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("datapackage.json", "{}")
        bundle.writestr("indexes/index.cdxj", "")
        bundle.writestr("archive/a.warc.zst", zstd.compress(RESPONSE))
        bundle.writestr("archive/b.warc", record("response", BRIDGE + "?2", answer(OTHER_PAGE), number=5))
    external.check_is_warc(path)
    (result,) = import_bytes(folder, path.read_bytes())
    assert (result.captures, result.articles) == (2, 2)
    assert_rebuild_gives_the_same(folder)


def zip_file(*names: str) -> bytes:
    from io import BytesIO

    out = BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        for name in names:
            bundle.writestr(name, "x")
    return out.getvalue()


OTHER_FILES = {
    "something like ARC": (b"filedesc: nothing\n", "not a WARC file"),
    "CDXJ": (b'example,a)/ 20220110100000 {"url": "http://a.example/"}\n', "CDX index"),
    "CDX": (b" CDX N b a m s k r M S V g\n", "CDX index"),
    "zip": (zip_file("readme.txt"), "no WACZ"),
    "empty zip": (zip_file(), "no WACZ"),
    "cut zip": (zip_file("archive/a.warc")[:-30], "damaged"),
    "gzip in Zstandard": (zstd.compress(b"\x1f\x8b\x08\x00\x00\x00"), "compressed twice"),
    "text": (b"hello", "not a WARC file"),
}


@pytest.mark.parametrize(("content", "says"), OTHER_FILES.values(), ids=OTHER_FILES)
def test_other_files_are_refused_with_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(external.NotWarc, match=re.escape(says)) as caught:
        external.check_is_warc(path)
    assert str(caught.value).count("\n") == 0


def imported_source(folder: Path, pages: Sequence[bytes], origins: dict[str, Origin]) -> str | None:
    path = folder.parent / "pages.warc"
    path.write_bytes(b"".join(pages))
    with Archive.open(folder) as archive:
        (result,) = archive.take_in([path], Inline(), origins=origins)
        return result.source


def test_the_source_of_a_file_is_found_by_the_host_of_its_pages(folder: Path) -> None:
    www = RESPONSE.replace(b"http://elsewhere", b"https://www.elsewhere")
    assert imported_source(folder, [www], {"elsewhere.example": ORIGIN}) == ORIGIN.name
    with Archive.open(folder) as archive:
        assert archive.connection.execute("SELECT source FROM articles").fetchone()[0] == ORIGIN.name
    assert_rebuild_gives_the_same(folder)


def test_the_source_of_a_file_is_found_by_its_known_articles(folder: Path) -> None:
    import_bytes(folder, RESPONSE)
    assert imported_source(folder, [RESPONSE.replace(DATE, LATER)], {}) == ORIGIN.name


def test_pages_of_several_outlets_are_assigned_by_their_host(folder: Path) -> None:
    other = record("response", "http://other.example/1", answer(OTHER_PAGE), number=7)
    assert imported_source(folder, [RESPONSE, other], {"elsewhere.example": ORIGIN}) is None
    with Archive.open(folder) as archive:
        assert {one.url: one.source for one in archive.search()} == {
            BRIDGE: ORIGIN.name,
            "http://other.example/1": None,
        }
    assert_rebuild_gives_the_same(folder)


PUBLISHED = b'<time datetime="2022-01-10T11:55:00+02:00">'
UPDATED = PAGE.replace(
    b"<head>",
    b'<head><meta property="article:modified_time" content="MODIFIED"><script type="application/ld+json">'
    b'{"@type": "NewsArticle", "dateModified": "MODIFIED"}</script>',
).replace(PUBLISHED, b'<time datetime="2022-01-10T11:55:00">')
SAME_PAGES = {  # of a page held already, with its modification time and publication time
    "modified a minute later": (b"2022-01-10T12:31:00+02:00", b"2022-01-10T11:55:00"),
    "modified at the same instant in another zone": (b"2022-01-10T10:30:00Z", b"2022-01-10T11:55:00"),
    "modified without a zone": (b"2022-01-10T12:30:00", b"2022-01-10T11:55:00"),
    "modified a day earlier": (b"2022-01-09T12:30:00+02:00", b"2022-01-10T11:55:00"),
    "modified on another day": (b"2022-01-11", b"2022-01-10T11:55:00"),
    "published at the same instant in another zone": (b"2022-01-10T12:30:00+02:00", b"2022-01-10T09:55:00Z"),
    "published with its zone": (b"2022-01-10T12:30:00+02:00", b"2022-01-10T11:55:00+02:00"),
}


TOKYO = Origin("tokyo", "東京", Outlet("Asia/Tokyo"))


@pytest.mark.parametrize("origin", [None, TOKYO], ids=["source found", "source of another zone"])
@pytest.mark.parametrize(("modified", "published"), SAME_PAGES.values(), ids=SAME_PAGES)
def test_an_import_of_a_page_that_is_known_makes_no_edit(
    folder: Path, modified: bytes, published: bytes, origin: Origin | None
) -> None:
    held = UPDATED.replace(b"MODIFIED", b"2022-01-10T12:30:00+02:00")
    assert held != PAGE
    import_bytes(folder, record("response", BRIDGE, answer(held)))
    page = UPDATED.replace(b"MODIFIED", modified).replace(b"2022-01-10T11:55:00", published)
    later = [
        record("response", BRIDGE, answer(page), number=2).replace(DATE, b"WARC-Date: 2022-01-12T08:00:00Z"),
        record("response", BRIDGE, answer(page), number=3).replace(DATE, b"WARC-Date: 2022-01-10T20:00:00Z"),
    ]
    import_bytes(folder, *later, origin=origin)
    with Archive.open(folder) as archive:
        assert [version.version for version in archive.versions(BRIDGE)] == [1]
        assert len(archive.captures(BRIDGE)) == 3


def test_an_import_of_a_page_with_another_time_is_an_edit(folder: Path) -> None:
    import_bytes(folder, record("response", BRIDGE, answer(PAGE)))
    page = PAGE.replace(b"11:55", b"12:05")
    import_bytes(folder, record("response", BRIDGE, answer(page), number=2).replace(DATE, LATER), origin=None)
    with Archive.open(folder) as archive:
        assert len(archive.versions(BRIDGE)) == 2
