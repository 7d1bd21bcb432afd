"""Limit the rate of requests to each host, for all processes of an archive together."""

from __future__ import annotations

from pathlib import Path

from archive.index.db.connection import open_state_file

MAX_WAIT_SECONDS = 300.0  # a server that asks for a longer pause is skipped until the next crawl
BACKOFF_FACTOR = 3.0


class Backoff:
    """Growing waits for hosts that say they are overloaded, but not for how long."""

    def __init__(self) -> None:
        self._waits: dict[str, tuple[float, float]] = {}  # host → its last wait, and when that ends

    def next_wait(self, host: str, first: float, now: float) -> float:
        """Return the seconds to wait after a refusal: `first`, then always longer.

        A refusal during a wait answers a request sent before it, and adds nothing.
        """
        last, ends = self._waits.get(host, (0.0, now))
        if now < ends:
            return ends - now
        wait = max(first, last * BACKOFF_FACTOR)
        self._waits[host] = (wait, now + wait)
        return wait

    def reset(self, host: str, now: float) -> None:
        """Begin again with the first wait, as the host answered; ignore answers during a wait."""
        if now >= self._waits.get(host, (0.0, now))[1]:
            self._waits.pop(host, None)


class RateLimiter:
    """The time from which each host may be requested again, in a file that all processes of an archive share."""

    def __init__(self, path: Path) -> None:
        table = "CREATE TABLE IF NOT EXISTS hosts (host TEXT PRIMARY KEY, free_at REAL NOT NULL)"
        # Need not survive a power cut, which is pause enough.
        self._connection, _ = open_state_file(path, table, synchronous="OFF")

    def reserve(self, host: str, delay: float, now: float) -> float:
        """Return 0 and reserve the host for `delay` seconds if it may be requested now; else the seconds to wait."""
        if not delay and not self._seconds_to_wait(host, delay, now):
            return 0.0  # nothing to reserve
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            if wait := self._seconds_to_wait(host, delay, now):
                return wait
            self._connection.execute("INSERT OR REPLACE INTO hosts VALUES (?, ?)", (host, now + delay))
            return 0.0
        finally:
            self._connection.execute("COMMIT")

    def _seconds_to_wait(self, host: str, delay: float, now: float) -> float:
        """Return how many seconds remain until the host may be requested; 0 if it may be now."""
        row = self._connection.execute("SELECT free_at FROM hosts WHERE host = ?", (host,)).fetchone()
        wait = row[0] - now if row else 0.0
        # A clock set back must not stop a crawl for years.
        return float(wait) if 0 < wait <= max(delay, MAX_WAIT_SECONDS) else 0.0

    def pause_until(self, host: str, until: float, delay: float = 0.0) -> None:
        """Block requests to the host until `until`, or longer if it is already blocked for longer.

        A time further ahead than any pause dates from before the clock was set back, and is ignored.
        """
        self._connection.execute(
            """
            INSERT INTO hosts VALUES (:host, :until) ON CONFLICT (host) DO UPDATE SET free_at =
                CASE WHEN free_at BETWEEN :until AND :until + :longest THEN free_at ELSE :until END
            """,
            {"host": host, "until": until, "longest": max(delay, MAX_WAIT_SECONDS)},
        )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
