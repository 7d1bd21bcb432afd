"""What the tests of the web pages share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from newsarchive.web.app import create_app


@pytest.fixture
def browser(small: Path) -> Iterator[TestClient]:
    """The web pages of the small archive, as a browser on this machine asks for them; redirects are answers."""
    with TestClient(create_app(small), base_url="http://127.0.0.1:8470", follow_redirects=False) as client:
        yield client
