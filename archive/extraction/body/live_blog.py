"""Decide whether a text is a live blog: many timed entries under one headline."""

from __future__ import annotations

from collections.abc import Sequence

from archive.extraction.metadata.collect import Metadata
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.vocabulary import date_patterns

MIN_ENTRIES = 5  # timed entries, each with a text
MIN_ENTRIES_IF_DECLARED = 2  # enough if the page's metadata says that it is a live blog
LONGEST = 60  # characters of a line with a time
KIND = "liveblogposting"


def is_live_blog(page: Page, text: Sequence[Block], metadata: Metadata) -> bool:
    """Return whether lines with times split the text into entries; fewer are enough if the metadata says so."""
    needed = MIN_ENTRIES_IF_DECLARED if KIND in metadata.types else MIN_ENTRIES
    return _count_entries(page, text) >= needed


def _count_entries(page: Page, text: Sequence[Block]) -> int:
    """Return how many lines of the text are directly below a time with the same markup."""
    stamped: dict[tuple[str, str], int] = {}
    text_orders = {block.order for block in text}
    time_line: Block | None = None
    first, last = (text[0].order - 2, text[-1].order) if text else (0, 0)
    for block in page.blocks[max(0, first) : last + 1]:
        if is_clock_line(block.text):
            time_line = block
        elif block.order in text_orders and time_line is not None:
            key = (time_line.box.tag, time_line.box.names)
            stamped[key] = stamped.get(key, 0) + 1
            time_line = None
    return max(stamped.values(), default=0)


def is_clock_line(line: str) -> bool:
    """Return whether a line is a time of day, with or without a date, and little else."""
    if len(line) > LONGEST or not any(map(str.isdigit, line)):
        return False
    spans = date_patterns.find_date_spans(line)
    timed = any(date_patterns.has_time(line[start:end]) for start, end in spans)
    return timed and sum(end - start for start, end in spans) * 2 > len(line)
