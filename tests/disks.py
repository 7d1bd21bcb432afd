"""Disks for tests: small ones and read-only ones."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(*arguments: object, undo: bool = True) -> Iterator[None]:
    """Call `mount` with arguments, the last of which is the folder; skip the test if mounting is not allowed."""
    try:
        done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("There is no mount command here.")
    if done.returncode:
        pytest.skip(f"No disk can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        if undo:
            subprocess.run(["umount", "--lazy", str(arguments[-1])], check=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a small disk in memory."""
    folder.mkdir()
    with mounted("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder):
        yield folder
