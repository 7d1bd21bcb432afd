"""Articles as CSV that a spreadsheet opens correctly and does not execute. PURE.

UTF-8 with a byte order mark, lines end in CRLF, quoted as in RFC 4180.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from archive.export import fields
from archive.export.fields import Field
from archive.export.jsonl import to_json
from archive.index.rows.versions import ArticleVersion

Separator = Literal["comma", "semicolon", "tab"]
SEPARATORS: dict[Separator, str] = {"comma": ",", "semicolon": ";", "tab": "\t"}
BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's own code page, and Cyrillic is lost
LIST_SEPARATOR = "; "
# What a spreadsheet takes for a formula, quoted or not, spaces before it or not, in full-width forms too; tabs and
# line ends at the front because it drops them and then looks again
# (https://owasp.org/www-community/attacks/CSV_Injection). Apostrophes before it, so that taking one away is the
# exact opposite of putting one there.
_RUNS = re.compile("'*[\\s\ufeff\u200b]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n]")


def rows(
    articles: Iterable[ArticleVersion], *, links: bool = False, separator: Separator = "comma"
) -> Iterator[str]:
    """Yield the header line, then one line per article.

    Authors and tags are joined by «; », notices by a blank line; images and links are JSON.
    """
    exported = fields.exported_fields(links=links)
    columns = list(fields.flat_columns(exported))
    yield BOM + _row((name for name, _ in columns), separator)
    for article in articles:
        values = fields.flat_values(fields.to_record(article, links=links), exported)
        cells = (cell(field, value) for (_, field), value in zip(columns, values, strict=True))
        yield _row(cells, separator)


def cell(field: Field, value: Any) -> str | int | float | None:
    """Return the content of a cell; empty if the value is not known."""
    if field.is_list:
        return escape_formula(_list(field, value)) if value else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape_formula(value) if isinstance(value, str) else value


def escape_formula(text: str) -> str:
    """Return text that no spreadsheet executes: prefix an apostrophe if it looks like a formula."""
    return f"'{text}" if _RUNS.match(text) else text


def unescape_formula(cell: str) -> str:
    """Return the text that `escape_formula` made a cell from."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell) else cell


def _list(field: Field, values: list[Any]) -> str:
    if field.parts:
        return to_json(values)
    return ("\n\n" if field.name == "notices" else LIST_SEPARATOR).join(values)


def _row(cells: Iterable[Any], separator: Separator) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=SEPARATORS[separator]).writerow(cells)
    return line.getvalue()
