"""Citations as CSL-JSON, which Zotero, Pandoc and citation processors read."""

from __future__ import annotations

import json
from datetime import date

from archive.citations.citation import Citation
from archive.citations.words import Words, times_note


def write(cited: Citation, words: Words) -> str:
    """Return the citation as a list of one item."""
    item: dict[str, object] = {
        "id": f"newsarchive-{cited.id}-v{cited.version}",
        "type": "article-newspaper",
        "title": cited.title,
        "container-title": cited.outlet,
        "URL": cited.url,
        "accessed": _day(cited.captured_day),
        "version": str(cited.version),
        "note": times_note(cited, words),
    }
    if cited.authors:
        item["author"] = [
            {"literal": name} for name in cited.authors
        ]  # which name is the family's is not known
    if cited.published_day:
        item["issued"] = _day(cited.published_day)
    if cited.language:
        item["language"] = cited.language
    if cited.snapshot:
        item["archive"] = words.snapshot
        item["archive_location"] = cited.snapshot
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def _day(day: date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}
