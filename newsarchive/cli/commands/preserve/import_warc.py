"""The command `import`: import WARC files of other programs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.values.plurals import counted, were
from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.options import archive_folder, json_option
from newsarchive.cli.output import progress
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.terminal import say
from newsarchive.cli.output.unread_pages import print_unread, unread_as_dict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archive.core import Archive
    from archive.rebuild.warc_import import ImportResult, Origin
    from spiders.sources.source import Source


DAMAGES_SHOWN = 50  # records of a file that could not be read


@click.command("import")
@click.argument(
    "files",
    metavar="FILE…",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@click.option("--source", metavar="NAME", help="Source of this archive to which the pages belong.")
@json_option
def import_(files: tuple[Path, ...], source: str | None, as_json: bool) -> None:
    """Import WARC files made by other programs.

    The files can come from wget, Heritrix, Browsertrix or any other program: WARC/1.0 or 1.1,
    compressed or not, ARC, or a WACZ file with such files. Each file is copied into the archive, and
    its articles are indexed. A file whose contents are already in the archive adds nothing.

    FILE can also be a folder, or a CDX or CDXJ index: then all files in it, or named by it, are
    imported, and the index is compared with their records.

    Times printed without a time zone are interpreted in the time zone of the source, which is found
    by known articles or by the host if --source is not given; if none is found, in UTC. Older
    captures of a known article are added to its history at the right place.

    The exit code is 1 if anything could not be read, was not imported, or does not match a digest or
    an index; each is printed with the reason.
    """
    from archive import paths
    from archive.core import Archive
    from archive.jobs.pool import pool
    from newsarchive.config import load_settings
    from spiders.sources.source import load_all

    folder = archive_folder()
    results = []
    with Archive.open(folder) as archive, pool(load_settings(folder).workers) as executor:
        sources = {one.name: one for one in load_all(folder / paths.SOURCES)}
        origin = origin_named(sources, archive, source) if source else None
        outlets = {name: one.outlet for name, one in sources.items()}
        shown = _Progress()
        imported = archive.take_in(files, executor, origin, outlets, _origins_by_host(sources), shown)
        for one in shown.each(imported):
            results.append(one)
            if not as_json:
                _print_result(one)
    if as_json:
        print_json([_result_as_dict(one) for one in results])
    exit_unless(
        not any(
            one.damages or one.skipped or one.altered or one.mismatches or one.unread or one.unsettled
            for one in results
        )
    )


class _Progress:
    """A bar for each file that is being imported, which is gone while its result is printed."""

    def __init__(self) -> None:
        self._bar: progress.OnProgress = lambda done, all_: None

    def __call__(self, done: int, all_: int) -> None:
        """Show how many pages are extracted."""
        self._bar(done, all_)

    def each(self, results: Iterator[ImportResult]) -> Iterator[ImportResult]:
        """Yield the results."""
        while True:
            with progress.progress_bars("Extracting pages") as (self._bar,):
                result = next(results, None)
            if result is None:
                return
            yield result


def _origins_by_host(sources: Mapping[str, Source]) -> dict[str, Origin]:
    """Return the sources by the hosts of their sections, feeds and sitemaps; hosts of several sources are left out."""
    from archive.rebuild.warc_import import Origin
    from archive.recording.assignments import source_host

    found: dict[str, set[str]] = {}
    for name, source in sources.items():
        for url in (*(section.url for section in source.sections), *source.feeds, *source.sitemaps):
            found.setdefault(source_host(url), set()).add(name)
    named = {host: next(iter(names)) for host, names in found.items() if host and len(names) == 1}
    return {host: Origin(name, sources[name].title, sources[name].outlet) for host, name in named.items()}


def origin_named(sources: Mapping[str, Source], archive: Archive, name: str) -> Origin:
    """Return a source of the archive, from its file or from its crawls; raise SourceError if there is none."""
    from archive.errors import SourceError
    from archive.extraction.model import Outlet
    from archive.rebuild.warc_import import Origin

    if name in sources:
        return Origin(name, sources[name].title, sources[name].outlet)
    for row in archive.connection.execute("SELECT * FROM sources"):
        if row["name"] == name:
            return Origin(name, row["title"], Outlet(row["timezone"]))
    known = ", ".join(sorted(sources)) or "none"
    raise SourceError(
        f"No source named {name!r}. Known sources: {known}. To add it, create sources/{name}.toml first."
    )


def _print_result(one: ImportResult) -> None:
    for sentence in one.mended:
        say(sentence, hanging=2)
    if one.lines is not None:
        say(f"Compared {counted(one.lines, 'line')} of the index in {one.path} with the records.")
        _print_findings(one)
        return
    if not one.is_new:
        say(f"{one.path} is already in the archive, as {one.file}. Nothing was added.")
        if one.source:
            say(
                f"Its pages are assigned to the source {one.source}. If its time zone was wrong, correct "
                f"sources/{one.source}.toml and run 'newsarchive rebuild'. If the source is wrong, run "
                f"'newsarchive sources assign NAME --import {one.path.name}'.",
                indent=2,
            )
        _print_findings(one)
        return
    how = ", with each record now compressed separately" if one.repacked else ""
    say(
        f"Imported {one.path} as {one.file}{how}: {counted(one.captures, 'capture')}, "
        f"{counted(one.articles, 'article')}."
    )
    if one.held:
        say(f"{counted(one.held, 'response')} of it {were(one.held)} in the archive already.", indent=2)
    if one.source:
        say(f"Its pages were assigned to the source {one.source}.", indent=2)
    for host, source in one.sources_by_host.items():
        say(f"Its pages of {host} were assigned to the source {source}.", indent=2)
    if not one.source and not one.sources_by_host and one.articles:
        say(
            "No source was found for its pages. To assign them to one, run 'newsarchive sources assign NAME "
            f"--import {one.path.name}'.",
            indent=2,
        )
    for sentence in one.damages[:DAMAGES_SHOWN]:
        say(("could not be read", "alarm"), f": {sentence}", hanging=2)
    if len(one.damages) > DAMAGES_SHOWN:
        say(
            f"… and {counted(len(one.damages) - DAMAGES_SHOWN, 'more record')} of this file. To list all, use --json.",
            indent=2,
        )
    _print_findings(one)
    print_unread(one)


def _print_findings(one: ImportResult) -> None:
    for what, found in (("not imported", one.skipped), ("altered", one.altered)):
        for record in found[:DAMAGES_SHOWN]:
            say((what, "alarm"), f": {record.sentence(one.file)}", hanging=2)
        if len(found) > DAMAGES_SHOWN:
            say(
                f"… and {counted(len(found) - DAMAGES_SHOWN, 'more record')} {what}. To list all, use --json.",
                indent=2,
            )
    for sentence in one.mismatches:
        say(("does not agree", "alarm"), f": {sentence}", hanging=2)
    for sentence in one.notes:
        say(sentence, indent=2)


def _result_as_dict(one: ImportResult) -> dict[str, object]:
    return {
        "path": str(one.path),
        "file": one.file,
        "new": one.is_new,
        "repacked": one.repacked,
        "captures": one.captures,
        "articles": one.articles,
        "source": one.source,
        "sources_by_host": one.sources_by_host,
        "held": one.held,
        "records": one.records,
        "damages": one.damages,
        "skipped": [asdict(record) for record in one.skipped],
        "altered": [asdict(record) for record in one.altered],
        "mismatches": one.mismatches,
        "index_lines": one.lines,
        "notes": one.notes,
        "mended": one.mended,
        **unread_as_dict(one),
    }
