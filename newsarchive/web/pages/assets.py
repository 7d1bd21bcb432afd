"""The style sheet, the icon and the scripts of citations and of the console."""

from __future__ import annotations

from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_TYPES = {
    "style.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "copy.js": "text/javascript; charset=utf-8",
    "progress.js": "text/javascript; charset=utf-8",
}
_ASSETS = {name: files("newsarchive.web.rendering").joinpath("static", name).read_bytes() for name in _TYPES}


def asset(request: Request) -> Response:
    """Serve a static file."""
    name = request.path_params["name"]
    if name not in _ASSETS:
        raise HTTPException(404)
    return Response(_ASSETS[name], headers={"Content-Type": _TYPES[name], "Cache-Control": "no-cache"})
