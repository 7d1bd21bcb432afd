"""The command `coverage`: when sections were watched, and when not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.options import DAY, archive_folder, json_option
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import say

if TYPE_CHECKING:
    from archive.monitoring.coverage import Coverage, Gap
    from spiders.sources.source import Source

DEFAULT_DAYS = 30
GAPS_SHOWN = 10  # of a section; all of them are in the JSON
MARKS = {"full": "#", "bridged": "+", "gaps": "-", "none": "."}
LEGEND = "# watched as scheduled   + a gap, but nothing was missed   - a gap   . not watched"
WEEK = 7


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--since", type=DAY, help=f"First day. [default: {DEFAULT_DAYS} days ago]")
@click.option("--until", type=DAY, help="Last day. [default: today]")
@click.option("--calendar", is_flag=True, help="Print a calendar with a mark for each day.")
@json_option
def coverage(
    names: tuple[str, ...], since: date | None, until: date | None, calendar: bool, as_json: bool
) -> None:
    """Show when sections were watched, and which hours were missed.

    A gap is a time between two visits to a section that is half as long again as its schedule allows, or
    as is usual for a section without a schedule. If the listing still showed an article from before the
    gap, nothing was missed, as far as it lists every article. Times are in the time zone of the source.

    The exit code is 1 if articles may have been missed.
    """
    from archive import paths
    from archive.core import Archive
    from archive.errors import BadQuery
    from newsarchive.cli.commands.collect.sources import find_source
    from newsarchive.monitoring.coverage import section_coverages
    from spiders.sources.source import load_all

    folder = archive_folder()
    now = datetime.now(UTC)
    last = until or now.date()
    first = since or last - timedelta(days=DEFAULT_DAYS)
    if first > last:
        raise BadQuery(f"The range of days ends before it begins: {first} to {last}.")
    found: list[tuple[Source, Coverage]] = []
    with Archive.open(folder) as archive:
        for source in [find_source(folder, name) for name in names] or load_all(folder / paths.SOURCES):
            zone = ZoneInfo(source.timezone)
            begin = datetime.combine(first, time(), zone)
            end = min(datetime.combine(last + timedelta(days=1), time(), zone), now)
            found += [
                (source, one)
                for one in section_coverages(archive.connection, source, begin.astimezone(UTC), end)
            ]
    if as_json:
        print_json([_as_dict(source, one) for source, one in found])
    else:
        _print_report(found, calendar)
    exit_unless(not any(one.missed for _, one in found))


def _print_report(found: list[tuple[Source, Coverage]], calendar: bool) -> None:
    rows = [
        (
            source.name,
            one.section or one.url,
            str(one.visits),
            _hours(one.every) if one.visits > 1 else "–",
            str(len(one.gaps)),
            _hours(one.missed) if one.missed else "–",
        )
        for source, one in found
    ]
    print_table(
        ("SOURCE", "SECTION", "VISITS", "USUAL WAIT", "GAPS", "MISSED"),
        rows,
        numbers=["VISITS", "GAPS"],
        wraps="SECTION",
    )
    for source, one in found:
        zone = ZoneInfo(source.timezone)
        missed = [gap for gap in one.gaps if not gap.is_bridged]
        if missed:
            say()
            say((f"{source.name}, {one.section}: not watched", "bold"))
        for gap in missed[:GAPS_SHOWN]:
            say(f"{_local(gap.begin, zone)} to {_local(gap.end, zone)}, {_hours(gap.duration)}", indent=2)
        if len(missed) > GAPS_SHOWN:
            say(f"… and {len(missed) - GAPS_SHOWN} more", indent=2)
    if calendar:
        for source, one in found:
            say()
            say((f"{source.name}, {one.section}", "bold"))
            for line in _weeks(one.days):
                say(line, indent=2)
        say()
        say(LEGEND)


def _weeks(days: dict[date, str]) -> Iterable[str]:
    """Yield a line for each week since the first visit, Monday first."""
    first = min((day for day, how in days.items() if how != "none"), default=None)
    if first is None:
        yield "not watched"
        return
    monday = first - timedelta(days=first.weekday())
    while monday <= max(days):
        week = [monday + timedelta(days=place) for place in range(WEEK)]
        yield f"{monday}  " + "".join(MARKS[days[day]] if day in days else " " for day in week)
        monday += timedelta(days=WEEK)


def _hours(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(" ", "minutes")


def _as_dict(source: Source, one: Coverage) -> dict[str, Any]:
    return {
        "source": source.name,
        "section": one.section,
        "url": one.url,
        "visits": one.visits,
        "usual_wait_minutes": round(one.every / timedelta(minutes=1)),
        "gaps": [_gap_as_dict(gap) for gap in one.gaps],
        "missed_minutes": round(one.missed / timedelta(minutes=1)),
        "days": {day.isoformat(): how for day, how in one.days.items()},
    }


def _gap_as_dict(gap: Gap) -> dict[str, Any]:
    from archive import timestamps

    return {
        "from": timestamps.to_iso(gap.begin),
        "to": timestamps.to_iso(gap.end),
        "nothing_missed": gap.is_bridged,
    }
