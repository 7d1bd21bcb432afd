"""Render pages from templates, and format values for display."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from newsarchive.web import labels

# Embeddings, overrides and isolates, with the characters that end them.
DIRECTION_CONTROLS = dict.fromkeys((*range(8234, 8239), *range(8294, 8298)), "�")


def render_page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a template as a response."""
    return HTMLResponse(
        _templates.get_template(template).render(request=request, **values), status_code=status
    )


def format_day(moment: date) -> str:
    """Return «10 January 2022»."""
    return f"{moment.day} {moment:%B} {moment.year}"


def format_time(moment: date) -> str:
    """Return «10 January 2022, 11:55 UTC+02:00», or only the day if the time of day is unknown."""
    if not isinstance(moment, datetime):
        return format_day(moment)
    offset = f"{moment:%z}"
    zone = f"UTC{offset[:3]}:{offset[3:5]}" if moment.utcoffset() else "UTC"
    return f"{format_day(moment)}, {moment:%H:%M} {zone}"


def format_instant(moment: datetime) -> str:
    """Return the time of a capture as «10 January 2022, 10:00:03 UTC»."""
    return f"{format_day(moment.astimezone(UTC))}, {moment.astimezone(UTC):%H:%M:%S} UTC"


def format_short_instant(moment: datetime) -> str:
    """Return the time of a capture as «2022-01-10 10:00:03 UTC», for tables."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def format_month(month: date) -> str:
    """Return «January 2022»."""
    return f"{month:%B} {month.year}"


def old_times(field: FieldChange) -> list[date]:
    """Return the times in a changed field before the change."""
    return [_parse_time(text) for text in old_paragraphs(field.paragraphs)]


def new_times(field: FieldChange) -> list[date]:
    """Return the times in a changed field after the change."""
    return [_parse_time(text) for text in new_paragraphs(field.paragraphs)]


def _parse_time(value: str) -> date:
    """Return a time, or a day, from ISO 8601 text."""
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
    """Return «12,345»."""
    return f"{number:,}"


def format_count(number: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun: «1 version», «2 versions»; `plural` if that is not the singular with an s."""
    return f"{format_thousands(number)} {singular if number == 1 else plural or f'{singular}s'}"


def format_percent(share: float) -> str:
    """Return a share from 0 to 1 as «97%»."""
    return f"{share:.0%}"


def label(code: str | None, labels: Mapping[Any, str]) -> str:
    """Return the label of a code; the code itself if it has none, as in an index of a later release."""
    return labels.get(code, str(code))


def has_console(request: Request) -> bool:
    """Return whether someone can use the console of the application that answers; the one for /db/ has none."""
    console = getattr(request.app.state, "console", None)
    return console is not None and console.is_usable()


def neutralize_directions(value: Any) -> Any:
    """Return a value to print, without the characters that would reverse or embed the text after them.

    With one of them a headline could print an address or a date backwards. Marks that only say which way a letter runs
    stay: Hebrew and Arabic need them.
    """
    return value.translate(DIRECTION_CONTROLS) if isinstance(value, str) else value


_templates = Environment(
    finalize=neutralize_directions,
    loader=PackageLoader("newsarchive.web.rendering"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters.update(
    month=format_month,
    time=format_time,
    instant=format_instant,
    short_instant=format_short_instant,
    highlight=highlight,
    label=label,
    thousands=format_thousands,
    old_times=old_times,
    new_times=new_times,
    plural=format_count,
    percent=format_percent,
)
_templates.globals.update(
    CRAWL_COUNTS=CRAWL_COUNTS,
    count_phrases=count_phrases,
    has_console=has_console,
    labels=labels,
    is_web=urls.is_web_url,
    snapshot=snapshot_path,
)
