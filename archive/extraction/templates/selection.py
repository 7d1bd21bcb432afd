"""Select the rules and the learned page template that are active at a given time, and name the extraction by them."""

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

MIN_PAGES = 8  # pages needed to learn a template
MAX_PAGES = 20  # pages used; more improve nothing
Part = Literal["title", "lead", "published", "author", "section", "views"]
PARTS: tuple[Part, ...] = ("title", "lead", "published", "author", "section", "views")


def active_template(templates: Sequence[PageTemplate], at: datetime) -> PageTemplate | None:
    """Return the template for a page captured at a given time; None if none had been learned by then."""
    active = [template for template in templates if template.since is None or template.since <= at]
    return max(active, key=lambda template: template.since or datetime.min.replace(tzinfo=UTC), default=None)


def outlet_at(outlet: Outlet, at: datetime) -> Outlet:
    """Return the outlet with only the rules and the template that are active for a page captured at a given time.

    They are returned without a start date, so that an earlier capture can be extracted in the same way.
    """
    day = at.astimezone(ZoneInfo(outlet.timezone)).date()
    active = tuple(replace(rule, since=None) for rule in rules.active_rules(outlet.rules, day))
    template = active_template(outlet.templates, at)
    return replace(outlet, rules=active, templates=(replace(template, since=None),) if template else ())


@lru_cache(maxsize=256)
def extractor_name(extractor: str, outlet: Outlet) -> str:
    """Return the name that identifies how a page is extracted: the extractor, its rules and its template.

    `outlet` comes from `outlet_at`. Extractions of the same page under the same name give the same result.
    """
    parts = [extractor]
    if outlet.rules:
        parts.append(f"rules {_digest(outlet.rules)}")
    if outlet.templates:
        parts.append(f"layout {_digest(outlet.templates)}")
    return ", ".join(parts)


def _digest(values: Sequence[Any]) -> str:
    return hashlib.sha256(repr([_values(value) for value in values]).encode()).hexdigest()[:8]


def _values(value: Any) -> tuple[Any, ...]:
    """Return the fields of rules or a template, without the last if it is empty in a template.

    Templates of earlier releases did not have it, and keep their names.
    """
    found = astuple(value)
    return found[:-1] if isinstance(value, PageTemplate) and not value.text else found
