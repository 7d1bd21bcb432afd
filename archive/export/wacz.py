"""Write a WACZ file (1.1.1): records of articles copied byte for byte, with pages, an index and digests.

See https://specs.webrecorder.net/wacz/1.1.1/. ReplayWeb.page and pywb show it, and `newsarchive import` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

from archive import timestamps
from archive.export.captures.copying import RecordCopy
from archive.export.captures.package import WaczPackage
from archive.export.captures.selection import selected_captures
from archive.export.fields import Entry
from archive.export.provenance import ArchiveContent
from archive.index.db.connection import Row
from archive.warc.cdx.lines import sorted_lines

_PAGES_HEAD: dict[str, object] = {
    "format": "json-pages-1.0",
    "id": "pages",
    "title": "All Pages",
    "hasText": True,
}
_FIELDS = (
    ("archive/*.warc.gz", "WARC/1.1, gzip", "the records of the captures, byte for byte as in the archive"),
    ("indexes/index.cdx", "CDXJ", "where each capture is in these files, sorted by address"),
    ("pages/pages.jsonl", "JSON Lines", "one page for each version of an article: id, url, ts, title, text"),
    ("datapackage.json", "JSON", "name, length and SHA-256 of each file above"),
    ("datapackage-digest.json", "JSON", "SHA-256 of datapackage.json"),
)


def write_archive(
    content: ArchiveContent, part: Path, articles: Iterable[int], on_progress: Callable[[int], None]
) -> dict[str, object]:
    """Write the captures of articles, with what is needed to see their pages; return counts for the provenance."""
    with (
        selected_captures(content.connection, part) as selection,
        part.open("w+b") as stream,
        closing(WaczPackage(stream, content.at)) as written,
    ):
        selection.add_articles(articles)
        selection.add_requisites(content.folder, on_progress)
        copied = RecordCopy(content.folder, selection, written, on_progress, content.damages)
        count = add_records(copied, part.parent)
        written.finish(content.made_by)
    return {"captures": copied.captures, "pages": count, "warc_files": copied.files}


def add_records(copied: RecordCopy, scratch: Path) -> int:
    """Write the records of a selection, their index and the list of pages; return the number of pages.

    Temporary files are in the folder `scratch`.
    """
    index = sorted_lines(copied.records(), scratch)
    copied.package.add_lines("indexes/index.cdx", (f"{line}\n".encode() for line in index), scratch)
    pages = map(_json_line, chain((_PAGES_HEAD,), map(_page, copied.selection.versions())))
    return copied.package.add_lines("pages/pages.jsonl", pages, scratch) - 1


def describe_fields(*, links: bool) -> Iterator[Entry]:
    """Yield each file in a WACZ file; they are the same with and without `links`."""
    for name, kind, meaning in _FIELDS:
        yield Entry(name, kind, "", "", meaning, "")


def _page(row: Row) -> dict[str, object]:
    moment = timestamps.from_iso(row["fetched_at"])
    return {
        "id": row["record_id"].strip("<>").removeprefix("urn:uuid:"),
        "url": row["url"],
        "ts": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "title": row["title"],
        "text": "\n\n".join(filter(None, (row["lead"], row["body"]))),
    }


def _json_line(value: dict[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
