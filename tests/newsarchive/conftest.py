"""Fixtures for the tests of the web interface."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from newsarchive.accounts import passwords
from newsarchive.web.app import create_app


@pytest.fixture
def browser(small: Path) -> Iterator[TestClient]:
    """Return a client for the web interface of the small archive, which does not follow redirects."""
    with TestClient(create_app(small), base_url="http://127.0.0.1:8470", follow_redirects=False) as client:
        yield client


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with little work: tests make many, and protect nothing."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
