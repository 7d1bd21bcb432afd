"""Progress of long operations: a bar on a terminal, otherwise an occasional line in the log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import click

from newsarchive.cli.output.terminal import safe

LOG_INTERVAL = 10.0  # seconds between two lines in a log
OnProgress = Callable[[int, int], None]


@contextmanager
def progress_bars(*tasks: str) -> Iterator[tuple[OnProgress, ...]]:
    """Yield a callback for each of several consecutive tasks; it takes the amount done and the total."""
    if sys.stderr.isatty():
        with _progress_bar() as tell:
            yield tuple(partial(tell, work) for work in tasks)
    else:
        now_and_then = Throttle()

        def line(work: str, done: int, all_: int) -> None:
            if done < all_ and now_and_then():
                click.echo(f"{work}: {done * 100 // all_} %", err=True)

        yield tuple(partial(line, work) for work in tasks)


@contextmanager
def _progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    parts = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*parts, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda work, done, all_: progress.update(task, description=work, completed=done, total=all_)


@contextmanager
def status_line(label: str) -> Iterator[Callable[[str, str], None]]:
    """Yield a callback that takes the current phase and its counts in words.

    A terminal shows one changing line; a log gets a line for each phase, then one every LOG_INTERVAL.
    """
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.status import Status
        from rich.text import Text

        with Status(Text(safe(label)), console=Console(stderr=True)) as status:
            yield lambda phase, counts: status.update(Text(safe(f"{label}: {phase}; {counts}")))
    else:
        now_and_then = Throttle()
        last = ""

        def line(phase: str, counts: str) -> None:
            nonlocal last
            if phase != last or now_and_then():
                click.echo(safe(f"{label}: {phase}; {counts}"), err=True)
            last = phase

        yield line


@contextmanager
def counter(label: str, *, shown: bool = True) -> Iterator[Callable[[int], None]]:
    """Yield a callback that takes the number of items done, for when the total is unknown.

    A terminal shows one changing line; a log gets one every LOG_INTERVAL.
    """
    if not shown:
        yield lambda count: None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.status import Status

        with Status(f"{label}: 0", console=Console(stderr=True)) as status:
            yield lambda count: status.update(f"{label}: {count:,}".replace(",", " "))
    else:
        now_and_then = Throttle()

        def line(count: int) -> None:
            if now_and_then():
                click.echo(f"{label}: {count}", err=True)

        yield line


class Throttle:
    """A condition that is true once in LOG_INTERVAL seconds."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self) -> bool:
        """Return whether LOG_INTERVAL seconds have passed since this last returned True."""
        now = time.monotonic()
        if now - self._last < LOG_INTERVAL:
            return False
        self._last = now
        return True
