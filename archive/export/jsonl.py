"""Articles as JSON Lines, and JSON as this program prints it. PURE."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

from archive.article_fields import ArticleVersion, Field, exported_fields, json_type
from archive.export.fields import Entry, describe
from archive.export.provenance import ExportRequest

# Legal in a JSON string, but terminals obey some of them, and many programs end a line at others.
_ESCAPED = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


_LINES_PER_WRITE = 500


def write(articles: Iterator[ArticleVersion], stream: IO[bytes], request: ExportRequest) -> None:
    """Write the articles."""
    write_text(lines(articles, links=request.links), stream)


def describe_fields(*, links: bool) -> Iterator[Entry]:
    """Yield every field in order, those inside objects too."""
    for field in exported_fields(links=links):
        yield from _entries(field)


def write_text(lines: Iterator[str], stream: IO[bytes]) -> None:
    """Write lines of text as UTF-8, many at once."""
    while text := "".join(islice(lines, _LINES_PER_WRITE)):
        stream.write(text.encode("utf-8", "replace"))


def to_json(value: Any, *, indent: int | None = None) -> str:
    """Return JSON for printing: other alphabets as they are, everything a terminal would obey escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def lines(articles: Iterable[ArticleVersion], *, links: bool = False) -> Iterator[str]:
    """Yield one line of JSON per article, under the exported names."""
    for article in articles:
        yield to_json(article.as_dict(links=links)) + "\n"


def _entries(field: Field, above: str = "") -> Iterator[Entry]:
    name, kind = above + field.name, json_type(field)
    yield describe(field, f"array of {kind}" if field.is_list else kind, name)
    for part in field.parts:
        yield from _entries(part, name + ("[]." if field.is_list else "."))
