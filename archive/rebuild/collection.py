"""Collections of WARC files with an index: find their files, and compare what the index says with the records."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path

from archive.warc.cdx.index_files import IndexLine, is_index, read_index
from archive.warc.cdx.lines import cdxj_lines, sorted_lines
from archive.warc.containers import wacz
from archive.warc.external import NotWarc, located_records, located_records_in
from archive.warc.records import Damage, Record
from archive.warc.validation import normalized_digest

WARC_SUFFIXES = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz", ".wacz")
MAX_NAMED = 50  # disagreements of one file that are named; the others are counted
_INDEXED = frozenset({"request", "response", "revisit", "resource"})
_EMPTY = "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"  # SHA-1 of nothing, in base 32
_BESIDE = (".", "archive", "../archive", "..")  # where the files that an index names are looked for


@dataclass(slots=True)
class Collection:
    """The files a user asked to import: a single file, a folder, or an index with the files that it names."""

    path: Path
    files: list[Path]  # to import
    indexes: list[Path] = field(default_factory=list)

    @classmethod
    def of(cls, path: Path) -> Collection:
        """Return the files of a collection; raise NotWarc if there are none."""
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file())
            files = [one for one in inside if one.name.lower().endswith(WARC_SUFFIXES)]
            if not files:
                raise NotWarc(f"{path} has no WARC, WACZ or ARC files.")
            return cls(path, files, [one for one in inside if is_index(one)])
        if not is_index(path):
            return cls(path, [path])
        names = {one.filename for one in _index_lines(path) if isinstance(one, IndexLine)}
        files = [found for name in sorted(names) if (found := _file_beside(path, name))]
        if not files:
            raise NotWarc(
                f"None of the files that {path} names is next to it or in a folder «archive» there."
            )
        return cls(path, files, [path])


@dataclass(slots=True)
class IndexCheck:
    """The result of comparing the indexes of a collection with its files."""

    lines: int = 0
    by_file: dict[Path, list[str]] = field(default_factory=dict)  # disagreements, a sentence for each
    others: list[str] = field(default_factory=list)  # those of no file that is there


def check_index(collection: Collection) -> IndexCheck:
    """Return what of a collection's indexes does not agree with the records of its files."""
    result = IndexCheck()
    if not collection.indexes:
        return result
    with tempfile.TemporaryDirectory() as scratch:
        groups = _grouped(_all_lines(collection, result), result.others, Path(scratch))
        files = {path.name: path for path in collection.files}
        for name, lines in groups:
            path = files.pop(name, None)
            if path is None:
                number = sum(1 for _ in lines)
                result.others.append(f"{name}, named in {number} lines of the index, is missing.")
            else:
                records = located_records(path)
                result.by_file[path] = compare(lines, records, name) if records is not None else []
        for path in files.values():
            if not path.name.lower().endswith(".wacz"):
                result.by_file[path] = ["The index has no line for this file."]
    return result


def check_wacz_index(path: Path) -> list[str]:
    """Return what of the indexes in a WACZ file does not agree with the records in it; empty for any other file."""
    if not zipfile.is_zipfile(path):
        return []
    found: list[str] = []
    with zipfile.ZipFile(path) as bundle, tempfile.TemporaryDirectory() as scratch:
        indexes = [name for name in bundle.namelist() if name.startswith("indexes/") and is_index(Path(name))]
        if not indexes:
            return []
        members = {name.rpartition("/")[2]: name for name in bundle.namelist() if name.startswith("archive/")}
        unreadable: list[str] = []

        def lines() -> Iterator[IndexLine | str]:
            for name in indexes:
                with bundle.open(name) as stream:
                    yield from read_index(stream)

        for name, of_file in _grouped(lines(), unreadable, Path(scratch)):
            member = members.pop(name, None)
            if member is None:
                found.append(f"{name}, named in its index, is missing.")
                continue
            with wacz.opened_member(path, member) as stream:
                records = located_records_in(stream, name) if stream is not None else None
                if records is not None:
                    found += compare(of_file, records, name)
        found += [f"The index has no line for {name}." for name in members if name]
        return unreadable + found


def compare(lines: Iterable[IndexLine], records: Iterable[Record | Damage], name: str) -> list[str]:
    """Return how the lines of an index differ from those that the records of a file give."""
    by_offset = {one.offset: one for one in lines}
    found: list[str] = []
    seen: set[int] = set()
    for line in cdxj_lines(_indexed(records, seen), name):
        key, stamp, fields = line.split(" ", 2)
        expected = json.loads(fields)
        offset = int(expected["offset"])
        stated = by_offset.pop(offset, None)
        where = f"the record of {expected['url'][:300]} at byte {offset} of {name}"
        if stated is None:
            found.append(f"The index has no line for {where}.")
        else:
            found += [
                f"The index states {what} for {where}." for what in _differences(stated, key, stamp, expected)
            ]
    found += [
        f"The index says that {one.url or one.key} is at byte {one.offset} of {name}: there is no such record."
        for one in sorted(by_offset.values(), key=lambda one: one.offset)
        if one.offset not in seen  # what replay tools would show as an empty page may have a line or not
    ]
    return found[:MAX_NAMED] + ([f"… and {len(found) - MAX_NAMED} more."] if len(found) > MAX_NAMED else [])


def _differences(stated: IndexLine, key: str, stamp: str, expected: dict[str, str]) -> Iterator[str]:
    if stated.timestamp != stamp:
        yield f"the time {stated.timestamp}, not {stamp},"
    is_same_url = stated.url == expected["url"] if stated.url else stated.key == key
    if not is_same_url and stated.key != key:
        yield f"the address {stated.url or stated.key}"
    longer = 0 if stated.length is None else stated.length - int(expected["length"])
    if not 0 <= longer <= _line_ends(expected["filename"]):
        yield f"{stated.length} bytes, not {expected['length']},"
    if stated.digest and not _may_be_same(stated.digest, expected.get("digest", "")):
        yield f"the digest {stated.digest}, not {expected['digest']},"


def _line_ends(filename: str) -> int:
    """Return how many bytes after a record some programs count as part of it."""
    return 0 if filename.lower().endswith(".gz") else len(b"\r\n\r\n")


def _may_be_same(stated: str, digest: str) -> bool:
    """Return whether two digests may be of the same payload; CDX leaves out the name of the algorithm.

    cdxj-indexer states the digest of nothing if the record states none.
    """
    if _EMPTY in stated:
        return True
    algorithm = digest.partition(":")[0]
    one, other = (
        normalized_digest(stated if ":" in stated else f"{algorithm}:{stated}"),
        normalized_digest(digest),
    )
    return one == other or one.partition(":")[0] != other.partition(":")[0]


def _indexed(records: Iterable[Record | Damage], seen: set[int]) -> Iterator[Record]:
    """Yield the records that every index has, and the requests beside them; note where the records of all kinds are."""
    for one in records:
        seen.add(one.place.offset)
        if isinstance(one, Record) and one.kind in _INDEXED:
            yield one


def _all_lines(collection: Collection, result: IndexCheck) -> Iterator[IndexLine | str]:
    for path in collection.indexes:
        for one in _index_lines(path):
            result.lines += isinstance(one, IndexLine)
            yield one if isinstance(one, IndexLine) else f"{path.name}: {one}."


def _grouped(
    lines: Iterable[IndexLine | str], unreadable: list[str], scratch: Path
) -> Iterator[tuple[str, Iterator[IndexLine]]]:
    """Yield the lines of each file, by its name; lines that cannot be read are added to `unreadable`."""

    def sortable() -> Iterator[str]:
        for one in lines:
            if isinstance(one, str):
                unreadable.append(one)
            else:
                yield json.dumps([Path(one.filename).name, one.offset, asdict(one)])

    def parsed() -> Iterator[tuple[str, IndexLine]]:
        for line in sorted_lines(sortable(), scratch):
            name, _, fields = json.loads(line)
            yield name, IndexLine(**fields)

    for name, group in groupby(parsed(), key=lambda one: one[0]):
        yield name, (line for _, line in group)


def _index_lines(path: Path) -> Iterator[IndexLine | str]:
    with path.open("rb") as stream:
        yield from read_index(stream)


def _file_beside(index: Path, name: str) -> Path | None:
    for folder in _BESIDE:
        for one in (name, Path(name).name):
            path = index.parent / folder / one
            if path.is_file():
                return path
    return None
