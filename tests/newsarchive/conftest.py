"""What the tests of the doors share: a small archive, and the commands as typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from starlette.testclient import TestClient

from newsarchive.cli import main
from newsarchive.web.app import create_app

Typed = Callable[..., Result]


@pytest.fixture
def browser(small: Path) -> Iterator[TestClient]:
    """The web pages of the small archive, as a browser on this machine asks for them; redirects are answers."""
    with TestClient(create_app(small), base_url="http://127.0.0.1:8470", follow_redirects=False) as client:
        yield client


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Runs what is typed after `newsarchive`; the first argument is the archive's folder or None."""
    for name in ("NEWSARCHIVE_HOME", "NEWSARCHIVE_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def run(folder: Path | None, *arguments: object) -> Result:
        where = [] if folder is None else ["--archive", str(folder)]
        return CliRunner().invoke(main, [*where, *map(str, arguments)])

    return run
