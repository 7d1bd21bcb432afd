"""Determine when an article was published and modified, from metadata, printed dates and its listing.

A witness is any source of a date: a value of the metadata (`stated`), a <time> element (`element_dates`), a date
printed on the page (`printed`), the listing (`listed_date`), or the URL. Witnesses that agree confirm one another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from archive.extraction.dates import parser as dates
from archive.extraction.dates.candidates import LINES_ABOVE, LINES_BELOW, DateCandidate, find_candidates
from archive.extraction.dates.candidates import DateContext as DateContext  # callers of this module need it
from archive.extraction.metadata.collect import Metadata, StatedValue
from archive.extraction.model import FoundIn, ListingEntry, StatedTime
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.vocabulary import date_patterns

YEAR_INFERRED = (
    "-year-told"  # suffix of a rule: the date was printed without a year, which another witness has
)
ZONE_INFERRED = "-zone-told"  # suffix of a rule: another witness of the same time states its zone
MISLABELLED_UTC = "-marked-z"  # suffix of a rule: the page's data labels the printed local time as UTC
KNOWN_PLACE_BONUS = 2.0  # of weight; more than for a label
MAX_UPDATE_DIFFERENCE = timedelta(minutes=3)  # between the modification time in the data and as printed
RENDER_WINDOW = timedelta(minutes=15)  # before or after the capture
NEAR_HEADLINE_WEIGHT = 4.0  # weight of a date right below the headline
PUBLICATION_NAMES = re.compile(
    r"publi[sc]|entry-date"
)  # class names of a <time> that may also be named for its update
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")  # in the title attribute, as in microformats
URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/._-]?(0[1-9]|1[0-2])[/._-]?([0-3]\d)(?!\d)|(?<!\d)([0-3]\d)[/._-](0[1-9]"
    r"|1[0-2])[/._-]((?:19|20)\d\d)(?!\d)"
)


@dataclass(frozen=True, slots=True)
class ArticleDates:
    """When an article was published and modified, each None if uncertain."""

    published: StatedTime | None
    modified: StatedTime | None
    agreement: float  # of the witnesses of `published`, 0 to 1


def determine_dates(
    page: Page,
    metadata: Metadata,
    context: DateContext,
    *,
    headline: Block | None,
    text: Sequence[Block],
    listed: ListingEntry | None,
    known_places: frozenset[int] = frozenset(),
    captions: frozenset[int] = frozenset(),
) -> ArticleDates:
    """Determine when an article was published and modified.

    A date printed near the headline that the data confirms is preferred.

    `known_places`: the orders of the lines where the outlet is known to print its dates. `captions`: the orders of
    the lines about pictures.
    """
    printed = [
        replace(near, weight=near.weight + KNOWN_PLACE_BONUS) if near.block.order in known_places else near
        for near in find_candidates(page, context, headline, text, captions)
    ]
    stated = _stated_dates(metadata.published, context)
    element_dates = _time_element_dates(page, context, headline, text)
    modified = _choose_modified(printed, metadata, context)
    listed_date = _listing_date(listed, context)
    days = _known_days(stated, element_dates, listed_date, _url_day(page.url))
    today = context.captured_at.astimezone(context.zone).date()
    printed = [_mark_as_update(p, stated, metadata, context) for p in printed]
    beside = [_with_known_year(p, days) for p in printed if not p.is_update]
    beside = _without_doubtful(beside, context)
    published, agreement = _choose_published(
        [stamp for stamp in stated if not _is_render_time(stamp, beside, context)],
        element_dates,
        beside,
        listed_date,
        _url_day(page.url),
        today,
    )
    if published is None and listed_date is not None:
        published, agreement = listed_date, 0.4
    if published is None and modified is None:
        published, agreement = _date_from_url(page.url, context), 0.3
    if published is not None and published.rule.endswith(MISLABELLED_UTC) and modified is not None:
        modified = _as_local_time(modified, published)
    if published is not None:
        local = _local_zone(
            published,
            [*element_dates, *([listed_date] if listed_date is not None else [])],
            printed,
            context.zone,
        )
        published = _in_zone(local, published)
        modified = _in_zone(local, modified) if modified is not None else None
    if published is not None and modified is not None and modified.at < published.at - timedelta(minutes=1):
        modified = None
    return ArticleDates(published, modified, agreement)


def _choose_published(
    stated: Sequence[StatedTime],
    element_dates: Sequence[StatedTime],
    beside: Sequence[DateCandidate],
    listed_date: StatedTime | None,
    url_day: date | None,
    today: date,
) -> tuple[StatedTime | None, float]:
    """Choose the publication date from all witnesses; return it with their agreement, 0 to 1."""
    witnesses = [*stated, *element_dates, *([listed_date] if listed_date is not None else [])]
    # Of several witnesses of the same minute, prefer one that states its zone.
    for witness in sorted(witnesses, key=lambda stamp: stamp.zone == "source" or not stamp.at.utcoffset()):
        for near in sorted(beside, key=lambda p: -p.weight):
            if near.stamp.rule != "clock" and _same_minute(near.stamp, witness):
                return _as_printed(near.stamp, witness), 1.0
    agreed = _confirmed_date(stated, element_dates)
    if agreed is not None:
        return agreed, 0.9
    days = {witness.at.date() for witness in (*stated, *element_dates)} | ({url_day} if url_day else set())
    if listed_date is not None:
        days.add(listed_date.at.date())
    beside = [p for p in beside if p.stamp.at.date() in days or not _may_be_page_header(p, today)]
    best = max(beside, key=lambda p: (p.weight, -p.block.order), default=None)
    timed = next((witness for witness in stated if witness.precision != "day"), None)
    if timed is not None:
        return timed, 0.8
    if best is not None and best.in_prose and days and best.stamp.at.date() not in days:
        best = None  # a day mentioned in the text, while the data or the address states another
    if best is not None and best.weight >= 1:
        stamp = best.stamp
        if days and stamp.at.date() not in days and (url_day is not None or listed_date is not None):
            agreeing = [p for p in beside if p.stamp.at.date() in days]
            if agreeing:
                best = max(agreeing, key=lambda p: (p.weight, -p.block.order))
                stamp = best.stamp
        if stamp.precision in ("day", "hour"):
            finer = _more_precise(stamp, listed_date, element_dates)
            if finer is not None:
                return finer, 0.7
        return stamp, 0.9 if stamp.at.date() in days else 0.7
    if element_dates:
        return element_dates[0], 0.6
    if stated:
        return _more_precise(stated[0], listed_date, ()) or stated[0], 0.6
    return None, 0.0


def _mark_as_update(
    near: DateCandidate, stated: Sequence[StatedTime], metadata: Metadata, context: DateContext
) -> DateCandidate:
    """Mark a date without a label as an update where the page's data states it as the time of modification."""
    if near.is_update or near.is_labelled or near.stamp.precision not in ("minute", "second"):
        return near
    if not stated or any(_same_minute(near.stamp, stamp) for stamp in stated):
        return near
    changed = [stamp for stamp in _stated_dates(metadata.modified, context) if stamp.at > stated[0].at]
    is_near = any(_is_within(near.stamp, stamp, MAX_UPDATE_DIFFERENCE) for stamp in changed)
    return replace(near, is_update=is_near)


def _is_within(one: StatedTime, other: StatedTime, delta: timedelta) -> bool:
    """Return whether two dates are within `delta`, compared as instants or as local times."""
    faces = one.at.replace(tzinfo=None) - other.at.replace(tzinfo=None)
    return min(abs(one.at - other.at), abs(faces)) <= delta and other.precision != "day"


def _is_render_time(stated: StatedTime, beside: Sequence[DateCandidate], context: DateContext) -> bool:
    """Return whether the data states the moment when the page was rendered, while the page prints an earlier day."""
    if stated.precision == "day" or abs(stated.at - context.captured_at) > RENDER_WINDOW:
        return False
    nearest = max((p for p in beside if not p.in_prose), key=lambda p: p.weight, default=None)
    return (
        nearest is not None
        and nearest.weight >= NEAR_HEADLINE_WEIGHT
        and not dates.is_yearless(nearest.stamp)
        and nearest.stamp.at.date() < stated.at.astimezone(context.zone).date()
    )


def _confirmed_date(stated: Sequence[StatedTime], element_dates: Sequence[StatedTime]) -> StatedTime | None:
    """Return the stated date that a <time> element near the headline confirms, or None."""
    for stamp in stated:
        for element_date in element_dates:
            if "day" not in (stamp.precision, element_date.precision) and stamp.at == element_date.at:
                return stamp
    return None


def _without_doubtful(beside: Sequence[DateCandidate], context: DateContext) -> list[DateCandidate]:
    """Drop the dates whose year is doubtful, and all that weigh no more than the best of those."""
    nearest = max((p.weight for p in beside if dates.is_doubtful(p.stamp, context.captured_at)), default=0.0)
    return (
        [p for p in beside if not dates.is_doubtful(p.stamp, context.captured_at) and p.weight > nearest]
        if nearest
        else list(beside)
    )


def _may_be_page_header(printed: DateCandidate, today: date) -> bool:
    """Return whether a date may be the date of today in the page header, or is a time without a day.

    The day of such a time is unknown, as the page may be captured late.
    """
    if printed.stamp.rule == "clock":
        return True
    return printed.is_above and printed.stamp.precision == "day" and printed.stamp.at.date() == today


def _known_days(
    stated: Sequence[StatedTime],
    element_dates: Sequence[StatedTime],
    listed_date: StatedTime | None,
    url_day: date | None,
) -> set[date]:
    days = {
        stamp.at.date()
        for stamp in (*stated, *element_dates, *((listed_date,) if listed_date is not None else ()))
    }
    return days | ({url_day} if url_day is not None else set())


def _with_known_year(printed: DateCandidate, days: set[date]) -> DateCandidate:
    """Set the year of a date printed without one to that of another witness with the same day and month."""
    at = printed.stamp.at
    if dates.is_yearless(printed.stamp):
        for day in sorted(days, reverse=True):
            if (day.month, day.day) == (at.month, at.day):
                return replace(
                    printed,
                    stamp=replace(
                        printed.stamp, at=at.replace(year=day.year), rule=printed.stamp.rule + YEAR_INFERRED
                    ),
                )
    return printed


def _more_precise(
    day: StatedTime, listed_date: StatedTime | None, element_dates: Sequence[StatedTime]
) -> StatedTime | None:
    """Return a witness with the minute of a date known only to the day or hour, or None."""
    witnesses: list[StatedTime] = [*element_dates, *([listed_date] if listed_date is not None else [])]
    for witness in witnesses:
        if (
            witness.precision in ("day", "hour")
            or witness.at.astimezone(day.at.tzinfo).date() != day.at.date()
        ):
            continue
        if day.precision == "day" or abs(witness.at - day.at) <= timedelta(minutes=65):
            return witness
    return None


def _same_minute(one: StatedTime, other: StatedTime) -> bool:
    """Return whether two dates state the same minute, as instants or as local times (which pages may mark Z)."""
    if not {one.precision, other.precision} <= {"minute", "second"}:
        return False
    if abs((one.at - other.at).total_seconds()) < 60:
        return True
    return one.at.replace(tzinfo=None, second=0) == other.at.replace(tzinfo=None, second=0)


def _as_printed(near: StatedTime, witness: StatedTime) -> StatedTime:
    """Return the printed date in the zone that the data states.

    A UTC time whose digits are those of the printed local time is a mistake of the page.
    """
    if near.zone == "stated" or witness.zone == "source":
        return near
    if abs((near.at - witness.at).total_seconds()) < 60:
        is_pages_own = witness.found_in not in ("listing", "feed")
        return replace(near, zone="stated", rule=near.rule + ZONE_INFERRED) if is_pages_own else near
    if "." in witness.stated_as:
        return witness  # fractions of a second come from a program, whose clock is in UTC
    if witness.at.utcoffset():
        at = near.at.replace(tzinfo=witness.at.tzinfo)
        return replace(near, at=at, zone="stated", rule=near.rule + ZONE_INFERRED)
    return replace(near, rule=near.rule + MISLABELLED_UTC)


def _as_local_time(modified: StatedTime, published: StatedTime) -> StatedTime:
    """Return the modification time as local, for a page that marks local times as UTC."""
    if modified.zone == "source" or modified.precision == "day" or modified.at.utcoffset():
        return modified
    at = modified.at.replace(tzinfo=published.at.tzinfo)
    return replace(modified, at=at, zone="source", rule=modified.rule + MISLABELLED_UTC)


def _local_zone(
    published: StatedTime, witnesses: Sequence[StatedTime], printed: Sequence[DateCandidate], zone: ZoneInfo
) -> tzinfo | None:
    """Return the zone in which the page itself shows a time that its data states in UTC, or None if it shows none."""
    if published.at.utcoffset():
        return published.at.tzinfo
    if published.zone == "source" or published.precision == "day":
        return None
    for witness in witnesses:
        is_finer = witness.precision != "day" and witness.at.utcoffset()
        if is_finer and abs((witness.at - published.at).total_seconds()) < 60:
            return witness.at.tzinfo
    day = published.at.astimezone(zone).date()
    is_printed = any(near.stamp.at.date() == day for near in printed if not near.is_update)
    return zone if is_printed and day != published.at.date() else None


def _in_zone(local: tzinfo | None, stamp: StatedTime) -> StatedTime:
    """Convert a time stated in UTC to a zone; return any other unchanged."""
    if local is None or stamp.zone == "source" or stamp.precision == "day" or stamp.at.utcoffset():
        return stamp
    return replace(stamp, at=stamp.at.astimezone(local))


def find_only_date(text: str, context: DateContext, found_in: FoundIn) -> StatedTime | None:
    """Return the only date in a line with other words; None if there is none, or more than one."""
    found = [
        stamp
        for start, end in date_patterns.find_date_spans(text)
        if (stamp := context.parse(text[start:end], found_in)) is not None
    ]
    return found[0] if len(found) == 1 else None


def without_leading_date(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """Remove the date at the start of the first paragraph («06.01.2012, Кишинев 08:16:36 Устойчивого …»)."""
    if not paragraphs:
        return paragraphs
    first = paragraphs[0]
    for start, end in date_patterns.find_date_spans(first[:120])[:1]:
        printed = first[start:end]
        rest = first[end:].lstrip(" ,.|•·:;/—–-")
        if (
            start == 0
            and len(rest) > 40
            and (date_patterns.has_time(printed) or re.fullmatch(r"[\d./ -]+", printed))
            and rest[:1].isupper()
        ):
            return (rest, *paragraphs[1:])
    return paragraphs


def _stated_dates(values: Sequence[StatedValue], context: DateContext) -> list[StatedTime]:
    dates_ = [context.parse(value.value, value.found_in) for value in values[:12]]
    return sorted(
        (stamp for stamp in dates_ if stamp is not None), key=lambda stamp: stamp.precision == "day"
    )


def _time_element_dates(
    page: Page, context: DateContext, headline: Block | None, text: Sequence[Block]
) -> list[StatedTime]:
    """Return the dates of <time datetime> elements and of ISO title attributes near the headline."""
    low = headline.order - LINES_ABOVE if headline is not None else 0
    high = text[0].order + 1 if text else (headline.order + LINES_BELOW if headline is not None else 0)
    found: list[StatedTime] = []
    for mark in page.times:
        if not low <= mark.order <= high or mark.box.role in ("comments", "navigation", "footer", "aside"):
            continue
        value = mark.element.get("datetime") or mark.element.get("title") or ""
        names = f"{mark.element.get('class') or ''} {mark.element.get('itemprop') or ''}".lower()
        if ("modif" in names or "updat" in names) and not PUBLICATION_NAMES.search(names):
            continue
        stamp = context.parse(value, "time") if value else None
        if stamp is not None:
            found.append(stamp)
    for block in page.blocks[max(0, low) : high + 1]:
        if (
            block.box.role in ("comments", "navigation", "footer", "aside")
            or len(block.text) > dates.MAX_CHARS
        ):
            continue
        for element in {id(piece.element): piece.element for piece in block.runs}.values():
            title = element.get("title") if element is not None else None
            if title and ISO_TIME.match(title) and PUBLICATION_NAMES.search(element.get("class") or ""):
                found += [stamp for stamp in (context.parse(title, "time"),) if stamp is not None]
    return sorted(found, key=lambda stamp: stamp.precision == "day")


def _choose_modified(
    printed: Sequence[DateCandidate], metadata: Metadata, context: DateContext
) -> StatedTime | None:
    near = max((p for p in printed if p.is_update), key=lambda p: p.weight, default=None)
    stated = _stated_dates(metadata.modified, context)
    if near is not None and not dates.is_doubtful(near.stamp, context.captured_at):
        witness = next((stamp for stamp in stated if _same_minute(near.stamp, stamp)), near.stamp)
        return _as_printed(near.stamp, witness)
    return stated[0] if stated else None


def _listing_date(listed: ListingEntry | None, context: DateContext) -> StatedTime | None:
    if listed is None or not listed.date_text:
        return None
    return context.parse(listed.date_text, listed.found_in)


def _date_from_url(url: str, context: DateContext) -> StatedTime | None:
    """Return the day in a URL («/2012/01/17/»), for a page without a date of its own; None if there is none."""
    match = URL_DATE.search(urlsplit(url).path)
    if match is None or _url_day(url) is None:
        return None
    return context.parse(re.sub(r"[/_]", "-", match[0]), "address")


def _url_day(url: str) -> date | None:
    """Return the day in a URL, as many outlets have it; None if there is none."""
    match = URL_DATE.search(url)
    if match is None:
        return None
    try:
        if match[1]:
            return date(int(match[1]), int(match[2]), int(match[3]))
        return date(int(match[6]), int(match[5]), int(match[4]))
    except ValueError:
        return None
