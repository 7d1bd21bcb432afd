"""Maintain the search index after much was written, in small steps that each persist."""

from __future__ import annotations

from collections.abc import Callable

from archive.index.db.connection import Connection, transaction
from archive.index.search import bitmaps

# Pages of the full-text index rewritten in one transaction: about 4 MB, so that other writers do not wait long.
MERGE_PAGES = 1000
ShouldContinue = Callable[[int, int], bool]


def maintain_search_index(
    connection: Connection, should_continue: ShouldContinue = lambda done, all_: True
) -> None:
    """Update the monthly bitmaps and, if some had to be rebuilt, merge the segments of the full-text index.

    FTS5 writes new entries in segments and looks up a word in each: sixteen after half a million new articles,
    where one is enough. `should_continue` is called before each step with the numbers of versions done and in
    all, and returns whether to continue. Stopping or killing it only costs time: the next call, or FTS5 itself,
    continues.
    """
    if bitmaps.update_bitmaps(connection, should_continue):
        step, more = -MERGE_PAGES, True  # negative: merge all segments into one
        while more and should_continue(1, 1):
            before = connection.total_changes
            with transaction(connection):
                connection.execute(
                    "INSERT INTO search_index (search_index, rank) VALUES ('merge', ?)", (step,)
                )
            # One change is the insertion itself (https://www.sqlite.org/fts5.html#the_merge_command).
            step, more = MERGE_PAGES, connection.total_changes - before > 1
