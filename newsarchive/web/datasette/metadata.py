"""The metadata of the index for Datasette: descriptions from the schema, facets, labels and the prepared queries."""

from __future__ import annotations

from typing import Any

from archive.index.db import schema_docs
from archive.index.db.schema import TABLES, VIEWS
from archive.index.sample_queries import load_queries
from newsarchive.web.datasette.policy import ROOT, STYLESHEET

ARTICLES = ("current_articles", "removed_articles")
FACETS = {
    "articles": ["source", "state"],
    "captures": ["source", "role"],
    "crawls": ["source", "outcome"],
    "current_articles": ["source", "section", "state", "language"],
    "edits": ["source", "grade", "changed"],
    "failures": ["source", "role"],
    "removed_articles": ["source", "section"],
    "state_changes": ["state", "reason"],
}
NEWEST_FIRST = {
    "crawls": "started_at",
    "current_articles": "published_utc",
    "edits": "seen_at",
    "front_pages": "seen_at",
    "removed_articles": "gone_since",
    "state_changes": "at",
}
HIDDEN = (
    "address_clues",
    "copy_habits",
    "copy_marks",
    "copy_texts",
    "search_months",
    "search_places",
    "search_words",
)
# The column whose value labels a row where another row links to it.
LABELS = {"captures": "url", "sources": "title", "versions": "title"}


def metadata() -> dict[str, Any]:
    """Return Datasette's metadata: descriptions from the schema, facets, and the prepared queries."""
    return {
        "title": "Data",
        "source": "News archive",
        "source_url": "/",
        "extra_css_urls": [STYLESHEET],
        "description_html": "All tables of archive.db, read-only. Start with the "
        f'<a href="{ROOT}/archive#queries">prepared queries</a>, or with the views '
        + ", ".join(f'<a href="{ROOT}/archive/{name}">{name}</a>' for name in VIEWS)
        + ".",
        "databases": {
            "archive": {
                "title": "archive.db",
                "tables": {name: _table_metadata(name) for name in (*TABLES, *VIEWS)},
                "queries": {
                    query.name: {
                        "title": query.title,
                        "description": query.description,
                        "sql": query.sql,
                    }
                    for query in load_queries()
                },
            }
        },
    }


def _table_metadata(name: str) -> dict[str, Any]:
    """Return the description of a table or view and its columns, and how its rows are listed."""
    comment = schema_docs.table_comment(name)
    described: dict[str, Any] = {
        "description": comment[0].upper() + comment[1:] + ".",
        "columns": {
            column.name: (column.comment or f"→ {column.refers_to}").replace("`", "")
            for column in schema_docs.columns_of(name)
        },
    }
    if name in FACETS:
        described["facets"] = FACETS[name]
    if name in NEWEST_FIRST:
        described["sort_desc"] = NEWEST_FIRST[name]
    if name in LABELS:
        described["label_column"] = LABELS[name]
    if name in HIDDEN:
        described["hidden"] = True
    if name in ARTICLES:
        described |= {"fts_table": "search_index", "fts_pk": "version_id"}
    return described
