"""The data dictionary beside an export: every field with its type, unit and meaning. PURE."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import astuple

from archive.export.csv import BOM
from archive.export.fields import Entry
from archive.export.formats import ExportFormat, writer_of

HEADING = ("field", "type", "unit", "values", "meaning", "column")


def entries(form: ExportFormat, *, links: bool = False) -> Iterator[Entry]:
    """Yield every field of an export, in order."""
    yield from writer_of(form).describe_fields(links=links)


def to_csv(form: ExportFormat, *, links: bool = False) -> str:
    """Return the dictionary as CSV, in the format of the CSV exports."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(HEADING)
    writer.writerows(astuple(entry) for entry in entries(form, links=links))
    return BOM + written.getvalue()
