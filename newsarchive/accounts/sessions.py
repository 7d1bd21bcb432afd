"""Sessions of the web interface: one file for each in state/sessions/, named by the hash of its token.

They are kept on the server, and not in a signed cookie, so that signing out, a new password and the removal of an
account end them at once.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive import paths, timestamps
from archive.errors import Unwritable
from newsarchive.accounts.passwords import hash_token

LIFETIME = timedelta(days=7)
MOST = 10_000  # sessions; the oldest end when there are more


def begin(folder: Path, account: str, now: datetime | None = None) -> str:
    """Begin a session of an account, and return its token. Sessions that are over are deleted."""
    now = now or datetime.now(UTC)
    token = secrets.token_urlsafe(32)
    try:
        _folder(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        _delete_ended(folder, now)
        stored = {"account": account, "until": timestamps.to_iso(now + LIFETIME)}
        handle = os.open(_path(folder, token), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8") as file:
            json.dump(stored, file)
    except OSError as error:
        raise Unwritable.from_os_error(error, _folder(folder)) from error
    return token


def account_name(folder: Path, token: str, now: datetime | None = None) -> str | None:
    """Return the name of the account whose session has this token; None if there is none or it is over."""
    account, until = _read(_path(folder, token))
    return account if until is not None and until > (now or datetime.now(UTC)) else None


def end(folder: Path, token: str) -> None:
    """End a session."""
    _path(folder, token).unlink(missing_ok=True)


def end_all(folder: Path, account: str) -> None:
    """End all sessions of an account."""
    for path in _files(folder):
        if _read(path)[0] == account:
            path.unlink(missing_ok=True)


def _delete_ended(folder: Path, now: datetime) -> None:
    left = []
    for path in _files(folder):
        until = _read(path)[1]
        if until is None or until <= now:
            path.unlink(missing_ok=True)
        else:
            left.append((until, path))
    for _, path in sorted(left)[: max(0, len(left) - MOST + 1)]:
        path.unlink(missing_ok=True)


def _read(path: Path) -> tuple[str | None, datetime | None]:
    with suppress(OSError, ValueError, KeyError, TypeError):
        stored = json.loads(path.read_text("utf-8"))
        return str(stored["account"]), timestamps.from_iso(stored["until"])
    return None, None


def _files(folder: Path) -> Iterator[Path]:
    return _folder(folder).glob("*.json")


def _path(folder: Path, token: str) -> Path:
    return _folder(folder) / f"{hash_token(token)}.json"


def _folder(folder: Path) -> Path:
    return folder / paths.STATE / "sessions"
