"""Whether two texts tell the same story: asked before two addresses are held to be one article."""

from __future__ import annotations

import re

SAME = 0.5  # of the words of the shorter text; different stories of one outlet share under a fifth
_WORD = re.compile(r"\w{4,}")


def same_story(title: str, body: str, other_title: str, other_body: str) -> bool:
    """Whether the second is the first, edited or moved: the same headline, or most of the same words."""
    if title.casefold() == other_title.casefold():
        return True
    ours, theirs = (frozenset(_WORD.findall(text.casefold())) for text in (body, other_body))
    shorter = min(len(ours), len(theirs))
    return shorter > 0 and len(ours & theirs) / shorter >= SAME
