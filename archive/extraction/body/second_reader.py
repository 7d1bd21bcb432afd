"""Read the text of a page with trafilatura, as a second reader. The only module that imports it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

from archive.extraction.body.membership import is_body_line
from archive.extraction.normalize import comparable
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block

# elements or lines, and levels of nesting; trafilatura is too slow for larger pages
MAX_ELEMENTS, MAX_DEPTH = 8_000, 200
PRUNED_XPATHS = [
    "//*[contains(@class, 'comment') or contains(@id, 'comment') or contains(@class, 'related')"
    " or contains(@class, 'share')]",
]


def trafilatura_lines(page: Page, scores: Sequence[float] = ()) -> tuple[Block, ...]:
    """Return the lines that trafilatura selects as the text, without known boilerplate; none if it finds no text.

    `scores`: the score of each line, if known already.
    """
    if (
        page.size > MAX_ELEMENTS
        or len(page.blocks) > MAX_ELEMENTS
        or max(box.depth for box in page.boxes) > MAX_DEPTH
    ):
        return ()  # the time it takes grows with the square of each
    import trafilatura  # takes 0.4 s to import, so only when a page needs it

    try:
        found = trafilatura.extract(
            deepcopy(page.root),
            include_comments=False,
            include_tables=False,
            favor_precision=True,
            prune_xpath=PRUNED_XPATHS,
        )
    except MemoryError:
        raise
    except Exception:  # without a second opinion our own selection is used
        return ()
    kept = {comparable(line) for line in (found or "").splitlines()}
    kept.discard("")
    return tuple(
        block
        for block in page.blocks
        if comparable(block.text) in kept
        and (not scores or scores[block.order] > -10)
        and is_body_line(block)
    )
