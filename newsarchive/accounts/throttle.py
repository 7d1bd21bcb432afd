"""Growing waits after wrong passwords."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

FREE = 3  # wrong passwords before the first wait
LONGEST = 300.0  # seconds
MOST_NAMES = 10_000  # that are remembered


class Throttle:
    """Counts wrong passwords by name: from the fourth, each doubles the wait, up to five minutes.

    Names without an account are counted alike, so the waits do not show which names exist.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()  # number, when the wait is over

    def attempt(self, name: str) -> float:
        """Return 0 if a password may be tried now, and count it as wrong; else the seconds to wait.

        Counting before the password is checked keeps attempts at the same time from evading the wait.
        """
        with self._lock:
            number, until = self._failures.get(name, (0, 0.0))
            now = self._clock()
            if until > now:
                return until - now
            if number and now - until > LONGEST * 4:
                number = 0
            number += 1
            wait = min(2.0 ** (number - FREE), LONGEST) if number > FREE else 0.0
            self._failures[name] = (number, now + wait)
            self._failures.move_to_end(name)
            while len(self._failures) > MOST_NAMES:
                self._failures.popitem(last=False)
            return 0.0

    def succeed(self, name: str) -> None:
        """Forget the wrong passwords of a name."""
        with self._lock:
            self._failures.pop(name, None)
