"""The stamp that belongs to this headline: structured data, the printed page and the listing as witnesses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from archive.article import dates, stampforms, widgets
from archive.article.metadata import Metadata, Said
from archive.article.model import FoundIn, Listed, Stamp
from archive.article.page import Block, Page
from archive.article.text import clean

LABEL = 200  # a longer line is running text: only its first characters can be a stamp
FOREIGN = 40  # characters of other words beside a day without a year: it is a sentence's
OPENING = 70
YEAR_TOLD = "-year-told"  # of a rule: another witness knows the year of the day that is printed without one
MARKED_Z = "-marked-z"  # of a rule: the page's data calls the printed local time UTC
ABOVE = 12  # lines above the headline in which its stamp may stand
BELOW = 14
FARTHEST = 60  # lines between headline and text in which it may stand
AFTER = 8
ADDRESS_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/._-]?(0[1-9]|1[0-2])[/._-]?([0-3]\d)(?!\d)|(?<!\d)([0-3]\d)[/._-](0[1-9]"
    r"|1[0-2])[/._-]((?:19|20)\d\d)(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Clock:
    """What every printed stamp of one capture is read against."""

    zone: ZoneInfo
    languages: tuple[str, ...]
    captured_at: datetime

    def read(self, text: str, found_in: FoundIn, *, doubtful: bool = False) -> Stamp | None:
        """The moment a printed stamp states; `doubtful`: also one whose year another witness may know."""
        return dates.parse(
            text,
            zone=self.zone,
            languages=self.languages,
            captured_at=self.captured_at,
            found_in=found_in,
            doubtful=doubtful,
        )


@dataclass(frozen=True, slots=True)
class Printed:
    """A stamp as it stands on the page."""

    stamp: Stamp
    block: Block
    updated: bool  # the line says it is the time of a change
    labelled: bool  # the line says it is the time of publication
    is_above: bool  # it stands above the headline
    weight: float  # how far its place says it belongs to the headline


@dataclass(frozen=True, slots=True)
class Stamps:
    """When an article was published and changed, each None where in doubt."""

    published: Stamp | None
    modified: Stamp | None
    agreement: float  # 0 to 1


def stamps(
    page: Page,
    said: Metadata,
    clock: Clock,
    *,
    headline: Block | None,
    text: Sequence[Block],
    listed: Listed | None,
) -> Stamps:
    """The article's stamps; what is printed by the headline and agrees with the data is what is stated."""
    printed = visible(page, clock, headline, text)
    stated = _stated(said.published, clock)
    marked = _marked(page, clock, headline, text)
    modified = _modified(printed, said, clock)
    shown = _listed(listed, clock)
    days = _days(stated, marked, shown, _address_day(page.url))
    today = clock.captured_at.astimezone(clock.zone).date()
    beside = [_in_year(p, days) for p in printed if not p.updated]
    beside = _undoubted(beside, clock)
    published, agreement = _published(stated, marked, beside, shown, _address_day(page.url), today)
    if published is None and shown is not None:
        published, agreement = shown, 0.4
    if published is not None and published.rule.endswith(MARKED_Z) and modified is not None:
        modified = _not_utc(modified, published)
    if published is not None:
        local = _local_zone(
            published, [*marked, *([shown] if shown is not None else [])], printed, clock.zone
        )
        published = _shown_in(local, published)
        modified = _shown_in(local, modified) if modified is not None else None
    if published is not None and modified is not None and modified.at < published.at - timedelta(minutes=1):
        modified = None
    return Stamps(published, modified, agreement)


def _published(
    stated: Sequence[Stamp],
    marked: Sequence[Stamp],
    beside: Sequence[Printed],
    shown: Stamp | None,
    address_day: date | None,
    today: date,
) -> tuple[Stamp | None, float]:
    """One stamp of all the witnesses, and how far they agree."""
    for witness in [*stated, *marked, *([shown] if shown is not None else [])]:
        for near in sorted(beside, key=lambda p: -p.weight):
            if near.stamp.rule != "clock" and _same_minute(near.stamp, witness):
                return _as_printed(near.stamp, witness), 1.0
    days = {witness.at.date() for witness in (*stated, *marked)} | ({address_day} if address_day else set())
    if shown is not None:
        days.add(shown.at.date())
    beside = [p for p in beside if p.stamp.at.date() in days or not _is_of_the_capture(p, today)]
    best = max(beside, key=lambda p: (p.weight, -p.block.order), default=None)
    timed = next((witness for witness in stated if witness.precision != "day"), None)
    if timed is not None:
        return timed, 0.8
    if best is not None and best.weight >= 1:
        stamp = best.stamp
        if days and stamp.at.date() not in days and address_day is not None:
            agreeing = [p for p in beside if p.stamp.at.date() in days]
            if agreeing:
                best = max(agreeing, key=lambda p: (p.weight, -p.block.order))
                stamp = best.stamp
        if stamp.precision in ("day", "hour"):
            finer = _finer(stamp, shown, marked)
            if finer is not None:
                return finer, 0.7
        return stamp, 0.9 if stamp.at.date() in days else 0.7
    if marked:
        return marked[0], 0.6
    if stated:
        return _finer(stated[0], shown, ()) or stated[0], 0.6
    return None, 0.0


def _undoubted(beside: Sequence[Printed], clock: Clock) -> list[Printed]:
    """The stamps whose year is known; where one without a year stood nearer, none that stand farther off."""
    nearest = max((p.weight for p in beside if dates.is_doubtful(p.stamp, clock.captured_at)), default=0.0)
    return (
        [p for p in beside if not dates.is_doubtful(p.stamp, clock.captured_at) and p.weight > nearest]
        if nearest
        else list(beside)
    )


def _is_of_the_capture(printed: Printed, today: date) -> bool:
    """Whether a stamp may be the day's own header, or a clock whose day nothing says: pages are read late too."""
    if printed.stamp.rule == "clock":
        return True
    return printed.is_above and printed.stamp.precision == "day" and printed.stamp.at.date() == today


def _days(
    stated: Sequence[Stamp], marked: Sequence[Stamp], shown: Stamp | None, address_day: date | None
) -> set[date]:
    days = {stamp.at.date() for stamp in (*stated, *marked, *((shown,) if shown is not None else ()))}
    return days | ({address_day} if address_day is not None else set())


def _in_year(printed: Printed, days: set[date]) -> Printed:
    """A stamp without a year put into the year another witness gives for the same day."""
    at = printed.stamp.at
    if dates.is_yearless(printed.stamp):
        for day in sorted(days, reverse=True):
            if (day.month, day.day) == (at.month, at.day):
                return replace(
                    printed,
                    stamp=replace(
                        printed.stamp, at=at.replace(year=day.year), rule=printed.stamp.rule + YEAR_TOLD
                    ),
                )
    return printed


def _finer(day: Stamp, shown: Stamp | None, marked: Sequence[Stamp]) -> Stamp | None:
    """A witness that knows the minute of a day or hour already known."""
    witnesses: list[Stamp] = [*marked, *([shown] if shown is not None else [])]
    for witness in witnesses:
        if (
            witness.precision in ("day", "hour")
            or witness.at.astimezone(day.at.tzinfo).date() != day.at.date()
        ):
            continue
        if day.precision == "day" or abs(witness.at - day.at) <= timedelta(minutes=65):
            return witness
    return None


def _same_minute(one: Stamp, other: Stamp) -> bool:
    """Whether two stamps state one minute: as instants, or on the clock face (local times get marked Z)."""
    if not {one.precision, other.precision} <= {"minute", "second"}:
        return False
    if abs((one.at - other.at).total_seconds()) < 60:
        return True
    return one.at.replace(tzinfo=None, second=0) == other.at.replace(tzinfo=None, second=0)


def _as_printed(near: Stamp, witness: Stamp) -> Stamp:
    """The printed stamp in the zone the data states; UTC that only shares the clock face is a mistake."""
    if near.zone == "stated" or witness.zone == "source":
        return near
    if abs((near.at - witness.at).total_seconds()) < 60:
        return near
    if witness.at.utcoffset():
        return replace(near, at=near.at.replace(tzinfo=witness.at.tzinfo), zone="stated")
    return replace(near, rule=near.rule + MARKED_Z)


def _not_utc(modified: Stamp, published: Stamp) -> Stamp:
    """A time of change marked UTC by a page that marks its local times so."""
    if modified.zone == "source" or modified.precision == "day" or modified.at.utcoffset():
        return modified
    at = modified.at.replace(tzinfo=published.at.tzinfo)
    return replace(modified, at=at, zone="source", rule=modified.rule + MARKED_Z)


def _local_zone(
    published: Stamp, witnesses: Sequence[Stamp], printed: Sequence[Printed], zone: ZoneInfo
) -> tzinfo | None:
    """The zone in which the page itself gives a moment that its data states in UTC; None where it does not."""
    if published.at.utcoffset():
        return published.at.tzinfo
    if published.zone == "source" or published.precision == "day":
        return None
    for witness in witnesses:
        is_finer = witness.precision != "day" and witness.at.utcoffset()
        if is_finer and abs((witness.at - published.at).total_seconds()) < 60:
            return witness.at.tzinfo
    day = published.at.astimezone(zone).date()
    is_printed = any(near.stamp.at.date() == day for near in printed if not near.updated)
    return zone if is_printed and day != published.at.date() else None


def _shown_in(local: tzinfo | None, stamp: Stamp) -> Stamp:
    """The same moment in a zone, for a stamp stated in UTC."""
    if local is None or stamp.zone == "source" or stamp.precision == "day" or stamp.at.utcoffset():
        return stamp
    return replace(stamp, at=stamp.at.astimezone(local))


def visible(page: Page, clock: Clock, headline: Block | None, text: Sequence[Block]) -> list[Printed]:
    """The stamps printed around the headline and the text, with how far each place speaks for it."""
    first = text[0].order if text else None
    last = text[-1].order if text else None
    at = headline.order if headline is not None else first
    if at is None:
        return []
    found: list[Printed] = []
    prose = {block.order for block in text} | ({headline.order} if headline is not None else set())
    blocks = page.blocks
    end = min(first, at + FARTHEST) if first is not None and first >= at else at + BELOW
    for block in blocks[max(0, at - ABOVE) : at]:
        found.extend(_in_block(block, clock, 2.0 - 0.12 * (at - block.order), is_above=True))
    for block in blocks[at : end + 1]:
        found.extend(_in_block(block, clock, 5.0 - 0.08 * (block.order - at), prose=block.order in prose))
    if last is not None:
        for block in blocks[last + 1 : last + 1 + AFTER]:
            found.extend(_in_block(block, clock, 2.5 - 0.15 * (block.order - last)))
        found.extend(_in_block(blocks[last], clock, 1.5, closing=True, prose=True))
    return _joined(found, clock, at)


def _in_block(
    block: Block,
    clock: Clock,
    weight: float,
    *,
    closing: bool = False,
    prose: bool = False,
    is_above: bool = False,
) -> list[Printed]:
    text = block.text
    spans = stampforms.find(text)
    if not spans:
        return []
    if block.box.role in ("comments", "navigation"):
        return []
    if block.box.role == "footer" and not any(box.tag == "article" for box in block.box.ancestors()):
        return []
    if len(text) > LABEL or closing:
        spans = [
            span
            for span in spans
            if (span[0] < OPENING // 2 and not closing)
            or (closing and span[1] >= len(text) - 2 and len(text) < 60)
        ]
        spans = spans[:1]
        weight -= 0.8
    if block.link_share > 0.8 and len(text) > 30:
        weight -= 1.5
    if block.box.role in ("furniture", "aside"):
        weight -= 1.0
    if block.box.tag == "li":
        weight -= 0.4
    found: list[Printed] = []
    for start, end in spans[:4]:
        stamp = clock.read(text[start:end], "visible", doubtful=True)
        if stamp is None or (prose and not _stands_in_prose(stamp, start)):
            continue
        before = text[max(0, start - 40) : start]
        updated = _last_label(before) == "updated"
        labelled = _last_label(before) == "published"
        bonus = (
            0.6 * labelled
            + 0.5 * (stamp.precision != "day")
            + 0.3 * bool(widgets.STAMP_NAMES.search(block.box.names + " " + block.names))
        )
        if stamp.rule == "clock":
            bonus -= 1.5
        if stamp.rule in ("day-month", "month-day"):
            bonus -= 0.5
        # Words beside a stamp that are neither label nor section make it a sentence's date.
        foreign = len(clean(before)) + len(clean(text[end : end + 60]))
        if (
            foreign > FOREIGN
            and (dates.is_yearless(stamp) or stamp.rule.endswith("relative-day"))
            and not labelled
        ):
            continue
        bonus -= 0.02 * min(foreign, 60)
        found.append(Printed(stamp, block, updated, labelled, is_above, weight + bonus))
    return found


def _stands_in_prose(stamp: Stamp, start: int) -> bool:
    """Whether a stamp in a headline or paragraph can be the article's, and not a day the text speaks of."""
    if dates.is_yearless(stamp) or stamp.rule in ("clock", "relative-day", "ago"):
        return False
    return stamp.precision != "day" or (start == 0 and stamp.rule.startswith("numbers"))


def _last_label(before: str) -> str | None:
    updated = [match.end() for match in widgets.UPDATED.finditer(before)]
    published = [match.end() for match in widgets.PUBLISHED.finditer(before)]
    if not updated and not published:
        return None
    return "updated" if (updated or [-1])[-1] >= (published or [-1])[-1] else "published"


def _joined(found: list[Printed], clock: Clock, at_headline: int) -> list[Printed]:
    """A day and a clock in two neighbouring lines made one stamp; a headline between them parts them."""
    joined = list(found)
    for one in found:
        for other in found:
            if (
                one.stamp.rule == "clock"
                and other.stamp.precision == "day"
                and abs(one.block.order - other.block.order) <= 2
                and (one.block.order > at_headline) == (other.block.order > at_headline)
            ):
                at = other.stamp.at.replace(
                    hour=one.stamp.at.hour, minute=one.stamp.at.minute, second=one.stamp.at.second
                )
                first, second = (one, other) if found.index(one) < found.index(other) else (other, one)
                stamp = replace(
                    other.stamp,
                    at=at,
                    precision=one.stamp.precision,
                    stated_as=f"{first.stamp.stated_as} {second.stamp.stated_as}",
                    rule=f"clock-{other.stamp.rule}" if first is one else f"{other.stamp.rule}-clock",
                )
                if at <= clock.captured_at + timedelta(days=1):
                    joined.append(
                        Printed(
                            stamp,
                            other.block,
                            other.updated or one.updated,
                            other.labelled,
                            other.is_above,
                            max(one.weight + 1.5, other.weight) + 0.5,
                        )
                    )
    return joined


def within(text: str, clock: Clock, found_in: FoundIn) -> Stamp | None:
    """The one stamp in a line of other words; None when there is none, or more than one."""
    found = [
        stamp
        for start, end in stampforms.find(text)
        if (stamp := clock.read(text[start:end], found_in)) is not None
    ]
    return found[0] if len(found) == 1 else None


def without_stamp(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """Paragraphs without the stamp that opens the first («06.01.2012, Кишинев 08:16:36 Устойчивого …»)."""
    if not paragraphs:
        return paragraphs
    first = paragraphs[0]
    for start, end in stampforms.find(first[:120])[:1]:
        printed = first[start:end]
        rest = first[end:].lstrip(" ,.|•·:;/—–-")
        if (
            start == 0
            and len(rest) > 40
            and (stampforms.has_clock(printed) or re.fullmatch(r"[\d./ -]+", printed))
            and rest[:1].isupper()
        ):
            return (rest, *paragraphs[1:])
    return paragraphs


def _stated(values: Sequence[Said], clock: Clock) -> list[Stamp]:
    stamps_ = [clock.read(said.value, said.found_in) for said in values[:12]]
    return sorted(
        (stamp for stamp in stamps_ if stamp is not None), key=lambda stamp: stamp.precision == "day"
    )


def _marked(page: Page, clock: Clock, headline: Block | None, text: Sequence[Block]) -> list[Stamp]:
    """Stamps of <time datetime> elements that stand by the headline."""
    low = headline.order - ABOVE if headline is not None else 0
    high = text[0].order + 1 if text else (headline.order + BELOW if headline is not None else 0)
    found: list[Stamp] = []
    for mark in page.times:
        if not low <= mark.order <= high or mark.box.role in ("comments", "navigation", "footer", "aside"):
            continue
        value = mark.element.get("datetime") or ""
        names = f"{mark.element.get('class') or ''} {mark.element.get('itemprop') or ''}".lower()
        if ("modif" in names or "updat" in names) and "publish" not in names:
            continue
        stamp = clock.read(value, "time") if value else None
        if stamp is not None:
            found.append(stamp)
    return sorted(found, key=lambda stamp: stamp.precision == "day")


def _modified(printed: Sequence[Printed], said: Metadata, clock: Clock) -> Stamp | None:
    near = max((p for p in printed if p.updated), key=lambda p: p.weight, default=None)
    stated = _stated(said.modified, clock)
    if near is not None and not dates.is_doubtful(near.stamp, clock.captured_at):
        return near.stamp
    return stated[0] if stated else None


def _listed(listed: Listed | None, clock: Clock) -> Stamp | None:
    if listed is None or not listed.stamp:
        return None
    return clock.read(listed.stamp, listed.found_in)


def _address_day(url: str) -> date | None:
    """The day an address names, as many outlets' addresses do."""
    match = ADDRESS_DAY.search(url)
    if match is None:
        return None
    try:
        if match[1]:
            return date(int(match[1]), int(match[2]), int(match[3]))
        return date(int(match[6]), int(match[5]), int(match[4]))
    except ValueError:
        return None
