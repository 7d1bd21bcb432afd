"""The addresses of the console. Each is declared as a page or as an action, and so protected."""

from __future__ import annotations

from starlette.routing import Route

from newsarchive.web.console import crawls, new_sources, overview, signin, sources
from newsarchive.web.console.access import HOME, LOGIN, Action, Page, protect_action, protect_page

SOURCE = "/console/sources/{name}"
PAGES: dict[str, Page] = {
    HOME: overview.overview,
    "/console/status.json": overview.status_json,
    SOURCE: sources.source_page,
    f"{SOURCE}/log": sources.log_page,
    f"{SOURCE}/edit": sources.edit_page,
    f"{SOURCE}/file.json": sources.file_json,
    "/console/jobs/{job}": crawls.job_json,
    "/console/new": new_sources.new_page,
    "/console/tasks/{task}": new_sources.task_page,
    "/console/tasks/{task}/progress.json": new_sources.task_json,
}
ACTIONS: dict[str, Action] = {
    f"{SOURCE}/edit": sources.edit_action,
    f"{SOURCE}/crawl": crawls.crawl_action,
    f"{SOURCE}/recheck": crawls.recheck_action,
    f"{SOURCE}/pause": sources.pause_action,
    f"{SOURCE}/resume": sources.resume_action,
    f"{SOURCE}/try": new_sources.try_action,
    f"{SOURCE}/create": new_sources.create_action,
    "/console/new": new_sources.inspect_action,
    "/console/jobs/{job}/stop": crawls.stop_action,
}


def routes() -> list[Route]:
    """Return the routes of the console and of the page for signing in."""
    return [
        Route(LOGIN, signin.login_page, methods=["GET"]),
        Route(LOGIN, signin.login_action, methods=["POST"]),
        Route("/logout", signin.logout_action, methods=["POST"]),
        *(Route(path, protect_page(page), methods=["GET"]) for path, page in PAGES.items()),
        *(Route(path, protect_action(action), methods=["POST"]) for path, action in ACTIONS.items()),
    ]
