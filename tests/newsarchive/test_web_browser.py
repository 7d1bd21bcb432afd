"""Snapshots in Chromium: archived scripts do not run, and no request reaches another server."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsarchive.web.app import create_app
from newsarchive.web.http.security import replay_headers
from tests import small_archive
from tests.small_archive import HOSTILE, SUMMIT

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@dataclass
class OtherServer:
    """Another server, which records all connections and requests."""

    address: str
    connections: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def other_server() -> Iterator[OtherServer]:
    class Handler(BaseHTTPRequestHandler):
        def setup(self) -> None:
            super().setup()
            other.connections.append(self.client_address[0])

        def do_GET(self) -> None:
            other.requests.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    other = OtherServer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield other
    server.shutdown()
    server.server_close()


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a free port, which is open when the block begins."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def rendered(address: str, profile: Path) -> str:
    """Return the DOM of a page after five seconds of virtual time."""
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    command += ["--disable-component-update", "--no-first-run", f"--user-data-dir={profile}"]
    command += ["--virtual-time-budget=5000", "--dump-dom", address]
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.decode(
        "utf-8", "replace"
    )


def test_without_protection_the_hostile_page_sends_requests(
    other_server: OtherServer, tmp_path: Path
) -> None:
    """Without this, the other tests would prove nothing."""
    page = tmp_path / "hostile.html"
    page.write_text(small_archive.hostile_page(other_server.address), encoding="utf-8")
    rendered(page.as_uri(), tmp_path / "profile")
    assert {"/script", "/onload", "/srcdoc", "/inline", "/set1"} <= set(other_server.requests)


@pytest.mark.parametrize("form", ["", "if_"])
def test_archived_scripts_do_not_run_and_no_request_leaves(
    other_server: OtherServer, tmp_path: Path, form: str
) -> None:
    folder = small_archive.build(tmp_path / "archive", elsewhere=other_server.address)
    with served(create_app(folder)) as origin:
        page = rendered(f"{origin}/snapshot/20220110100006{form}/{HOSTILE}", tmp_path / "profile")
    assert ("Враждебная страница" in page) if form else ("Archived copy" in page)
    assert "ran</title>" not in page
    assert other_server.connections == []


def test_the_headers_alone_stop_an_unmodified_page(other_server: OtherServer, tmp_path: Path) -> None:
    """The second line of defence alone: the markup as archived, with the headers of archived content."""

    def raw(request: Request) -> HTMLResponse:
        # No policy can stop a refresh in the page: that is left to the rewriting of the markup.
        page = small_archive.hostile_page(other_server.address).replace(
            '<meta http-equiv="refresh"', "<meta "
        )
        return HTMLResponse(page, headers=replay_headers(request.url.netloc))

    with served(Starlette(routes=[Route("/", raw)])) as origin:
        page = rendered(origin, tmp_path / "profile")
    assert "Враждебная страница" in page
    assert other_server.requests == []


@dataclass
class RecordingApp:
    """An application, with the status of each response."""

    app: Starlette
    answers: list[tuple[str, int]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_recorded(message: Message) -> None:
            if message["type"] == "http.response.start":
                query = scope["query_string"].decode()
                self.answers.append((scope["path"] + (f"?{query}" if query else ""), message["status"]))
            await send(message)

        await self.app(scope, receive, send_recorded)

    def of(self, end: str) -> list[int]:
        return [status for address, status in self.answers if address.endswith(end)]


def test_a_page_is_shown_with_its_styles_and_images(tmp_path: Path) -> None:
    watched = RecordingApp(create_app(small_archive.build(tmp_path / "archive")))
    with served(watched) as origin:
        rendered(f"{origin}/snapshot/20220110100003/{SUMMIT}", tmp_path / "profile")
    for part in ("site.css", "summit.png"):
        assert set(watched.of(part)) == {200}


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_a_page_of_another_site_can_load_nothing(tmp_path: Path, name: str) -> None:
    """“localhost” is another site; another port of 127.0.0.1 is the same site but another program."""
    watched = RecordingApp(create_app(small_archive.build(tmp_path / "archive")))
    sql = "/db/archive.json?sql=select+"
    with served(watched) as origin:
        page = f"""<!doctype html><title>x</title><h1>Elsewhere</h1>
            <img src="{origin}{sql}1"><script src="{origin}{sql}2"></script>
            <iframe src="{origin}{sql}3"></iframe><object data="{origin}{sql}4"></object>
            <link rel=stylesheet href="{origin}{sql}5"><video src="{origin}{sql}6"></video>
            <script>fetch("{origin}{sql}7", {{mode: "no-cors"}}); fetch("{origin}{sql}8")</script>
            <img src="{origin}/api/v1/articles"><iframe src="{origin}/sources"></iframe>
            <script>navigator.sendBeacon("{origin}{sql}9", "x")</script>"""

        def elsewhere(request: Request) -> HTMLResponse:
            return HTMLResponse(page)

        with served(Starlette(routes=[Route("/", elsewhere)])) as other:
            rendered(other.replace("127.0.0.1", name), tmp_path / "profile")
    assert len({address for address, _ in watched.answers}) >= 9
    assert {status for _, status in watched.answers} == {403}


def test_a_link_from_another_site_opens_a_snapshot_but_runs_no_query(tmp_path: Path) -> None:
    watched = RecordingApp(create_app(small_archive.build(tmp_path / "archive")))
    with served(watched) as origin:
        for number, address in enumerate((f"/snapshot/20220110100003/{SUMMIT}", "/db/archive?sql=select+1")):

            def leading(request: Request, to: str = f"{origin}{address}") -> HTMLResponse:
                return HTMLResponse(f"<!doctype html><script>location = '{to}'</script>")

            with served(Starlette(routes=[Route("/", leading)])) as other:
                shown = rendered(other.replace("127.0.0.1", "localhost"), tmp_path / f"profile{number}")
            assert ("Archived copy" if number == 0 else "Link from another site") in shown
    assert watched.of("sql=select+1") == [403]
    assert set(watched.of("site.css")) == {200}
