"""The stories each outlet starts with: written texts from `texts/`, the seed story, and filler."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from newsarchive.demo_site import filler
from newsarchive.demo_site.layout import Layout
from newsarchive.demo_site.story import Picture, Story

SEED = "sammit-odkb-po-kazahstanu"  # the slug of the page every outlet prints


def opening_stories(layout: Layout, now: datetime) -> list[Story]:
    """Return the stories an outlet has when the demo site starts."""
    zone = ZoneInfo(layout.timezone)
    written = [*_texts("seed", zone, now), *_texts(layout.name, zone, now)]
    return written + filler.stories(layout.name, layout.language, layout.filler, zone)


def _texts(name: str, zone: ZoneInfo, now: datetime) -> list[Story]:
    source = files(__package__).joinpath("texts", f"{name}.toml")
    if not source.is_file():
        return []
    document = tomllib.loads(source.read_text("utf-8"))
    return [_story(entry, zone, now) for entry in document["stories"]]


def _story(entry: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> Story:
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
        rejection=entry.get("refused"),
    )


def _moment(stated: datetime | time, zone: ZoneInfo, now: datetime) -> datetime:
    """Return a time as an aware datetime; a bare clock time is its latest occurrence on the demo site's clock."""
    if isinstance(stated, datetime):
        return stated.replace(tzinfo=zone)
    local = now.astimezone(zone)
    at = datetime.combine(local.date(), stated, zone)
    return at if at <= local else datetime.combine(local.date() - timedelta(days=1), stated, zone)
