"""The page on which people sign in, and signing out."""

from __future__ import annotations

import math

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from newsarchive.accounts import accounts, sessions
from newsarchive.web.console.access import (
    LOGIN,
    PAGE_HEADERS,
    Visitor,
    checked_form,
    console_of,
    cookie_name,
    form_visitor,
    next_address,
    session_visitor,
    set_cookie,
)
from newsarchive.web.rendering.templating import render_page

WRONG = "The name or the password is wrong."


async def login_page(request: Request) -> Response:
    """Return the page on which people sign in."""
    return await run_in_threadpool(_login_page, request)


async def login_action(request: Request) -> Response:
    """Sign in, and open the console."""
    visitor = form_visitor(request)
    form = await checked_form(request, visitor)
    if isinstance(form, Response):
        return form
    return await run_in_threadpool(_sign_in, request, visitor, form)


async def logout_action(request: Request) -> Response:
    """Sign out."""
    visitor = await run_in_threadpool(session_visitor, request)
    if visitor is None:
        return RedirectResponse(LOGIN, 303)
    form = await checked_form(request, visitor)
    if isinstance(form, Response):
        return form
    sessions.end(console_of(request).folder, visitor.secret or "")
    response = RedirectResponse(LOGIN, 303)
    response.delete_cookie(
        cookie_name(request, "session"),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return response


def _login_page(request: Request) -> Response:
    return _page(request, form_visitor(request), request.query_params.get("next", ""))


def _sign_in(request: Request, visitor: Visitor, form: dict[str, str]) -> Response:
    console = console_of(request)
    name = form.get("name", "").strip()[:100]
    target = form.get("next", "")
    if (wait := console.throttle.attempt(name)) > 0:
        seconds = math.ceil(wait)
        sentence = f"Too many wrong passwords for this name. Try again in {seconds} seconds."
        response = _page(request, visitor, target, name, sentence, 429)
        response.headers["Retry-After"] = str(seconds)
        return response
    account = accounts.account_with_password(console.folder, name, form.get("password", ""))
    if account is None:
        return _page(request, visitor, target, name, WRONG, 403)
    console.throttle.succeed(name)
    # A new token, and never one that the browser had before: whoever planted that one would be signed in too.
    response = RedirectResponse(next_address(target) if account.may_use_console else LOGIN, 303)
    set_cookie(request, response, "session", sessions.begin(console.folder, account.name))
    response.headers.update(PAGE_HEADERS)
    return response


def _page(
    request: Request,
    visitor: Visitor,
    target: str,
    name: str = "",
    error: str | None = None,
    status: int = 200,
) -> Response:
    response = render_page(
        request,
        "login.html",
        status,
        form=visitor,
        signed_in=session_visitor(request),
        has_accounts=accounts.has_accounts(console_of(request).folder),
        is_local=console_of(request).is_local,
        name=name,
        error=error,
        next=next_address(target),
    )
    response.headers.update(PAGE_HEADERS)
    set_cookie(request, response, "form", visitor.secret or "")
    return response
