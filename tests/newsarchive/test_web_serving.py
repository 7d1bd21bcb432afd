"""Serving: begun, asked, ended."""

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
from newsarchive.web.server import address, serve

PROGRAM = """
import sys
from pathlib import Path
from newsarchive.web.server import serve
serve(Path(sys.argv[1]), "127.0.0.1", 0, ready=lambda address: print(address, flush=True))
print("ended", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_told_to_stop_and_ends_in_order(tmp_path: Path, number: signal.Signals) -> None:
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
            assert "Nothing has been archived yet" in answer.read().decode()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "ended\n", "")


def test_a_port_that_is_taken_is_said_to_be_taken(tmp_path: Path) -> None:
    Archive.create(tmp_path).close()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ArchiveError, match=f"Port {port} on 127.0.0.1 cannot be had"):
            serve(tmp_path, "127.0.0.1", port)


def test_a_folder_that_is_no_archive_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(NoArchive):
        serve(tmp_path, "127.0.0.1", 0)


def test_the_address_shown_can_be_opened() -> None:
    assert address("::1", 8470) == "http://[::1]:8470/"
    assert address("0.0.0.0", 80) == "http://127.0.0.1:80/"
