"""The command line: one module for each kind of command, and the handling of all errors."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any

import click

from archive.errors import ArchiveBusy, ArchiveError, DamagedRecord, NotFound, Unwritable
from newsarchive import __version__
from newsarchive.cli import (
    article,
    crawl,
    demo,
    export,
    import_warc,
    init,
    maintenance,
    search,
    serve,
    sources,
)
from newsarchive.cli.output import OutputError, discard_output, replace_streams
from newsarchive.cli.terminal import safe

# What went as it should and found something; every other error means that the command or a file is wrong.
_NEGATIVE_RESULTS = (NotFound, DamagedRecord, ArchiveBusy)
DEBUG_VARIABLE = "NEWSARCHIVE_DEBUG"
# Who reads their answer may have seen enough of it: that is no error.
_READ_ONLY_COMMANDS = frozenset({"search", "show", "diff", "export", "status", "sources"})


class CommandError(click.ClickException):
    """An error in the command or in a file; each line of its message is a sentence for the user."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print each error on a line of its own."""
        for line in self.message.splitlines():
            click.echo(f"Error: {safe(line)}", err=True)


class NegativeResult(CommandError):
    """A negative result of a command that ran correctly, such as "not found"."""

    exit_code = 1


class CommandGroup(click.Group):
    """The commands; an exception of a command becomes a message on standard error and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program; exit with code 2 if its output could not be written completely."""
        replace_streams()
        if not kwargs.get("standalone_mode", True):
            return super().main(*args, **kwargs)
        code: Any = 0
        try:
            try:
                super().main(*args, **kwargs)
            except SystemExit as end:
                code = end.code
            sys.stdout.flush()
        except OutputError as error:
            discard_output()
            if error.errno != errno.EPIPE:  # who read the output had seen enough of it: that is no error
                click.echo(f"Error: {safe(str(error))}", err=True)
                code = 2
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and turn its exceptions into messages and exit codes."""
        for stream in (sys.stdout, sys.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="replace")  # a terminal that cannot show a letter shows a question mark
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
            return done
        except OutputError as error:
            discard_output()
            if error.errno != errno.EPIPE:
                raise CommandError(str(error)) from error
            raise click.exceptions.Exit(0 if ctx.invoked_subcommand in _READ_ONLY_COMMANDS else 1) from error
        except ArchiveError as error:
            raise (NegativeResult if isinstance(error, _NEGATIVE_RESULTS) else CommandError)(
                str(error)
            ) from error
        except OSError as error:
            raise CommandError(_os_error_message(error)) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if os.environ.get(DEBUG_VARIABLE):
                raise
            raise CommandError(
                f"{type(error).__name__}: {' '.join(str(error).split())}. This is a fault of newsarchive: "
                f"please report it with what the same command prints when {DEBUG_VARIABLE}=1 is set."
            ) from error


def _os_error_message(error: OSError) -> str:
    """Return an operating system error as a sentence that names the file."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        return str(Unwritable.from_os_error(error, "The archive"))
    return f"{f'{error.filename}: ' if error.filename else ''}{error.strerror or error}."


@click.group(cls=CommandGroup, context_settings={"max_content_width": 100})
@click.option(
    "--archive",
    metavar="DIR",
    help="The archive's folder; without it NEWSARCHIVE_HOME, else the folder one stands in.",
)
@click.version_option(__version__, prog_name="newsarchive")
@click.pass_context
def main(ctx: click.Context, archive: str | None) -> None:
    """Archive sections of news sites as WARC files, and search what they said and when.

    Start with 'newsarchive init DIR', or try it with 'newsarchive demo'.
    """
    ctx.obj = archive


for command in (
    init.init,
    demo.demo,
    sources.sources,
    crawl.crawl,
    crawl.run,
    maintenance.status,
    search.search,
    article.show,
    article.diff,
    export.export,
    serve.serve,
    maintenance.verify,
    maintenance.rebuild,
    import_warc.import_,
):
    main.add_command(command)
