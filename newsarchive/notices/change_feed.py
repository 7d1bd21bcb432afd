"""Changes of articles as an Atom feed (RFC 4287), for the command line and the web interface. PURE."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

if TYPE_CHECKING:
    from archive.index.lookup.changes import ArticleChange

MEDIA_TYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
# Characters that XML 1.0 does not allow, and those that embed or reverse the text after them.
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)
_KINDS = {
    "edit": "Edited",
    "removal": "Removed",
    "move": "Moved",
    "return": "Back",
    "unavailable": "Unavailable",
    "new": "New",
}


def feed(
    changes: Iterable[ArticleChange],
    *,
    title: str,
    key: str,
    now: datetime,
    link: Callable[[ArticleChange], str],
    address: str | None = None,
) -> bytes:
    """Return a feed of changes, the newest first.

    `key` names the selection: feeds with the same one have the same id. `link` gives the address of a change for
    readers, `address` is that of the feed itself. The time of an unchanged feed is that of its newest change.
    """
    entries = list(changes)
    root = ElementTree.Element("feed", xmlns=_ATOM)
    _add(root, "id", uuid5(NAMESPACE_URL, f"newsarchive:changes:{key}").urn)
    _add(root, "title", title)
    _add(root, "updated", _moment(max((one.at for one in entries), default=now)))
    _add(_add(root, "author"), "name", "News archive")
    if address is not None:
        _add(root, "link", rel="self", type=MEDIA_TYPE, href=address)
    for one in entries:
        entry = _add(root, "entry")
        _add(entry, "id", one.id)
        _add(entry, "title", headline(one))
        _add(entry, "updated", _moment(one.at))
        _add(entry, "link", rel="alternate", href=link(one))
        _add(entry, "category", term=one.kind)
        if one.grade is not None:
            _add(entry, "category", term=one.grade)
        if one.source is not None:
            _add(entry, "category", term=one.source)
        _add(entry, "content", description(one), type="text")
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def headline(change: ArticleChange) -> str:
    """Return one line about a change: what happened to which article."""
    graded = f" ({change.grade})" if change.grade else ""
    return f"{_KINDS[change.kind]}{graded}: {change.title}"


def description(change: ArticleChange) -> str:
    """Return what changed, and how it is known, in a few lines."""
    lines = []
    if change.title_was is not None and change.title_was != change.title:
        lines.append(f"Headline before: {change.title_was}")
    if change.facts:
        lines.append(f"Changed: {', '.join(change.facts)}")
    lines += [f"− {text}" for text in change.taken] + [f"+ {text}" for text in change.given]
    if change.gone_since is not None:
        lines.append(f"404 or 410 first {_moment(change.gone_since)}, confirmed {_moment(change.at)}")
    elif change.reason is not None:
        lines.append(f"Reason: {change.reason}")
    if change.moved_to is not None:
        lines.append(f"Redirects to {change.moved_to}")
    if change.last_seen_before is not None:
        lines.append(f"Last seen before {_moment(change.last_seen_before)}")
    lines.append(change.url)
    if change.record_id is not None:
        lines.append(f"Record {change.record_id}")
    return "\n".join(lines)


def _add(
    parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str
) -> ElementTree.Element:
    made = ElementTree.SubElement(
        parent, name, {key: _UNPRINTABLE.sub("\ufffd", value) for key, value in attributes.items()}
    )
    made.text = None if text is None else _UNPRINTABLE.sub("\ufffd", text)
    return made


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
