"""Render pages from templates, and format values for readers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from archive import urls
from archive.crawl_results import CRAWL_COUNTS, count_phrases
from archive.extraction.text_diff import new_paragraphs, old_paragraphs
from archive.index.rows.version_diff import FieldChange
from archive.replay.urls import snapshot_path

FOUND_IN = {
    "rule": "by the source's own rule",
    "json-ld": "in the page's structured data (JSON-LD)",
    "microdata": "in the page's microdata",
    "meta": "in the page's meta tags",
    "time": "in the page's time element",
    "visible": "as printed on the page",
    "listing": "in the listing that showed the article",
    "feed": "in the feed that showed the article",
}
ZONES = {
    "stated": "the page states the zone",
    "source": "the page states no zone; read in the outlet's own",
}
FIRST_BY = {"published": "published first, by the printed times"}
PRECISIONS = {"second": "to the second", "minute": "to the minute", "day": "to the day"}
STATES = {
    "live": "still at its address when last looked at",
    "removed": "its address answered 404 or 410 in two crawls running",
    "moved": "its address leads elsewhere now",
    "unreachable": "its address gave no answer when last looked at",
}


def render_page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a template as a response."""
    return HTMLResponse(
        _templates.get_template(template).render(request=request, **values), status_code=status
    )


def format_day(moment: date) -> str:
    """Return «10 January 2022»."""
    return f"{moment.day} {moment:%B} {moment.year}"


def format_time(moment: date) -> str:
    """Return «10 January 2022, 11:55 (UTC+02:00)», or only the day if no more is known."""
    if not isinstance(moment, datetime):
        return format_day(moment)
    offset = f"{moment:%z}"
    return f"{format_day(moment)}, {moment:%H:%M} (UTC{offset[:3]}:{offset[3:5]})"


def format_instant(moment: datetime) -> str:
    """Return a time of capture as «10 January 2022, 10:00:03 UTC»."""
    return f"{format_day(moment.astimezone(UTC))}, {moment.astimezone(UTC):%H:%M:%S} UTC"


def old_times(field: FieldChange) -> list[date]:
    """Return the times in a changed field before the change."""
    return [_parse_time(stated) for stated in old_paragraphs(field.paragraphs)]


def new_times(field: FieldChange) -> list[date]:
    """Return the times in a changed field after the change."""
    return [_parse_time(stated) for stated in new_paragraphs(field.paragraphs)]


def _parse_time(value: str) -> date:
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


def highlight(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """Return a text as markup, with the given spans (start, end) in <mark>."""
    pieces: list[Markup] = []
    at = 0
    for start, end in spans:
        if start >= at and end <= len(text):
            pieces += [escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
            at = end
    return Markup("").join([*pieces, escape(text[at:])])


def format_thousands(number: int) -> str:
    """Return «12 345», with a narrow no-break space."""
    return f"{number:,}".replace(",", "\u202f")


_templates = Environment(
    loader=PackageLoader("newsarchive.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters.update(
    day=format_day,
    when=format_time,
    instant=format_instant,
    marked=highlight,
    thousands=format_thousands,
    was=old_times,
    became=new_times,
)
_templates.globals.update(
    CRAWL_COUNTS=CRAWL_COUNTS,
    FOUND_IN=FOUND_IN,
    FIRST_BY=FIRST_BY,
    PRECISIONS=PRECISIONS,
    STATES=STATES,
    ZONES=ZONES,
    count_phrases=count_phrases,
    is_web=urls.is_web_url,
    snapshot=snapshot_path,
)
