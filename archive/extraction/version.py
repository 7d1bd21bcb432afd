"""The name of this reading: what a version was read by. Whoever only names it need not load it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def _extractor() -> str:
    try:
        return f"newsarchive 1 (trafilatura {version('trafilatura')})"
    except PackageNotFoundError:
        return "newsarchive 1"


EXTRACTOR = _extractor()
