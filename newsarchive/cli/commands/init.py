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


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--contact",
    metavar="ADDRESS",
    help="Your e-mail or web address, sent with every request so that operators can reach you.",
)
def init(folder: Path, contact: str | None) -> None:
    """Create an archive in DIR.

    DIR is the current folder by default. Existing files are not changed.
    """
    from archive import paths
    from archive.core import Archive
    from newsarchive.cli.output.terminal import safe
    from newsarchive.config import settings_template

    settings = folder / paths.SETTINGS
    was_there = settings.exists()
    text = settings_template(contact)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = (
            "no folders can be created there" if error.errno == errno.ENOENT else write_failure_reason(error)
        )
        raise Unwritable(
            f"Could not create the folder {folder}: {why}. Choose a folder that you can write to."
        ) from error
    if not was_there:
        _write_file(settings, text)
    if not (folder / "scrapy.cfg").exists():
        _write_file(folder / "scrapy.cfg", SCRAPY_CFG)
    Archive.create(folder).close()
    where = safe(os.fspath(folder))
    if was_there:
        click.echo(f"{where} is already an archive. Nothing was overwritten.")
        return
    is_here = folder.resolve() == Path.cwd().resolve()
    task = "Set 'contact' in" if contact is None else "Check the settings in"
    click.echo(f"Created an archive in {where}. Next steps:\n")
    click.echo(f"  1. {task} {safe(str(settings))}.")
    click.echo("  2. Set up a source from the address of a site, which writes its source file:\n")
    if not is_here:
        click.echo(f"    cd {where}")
    click.echo("    newsarchive sources new https://news.example/ --name example\n")
    click.echo("  3. Test what a crawl would find with it:\n")
    click.echo("    newsarchive sources check example\n")
    click.echo("  4. Crawl it, and open the archive in a browser:\n")
    click.echo("    newsarchive crawl example\n    newsarchive serve")


def _write_file(file: Path, text: str) -> None:
    """Write a file completely or not at all, so that a repeated `init` writes it again."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        file.unlink(missing_ok=True)
        raise Unwritable.from_os_error(error, file) from error
