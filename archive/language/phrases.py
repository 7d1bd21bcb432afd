"""Words and phrases that news sites print around articles, in all languages, as regular expressions.

Each language has its own in its file (`languages/CODE.toml`), in the tables `words` and `phrases`; `common.toml` has
those that belong to no language, and names and describes every list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from archive.language.languages import Language, languages, read_language

COMMON = Path(__file__).with_name("common.toml")
NAME_IN_PATTERN = re.compile(r"\{([a-z_]+)\}")
NOTHING = r"(?!)"


class Vocabulary:
    """The words and phrases of some languages, and those that belong to no language."""

    def __init__(self, known: Iterable[Language]) -> None:
        self._common = common()
        self._sources = (self._common, *known)

    def phrases(self, name: str) -> tuple[str, ...]:
        """Return the patterns of a list; raise KeyError if there is no such list."""
        if name not in self._common.phrases:
            raise KeyError(f"no list of phrases in {COMMON.name} is named {name!r}")
        patterns = (pattern for language in self._sources for pattern in language.phrases.get(name, ()))
        return tuple(dict.fromkeys(map(self.with_words, patterns)))

    def words(self, name: str) -> str:
        """Return a pattern for any of some words; raise KeyError if there are no such words."""
        if name not in self._common.words:
            raise KeyError(f"no words in {COMMON.name} are named {name!r}")
        alternatives = (language.words[name] for language in self._sources if language.words.get(name))
        return f"(?:{'|'.join(alternatives) or NOTHING})"

    def with_words(self, pattern: str) -> str:
        """Return a pattern in which each `{name}` is replaced by the words of that name."""
        return NAME_IN_PATTERN.sub(lambda match: self.words(match[1]), pattern)


@cache
def phrases(name: str) -> tuple[str, ...]:
    """Return the patterns of a list in all languages; raise KeyError if there is no such list."""
    return _vocabulary().phrases(name)


def any_phrase(name: str, flags: int = 0) -> re.Pattern[str]:
    """Return a compiled pattern for any phrase of a list; raise KeyError if there is no such list."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in phrases(name)) or NOTHING, flags)


@cache
def words(name: str) -> str:
    """Return a pattern for any of some words in all languages; raise KeyError if there are no such words."""
    return _vocabulary().words(name)


@cache
def given_names() -> frozenset[str]:
    """Return the given names of all languages, in lower case."""
    return frozenset(name for language in languages() for name in language.given_names)


@cache
def common() -> Language:
    """Return the words and phrases that belong to no language; their tables name every list."""
    return read_language("", COMMON.read_text("utf-8"))


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary(languages())
