"""What `import newsarchive` gives a Python program."""

from __future__ import annotations

from pathlib import Path

import pytest

import newsarchive
from newsarchive import Archive, ArchiveError, ArticleVersion, Capture
from tests.small_archive import SUMMIT


def test_the_values_of_an_archive_can_be_named_from_the_front(small: Path) -> None:
    with Archive.open(small) as archive:
        article = archive.article(SUMMIT)
        assert isinstance(article, ArticleVersion)
        assert isinstance(archive.capture(article), Capture)
        with pytest.raises(ArchiveError, match="No article was ever found"):
            archive.article("http://news.example/never")


def test_there_is_nothing_else() -> None:
    assert set(newsarchive.__all__) >= {"Archive", "ArchiveError", "ArticleVersion", "Capture"}
    with pytest.raises(AttributeError, match="Archives"):
        _ = newsarchive.Archives
