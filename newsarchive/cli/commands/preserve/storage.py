"""The command `storage`: the disk space of an archive."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.options import archive_folder, json_option
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import say

if TYPE_CHECKING:
    from newsarchive.storage import StorageReport


@click.command()
@json_option
def storage(as_json: bool) -> None:
    """Show how much disk space the archive uses.

    The size of the WARC files by source, of the index and of the rest; how much the archive has grown
    each day over the last 30 days; the free space of the disk, and when it is full at that rate.

    The exit code is 1 if less is free than the limits in [storage] of newsarchive.toml.
    """
    from newsarchive.storage import storage_report

    report = storage_report(archive_folder(), datetime.now(UTC))
    if as_json:
        print_json(report.as_dict())
    else:
        _print_report(report)
    exit_unless(report.alarm is None)


def _print_report(report: StorageReport) -> None:
    from archive.storage.sizes import size_text
    from archive.storage.usage import GROWTH_DAYS
    from newsarchive.storage import full_in

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
