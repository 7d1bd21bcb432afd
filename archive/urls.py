"""Addresses: one canonical spelling for each, and which hosts and networks they lead to."""

from __future__ import annotations

import ipaddress
import re
import socket
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit, urlunsplit

import idna

from archive.errors import BadQuery

# Parameters that say where a reader came from and never change the page.
TRACKING_PARAMETERS = frozenset(
    [
        "_ga",
        "_gl",
        "_hsenc",
        "_hsmi",
        "_openstat",
        "at_campaign",
        "at_medium",
        "dclid",
        "fb_action_ids",
        "fb_action_types",
        "fbclid",
        "gbraid",
        "gclid",
        "gclsrc",
        "igsh",
        "igshid",
        "jsessionid",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "msclkid",
        "oly_anon_id",
        "oly_enc_id",
        "phpsessid",
        "rb_clickid",
        "srsltid",
        "ttclid",
        "twclid",
        "vero_id",
        "wbraid",
        "wickedid",
        "xtor",
        "yclid",
        "ymclid",
        "ysclid",
    ]
)
TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "hsa_", "aspsessionid")
# Sessions: «;jsessionid=…» ends a path, and «sid» is one only with a long random value: sid=123 may be a story.
_PATH_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_SESSION_PARAMETERS = frozenset({"sid", "sessid", "sessionid", "session_id", "session"})
_SESSION = re.compile(r"(?=.*[0-9])[0-9a-z_-]{16,}", re.IGNORECASE)

_BASE = re.compile(r"https?://(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]+)?(?:/[A-Za-z0-9._~/-]*)?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# Characters that need no escape in a path or query; others are percent-encoded as UTF-8 bytes.
_PATH_SAFE = _UNRESERVED | frozenset("!$&'()*+,;=:@/")
_QUERY_SAFE = _PATH_SAFE | frozenset("?")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
# «from=main» names the position of a link and is dropped; «from=20» and «from=2022-01-10» select the content.
_LINK_PLACEMENT = re.compile(r"[A-Za-z][A-Za-z_.-]*\d{0,3}")
# «/amp/story», «/story/amp», «/story.amp.html»; «?amp=1».
_AMP_IN_PATH = re.compile(r"^/amp(?=/.)|(?<=.)/amp/?$|\.amp(?=\.[a-z]+$|$)", re.IGNORECASE)
_AMP_PARAMETER = re.compile(r"(?:amp|outputtype=amp|output=amp)(?:=(?:1|true|yes|amp)?)?", re.IGNORECASE)
# The number of a story between other characters; no year or day, and no hexadecimal id.
_STORY_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?!(?:19|20)\d\d(?:[01]\d[0-3]\d)?(?!\d))\d{4,12}(?![0-9A-Za-z])"
)
_SLUG = re.compile(r"[^\W\d_][-_]+[^\W\d_]|%[0-9A-F]{2}.*[-_]")  # words of a headline
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# IPv6 prefixes before the bytes of an IPv4 address: mapped, translated, NAT64, and the old IPv4-compatible form.
_IPV4_EMBEDDING_NETWORKS = tuple(
    ipaddress.ip_network(prefix) for prefix in ("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "::/96")
)
# Private by IANA's registries, although Python's `is_global` says otherwise: local NAT64, site-local.
_MORE_PRIVATE_NETWORKS = tuple(ipaddress.ip_network(prefix) for prefix in ("64:ff9b:1::/48", "fec0::/10"))


@lru_cache(maxsize=4096)  # listing, queue, capture and row of an article all need its address
def canonical(url: str) -> str:
    """Return the canonical form of a web address: normalized, without tracking parameters and fragment.

    Never raise for an address that `is_web_url` accepts; raise ValueError for any other.
    """
    parts = _web_parts(url)
    if parts is None:
        raise ValueError(f"not a web address: {url[:200]!r}")
    host = _normalize_host(parts.hostname or "")
    port = parts.port
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    path = (
        _without_dot_segments(
            _normalize_escapes(_PATH_SESSION.sub("", parts.path).replace("\\", "/"), _PATH_SAFE)
        )
        or "/"
    )
    query = "&".join(
        pair
        for pair in _normalize_escapes(parts.query, _QUERY_SAFE).split("&")
        if pair and not _is_tracking(*pair.partition("=")[::2])
    )
    return f"{parts.scheme}://{host}{path}{'?' + query if query else ''}"


def canonical_if_other(url: str) -> str | None:
    """Return the canonical form of an address; None if it has that form already or is not a web address."""
    own = canonical(url) if is_web_url(url) else url
    return None if own == url else own


def spellings(url: str) -> tuple[str, ...]:
    """Return the canonical addresses that name the same page: http and https, with and without "www." and final slash.

    The address's own canonical form comes first.
    """
    own = canonical(url)
    parts = urlsplit(own)
    bare = parts.netloc.removeprefix("www.")
    path = parts.path.rstrip("/")
    return tuple(
        dict.fromkeys(
            [
                own,
                *(
                    urlunsplit((scheme, host, form, parts.query, ""))
                    for scheme in (parts.scheme, *_DEFAULT_PORTS)
                    for host in (parts.netloc, bare, f"www.{bare}")
                    for form in (parts.path, path or "/", f"{path}/")
                ),
            ]
        )
    )


def amp_twins(url: str) -> tuple[str, ...]:
    """Return the canonical addresses under which sites offer the AMP page of an address, or the page of an AMP one."""
    parts = urlsplit(canonical(url))
    plain = _without_amp(parts)
    path = plain.path.rstrip("/")
    stem, dot, extension = path.rpartition(".")
    paths = [path, f"/amp{path}", f"{path}/amp", f"{path}.amp"]
    if dot and "/" not in extension:
        paths.append(f"{stem}.amp.{extension}")
    bare = plain.netloc.removeprefix("www.")
    pages = [plain._replace(path=one or "/") for one in paths]
    pages += [plain._replace(netloc=f"amp.{bare}")]
    pages += [
        plain._replace(query="&".join(filter(None, (plain.query, mark))))
        for mark in ("amp=1", "amp", "amp=true")
    ]
    return tuple(dict.fromkeys(one for page in pages for one in spellings(urlunsplit(page))))


def is_amp(url: str) -> bool:
    """Return whether a canonical address is marked as that of an AMP page."""
    parts = urlsplit(url)
    return _without_amp(parts) != parts


def numbered_clue(url: str) -> str | None:
    """Return a canonical address reduced to the number that identifies its story; None if it has none.

    The words around the number may change with the headline: «/news/73215-storm», «/news/73215-storm-warning»,
    «/2024/05/storm-73215.html», «/news/73215/storm/».
    """
    parts = urlsplit(url)
    segments = parts.path.strip("/").split("/")
    numbers = [number for one in segments if (number := _STORY_NUMBER.search(one))]
    if len(numbers) != 1 or parts.query:
        return None
    path = [
        number[0] if (number := _STORY_NUMBER.search(one)) else one
        for one in segments
        if _STORY_NUMBER.search(one) or not _SLUG.search(one)
    ]
    return f"{parts.netloc.removeprefix('www.')}/{'/'.join(path)}"


def is_web_url(url: str) -> bool:
    """Return whether a text is an absolute http or https address with a host."""
    return _web_parts(url) is not None


def parse_base(address: str) -> str:
    """Return the address of a web interface without a final slash, or raise BadQuery if it is not one."""
    if not _BASE.fullmatch(address) or not is_web_url(address):
        raise BadQuery(
            f"{address!r} is not the address of a web interface, such as https://archive.example.org/."
        )
    return address.rstrip("/")


def is_front_page(url: str) -> bool:
    """Return whether an address is that of a site's front page."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    return bool(parts.netloc) and parts.path in ("", "/") and not parts.query


def redirects_to_front_page(url: str, to: str | None) -> bool:
    """Return whether a redirect goes from another page to a front page, as deleted articles often do."""
    return to is not None and is_front_page(to) and not is_front_page(url)


def host_of(url: str) -> str:
    """Return the host of a web address in lower case, IDNA, without port; empty if it is not a web address."""
    parts = _web_parts(url)
    return "" if parts is None else _normalize_host(parts.hostname or "").strip("[]")


def with_ascii_host(url: str) -> str:
    """Return an address with its host in ASCII, as it is requested: by IDNA 2008, which keeps straße.de apart."""
    parts = urlsplit(url)
    if parts.netloc.isascii() or not (host := host_of(url)):
        return url
    return parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host).geturl()


def is_private_address(ip: str) -> bool:
    """Return whether an IP address is not public: this machine, the local network, or a reserved range.

    An IPv6 address that embeds an IPv4 one (mapped, 6to4, NAT64) is checked by both. Raise ValueError if the text is
    not an IP address.
    """
    return private_address(ip) is not None


def private_address(ip: str) -> IPAddress | None:
    """Return the private address that a packet to `ip` reaches: `ip` itself or the IPv4 address it embeds.

    None if both are public. Raise ValueError if the text is not an IP address.
    """
    address = ipaddress.ip_address(ip.strip().strip("[]").partition("%")[0])
    carried = _embedded_ipv4(address) if address.version == 6 else None
    if carried is not None:
        return private_address(str(carried))
    is_public = address.is_global and not address.is_multicast
    if is_public and not any(address in network for network in _MORE_PRIVATE_NETWORKS):
        return None
    return address


def _embedded_ipv4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address to which a translator or tunnel forwards packets for an IPv6 address, or None."""
    if address.sixtofour is not None:
        return address.sixtofour
    if (
        any(address in prefix for prefix in _IPV4_EMBEDDING_NETWORKS) and int(address) > 1
    ):  # :: and ::1 carry none
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _without_amp(parts: SplitResult) -> SplitResult:
    """Return the address of the page whose AMP page is at an address; an address without AMP is returned as it is."""
    path = _AMP_IN_PATH.sub("", parts.path) or "/"
    query = "&".join(pair for pair in parts.query.split("&") if not _AMP_PARAMETER.fullmatch(pair))
    return parts._replace(netloc=parts.netloc.removeprefix("amp."), path=path, query=query)


def _web_parts(url: str) -> SplitResult | None:
    try:
        # Browsers read a backslash before the path as a slash, so a check of the host has to do the same.
        head, mark, tail = re.sub(r"^[\x00-\x20]+|[\x00-\x20]+$", "", url).partition("?")
        parts = urlsplit(head.split("#")[0].replace("\\", "/") + ("" if "#" in head else mark + tail))
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.port == 0:
            return None
        if not _normalize_host(parts.hostname):
            return None
    except ValueError:  # urlsplit and port raise it for broken brackets and ports
        return None
    return parts


def _normalize_host(host: str) -> str:
    """Return a host in lower case, IDNA, without a final dot and with numeric forms resolved; empty if invalid."""
    if ":" in host:
        try:
            return f"[{ipaddress.IPv6Address(host.partition('%')[0]).compressed}]"
        except ValueError:
            return ""
    host = _unescape_host(host).strip().lower().rstrip(".")
    if not host.isascii():
        try:
            host = _to_ascii(host)
        except (idna.IDNAError, UnicodeError):
            return ""
    if re.fullmatch(r"\d+|0x[0-9a-f]*", host.rpartition(".")[2]):  # after IDNA, which knows «²» for 2
        try:
            return socket.inet_ntoa(socket.inet_aton(host))  # 127.1, 0x7f.1 and 2130706433 are 127.0.0.1
        except (OSError, ValueError):
            pass
    return host if re.fullmatch(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", host) else ""


def _to_ascii(host: str) -> str:
    """Return a host name in ASCII (IDNA 2008, UTS 46); raise IDNAError or UnicodeError if it has no such form.

    Like browsers, accept letters that IDNA 2008 does not allow in new names: «надвор’е.бел» exists.
    """
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        labels = idna.uts46_remap(host, std3_rules=False).split(".")
        coded = [
            label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"
            for label in labels
        ]
        if any(len(label) > 63 for label in coded):
            raise
        return ".".join(coded)


def _unescape_host(host: str) -> str:
    return re.sub(
        r"(?:%[0-9A-Fa-f]{2})+",
        lambda escaped: bytes.fromhex(escaped[0].replace("%", "")).decode("utf-8", "replace"),
        host,
    )


def _normalize_escapes(text: str, bare: frozenset[str]) -> str:
    """Return text with percent-encoding as in RFC 3986: upper case, and only where it is needed."""
    regular: list[str] = []
    at = 0
    while at < len(text):
        character = text[at]
        if character == "%":
            if _ESCAPE.match(text, at):
                code = text[at : at + 3].upper()
                meant = chr(int(code[1:], 16))
                regular.append(meant if meant in _UNRESERVED else code)
                at += 3
                continue
            regular.append("%25")
        elif character in bare:
            regular.append(character)
        else:
            regular.extend(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
        at += 1
    return "".join(regular)


def _without_dot_segments(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")[1:]
    for place, segment in enumerate(segments):
        last = place == len(segments) - 1
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
            continue
        if last:
            kept.append("")
    return "/" + "/".join(kept) if segments else ""


def _is_tracking(name: str, value: str) -> bool:
    lowered = name.lower()
    if lowered == "from":
        return _LINK_PLACEMENT.fullmatch(value) is not None
    if lowered in _SESSION_PARAMETERS:
        return _SESSION.fullmatch(value) is not None
    return lowered in TRACKING_PARAMETERS or lowered.startswith(TRACKING_PREFIXES)
