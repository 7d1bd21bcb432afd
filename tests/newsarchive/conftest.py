"""Fixtures for the tests of the web interface."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from newsarchive.web.app import create_app


@pytest.fixture
def browser(small: Path) -> Iterator[TestClient]:
    """Return a client for the web interface of the small archive, which does not follow redirects."""
    with TestClient(create_app(small), base_url="http://127.0.0.1:8470", follow_redirects=False) as client:
        yield client
