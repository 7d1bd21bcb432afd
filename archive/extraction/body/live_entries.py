"""Add the times printed above the entries of a live blog, which are part of its text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.vocabulary import date_patterns

MIN_TIMES = 3  # times with the same markup, each above text, that make a live blog
LONGEST = 40  # characters of a line with a time
RELATIVE = re.compile(r"\b(?:назад|тому|таму|бұрын|ago)\b", re.I)
EXCLUDED_ROLES = frozenset(("navigation", "footer", "comments", "form", "boilerplate", "aside"))


def with_entry_times(page: Page, text: Sequence[Block], headline: Block | None) -> tuple[Block, ...]:
    """Return the lines of a text and, for a live blog, the time above each entry, in the order printed."""
    text_orders = {block.order for block in text}
    low = headline.order + 1 if headline is not None else 1
    alike: defaultdict[tuple[str, str, int], list[Block]] = defaultdict(list)
    for block in text:
        above = page.blocks[block.order - 1] if block.order > low else None
        if (
            above is not None
            and above.order not in text_orders
            and _is_entry_time(above)
            and not _is_time_of_teaser(page, above, block)
        ):
            alike[above.box.tag, above.box.names, above.box.depth].append(above)
    times = [time for found in alike.values() if len(found) >= MIN_TIMES for time in found]
    return tuple(sorted((*text, *times), key=lambda block: block.order)) if times else tuple(text)


def _is_time_of_teaser(page: Page, time: Block, text: Block) -> bool:
    """Return whether a time is in a box of its own with a linked headline: the card of another article."""
    before = page.blocks[time.order - 1]
    if before.link_share <= 0.7 or before.order == 0:
        return False
    shared = next(box for box in time.box.ancestors() if box.first <= before.order)
    return not shared.first <= text.order < shared.last


def _is_entry_time(block: Block) -> bool:
    """Return whether a line is a time of day, with or without a date, and nothing else.

    «21 минуту назад» does not count: it would differ in every capture.
    """
    text = block.text
    if len(text) > LONGEST or not any(map(str.isdigit, text)) or block.box.role in EXCLUDED_ROLES:
        return False
    spans = date_patterns.find_date_spans(text)
    if not any(date_patterns.has_time(text[start:end]) for start, end in spans):
        return False
    return sum(end - start for start, end in spans) >= len(text) - 2 and RELATIVE.search(text) is None
