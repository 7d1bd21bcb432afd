"""The command `storage`: the disk space of an archive."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.options import WholeNumber, archive_folder, json_option
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.labels import counted
from newsarchive.cli.output.progress import progress_bars
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import say

if TYPE_CHECKING:
    from newsarchive.monitoring.storage import StorageReport


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def storage(ctx: click.Context, as_json: bool) -> None:
    """Show how much disk space the archive uses.

    The size of the WARC files by source, of the index and of the rest; how much the archive has grown
    each day over the last 30 days; the free space of the disk, and when it is full at that rate.

    The exit code is 1 if less is free than the limits in [storage] of newsarchive.toml.
    """
    from newsarchive.monitoring.storage import storage_report

    if ctx.invoked_subcommand is not None:
        return
    report = storage_report(archive_folder(), datetime.now(UTC))
    if as_json:
        print_json(report.as_dict())
    else:
        _print_report(report)
    exit_unless(report.alarm is None)


@storage.command("move")
@click.argument("destination", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--days",
    metavar="N",
    type=WholeNumber("N", 0, 36500),
    default=1,
    show_default=True,
    help="Move only files that were begun at least N days ago.",
)
@json_option
def move(destination: Path, days: int, as_json: bool) -> None:
    """Move WARC files to DIR, on another disk.

    Complete files are moved, each after its copy has been compared with its manifest. moved.json in the
    archive says where each file is; in warc/ a link takes its place, so that the archive is searched,
    shown, verified and rebuilt as before, as long as DIR is there.

    The exit code is 1 if a file is not as its manifest lists it; it stays where it is.
    """
    from archive.core import Archive
    from archive.storage.sizes import size_text

    with Archive.open(archive_folder()) as archive, progress_bars("Moving") as (on_bytes,):
        result = archive.move_warc_files(destination, on_bytes, days=days)
    if as_json:
        print_json(
            {
                "moved_files": result.copied,
                "moved_bytes": result.copied_bytes,
                "files_elsewhere": result.files,
                "problems": result.problems,
            }
        )
    else:
        for problem in result.problems:
            say((problem, "alarm"), hanging=2)
        say(
            f"Moved {counted(result.copied, 'WARC file')} ({size_text(result.copied_bytes)}) to {destination}. "
            f"{counted(result.files, 'file')} of the archive are in other folders now.",
            hanging=2,
        )
    exit_unless(not result.problems)


def _print_report(report: StorageReport) -> None:
    from archive.storage.sizes import size_text
    from archive.storage.usage import GROWTH_DAYS
    from newsarchive.monitoring.storage import full_in

    usage = report.usage
    rows = [
        (
            f"WARC files of {one.source}" if one.source else "WARC files of no source",
            str(one.files),
            one.bytes,
        )
        for one in usage.warc
    ]
    rows += [
        ("index (archive.db)", "", usage.index_bytes),
        ("everything else", "", usage.other_bytes),
        ("total", "", usage.total_bytes),
    ]
    if usage.moved_bytes:
        rows.append(("… of this, WARC files in other folders", "", usage.moved_bytes))
    print_table(
        ("WHAT", "FILES", "SIZE"),
        [(what, files, size_text(size)) for what, files, size in rows],
        numbers=("FILES", "SIZE"),
        wraps="WHAT",
    )
    say()
    say(f"Growth over the last {GROWTH_DAYS} days: {size_text(usage.growth_per_day)} a day.", hanging=2)
    ends = f"; at that rate it is {full_in(usage.days_left)}" if usage.days_left is not None else ""
    say(f"The disk has {size_text(usage.free_bytes)} of {size_text(usage.disk_bytes)} free{ends}.", hanging=2)
    if report.alarm is not None:
        say((report.alarm, "alarm"), hanging=2)
