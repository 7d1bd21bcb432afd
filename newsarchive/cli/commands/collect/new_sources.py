"""The commands of `sources` that write source files: `new` from the address of a site, `import` from a list."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.errors import ArchiveError
from archive.urls import host_of
from archive.values.plurals import counted
from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.options import archive_folder, json_option
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.progress import status_line
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import safe, say

if TYPE_CHECKING:
    from newsarchive.source_setup.model import SiteDescription
    from newsarchive.source_setup.source_list import ListedSite, ListError

RESULTS = {
    "written": "written",
    "new": "would be written",
    "exists": "there already",
    "failed": "failed",
}


class _Zone(click.ParamType[str]):
    name = "ZONE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from newsarchive.source_setup.zones import is_zone

        if not is_zone(value):
            self.fail(f"{value!r} is not a time zone; write an IANA name such as Europe/Kyiv.", param, ctx)
        return str(value)


class _Pages(click.ParamType["int | str"]):
    name = "N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        if value == "all":
            return "all"
        if not str(value).isdecimal() or int(value) < 1:
            self.fail(f"{value!r} is neither a whole number from 1 up nor 'all'.", param, ctx)
        return int(value)


_zone_option = click.option(
    "--timezone",
    "zone",
    type=_Zone(),
    help="IANA time zone of the times that the site prints, such as Europe/Kyiv. [default: found on its pages]",
)
_pages_option = click.option(
    "--pages",
    type=_Pages(),
    default=3,
    show_default=True,
    help="How many pages of each section a crawl follows; 'all' for every one.",
)
_delay_option = click.option(
    "--delay",
    metavar="SECONDS",
    type=click.FloatRange(0, 3600),
    help="Seconds between two requests to the site, now and in crawls. [default: 1]",
)
_dry_run_option = click.option("--dry-run", is_flag=True, help="Write nothing.")


@click.command()
@click.argument("url", metavar="URL")
@click.option("--name", metavar="NAME", help="Name of the source. [default: from the site's domain]")
@_zone_option
@_pages_option
@_delay_option
@click.option("--yes", is_flag=True, help="Write the file without asking.")
@_dry_run_option
@json_option
def new(
    url: str,
    name: str | None,
    zone: str | None,
    pages: int | str,
    delay: float | None,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Set up a source: look at the site at URL and write its source file.

    URL is the front page of a site, or one of its sections: then the other sections, feeds and sitemaps are
    written as comments. Up to about 40 pages are requested, as politely as in a crawl: robots.txt is
    obeyed, and nothing is stored. The file says how each setting is known. An existing file is never changed.

    The time zone is written only if the times on sample articles and the site's country or language agree on
    one. Otherwise you are asked for it; without a terminal, give --timezone.

    With --dry-run, the file is printed. The exit code is 2 if the site cannot be looked at or its time zone
    is not known.
    """
    from newsarchive.source_setup import source_file
    from newsarchive.source_setup.process import inspect_sites
    from newsarchive.source_setup.source_list import require_url

    folder = archive_folder()
    url = require_url(url)
    name = source_file.choose_name(folder, url, name)
    with status_line(url) as tell:
        inspections = inspect_sites(
            folder,
            [url],
            delay=1.0 if delay is None else delay,
            on_progress=lambda _, phase, requests: tell(phase, counted(requests, "request")),
        )
        with closing(inspections):
            _, found = next(inspections)
    if isinstance(found, str):
        raise ArchiveError(found)
    found = source_file.apply_given(found, timezone=zone, origin="given with --timezone")
    asks = sys.stdin.isatty() and sys.stderr.isatty() and not yes
    if not as_json and not dry_run:
        _print_summary(name, found)
    if found.zone.zone is None:
        found = replace(found, zone=_ask_zone(found) if asks else _raise_unknown_zone(found))
    text = source_file.compose(found, pages=pages, delay=delay)
    path = folder / "sources" / f"{name}.toml"
    is_written = not dry_run and (not asks or click.confirm(f"Write {path}?", default=True, err=True))
    if is_written:
        source_file.write(folder, name, text)
    if as_json:
        stored = str(path) if is_written else None
        print_json({"source": name, "file": stored, **found.as_dict(), "toml": text})
    elif dry_run:
        click.echo("\n".join(map(safe, text.splitlines())))
    elif is_written:
        say(f"Wrote {path}. Next steps:")
        say(f"newsarchive sources check {name}", indent=2)
        say(f"newsarchive crawl {name}", indent=2)
    else:
        say("Nothing was written.")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_zone_option
@_pages_option
@_delay_option
@_dry_run_option
@json_option
def import_(
    file: Path, zone: str | None, pages: int | str, delay: float | None, dry_run: bool, as_json: bool
) -> None:
    """Set up a source for each site of a list, as `sources new` does.

    FILE is a CSV file with a line of headings (url or feed; also name, title, timezone, languages and
    schedule), an OPML file of a feed reader, or a text file with one address a line. What the list says
    of a site takes precedence over what is found there; --timezone applies to sites for which no zone is given
    or found.

    Sites whose source exists are skipped, so the command can be repeated. A line that fails is named with
    the reason, the others are imported, and the exit code is 1.
    """
    from newsarchive.source_setup.process import inspect_sites
    from newsarchive.source_setup.source_list import read_list

    folder = archive_folder()
    rows = [_ImportedLine(one) for one in read_list(file)]
    planned: dict[str, str] = {}
    for row in rows:
        row.plan(folder, planned)
    waiting = [row for row in rows if row.result is None]
    done = 0
    with status_line(file.name) as tell:
        inspections = inspect_sites(
            folder,
            [row.url for row in waiting],
            feeds={place: row.site.feeds for place, row in enumerate(waiting) if row.site},
            delay=1.0 if delay is None else delay,
            on_progress=lambda place, phase, requests: tell(
                f"{host_of(waiting[place].url)}: {phase}",
                f"{done} of {counted(len(waiting), 'site')} done",
            ),
        )
        with closing(inspections):
            for place, found in inspections if waiting else ():
                waiting[place].finish(
                    folder, found, file, zone=zone, pages=pages, delay=delay, dry_run=dry_run
                )
                done += 1
    if as_json:
        print_json([row.as_dict() for row in rows])
    else:
        _print_import(file, rows)
    exit_unless(not any(row.result == "failed" for row in rows))


class _ImportedLine:
    """A line of a list, and the result of its import."""

    def __init__(self, listed: ListedSite | ListError) -> None:
        self.line = listed.line
        self.why = getattr(listed, "why", None)
        self.site: ListedSite | None = None if self.why else listed  # type: ignore[assignment]
        self.url = self.site.url if self.site else ""
        self.name: str | None = None
        self.result: str | None = "failed" if self.why else None  # a key of RESULTS
        self.notes: tuple[str, ...] = ()

    def plan(self, folder: Path, planned: dict[str, str]) -> None:
        """Choose the name of the source, or skip the line if there is one already."""
        from newsarchive.source_setup.source_file import SourceExists, choose_name

        if self.site is None:
            return
        try:
            self.name = choose_name(folder, self.url, self.site.name, planned=planned)
            planned[self.name] = self.url
        except SourceExists as error:
            self.result, self.why = "exists", str(error)
        except ArchiveError as error:
            self.result, self.why = "failed", str(error)

    def finish(
        self,
        folder: Path,
        found: SiteDescription | str,
        file: Path,
        *,
        zone: str | None,
        pages: int | str,
        delay: float | None,
        dry_run: bool,
    ) -> None:
        """Write the source file from what was found on the site."""
        from newsarchive.source_setup import source_file

        assert self.site is not None
        assert self.name is not None
        if isinstance(found, str):
            self.result, self.why = "failed", found
            return
        origin = f"given in {file.name}, line {self.line}"
        site = source_file.apply_given(
            found,
            title=self.site.title,
            timezone=self.site.timezone,
            languages=self.site.languages,
            origin=origin,
        )
        if site.zone.zone is None and zone is not None:
            site = source_file.apply_given(site, timezone=zone, origin="given with --timezone")
        self.notes = site.notes
        try:
            if site.zone.zone is None:
                _raise_unknown_zone(site)
            text = source_file.compose(site, pages=pages, delay=delay, schedule=self.site.schedule)
            if not dry_run:
                source_file.write(folder, self.name, text)
        except source_file.SourceExists as error:
            self.result, self.why = "exists", str(error)
        except ArchiveError as error:
            self.result, self.why = "failed", str(error)
        else:
            self.result = "new" if dry_run else "written"

    def as_dict(self) -> dict[str, Any]:
        """Return the line for JSON."""
        return {
            "line": self.line,
            "url": self.url or None,
            "source": self.name,
            "result": self.result,
            "why": self.why,
            "notes": list(self.notes),
        }


def _raise_unknown_zone(site: SiteDescription) -> Any:
    such = " or ".join(site.zone.suggestions[:3]) or "Europe/Kyiv"
    raise ArchiveError(
        f"The time zone of {site.url} is not known: {site.zone.explanation}. Nothing was written; give the zone with"
        f" --timezone, such as {such}."
    )


def _ask_zone(site: SiteDescription) -> Any:
    """Ask for the time zone on the terminal."""
    from newsarchive.source_setup.model import ZoneFinding

    say(f"The time zone is not known: {site.zone.explanation}.", err=True)
    if site.zone.suggestions:
        say(f"Possible are {', '.join(site.zone.suggestions)}, and others.", err=True)
    answer = click.prompt("Time zone of the times that the site prints", type=_Zone(), err=True)
    return ZoneFinding(answer, f"stated by the person who set up the source, as {site.zone.explanation}")


def _print_summary(name: str, site: SiteDescription) -> None:
    """Print what was found, a line for each setting."""
    sections = [one for one in site.sections if one.is_wanted]
    feeds, sitemaps = ([one for one in found if one.is_wanted] for found in (site.feeds, site.sitemaps))
    kinds = Counter(f"{one.kind} sitemap" if one.kind == "news" else one.kind for one in site.sitemaps)
    rows = [
        ("title", site.title.value, site.title.found_in),
        ("time zone", site.zone.zone or "not known", site.zone.explanation),
        ("languages", ", ".join(one.value for one in site.languages) or "–", _languages_text(site)),
        ("sections", str(len(sections)), ", ".join(one.name or one.url for one in sections)),
        ("feeds", str(len(feeds)), "; ".join(dict.fromkeys(one.found_in for one in feeds))),
        (
            "sitemaps",
            str(len(sitemaps)),
            "; ".join([*kinds, *dict.fromkeys(one.found_in for one in site.sitemaps)]),
        ),
        ("article URLs", counted(len(site.shapes), "shape"), "  ".join(one.pattern for one in site.shapes)),
    ]
    print_table(("SETTING", "FOUND", "HOW IT IS KNOWN"), rows, wraps="HOW IT IS KNOWN")
    for note in site.notes:
        say((note, "alarm"), hanging=2)
    say()


def _languages_text(site: SiteDescription) -> str:
    return "; ".join(f"{one.value}: {one.found_in}" for one in site.languages)


def _print_import(file: Path, rows: list[_ImportedLine]) -> None:
    print_table(
        ("LINE", "SOURCE", "ADDRESS", "RESULT"),
        [(str(row.line), row.name or "–", row.url or "–", RESULTS[row.result or "failed"]) for row in rows],
        numbers=("LINE",),
        wraps="ADDRESS",
    )
    for row in rows:
        if row.result == "failed":
            say((f"{file.name}, line {row.line}: {row.why}", "alarm"), hanging=2)
        for note in row.notes:
            say(f"{file.name}, line {row.line}: {note}", hanging=2)
    numbers = Counter(row.result for row in rows)
    say(", ".join(f"{number} {RESULTS[result or 'failed']}" for result, number in numbers.items()) + ".")
