"""One pace a host, shared by every process of an archive."""

from __future__ import annotations

from pathlib import Path

from archive.index.db.connection import open_state_file

MAX_WAIT_SECONDS = 300.0  # a server that wants to be left alone longer is left alone until the next crawl


class RateLimiter:
    """One pace a host, shared by every process of an archive through a small file."""

    def __init__(self, path: Path) -> None:
        table = "CREATE TABLE IF NOT EXISTS hosts (host TEXT PRIMARY KEY, free_at REAL NOT NULL)"
        # Forgotten in a power cut, which is pause enough.
        self._connection, _ = open_state_file(path, table, synchronous="OFF")

    def reserve(self, host: str, delay: float, now: float) -> float:
        """0 when the host may be asked now, and is then free again after `delay`; else the seconds to wait."""
        if not delay and not self._seconds_to_wait(host, delay, now):
            return 0.0  # nothing to write down: it is free as before
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            if wait := self._seconds_to_wait(host, delay, now):
                return wait
            self._connection.execute("INSERT OR REPLACE INTO hosts VALUES (?, ?)", (host, now + delay))
            return 0.0
        finally:
            self._connection.execute("COMMIT")

    def _seconds_to_wait(self, host: str, delay: float, now: float) -> float:
        row = self._connection.execute("SELECT free_at FROM hosts WHERE host = ?", (host,)).fetchone()
        wait = row[0] - now if row else 0.0
        # A clock set back must not stop a crawl for years.
        return float(wait) if 0 < wait <= max(delay, MAX_WAIT_SECONDS) else 0.0

    def pause_until(self, host: str, until: float, delay: float = 0.0) -> None:
        """Ask the host nothing before `until`, or later where it had to be left alone longer.

        What lies further ahead than any wait was written down before the clock was set back, and counts no more.
        """
        self._connection.execute(
            """
            INSERT INTO hosts VALUES (:host, :until) ON CONFLICT (host) DO UPDATE SET free_at =
                CASE WHEN free_at BETWEEN :until AND :until + :longest THEN free_at ELSE :until END
            """,
            {"host": host, "until": until, "longest": max(delay, MAX_WAIT_SECONDS)},
        )

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()
