"""When the address of an article, or of a part of a page, is due to be fetched again. PURE.

The index stores when an article is due by the default rule (`due_at`). A crawl applies the policy of its source
to that: `RecheckPolicy` may wait longer or shorter, and says which articles come first if not all can be fetched.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

MAX_WAIT = timedelta(days=30)
DEFAULT_SHARE = 0.5  # of the time since the last change
REMOVED_AFTER = timedelta(hours=24)  # least time between two 404 or 410 before an article counts as removed
# A last visit so far in the future was dated by a wrong clock: it must not stop visits for years.
CLOCK_TOLERANCE = timedelta(days=1)
# A section's habits shorten or lengthen a wait by this factor at most.
MAX_HABIT_FACTOR = 2.0
# An article of a section that is edited more often than others may be due before its stored due time, which is looked
# for this far ahead: enough for articles that changed in the last four days, when nearly all edits are made.
LOOK_AHEAD = timedelta(days=1)
_PRIOR_EDITS = (
    10.0  # edits: a section with fewer is taken to be edited nearly as often as the outlet's others
)
_HABIT_POWER = 0.75  # between 1, for most edits caught, and 0.5, for the least mean delay
_FIRST_MINUTES = timedelta(minutes=15)  # shorter times since a change are taken for this long
# The least wait after a part of a page gave no content, as with a 404.
FAILED_WAIT = timedelta(days=1)
_LAST_MOMENT = datetime.max.replace(tzinfo=UTC)


def due_at(changed: datetime, checked: datetime) -> datetime:
    """Return when an address is due again, given its last change (or its discovery) and its last fetch.

    The wait is half of the time between the two, and 30 days at most. Right after a change there is none: the next
    crawl fetches the address again.
    """
    return _after(checked, min(max(checked - changed, timedelta(0)) // 2, MAX_WAIT))


@dataclass(frozen=True, slots=True)
class History:
    """When an article was seen to change, as far as its visits show."""

    section: str | None
    changes: Sequence[datetime]  # the first sight, then each detected change, in order
    checked: datetime  # the last visit


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be due."""

    url: str
    section: str | None
    checked: datetime  # the last visit
    due_at: datetime  # by the default rule
    is_urgent: bool = False  # due whatever the policy says, such as after a first 404


def edit_habits(histories: Iterable[History]) -> dict[str | None, float]:
    """Return how often each section's articles are edited, relative to the mean of the outlet.

    Edits become rare in proportion to the time since the last change, so the time in which none was made is counted
    in its logarithm. A section with few articles counts as average.
    """
    edits: dict[str | None, int] = defaultdict(int)
    exposure: dict[str | None, float] = defaultdict(float)
    for history in histories:
        for before, after in pairwise([*history.changes, history.checked]):
            exposure[history.section] += math.log1p(max(after - before, timedelta(0)) / _FIRST_MINUTES)
        edits[history.section] += len(history.changes) - 1
    total, time = sum(edits.values()), sum(exposure.values())
    if not total or not time:
        return {}
    mean = total / time
    return {
        section: (edits[section] + _PRIOR_EDITS) / (exposure[section] * mean + _PRIOR_EDITS)
        for section in exposure
    }


@dataclass(frozen=True, slots=True)
class RecheckPolicy:
    """How long to wait before an article is visited again: a share of the time since its last change."""

    share: float = DEFAULT_SHARE  # of the time since the last change
    longest: timedelta = MAX_WAIT
    habits: Mapping[str | None, float] | None = None  # section → how often it is edited; see edit_habits

    def wait(self, default: timedelta, section: str | None) -> timedelta:
        """Return the wait of an article, given the wait by the default rule."""
        rate = math.pow((self.habits or {}).get(section, 1.0), _HABIT_POWER)
        factor = self.share / DEFAULT_SHARE / min(max(rate, 1 / MAX_HABIT_FACTOR), MAX_HABIT_FACTOR)
        return min(default * factor, self.longest)

    def urgency(self, article: Candidate, now: datetime) -> float:
        """Return the time since the last visit divided by the wait: an article is due from 1 on."""
        if article.is_urgent:
            return math.inf
        wait = self.wait(article.due_at - article.checked, article.section)
        elapsed = now - article.checked
        return elapsed / wait if wait else math.inf if elapsed >= wait else 0.0

    def earliest(self, now: datetime) -> datetime:
        """Return up to when stored due times are to be considered at `now`: the policy may be quicker than they are."""
        quicker = MAX_WAIT * max(0.0, 1 - self.share / DEFAULT_SHARE)
        return now + max(quicker, LOOK_AHEAD if self.habits else timedelta(0))


def most_urgent(
    policy: RecheckPolicy,
    articles: Iterable[Candidate],
    now: datetime,
    limit: int,
    per_host: int | None = None,
) -> tuple[int, list[Candidate]]:
    """Return how many articles are due, and the most urgent ones: `limit` in all, `per_host` of each host."""
    due = [
        (-urgency, article.checked, article.url, article)
        for article in articles
        if (urgency := policy.urgency(article, now)) >= 1
    ]
    due.sort(key=lambda one: one[:3])
    if per_host is None:
        return len(due), [article for *_, article in due[:limit]]
    chosen: list[Candidate] = []
    hosts: Counter[str] = Counter()
    for *_, article in due:
        host = urlsplit(article.url).netloc
        if len(chosen) < limit and hosts[host] < per_host:
            hosts[host] += 1
            chosen.append(article)
    return len(due), chosen


@dataclass(frozen=True, slots=True)
class PartRequest:
    """An earlier request for a part of a page: a picture, style sheet, font or script."""

    at: datetime
    content: str | None  # what tells its content from another; None if it gave none


@dataclass(frozen=True, slots=True)
class ListingVisit:
    """An earlier request for a section page, feed or sitemap."""

    at: datetime
    content: str  # what tells what it showed from what it showed at other times; empty if it gave no response


def listing_due_at(visits: Sequence[ListingVisit], longest: timedelta) -> datetime:
    """Return when a section page, feed or sitemap is due again, given the earlier visits, the newest first.

    The wait is half of the time since it last showed something else, as for articles, and `longest` at most. Whatever
    gave no response is due at once.
    """
    checked, content = visits[0].at, visits[0].content
    if not content:
        return checked
    changed = checked
    for visit in visits:
        if visit.content != content:
            break
        changed = visit.at
    return _after(checked, min(due_at(changed, checked) - checked, longest))


def part_due_at(
    requests: Sequence[PartRequest],
    *,
    policy: RecheckPolicy,
    fresh_until: datetime | None = None,
    least_wait: timedelta = timedelta(0),
) -> datetime:
    """Return when a part of a page is due again, given the earlier requests, the newest first.

    With content, by the policy for articles, but neither while its server says that it is fresh, for 30 days at most,
    nor before `least_wait`. Without content, after as long as there has been none, from one day to 30.
    """
    checked, content = requests[0].at, requests[0].content
    changed = checked
    for request in requests:
        if request.content != content:
            break
        changed = request.at
    if content is None:
        return _after(checked, min(max(checked - changed, FAILED_WAIT), MAX_WAIT))
    wait = policy.wait(due_at(changed, checked) - checked, None)
    due = _after(checked, max(wait, least_wait))
    return due if fresh_until is None else max(due, min(fresh_until, _after(checked, MAX_WAIT)))


def _after(moment: datetime, wait: timedelta) -> datetime:
    return moment + min(wait, _LAST_MOMENT - moment)
