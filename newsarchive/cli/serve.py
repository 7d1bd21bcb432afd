"""The command `serve`: run the web interface."""

from __future__ import annotations

import click

from newsarchive.cli.common import archive_folder


@click.command()
@click.option("--host", help="Where to listen; default 127.0.0.1, which only this machine reaches.")
@click.option("--port", type=click.IntRange(0, 65535), help="On which port; default 8470.")
def serve(host: str | None, port: int | None) -> None:
    """Show the archive in a web browser.

    Search, articles, their history, pages as captured; a JSON API under /api/. Under /db/ the tables
    can be browsed and queried in SQL if Datasette is installed ('pip install
    newsarchive[datasette]'); if other machines can reach it, only the prepared queries can be run.
    Requests by pages of other sites are rejected; links from them work. Without options, it listens
    where newsarchive.toml says.
    """
    from newsarchive import config
    from newsarchive.web import server as serving

    folder = archive_folder()
    settings = config.load_settings(folder)
    serving.serve(
        folder,
        settings.host if host is None else host,
        settings.port if port is None else port,
        names=settings.names,
        ready=lambda address: click.echo(f"The archive is at {address} until Ctrl-C."),
    )
