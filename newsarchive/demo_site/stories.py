"""The stories each outlet starts with: the written ones, and everyday news generated to fill the pages of listings.

Generated news is the same every time. Every paragraph names its own facts, so that no two stories of an outlet share
one: on these sites, text that recurs on two pages is boilerplate.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from newsarchive.demo_site.outlet import Outlet, read_toml
from newsarchive.demo_site.story import Picture, Story

SEED = "sammit-odkb-po-kazahstanu"  # the slug of the story that every outlet publishes
FIRST_GENERATED = datetime(2021, 12, 20, 8, 10)
# Numbers after which Russian and Ukrainian nouns all have one form: 15 лет, 20 лет, but 21 год, 22 года.
FEW = [number for number in range(15, 60) if number % 10 in (0, 5, 6, 7, 8, 9)]
MANY = [number for number in range(115, 970) if number % 10 in (0, 5, 6, 7, 8, 9)]


def opening_stories(outlet: Outlet, now: datetime) -> list[Story]:
    """Return the stories an outlet has when the demo site starts."""
    zone = ZoneInfo(outlet.timezone)
    written = [
        *read_toml("texts", "seed.toml")["stories"],
        *read_toml("outlets", outlet.name, "stories.toml").get("stories", ()),
    ]
    generated = generate_stories(outlet.name, outlet.language, outlet.generated_stories, zone)
    return [_written_story(entry, zone, now) for entry in written] + generated


def generate_stories(outlet: str, language: str, wanted: Mapping[str, int], zone: ZoneInfo) -> list[Story]:
    """Return the wanted number of stories of each section; always the same for an outlet, whatever the clock."""
    return [
        _generated_story(outlet, language, section, place, zone)
        for section, count in wanted.items()
        for place in range(count)
    ]


def _written_story(entry: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> Story:
    return Story(
        slug=entry["slug"],
        title=entry["title"],
        section=entry["section"],
        published=_moment(entry["published"], zone, now),
        body=tuple(" ".join(part.split("\n")) for part in entry["body"].strip().split("\n\n")),
        lead=entry.get("lead"),
        authors=tuple(entry.get("authors", ())),
        tags=tuple(entry.get("tags", ())),
        pictures=tuple(Picture(**picture) for picture in entry.get("pictures", ())),
        views=entry["views"],
        language=entry.get("language", "ru"),
        stated=entry.get("stated"),
        partial=entry.get("partial", False),
        live=entry.get("live", False),
        notices=tuple(entry.get("notices", ())),
        rejection=entry.get("rejection"),
    )


def _moment(stated: datetime | time, zone: ZoneInfo, now: datetime) -> datetime:
    """Return a time as an aware datetime; a bare clock time is its latest occurrence on the demo site's clock."""
    if isinstance(stated, datetime):
        return stated.replace(tzinfo=zone)
    local = now.astimezone(zone)
    at = datetime.combine(local.date(), stated, zone)
    return at if at <= local else datetime.combine(local.date() - timedelta(days=1), stated, zone)


def _generated_story(outlet: str, language: str, section: str, index: int, zone: ZoneInfo) -> Story:
    rng = random.Random(f"{outlet} {section} {index}")
    wording = read_toml("texts", f"generated-{language}.toml")
    topics = [topic for topic in wording["topics"] if topic["section"] == section]
    topic = topics[index % len(topics)]
    # Towns go round, so that two stories on one topic are about two towns.
    towns = wording["towns"]
    facts = _Placeholders(rng, wording, towns[(index * 3 + len(outlet)) % len(towns)], index)
    at = FIRST_GENERATED + timedelta(days=2 * index + len(section) % 2, minutes=rng.randrange(600))
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


class _Placeholders(dict[str, str]):
    """Values for the placeholders of a text: the town stays, everything else is random at each use."""

    def __init__(
        self, rng: random.Random, wording: dict[str, Any], town: Mapping[str, str], place: int
    ) -> None:
        super().__init__(town=town["name"], in_town=town["inside"], slug=f"{town['slug']}-{place + 2}")
        self._rng = rng
        self._wording = wording

    def __missing__(self, placeholder: str) -> str:
        rng = self._rng
        match placeholder:
            case "few":
                return str(rng.choice(FEW))
            case "many":
                return str(rng.choice(MANY))
            case "money":
                return f"{rng.randint(2, 94)},{rng.randint(1, 9)}"
            case "percent":
                return f"{rng.randint(3, 38)},{rng.randint(1, 9)}"
            case "hour":
                return f"{rng.randint(6, 21)}:{rng.choice(('00', '15', '30', '40'))}"
            case "date":
                return f"{rng.randint(11, 28)} {rng.choice(self._wording['months'])}"
            case "name":
                return str(rng.choice(self._wording["people"]))
            case "street":
                return str(rng.choice(self._wording["streets"]))
        raise KeyError(placeholder)


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
