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
    FORMATS,
    SEPARATORS,
    STREAMABLE,
    ExportFormat,
    Separator,
    find_format,
    titles,
)
from newsarchive.cli import progress
from newsarchive.cli.common import exit_unless, open_archive, search_options
from newsarchive.cli.search import QUERY_SETTINGS
from newsarchive.cli.terminal import say

if TYPE_CHECKING:
    from archive.export.export import ExportResult
    from archive.filters import Filters, Sort

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(context_settings=QUERY_SETTINGS)
@click.option(
    "--format",
    "form",
    type=click.Choice(EXPORT_FORMATS),
    help=f"{titles(FORMATS)}. By default as the name of FILE ends; {DEFAULT_FORMAT.name} where it has no ending.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=_FILE,
    help=f"Write to FILE; without it, {titles(STREAMABLE)} goes to standard output.",
)
@click.option("--overwrite", is_flag=True, help="Replace FILE and what stands beside it.")
@click.option("--versions", is_flag=True, help="Every version of each article, not the one that fits best.")
@click.option("--with-links", "links", is_flag=True, help="The links inside the text too.")
@click.option(
    "--separator",
    type=click.Choice(list(SEPARATORS)),
    default="comma",
    show_default=True,
    help="What parts the cells of CSV; Excel in Russian or Ukrainian opens those with semicolons.",
)
@click.option("--limit", metavar="N", type=click.IntRange(1, 10**9), help="At most N articles or versions.")
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
) -> None:
    """Export articles to a file for other programs.

    Articles that match QUERY, in full; all of them without a QUERY. SQLite gives a smaller archive.db
    with every version of the matching articles. FILE.provenance.json, which says where the data
    comes from, and FILE.dictionary.csv, which explains each field, are written next to FILE; all
    three appear once they are complete. The exit code is 1 if nothing matches.
    """
    to_file = output is not None and os.fspath(output) != "-"
    # A bar amid the lines of the export itself would spoil both.
    with (
        open_archive() as archive,
        progress.counter("Exported", shown=to_file or not sys.stdout.isatty()) as told,
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
            on_progress=told,
        )
    has_versions = versions and not find_format(exported.form).is_archive
    _print_summary(exported, "version" if has_versions else "article")
    exit_unless(exported.rows > 0)


def _print_summary(exported: ExportResult, noun: str) -> None:
    where = f" to {exported.file}" if exported.file else ""
    say(f"Wrote {exported.rows} {noun}{'' if exported.rows == 1 else 's'}{where}.", err=True)
    if exported.provenance and exported.dictionary:
        beside = f"{exported.provenance.name} and {exported.dictionary.name}"
        say(f"Beside it, {beside} say where it comes from and what its fields mean.", err=True)
