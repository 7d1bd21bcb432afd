"""Standard streams: output that is written completely or raises, and an error stream that never fails."""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from contextlib import suppress
from typing import Any, TextIO

from archive.errors import ArchiveError


class OutputError(ArchiveError):
    """Standard output could not be written completely; `errno` is the system's reason."""

    def __init__(self, error: OSError) -> None:
        self.errno = error.errno
        why = "it is closed" if error.errno == errno.EBADF else error.strerror or str(error)
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        then = " Free some space and run the command again." if is_full else ""
        super().__init__(f"The output could not be written: {why}.{then}")


class _CheckedOutput(io.FileIO):
    def write(self, data: Any) -> int:
        try:
            while (written := super().write(data)) is None:  # a pipe that another program made non-blocking
                select.select([], [self], [])
        except OSError as error:
            raise OutputError(error) from error
        return written


class _ErrorOutput(io.FileIO):
    def write(self, data: Any) -> int:
        with suppress(OSError):  # there is no other place to say it, and the exit code still does
            super().write(data)
        return len(data)


def replace_streams() -> None:
    """Replace the interpreter's standard streams by ones that never lose output silently.

    With PYTHONUNBUFFERED the interpreter's own drop the rest of a short write, such as the end of an export on a
    full disk. A closed stream keeps its file descriptor, so that no other file gets it; writing to it still fails.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - to the end
    is_unbuffered = bool(os.environ.get("PYTHONUNBUFFERED"))
    if sys.stdout is None:
        closed = _CheckedOutput(os.open(os.devnull, os.O_RDONLY), "w")
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(closed), encoding="utf-8")
    elif sys.__stdout__ is not None and sys.stdout is sys.__stdout__:
        output = _CheckedOutput(sys.stdout.fileno(), "w", closefd=False)
        sys.stdout = _text_stream(sys.stdout, output, by_line=is_unbuffered or output.isatty())
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - to the end
    elif sys.__stderr__ is not None and sys.stderr is sys.__stderr__:
        messages = _ErrorOutput(sys.stderr.fileno(), "w", closefd=False)
        sys.stderr = _text_stream(sys.stderr, messages, by_line=True)


def discard_output() -> None:
    """Discard the remaining output, so that flushing it at exit does not fail again."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _text_stream(stream: TextIO, unbuffered: io.FileIO, *, by_line: bool) -> TextIO:
    buffered = io.BufferedWriter(unbuffered)
    return io.TextIOWrapper(buffered, encoding=stream.encoding, errors=stream.errors, line_buffering=by_line)
