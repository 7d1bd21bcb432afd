"""The page of a source in the console, and the form that edits its file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from archive import paths
from archive.core import Archive
from archive.errors import NotFound, SourceError
from archive.journals.source_changes import Kind
from archive.monitoring.coverage import Coverage
from newsarchive.crawling.schedule_state import read_state
from newsarchive.monitoring.coverage import section_coverages
from newsarchive.source_editing.source_file import (
    FileChanged,
    SourceFile,
    read_source_file,
    require_source_name,
    write_source_file,
)
from newsarchive.sources import life as source_life
from newsarchive.sources.status import SourceStatus, source_statuses
from newsarchive.web.console.access import Form, Visitor, console_of, console_page, wants_json
from newsarchive.web.http.requests import MAX_QUERY_LENGTH, open_archive
from spiders.sources.source import Source, load

CRAWLS = 20
DAYS = 28  # of the calendar
FAILURES_SHOWN = 20  # of each kind
LOG_BYTES = 100_000  # shown of the log of the last crawl


def source_path(name: str, page: str = "") -> str:
    """Return the address of a source in the console."""
    return f"/console/sources/{name}{page}"


def source_page(request: Request, visitor: Visitor) -> Response:
    """Return the page of a source: status, alarms, coverage, crawls, and what can be done."""
    console = console_of(request)
    status = _find_status(console.folder, request.path_params["name"])
    state = read_state(console.folder)
    source, mistakes = _load(console.folder, status.name)
    with open_archive(request) as archive:
        crawls = archive.crawls(status.name, most=CRAWLS)
        coverages = list(_coverages(archive, source)) if source else []
    job = console.jobs.latest(status.name)
    return console_page(
        request,
        visitor,
        "console_source.html",
        source=status,
        definition=source,
        mistakes=mistakes,
        job=job,
        jobs=[job] if job and job.state != "ended" else [],
        crawling_since=state.crawling.get(status.name) if state else None,
        is_waiting=state is not None and status.name in state.waiting,
        crawls=crawls,
        coverages=[(one, _weeks(one)) for one in coverages],
        failures_shown=FAILURES_SHOWN,
        has_log=_log_path(console.folder, status.name).is_file(),
        now=datetime.now(UTC),
    )


def log_page(request: Request, visitor: Visitor) -> Response:
    """Return the end of the log of a source's last crawl."""
    folder = console_of(request).folder
    name = _find_status(folder, request.path_params["name"]).name
    try:
        with _log_path(folder, name).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - LOG_BYTES))
            text = file.read(LOG_BYTES).decode("utf-8", "replace")
    except FileNotFoundError:
        raise NotFound(f"There is no log of a crawl of {name} yet.") from None
    return console_page(
        request, visitor, "console_log.html", name=name, text=text, is_cut=size > LOG_BYTES, jobs=()
    )


def edit_page(request: Request, visitor: Visitor) -> Response:
    """Return the form with the file of a source."""
    file = read_source_file(console_of(request).folder, request.path_params["name"])
    return _editor(request, visitor, file, file.text, ())


def edit_action(request: Request, visitor: Visitor, form: Form) -> Response:
    """Write the file of a source, or show the form again with all mistakes."""
    folder, name = console_of(request).folder, request.path_params["name"]
    text = form.get("text", "")
    try:
        write_source_file(folder, name, text, form.get("digest", ""))
    except FileChanged as error:
        if wants_json(request):
            return JSONResponse({"error": str(error)}, 409)
        return _editor(request, visitor, read_source_file(folder, name), text, (), changed=str(error))
    except SourceError as error:
        mistakes = tuple(str(error).splitlines())
        if wants_json(request):
            return JSONResponse({"error": "The file has mistakes.", "mistakes": mistakes}, 422)
        return _editor(
            request, visitor, read_source_file(folder, name), text, mistakes, form.get("digest", "")
        )
    if wants_json(request):
        return JSONResponse({"source": name, "digest": read_source_file(folder, name).digest})
    return RedirectResponse(source_path(name), 303)


def file_json(request: Request, visitor: Visitor) -> Response:
    """Return the file of a source as JSON, with the digest that a change must name."""
    file = read_source_file(console_of(request).folder, request.path_params["name"])
    return JSONResponse({"source": file.name, "text": file.text, "digest": file.digest})


def pause_action(request: Request, visitor: Visitor, form: Form) -> Response:
    """Pause a source."""
    return _change_state(request, "paused", form.get("why", "").strip()[:MAX_QUERY_LENGTH] or None)


def resume_action(request: Request, visitor: Visitor, form: Form) -> Response:
    """Resume a source that was paused or retired."""
    return _change_state(request, "resumed", None)


def _change_state(request: Request, change: Kind, why: str | None) -> Response:
    folder, name = console_of(request).folder, request.path_params["name"]
    _find_status(folder, name)
    source_life.change_state(folder, name, change, why)
    if wants_json(request):
        return JSONResponse(_find_status(folder, name).as_dict())
    return RedirectResponse(source_path(name), 303)


def _editor(
    request: Request,
    visitor: Visitor,
    file: SourceFile,
    text: str,
    mistakes: tuple[str, ...],
    digest: str | None = None,
    *,
    changed: str | None = None,
) -> Response:
    return console_page(
        request,
        visitor,
        "console_edit.html",
        422 if mistakes else 409 if changed else 200,
        name=file.name,
        text=text,
        digest=file.digest if digest is None else digest,
        mistakes=mistakes,
        changed=changed,
        theirs=file.text if changed else None,
        jobs=(),
    )


def _find_status(folder: Path, name: str) -> SourceStatus:
    """Return the status of a source, or raise NotFound. A file with errors has one too."""
    statuses, _ = source_statuses(folder, name)
    if not statuses:
        require_source_name(folder, name)
        return SourceStatus(
            name=name,
            title=name,
            zone=ZoneInfo("UTC"),
            state="active",
            state_since=None,
            articles=0,
            by_state={},
            crawl=None,
            outcome="none",
            next_crawl=None,
            has_file=True,
            dated_ahead=None,
        )
    return statuses[0]


def _load(folder: Path, name: str) -> tuple[Source | None, list[str]]:
    """Return the source in a file, or the mistakes; neither if there is no file."""
    path = folder / paths.SOURCES / f"{name}.toml"
    if not path.is_file():
        return None, []
    try:
        return load(path), []
    except SourceError as error:
        return None, str(error).splitlines()


def _coverages(archive: Archive, source: Source) -> Iterator[Coverage]:
    zone = ZoneInfo(source.timezone)
    now = datetime.now(UTC)
    first = now.astimezone(zone).date() - timedelta(days=DAYS - 1)
    begin = datetime.combine(first, time(), zone).astimezone(UTC)
    yield from section_coverages(archive.connection, source, begin, now)


def _weeks(coverage: Coverage) -> list[list[tuple[date, str] | None]]:
    """Return the days of a coverage in weeks from Monday to Sunday; None for days outside of it."""
    days = sorted(coverage.days)
    monday = days[0] - timedelta(days=days[0].weekday())
    weeks = []
    while monday <= days[-1]:
        week = [monday + timedelta(days=place) for place in range(7)]
        weeks.append([(day, coverage.days[day]) if day in coverage.days else None for day in week])
        monday += timedelta(days=7)
    return weeks


def _log_path(folder: Path, name: str) -> Path:
    return folder / paths.STATE / "logs" / f"{name}.log"
