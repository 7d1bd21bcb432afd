"""The contents of an evidence report for each article: its versions, their differences, and its captures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from archive.article_fields import ArticleVersion
from archive.errors import DamagedRecord
from archive.index.db.connection import Connection
from archive.index.lookup import article_keys
from archive.index.rows import captures, sources, version_diff, versions
from archive.index.rows.captures import CaptureRow
from archive.index.rows.version_diff import FieldChange
from archive.warc import reader
from archive.warc.records import Record


@dataclass(frozen=True, slots=True)
class DossierCapture:
    """One capture with what its records state."""

    row: CaptureRow
    ip: str | None
    tls: Mapping[str, Any]  # empty: nothing was recorded
    problem: str | None  # why its records cannot be read


@dataclass(frozen=True, slots=True)
class DossierArticle:
    """One article."""

    outlet: str
    versions: Sequence[ArticleVersion]  # oldest first
    addresses: Sequence[str]
    changes: Sequence[Sequence[FieldChange]]  # of each version from the one before; the first has none
    captures: Sequence[DossierCapture]  # earliest first

    @property
    def latest(self) -> ArticleVersion:
        """Return the latest version."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class Collector:
    """Who collected the evidence: as stated, not proved."""

    operator: str | None  # name of the person or institution that runs the archive
    software: str
    at: datetime  # UTC


def collect(connection: Connection, folder: Path, articles: Iterable[int]) -> list[DossierArticle]:
    """Return what is known of articles."""
    titles = sources.titles(connection)
    return [_collect_one(connection, folder, one, titles) for one in articles]


def _collect_one(
    connection: Connection, folder: Path, article: int, titles: Mapping[str, str]
) -> DossierArticle:
    history = versions.versions_of_article(connection, article)
    addresses = article_keys.addresses(connection, article)
    requested = dict.fromkeys((*addresses, *(one.capture.url for one in history)))
    rows = {row.id: row for url in requested for row in captures.of_url(connection, url)}
    source = history[-1].source
    return DossierArticle(
        outlet=titles.get(source or "") or source or "unknown outlet",
        versions=history,
        addresses=addresses,
        changes=[
            (),
            *(version_diff.changed_fields(old, new) for old, new in pairwise(history)),
        ],
        captures=[
            _read(folder, row) for row in sorted(rows.values(), key=lambda row: (row.fetched_at, row.id))
        ],
    )


def _read(folder: Path, row: CaptureRow) -> DossierCapture:
    try:
        record = reader.read_record(folder, row.place)
        beside = reader.read_concurrent(folder, record)
    except DamagedRecord as error:
        return DossierCapture(row, None, {}, str(error))
    return DossierCapture(row, record.header("WARC-IP-Address"), _tls(beside), None)


def _tls(beside: Iterable[Record]) -> Mapping[str, Any]:
    for record in beside:
        found = record.metadata().get("tls")
        if isinstance(found, dict):
            return found
    return {}
