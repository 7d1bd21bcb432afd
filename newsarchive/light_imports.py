"""Import modules without their optional, heavy dependencies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def hide_modules(*names: str) -> Iterator[None]:
    """Make these modules look uninstalled inside the block, unless they are loaded already.

    For libraries that import optional dependencies eagerly. Use it only in processes of newsarchive itself,
    never where a user's code runs, and before the first thread starts.
    """
    modules: dict[str, Any] = sys.modules
    hidden = [name for name in names if name not in modules]
    modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del modules[name]


def import_index() -> None:
    """Import the index without pandas and numpy, which sqlite_utils imports if they are installed.

    They would cost a quarter of a second and a hundred megabytes.
    """
    with hide_modules("pandas", "numpy"):
        import archive.index.db.connection  # noqa: F401
