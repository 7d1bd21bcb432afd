"""Sets of captures for worker processes: whether an outlet's page templates fit them, and what they teach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archive.extraction.model import LearningResult, Outlet, PageTemplate
from archive.jobs.pool import ExtractionJob
from archive.warc.reader import read_capture

if TYPE_CHECKING:  # a process that only sends pages to workers need not load the learning code
    from archive.extraction.learning.recurring import Sample


@dataclass(frozen=True, slots=True)
class SamplePage:
    """One capture, small enough to be sent to another process."""

    job: ExtractionJob
    since: datetime  # the beginning of the crawl that captured it


def learn_template(pages: Sequence[SamplePage], outlet: Outlet) -> PageTemplate | None:
    """Return the page template of the pages that fit no known one; see `induction.learn`."""
    return learn_from_pages(pages, outlet).template


def learn_from_pages(pages: Sequence[SamplePage], outlet: Outlet) -> LearningResult:
    """Return the same with its numbers; see `archive.extraction.learning.induction.taught`."""
    from archive.extraction.learning import induction as learning

    return learning.learning_result([_sample(page) for page in pages], outlet)


def measure_fit(pages: Sequence[SamplePage], outlet: Outlet) -> float:
    """Return the share of the pages that the outlet's page templates fit."""
    from archive.extraction.learning import induction as learning

    return learning.fitting_share([_sample(page) for page in pages], outlet)


def measure_placed(pages: Sequence[SamplePage], outlet: Outlet) -> float:
    """Return the share of the pages whose text is where the outlet's page templates expect it."""
    from archive.extraction.learning import induction as learning

    return learning.placed_share([_sample(page) for page in pages], outlet)


def _sample(page: SamplePage) -> Sample:
    from archive.extraction.learning.recurring import Sample

    job = page.job
    return Sample(read_capture(job.folder, job.place, job.original).effective, job.listed, page.since)
