"""Generate deterministic everyday news to fill the pages of listings.

Every paragraph names its own facts, so that no two stories of an outlet share one: on these sites, text that
recurs on two pages is boilerplate.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from newsarchive.demo_site.story import Picture, Story

FIRST = datetime(2021, 12, 20, 8, 10)
# Numbers after which Russian and Ukrainian nouns all stand in one form: 15 лет, 20 лет, but 21 год, 22 года.
FEW = [number for number in range(15, 60) if number % 10 in (0, 5, 6, 7, 8, 9)]
MANY = [number for number in range(115, 970) if number % 10 in (0, 5, 6, 7, 8, 9)]


def stories(outlet: str, language: str, wanted: Mapping[str, int], zone: ZoneInfo) -> list[Story]:
    """Return the wanted number of stories of each section; always the same for an outlet, whatever the clock."""
    return [
        _story(outlet, language, section, place, zone)
        for section, count in wanted.items()
        for place in range(count)
    ]


def _story(outlet: str, language: str, section: str, index: int, zone: ZoneInfo) -> Story:
    rng = random.Random(f"{outlet} {section} {index}")
    wording = _load_words(language)
    topics = [topic for topic in wording["topics"] if topic["section"] == section]
    topic = topics[index % len(topics)]
    # Towns go round, so that two stories on one topic are about two towns.
    towns = wording["towns"]
    facts = _Placeholders(rng, wording, towns[(index * 3 + len(outlet)) % len(towns)], index)
    at = FIRST + timedelta(days=2 * index + len(section) % 2, minutes=rng.randrange(600))
    return Story(
        slug=topic["slug"].format_map(facts),
        title=topic["title"].format_map(facts),
        section=section,
        published=at.replace(tzinfo=zone),
        body=tuple(paragraph.format_map(facts) for paragraph in _pick_paragraphs(topic["paragraphs"], rng)),
        lead=topic["lead"].format_map(facts) if index % 3 == 1 else None,
        authors=(rng.choice(wording["authors"]),) if index % 4 == 2 else (),
        tags=tuple(topic["tags"]),
        pictures=_pictures(section, index, topic["caption"].format_map(facts), wording, rng),
        views=rng.randrange(90, 9800),
        language=language,
    )


@cache
def _load_words(language: str) -> dict[str, Any]:
    source = files(__package__).joinpath("texts", f"filler-{language}.toml")
    return tomllib.loads(source.read_text("utf-8"))


class _Placeholders(dict[str, str]):
    """Values for the placeholders of a text: the town stays, everything else is random at each use."""

    def __init__(
        self, rng: random.Random, wording: dict[str, Any], town: Mapping[str, str], place: int
    ) -> None:
        super().__init__(town=town["name"], in_town=town["inside"], slug=f"{town['slug']}-{place + 2}")
        self._chance = rng
        self._wording = wording

    def __missing__(self, hole: str) -> str:
        chance = self._chance
        match hole:
            case "few":
                return str(chance.choice(FEW))
            case "many":
                return str(chance.choice(MANY))
            case "money":
                return f"{chance.randint(2, 94)},{chance.randint(1, 9)}"
            case "percent":
                return f"{chance.randint(3, 38)},{chance.randint(1, 9)}"
            case "hour":
                return f"{chance.randint(6, 21)}:{chance.choice(('00', '15', '30', '40'))}"
            case "date":
                return f"{chance.randint(11, 28)} {chance.choice(self._wording['months'])}"
            case "name":
                return str(chance.choice(self._wording["people"]))
            case "street":
                return str(chance.choice(self._wording["streets"]))
        raise KeyError(hole)


def _pick_paragraphs(paragraphs: list[str], rng: random.Random) -> list[str]:
    """Return the first paragraph and a random choice of the others, in their original order."""
    first, *rest = paragraphs
    kept = set(rng.sample(range(len(rest)), rng.randint(2, len(rest))))
    return [first, *(paragraph for place, paragraph in enumerate(rest) if place in kept)]


def _pictures(
    section: str, index: int, caption: str, wording: dict[str, Any], rng: random.Random
) -> tuple[Picture, ...]:
    if index % 2:
        return ()
    credit = f"{wording['photo']}: {rng.choice(wording['photographers'])}"
    return (Picture(f"{section}-{index}", caption, credit),)
