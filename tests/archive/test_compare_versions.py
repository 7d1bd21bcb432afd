"""Compare two versions of an article, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.core import Archive
from archive.extraction.text_diff import new_paragraphs, old_paragraphs
from tests.small_archive import BRIDGE, SUMMIT


@pytest.fixture(scope="module")
def archive(small: Path) -> Iterator[Archive]:
    with Archive.open(small) as archive:
        yield archive


def test_only_changes_by_the_outlet_are_reported(archive: Archive) -> None:
    assert [change.name for change in archive.compare(SUMMIT, 1, 2)] == ["title", "body"]


def test_both_versions_follow_from_the_changes(archive: Archive) -> None:
    old, new = archive.versions(SUMMIT)
    (body,) = [change for change in archive.compare(SUMMIT, 1, 2) if change.name == "body"]
    assert old_paragraphs(body.paragraphs) == old.paragraphs
    assert new_paragraphs(body.paragraphs) == new.paragraphs


def test_a_version_does_not_differ_from_itself(archive: Archive) -> None:
    assert archive.compare(BRIDGE, 1, 1) == ()
