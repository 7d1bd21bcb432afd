"""The server: start, port, and shutdown by signals."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from archive.core import Archive
from archive.errors import ArchiveError, NoArchive
from newsarchive.web.server import browser_address, serve

PROGRAM = """
import sys
from pathlib import Path
from newsarchive.web.server import serve
serve(Path(sys.argv[1]), "127.0.0.1", 0, ready=lambda address: print(address, flush=True))
print("ended", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_stops_cleanly_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    Archive.create(tmp_path).close()
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        where = process.stdout.readline().strip()
        with urlopen(where, timeout=30) as answer:
            assert "The archive is empty" in answer.read().decode()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "ended\n", "")


def test_a_port_in_use_is_reported(tmp_path: Path) -> None:
    Archive.create(tmp_path).close()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ArchiveError, match=f"Cannot listen on port {port} of 127.0.0.1"):
            serve(tmp_path, "127.0.0.1", port)


def test_a_folder_without_an_archive_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(NoArchive):
        serve(tmp_path, "127.0.0.1", 0)


def test_the_printed_address_works_in_a_browser() -> None:
    assert browser_address("::1", 8470) == "http://[::1]:8470/"
    assert browser_address("0.0.0.0", 80) == "http://127.0.0.1:80/"
