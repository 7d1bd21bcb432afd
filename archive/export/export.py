"""An export from beginning to end: of one moment, whole or not at all, with its provenance and dictionary beside it."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import IO, Any

from archive.errors import ArchiveError, Unwritable, why_unwritable
from archive.export import csv, jsonl, parquet
from archive.export import data_dictionary as dictionary
from archive.export import sqlite as subset
from archive.export.atomic_files import delivered, refuse_own, refuse_taken, unwritable
from archive.export.formats import STREAMED, Form
from archive.export.provenance import Question, Tally, provenance
from archive.index.db.connection import Connection, is_full, snapshot, sqlite_version
from archive.index.db.schema import SCHEMA_VERSION
from archive.index.rows.versions import ArticleVersion
from archive.manifests import reader as manifests

Found = Callable[[], Iterator[ArticleVersion]]
_PIECES = 500  # lines of text written together


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and where."""

    form: Form
    rows: int  # articles, or versions where every version was asked for
    file: Path | None  # None for a stream
    provenance: Path | None
    dictionary: Path | None
    sha256: str | None  # hex; of the file


def to_stream(
    connection: Connection, found: Found, question: Question, stream: IO[bytes], told: Callable[[int], None]
) -> Exported:
    """Writes the articles to a stream, with nothing beside; ArchiveError for a form that needs a file."""
    if question.form not in STREAMED:
        raise ArchiveError(f"{question.form} needs a file: name one with -o FILE.")
    tally = Tally(told)
    with snapshot(connection):
        _write_text(tally.over(found()), question, stream)
    stream.flush()
    return Exported(question.form, tally.rows, None, None, None, None)


def to_file(
    folder: Path,
    connection: Connection,
    found: Found,
    question: Question,
    file: Path,
    *,
    overwrite: bool,
    told: Callable[[int], None],
    at: datetime,
) -> Exported:
    """Writes the articles to a file, and two more beside it that say where they come from and what they mean.

    All three get their names when they are whole. ArchiveError when one of the names is taken, Unwritable
    when the disk is full: then nothing new is there and nothing old is lost.
    """
    if file.exists() and not file.is_file() and not file.is_dir():  # a pipe or a device cannot be replaced
        try:
            with file.open("wb") as stream:
                return to_stream(connection, found, question, stream, told)
        except OSError as error:  # what had been written is gone to whoever reads it
            raise Unwritable(f"{file} cannot be written: {why_unwritable(error)}.") from error
    file = file.resolve() if file.is_symlink() else file
    files = (file, _beside(file, ".dictionary.csv"), _beside(file, ".provenance.json"))
    for one in files:
        refuse_own(folder, one)
    refuse_taken(files, overwrite=overwrite)
    tally = Tally(told if question.form != "sqlite" else lambda rows: None)
    with delivered(files, overwrite=overwrite) as (part, words, origin):
        archive = _archive(folder, connection)
        tables = _write(connection, found, question, part, tally, file, told)
        words.write_text(dictionary.text(question.form, links=question.links), encoding="utf-8", newline="")
        digest = manifests.file_digest(part)
        told_of = provenance(
            question,
            tally,
            file={"name": file.name, "bytes": part.stat().st_size, "sha256": digest},
            dictionary={"name": files[1].name, "sha256": manifests.file_digest(words)},
            archive=archive,
            made_by=_made_by(question),
            at=at,
            tables=tables,
        )
        origin.write_text(jsonl.to_json(told_of, indent=2) + "\n", encoding="utf-8")
    return Exported(question.form, tally.rows, file, files[2], files[1], digest)


def _write(
    connection: Connection,
    found: Found,
    question: Question,
    part: Path,
    tally: Tally,
    file: Path,
    told: Callable[[int], None],
) -> dict[str, int] | None:
    """Writes the file itself; for SQLite, how many rows each of its tables has."""
    if question.form == "sqlite":
        try:
            ids = (article.id for article in tally.over(found()))
            return subset.write(connection, part, ids, told)
        except Unwritable as error:
            if is_full(error):
                raise unwritable(OSError(errno.ENOSPC, "the disk is full"), file) from error
            raise Unwritable(str(error).replace(str(part), str(file))) from error
    with part.open("wb") as stream, snapshot(connection):
        articles = tally.over(found())
        if question.form == "parquet":
            parquet.write(articles, stream, links=question.links)
        else:
            _write_text(articles, question, stream)
    return None


def _write_text(articles: Iterator[ArticleVersion], question: Question, stream: IO[bytes]) -> None:
    if question.form == "csv":
        pieces = csv.rows(articles, links=question.links, separator=question.separator)
    else:
        pieces = jsonl.lines(articles, links=question.links)
    while text := "".join(islice(pieces, _PIECES)):
        stream.write(text.encode("utf-8", "replace"))


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(file.name + ending)


def _archive(folder: Path, connection: Connection) -> dict[str, Any]:
    """Which archive it is: its name, and the head of its manifests, that stands for every record it then held."""
    head = manifests.head(folder)
    return {
        "name": folder.resolve().name,
        "schema": SCHEMA_VERSION,
        "head": {"manifest": head.name, "sha256": head.sha256} if head else None,
    }


def _made_by(question: Question) -> dict[str, str]:
    made_by = {"newsarchive": _version_of("newsarchive"), "sqlite": sqlite_version()}
    return made_by | ({"pyarrow": _version_of("pyarrow")} if question.form == "parquet" else {})


def _version_of(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:  # run from a folder of sources that was never installed
        return "not installed"
