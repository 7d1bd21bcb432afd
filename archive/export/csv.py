"""Articles as CSV that a spreadsheet opens correctly and does not execute. PURE.

UTF-8 with a byte order mark, lines end in CRLF, quoted as in RFC 4180.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import IO, Any

from archive.article_fields import ArticleVersion, Field, exported_fields
from archive.export import fields
from archive.export.fields import LIST_SEPARATOR, Entry
from archive.export.formats import SEPARATORS, Separator
from archive.export.jsonl import to_json, write_text
from archive.export.provenance import ExportRequest

BOM = "\ufeff"  # without it Excel assumes the machine's own code page and garbles Cyrillic
# The beginning of a formula for a spreadsheet, whether quoted or after spaces, full-width forms included. Leading tabs
# and line ends count because spreadsheets drop them and then check again
# (https://owasp.org/www-community/attacks/CSV_Injection). So do leading apostrophes, so that removing one is the exact
# opposite of adding one.
_FORMULA_START = re.compile("'*[\\s\ufeff\u200b]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n]")


def write(articles: Iterator[ArticleVersion], stream: IO[bytes], request: ExportRequest) -> None:
    """Write the articles."""
    write_text(rows(articles, links=request.links, separator=request.separator), stream)


def describe_fields(*, links: bool) -> Iterator[Entry]:
    """Yield every column in order."""
    for name, field in fields.flat_columns(exported_fields(links=links)):
        yield fields.describe(field, _cell_type(field), name)


def rows(
    articles: Iterable[ArticleVersion], *, links: bool = False, separator: Separator = "comma"
) -> Iterator[str]:
    """Yield the header line, then one line per article.

    Authors and tags are joined by «; », notices by a blank line; images and links are JSON.
    """
    exported = exported_fields(links=links)
    columns = list(fields.flat_columns(exported))
    yield BOM + _format_row((name for name, _ in columns), separator)
    for article in articles:
        values = fields.flat_values(article.as_dict(links=links), exported)
        cells = (cell(field, value) for (_, field), value in zip(columns, values, strict=True))
        yield _format_row(cells, separator)


def cell(field: Field, value: Any) -> str | int | float | None:
    """Return the content of a cell; empty if the value is not known."""
    if field.is_list:
        return escape_formula(_join_list(field, value)) if value else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape_formula(value) if isinstance(value, str) else value


def escape_formula(text: str) -> str:
    """Return text that no spreadsheet executes: prefix an apostrophe if it looks like a formula."""
    return f"'{text}" if _FORMULA_START.match(text) else text


def unescape_formula(cell: str) -> str:
    """Return the text that `escape_formula` made a cell from."""
    return cell[1:] if cell.startswith("'") and _FORMULA_START.match(cell) else cell


def _join_list(field: Field, values: list[Any]) -> str:
    if field.parts:
        return to_json(values)
    return ("\n\n" if field.has_paragraphs else LIST_SEPARATOR).join(values)


def _cell_type(field: Field) -> str:
    if field.is_list:
        return "JSON" if field.parts else "text, several joined"
    return "text" if field.kind in ("time", "date or time") else field.kind


def _format_row(cells: Iterable[Any], separator: Separator) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=SEPARATORS[separator]).writerow(cells)
    return line.getvalue()
