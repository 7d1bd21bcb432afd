"""Samples of long sweeps: tests that kill a process at every step take minutes, so they take a part of the steps.

`make test-all` takes them all.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

IS_COMPLETE = bool(os.environ.get("NEWSARCHIVE_TEST_ALL"))


def sample_steps(
    steps: Sequence[str], numbers: Sequence[int], most: int, *, all_: bool = IS_COMPLETE
) -> list[int]:
    """Return some of the numbers of steps, in order: at most `most` plus the kinds of step, by a fixed rule.

    The first of each kind is among them: a kind is a step with the one before it. So are the last one, and others
    spread evenly.
    """
    if all_ or len(numbers) <= most:
        return sorted(numbers)
    kinds = {(steps[number - 1] if number else "", steps[number]): number for number in reversed(numbers)}
    spread = {numbers[place * (len(numbers) - 1) // (most - 1)] for place in range(most)}
    return sorted(spread | set(kinds.values()))
