"""What a process of ours does without."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def hide_modules(*names: str) -> Iterator[None]:
    """What is imported inside finds these modules not installed, unless they are loaded already.

    For libraries that load others on the chance that someone may need them. Only where no one's own code runs
    in the same process, and before its first thread.
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
    """Loads what opens the index, and not what sqlite_utils loads besides where it is installed: that takes a
    quarter of a second and a hundred megabytes.
    """
    with hide_modules("pandas", "numpy"):
        import archive.index.db.connection  # noqa: F401
