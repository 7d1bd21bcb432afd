"""Shared fixtures of the export tests: a small archive and its articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.core import Archive
from archive.index.rows.versions import ArticleVersion


@pytest.fixture
def archive(small: Path) -> Iterator[Archive]:
    with Archive.open(small) as archive:
        yield archive


@pytest.fixture(scope="session")
def articles(small: Path) -> list[ArticleVersion]:
    """Return every version of every article."""
    with Archive.open(small) as archive:
        return list(archive.search(all_versions=True))
