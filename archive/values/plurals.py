"""Numbers with their nouns and verbs, for messages."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return the number with its noun, in the plural unless it is 1: «3 pages», «2 addresses»."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun}{'es' if noun.endswith(('s', 'ch', 'x')) else 's'}"


def are(number: int) -> str:
    """Return the verb after the number with its noun: «1 page is», «2 pages are»."""
    return "is" if number == 1 else "are"


def were(number: int) -> str:
    """Return the verb after the number with its noun: «1 page was», «2 pages were»."""
    return "was" if number == 1 else "were"


def have(number: int) -> str:
    """Return the verb after the number with its noun: «1 page has», «2 pages have»."""
    return "has" if number == 1 else "have"
