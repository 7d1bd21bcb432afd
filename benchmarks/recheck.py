"""Compare rules for visiting articles again: edits caught and delay at equal numbers of requests, simulated.

    python benchmarks/recheck.py [--articles N] [--visits N] [--world NAME]

Each rule is scaled until it makes the same number of visits to an article in 90 days. A text is caught if a visit falls
into the time in which it was online; the delay is the time from an edit to the next visit.

The worlds follow published figures: about a quarter of the articles are edited after publication, some of them several
times, most in the first day, some much later (NewsDiffs, 2012–2014, of the New York Times, CNN, Politico, BBC; Fang et
al., «The Sins of Omission», 2022). How edits are spread within the first day is an assumption, hence several worlds:

    mixed      quick corrections, bursts, next days, late edits
    smooth     one edit at a time, rarer in proportion to the age
    late       half of the edits after a week
    sections   as mixed, but half of the articles are in sections that are edited four times as often as the others

The rules:

    fixed         the same wait at every age
    newsdiffs     NewsDiffs: the wait depends on the age, in five tiers
    stormcrawler  StormCrawler's adaptive scheduler, as news-crawl uses it: the wait × 1.5 after a visit without a
                  change, × 0.5 after a change
    first-sight   half of the time since the article was first seen
    newsarchive   half of the time since its last change (archive/rechecks.py)
    habits        the same, with the habits of its section
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from archive.rechecks import History, RecheckPolicy, edit_habits  # noqa: E402

DAYS = 90.0
TICK = 0.25  # hours between two crawls
HOURS = DAYS * 24
LONGEST = 30 * 24.0  # hours
START = datetime(2022, 1, 10, tzinfo=UTC)
EDITED = 0.275  # share of articles with edits
MORE_EDITS = 0.58  # probability that an edit is followed by another: 2.4 edits in an edited article
STORMCRAWLER_FIRST = 1.0  # hours


@dataclass(frozen=True, slots=True)
class Story:
    """An article and the hours, after it was first seen, at which it is edited."""

    section: str
    edits: Sequence[float]


@dataclass(slots=True)
class Visits:
    """An article as a rule knows it: hours since it was first seen."""

    section: str
    changed: float = 0.0
    checked: float = 0.0
    wait: float = STORMCRAWLER_FIRST
    changes: list[float] = field(default_factory=lambda: [0.0])


Rule = Callable[
    [Visits, bool, float], float
]  # the article, whether it had changed, the scale → hours to wait


@dataclass(frozen=True, slots=True)
class Score:
    """How well a rule did."""

    visits: float  # to an article, mean
    caught: float  # share of edited texts that a visit saw
    within_hour: float  # share of edits that were followed by a visit within an hour
    median: float  # hours from an edit to the next visit
    mean: float


def main() -> None:
    """Print a table for each world."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=4000)
    parser.add_argument("--visits", type=float, default=22.0, help="visits to an article in 90 days")
    parser.add_argument("--world", choices=WORLDS, action="append", help="only this one")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for world in asked.world or WORLDS:
        stories = make_world(world, asked.articles, random.Random(asked.seed))
        earlier = make_world(world, asked.articles, random.Random(asked.seed + 1000))
        edits = sum(len(story.edits) for story in stories)
        print(f"{world}: {len(stories)} articles, {edits} edits")
        print(f"  {'rule':14}{'visits':>8}{'caught':>8}{'< 1 h':>8}{'median h':>10}{'mean h':>8}")
        for name, rule in rules(earlier).items():
            score = at_equal_visits(stories, rule, asked.visits)
            print(
                f"  {name:14}{score.visits:8.1f}{score.caught:8.3f}{score.within_hour:8.3f}"
                f"{score.median:10.2f}{score.mean:8.1f}",
                flush=True,
            )


def make_world(world: str, articles: int, chance: random.Random) -> list[Story]:
    """Return the articles of a world."""
    return [_story(world, number, chance) for number in range(articles)]


def _story(world: str, number: int, chance: random.Random) -> Story:
    section = "politics" if number % 2 else "sport"
    share = EDITED
    if world == "sections":
        share = EDITED * (1.6 if section == "politics" else 0.4)
    if chance.random() >= share:
        return Story(section, ())
    moments = [_moment(world, chance)]
    while chance.random() < MORE_EDITS:
        is_burst = world in ("mixed", "sections") and chance.random() < 0.5
        moments.append(moments[-1] + chance.uniform(0.1, 1.5) if is_burst else _moment(world, chance))
    return Story(section, sorted(moment for moment in moments if moment < HOURS))


def _moment(world: str, chance: random.Random) -> float:
    """Return the hour of an edit."""
    draw = chance.random()
    if world == "smooth":
        return float(0.1 * (HOURS / 0.1) ** (draw**1.6))
    if world == "late":
        return (
            chance.uniform(0.1, 24.0)
            if draw < 0.4
            else chance.uniform(24, 168)
            if draw < 0.5
            else chance.uniform(168, HOURS)
        )
    if draw < 0.45:
        return chance.uniform(0.1, 2.0)
    if draw < 0.86:
        return chance.uniform(2.0, 24.0)
    return chance.uniform(24, 168) if draw < 0.95 else chance.uniform(168, HOURS)


def rules(earlier: Sequence[Story]) -> dict[str, Rule]:
    """Return the rules; the habits of sections are learned from the visits to earlier articles."""
    plain = RecheckPolicy()
    base = _half_since_change(plain)
    histories = [
        History(visited.section, [_at(hour) for hour in visited.changes], _at(visited.checked))
        for visited in (_visit(story, base, 1.0)[0] for story in earlier)
    ]
    return {
        "fixed": lambda visits, changed, scale: 98.0 * scale,
        "newsdiffs": lambda visits, changed, scale: scale * _newsdiffs(visits.checked),
        "stormcrawler": _stormcrawler,
        "first-sight": lambda visits, changed, scale: scale * visits.checked / 2,
        "newsarchive": base,
        "habits": _half_since_change(RecheckPolicy(habits=edit_habits(histories))),
    }


def _newsdiffs(age: float) -> float:
    for older_than, wait in ((24 * 28, 24 * 30), (24 * 7, 24.0), (24.0, 8.0), (3.0, 1.0)):
        if age > older_than:
            return wait
    return 0.25


def _stormcrawler(visits: Visits, changed: bool, scale: float) -> float:
    visits.wait = min(max(visits.wait * (0.5 if changed else 1.5), TICK), LONGEST)
    return visits.wait * scale


def _half_since_change(policy: RecheckPolicy) -> Rule:
    def wait(visits: Visits, changed: bool, scale: float) -> float:
        default = timedelta(hours=min((visits.checked - visits.changed) / 2, LONGEST))
        return scale * (policy.wait(default, visits.section) / timedelta(hours=1))

    return wait


def _at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


def at_equal_visits(stories: Sequence[Story], rule: Rule, visits: float) -> Score:
    """Return the score of a rule that is scaled to a number of visits."""
    low, high = 0.01, 100.0
    for _ in range(14):
        scale = (low * high) ** 0.5
        score = simulate(stories, rule, scale)
        if abs(score.visits - visits) < 0.01 * visits:
            break
        low, high = (scale, high) if score.visits > visits else (low, scale)
    return score


def simulate(stories: Sequence[Story], rule: Rule, scale: float) -> Score:
    """Return the score of a rule whose waits are multiplied by `scale`."""
    made, caught, delays = 0, 0, []
    for story in stories:
        _, visits = _visit(story, rule, scale)
        made += len(visits)
        for number, edit in enumerate(story.edits):
            until = story.edits[number + 1] if number + 1 < len(story.edits) else HOURS
            seen = next((visit for visit in visits if visit >= edit), None)
            caught += seen is not None and seen < until
            delays.append((seen if seen is not None else HOURS) - edit)
    return Score(
        made / len(stories),
        caught / len(delays),
        sum(delay <= 1 for delay in delays) / len(delays),
        statistics.median(delays),
        statistics.fmean(delays),
    )


def _visit(story: Story, rule: Rule, scale: float) -> tuple[Visits, list[float]]:
    """Return what is known of an article after 90 days, and the hours of the visits."""
    known = Visits(story.section)
    visits: list[float] = []
    edits = iter(story.edits)
    following = next(edits, HOURS)
    changed = False
    while True:
        wait = min(rule(known, changed, scale), LONGEST)
        now = known.checked + max(TICK, -(-wait // TICK) * TICK)
        if now >= HOURS:
            return known, visits
        changed = following <= now
        while following <= now:
            following = next(edits, HOURS)
        visits.append(now)
        known.checked = now
        if changed:
            known.changed = now
            known.changes.append(now)


WORLDS = ("mixed", "smooth", "late", "sections")

if __name__ == "__main__":
    main()
