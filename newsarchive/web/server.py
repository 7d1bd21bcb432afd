"""Serve the web interface until a signal stops it."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from types import FrameType

import uvicorn

from archive.core import Archive
from archive.errors import ArchiveError
from newsarchive.web.app import create_app
from newsarchive.web.console.access import OFF_MESSAGE
from newsarchive.web.datasette.process import DatasetteProcess
from newsarchive.web.http.connections import uvicorn_limits

SHUTDOWN_SECONDS = 3  # for responses that are being sent when a signal arrives


def serve(
    folder: Path,
    host: str,
    port: int,
    *,
    names: Iterable[str] = (),
    address: str | None = None,
    show_restricted_to: Iterable[str] = (),
    ready: Callable[[str], None] = lambda address: None,
    warn: Callable[[str], None] = lambda sentence: None,
) -> None:
    """Serve the interface on `host` and `port` (0: any free port) until SIGTERM or SIGINT.

    `ready` is called with the address once it can be opened. `names` are the host names of a reverse proxy, `address`
    is where other people reach the interface. If other machines can reach the interface, directly or through a proxy,
    only the prepared queries can be run under /db/, and the console is off unless the archive has accounts: then `warn`
    is called with a sentence about it. `show_restricted_to`: see create_app. Raise ArchiveError if there is no archive
    or the port cannot be opened.
    """
    names = tuple(names)
    Archive.open(folder).close()
    with (
        _listen(host, port) as listener,
        DatasetteProcess(folder, any_sql=_is_local(listener, names)) as datasette,
    ):
        is_local = _is_local(listener, names)
        app = create_app(
            folder,
            hosts=(host, *names),
            address=address,
            show_restricted_to=show_restricted_to,
            datasette=datasette,
            is_local=is_local,
        )
        if not app.state.console.is_usable():
            warn(f"The console is off. {OFF_MESSAGE}")
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            **uvicorn_limits(),
        )
        ready(browser_address(host, listener.getsockname()[1]))
        with _ignore_signals():
            uvicorn.Server(config).run(sockets=[listener])
            if app.state.console.jobs.running():
                warn("Stopping; waiting for crawls that were started in the console to end.")
            app.state.console.jobs.close()


def browser_address(host: str, port: int) -> str:
    """Return the address to open in a browser."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def _is_local(listener: socket.socket, names: Sequence[str]) -> bool:
    """Return whether only this machine can reach the listener, as far as is known: a proxy has a name."""
    return ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback and not names


@contextmanager
def _listen(host: str, port: int) -> Iterator[socket.socket]:
    """Open a listening socket, or raise ArchiveError."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise ArchiveError(f"Cannot listen on “{host}”: this machine has no such address.") from error
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(place)
            listener.listen()
        except OSError as error:
            raise ArchiveError(
                f"Cannot listen on port {port} of {host} ({error.strerror}). "
                "Another program may be using it: choose a different one with --port."
            ) from error
        yield listener


@contextmanager
def _ignore_signals() -> Iterator[None]:
    """Ignore SIGTERM and SIGINT, which uvicorn raises again after they have stopped it."""

    def ignored(number: int, frame: FrameType | None) -> None:
        pass

    previous = {number: signal.signal(number, ignored) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
