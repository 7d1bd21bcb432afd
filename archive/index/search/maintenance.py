"""What makes questions fast after much was written: done in small steps, each of which stays done."""

from __future__ import annotations

from collections.abc import Callable

from archive.index.db.connection import Connection, transaction
from archive.index.search import bitmaps

# Pages of the full-text index that are written anew in one transaction: some 4 MB, and nobody waits long for it.
STEP = 1000
ShouldContinue = Callable[[int, int], bool]


def maintain_search_index(
    connection: Connection, should_continue: ShouldContinue = lambda done, all_: True
) -> None:
    """Months are kept for counting, and where some had to be made, the full-text index is brought together.

    FTS5 writes what comes in pieces, and looks for a word in each of them: sixteen, when half a million articles
    have come, where one would do. `goes_on` is told before each step how many versions of how many are kept, and
    says whether to go on. Broken off or killed, it costs time alone: the next call, or FTS5 itself, goes on.
    """
    if bitmaps.update_bitmaps(connection, should_continue):
        step, more = -STEP, True  # negative: of all pieces there are, one
        while more and should_continue(1, 1):
            before = connection.total_changes
            with transaction(connection):
                connection.execute(
                    "INSERT INTO search_index (search_index, rank) VALUES ('merge', ?)", (step,)
                )
            # One is the insertion itself (https://www.sqlite.org/fts5.html#the_merge_command).
            step, more = STEP, connection.total_changes - before > 1
