"""Export formats, and which one a file name asks for. PURE."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from archive.errors import BadQuery

ExportFormat = Literal["jsonl", "csv", "parquet", "sqlite"]
EXPORT_FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)
_SUFFIXES: dict[str, ExportFormat] = {
    "": "jsonl",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".db": "sqlite",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
}
STREAMABLE: frozenset[ExportFormat] = frozenset(
    {"jsonl", "csv"}
)  # can be written to a pipe as they are produced


def parse_format(form: str) -> ExportFormat:
    """Return the format of that name; raise BadQuery if there is none."""
    if form not in EXPORT_FORMATS:
        raise BadQuery(f"{form!r} is not an export format: use one of {', '.join(EXPORT_FORMATS)}.")
    return form


def format_of_file(file: Path | None) -> ExportFormat:
    """Return the format for a file name, JSON Lines without an extension; raise BadQuery for an unknown one."""
    ending = file.suffix.lower() if file else ""
    if ending not in _SUFFIXES:
        known = ", ".join(one for one in _SUFFIXES if one)
        raise BadQuery(
            f"No export format has the extension {ending}: use --format, or one of the extensions {known}."
        )
    return _SUFFIXES[ending]
