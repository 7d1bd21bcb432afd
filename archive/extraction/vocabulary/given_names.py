"""Given names: a line of two or three words that starts with one is a signature."""

from __future__ import annotations

from archive.language.phrases import given_names


def opens_with_given_name(text: str) -> bool:
    """Return whether the first word is a given name, written with a capital."""
    word = text.split(" ", 1)[0]
    return word[:1].isupper() and word.casefold().replace("’", "'") in given_names()
