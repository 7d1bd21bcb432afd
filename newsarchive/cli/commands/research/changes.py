"""The command `changes`: what outlets edited, removed, moved and brought back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.values.plurals import counted
from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.options import POSITIVE, json_option, open_archive
from newsarchive.cli.output.labels import CHANGE_LABELS
from newsarchive.cli.output.terminal import Style, say

if TYPE_CHECKING:
    from archive.core import Archive
    from archive.index.lookup.changes import ArticleChange

_KINDS = ("edit", "removal", "move", "return", "unavailable", "new")
_GRADES = ("noise", "typo", "wording", "fact")
FEED_ENTRIES = 100


@click.command()
@click.option("--since", metavar="MOMENT", help="First day or moment (UTC without an offset).")
@click.option(
    "--until", metavar="MOMENT", help="Last day (included), or the moment before which changes were seen."
)
@click.option("--source", metavar="NAME", help="Filter by source (its file name).")
@click.option("--section", metavar="NAME", help="Filter by section, as printed or named in the source file.")
@click.option(
    "--kind",
    metavar="KIND",
    multiple=True,
    type=click.Choice(_KINDS),
    help=f"Filter by kind: {', '.join(_KINDS)}; repeatable. [default: the first four]",
)
@click.option(
    "--grade",
    metavar="GRADE",
    multiple=True,
    type=click.Choice(_GRADES),
    help=f"Only edits of this grade: {', '.join(_GRADES)}; repeatable. [default: all but noise]",
)
@click.option("--query", metavar="QUERY", help="Only articles that match, in the version before or after.")
@click.option("--limit", metavar="N", type=POSITIVE, help="Show only the newest N. [default: all]")
@click.option(
    "--atom",
    "feed_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"Write an Atom feed of the newest {FEED_ENTRIES} (or --limit) to a file.",
)
@json_option
def changes(limit: int | None, feed_file: Path | None, as_json: bool, **stated: Any) -> None:
    """List edits, removals, moves and returns in the order seen.

    Edits are graded: typo (spelling), wording (other words), fact (a number, a name, a quotation, the
    headline, the authors or the time of publication changed), and noise, which is not listed. A return
    is an article back at its address after it was removed or moved. With --json, one object is printed
    on each line. The exit code is 1 if there is no change.
    """
    with open_archive() as archive:
        if feed_file is not None:
            _write_feed(archive, feed_file, limit or FEED_ENTRIES, stated)
            return
        found = 0
        for one in _in_order(archive, limit, stated):
            found += 1
            if as_json:
                from newsarchive.cli.output.json import print_json_line

                print_json_line(one.as_dict())
            else:
                _print_change(one)
    if not found and not as_json:
        say("No changes.", err=True)
    exit_unless(bool(found))


def _in_order(archive: Archive, limit: int | None, stated: dict[str, Any]) -> Iterable[ArticleChange]:
    """Return the changes, the earliest first; with a limit, the newest of them."""
    if limit is None:
        return archive.changes(**stated)
    return reversed(list(archive.changes(newest_first=True, limit=limit, **stated)))


def _write_feed(archive: Archive, path: Path, limit: int, stated: dict[str, Any]) -> None:
    from datetime import UTC, datetime

    from archive.errors import ArchiveError
    from archive.index.lookup.changes import ChangeFilters
    from newsarchive.notices import change_feed

    found = list(archive.changes(newest_first=True, limit=limit, **stated))
    made = change_feed.feed(
        found,
        title="Changes of articles" + (f" of {stated['source']}" if stated["source"] else ""),
        key=ChangeFilters.of(**stated).key,
        now=datetime.now(UTC),
        link=lambda one: one.url,
    )
    try:
        path.write_bytes(made)
    except OSError as error:
        raise ArchiveError(f"{path} could not be written: {error.strerror}.") from error
    say(f"{counted(len(found), 'change')} written to {path}.", err=True)
    exit_unless(bool(found))


def _print_change(one: ArticleChange) -> None:
    label = CHANGE_LABELS[one.kind]
    graded = f", {one.grade}" if one.grade else ""
    facts = f": {', '.join(one.facts)}" if one.facts else ""
    where = " · ".join(part for part in (one.source, one.section) if part)
    say((f"{one.at:%Y-%m-%d %H:%M:%S} UTC  {where}  ", "dim"), (f"{label}{graded}{facts}", "alarm"))
    say((one.title, "bold"), indent=2)
    if one.title_was is not None and one.title_was != one.title:
        say(("before: ", "dim"), one.title_was, indent=2, hanging=8)
    pieces: tuple[tuple[str, Sequence[str], Style], ...] = (
        ("- ", one.taken, "deleted"),
        ("+ ", one.given, "inserted"),
    )
    for sign, texts, style in pieces:
        for text in texts:
            say((f"{sign}{text}", style), indent=2, hanging=2)
    if one.gone_since is not None:
        say(f"404 or 410 first {one.gone_since:%Y-%m-%d %H:%M:%S} UTC", indent=2)
    elif one.reason is not None:
        say(one.reason, indent=2)
    if one.moved_to is not None:
        say(f"redirects to {one.moved_to}", indent=2)
    say((f"{one.article_id}  {one.url}", "dim"), indent=2)
    say()
