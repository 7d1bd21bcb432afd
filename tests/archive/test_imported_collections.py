"""Collections with an index, and WACZ files: everything is imported, and what does not agree is named."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import Result

from archive.core import Archive
from archive.rebuild.collection import Collection, compare
from archive.rebuild.warc_import import ImportResult
from archive.warc.cdx.index_files import IndexLine, read_index
from archive.warc.cdx.surt import surt_key
from archive.warc.external import NotWarc, located_records
from archive.warc.records import Damage, Record
from tests.archive.test_imported_arc import KINDS
from tests.archive.test_imported_records import folder
from tests.archive.test_killed_import import Inline
from tests.newsarchive.test_import import BRIDGE, INFO, RESPONSE, REVISIT, SHA1, answer, record

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["folder"]
Typed = Callable[..., Result]
OTHER = "http://elsewhere.example/other.html"
RECORDS = [
    INFO,
    record("request", BRIDGE, b"GET / HTTP/1.1\r\n\r\n", number=3),
    RESPONSE,
    REVISIT,
    record("response", OTHER, answer(b"<p>1"), number=4),
]
MEMBERS = [gzip.compress(one) for one in RECORDS]
STAMP = "20220111080000"


def lines(name: str, parts: list[bytes]) -> list[dict[str, str]]:
    """Return the fields of the lines that an index of a file with these parts has."""
    found = []
    for place, url, status, mime in (
        (2, BRIDGE, "200", "text/html"),
        (3, BRIDGE, "200", "warc/revisit"),
        (4, OTHER, "200", "text/html"),
    ):
        length, offset = str(len(parts[place])), str(sum(map(len, parts[:place])))
        fields = {"url": url, "mime": mime, "status": status, "length": length, "offset": offset}
        found.append(fields | {"filename": name} | ({"digest": SHA1} if place < 4 else {}))
    return found


def cdxj(fields: list[dict[str, str]]) -> bytes:
    written = [f"{surt_key(one['url'])} {one.get('stamp', STAMP)} {json.dumps(one)}\n" for one in fields]
    return "".join(sorted(written)).encode()


def cdx(fields: list[dict[str, str]], header: str = " CDX N b a m s k r M S V g") -> bytes:
    names = {"a": "url", "m": "mime", "s": "status", "S": "length", "V": "offset", "g": "filename"}
    rows = []
    for one in fields:
        cells = {letter: one[name] for letter, name in names.items()} | {
            "N": surt_key(one["url"]),
            "b": STAMP,
        }
        cells["k"] = one.get("digest", "-").removeprefix("sha1:")
        rows.append(" ".join(cells.get(letter, "-") for letter in header.split()[1:]))
    return "\n".join([header, *sorted(rows), ""]).encode()


def collection(tmp_path: Path, index: str, content: bytes, *, name: str = "a.warc.gz") -> Path:
    path = tmp_path / "collection"
    (path / "archive").mkdir(parents=True)
    (path / "indexes").mkdir()
    (path / "archive" / name).write_bytes(b"".join(MEMBERS if name.endswith(".gz") else RECORDS))
    (path / "indexes" / index).write_bytes(content)
    return path


def records_of(path: Path) -> Iterator[Record | Damage]:
    records = located_records(path)
    assert records is not None
    return records


def imported(folder: Path, *paths: Path) -> list[ImportResult]:
    with Archive.open(folder) as archive:
        return list(archive.take_in(paths, Inline()))


INDEXES = {
    "index.cdxj": cdxj(lines("a.warc.gz", MEMBERS)),
    "index.cdxj.gz": gzip.compress(cdxj(lines("a.warc.gz", MEMBERS))),
    "paths.cdxj": b"!meta 0 {}\n" + cdxj(lines("/data/a.warc.gz", MEMBERS)),
    "eleven.cdx": cdx(lines("a.warc.gz", MEMBERS)),
    "nine.cdx": cdx(lines("a.warc.gz", MEMBERS), " CDX N b a m s k r V g"),
    "bare.cdx": cdx(lines("a.warc.gz", MEMBERS)).partition(b"\n")[2],
    "other order.cdx": cdx(lines("a.warc.gz", MEMBERS), " CDX a b S V g k m s N"),
}


@pytest.mark.parametrize("by", ["folder", "index"])
@pytest.mark.parametrize("name", INDEXES)
def test_a_collection_is_imported_with_its_index(folder: Path, tmp_path: Path, name: str, by: str) -> None:
    path = collection(tmp_path, name, INDEXES[name])
    first, last = imported(folder, path if by == "folder" else path / "indexes" / name)
    assert (first.captures, first.damages, first.mismatches) == (3, [], [])
    assert (last.lines, last.mismatches) == (3, [])


def test_a_plain_file_has_the_places_of_its_index(folder: Path, tmp_path: Path) -> None:
    path = collection(tmp_path, "index.cdxj", cdxj(lines("a.warc", RECORDS)), name="a.warc")
    first, last = imported(folder, path)
    assert (first.captures, first.mismatches, last.mismatches) == (3, [], [])


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress], ids=["one gzip member", "Zstandard"])
def test_a_file_without_places_is_not_compared(
    folder: Path, tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    name = "a.warc.gz" if pack is gzip.compress else "a.warc.zst"
    path = collection(tmp_path, "index.cdxj", cdxj(lines(name, RECORDS)))
    (path / "archive" / "a.warc.gz").unlink()
    (path / "archive" / name).write_bytes(pack(b"".join(RECORDS)))
    first, last = imported(folder, path)
    assert (first.captures, first.mismatches, last.lines, last.mismatches) == (3, [], 3, [])


WRONG: dict[str, tuple[Callable[[dict[str, str]], object], str]] = {
    "another time": (lambda one: one.update(stamp="20220111080001"), "the time 20220111080001, not"),
    "another length": (lambda one: one.update(length="5"), "states 5 bytes, not"),
    "another digest": (lambda one: one.update(digest="sha1:" + "A" * 32), "the digest sha1:AAAA"),
    "another address": (lambda one: one.update(url=OTHER + "?x"), f"the address {OTHER}?x"),
    "another place": (
        lambda one: one.update(offset="7"),
        "is at byte 7 of a.warc.gz: there is no such record",
    ),
    "another file": (lambda one: one.update(filename="b.warc.gz"), "b.warc.gz, named in 1 lines"),
}


@pytest.mark.parametrize(("change", "says"), WRONG.values(), ids=WRONG)
def test_what_an_index_says_wrongly_is_named_and_nothing_is_lost(
    folder: Path, tmp_path: Path, typed: Typed, change: Callable[[dict[str, str]], object], says: str
) -> None:
    fields = lines("a.warc.gz", MEMBERS)
    change(fields[0])
    path = collection(tmp_path, "index.cdxj", cdxj(fields))
    done = typed(folder, "import", str(path))
    assert done.exit_code == 1
    assert says in " ".join(done.stdout.split())
    with Archive.open(folder) as archive:
        assert len(archive.captures(BRIDGE)) == 2


def test_lines_that_are_missing_or_unreadable_are_named(folder: Path, tmp_path: Path) -> None:
    fields = lines("a.warc.gz", MEMBERS)[1:]
    path = collection(tmp_path, "index.cdxj", cdxj(fields) + b"what is this\n")
    first, last = imported(folder, path)
    assert [sentence[:50] for sentence in first.mismatches] == [
        f"The index has no line for the record of {BRIDGE}"[:50]
    ]
    assert last.mismatches == ["index.cdxj: line 3 cannot be read: 'what is this'."]


def test_files_without_a_line_and_without_an_index(folder: Path, tmp_path: Path) -> None:
    path = collection(tmp_path, "index.cdxj", b"")
    first, _ = imported(folder, path)
    assert first.mismatches == ["The index has no line for this file."]
    (path / "indexes" / "index.cdxj").unlink()
    assert Collection.of(path).indexes == []
    (path / "archive" / "a.warc.gz").unlink()
    with pytest.raises(NotWarc, match="has no WARC, WACZ or ARC files"):
        Collection.of(path)
    (path / "lost.cdxj").write_bytes(INDEXES["index.cdxj"])
    with pytest.raises(NotWarc, match=r"None of the files that .*lost\.cdxj names"):
        Collection.of(path / "lost.cdxj")


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "a member for each record"])
def test_the_places_of_arc_records_are_those_of_the_file(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    parts = [pack(one) for one in KINDS["1.1"]]
    path = tmp_path / "a.arc"
    path.write_bytes(b"".join(parts))
    offsets = [one.place.offset for one in located_records(path) or ()]
    assert offsets == [sum(map(len, parts[:number])) for number in range(len(parts))]
    line = IndexLine(surt_key(BRIDGE), STAMP, "a.arc", offsets[2])
    assert [
        sentence for sentence in compare([line], records_of(path), "a.arc") if BRIDGE + " " in sentence
    ] == []


def test_a_line_of_a_record_that_needs_none_is_no_mismatch(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join(MEMBERS[:3]))
    given = [
        IndexLine("x", STAMP, path.name, 0),
        IndexLine(surt_key(BRIDGE), STAMP, path.name, len(MEMBERS[0] + MEMBERS[1])),
    ]
    assert compare(given, records_of(path), path.name) == []


def test_an_index_that_ends_too_early_says_so() -> None:
    found = list(read_index(BytesIO(INDEXES["index.cdxj.gz"][:-20])))
    assert isinstance(found[-1], str)
    assert "it cannot be read after line" in found[-1]


Files = dict[str, bytes]


def wacz_files() -> Files:
    other = record("response", f"{OTHER}?2", answer(), number=9)
    index = cdxj(lines("a.warc.gz", MEMBERS))
    index += cdxj([{"url": f"{OTHER}?2", "offset": "0", "length": str(len(other)), "filename": "b.warc"}])
    files = {"archive/a.warc.gz": b"".join(MEMBERS), "archive/b.warc": other, "indexes/index.cdx": index}
    resources = [
        {"path": name, "hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}
        for name, content in files.items()
    ]
    files["datapackage.json"] = json.dumps({"wacz_version": "1.1.1", "resources": resources}).encode()
    digest = hashlib.sha256(files["datapackage.json"]).hexdigest()
    files["datapackage-digest.json"] = json.dumps({"hash": f"sha256:{digest}"}).encode()
    return files


def write_wacz(path: Path, files: Files, compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as bundle:
        for name, content in files.items():
            bundle.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"]
)
@pytest.mark.parametrize("packed", [False, True], ids=["index.cdx", "index.cdx.gz"])
def test_a_wacz_whose_digests_and_index_agree(
    folder: Path, tmp_path: Path, packed: bool, compression: int
) -> None:
    files = wacz_files()
    if packed:
        files["indexes/index.cdx.gz"] = gzip.compress(files.pop("indexes/index.cdx"))
        files["indexes/index.idx"] = b"!meta 0 {}\n"
        del files["datapackage.json"], files["datapackage-digest.json"]
    (result,) = imported(folder, write_wacz(tmp_path / "a.wacz", files, compression))
    assert (result.captures, result.mismatches, result.damages) == (4, [], [])
    assert [note[:26] for note in result.notes] == (["It has no datapackage.json"] if packed else [])


Change = Callable[[Files], object]
BROKEN: dict[str, tuple[Change, str]] = {
    "a wrong digest": (
        lambda files: files.update({"archive/b.warc": files["archive/b.warc"].replace(b"200 OK", b"200 ok")}),
        "The digest of archive/b.warc is sha256:",
    ),
    "a file that is not listed": (
        lambda files: files.update({"archive/c.warc": RESPONSE}),
        "archive/c.warc is not listed in datapackage.json.",
    ),
    "a file that is missing": (
        lambda files: files.pop("indexes/index.cdx"),
        "indexes/index.cdx is listed in datapackage.json, and is missing.",
    ),
    "a package that was changed": (
        lambda files: files.update({"datapackage-digest.json": b'{"hash": "sha256:' + b"0" * 64 + b'"}'}),
        "The digest of datapackage.json is sha256:",
    ),
    "a package that is no JSON": (
        lambda files: files.update({"datapackage.json": b"{"}),
        "Its datapackage.json cannot be read",
    ),
    "an index of another file": (
        lambda files: files.update({"indexes/index.cdx": cdxj(lines("z.warc.gz", MEMBERS))}),
        "z.warc.gz, named in its index, is missing.",
    ),
}


@pytest.mark.parametrize(("change", "says"), BROKEN.values(), ids=BROKEN)
def test_what_a_wacz_states_wrongly_is_named_and_nothing_is_lost(
    folder: Path, tmp_path: Path, typed: Typed, change: Change, says: str
) -> None:
    files = wacz_files()
    change(files)
    done = typed(folder, "import", str(write_wacz(tmp_path / "a.wacz", files)))
    assert done.exit_code == 1
    assert f"does not agree: {says}" in " ".join(done.stdout.split())
    with Archive.open(folder) as archive:
        assert len(archive.captures(f"{OTHER}?2")) == 1
        assert len(archive.captures(BRIDGE)) >= 2
