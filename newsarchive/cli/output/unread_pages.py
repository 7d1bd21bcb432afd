"""Print the pages whose articles an import or a rebuild could not extract or index, with the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from newsarchive.cli.output.terminal import say

PAGES_SHOWN = 50  # of each kind; all of them are in the JSON


class UnreadPages(Protocol):
    """The part of a result of an import or rebuild that lists such pages: (URL, reason) pairs."""

    @property
    def unread(self) -> Sequence[tuple[str, str]]:
        """Pages that are stored but not extracted, although nothing is wrong with them."""

    @property
    def unsettled(self) -> Sequence[tuple[str, str]]:
        """Pages that are extracted but could not be put into the index."""


def print_unread(result: UnreadPages) -> None:
    """Print a line for each page, and when it is tried again."""
    for heading, pages, then in (
        (
            "not extracted",
            result.unread,
            "The next crawl, import or rebuild will try again to extract these pages.",
        ),
        (
            "not indexed",
            result.unsettled,
            "A rebuild with a later release will try again to index these pages.",
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
