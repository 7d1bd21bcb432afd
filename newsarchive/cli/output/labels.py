"""The words that commands print for the values of an archive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from archive.values.plurals import counted as counted

if TYPE_CHECKING:
    from archive.index.lookup.changes import ChangeKind
    from archive.index.lookup.crawl_failures import Kind
    from archive.integrity.problems import Finding

# Of verify; docs/archivists.md explains each under its value, which is also in the JSON.
FINDING_LABELS: Mapping[Finding, str] = {
    "missing": "missing",
    "truncated": "truncated",
    "altered": "altered",
    "damaged": "damaged",
    "unlisted": "unlisted",
    "foreign": "foreign",
    "unfinished": "unfinished",
    "unchecked": "unchecked",
    "outdated": "outdated",
}
# Of an article, in archive.filters.STATES.
STATE_LABELS: Mapping[str, str] = {
    "live": "live",
    "unavailable": "unavailable",
    "removed": "removed",
    "moved": "moved",
    "restricted": "restricted",
}
# Of a change of an article.
CHANGE_LABELS: Mapping[ChangeKind, str] = {
    "edit": "edited",
    "removal": "removed",
    "move": "moved",
    "return": "back",
    "unavailable": "unavailable",
    "new": "new",
}
# Of addresses without an article, as headings of lists.
FAILURE_LABELS: Mapping[Kind, str] = {
    "failed": "No usable response",
    "not an article": "Not articles",
    "forbidden": "Not requested",
}
