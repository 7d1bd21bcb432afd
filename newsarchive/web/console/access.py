"""Who may use the console: sessions, tokens, and forms that no other site can send."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from archive.errors import ArchiveError, BadQuery
from newsarchive.accounts import accounts, sessions
from newsarchive.accounts.accounts import Account
from newsarchive.accounts.throttle import Throttle
from newsarchive.web.console.action_log import log_action
from newsarchive.web.console.jobs import Jobs
from newsarchive.web.console.tasks import Tasks
from newsarchive.web.http.errors import STATUSES, error_response
from newsarchive.web.http.security import script_headers
from newsarchive.web.rendering.templating import render_page

LOGIN = "/login"
HOME = "/console/"
MAX_BODY = 1_000_000  # bytes of a form; one with a source file has the most
MAX_FIELDS = 50
CSRF_FIELD = "csrf"
FORM_TYPE = "application/x-www-form-urlencoded"
OFF_MESSAGE = (
    "Other machines can reach this server, and the archive has no accounts. "
    "To use the console, run 'newsarchive users add NAME --role archivist'."
)
NOT_POSSIBLE = (409, "Not possible now")  # what the archive, and not the request, is the reason for
# Browsers would send “Origin: null” with forms under no-referrer.
PAGE_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_NEXT = re.compile(r"/console/[A-Za-z0-9/_.-]*")

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 random bytes

Form = dict[str, str]


@dataclass(frozen=True, slots=True)
class Console:
    """The state that all requests for the console share."""

    folder: Path
    is_local: bool  # only this machine can reach the server
    jobs: Jobs
    tasks: Tasks
    throttle: Throttle

    def is_usable(self) -> bool:
        """Return whether someone can use the console."""
        return self.is_local or accounts.has_accounts(self.folder)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sent a request that is allowed."""

    account: Account | None  # None: the console is open, or nobody has signed in yet
    secret: (
        str | None
    )  # of the cookie, from which the token in forms is derived; None: no browser, but a program

    @property
    def name(self) -> str | None:
        """Return the name of the account."""
        return self.account.name if self.account else None

    @property
    def csrf_token(self) -> str:
        """Return the token that forms of this visitor must contain."""
        key = (self.secret or "").encode()
        return hmac.new(key, b"newsarchive form", hashlib.sha256).hexdigest()


Page = Callable[[Request, Visitor], Response]
Action = Callable[[Request, Visitor, Form], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def console_of(request: Request) -> Console:
    """Return what all requests for the console share."""
    console: Console = request.app.state.console
    return console


def protect_page(page: Page) -> Endpoint:
    """Return the endpoint of a page that only people who may use the console can open."""

    async def endpoint(request: Request) -> Response:
        visitor = await run_in_threadpool(_identify, request)
        if isinstance(visitor, Response):
            return visitor
        return _finish(request, visitor, await run_in_threadpool(page, request, visitor))

    return endpoint


def protect_action(action: Action) -> Endpoint:
    """Return the endpoint of a form that only people who may use the console can send, from its own page."""

    async def endpoint(request: Request) -> Response:
        visitor = await run_in_threadpool(_identify, request)
        if isinstance(visitor, Response):
            return visitor
        form = await checked_form(request, visitor)
        if isinstance(form, Response):
            return form
        try:
            response = await run_in_threadpool(action, request, visitor, form)
        except ArchiveError as error:
            status, title = STATUSES.get(type(error), NOT_POSSIBLE)
            response = _refuse(request, *(NOT_POSSIBLE if status >= 500 else (status, title)), str(error))
        path, status = request.scope["path"], response.status_code
        await run_in_threadpool(log_action, console_of(request).folder, visitor.name, path, status)
        return _finish(request, visitor, response)

    return endpoint


def _identify(request: Request) -> Visitor | Response:
    """Return who sent a request, or the response if they may not use the console."""
    console = console_of(request)
    if not accounts.has_accounts(console.folder):
        is_open = console.is_local and not any(name in request.headers for name in _FORWARDED)
        return form_visitor(request) if is_open else _refuse(request, 403, "The console is off", OFF_MESSAGE)
    if "authorization" in request.headers:
        scheme, _, token = request.headers["authorization"].partition(" ")
        account = accounts.account_with_token(console.folder, token.strip())
        if scheme.lower() != "bearer" or account is None:
            response = JSONResponse({"error": "This token is not valid."}, 401)
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
        visitor = Visitor(account, None)
    elif (signed_in := session_visitor(request)) is not None:
        visitor = signed_in
    elif request.method == "GET":
        return RedirectResponse(f"{LOGIN}?next={quote(request.url.path)}", 303)
    else:
        return _refuse(
            request, 401, "Signed out", "Nothing was changed. Sign in, go back to the page, and try again."
        )
    assert visitor.account is not None
    if not visitor.account.may_use_console:
        sentence = (
            f"{visitor.account.name} is a {visitor.account.role}. Only an archivist may use the console."
        )
        return _refuse(request, 403, "Not allowed", sentence)
    return visitor


def session_visitor(request: Request) -> Visitor | None:
    """Return the visitor who is signed in, or None."""
    token = request.cookies.get(cookie_name(request, "session"))
    if not token:
        return None
    account = accounts.account_with_session(console_of(request).folder, token)
    return Visitor(account, token) if account is not None else None


def role_of(request: Request) -> str | None:
    """Return the role of the account by which a request was sent; None without one."""
    if "authorization" in request.headers:
        scheme, _, token = request.headers["authorization"].partition(" ")
        account = accounts.account_with_token(console_of(request).folder, token.strip())
        return account.role if account is not None and scheme.lower() == "bearer" else None
    visitor = session_visitor(request)
    return visitor.account.role if visitor is not None and visitor.account is not None else None


def form_visitor(request: Request) -> Visitor:
    """Return a visitor without an account, who is recognized by a random cookie."""
    known = request.cookies.get(cookie_name(request, "form"), "")
    return Visitor(None, known if _SECRET.fullmatch(known) else secrets.token_urlsafe(32))


async def checked_form(request: Request, visitor: Visitor) -> Form | Response:
    """Return the fields of a form, or the response if it was not sent from a page for this visitor."""
    if visitor.secret is not None and not _is_from_own_page(request):
        return _refuse(
            request,
            403,
            "Not allowed",
            "This form did not come from a page of this server. Nothing was changed.",
        )
    try:
        form = await _read_form(request)
    except BadQuery as error:
        return _refuse(request, 400, "Invalid request", str(error))
    except ClientDisconnect:
        return Response(status_code=400)
    is_genuine = hmac.compare_digest(form.pop(CSRF_FIELD, "").encode(), visitor.csrf_token.encode())
    if visitor.secret is not None and not is_genuine:
        return _refuse(
            request,
            403,
            "Form is out of date",
            "Nothing was changed. Go back, reload the page, and try again.",
        )
    return form


def _is_from_own_page(request: Request) -> bool:
    """Return whether the browser says that a page of this server sent the form. Every browser does, with a POST."""
    origin = request.headers.get("origin")
    try:
        host = urlsplit(origin or "").netloc.lower()
    except ValueError:
        return False
    return bool(host) and host == request.headers.get("host", "").lower()


async def _read_form(request: Request) -> Form:
    """Return the fields of a form; raise BadQuery if it is too long or no form."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise BadQuery("The form is too long.")
    if body and request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise BadQuery(f"Send the fields as {FORM_TYPE}.")
    try:
        fields = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="replace"
        )
    except ValueError as error:
        raise BadQuery("The form cannot be read.") from error
    return dict(fields)


def _finish(request: Request, visitor: Visitor, response: Response) -> Response:
    """Return the response of a page with the headers and the cookie that all of them have."""
    for name, value in PAGE_HEADERS.items():
        response.headers.setdefault(name, value)
    if visitor.account is None and visitor.secret is not None:
        set_cookie(request, response, "form", visitor.secret)
    return response


def cookie_name(request: Request, kind: Literal["session", "form"]) -> str:
    """Return the name of a cookie of this archive.

    Cookies ignore ports: two archives on one host need different names.
    """
    folder = hashlib.sha256(str(console_of(request).folder.resolve()).encode()).hexdigest()[:8]
    prefix = "__Host-" if request.url.scheme == "https" else ""
    return f"{prefix}newsarchive-{kind}-{folder}"


def set_cookie(request: Request, response: Response, kind: Literal["session", "form"], value: str) -> None:
    """Set a cookie that scripts cannot read and browsers send only from this site's own pages."""
    response.set_cookie(
        cookie_name(request, kind),
        value,
        max_age=int(sessions.LIFETIME.total_seconds()) if kind == "session" else None,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def next_address(text: str) -> str:
    """Return the address to open after signing in: a page of the console, never another site."""
    return text if _NEXT.fullmatch(text) and ".." not in text else HOME


def wants_json(request: Request) -> bool:
    """Return whether a program sent the request."""
    return "authorization" in request.headers or "application/json" in request.headers.get("accept", "")


def console_page(
    request: Request, visitor: Visitor, template: str, status: int = 200, **values: Any
) -> Response:
    """Render a page of the console.

    A page that shows a running crawl has one script, /static/progress.js, which may read only from this server.
    """
    nonce = secrets.token_urlsafe(16)
    response = render_page(request, template, status, visitor=visitor, nonce=nonce, **values)
    response.headers.update(script_headers(nonce))
    response.headers["Content-Security-Policy"] += "; connect-src 'self'"
    return response


def _refuse(request: Request, status: int, title: str, sentence: str) -> Response:
    if wants_json(request):
        return JSONResponse({"error": sentence}, status)
    return error_response(request, status, title, sentence)
