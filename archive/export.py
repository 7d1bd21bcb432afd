"""Articles as text for other programs: JSON Lines and CSV, a piece at a time. PURE."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from archive.index.versions import ArticleVersion

BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's own code page, and Cyrillic is lost
LIST_MARK = "; "
CSV_COLUMNS = (
    "id",
    "url",
    "source",
    "section",
    "state",
    "title",
    "lead",
    "body",
    "authors",
    "tags",
    "published",
    "published_stated",
    "published_found_in",
    "published_precision",
    "published_zone",
    "modified",
    "language",
    "words",
    "views",
    "images",
    "first_seen",
    "last_seen",
    "version",
    "versions",
    "confidence",
    "extractor",
    "capture_fetched_at",
    "capture_status",
    "capture_warc",
    "capture_offset",
    "capture_length",
    "capture_digest",
    "capture_record_id",
)
# Legal inside a JSON string, but a terminal obeys some of them and many programs end a line at others.
_ESCAPED = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def to_json(value: Any, *, indent: int | None = None) -> str:
    """JSON as it is printed: other alphabets as they are, anything a terminal would obey escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def jsonl(articles: Iterable[ArticleVersion]) -> Iterator[str]:
    """One line of JSON an article, under the exported names."""
    for article in articles:
        yield to_json(article.as_dict()) + "\n"


def csv_rows(articles: Iterable[ArticleVersion]) -> Iterator[str]:
    """The heading, then one row an article. Authors and tags are joined by «; », images are JSON.

    Cells hold what the outlet wrote, whatever sign it begins with.
    """
    yield BOM + _row(CSV_COLUMNS)
    for article in articles:
        cells = flat(article)
        yield _row([cells[column] for column in CSV_COLUMNS])


def flat(article: ArticleVersion) -> dict[str, Any]:
    """The exported fields with none inside another."""
    fields = article.as_dict()
    capture = fields.pop("capture")
    fields["authors"] = LIST_MARK.join(fields["authors"])
    fields["tags"] = LIST_MARK.join(fields["tags"])
    fields["images"] = to_json(fields["images"]) if fields["images"] else None
    return fields | {f"capture_{name}": value for name, value in capture.items()}


def _row(cells: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
