"""The request of one page of a listing, and the request of the page after it, by the number it counts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote_plus, unquote_plus, urlsplit

MAX_NUMBER = 10**7  # a greater number is an id or a time
_COUNT = re.compile(r"\d{1,7}")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SIZE = re.compile(r"(?:.*_)?(?:limit|count|size|sizen_?\d*|per_?page|num|take|rows|amount)")
_PAGE = re.compile(
    r"(?:.*_)?(?:page|pages|p|pg|paged|pagen_?\d*|pagenum|page_?(?:no|num|number|index|id)|str|stranica|storinka"
    r"|pagina|cstart|portion|step)"
)
_OFFSET = re.compile(r"(?:.*_)?(?:start|limitstart|offset|from|skip|shown|loaded|begin)")
_CURSOR = re.compile(
    r"(?:.*_)?(?:cursor|after|before|older|last(?:_?(?:id|date|time|item))?|(?:max|min|from|since|next|until)_?id|next"
    r"|(?:page_?)?token|continuation|until|date|ts|time|timestamp|search_after)"
)
_PATH_NUMBER = re.compile(
    r"(?P<before>.*[/_-](?:(?:page|pages|p|pg|str|stranica|storinka|list|more)[-_/]?)?)(?P<number>\d{1,5})"
    r"(?P<after>/|\.\w{3,5})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The request of one page of a listing."""

    url: str
    body: str | None = None  # sent by POST; None: a GET

    @property
    def body_type(self) -> str:
        """Return the media type of the body: JSON, or the fields of a form."""
        is_json = (self.body or "").startswith(("{", "["))
        return "application/json" if is_json else "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value in the query or body of a request, by the name in small letters with underscores."""

    name: str
    value: str
    replaced: Callable[[str], PageRequest]  # the request with another value

    @property
    def number(self) -> int | None:
        """Return the value as a number that may count pages or articles, or None."""
        return int(self.value) if _COUNT.fullmatch(self.value) and int(self.value) < MAX_NUMBER else None


def parameters(request: PageRequest) -> Iterator[Parameter]:
    """Yield the parameters in the query of a request, then those in its body."""
    address, mark, query = request.url.partition("?")
    for parameter in _form_parameters(query):
        yield Parameter(
            parameter[0],
            parameter[1],
            lambda value, set_value=parameter[2]: PageRequest(  # type: ignore[misc]
                address + mark + set_value(value), request.body
            ),
        )
    if not request.body:
        return
    if request.body_type == "application/json":
        try:
            stated = json.loads(request.body)
        except (ValueError, RecursionError):
            return
        for name, value, holder, key in _json_parameters(stated):
            yield Parameter(name, value, partial(_with_json_value, request.url, stated, holder, key))
    else:
        for name, value, set_value in _form_parameters(request.body):
            yield Parameter(
                name,
                value,
                lambda new, set_value=set_value: PageRequest(request.url, set_value(new)),  # type: ignore[misc]
            )


def page_number(request: PageRequest) -> int | None:
    """Return the page number among the parameters of a request, or None."""
    return next(
        (one.number for one in parameters(request) if is_page_name(one.name) and one.number is not None), None
    )


def with_parameter(request: PageRequest, name: str, value: str) -> PageRequest:
    """Return the request with a parameter of its own or an added one: of a POST in the body, else in the query."""
    for one in parameters(request):
        if one.name == _spelled(name):
            return one.replaced(value)
    field = f"{quote_plus(name)}={quote_plus(value)}"
    if request.body is None:
        return PageRequest(request.url + ("&" if "?" in request.url else "?") + field)
    if request.body_type == "application/json":
        return PageRequest(request.url, json.dumps(json.loads(request.body) | {name: value}))
    return PageRequest(request.url, "&".join(filter(None, (request.body, field))))


def following(request: PageRequest, shown: int, cursor: tuple[str, str] | None = None) -> PageRequest | None:
    """Return the request of the page after the one that this request gave, or None if it counts nothing.

    `shown` is the number of articles on it, by which an offset grows. `cursor` is a name and a value that its
    response states for the next request.
    """
    own = list(parameters(request))
    if cursor is not None:
        return _with_cursor(request, own, *cursor)
    sizes = [one.number for one in own if _SIZE.fullmatch(one.name) and one.number]
    counted = [one for one in own if one.number is not None and not _SIZE.fullmatch(one.name)]
    for one in counted:
        if is_page_name(one.name):
            return one.replaced(str((one.number or 0) + 1))
    for one in counted:
        if _OFFSET.fullmatch(one.name) and shown:
            return one.replaced(str((one.number or 0) + (sizes[0] or shown if sizes else shown)))
    parts = urlsplit(request.url)
    found = _PATH_NUMBER.fullmatch(parts.path)
    if found is None:
        return None
    path = f"{found['before']}{int(found['number']) + 1}{found['after'] or ''}"
    return PageRequest(parts._replace(path=path).geturl(), request.body)


def is_page_name(name: str) -> bool:
    """Return whether a parameter with this name counts pages."""
    spelled = _spelled(name)
    return bool(_PAGE.fullmatch(spelled)) and not _SIZE.fullmatch(spelled)


def is_offset_name(name: str) -> bool:
    """Return whether a parameter with this name counts articles."""
    return bool(_OFFSET.fullmatch(_spelled(name)))


def is_cursor_name(name: str) -> bool:
    """Return whether a parameter with this name says after which article the next page begins."""
    return bool(_CURSOR.fullmatch(_spelled(name)))


def _with_cursor(request: PageRequest, own: list[Parameter], name: str, value: str) -> PageRequest:
    """Return the request with a cursor: in the parameter of its name, else the one that is a cursor, else added."""
    spelled = re.sub(r"^(?:next|end|new)_(?=.)", "", _spelled(name))
    same = [one for one in own if one.name in (spelled, _spelled(name))]
    cursors = same or [one for one in own if is_cursor_name(one.name)]
    if cursors:
        return cursors[0].replaced(value)
    added = re.sub(r"^(?:next|end|new)_?(?=.)", "", name, flags=re.IGNORECASE)
    return with_parameter(request, added[:1].lower() + added[1:], value)


def _spelled(name: str) -> str:
    """Return a name in small letters, its words split by underscores."""
    return _CAMEL.sub("_", name).replace("-", "_").lower()


def _form_parameters(text: str) -> Iterator[tuple[str, str, Callable[[str], str]]]:
    """Yield name, value and a function that gives the text with another value, for each field of a form."""
    fields = text.split("&") if text else []
    for place, field in enumerate(fields):
        name, _, value = field.partition("=")

        def set_value(new: str, place: int = place, name: str = name) -> str:
            return "&".join([*fields[:place], f"{name}={quote_plus(new)}", *fields[place + 1 :]])

        yield _spelled(unquote_plus(name)), unquote_plus(value), set_value


def _json_parameters(stated: Any, depth: int = 0) -> Iterator[tuple[str, str, dict[str, Any], str]]:
    """Yield name, value, and the object and key that hold it, for each text or number in a JSON object."""
    if not isinstance(stated, dict) or depth > 3:
        return
    for key, value in stated.items():
        if isinstance(value, str | int) and not isinstance(value, bool):
            yield _spelled(key), str(value), stated, key
        yield from _json_parameters(value, depth + 1)


def _with_json_value(
    url: str, stated: Mapping[str, Any], holder: dict[str, Any], key: str, value: str
) -> PageRequest:
    """Return the request whose JSON body has another value for a key."""
    before = holder[key]
    holder[key] = int(value) if isinstance(before, int) and value.isdigit() else value
    body = json.dumps(stated, ensure_ascii=False)
    holder[key] = before
    return PageRequest(url, body)
