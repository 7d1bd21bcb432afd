"""The export formats, in one table, and which one the name of a file implies. PURE.

A format NAME is written by the module archive/export/NAME.py, which has the functions of `Writer`. To add a format:
that module, its name in `ExportFormat` and a row in `FORMATS`. The commands, the data dictionary, the provenance file
and the docs follow from the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, Protocol, cast

from archive.errors import BadQuery

if TYPE_CHECKING:
    from archive.article_fields import ArticleVersion
    from archive.export.fields import Entry
    from archive.export.provenance import ArchiveContent, ExportRequest

ExportFormat = Literal["jsonl", "csv", "parquet", "sqlite", "wacz", "cdxj"]
Separator = Literal["comma", "semicolon", "tab"]
SEPARATORS: dict[Separator, str] = {"comma": ",", "semicolon": ";", "tab": "\t"}


@dataclass(frozen=True, slots=True)
class Format:
    """An export format: what it is called, what it can do and what it needs."""

    name: ExportFormat
    title: str  # for people: "JSON Lines"
    suffixes: tuple[str, ...]  # of file names; the first is the usual one
    readers: str  # the programs it is meant for
    description: str  # for docs/researchers.md
    is_streamable: bool = False  # can be written to a pipe as it is produced
    is_archive: bool = False  # whole articles: every version and every link, whatever was requested
    has_captures: bool = False  # WARC records or their index, instead of the fields of articles
    has_separator: bool = False
    extra: str | None = None  # of newsarchive, that installs the library it needs
    library: str | None = None  # that library, whose version goes into the provenance file


class Writer(Protocol):
    """A module that writes a format: with `write`, or with `write_archive` if it is an archive format."""

    def write(self, articles: Iterator[ArticleVersion], stream: IO[bytes], request: ExportRequest) -> None:
        """Write the articles; raise ArchiveError if a library is missing."""

    def write_archive(
        self,
        content: ArchiveContent,
        part: Path,
        articles: Iterable[int],
        on_progress: Callable[[int], None],
    ) -> Mapping[str, Any]:
        """Write a new file with the whole articles of these numbers; return counts for the provenance file."""

    def describe_fields(self, *, links: bool) -> Iterator[Entry]:
        """Yield every field of an export in order, for its data dictionary."""


FORMATS: tuple[Format, ...] = (
    Format(
        "jsonl",
        "JSON Lines",
        (".jsonl", ".ndjson", ".json"),
        "programs",
        "one article per line, UTF-8",
        is_streamable=True,
    ),
    Format(
        "csv",
        "CSV",
        (".csv",),
        "Excel, LibreOffice, R",
        "UTF-8 with a byte order mark, which Excel needs. Authors and tags are joined by «; », notices by a blank "
        "line; images and links are JSON. Excel truncates cells longer than 32,767 characters; the file has all of "
        "them. For Excel in Russian or Ukrainian, which expects semicolons: `--separator semicolon`",
        is_streamable=True,
        has_separator=True,
    ),
    Format(
        "parquet",
        "Parquet",
        (".parquet",),
        "pandas, DuckDB, Polars",
        "lists are lists; times are UTC timestamps, and `published` next "
        "to `published_utc` keeps the time with its own offset, or just the day",
        extra="parquet",
        library="pyarrow",
    ),
    Format(
        "sqlite",
        "SQLite",
        (".db", ".sqlite", ".sqlite3"),
        "SQL, Datasette",
        "a smaller `archive.db`: the matching articles with all their versions, captures, sightings, pictures and "
        "links, and a full-text index. Counts of copies refer to the whole archive. Captures point to the WARC files, "
        "which stay in the archive",
        is_archive=True,
    ),
    Format(
        "wacz",
        "WACZ",
        (".wacz",),
        "ReplayWeb.page, pywb",
        "WACZ 1.1.1: the WARC records of the articles, byte for byte, with the style sheets, scripts, fonts and "
        "pictures that their pages need, the text and title of each page, an index, and digests. `newsarchive "
        "import` reads it",
        is_archive=True,
        has_captures=True,
    ),
    Format(
        "cdxj",
        "CDXJ",
        (".cdxj",),
        "pywb",
        "an index of the WARC files, sorted by address: without a query or filter, of everything in the archive; "
        "otherwise of what a WACZ file would hold",
        is_archive=True,
        has_captures=True,
    ),
)
EXPORT_FORMATS: tuple[ExportFormat, ...] = tuple(one.name for one in FORMATS)
STREAMABLE = tuple(one for one in FORMATS if one.is_streamable)
DEFAULT_FORMAT = FORMATS[0]  # of a stream, and of a file name without an extension


def parse_format(form: str) -> ExportFormat:
    """Return the format of that name; raise BadQuery if there is none."""
    for name in EXPORT_FORMATS:
        if name == form:
            return name
    raise BadQuery(f"{form!r} is not an export format: use one of {', '.join(EXPORT_FORMATS)}.")


def find_format(name: ExportFormat) -> Format:
    """Return the row of a format in the table."""
    return next(one for one in FORMATS if one.name == name)


def titles(formats: Sequence[Format]) -> str:
    """Return the titles of formats for a sentence: "CSV, Parquet or SQLite"."""
    *others, last = (one.title for one in formats)
    return f"{', '.join(others)} or {last}" if others else last


def format_of_file(file: Path | None) -> ExportFormat:
    """Return the format for a file name, JSON Lines without an extension; raise BadQuery for an unknown one."""
    ending = file.suffix.lower() if file else ""
    if not ending:
        return DEFAULT_FORMAT.name
    for one in FORMATS:
        if ending in one.suffixes:
            return one.name
    known = ", ".join(suffix for one in FORMATS for suffix in one.suffixes)
    raise BadQuery(
        f"No export format has the extension {ending}: use --format, or one of the extensions {known}."
    )


def writer_of(name: ExportFormat) -> Writer:
    """Return the module that writes a format, imported on first use: the commands' help needs only the table."""
    return cast(Writer, import_module(f"archive.export.{name}"))
