"""The command line: `main`, to which every command belongs."""

from __future__ import annotations

import click

from newsarchive import __version__
from newsarchive.cli.command_group import MAX_HELP_WIDTH, CommandGroup
from newsarchive.cli.commands import demo, init, serve, users
from newsarchive.cli.commands.collect import coverage, crawl, new_sources, recheck, source_life, sources
from newsarchive.cli.commands.preserve import (
    assign_source,
    backup,
    import_warc,
    maintenance,
    restrict,
    storage,
)
from newsarchive.cli.commands.research import article, changes, cite, evidence, export, search, watches


@click.group(
    cls=CommandGroup,
    context_settings={"max_content_width": MAX_HELP_WIDTH, "help_option_names": ["-h", "--help"]},
)
@click.option(
    "--archive",
    metavar="DIR",
    help="Archive folder. [default: $NEWSARCHIVE_HOME, or the current folder]",
)
@click.version_option(__version__, prog_name="newsarchive")
@click.pass_context
def main(ctx: click.Context, archive: str | None) -> None:
    """Archive sections of news sites as WARC files, and search them.

    To start, run 'newsarchive init DIR', or 'newsarchive demo' to try it out.
    """
    ctx.obj = archive


for command in (
    new_sources.new,
    new_sources.import_,
    source_life.rename,
    source_life.pause,
    source_life.resume,
    source_life.retire,
    source_life.merge,
    assign_source.assign,
):
    sources.sources.add_command(command)
for command in (
    init.init,
    demo.demo,
    sources.sources,
    crawl.crawl,
    crawl.run,
    recheck.recheck,
    maintenance.status,
    coverage.coverage,
    search.search,
    article.show,
    article.diff,
    changes.changes,
    watches.watches,
    cite.cite,
    evidence.evidence,
    evidence.check_evidence,
    export.export,
    serve.serve,
    users.users,
    maintenance.verify,
    maintenance.rebuild,
    import_warc.import_,
    storage.storage,
    backup.backup,
    backup.restore,
    restrict.restrict,
):
    main.add_command(command)
