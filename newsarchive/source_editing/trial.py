"""A dry run of a source file that is not saved, in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive import paths
from archive.errors import ArchiveError
from newsarchive.crawling.crawl_process import stop_child

SECONDS = 600.0  # a dry run requests a few pages of one site
SOUND, NEEDS_ATTENTION = 0, 1  # exit codes with a result


def try_source(folder: Path, name: str, text: str) -> dict[str, Any]:
    """Return the result of `newsarchive sources check` for the text of a source file; nothing is stored.

    Raise ArchiveError if it could not be carried out.
    """
    with TemporaryDirectory(prefix="newsarchive-trial-") as made:
        trial = Path(made)
        (trial / paths.SOURCES).mkdir()
        shutil.copy(folder / paths.SETTINGS, trial / paths.SETTINGS)
        (trial / paths.SOURCES / f"{name}.toml").write_text(text, encoding="utf-8")
        child = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "newsarchive",
                "--archive",
                str(trial),
                "sources",
                "check",
                name,
                "--json",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
        )
        try:
            output, messages = child.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise ArchiveError(f"The dry run was stopped after {SECONDS / 60:.0f} minutes.") from None
        finally:
            stop_child(child)
        if child.returncode not in (SOUND, NEEDS_ATTENTION) or not output.strip():
            said = messages.strip().splitlines() or [f"it ended with exit code {child.returncode}"]
            raise ArchiveError(said[-1].removeprefix("Error: ").replace(str(trial), "…"))
        result: dict[str, Any] = json.loads(output)
        return result
