"""The responses of the JSON API. Articles have the same field names as in exports."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from archive import timestamps
from archive.citations.formats import format_citation
from archive.core import Archive
from archive.errors import BadQuery, DamagedRecord
from archive.index.duplicates.reports import group_as_dict
from archive.index.rows.captures import CaptureRow
from archive.index.rows.versions import ArticleVersion
from archive.replay.urls import complete_url, snapshot_path
from newsarchive.web.http import errors, search_params
from newsarchive.web.http.requests import (
    number_parameter,
    open_archive,
    parse_id,
    public_address,
    text_parameter,
)

PATH = "/api/v1/articles"
DEFAULT_LIMIT = 50
MAX_LIMIT = 500
MAX_VERSION = 100_000
_NOT_CHECKED = {"matches": None, "mismatch": None}


def articles(request: Request) -> Response:
    """Return the articles that match a search, one page at a time."""
    limit = number_parameter(request, "limit", DEFAULT_LIMIT, MAX_LIMIT)
    params = search_params.parse_search(request, per_page=limit)
    with open_archive(request) as archive:
        results, more = params.results(archive)
        groups = archive.copy_groups(results) if params.group_copies else {}
    next_page = params.address(PATH, page=params.page + 1, limit=limit) if more else None
    listed = [article.as_dict() for article in results]
    if params.group_copies:
        for one in listed:
            one["copies"] = group_as_dict(groups[one["id"]]) if one["id"] in groups else None
    return JSONResponse({"articles": listed, "next": next_page})


def article(request: Request) -> Response:
    """Return an article in its latest version, or in `version`; `history` lists all versions."""
    with open_archive(request) as archive:
        key = parse_id(request.path_params["key"])
        shown = archive.article(key, number_parameter(request, "version", 0, MAX_VERSION) or None)
        grades = archive.grades(shown.id)
        history = [
            {
                "version": version.version,
                "title": version.title,
                "first_seen": timestamps.to_iso(version.version_first_seen),
                "last_seen": timestamps.to_iso(version.version_last_seen),
                "grade": grades[version.version][0] if version.version in grades else None,
                "facts": list(grades[version.version][1]) if version.version in grades else [],
                "capture": version.capture.as_dict(),
            }
            for version in archive.versions(shown.id)
        ]
        copies = [copy.as_dict() for copy in archive.copies(shown.id)]
        addresses = archive.addresses(shown.id)
        record = _record_match(archive, shown)
        evidence = archive.state_evidence(shown.id)
        return JSONResponse(
            {
                **shown.as_dict(),
                "state_evidence": evidence.as_dict() if evidence is not None else None,
                "state_history": [change.as_dict() for change in archive.state_history(shown.id)],
                "record": record,
                "addresses": addresses,
                "history": history,
                "copies": copies,
            }
        )


def citation(request: Request) -> Response:
    """Return the citation of an article's version, with the address of its snapshot in this archive."""
    form = text_parameter(request, "format") or "text"
    language = text_parameter(request, "lang") or "en"
    version = number_parameter(request, "version", 0, MAX_VERSION) or None
    with open_archive(request) as archive:
        key = parse_id(request.path_params["key"])
        cited = archive.citation(key, version, base=public_address(request))
    return JSONResponse(
        {
            "format": form,
            "lang": language,
            "snapshot": cited.snapshot,
            "citation": format_citation(cited, form, language),
        }
    )


def captures(request: Request) -> Response:
    """Return all captures of a URL, earliest first; the list is empty if it was never captured."""
    value = text_parameter(request, "url")
    url = complete_url(value) if value else None
    is_bare = "://" not in value and "." not in value.partition("/")[0]  # a word without a host
    if url is None or is_bare:
        raise BadQuery("“url” must be a web address, for example url=https://news.example/world/.")
    check = text_parameter(request, "check")
    if check not in ("", "1"):
        raise BadQuery("“check” must be 1 or left out.")
    with open_archive(request) as archive:
        listed = [
            {
                **_capture_as_dict(row),
                **(_record_match(archive, row) if check and place < MAX_LIMIT else _NOT_CHECKED),
            }
            for place, row in enumerate(archive.captures(url))
        ]
    return JSONResponse({"url": url, "captures": listed})


def _record_match(archive: Archive, of: CaptureRow | ArticleVersion) -> dict[str, Any]:
    """Return whether the record in the WARC file matches the index, and how it differs."""
    try:
        mismatch = archive.check_capture(of).mismatch
    except DamagedRecord as error:
        mismatch = errors.damaged_record_text(error)
    return {"matches": mismatch is None, "mismatch": mismatch}


def _capture_as_dict(row: CaptureRow) -> dict[str, Any]:
    """Return a capture for JSON."""
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
