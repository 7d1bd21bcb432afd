"""The commands of `sources` about a source's life: rename, pause, resume, retire, merge."""

from __future__ import annotations

import click

from newsarchive.cli.commands.preserve.maintenance import rebuild
from newsarchive.cli.options import archive_folder
from newsarchive.cli.output.terminal import say

_why_option = click.option("--why", metavar="TEXT", help="The reason, kept with the date.")


@click.command()
@click.argument("old")
@click.argument("new")
def rename(old: str, new: str) -> None:
    """Rename source OLD to NEW.

    Its file, its page templates and everything in the index get the new name. WARC files are never changed: the
    rename is kept in sources/changes.jsonl, so that a rebuilt index has the new name too. If it is interrupted,
    repeat it.
    """
    from newsarchive.sources import life as source_life

    source_life.rename(archive_folder(), old, new)
    say(f"{old} is now {new}.")


@click.command()
@click.argument("name")
@_why_option
def pause(name: str, why: str | None) -> None:
    """Stop crawling source NAME for now.

    'newsarchive run' no longer crawls it, and 'newsarchive crawl' refuses to, until it is resumed. What was
    archived can be searched as before.
    """
    from newsarchive.sources import life as source_life

    source_life.change_state(archive_folder(), name, "paused", why)
    say(f"{name} is paused. To crawl it again, run 'newsarchive sources resume {name}'.")


@click.command()
@click.argument("name")
def resume(name: str) -> None:
    """Crawl source NAME again, after it was paused or retired."""
    from newsarchive.sources import life as source_life

    before = source_life.change_state(archive_folder(), name, "resumed")
    say(f"{name} was {before} and is crawled again.")


@click.command()
@click.argument("name")
@_why_option
def retire(name: str, why: str | None) -> None:
    """Stop crawling source NAME for good.

    For an outlet that no longer exists. What was archived can be searched as before, and its file may be deleted.
    """
    from newsarchive.sources import life as source_life

    source_life.change_state(archive_folder(), name, "retired", why)
    say(f"{name} is retired. What was archived stays searchable.")


@click.command()
@click.argument("source")
@click.argument("into")
@click.pass_context
def merge(ctx: click.Context, source: str, into: str) -> None:
    """Make everything of SOURCE part of source INTO.

    For one outlet that was crawled as two sources. The file of SOURCE is set aside as SOURCE.toml.merged: copy
    the sections, feeds and sitemaps that INTO should crawl from it. Then the index is rebuilt, because copies are
    found between sources. The merge is kept in sources/changes.jsonl.
    """
    from newsarchive.sources import life as source_life

    source_life.merge(archive_folder(), source, into)
    say(f"{source} is now part of {into}. The index is rebuilt.", err=True)
    ctx.invoke(rebuild)
