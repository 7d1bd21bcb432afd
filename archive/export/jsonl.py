"""Articles as JSON Lines, and JSON as this program prints it. PURE."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from archive.export import fields
from archive.index.rows.versions import ArticleVersion

# Legal in a JSON string, but terminals obey some of them, and many programs end a line at others.
_ESCAPED = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def to_json(value: Any, *, indent: int | None = None) -> str:
    """Return JSON for printing: other alphabets as they are, everything a terminal would obey escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def lines(articles: Iterable[ArticleVersion], *, links: bool = False) -> Iterator[str]:
    """Yield one line of JSON per article, under the exported names."""
    for article in articles:
        yield to_json(fields.to_record(article, links=links)) + "\n"
