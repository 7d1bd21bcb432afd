"""The command `sources assign`: correct the source of imported pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.commands.preserve.import_warc import origin_named
from newsarchive.cli.options import archive_folder, json_option
from newsarchive.cli.output import progress
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.labels import counted
from newsarchive.cli.output.terminal import say
from newsarchive.cli.output.unread_pages import print_unread, unread_as_dict

if TYPE_CHECKING:
    from archive.rebuild.assignments import AssignResult


@click.command()
@click.argument("name")
@click.option(
    "--import",
    "file",
    metavar="FILE",
    help="Pages of this imported file, named as it was imported or as in warc/.",
)
@click.option(
    "--host", metavar="HOST", help="Pages of this host, with or without 'www.', in all imported files."
)
@json_option
def assign(name: str, file: str | None, host: str | None, as_json: bool) -> None:
    """Assign imported pages to source NAME.

    Use it if 'newsarchive import' found no source or the wrong one, or if a file has pages of several
    sources. With both options, only the pages of HOST in FILE are assigned. The pages are extracted
    again, with the time zone and rules of NAME, and their articles follow. Later imports of pages of
    HOST find the source by themselves.

    Nothing in the imported file changes: the correction is recorded in warc/, and holds after a
    rebuild. If the command was interrupted, run it again. The exit code is 1 if pages could not be
    extracted again.
    """
    from archive import paths
    from archive.core import Archive
    from archive.jobs.pool import pool
    from newsarchive.config import load_settings
    from spiders.sources.source import load_all

    if file is None and host is None:
        raise click.UsageError("Say which pages: use --import FILE, --host HOST, or both.")
    folder = archive_folder()
    sources = {one.name: one for one in load_all(folder / paths.SOURCES)}
    outlets = {one: source.outlet for one, source in sources.items()}
    with (
        Archive.open(folder) as archive,
        pool(load_settings(folder).workers) as executor,
        progress.counter("Articles") as on_progress,
    ):
        result = archive.assign_source(
            executor,
            origin_named(sources, archive, name),
            file=file,
            host=host,
            outlets=outlets,
            on_progress=on_progress,
        )
    if as_json:
        print_json(_result_as_dict(result))
    else:
        _print_result(result)
    exit_unless(not (result.unread or result.unsettled))


def _print_result(result: AssignResult) -> None:
    for sentence in result.mended:
        say(sentence, hanging=2)
    if result.former:
        former = ", ".join(
            f"{count} of {source or 'no source'}"
            for source, count in sorted(result.former.items(), key=lambda one: one[0] or "")
        )
        say(
            f"Assigned {counted(result.captures, 'capture')} with {counted(result.articles, 'known article')} "
            f"to the source {result.source}; before: {former}."
        )
    else:
        say(f"These pages are assigned to the source {result.source} already.")
    print_unread(result)


def _result_as_dict(result: AssignResult) -> dict[str, object]:
    return {
        "source": result.source,
        "file": result.file,
        "host": result.host,
        "captures": result.captures,
        "articles": result.articles,
        "former": [{"source": source, "captures": count} for source, count in result.former.items()],
        "mended": result.mended,
        **unread_as_dict(result),
    }
