"""The JSON API, with the same field names as an export."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from archive import timestamps
from archive.core import Archive
from archive.errors import BadQuery, DamagedRecord
from archive.index.duplicates.reports import group_as_dict
from archive.index.rows.captures import CaptureRow
from archive.index.rows.versions import ArticleVersion
from archive.replay.urls import complete_url, snapshot_path
from newsarchive.web import errors, search_params
from newsarchive.web.requests import number_parameter, open_archive, parse_id, text_parameter

PATH = "/api/v1/articles"
DEFAULT_LIMIT = 50
MAX_LIMIT = 500
MAX_VERSION = 100_000
_NOT_CHECKED = {"matches": None, "mismatch": None}


def articles(request: Request) -> Response:
    """The articles a search finds, a page at a time: `limit` on each, `page` from 1."""
    limit = number_parameter(request, "limit", DEFAULT_LIMIT, MAX_LIMIT)
    asked = search_params.read_search(request, per_page=limit)
    with open_archive(request) as archive:
        found, more = asked.results(archive)
        groups = archive.copy_groups(found) if asked.group_copies else {}
    next_page = asked.address(PATH, page=asked.page + 1, limit=limit) if more else None
    told = [article.as_dict() for article in found]
    if asked.group_copies:
        for one in told:
            one["copies"] = group_as_dict(groups[one["id"]]) if one["id"] in groups else None
    return JSONResponse({"articles": told, "next": next_page})


def article(request: Request) -> Response:
    """One article in its latest version, or the one of ?version=; all of them in short under `history`."""
    with open_archive(request) as archive:
        key = parse_id(request.path_params["key"])
        shown = archive.article(key, number_parameter(request, "version", 0, MAX_VERSION) or None)
        history = [
            {
                "version": version.version,
                "title": version.title,
                "first_seen": timestamps.to_iso(version.version_first_seen),
                "last_seen": timestamps.to_iso(version.version_last_seen),
                "capture": version.capture.as_dict(),
            }
            for version in archive.versions(shown.id)
        ]
        copies = [copy.as_dict() for copy in archive.copies(shown.id)]
        addresses = archive.addresses(shown.id)
        record = _record_match(archive, shown)
        return JSONResponse(
            {
                **shown.as_dict(),
                "record": record,
                "addresses": addresses,
                "history": history,
                "copies": copies,
            }
        )


def captures(request: Request) -> Response:
    """Every capture of an address, earliest first; an address that was never captured has none."""
    stated = text_parameter(request, "url")
    url = complete_url(stated) if stated else None
    is_bare = "://" not in stated and "." not in stated.partition("/")[0]  # a word; an address has a host
    if url is None or is_bare:
        raise BadQuery("“url” must be a web address, such as url=https://news.example/world/.")
    is_checked = text_parameter(request, "check")
    if is_checked not in ("", "1"):
        raise BadQuery("“check”: only 1 can stand here.")
    with open_archive(request) as archive:
        found = [
            {
                **_capture_as_dict(row),
                **(_record_match(archive, row) if is_checked and place < MAX_LIMIT else _NOT_CHECKED),
            }
            for place, row in enumerate(archive.captures(url))
        ]
    return JSONResponse({"url": url, "captures": found})


def _record_match(archive: Archive, of: CaptureRow | ArticleVersion) -> dict[str, Any]:
    """Return whether the record in the WARC file matches the index, and how it differs."""
    try:
        mismatch = archive.check_capture(of).mismatch
    except DamagedRecord as error:
        mismatch = errors.damaged_record_text(error)
    return {"matches": mismatch is None, "mismatch": mismatch}


def _capture_as_dict(row: CaptureRow) -> dict[str, Any]:
    return {
        "url": row.url,
        "role": row.role,
        "fetched_at": timestamps.to_iso(row.fetched_at),
        "status": row.status,
        "media_type": row.media_type,
        "redirects_to": row.redirects_to,
        "truncated": row.truncated,
        "payload_sha256": row.payload_sha256,
        "warc": row.place.file,
        "offset": row.place.offset,
        "length": row.place.length,
        "digest": row.digest,
        "record_id": row.record_id,
        "snapshot": snapshot_path(row.url, row.fetched_at),
    }
