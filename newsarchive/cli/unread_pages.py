"""Pages that an import or a rebuild left without their articles: named, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from newsarchive.cli.terminal import say

PAGES_SHOWN = 50  # of each kind; all of them are in the JSON


class UnreadPages(Protocol):
    """What an import or a rebuild says of such pages: addresses, each with the reason."""

    @property
    def unread(self) -> Sequence[tuple[str, str]]:
        """Kept, and not read for a reason that is not theirs."""

    @property
    def unsettled(self) -> Sequence[tuple[str, str]]:
        """Read, and not put into the index."""


def print_unread(result: UnreadPages) -> None:
    """Print a line for each page, and what becomes of it."""
    for heading, pages, then in (
        ("not read", result.unread, "The next crawl, import or rebuild reads what was not read."),
        (
            "not in the index",
            result.unsettled,
            "A rebuild by a later release tries again what it could not hold.",
        ),
    ):
        for url, why in pages[:PAGES_SHOWN]:
            say((heading, "alarm"), f": {url}: {why}", hanging=2)
        if len(pages) > PAGES_SHOWN:
            say(f"… and {len(pages) - PAGES_SHOWN} more", indent=2)
        if pages:
            say(then, hanging=2)


def unread_as_dict(result: UnreadPages) -> dict[str, list[dict[str, str]]]:
    """Return both lists for JSON."""
    return {
        name: [{"url": url, "reason": why} for url, why in pages]
        for name, pages in (("unread", result.unread), ("unsettled", result.unsettled))
    }
