"""What holds for every answer: who may ask, and what a browser may do with it."""

from __future__ import annotations

from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
OWN = {
    "Content-Security-Policy": OWN_POLICY,
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ALL = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class Guard:
    """Refuses a Host that is not ours, and sends the headers that keep pages to themselves.

    An answer that brings a Content-Security-Policy of its own, as what was archived does, keeps it.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                own = {} if "Content-Security-Policy" in headers else OWN
                for name, value in {**ALL, **own}.items():
                    headers.setdefault(name, value)
            await send(message)

        if self._is_ours(Headers(scope=scope).get("host", "")):
            await self._app(scope, receive, guarded)
        else:
            refusal = PlainTextResponse("This archive is not known by that name.\n", status_code=400)
            await refusal(scope, receive, guarded)

    def _is_ours(self, host: str) -> bool:
        name = name_of(host)
        if name == "localhost" or name in self._hosts:
            return True
        try:  # a foreign page can make a name lead here, never an IP address
            ip_address(name)
        except ValueError:
            return False
        return True


def name_of(host: str) -> str:
    """The name in a Host header, without port and brackets."""
    if host.startswith("["):
        name, closed, _ = host[1:].partition("]")
        return name.lower() if closed else ""
    return host.partition(":")[0].lower().rstrip(".")


def replay_headers(host: str) -> dict[str, str]:
    """What goes with archived content: it may show itself, and reach nothing but other snapshots.

    In its sandbox the content has no origin, so Cross-Origin-Resource-Policy would cut it off from its
    own styles. A reader's click may lead the whole window on, for every link leads to another snapshot.
    """
    own = f"{host}/snapshot/" if host and "[" not in host else "'self'"  # a policy cannot name IPv6 addresses
    policy = (
        "sandbox allow-top-navigation-by-user-activation; default-src 'none'; "
        f"img-src {own} data:; style-src {own} 'unsafe-inline'; font-src {own} data:; media-src {own} data:; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    )
    return {"Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"}
