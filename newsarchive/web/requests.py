"""Read requests: open the archive, get the raw address, parse and validate parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

from starlette.requests import Request

from archive.core import Archive
from archive.errors import BadQuery, NotFound
from archive.index.db.connection import time_limit

SECONDS = 20  # one request may ask the index for; over a million articles the slowest search takes a few
MAX_QUERY_LENGTH = 1000  # letters
MAX_ID = 2**63 - 1  # SQLite's


@contextmanager
def open_archive(request: Request) -> Iterator[Archive]:
    """Open the archive for this request and its thread; queries raise TooSlow after SECONDS."""
    folder: Path = request.app.state.folder
    with Archive.open(folder) as archive, time_limit(archive.connection, SECONDS):
        yield archive


def raw_target(request: Request, root: str) -> str:
    """Return the part of the address after `root` as it was sent: not decoded, including the query."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope.get("query_string", b"")
    sent = path + (b"?" + query if query else b"")
    return sent.decode("utf-8", "replace").removeprefix(root)


def server_origin(request: Request) -> str:
    """Return scheme and host of this server, as addressed by the client."""
    return f"{request.url.scheme}://{request.url.netloc}"


def reject_unknown_parameters(request: Request, known: Iterable[str]) -> None:
    """Raise BadQuery if the request has a parameter that is not in `known`."""
    names = list(known)
    for name in request.query_params:
        if name not in names:
            near = get_close_matches(name.lower(), names, n=1)
            what_can = f"the nearest that can is “{near[0]}”." if near else f"what can: {', '.join(names)}."
            raise BadQuery(f"“{name[:40]}” cannot be asked here; {what_can}")


def text_parameter(request: Request, name: str) -> str:
    """Return a parameter, stripped; empty if it is absent. Raises BadQuery if it is too long."""
    given = request.query_params.get(name, "").replace("\x00", " ").strip()
    if len(given) > MAX_QUERY_LENGTH:
        raise BadQuery(f"“{name}” is longer than {MAX_QUERY_LENGTH} letters.")
    return given


def number_parameter(request: Request, name: str, default: int, most: int) -> int:
    """Return a numeric parameter, or `default` if absent; raise BadQuery if it is not a number from 1 to `most`."""
    given = text_parameter(request, name)
    if not given:
        return default
    if not given.isdecimal() or not given.isascii() or not 1 <= int(given[:12]) <= most:
        raise BadQuery(f"“{name}” is a number from 1 to {most}.")
    return int(given)


def parse_id(value: str) -> int:
    """Return the number of an article or version in a path, or raise NotFound if it is not a number."""
    if not value.isdecimal() or not value.isascii() or len(value) > 19 or int(value) > MAX_ID:
        raise NotFound(f"“{value[:40]}” is not a number of anything here.")
    return int(value)
