"""SURT keys: addresses in the form by which CDX indexes are sorted, «example,news)/world?page=2». PURE.

The keys are those of pywb and cdxj-indexer: http or https, «www.», upper case, user names, default ports, fragments,
session ids, a final slash and the order of parameters make no difference.
"""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from urllib.parse import quote_from_bytes, unquote_to_bytes

_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_ADDRESS = re.compile(
    rb"(?:([a-z][a-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.IGNORECASE | re.DOTALL
)
_REPEATED_SCHEME = re.compile(rb"(https?://)+")
_WWW = re.compile(rb"www\d*\.")
_NUMERIC_HOST = re.compile(rb"\d+(?:\.\d+){0,3}")
_DEFAULT_PORTS = {b"http": b"80", b"https": b"443"}
_PATH_SESSIONS = (
    re.compile(rb"(.*/)\((?:[a-z]\([0-9a-z]{24}\))+\)/([^?]+\.aspx.*)", re.IGNORECASE | re.DOTALL),
    re.compile(rb"(.*/)\([0-9a-z]{24}\)/([^?]+\.aspx.*)", re.IGNORECASE | re.DOTALL),
)
_QUERY_SESSIONS = tuple(
    re.compile(rb"(.*)" + session + rb"(?:&(.*))?", re.IGNORECASE | re.DOTALL)
    for session in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)


def surt_key(url: str) -> str:
    """Return the key of an address; of one that cannot be parsed, the address itself without blanks."""
    try:
        return _key(url.encode("utf-8", "surrogatepass")).decode("ascii")
    except ValueError:
        return quote_from_bytes(url.encode("utf-8", "surrogatepass"), safe=_SAFE + "%#")


def _key(url: bytes) -> bytes:
    url = re.sub(rb"[\n\r\t]", b"", url.strip())
    if not re.match(rb"[a-z][a-z0-9+.-]*:", url, re.IGNORECASE):
        url = b"http://" + url
    url = _REPEATED_SCHEME.sub(lambda found: found[1], url, count=1)
    found = _ADDRESS.fullmatch(url)
    assert found is not None  # the pattern matches anything
    scheme, authority, path, query = (part or b"" for part in found.groups())
    scheme = scheme.lower()
    host, port = _host_and_port(authority)
    if not host and scheme.startswith(b"http"):
        host, _, path = path.lstrip(b"/").partition(b"/")
        path = b"/" + path
    key = _host_key(host, scheme) if host else b""
    if host:
        if port and port.lstrip(b"0") != _DEFAULT_PORTS.get(scheme, b""):
            key += b":%d" % int(port)
        key += b")"
    else:
        key = scheme + b":"
    key += _path_key(path, has_host=bool(host))
    query = _query_key(query)
    return key + (b"?" + query if query else b"")


def _host_and_port(authority: bytes) -> tuple[bytes, bytes]:
    authority = authority.rpartition(b"@")[2].rstrip(b":")
    if authority.startswith(b"["):
        host, _, rest = authority[1:].partition(b"]")
        return host, rest.removeprefix(b":")
    host, _, port = authority.partition(b":")
    if port and not 0 <= int(port) <= 65535:  # raises ValueError if it is no number
        raise ValueError("the port is out of range")
    return host, port


def _host_key(host: bytes, scheme: bytes) -> bytes:
    host = _unescape(host.lower())
    if not host.isascii():
        with suppress(UnicodeError):
            host = host.decode("utf-8", "ignore").encode("idna")
    host = host.replace(b"..", b".").strip(b".")
    host = _ip_address(host) or _escape(host.lower())
    if scheme != b"dns":
        host = _WWW.sub(b"", host, count=1) if _WWW.match(host) else host
    return b",".join(reversed(host.split(b".")))


def _ip_address(host: bytes) -> bytes | None:
    """Return an IPv4 address in its usual form, however it is written; None for a name."""
    if host.isdigit():
        return socket.inet_ntoa((int(host) & 0xFFFFFFFF).to_bytes(4)).encode()
    if not _NUMERIC_HOST.fullmatch(host):
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(host.decode())).encode()
    except OSError:
        return None


def _path_key(path: bytes, *, has_host: bool) -> bytes:
    path = _unescape(path)
    path = _escape(_without_dots(path) if has_host else path).lower()
    for session in _PATH_SESSIONS:
        if found := session.fullmatch(path):
            path = found[1] + found[2]
    return path[:-1] if path.endswith(b"/") and len(path) > 1 else path


def _without_dots(path: bytes) -> bytes:
    kept: list[bytes] = []
    for part in path.split(b"/")[1:]:
        if part == b"..":
            kept = kept[:-1] if kept else [part]
        elif part != b".":
            kept.append(part)
    if not kept:
        return b"/"
    return b"/" + b"".join(part + b"/" for part in kept[:-1] if part) + kept[-1]


def _query_key(query: bytes) -> bytes:
    query = _escape(_unescape(query))
    for session in _QUERY_SESSIONS:
        if found := session.fullmatch(query):
            query = found[1] + (found[2] or b"")
    query = query.lower()
    if len(query) <= 1:
        return query
    return b"&".join(
        b"=".join(pair) for pair in sorted(tuple(one.split(b"=", 1)) for one in query.split(b"&"))
    )


def _escape(text: bytes) -> bytes:
    return quote_from_bytes(text, safe=_SAFE).encode()


def _unescape(text: bytes) -> bytes:
    while (plain := unquote_to_bytes(text)) != text:
        text = plain
    return text
