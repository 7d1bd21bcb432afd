"""The name of the extractor that is stored with each version. Importing it does not load the extractor."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def _extractor_name() -> str:
    try:
        return f"newsarchive 3 (trafilatura {version('trafilatura')})"
    except PackageNotFoundError:
        return "newsarchive 3"


EXTRACTOR = _extractor_name()
