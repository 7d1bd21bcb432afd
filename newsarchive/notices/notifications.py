"""Notices to people and programs: stored once each, then delivered by webhook and mail until that succeeds.

    messages ──notify──▶ state/notices.db ──▶ a POST of JSON, a mail; what fails is tried again at the next call

Saved searches use it, and whatever else has something to report. A message with a known id is ignored.
"""

from __future__ import annotations

import json
import os
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from archive import locks, paths, timestamps
from archive.errors import Unwritable
from archive.events import without_surrogates
from archive.index.db.connection import Connection, open_state_file, transaction
from newsarchive.config import NotificationSettings, load_settings

PASSWORD_VARIABLE = "NEWSARCHIVE_SMTP_PASSWORD"
SECONDS = 20  # for one connection
BATCH = 100  # messages in one request or mail
KEPT_FOR = timedelta(days=90)  # delivered messages, so that none is stored twice
_TABLES = """
CREATE TABLE IF NOT EXISTS notices (
    id TEXT PRIMARY KEY, stored_at TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS deliveries (
    notice TEXT NOT NULL, channel TEXT NOT NULL, PRIMARY KEY (notice, channel)
) STRICT;
CREATE TABLE IF NOT EXISTS cursors (name TEXT PRIMARY KEY, moment TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Message:
    """Something to tell."""

    id: str  # the same for the same event, which is reported once
    subject: str  # one line
    text: str  # for people
    data: dict[str, Any] = field(default_factory=dict)  # for programs: a JSON object


@dataclass(frozen=True, slots=True)
class Delivery:
    """The result of a delivery."""

    stored: int = 0  # messages that were new
    delivered: int = 0  # messages, once for each channel
    waiting: int = 0  # messages that no channel or not every channel accepted yet
    errors: tuple[str, ...] = ()  # a sentence for each channel that failed


def notify(folder: Path, messages: Iterable[Message], now: datetime | None = None) -> Delivery:
    """Store messages, each once, and deliver them with those that still wait, by the channels of newsarchive.toml.

    Without a channel they are only stored. Safe to call from several processes: others wait.
    """
    settings = load_settings(folder).notifications
    with open_notices(folder) as connection:
        stored = store(connection, messages, settings, now or datetime.now(UTC))
        return deliver(connection, settings, stored)


@contextmanager
def open_notices(folder: Path) -> Iterator[Connection]:
    """Open the store of notices, for this process alone."""
    state = folder / paths.STATE
    with locks.lock_waiting(state / "newsarchive.notices.lock"):
        connection, _ = open_state_file(state / "notices.db", _TABLES, synchronous="NORMAL")
        with closing(connection):
            yield connection


def waiting(folder: Path) -> int:
    """Return how many messages were not delivered by every channel yet."""
    if not (folder / paths.STATE / "notices.db").exists():
        return 0
    try:
        with open_notices(folder) as connection:
            return _waiting(connection)
    except (OSError, Unwritable):  # an archive that can only be read delivers nothing
        return 0


def store(
    connection: Connection, messages: Iterable[Message], settings: NotificationSettings, now: datetime
) -> int:
    """Store messages that are new, for every channel; return their number."""
    count = 0
    with transaction(connection):
        for one in messages:
            added = connection.execute(
                "INSERT OR IGNORE INTO notices VALUES (?, ?, ?, ?, ?)",
                (
                    one.id,
                    timestamps.to_iso(now),
                    without_surrogates(one.subject),
                    without_surrogates(one.text),
                    json.dumps(one.data),
                ),
            ).rowcount
            count += added
            if added:
                connection.executemany(
                    "INSERT INTO deliveries VALUES (?, ?)", [(one.id, name) for name in settings.channels]
                )
        connection.execute(
            "DELETE FROM notices WHERE stored_at < ? AND id NOT IN (SELECT notice FROM deliveries)",
            (timestamps.to_iso(now - KEPT_FOR),),
        )
    return count


def deliver(connection: Connection, settings: NotificationSettings, stored: int = 0) -> Delivery:
    """Deliver what waits. A channel that fails is not tried further, and does not keep the others from theirs."""
    delivered, errors = 0, []
    for name in settings.channels:
        try:
            while batch := _next_batch(connection, name):
                _SENDERS[name](settings, batch)
                with transaction(connection):
                    connection.executemany(
                        "DELETE FROM deliveries WHERE notice = ? AND channel = ?",
                        [(one.id, name) for one in batch],
                    )
                delivered += len(batch)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            errors.append(f"Notices could not be delivered by {name}: {_reason(error)}. They are kept.")
    with transaction(connection):  # of channels that are no longer set up
        marks = ", ".join("?" * len(settings.channels))
        connection.execute(f"DELETE FROM deliveries WHERE channel NOT IN ({marks})", settings.channels)
    return Delivery(stored, delivered, _waiting(connection), tuple(errors))


def _waiting(connection: Connection) -> int:
    return int(connection.execute("SELECT count(DISTINCT notice) FROM deliveries").fetchone()[0])


def _next_batch(connection: Connection, channel: str) -> list[Message]:
    rows = connection.execute(
        """
        SELECT notices.id, subject, text, data FROM deliveries JOIN notices ON notices.id = deliveries.notice
        WHERE channel = ? ORDER BY notices.rowid LIMIT ?
        """,
        (channel, BATCH),
    ).fetchall()
    return [Message(number, subject, text, json.loads(data)) for number, subject, text, data in rows]


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirected POST would arrive as a GET without its messages: report it instead."""

    def redirect_request(self, *args: Any) -> None:
        return None


def _post(settings: NotificationSettings, messages: Sequence[Message]) -> None:
    assert settings.webhook is not None
    sent = [{"id": one.id, "subject": one.subject, "text": one.text, **one.data} for one in messages]
    request = urllib.request.Request(
        settings.webhook,
        data=json.dumps({"messages": sent}, ensure_ascii=False).encode("utf-8", "replace"),
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "newsarchive"},
        method="POST",
    )
    with urllib.request.build_opener(_NoRedirects).open(request, timeout=SECONDS):
        pass


def _mail(settings: NotificationSettings, messages: Sequence[Message]) -> None:
    assert settings.smtp_host is not None
    letter = EmailMessage()
    letter["From"], letter["To"] = settings.mail_from, ", ".join(settings.mail_to)
    subject = messages[0].subject if len(messages) == 1 else f"{len(messages)} notices"
    letter["Subject"] = f"[newsarchive] {_one_line(subject)}"
    parts = [f"{_one_line(one.subject)}\n\n{one.text}" for one in messages]
    letter.set_content(("\n\n" + "-" * 20 + "\n\n").join(parts).encode("utf-8", "replace").decode())
    context = ssl.create_default_context()
    if settings.smtp_tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, timeout=SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SECONDS)
    with server:
        if settings.smtp_tls == "starttls":
            server.starttls(context=context)
        if settings.smtp_user is not None:
            server.login(settings.smtp_user, _password())
        server.send_message(letter)


def _password() -> str:
    found = os.environ.get(PASSWORD_VARIABLE)
    if not found:
        raise ValueError(f"set the password of smtp_user in the environment variable {PASSWORD_VARIABLE}")
    return found


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)[:200].strip()


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code}"
    if isinstance(error, smtplib.SMTPResponseException):
        text = (
            error.smtp_error.decode("utf-8", "replace")
            if isinstance(error.smtp_error, bytes)
            else error.smtp_error
        )
        return _one_line(f"the mail server answered {error.smtp_code} {text}")
    if isinstance(error, urllib.error.URLError):
        return _one_line(str(error.reason))
    return _one_line(str(error) or type(error).__name__)


_SENDERS: dict[str, Callable[[NotificationSettings, Sequence[Message]], None]] = {
    "webhook": _post,
    "mail": _mail,
}


def read_cursor(connection: Connection, name: str) -> datetime | None:
    """Return until when something was checked for news; None if never."""
    row = connection.execute("SELECT moment FROM cursors WHERE name = ?", (name,)).fetchone()
    return timestamps.from_iso(row[0]) if row is not None else None


def write_cursor(connection: Connection, name: str, moment: datetime) -> None:
    """Store until when something was checked for news."""
    connection.execute(
        "INSERT INTO cursors VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET moment = excluded.moment",
        (name, timestamps.to_iso(moment)),
    )
