"""What makes questions fast after much was written: done in small steps, each of which stays done."""

from __future__ import annotations

from collections.abc import Callable

from archive.index.db.connection import Connection, writing
from archive.index.search import bitmaps as monthly

# Pages of the full-text index that are written anew in one transaction: some 4 MB, and nobody waits long for it.
STEP = 1000
GoesOn = Callable[[int, int], bool]


def upkeep(connection: Connection, goes_on: GoesOn = lambda done, all_: True) -> None:
    """Months are kept for counting, and where some had to be made, the full-text index is brought together.

    FTS5 writes what comes in pieces, and looks for a word in each of them: sixteen, when half a million articles
    have come, where one would do. `goes_on` is told before each step how many versions of how many are kept, and
    says whether to go on. Broken off or killed, it costs time alone: the next call, or FTS5 itself, goes on.
    """
    if monthly.keep(connection, goes_on):
        step, more = -STEP, True  # negative: of all pieces there are, one
        while more and goes_on(1, 1):
            before = connection.total_changes
            with writing(connection):
                connection.execute(
                    "INSERT INTO search_index (search_index, rank) VALUES ('merge', ?)", (step,)
                )
            # One is the insertion itself (https://www.sqlite.org/fts5.html#the_merge_command).
            step, more = STEP, connection.total_changes - before > 1
