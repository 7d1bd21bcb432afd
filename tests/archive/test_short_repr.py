"""The values of an archive fit a line each in an interactive session."""

from __future__ import annotations

from pathlib import Path

import newsarchive
from archive.core import Archive
from tests.small_archive import GONE, SUMMIT


def test_the_values_of_an_archive_are_shown_on_a_line_each(small: Path) -> None:
    with Archive.open(small) as archive:
        article = archive.article(SUMMIT)
        values = [
            article,
            article.capture,
            archive.capture(article),
            archive.check_capture(article),
            archive.record(article.capture.record_id),
            archive.snapshot_parts(article.version_first_seen),
            archive.state_evidence(GONE),
            archive.neighbours(article),
            archive.counts(""),
            archive.verify(quick=True),
            *archive.captures(SUMMIT),
            *archive.compare(SUMMIT, 1, 2),
            *archive.crawls(),
            *archive.sources(),
            *archive.sightings(SUMMIT),
        ]
        shown = [repr(value) for value in values]
    assert [one for one in shown if len(one) > 170 or not one.startswith("<") or " object at " in one] == []


def test_a_value_shows_what_tells_it_from_others(small: Path) -> None:
    with Archive.open(small) as archive:
        article = archive.article(SUMMIT)
        assert repr(article.capture) == (
            f"<CaptureRef url={SUMMIT!r}, fetched_at=2022-01-11 10:00:01 UTC, status=200, …>"
        )
        assert repr(archive.check_capture(article)).startswith(
            "<CheckedCapture capture=<Capture url='http://"
        )
        crawl = archive.crawls("port")[0]
        assert "outcome='finished', found=1, new=1" in repr(crawl)
        assert "gone" not in repr(crawl)  # of which there were none


def test_the_names_of_the_package_are_completed_before_they_are_loaded() -> None:
    assert set(newsarchive.__all__) <= set(dir(newsarchive))
    assert all(not name.startswith("_") or name == "__version__" for name in dir(newsarchive))
