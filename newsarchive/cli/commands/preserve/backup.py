"""The commands `backup` and `restore`: a copy of the archive elsewhere, and an archive from such a copy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.options import archive_folder, json_option
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.labels import counted
from newsarchive.cli.output.progress import progress_bars
from newsarchive.cli.output.terminal import say

if TYPE_CHECKING:
    from archive.storage.backup import BackupResult

FOLDER: click.Path = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("destination", metavar="DIR", type=FOLDER)
@click.option("--check", is_flag=True, help="Copy nothing: read the backup in DIR and check each file.")
@json_option
def backup(destination: Path, check: bool, as_json: bool) -> None:
    """Back up the archive to DIR.

    DIR is a folder on another disk, empty or with an earlier backup. WARC files and manifests that it
    has already are not copied again. Crawls may run: files and index are copied as of one moment.
    state/ (the queue and the logs) is not copied.

    --check compares every file in DIR with its checksum and its manifest. The exit code is 1 if a file
    of the archive or of the backup is missing or damaged; a damaged file never replaces a good copy.
    """
    from archive.core import Archive

    if check:
        with progress_bars("Checking the backup") as (on_bytes,):
            result = Archive.check_backup(destination, on_bytes)
        _print_result(result, as_json, f"Checked {_content(result)} in {os.fspath(destination)}")
        return
    with (
        Archive.open(archive_folder()) as archive,
        progress_bars("Copying the index", "Copying the files") as (on_index, on_bytes),
    ):
        result = archive.back_up(destination, on_bytes, indexing=on_index)
    _print_result(
        result, as_json, f"Copied {_copied(result)} to {os.fspath(destination)}, {_content(result)}"
    )


@click.command()
@click.argument("source", metavar="BACKUP", type=FOLDER)
@click.argument("folder", metavar="DIR", type=FOLDER)
@json_option
def restore(source: Path, folder: Path, as_json: bool) -> None:
    """Restore an archive from BACKUP into DIR.

    DIR must be empty or missing: nothing is overwritten. Each file is compared with its checksum; one
    that does not match is not restored, and the exit code is 1. Then run 'newsarchive verify' in DIR.
    """
    from archive.core import Archive

    with progress_bars("Restoring") as (on_bytes,):
        result = Archive.restore(source, folder, on_bytes)
    _print_result(result, as_json, f"Restored {_copied(result)} to {os.fspath(folder)}")


def _print_result(result: BackupResult, as_json: bool, done: str) -> None:
    if as_json:
        print_json(
            {
                "files": result.files,
                "bytes": result.bytes,
                "copied_files": result.copied,
                "copied_bytes": result.copied_bytes,
                "problems": result.problems,
            }
        )
    else:
        for problem in result.problems:
            say((problem, "alarm"), hanging=2)
        found = counted(len(result.problems), "problem") if result.problems else "no problems"
        say(f"{done}: {found}.", hanging=2)
    exit_unless(not result.problems)


def _copied(result: BackupResult) -> str:
    from archive.storage.sizes import size_text

    return f"{counted(result.copied, 'file')} ({size_text(result.copied_bytes)})"


def _content(result: BackupResult) -> str:
    from archive.storage.sizes import size_text

    return f"{counted(result.files, 'file')} of {size_text(result.bytes)}"
