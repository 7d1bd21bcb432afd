"""The command `export`: write articles to files for other programs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.export.formats import (
    DEFAULT_FORMAT,
    EXPORT_FORMATS,
    SEPARATORS,
    ExportFormat,
    Separator,
    find_format,
)
from archive.values.plurals import counted
from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.options import POSITIVE, QueryCommand, export_hint, open_archive, search_options
from newsarchive.cli.output import progress
from newsarchive.cli.output.terminal import say

if TYPE_CHECKING:
    from archive.export.export import ExportResult
    from archive.filters import Filters, Sort

DAMAGES_SHOWN = 50  # records that could not be exported
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(cls=QueryCommand)
@click.option(
    "--format",
    "form",
    metavar="FORMAT",
    type=click.Choice(EXPORT_FORMATS),
    help=f"Output format: {', '.join(EXPORT_FORMATS)}. [default: by the extension of FILE, or {DEFAULT_FORMAT.name}]",
)
@click.option("-o", "--output", metavar="FILE", type=_FILE, help="Output file. [default: standard output]")
@click.option("--overwrite", is_flag=True, help="Overwrite FILE and the two files next to it.")
@click.option(
    "--versions",
    is_flag=True,
    help="Export all versions of the articles, not only the best match.",
)
@click.option("--with-links", "links", is_flag=True, help="Include the links in the text.")
@click.option(
    "--separator",
    metavar="DELIMITER",
    type=click.Choice(list(SEPARATORS)),
    default="comma",
    show_default=True,
    help="CSV delimiter: comma, semicolon or tab. Excel in Russian or Ukrainian expects semicolon.",
)
@click.option(
    "--limit",
    metavar="N",
    type=POSITIVE,
    help="Maximum number of articles or versions.",
)
@click.option(
    "--article",
    "articles",
    metavar="ARTICLE",
    multiple=True,
    help="Export this article, by its number or URL, instead of the results of QUERY. Repeatable.",
)
@search_options("oldest")
def export(
    filters: Filters,
    sort: Sort,
    form: ExportFormat | None,
    output: Path | None,
    overwrite: bool,
    versions: bool,
    links: bool,
    separator: Separator,
    limit: int | None,
    articles: tuple[str, ...],
) -> None:
    """Export articles to a file for other programs.

    Export the articles that match QUERY, in full; without QUERY, all articles. For the syntax of
    QUERY, see 'newsarchive search --help'. The SQLite format is a smaller archive.db, with every
    version of the matching articles. WACZ has the WARC records of the articles with everything their
    pages need, and CDXJ is an index of WARC files; without QUERY and filters, of all of them.

    Two more files are written next to FILE: FILE.provenance.json describes where the data comes
    from, and FILE.dictionary.csv explains each field. All three appear only once they are complete.
    JSON Lines and CSV can also be written to standard output. The exit code is 1 if nothing matches.
    """
    to_file = output is not None and os.fspath(output) != "-"
    # A progress line between the exported lines on the same terminal would spoil both.
    with (
        open_archive() as archive,
        progress.counter("Exported", shown=to_file or not sys.stdout.isatty()) as on_progress,
    ):
        exported = archive.export(
            output if output is not None and to_file else sys.stdout.buffer,
            filters,
            form=form,
            sort=sort,
            limit=limit,
            all_versions=versions,
            links=links,
            separator=separator,
            overwrite=overwrite,
            articles=articles,
            on_progress=on_progress,
        )
    has_versions = versions and not find_format(exported.form).is_archive
    _print_summary(exported, "version" if has_versions else "article")
    if not exported.rows and not to_file and (hint := export_hint(filters.query)):
        say(hint, err=True)
    for sentence in exported.damages[:DAMAGES_SHOWN]:
        say(("not exported", "alarm"), f": {sentence}", hanging=2, err=True)
    if len(exported.damages) > DAMAGES_SHOWN:
        say(f"… and {len(exported.damages) - DAMAGES_SHOWN} more records.", indent=2, err=True)
    exit_unless((exported.rows > 0 or exported.counts.get("lines", 0) > 0) and not exported.damages)


def _print_summary(exported: ExportResult, noun: str) -> None:
    where = f" to {exported.file}" if exported.file else ""
    what = counted(exported.rows, noun)
    if "captures" in exported.counts:
        what += f" with {counted(exported.counts['captures'], 'capture')}"
    elif "lines" in exported.counts:
        what = counted(exported.counts["lines"], "line")
    say(f"Exported {what}{where}.", err=True)
    if exported.provenance and exported.dictionary:
        say(f"Provenance: {exported.provenance.name}. Fields: {exported.dictionary.name}.", err=True)
