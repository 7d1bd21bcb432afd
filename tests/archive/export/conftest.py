"""What the tests of exports share: a small archive, and its articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.index.versions import ArticleVersion
from archive.store import Archive
from tests.small_archive import build


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small archive. Tests read it and change nothing."""
    return build(tmp_path_factory.mktemp("kept") / "archive")


@pytest.fixture
def archive(kept: Path) -> Iterator[Archive]:
    with Archive.open(kept) as archive:
        yield archive


@pytest.fixture(scope="session")
def articles(kept: Path) -> list[ArticleVersion]:
    """Every version of every article."""
    with Archive.open(kept) as archive:
        return list(archive.search(all_versions=True))
