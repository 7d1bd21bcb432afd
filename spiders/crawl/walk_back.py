"""How far `crawl --since` has walked back in the listings of a source, and what is left for the next crawl."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

MAX_EMPTY_DAYS = 60  # of a date archive, one after another without an article: it begins after them


@dataclass(slots=True)
class Walk:
    """The walk back through the listing of one section until a day."""

    section: str
    since: date
    pages: int = 0  # requested in this crawl
    oldest: date | None = None  # of the articles on them
    state: Literal["under way", "reached", "ended"] = "under way"

    def add_page(self, days: Iterable[date]) -> None:
        """Add a page whose articles, as far as it is known, are of these days."""
        self.pages += 1
        self.oldest = min([*days, *filter(None, (self.oldest,))], default=None)

    def note(self, *, is_pending: bool) -> str | None:
        """Return how far the walk got, unless it got where it should. `is_pending`: the next crawl continues it."""
        if self.state == "reached":
            return None
        if self.state == "ended":
            reached = (
                f"ends with articles of {self.oldest}" if self.oldest else "shows no article with a date"
            )
            return (
                f"{self.section}: its listing {reached}, and does not go back to {self.since}. If the site has older"
                " pages at other addresses, set [discovery] more in the source file."
            )
        reached = f"back to {self.oldest}" if self.oldest else "back to no article with a date yet"
        pages = "1 page" if self.pages == 1 else f"{self.pages} pages"
        goes_on = "the next crawl goes on from there" if is_pending else "it was not followed further"
        return f"{self.section}: went {reached} in {pages} of its listing, on the way to {self.since}; {goes_on}."


@dataclass(slots=True)
class Walks:
    """The walks of one crawl. `resumed` has the sections whose walk an earlier crawl left, with the page it came to."""

    resumed: Mapping[str, int] = field(default_factory=dict)
    unfinished: set[str] = field(default_factory=set)  # keys of listings that the next crawl requests again
    by_section: dict[str, Walk] = field(default_factory=dict)

    def of(self, section: str, since: date) -> Walk:
        """Return the walk of a section."""
        return self.by_section.setdefault(section, Walk(section, since))

    def notes(self, pending: Container[str]) -> list[str]:
        """Return how far each walk got that did not get where it should; the next crawl continues the pending ones."""
        notes = (walk.note(is_pending=section in pending) for section, walk in self.by_section.items())
        return [note for note in notes if note]


def is_wholly_older(days: Iterable[date | None], since: date) -> bool:
    """Return whether articles are all from before a day, as far as their days are known, and most are."""
    stated = list(days)
    known = [day for day in stated if day is not None]
    return 2 * len(known) > len(stated) and all(day < since for day in known)
