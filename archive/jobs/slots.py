"""Room for jobs in threads: many run beside one another, or one alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Room:
    """Entered by jobs; who is alone in it shares it with none."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._one_alone = threading.Lock()
        self._running = 0
        self._is_closed = False  # to others: one is alone, or waits to be

    @contextmanager
    def entered(self, *, alone: bool) -> Iterator[None]:
        """Wait for room; `alone`, until no other job runs, and none begins before this one is over."""
        with self._alone() if alone else self._among_others():
            yield

    @contextmanager
    def _among_others(self) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: not self._is_closed)
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._one_alone:
            with self._changed:
                self._is_closed = True
                self._changed.wait_for(lambda: not self._running)
            try:
                yield
            finally:
                with self._changed:
                    self._is_closed = False
                    self._changed.notify_all()
