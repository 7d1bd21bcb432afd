"""Concurrency of jobs in threads: many run at once, or one alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Slots:
    """A lock that jobs share, or that one job holds exclusively."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._one_alone = threading.Lock()
        self._running = 0
        self._is_closed = False  # a job runs exclusively, or waits to

    @contextmanager
    def acquire(self, *, exclusive: bool) -> Iterator[None]:
        """Wait for a slot; if `exclusive`, until no other job runs, and let none begin before this one ends."""
        with self._acquire_exclusive() if exclusive else self._acquire_shared():
            yield

    @contextmanager
    def _acquire_shared(self) -> Iterator[None]:
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
    def _acquire_exclusive(self) -> Iterator[None]:
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
