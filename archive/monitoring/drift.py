"""Drift: the newest pages of a source lack something that its earlier pages had.

Every signal of a page is true or false: it has no date, its text is unusually short, its text has a paragraph that
other pages have too. A drift is a number of pages with a signal that the share of earlier pages does not explain (a
binomial test). The threshold is so low that chance alone hardly ever raises an alarm, however often it is tested.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

NEWEST = (6, 10, 20, 40)  # how many of the newest pages are compared with the earlier ones
EARLIER = 300  # earlier pages at most
MIN_EARLIER = 40  # with fewer, nothing is known of what is usual
MAX_CHANCE = 1e-8  # that a drift is chance
MIN_RISE = 0.3  # of the share of pages with a signal
QUANTILE = 0.02  # a text shorter, or a confidence lower, than that of 2 % of the earlier pages is unusual
LONG_TEXT = 0.98
REPEATED_BY = 2  # other pages among the previous ones
REPEATED_WITHIN = 20  # pages
FUTURE = timedelta(hours=26)  # a time ahead of the visit by more than any time zone explains
PAGES_NAMED = 5


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The facts that one visit to a page found, which might be a new article."""

    url: str
    section: str | None  # of the source
    fetched_at: datetime  # UTC
    status: int | None  # HTTP
    rejection: str | None = None  # why it is not an article; None for an article
    published: datetime | None = None
    has_author: bool = False
    has_lead: bool = False
    words: int = 0
    confidence: float = 1.0
    paragraphs: frozenset[int] = field(
        default_factory=frozenset
    )  # hashes of the longer paragraphs of its text

    @property
    def is_article(self) -> bool:
        """Return whether the page was extracted as an article."""
        return self.rejection is None


@dataclass(frozen=True, slots=True)
class Drift:
    """A signal that the newest pages have more often than the earlier ones."""

    signal: str  # one of SIGNALS
    section: str | None  # None: all sections
    newest: tuple[int, int]  # pages with the signal, pages
    earlier: tuple[int, int]  # likewise
    since: datetime  # the visit of the first of the newest pages with the signal
    pages: tuple[str, ...]  # some of the newest pages that have it


# Signals of a page that may be a new article, then of an article.
PAGE_SIGNALS = ("blocked", "rejected")
ARTICLE_SIGNALS = (
    "no date",
    "no author",
    "no lead",
    "short text",
    "long text",
    "low confidence",
    "repeated text",
    "future date",
)
SIGNALS = (*PAGE_SIGNALS, *ARTICLE_SIGNALS)
BLOCKING_STATUSES = frozenset([401, 402, 403, 407, 429, 451, 503])


def find_drifts(pages: Sequence[PageFacts]) -> list[Drift]:
    """Return the drifts of a source, given its pages in the order of their visits, oldest first.

    A drift of one section alone is reported with its name; one of the whole source once, without.
    """
    found = _drifts(pages, None)
    known = {drift.signal for drift in found}
    for section in dict.fromkeys(page.section for page in pages if page.section is not None):
        of_section = [page for page in pages if page.section == section]
        if len(of_section) < len(pages):
            found += [drift for drift in _drifts(of_section, section) if drift.signal not in known]
    return found


def _drifts(pages: Sequence[PageFacts], section: str | None) -> list[Drift]:
    articles = [page for page in pages if page.is_article]
    found = []
    for signals, among in ((PAGE_SIGNALS, pages), (ARTICLE_SIGNALS, articles)):
        table = _signals_of(among)
        for signal in signals:
            drift = _find(signal, section, among, [signal in of_page for of_page in table])
            if drift is not None:
                found.append(drift)
    return found


def _find(
    signal: str, section: str | None, pages: Sequence[PageFacts], flags: Sequence[bool]
) -> Drift | None:
    """Return the drift of a signal with the smallest chance; None if there is none."""
    best: tuple[float, int] | None = None
    for size in NEWEST:
        earlier = flags[max(0, len(flags) - size - EARLIER) : -size]
        if len(earlier) < MIN_EARLIER:
            break
        number = sum(flags[-size:])
        usual = (sum(earlier) + 1) / (len(earlier) + 2)
        if number / size - sum(earlier) / len(earlier) >= MIN_RISE:
            chance = at_least(number, size, usual)
            if chance <= MAX_CHANCE and (best is None or chance < best[0]):
                best = chance, size
    if best is None:
        return None
    size = best[1]
    newest = [page for page, flag in zip(pages[-size:], flags[-size:], strict=True) if flag]
    earlier = flags[max(0, len(flags) - size - EARLIER) : -size]
    return Drift(
        signal,
        section,
        (len(newest), size),
        (sum(earlier), len(earlier)),
        newest[0].fetched_at,
        tuple(page.url for page in newest[-PAGES_NAMED:]),
    )


def at_least(number: int, of: int, share: float) -> float:
    """Return the probability of at least `number` hits in `of` trials, each with probability `share`."""
    return sum(
        math.comb(of, hits) * share**hits * (1 - share) ** (of - hits) for hits in range(number, of + 1)
    )


def _signals_of(pages: Sequence[PageFacts]) -> list[set[str]]:
    """Return the signals of each page. What is unusual is measured on the earlier pages, without the newest ones."""
    usual = pages[-EARLIER - max(NEWEST) : -max(NEWEST)] or pages
    words = sorted(page.words for page in usual)
    confidences = sorted(page.confidence for page in usual)
    shortest, longest = _quantile(words, QUANTILE), _quantile(words, LONG_TEXT)
    lowest = _quantile(confidences, QUANTILE)
    repeating = _repeating(pages)
    return [
        {
            signal
            for signal, is_set in (
                ("blocked", page.status in BLOCKING_STATUSES),
                ("rejected", not page.is_article and page.status not in BLOCKING_STATUSES),
                ("no date", page.published is None),
                ("no author", not page.has_author),
                ("no lead", not page.has_lead),
                ("short text", page.words < shortest),
                ("long text", page.words > longest),
                ("low confidence", page.confidence < lowest),
                ("repeated text", is_repeating),
                ("future date", page.published is not None and page.published > page.fetched_at + FUTURE),
            )
            if is_set
        }
        for page, is_repeating in zip(pages, repeating, strict=True)
    ]


def _quantile(values: Sequence[float], share: float) -> float:
    return values[min(int(len(values) * share), len(values) - 1)] if values else 0.0


def _repeating(pages: Iterable[PageFacts]) -> list[bool]:
    """Return for each page whether its text has a paragraph that other pages shortly before had too."""
    window: deque[frozenset[int]] = deque()
    counts: Counter[int] = Counter()
    found = []
    for page in pages:
        found.append(any(counts[paragraph] >= REPEATED_BY for paragraph in page.paragraphs))
        window.append(page.paragraphs)
        counts.update(page.paragraphs)
        if len(window) > REPEATED_WITHIN:
            counts.subtract(window.popleft())
    return found
