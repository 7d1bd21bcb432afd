"""A headless Chromium driven over the DevTools protocol, for tests of what a page really looks like."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 60  # a browser that says nothing for so long hangs
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Chromium:
    """One page of a browser. Scripts run in its document even where the document's own scripts may not."""

    def __init__(self, write: int, read: int) -> None:
        self._write = os.fdopen(write, "wb", buffering=0)
        self._read = os.fdopen(read, "rb", buffering=0)
        self._number = 0
        self._unread = b""
        self._events: list[dict[str, Any]] = []
        target = self._send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable")

    def open(self, address: str) -> None:
        """Open a page, and wait until all its parts were loaded or have failed."""
        self._events.clear()
        self._call("Page.navigate", url=address)
        self._await_load()

    def follow(self, expression: str, before: Callable[[], object] = lambda: None) -> None:
        """Run a script that makes the page load another one, after calling `before`; wait until that was loaded."""
        self._events.clear()
        before()
        self.evaluate(expression)
        self._await_load()

    def _await_load(self) -> None:
        while not any(event["method"] == "Page.loadEventFired" for event in self._events):
            self._receive()

    def evaluate(self, expression: str) -> Any:
        """Return the value of a script, awaited if it is a promise."""
        answer = self._call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def screenshot(self) -> bytes:
        """Return a picture of the page, as a PNG."""
        return base64.b64decode(self._call("Page.captureScreenshot")["data"])

    def screenshot_of(self, selector: str) -> bytes:
        """Return a picture of the first element, as a PNG."""
        rectangle = (
            "(r => ({x: r.x + scrollX, y: r.y + scrollY, width: r.width, height: r.height, scale: 1}))"
        )
        clip = self.evaluate(f"{rectangle}(document.querySelector({selector!r}).getBoundingClientRect())")
        return base64.b64decode(
            self._call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"]
        )

    def resize(self, width: int, height: int, *, dark: bool = False) -> None:
        """Set the size of the window, and whether pages are asked for dark colours."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", features=[scheme])

    def close(self) -> None:
        """Close the browser."""
        self._send("Browser.close")
        self._write.close()
        self._read.close()

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._send(method, session=self._session, **parameters)

    def _send(self, method: str, *, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        message |= {"sessionId": session} if session else {}
        self._write.write(json.dumps(message).encode() + b"\0")
        number = self._number
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                assert "error" not in answer, answer["error"]
                result: dict[str, Any] = answer["result"]
                return result

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._read], [], [], SECONDS)
            assert ready, f"Chromium was silent for {SECONDS} seconds"
            part = self._read.read(1 << 16)
            assert part, "Chromium ended"
            self._unread += part
        text, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        if "method" in message:
            self._events.append(message)
        return message


@contextmanager
def chromium(profile: Path, *more_options: str) -> Iterator[Chromium]:
    """Start a browser with a new profile in a folder; it ends with the block."""
    assert CHROMIUM is not None
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    # The browser reads commands from file descriptor 3 and writes answers to 4.
    options = (
        "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
    )
    command = (
        f'exec 3<&{to_read} 4>&{from_write}; exec "$0" "$@"',
        CHROMIUM,
        *options.split(),
        *more_options,
        "--no-first-run",
        "--remote-debugging-pipe",
        "--window-size=1000,800",
        f"--user-data-dir={profile}",
    )
    process = subprocess.Popen(
        ["bash", "-c", *command], pass_fds=(to_read, from_write), stderr=subprocess.DEVNULL
    )
    os.close(to_read)
    os.close(from_write)
    try:
        browser = Chromium(to_write, from_read)
        yield browser
        browser.close()
        process.wait(30)
    finally:
        process.kill()
        process.wait()
