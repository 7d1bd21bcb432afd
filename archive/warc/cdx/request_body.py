"""The body of a POST or PUT as a part of the key, as pywb and cdxj-indexer expect it. PURE.

See https://specs.webrecorder.net/request-body-canonicalization/latest/ and `cdxj-indexer --post-append`.
"""

from __future__ import annotations

import base64
import email
import json
from collections.abc import Iterator
from email.message import Message
from urllib.parse import unquote_plus, urlencode

MAX_QUERY = 4096  # characters
_LENGTH_UNLESS_STATED = 8192


def appended_query(
    url: str, method: str, media_type: str, body: bytes, length: str | None
) -> tuple[str, str]:
    """Return a request's body as a query, and the address with the method and this query."""
    query = _body_query(media_type, body[: _stated_length(length)])[:MAX_QUERY]
    joint = "&" if "?" in url else "?"
    return query, f"{url}{joint}__wb_method={method}" + (f"&{query}" if query else "")


def _stated_length(stated: str | None) -> int:
    if stated is None:
        return _LENGTH_UNLESS_STATED
    return int(stated) if stated.strip().isdigit() else 0


def _body_query(media_type: str, body: bytes) -> str:
    if media_type.startswith("application/x-www-form-urlencoded"):
        try:
            return unquote_plus(body.decode())
        except UnicodeDecodeError:
            return _binary(body)
    if media_type.startswith("multipart/"):
        parts = _multipart(media_type, body)
        return _binary(body) if parts is None else urlencode(parts, doseq=True)
    if media_type.startswith(("application/json", "text/plain")):
        try:
            return urlencode(_numbered(_json_pairs(body)))
        except (ValueError, RecursionError):
            return "" if media_type.startswith("application/json") else _binary(body)
    return _binary(body)


def _binary(body: bytes) -> str:
    return "__wb_post_data=" + base64.b64encode(body).decode()


def _multipart(media_type: str, body: bytes) -> list[tuple[str, str | bytes]] | None:
    message = email.message_from_bytes(b"Content-Type: " + media_type.encode() + b"\r\n\r\n" + body)
    parts = message.get_payload()
    if not isinstance(parts, list):
        return None  # the boundary is missing or wrong
    return [_form_field(part) for part in parts if isinstance(part, Message)]


def _form_field(part: Message) -> tuple[str, str | bytes]:
    name = part.get_param("name", "", "content-disposition")
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    return str(name), raw if part.get_filename() is not None else raw.decode("utf-8", "replace")


def _json_pairs(body: bytes) -> list[tuple[str, str]]:
    """Return the values of a JSON text, or of one in each line, with the nearest key above each."""
    try:
        return list(_flatten(json.loads(body), ""))
    except json.JSONDecodeError:
        if b"\n" not in body:
            raise
        return [pair for line in body.split(b"\n") for pair in _flatten(json.loads(line), "")]


def _flatten(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _flatten(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from _flatten(one, name)
    elif name:
        yield name, str(value)


def _numbered(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return the values by name; a repeated name becomes «name.2_», «name.3_»."""
    found: dict[str, str] = {}
    repeated: dict[str, int] = {}
    for name, value in pairs:
        key = name
        if name in found:
            repeated[name] = repeated.get(name, 1) + 1
            key = f"{name}.{repeated[name]}_"
        found[key] = value
    return found
