"""The command `cite`: print the citation of an article."""

from __future__ import annotations

import click

from archive.citations.formats import CITATION_FORMATS, format_citation
from archive.citations.words import LANGUAGES
from archive.urls import parse_base
from newsarchive.cli.options import POSITIVE, ParsedParam, archive_folder, open_archive
from newsarchive.cli.output.terminal import say


@click.command()
@click.argument("key", metavar="URL-or-ID")
@click.option(
    "--format",
    "form",
    metavar="FORMAT",
    type=click.Choice(CITATION_FORMATS),
    default="text",
    show_default=True,
    help=f"Format: {', '.join(CITATION_FORMATS)}.",
)
@click.option(
    "--lang",
    "language",
    metavar="CODE",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help=f"Language of the text, or of the Wikipedia: {', '.join(LANGUAGES)}.",
)
@click.option(
    "--version",
    "number",
    metavar="N",
    type=POSITIVE,
    help="Version to cite. [default: the latest]",
)
@click.option(
    "--base",
    metavar="URL",
    type=ParsedParam("URL", parse_base),
    help="Address of the archive's web interface, for the snapshot. [default: serve.address in newsarchive.toml]",
)
def cite(key: str, form: str, language: str, number: int | None, base: str | None) -> None:
    """Print the citation of an article.

    It states the authors, headline, outlet, printed time and URL, when the page was captured, the
    snapshot in this archive, and the WARC record with its digest. RIS, CSL-JSON and BibTeX are for
    Zotero and other reference managers; wikipedia is {{cite news}} in English, and {{Cite web}} in
    Russian and Ukrainian.

    The snapshot is only named if the address of the web interface is known.
    """
    from newsarchive.config import load_settings

    base = base or load_settings(archive_folder()).address
    with open_archive() as archive:
        cited = archive.citation(key, number, base=base)
    click.echo(format_citation(cited, form, language), nl=False)
    if base is None:
        say("No snapshot is named: set serve.address in newsarchive.toml, or use --base URL.", err=True)
