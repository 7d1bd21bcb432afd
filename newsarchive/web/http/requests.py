"""Read requests: the archive, the raw address, and validated parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

from starlette.requests import Request

from archive.core import Archive
from archive.errors import BadQuery, NotFound
from archive.index.db.connection import time_limit

SECONDS = 20  # for the queries of one request; with a million articles the slowest search takes a few
MAX_QUERY_LENGTH = 1000  # characters
MAX_ID = 2**63 - 1  # the largest integer in SQLite


@contextmanager
def open_archive(request: Request) -> Iterator[Archive]:
    """Open the archive for this request and its thread; queries raise TooSlow after SECONDS.

    Restricted articles are hidden from every query of its connection, unless the role of the visitor's account, in
    `request.state.role`, is one that the settings name.
    """
    folder: Path = request.app.state.folder
    with Archive.open(folder) as archive, time_limit(archive.connection, SECONDS):
        if getattr(request.state, "role", None) not in request.app.state.show_restricted_to:
            archive.hide_restricted()
        yield archive


def raw_target(request: Request, root: str) -> str:
    """Return the part of the address after `root` as sent: not decoded, with its query string."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope.get("query_string", b"")
    sent = path + (b"?" + query if query else b"")
    return sent.decode("utf-8", "replace").removeprefix(root)


def server_origin(request: Request) -> str:
    """Return scheme and host of this server, as addressed by the client."""
    return f"{request.url.scheme}://{request.url.netloc}"


def public_address(request: Request) -> str:
    """Return the address of this server for people elsewhere: as set, or as addressed by the client."""
    return request.app.state.address or server_origin(request)


def reject_unknown_parameters(request: Request, known: Iterable[str]) -> None:
    """Raise BadQuery if the request has a parameter that is not in `known`."""
    names = list(known)
    for name in request.query_params:
        if name not in names:
            near = get_close_matches(name.lower(), names, n=1)
            hint = (
                f"Did you mean “{near[0]}”?" if near else f"Known parameters: {', '.join(names) or 'none'}."
            )
            raise BadQuery(f"Unknown parameter “{name[:40]}”. {hint}")


def text_parameter(request: Request, name: str) -> str:
    """Return a parameter, stripped; empty if it is absent. Raise BadQuery if it is too long."""
    value = request.query_params.get(name, "").replace("\x00", " ").strip()
    if len(value) > MAX_QUERY_LENGTH:
        raise BadQuery(f"“{name}” is longer than {MAX_QUERY_LENGTH} characters.")
    return value


def number_parameter(request: Request, name: str, default: int, most: int) -> int:
    """Return a numeric parameter, or `default` if absent; raise BadQuery if it is not a number from 1 to `most`."""
    value = text_parameter(request, name)
    if not value:
        return default
    if not value.isdecimal() or not value.isascii() or not 1 <= int(value[:12]) <= most:
        raise BadQuery(f"“{name}” must be a whole number from 1 to {most}.")
    return int(value)


def parse_id(value: str) -> int:
    """Return the article or version number in a path, or raise NotFound if it is not a number."""
    if not value.isdecimal() or not value.isascii() or len(value) > 19 or int(value) > MAX_ID:
        raise NotFound(f"“{value[:40]}” is not the number of an article or version.")
    return int(value)
