"""Exports of WARC records: complete, byte for byte, indexed, with digests, and importable."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from archive.core import Archive
from archive.errors import BadQuery
from archive.http.capture import Place
from archive.warc import reader
from archive.warc.cdx.lines import cdxj_lines
from tests.archive.test_killed_import import Inline
from tests.small_archive import BRIDGE, GONE, HARBOUR, LISTING, PICTURE, STYLE, SUMMIT, build

Typed = Callable[..., Result]
CONTENT = [
    "archive/port-20220112100000-00000.warc.gz",
    "archive/primorsk-20220110100000-00000.warc.gz",
    "archive/primorsk-20220111100000-00000.warc.gz",
    "archive/primorsk-20220112100000-00000.warc.gz",
    "indexes/index.cdx",
    "pages/pages.jsonl",
]


def wacz(archive: Archive, file: Path, *query: str, **options: object) -> zipfile.ZipFile:
    archive.export(file, *query, **options)  # type: ignore[arg-type]
    return zipfile.ZipFile(file)


def index_of(bundle: zipfile.ZipFile) -> list[tuple[str, dict[str, str]]]:
    lines = bundle.read("indexes/index.cdx").decode().splitlines()
    assert lines == sorted(lines)
    return [(line, json.loads(line.split(" ", 2)[2])) for line in lines]


def local_headers(bundle: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the members as the header before each one describes it."""
    assert bundle.filename is not None
    content = Path(bundle.filename).read_bytes()
    found = []
    for one in bundle.infolist():
        name, extra = struct.unpack_from("<HH", content, one.header_offset + 26)
        header = zipfile.ZipInfo(one.filename)
        header.extra = content[one.header_offset + 30 + name :][:extra]
        found.append(header)
    return found


def contents(archive: Archive) -> set[tuple[object, ...]]:
    versions = archive.search(all_versions=True)
    return {(one.url, one.version, one.title, one.body, one.published, one.state) for one in versions}


def addresses(bundle: zipfile.ZipFile) -> set[str]:
    return {fields["url"] for _, fields in index_of(bundle)}


def test_a_wacz_holds_the_records_byte_for_byte_where_its_index_says(
    archive: Archive, tmp_path: Path
) -> None:
    with wacz(archive, tmp_path / "all.wacz") as bundle:
        assert bundle.namelist() == [*CONTENT, "datapackage.json", "datapackage-digest.json"]
        assert {one.compress_type for one in bundle.infolist()} == {zipfile.ZIP_STORED}
        assert {len(one.extra) for one in local_headers(bundle)} == {0}  # or ReplayWeb.page finds no content
        for _, fields in index_of(bundle):
            content = bundle.read(f"archive/{fields['filename']}")
            begin, length = int(fields["offset"]), int(fields["length"])
            (row,) = [
                row
                for row in archive.captures(fields["url"])
                if row.place.file == f"warc/{fields['filename']}"
            ]
            stored = (archive.folder / row.place.file).read_bytes()[row.place.offset :][: row.place.length]
            assert content[begin : begin + length] == stored
        kinds = []
        for name in CONTENT[:4]:
            path = tmp_path / name.rpartition("/")[2]
            path.write_bytes(bundle.read(name))
            kinds.append(
                [one.kind for one in reader.read_records(path) if not isinstance(one, reader.Damage)]
            )
        assert all(kind[0] == "warcinfo" and set(kind[1::3]) == {"request"} for kind in kinds)
        assert sum(kind.count("metadata") for kind in kinds) == len(index_of(bundle))


def test_a_wacz_states_the_digest_of_each_file_in_it(archive: Archive, tmp_path: Path) -> None:
    with wacz(archive, tmp_path / "all.wacz") as bundle:
        described = json.loads(bundle.read("datapackage.json"))
        assert described["wacz_version"] == "1.1.1"
        assert described["profile"] == "data-package"
        assert [one["path"] for one in described["resources"]] == CONTENT
        for one in described["resources"]:
            content = bundle.read(one["path"])
            assert (one["bytes"], one["hash"]) == (
                len(content),
                f"sha256:{hashlib.sha256(content).hexdigest()}",
            )
        digest = json.loads(bundle.read("datapackage-digest.json"))["hash"]
        assert digest == f"sha256:{hashlib.sha256(bundle.read('datapackage.json')).hexdigest()}"


def test_a_wacz_lists_each_version_as_a_page_with_title_and_text(archive: Archive, tmp_path: Path) -> None:
    with wacz(archive, tmp_path / "all.wacz") as bundle:
        head, *pages = map(json.loads, bundle.read("pages/pages.jsonl").decode().splitlines())
        assert (head["format"], head["hasText"]) == ("json-pages-1.0", True)
        versions = list(archive.search(all_versions=True))
        assert {(page["url"], page["ts"], page["title"]) for page in pages} == {
            (one.capture.url, f"{one.capture.fetched_at:%Y-%m-%dT%H:%M:%SZ}", one.title) for one in versions
        }
        indexed = {(fields["url"], line.split(" ")[1]) for line, fields in index_of(bundle)}
        for page in pages:
            assert page["text"]
            assert (page["url"], "".join(filter(str.isdigit, page["ts"]))) in indexed


def test_an_export_of_one_article_has_what_its_page_needs_and_nothing_else(
    archive: Archive, tmp_path: Path
) -> None:
    with wacz(archive, tmp_path / "one.wacz", articles=[SUMMIT]) as bundle:
        assert addresses(bundle) == {SUMMIT, STYLE, PICTURE}
    with wacz(archive, tmp_path / "query.wacz", source="port") as bundle:
        assert addresses(bundle) == {HARBOUR}
    with wacz(archive, tmp_path / "gone.wacz", articles=[GONE]) as bundle:
        assert {fields["status"] for _, fields in index_of(bundle)} == {"200", "404"}
        assert LISTING not in addresses(bundle)


def test_an_imported_wacz_gives_the_same_captures_and_articles(archive: Archive, tmp_path: Path) -> None:
    with wacz(archive, tmp_path / "all.wacz") as bundle:
        exported = addresses(bundle)
    with Archive.create(tmp_path / "other") as other:
        (result,) = other.take_in([tmp_path / "all.wacz"], Inline())
        assert (result.damages, result.skipped, result.altered) == ([], [], [])
        for url in exported:
            assert [
                (row.url, row.fetched_at, row.status, row.payload_sha256, row.record_id)
                for row in other.captures(url)
            ] == [
                (row.url, row.fetched_at, row.status, row.payload_sha256, row.record_id)
                for row in archive.captures(url)
            ]
        with wacz(other, tmp_path / "again.wacz") as bundle, Archive.create(tmp_path / "third") as third:
            list(third.take_in([tmp_path / "again.wacz"], Inline()))
            assert contents(third) == contents(other)
            assert {url for url, *_ in contents(other)} >= {SUMMIT, BRIDGE}


def test_a_record_that_cannot_be_read_is_named_and_the_others_are_exported(
    tmp_path: Path, typed: Typed
) -> None:
    folder = build(tmp_path / "archive")
    with Archive.open(folder) as archive:
        place = archive.captures(PICTURE)[0].place
    file = folder / place.file
    content = bytearray(file.read_bytes())
    content[place.offset + place.length // 2] ^= 0xFF
    file.chmod(0o644)
    file.write_bytes(content)
    for name in ("out.wacz", "out.cdxj"):
        done = typed(folder, "export", "-o", str(tmp_path / name))
        assert done.exit_code == 1
        assert f"{place.file} at byte {place.offset}" in " ".join(done.stderr.split())
    with zipfile.ZipFile(tmp_path / "out.wacz") as bundle:
        assert addresses(bundle) >= {SUMMIT, BRIDGE, STYLE}
        assert PICTURE not in addresses(bundle)


def test_a_cdxj_index_of_everything_has_a_line_for_each_response(archive: Archive, tmp_path: Path) -> None:
    exported = archive.export(tmp_path / "all.cdxj")
    lines = (tmp_path / "all.cdxj").read_text("ascii").splitlines()
    assert lines == sorted(lines)
    assert exported.counts == {"lines": len(lines)}
    places = {
        Place(f"warc/{fields['filename']}", int(fields["offset"]), int(fields["length"]))
        for fields in (json.loads(line.split(" ", 2)[2]) for line in lines)
    }
    rows = archive.connection.execute('SELECT file, "offset", length FROM captures').fetchall()
    assert places == {Place(*row) for row in rows}
    assert len(lines) == len(rows)
    record = reader.read_record(archive.folder, next(iter(places)))
    assert set(cdxj_lines([record], record.place.file.removeprefix("warc/"))) <= set(lines)


def test_a_cdxj_index_of_a_query_has_the_captures_of_its_articles(archive: Archive, tmp_path: Path) -> None:
    archive.export(tmp_path / "some.cdxj", articles=[SUMMIT])
    lines = (tmp_path / "some.cdxj").read_text("ascii").splitlines()
    assert {json.loads(line.split(" ", 2)[2])["url"] for line in lines} == {SUMMIT, STYLE, PICTURE}


def test_articles_and_a_query_are_not_mixed(
    archive: Archive, tmp_path: Path, typed: Typed, small: Path
) -> None:
    with pytest.raises(BadQuery, match="not both"):
        archive.export(tmp_path / "a.csv", "мост", articles=[SUMMIT])
    done = typed(small, "export", "-o", str(tmp_path / "a.csv"), "--article", SUMMIT, "--article", HARBOUR)
    assert "Exported 2 articles" in done.stderr
    stated = json.loads((tmp_path / "a.csv.provenance.json").read_text("utf-8"))
    assert len(stated["asked"]["articles"]) == 2
