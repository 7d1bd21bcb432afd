"""Set up a source in the console: look at a site, review the file, try it, and save it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from archive.errors import ArchiveError, BadQuery
from newsarchive.source_editing.source_file import LONGEST, require_source_name
from newsarchive.source_editing.trial import try_source
from newsarchive.source_setup import source_file
from newsarchive.source_setup.model import SiteDescription
from newsarchive.source_setup.process import inspect_sites
from newsarchive.source_setup.source_list import require_url
from newsarchive.source_setup.zones import is_zone
from newsarchive.web.console.access import Form, Visitor, console_of, console_page, wants_json
from newsarchive.web.console.sources import source_path
from newsarchive.web.console.tasks import Report, Task
from spiders.sources.source import find_mistakes

INSPECTION, TRIAL = "look at the site", "dry run"
DELAY = 1.0  # seconds between two requests to the site, as in 'newsarchive sources new'


@dataclass(frozen=True, slots=True)
class Draft:
    """A source file that is not saved yet."""

    name: str
    text: str
    digest: str = ""  # of the file that it changes; empty: the source is new

    @property
    def is_new(self) -> bool:
        """Return whether the source has no file yet."""
        return not self.digest


def new_page(request: Request, visitor: Visitor) -> Response:
    """Return the form that asks for the address of a site."""
    return console_page(request, visitor, "console_new.html", jobs=())


def inspect_action(request: Request, visitor: Visitor, form: Form) -> Response:
    """Start to look at a site."""
    folder = console_of(request).folder
    url = require_url(form.get("url", "").strip()[:2000])
    name = source_file.choose_name(folder, url, form.get("name", "").strip() or None)

    def look(report: Report) -> SiteDescription:
        def on_progress(place: int, phase: str, requests: int) -> None:
            report(phase, f"{requests} requests")

        with closing(inspect_sites(folder, [url], delay=DELAY, on_progress=on_progress)) as inspections:
            _, found = next(inspections)
        if isinstance(found, str):
            raise ArchiveError(found)
        return found

    return _started(request, console_of(request).tasks.start(INSPECTION, {"name": name, "url": url}, look))


def try_action(request: Request, visitor: Visitor, form: Form) -> Response:
    """Start a dry run with a file that is not saved."""
    console, draft = console_of(request), _draft(request, form)
    if mistakes := _mistakes(draft):
        return _draft_page(request, visitor, draft, mistakes=mistakes)

    def check(report: Report) -> dict[str, object]:
        report("checking", "the listings and up to 5 articles")
        return try_source(console.folder, draft.name, draft.text)

    about = {"name": draft.name, "text": draft.text, "digest": draft.digest}
    task = console.tasks.start(TRIAL, about, check)
    return _started(request, task)


def create_action(request: Request, visitor: Visitor, form: Form) -> Response:
    """Write the file of a new source, or show the form again with all mistakes."""
    folder, draft = console_of(request).folder, _draft(request, form)
    source_file.choose_name(folder, "", draft.name)
    if mistakes := _mistakes(draft):
        return _draft_page(request, visitor, draft, mistakes=mistakes)
    source_file.write(folder, draft.name, draft.text)
    if wants_json(request):
        return JSONResponse({"source": draft.name}, 201)
    return RedirectResponse(source_path(draft.name), 303)


def task_page(request: Request, visitor: Visitor) -> Response:
    """Return the progress of a task, or its result with the file to review."""
    task = console_of(request).tasks.find(request.path_params["task"])
    if not task.is_over or task.error is not None:
        running = () if task.is_over else (task,)
        return console_page(request, visitor, "console_task.html", task=task, jobs=running)
    if task.what == TRIAL:
        draft = Draft(task.about["name"], task.about["text"], task.about["digest"])
        return _draft_page(request, visitor, draft, trial=task.result)
    site: SiteDescription = task.result
    zone = request.query_params.get("timezone", "").strip()
    if zone and not is_zone(zone):
        raise BadQuery(f"“{zone[:40]}” is not a time zone: write an IANA name such as Europe/Kyiv.")
    if zone:
        site = source_file.apply_given(site, timezone=zone, origin="given in the console")
    text = source_file.compose(site) if site.zone.zone is not None else ""
    return _draft_page(request, visitor, Draft(task.about["name"], text), site=site)


def task_json(request: Request, visitor: Visitor) -> Response:
    """Return the progress of a task as JSON, with the result of one that has ended."""
    task = console_of(request).tasks.find(request.path_params["task"])
    result = task.result.as_dict() if isinstance(task.result, SiteDescription) else task.result
    return JSONResponse({**task.as_dict(), "result": result})


def _started(request: Request, task: Task) -> Response:
    if wants_json(request):
        return JSONResponse(task.as_dict(), 202)
    return RedirectResponse(f"/console/tasks/{task.id}", 303)


def _draft(request: Request, form: Form) -> Draft:
    """Return the file in a form; raise NotFound for a change of a source without a file."""
    text = form.get("text", "").replace("\r\n", "\n")
    draft = Draft(request.path_params["name"], text, form.get("digest", ""))
    if not draft.is_new:
        require_source_name(console_of(request).folder, draft.name)
    return draft


def _mistakes(draft: Draft) -> list[str]:
    content = draft.text.encode("utf-8", "replace")
    if len(content) > LONGEST:
        return [f"the file is longer than {LONGEST // 1000} kilobytes"]
    return find_mistakes(draft.name, content)


def _draft_page(
    request: Request,
    visitor: Visitor,
    draft: Draft,
    *,
    site: SiteDescription | None = None,
    trial: dict[str, object] | None = None,
    mistakes: list[str] | None = None,
) -> Response:
    if mistakes and wants_json(request):
        return JSONResponse({"error": "The file has mistakes.", "mistakes": mistakes}, 422)
    return console_page(
        request,
        visitor,
        "console_draft.html",
        422 if mistakes else 200,
        draft=draft,
        site=site,
        trial=trial,
        mistakes=mistakes or [],
        jobs=(),
    )
