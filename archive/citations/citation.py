"""The contents of a citation of an archived article, and how they are put into a line of text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from archive.article_fields import ArticleVersion
from archive.replay.urls import snapshot_path
from archive.urls import parse_base

# Embeddings, overrides and isolates would show the text after them backwards; the others end lines.
_DIRECTIONS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
# Also runs of ~ and _, which are signatures and magic words in a wiki.
_UNSAFE_IN_ADDRESS = re.compile(r"[^!#$%&()*+,./0-9:;=?@A-Z_a-z~-]|~{3,}|_{2,}")


@dataclass(frozen=True, slots=True)
class Citation:
    """The facts that every format states. Each text is one line without control characters."""

    id: int  # of the article
    source: str | None
    url: str  # percent-encoded: ASCII without quotes, brackets, braces, bars and blanks
    title: str
    authors: tuple[str, ...]
    outlet: str
    language: str | None
    published: datetime | date | None  # in the zone stated or assumed; a date if only the day is known
    zone_is_stated: bool  # by the page; else it is the zone of the source
    captured: datetime  # UTC
    version: int
    versions: int
    is_live: bool  # at the last check
    snapshot: str | None  # absolute address; None: the archive has no address
    digest: str  # "sha256:…" of the block of the WARC record
    record: str  # "urn:uuid:…"

    @property
    def captured_day(self) -> date:
        """Return the day of the capture, in UTC."""
        return self.captured.date()

    @property
    def published_day(self) -> date | None:
        """Return the day of publication as the outlet states it."""
        return self.published.date() if isinstance(self.published, datetime) else self.published


def cite(article: ArticleVersion, outlet: str | None, base: str | None) -> Citation:
    """Return the citation of a version of an article.

    `outlet` is its title; without one the host is named. `base` is the address of the archive's web interface.
    """
    path = snapshot_path(article.capture.url, article.capture.fetched_at)
    return Citation(
        id=article.id,
        source=article.source,
        url=ascii_url(article.url),
        title=one_line(article.title),
        authors=tuple(filter(None, map(one_line, article.authors))),
        outlet=one_line(outlet or urlsplit(article.url).hostname or ""),
        language=article.language,
        published=article.published,
        zone_is_stated=article.published_zone == "stated",
        captured=article.capture.fetched_at.astimezone(UTC),
        version=article.version,
        versions=article.versions,
        is_live=article.state == "live",
        snapshot=None if base is None else parse_base(base) + ascii_url(path),
        digest=one_line(article.capture.digest),
        record=one_line(article.capture.record_id).strip("<>"),
    )


def one_line(text: str) -> str:
    """Return a text on one line: without characters that control a program, or the direction of what follows."""
    visible = (
        ""
        if char in _DIRECTIONS or (unicodedata.category(char) in ("Cc", "Cs") and not char.isspace())
        else char
        for char in text
    )
    return " ".join("".join(visible).split())


def ascii_url(url: str) -> str:
    """Return an address in which everything that could end it in a format is percent-encoded."""
    return _UNSAFE_IN_ADDRESS.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), one_line(url)
    )
