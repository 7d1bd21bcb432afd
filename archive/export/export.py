"""Run an export: a snapshot, complete or not written at all, with its provenance and data dictionary beside it."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import IO, Any

from archive.article_fields import ArticleVersion
from archive.errors import ArchiveError, Unwritable, write_failure_reason
from archive.export import data_dictionary
from archive.export.atomic_files import (
    check_outside_archive,
    check_targets,
    unwritable_error,
    write_atomically,
)
from archive.export.formats import ExportFormat, find_format, writer_of
from archive.export.jsonl import to_json
from archive.export.provenance import ArchiveContent, ArticleCounter, ExportRequest, build_provenance
from archive.index.db.connection import Connection, is_disk_full, read_snapshot, sqlite_version
from archive.index.db.schema import SCHEMA_VERSION
from archive.manifests import reader as manifests
from archive.values.short_repr import ShortRepr

FindArticles = Callable[[], Iterator[ArticleVersion]]


@dataclass(frozen=True, slots=True, repr=False)
class ExportResult(ShortRepr):
    """The result of an export: what was written, and where."""

    form: ExportFormat
    rows: int  # articles, or versions if every version was requested
    file: Path | None  # None for a stream
    provenance: Path | None
    dictionary: Path | None
    sha256: str | None  # hex; of the file
    counts: Mapping[str, Any] = field(default_factory=dict)  # of an archive format, as in the provenance file
    damages: tuple[str, ...] = ()  # records that could not be exported, a sentence for each


def export_to_stream(
    connection: Connection,
    find_articles: FindArticles,
    request: ExportRequest,
    stream: IO[bytes],
    on_progress: Callable[[int], None],
) -> ExportResult:
    """Write the articles to a stream alone; raise ArchiveError for a format that needs a file."""
    if not find_format(request.form).is_streamable:
        raise ArchiveError(f"{request.form} needs a file: name one with -o FILE.")
    counter = ArticleCounter(on_progress)
    with read_snapshot(connection):
        writer_of(request.form).write(counter.counted(find_articles()), stream, request)
    stream.flush()
    return ExportResult(request.form, counter.rows, None, None, None, None)


def export_to_file(
    folder: Path,
    connection: Connection,
    find_articles: FindArticles,
    request: ExportRequest,
    file: Path,
    *,
    overwrite: bool,
    on_progress: Callable[[int], None],
    at: datetime,
) -> ExportResult:
    """Write the articles to a file, and its provenance and data dictionary beside it.

    All three files appear under their names only when they are complete. Raise ArchiveError if one of the
    names exists, Unwritable if the disk is full: then no new file remains, and no old one is lost.
    """
    if file.exists() and not file.is_file() and not file.is_dir():  # a pipe or a device cannot be replaced
        try:
            with file.open("wb") as stream:
                return export_to_stream(connection, find_articles, request, stream, on_progress)
        except OSError as error:  # what was written before has gone to the reader already
            raise Unwritable(f"{file} cannot be written: {write_failure_reason(error)}.") from error
    file = file.resolve() if file.is_symlink() else file
    files = (file, _sidecar(file, ".dictionary.csv"), _sidecar(file, ".provenance.json"))
    for one in files:
        check_outside_archive(folder, one)
    check_targets(files, overwrite=overwrite)
    is_archive = find_format(request.form).is_archive
    counter = ArticleCounter(on_progress if not is_archive else lambda rows: None)
    with write_atomically(files, overwrite=overwrite) as (part, dictionary_part, provenance_part):
        archive = _archive_identity(folder, connection)
        source = ArchiveContent(
            connection, folder, at, f"newsarchive {_version_of('newsarchive')}", request.is_everything
        )
        details = _write(source, find_articles, request, part, counter, file, on_progress)
        dictionary_part.write_text(
            data_dictionary.to_csv(request.form, links=request.links), encoding="utf-8", newline=""
        )
        digest = manifests.file_sha256(part)
        content = build_provenance(
            request,
            counter,
            file={"name": file.name, "bytes": part.stat().st_size, "sha256": digest},
            dictionary={"name": files[1].name, "sha256": manifests.file_sha256(dictionary_part)},
            archive=archive,
            made_by=_made_by(request),
            at=at,
            details=details,
        )
        provenance_part.write_text(to_json(content, indent=2) + "\n", encoding="utf-8")
    return ExportResult(
        request.form, counter.rows, file, files[2], files[1], digest, details, tuple(source.damages)
    )


def _write(
    content: ArchiveContent,
    find_articles: FindArticles,
    request: ExportRequest,
    part: Path,
    counter: ArticleCounter,
    file: Path,
    on_progress: Callable[[int], None],
) -> Mapping[str, Any]:
    """Write the file itself; return what the provenance file says of an archive format."""
    if find_format(request.form).is_archive:
        try:
            ids = (article.id for article in counter.counted(find_articles()))
            return writer_of(request.form).write_archive(content, part, ids, on_progress)
        except Unwritable as error:
            if is_disk_full(error):
                raise unwritable_error(OSError(errno.ENOSPC, "the disk is full"), file) from error
            raise Unwritable(str(error).replace(str(part), str(file))) from error
    with part.open("wb") as stream, read_snapshot(content.connection):
        writer_of(request.form).write(counter.counted(find_articles()), stream, request)
    return {}


def _sidecar(file: Path, ending: str) -> Path:
    return file.with_name(file.name + ending)


def _archive_identity(folder: Path, connection: Connection) -> dict[str, Any]:
    """Return the archive's name and its latest manifest, whose checksum covers every record it contained then."""
    head = manifests.chain_head(folder)
    return {
        "name": folder.resolve().name,
        "schema": SCHEMA_VERSION,
        "head": {"manifest": head.name, "sha256": head.sha256} if head else None,
    }


def _made_by(request: ExportRequest) -> dict[str, str]:
    made_by = {"newsarchive": _version_of("newsarchive"), "sqlite": sqlite_version()}
    library = find_format(request.form).library
    return made_by | ({library: _version_of(library)} if library else {})


def _version_of(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:  # run from a source folder that was never installed
        return "not installed"
