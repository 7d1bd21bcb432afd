"""Decide whether two texts have the same story, and whether two credits name the same holder.

This decides whether two URLs are one article, and whether two extractions are one version.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# share of the shorter text's words; different stories of one outlet have less than 0.2 in common
SAME_STORY_SHARE = 0.5
LONG_PARAGRAPH = 40  # characters; paragraphs this long are not equal by chance
_WORD = re.compile(r"\w{4,}")
_LABEL = re.compile(
    r"(?:\s*(?:фото|фотография|фотограф|снимок|изображение|иллюстрация|источник|автор фото|світлина|джерело|зображення"
    r"|здымак|крыніца|сурет|фотосурет|photo|image|picture|credit|source)\s*[:/|—–-]|\s*(?:©|\([cс]\)))+\s*",
    re.IGNORECASE,
)


def is_same_story(title: str, body: str, other_title: str, other_body: str) -> bool:
    """Return whether two texts are one story, edited or moved: the same headline, or mostly the same words."""
    if title.casefold() == other_title.casefold():
        return True
    ours, theirs = (frozenset(_WORD.findall(text.casefold())) for text in (body, other_body))
    shorter = min(len(ours), len(theirs))
    return shorter > 0 and len(ours & theirs) / shorter >= SAME_STORY_SHARE


def has_common_text(title: str, body: str, other_title: str, other_body: Sequence[str]) -> bool:
    """Return whether two extractions share a headline, a long paragraph, or half of their words."""
    shared = set(body.split("\n\n")) & {part for part in other_body if len(part) >= LONG_PARAGRAPH}
    return bool(shared) or is_same_story(title, body, other_title, "\n\n".join(other_body))


def credit_holder(credit: str | None) -> str | None:
    """Return the holder named in a credit, without the label or sign before it («Фото: …», «© …»)."""
    label = _LABEL.match(credit) if credit else None
    return credit[label.end() :] or credit if credit and label else credit
