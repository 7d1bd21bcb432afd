"""What the tests of the doors share: a small archive, and the commands as typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsarchive.cli import main
from tests.small_archive import build

Typed = Callable[..., Result]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small archive. Tests read it and change nothing."""
    return build(tmp_path_factory.mktemp("small") / "archive")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Runs what is typed after `newsarchive`; the first argument is the archive's folder or None."""
    for name in ("NEWSARCHIVE_HOME", "NEWSARCHIVE_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def run(folder: Path | None, *arguments: object) -> Result:
        where = [] if folder is None else ["--archive", str(folder)]
        return CliRunner().invoke(main, [*where, *map(str, arguments)])

    return run
