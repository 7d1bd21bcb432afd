"""The evidence manifest: a list of everything in an evidence file with its digest. PURE.

    evidence/manifest.json
      {"evidence": 1, "made_by": …, "created": …, "articles": […],
       "records": [{"file", "offset", "length", "sha256", "type", "id", "url", "date", "ip",
                    "member", "member_offset"}],           where the record is in this file
       "files": [{"path", "bytes", "sha256"}]}              every other file but this one, its stamp and the package

A time stamp over this file covers the whole evidence file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

FORMAT = 1
FOLDER = "evidence/"
MANIFEST = f"{FOLDER}manifest.json"
STAMP = f"{FOLDER}manifest.tsr"
REPORT = f"{FOLDER}report.html"
REPORT_PDF = f"{FOLDER}report.pdf"
# Copies of the archive's manifests, each under its name with the suffix: py-wacz knows folders of one level only, and
# takes a .jsonl for a table, in which these lines would be errors.
CHAIN = "manifests/"
CHAIN_SUFFIX = ".txt"
RECORDS = "archive/"


class BadEvidence(ValueError):
    """An evidence manifest is not valid; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """One WARC record: where it came from, where it is, and what it states."""

    file: str  # in the archive
    offset: int
    length: int
    sha256: str  # hex; of its bytes as stored
    type: str
    id: str
    url: str | None
    date: str
    ip: str | None
    member: str  # path in the evidence file
    member_offset: int


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """One file that has no WARC records."""

    path: str
    bytes: int
    sha256: str  # hex


@dataclass(frozen=True, slots=True)
class EvidenceManifest:
    """The contents of an evidence file."""

    made_by: str
    created: str  # UTC
    articles: Sequence[Mapping[str, Any]]  # id, url, title, versions
    records: Sequence[EvidenceRecord]
    files: Sequence[EvidenceFile]


_Entry = TypeVar("_Entry", EvidenceRecord, EvidenceFile)


def to_bytes(manifest: EvidenceManifest) -> bytes:
    """Return a manifest as JSON, one record or file a line."""
    head = {
        "evidence": FORMAT,
        "made_by": manifest.made_by,
        "created": manifest.created,
        "articles": list(manifest.articles),
    }
    text = (
        json.dumps(head, ensure_ascii=True)[:-1]
        + ',\n"records": '
        + _lines(asdict(one) for one in manifest.records)
        + ',\n"files": '
        + _lines(asdict(one) for one in manifest.files)
        + "}\n"
    )
    return text.encode()


def from_bytes(content: bytes) -> EvidenceManifest:
    """Return the manifest that a file states, or raise BadEvidence."""
    try:
        stated = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadEvidence("it is not JSON") from error
    if not isinstance(stated, dict) or stated.get("evidence") != FORMAT:
        raise BadEvidence("it is of a newer release, or not an evidence manifest")
    articles = stated.get("articles")
    if not isinstance(articles, list) or not all(isinstance(one, dict) for one in articles):
        raise BadEvidence("its list of articles is not valid")
    return EvidenceManifest(
        made_by=str(stated.get("made_by")),
        created=str(stated.get("created")),
        articles=articles,
        records=[_parse(EvidenceRecord, one) for one in _list(stated, "records")],
        files=[_parse(EvidenceFile, one) for one in _list(stated, "files")],
    )


def _lines(values: Iterable[Mapping[str, Any]]) -> str:
    return "[\n" + ",\n".join(json.dumps(one, ensure_ascii=True) for one in values) + "\n]"


def _list(stated: Mapping[str, Any], name: str) -> list[Any]:
    found = stated.get(name)
    if not isinstance(found, list):
        raise BadEvidence(f"it has no list of {name}")
    return found


def _parse(kind: type[_Entry], stated: Any) -> _Entry:
    types = {"int": int, "str": str, "str | None": (str, type(None))}
    if not isinstance(stated, dict) or set(stated) != {one.name for one in fields(kind)}:
        raise BadEvidence(f"{str(stated)[:80]!r} is not an entry")
    for one in fields(kind):
        value = stated[one.name]
        if isinstance(value, bool) or not isinstance(value, types[str(one.type)]):  # type: ignore[arg-type]
            raise BadEvidence(f"{str(value)[:80]!r} is not a valid {one.name}")
        if isinstance(value, int) and value < 0:
            raise BadEvidence(f"{value} is not a valid {one.name}")
    return kind(**stated)
