"""The command `serve`: run the web interface."""

from __future__ import annotations

import click

from newsarchive.cli.options import PORT, archive_folder


@click.command()
@click.option(
    "--host",
    metavar="ADDRESS",
    help="Address to listen on. [default: 127.0.0.1, for this machine only]",
)
@click.option(
    "--port",
    metavar="PORT",
    type=PORT,
    help="Port to listen on; 0 for any free one. [default: 8470]",
)
def serve(host: str | None, port: int | None) -> None:
    """Start the web interface.

    Search the archive, read articles and their history, and view pages as captured. There is a JSON
    API under /api/. If Datasette is installed ('pip install newsarchive[datasette]'), you can browse
    and query the tables under /db/; if other machines can connect, only the prepared queries can be
    run there.

    In the console under /console/, archivists watch sources, edit their files, and start crawls. It is
    open to everyone on this machine until 'newsarchive users add' has added an account. If other
    machines can connect, it is off until then.

    Requests from pages of other sites are rejected, but links from them work. The address and port
    can also be set in newsarchive.toml. To stop, press Ctrl-C.
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
        address=settings.address,
        show_restricted_to=settings.show_restricted_to,
        ready=lambda address: click.echo(f"Serving the archive at {address}. Press Ctrl-C to stop."),
        warn=lambda sentence: click.echo(sentence, err=True),
    )
