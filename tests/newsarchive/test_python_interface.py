"""What `import newsarchive` gives a Python program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import newsarchive
from archive import errors
from newsarchive import Archive, ArchiveError, ArticleVersion, Capture
from tests.small_archive import SUMMIT


def test_the_values_of_an_archive_can_be_named_from_the_front(small: Path) -> None:
    with Archive.open(small) as archive:
        article = archive.article(SUMMIT)
        assert isinstance(article, ArticleVersion)
        assert isinstance(archive.capture(article), Capture)
        with pytest.raises(ArchiveError, match="No article was ever found"):
            archive.article("http://news.example/never")


def test_every_error_that_an_archive_raises_can_be_caught_from_the_front() -> None:
    raised = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type)
        and issubclass(kind, ArchiveError)
        and name != "SourceError"  # of source files
    }
    assert {*newsarchive.__all__} >= raised
    assert all(getattr(newsarchive, name) is getattr(errors, name) for name in raised)


def test_importing_the_package_loads_nothing_slow() -> None:
    heavy = "{'lxml', 'sqlite3', 'warcio', 'trafilatura', 'scrapy'}"
    asked = f"import sys, newsarchive; newsarchive.BadQuery; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_there_is_nothing_else() -> None:
    assert set(newsarchive.__all__) >= {"Archive", "ArchiveError", "ArticleVersion", "Capture"}
    with pytest.raises(AttributeError, match="Archives"):
        _ = newsarchive.Archives
