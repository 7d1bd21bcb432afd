"""The commands of `watches`: saved searches that notify."""

from __future__ import annotations

import click

from archive.values.plurals import counted
from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.options import archive_folder, json_option
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.labels import CHANGE_LABELS
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import say


@click.group()
def watches() -> None:
    """Show and check the saved searches, which notify of new articles and changes.

    They are described in watches.toml and checked after each crawl.
    """


@watches.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the saved searches and the channels of their notices."""
    from newsarchive.config import WATCHES, load_settings, load_watches
    from newsarchive.notices import notifications
    from newsarchive.notices.watches import filters_of

    folder = archive_folder()
    settings = load_settings(folder).notifications
    found = [(watch, filters_of(watch)) for watch in load_watches(folder)]
    waiting = notifications.waiting(folder)
    if as_json:
        listed = [
            {
                "name": watch.name,
                "query": watch.query,
                "source": watch.source,
                "section": watch.section,
                "kinds": list(filters.kinds),
                "grades": list(filters.grades),
            }
            for watch, filters in found
        ]
        print_json({"watches": listed, "channels": list(settings.channels), "waiting": waiting})
        return
    if not found:
        say(f"No saved searches yet. Describe one in {folder / WATCHES}.")
        return
    rows = [
        (watch.name, watch.query, watch.source or "", watch.section or "", ", ".join(filters.kinds))
        for watch, filters in found
    ]
    print_table(("NAME", "QUERY", "SOURCE", "SECTION", "KINDS"), rows, wraps="QUERY")
    say()
    nowhere = "this terminal only (see [notifications] in newsarchive.toml)"
    say(f"Notices go to: {', '.join(settings.channels) or nowhere}.")
    if waiting:
        say((f"{counted(waiting, 'notice')} could not be delivered yet.", "alarm"))


@watches.command()
@json_option
def check(as_json: bool) -> None:
    """Check the saved searches now, and deliver the notices that wait.

    What was found before is not found again. The exit code is 1 if a notice could not be delivered.
    """
    from newsarchive.notices.watches import check_watches

    checked = check_watches(archive_folder())
    if as_json:
        print_json(
            {
                "found": [{"watch": name, "change": change.as_dict()} for name, change in checked.found],
                "delivered": checked.delivery.delivered,
                "waiting": checked.delivery.waiting,
                "errors": list(checked.delivery.errors),
            }
        )
    else:
        for name, change in checked.found:
            graded = f" ({change.grade})" if change.grade else ""
            say((f"{name}: ", "bold"), f"{CHANGE_LABELS[change.kind]}{graded}: {change.title}", hanging=2)
            say((f"{change.article_id}  {change.url}", "dim"), indent=2)
        if not checked.found:
            say("Nothing new.")
    for error in checked.delivery.errors:
        say((error, "alarm"), err=True)
    exit_unless(not checked.delivery.errors)
