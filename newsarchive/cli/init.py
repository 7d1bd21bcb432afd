"""The command `init`: create an archive."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import click

from archive.errors import Unwritable, write_failure_reason

SCRAPY_CFG = """\
# Lets Scrapy's own commands ('scrapy list', 'scrapy crawl NAME') work in this folder.
[settings]
default = newsarchive.settings
"""

EXAMPLE_SOURCE = """\
    title = "News of Example"
    timezone = "Europe/Kyiv"

    [[sections]]
    name = "World"
    url = "https://news.example/world/"
"""


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--contact", metavar="ADDRESS", help="Where the people whose sites are visited can write to.")
def init(folder: Path, contact: str | None) -> None:
    """Create an archive.

    In DIR, by default the current folder. Existing files are not changed.
    """
    from archive import paths
    from archive.core import Archive
    from newsarchive.cli.terminal import safe
    from newsarchive.config import settings_template

    settings = folder / paths.SETTINGS
    was_there = settings.exists()
    text = settings_template(contact)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = "no folder can be made there" if error.errno == errno.ENOENT else write_failure_reason(error)
        raise Unwritable(
            f"{folder} cannot be an archive: {why}. Name a folder that you may write to."
        ) from error
    if not was_there:
        _write_file(settings, text)
    if not (folder / "scrapy.cfg").exists():
        _write_file(folder / "scrapy.cfg", SCRAPY_CFG)
    Archive.create(folder).close()
    where = safe(os.fspath(folder))
    if was_there:
        click.echo(f"{where} is an archive already; nothing in it was overwritten.")
        return
    stand = "" if folder.resolve() == Path.cwd().resolve() else f"cd {where}, "
    click.echo(f"{where} is now an archive. What to do next:\n")
    if contact is None:
        click.echo(f"  1. Put your address into {safe(str(settings))}, as contact.")
    else:
        click.echo(f"  1. Look over the settings in {safe(str(settings))}.")
    click.echo(
        f"  2. Describe a site in {safe(str(folder / paths.SOURCES / 'example.toml'))}:\n\n{EXAMPLE_SOURCE}"
    )
    click.echo(f"  3. {stand}then try it with 'newsarchive sources check example'.")
    click.echo("  4. Crawl it with 'newsarchive crawl example', and look with 'newsarchive serve'.")


def _write_file(file: Path, text: str) -> None:
    """Write a file completely or not at all, so that a repeated `init` writes it again."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        file.unlink(missing_ok=True)
        raise Unwritable.from_os_error(error, file) from error
