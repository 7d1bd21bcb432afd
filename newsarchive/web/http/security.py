"""Security of all responses: which requests are allowed, and what browsers may do with the content."""

from __future__ import annotations

import re
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from newsarchive.web.http.origins import OPAQUE_ORIGIN, crossing, is_closed_to_links, is_open_to_other_sites
from newsarchive.web.rendering.templating import render_page

OWN_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SAME_ORIGIN_ONLY = {"Cross-Origin-Resource-Policy": "same-origin"}  # pages of other sites cannot load it
OWN_HEADERS = {
    "Content-Security-Policy": OWN_POLICY,
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    **SAME_ORIGIN_ONLY,
}
SHARED_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, Location, Memento-Datetime, Vary",
}
COMMON_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
CROSS_SITE_MESSAGE = (
    "This request came from a page of another site. "
    "Only people, programs and the archive's own pages may send it.\n"
)
UNKNOWN_HOST_MESSAGE = (
    "This server does not answer to this host name. "
    "If a proxy uses it, add it to serve.names in newsarchive.toml.\n"
)
_HOST = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\[\]:/?#@\s\"',;<>]+))(?::[0-9]{1,5})?")


class SecurityMiddleware:
    """Middleware that rejects unknown Hosts and requests from pages of other sites, and adds security headers.

    A person may follow a link from another site to a page here; every other cross-site request is rejected. Where the
    address would run a query, the person has to confirm first.

    A response with its own Content-Security-Policy, such as an archived page, keeps it.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "websocket":  # this application has none
            await WebSocketClose()(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                own = {} if "Content-Security-Policy" in headers else OWN_HEADERS
                shared = SHARED_HEADERS if is_open_to_other_sites(scope["path"]) else {}
                for name, value in {**COMMON_HEADERS, **own, **shared}.items():
                    headers.setdefault(name, value)
            await send(message)

        rejection = self._rejection(Request(scope))
        await (rejection or self._app)(scope, receive, send_secured)

    def _rejection(self, request: Request) -> Response | None:
        """Return the response to a request that is not allowed; None if it is."""
        if not self._is_own_host(request.headers.get("host", "")):
            return PlainTextResponse(
                UNKNOWN_HOST_MESSAGE,
                status_code=400,
            )
        path = request.scope["path"]
        match crossing(request.method, path, request.headers):
            case "navigation" if is_closed_to_links(path):
                return render_page(request, "confirm.html", 403, address=_raw_target(request))
            case "foreign":
                return PlainTextResponse(CROSS_SITE_MESSAGE, status_code=403)
        return None

    def _is_own_host(self, host: str) -> bool:
        """Return whether a Host header names this server."""
        name = host_name(host)
        if not name:
            return False
        if name == "localhost" or name in self._hosts:
            return True
        try:  # an attacker can point a host name at this machine, but not an IP address
            ip_address(name)
        except ValueError:
            return False
        return True


def host_name(host: str) -> str:
    """Return the name in a Host header, without port and brackets; empty if it is invalid."""
    found = _HOST.fullmatch(host)
    return (found[1] or found[2]).lower().rstrip(".") if found else ""


def _raw_target(request: Request) -> str:
    """Return path and query as they were sent."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope.get("query_string", b"")
    return (path + (b"?" + query if query else b"")).decode("latin-1")


def script_headers(nonce: str) -> dict[str, str]:
    """Return the headers of an own page that runs the scripts marked with the nonce, and no others."""
    return {**OWN_HEADERS, "Content-Security-Policy": f"{OWN_POLICY}; script-src 'nonce-{nonce}'"}


def replay_headers(host: str) -> dict[str, str]:
    """Return the headers of archived content: it may be displayed, and can load only other snapshots.

    The sandbox gives the content an opaque origin, so Cross-Origin-Resource-Policy would block its own styles. A click
    may navigate the whole window, because every link leads to another snapshot.
    """
    own = f"{host}/snapshot/" if host and "[" not in host else "'self'"  # a policy cannot name IPv6 addresses
    policy = (
        "sandbox allow-top-navigation-by-user-activation; default-src 'none'; "
        f"img-src {own} data:; style-src {own} 'unsafe-inline'; font-src {own} data:; media-src {own} data:; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )
    return {"Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"}


def font_headers(headers: Headers) -> dict[str, str]:
    """Return the headers that let an archived page use its fonts: browsers load fonts into a sandbox only with CORS.

    Only requests for fonts get them, see `newsarchive.web.http.origins`.
    """
    return {"Access-Control-Allow-Origin": "*"} if headers.get("origin") == OPAQUE_ORIGIN else {}
