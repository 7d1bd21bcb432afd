"""Captures looked at together by a reader: whether an outlet's layouts fit them, and the layout they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archive.extraction.model import Layout, Outlet, Taught
from archive.jobs.pool import ReadJob
from archive.warc.reader import read_capture

if TYPE_CHECKING:  # whoever sends pages to a reader need not load what reads them
    from archive.extraction.learning.recurring import Sample


@dataclass(frozen=True, slots=True)
class Page:
    """One capture, small enough to travel to another process."""

    job: ReadJob
    since: datetime  # the beginning of the crawl that captured it


def learned(pages: Sequence[Page], outlet: Outlet) -> Layout | None:
    """The layout of the pages that fit none that is known; see `archive.extraction.learning.induction.learn`."""
    return taught(pages, outlet).layout


def taught(pages: Sequence[Page], outlet: Outlet) -> Taught:
    """The same with its numbers; see `archive.extraction.learning.induction.taught`."""
    from archive.extraction.learning import induction as learning

    return learning.taught([_sample(page) for page in pages], outlet)


def fitting(pages: Sequence[Page], outlet: Outlet) -> float:
    """The share of the pages that the outlet's layouts fit."""
    from archive.extraction.learning import induction as learning

    return learning.fitting([_sample(page) for page in pages], outlet)


def _sample(page: Page) -> Sample:
    from archive.extraction.learning.recurring import Sample

    job = page.job
    return Sample(read_capture(job.folder, job.place, job.original).standing, job.listed, page.since)
