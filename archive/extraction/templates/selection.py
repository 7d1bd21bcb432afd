"""Select the rules and the learned page template of an outlet that hold at a moment, and their name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from archive.extraction.model import Outlet, PageTemplate
from archive.extraction.templates import rules

MIN_PAGES = 8  # pages that make an outlet known
MAX_PAGES = 20  # more pages teach nothing new
Part = Literal["title", "lead", "published", "author", "section", "views"]
PARTS: tuple[Part, ...] = ("title", "lead", "published", "author", "section", "views")


def active_template(templates: Sequence[PageTemplate], at: datetime) -> PageTemplate | None:
    """Return the template for a page captured at a given time; None if none had been learned by then."""
    held = [layout for layout in templates if layout.since is None or layout.since <= at]
    return max(held, key=lambda layout: layout.since or datetime.min.replace(tzinfo=UTC), default=None)


def outlet_at(outlet: Outlet, at: datetime) -> Outlet:
    """Return the outlet with only the rules and the template that are active for a page captured at a given time.

    They are returned without a start date, so that an earlier capture can be extracted in the same way.
    """
    day = at.astimezone(ZoneInfo(outlet.timezone)).date()
    held = tuple(replace(rule, since=None) for rule in rules.active_rules(outlet.rules, day))
    layout = active_template(outlet.templates, at)
    return replace(outlet, rules=held, templates=(replace(layout, since=None),) if layout else ())


@lru_cache(maxsize=256)
def extractor_name(extractor: str, outlet: Outlet) -> str:
    """Return the name that identifies how a page is extracted: the extractor, its rules and its template.

    `outlet` comes from `outlet_at`. Extractions of the same page under the same name give the same result.
    """
    said = [extractor]
    if outlet.rules:
        said.append(f"rules {_digest(outlet.rules)}")
    if outlet.templates:
        said.append(f"layout {_digest(outlet.templates)}")
    return ", ".join(said)


def _digest(values: Sequence[Any]) -> str:
    return hashlib.sha256(repr([astuple(value) for value in values]).encode()).hexdigest()[:8]
