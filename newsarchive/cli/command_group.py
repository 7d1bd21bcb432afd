"""How a command ends: exceptions become messages on standard error and exit codes."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from typing import Any

import click

from archive.errors import ArchiveBusy, ArchiveError, DamagedRecord, NotFound, Unwritable
from newsarchive.cli.options import PROGRAM_OPTIONS
from newsarchive.cli.output.streams import OutputError, discard_output, replace_streams
from newsarchive.cli.output.terminal import MIN_WIDTH, safe, say

# The command ran correctly and its answer is negative; every other error means that the command or a file is wrong.
_NEGATIVE_RESULTS = (NotFound, DamagedRecord, ArchiveBusy)
NARROW = 50  # columns; help on narrower terminals is laid out differently
MAX_HELP_WIDTH = 100
DEBUG_VARIABLE = "NEWSARCHIVE_DEBUG"
# A program that reads their output may close the pipe early, as 'head' does: that is not an error.
_READ_ONLY_COMMANDS = frozenset({"search", "show", "diff", "changes", "export", "status", "sources"})


class CommandError(click.ClickException):
    """An error in the command or in a file; each line of its message is a sentence for the user."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print each error on a line of its own."""
        for line in self.message.splitlines():
            say(f"Error: {line}", hanging=2, err=True)


class NegativeResult(CommandError):
    """A negative result of a command that ran correctly, such as "not found"."""

    exit_code = 1


class _HelpFormatter(click.HelpFormatter):
    """Help for terminals narrower than 50 columns, too, which Click's own formatter does not support."""

    def write_dl(self, rows: Any, col_max: int = 30, col_spacing: int = 2) -> None:
        """Write options and their descriptions; on a narrow terminal, long options are on a line of their own."""
        super().write_dl(rows, col_max if self.width > NARROW else NARROW // 4, col_spacing)


class _HelpContext(click.Context):
    formatter_class = _HelpFormatter


class CommandGroup(click.Group):
    """The commands; an exception of a command becomes a message on standard error and an exit code."""

    context_class = _HelpContext

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command, whose help will fit the terminal, with its own commands."""
        for one in (cmd, *getattr(cmd, "commands", {}).values()):
            one.context_class = _HelpContext
        super().add_command(cmd, name)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program; exit with code 2 if its output could not be written completely."""
        replace_streams()
        columns = shutil.get_terminal_size().columns
        kwargs.setdefault("terminal_width", max(MIN_WIDTH, min(columns, MAX_HELP_WIDTH) - 2))
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
            if error.errno != errno.EPIPE:  # a reader that closes the pipe has seen enough
                click.echo(f"Error: {safe(str(error))}", err=True)
                code = 2
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and turn its exceptions into messages and exit codes."""
        for stream in (sys.stdout, sys.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="replace")  # a terminal that cannot show a letter shows a question mark
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
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
        except click.NoSuchOption as error:
            if error.option_name in PROGRAM_OPTIONS:
                message = f"{error.message} It goes before the command: 'newsarchive {error.option_name} …'."
                raise click.NoSuchOption(error.option_name, message, ctx=error.ctx) from None
            raise
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if os.environ.get(DEBUG_VARIABLE):
                raise
            raise CommandError(
                f"{type(error).__name__}: {' '.join(str(error).split())}. This is a bug in newsarchive. "
                f"Please report it, with the output of the same command when {DEBUG_VARIABLE}=1 is set."
            ) from error


def exit_unless(is_ok: bool) -> None:
    """Exit with code 1 unless `is_ok`."""
    if not is_ok:
        raise click.exceptions.Exit(1)


def _os_error_message(error: OSError) -> str:
    """Return an operating system error as a sentence that names the file."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        return str(Unwritable.from_os_error(error, "The archive"))
    return f"{f'{error.filename}: ' if error.filename else ''}{error.strerror or error}."
