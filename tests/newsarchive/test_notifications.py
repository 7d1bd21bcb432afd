"""Notices: stored once, delivered by webhook and mail to real servers on loopback, and tried again when that fails."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from archive.core import Archive
from newsarchive.notices import notifications
from newsarchive.notices.notifications import Message, notify

NOW = datetime(2022, 1, 10, 12, tzinfo=UTC)
ONE = Message("1", "порт: мост закрыт", "Мост закрыт\nhttp://news.example/1", {"watch": "порт"})
TWO = Message("2", "порт: мост открыт", "Мост открыт")


class Hook(BaseHTTPRequestHandler):
    """A webhook that keeps what it gets, and answers with a status."""

    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.got.append(json.loads(body))
        self.send_response(server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Post(socketserver.StreamRequestHandler):
    """A mail server as far as RFC 5321 is needed, which keeps the mails it accepts."""

    def handle(self) -> None:
        server: Any = self.server
        self._say("220 loopback")
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"EHLO":
                self._say("250-loopback\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME")
            elif verb == b"AUTH":
                server.auth.append(line.decode().strip())
                self._say("235 welcome")
            elif verb == b"DATA":
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
                self._say("250 kept")
            elif verb == b"RCPT" and server.rejects:
                self._say("550 no such user")
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[Any]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def hook() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    server.got, server.status = [], 204
    with serving(server):
        yield server


@pytest.fixture
def post() -> Iterator[Any]:
    server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post)
    server.mails, server.auth, server.rejects = [], [], False
    with serving(server):
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Archive.create(tmp_path / "archive").close()
    return tmp_path / "archive"


def use(folder: Path, *, hook: Any = None, post: Any = None, more: str = "") -> None:
    """Set up the channels of an archive."""
    lines = ["[notifications]"]
    if hook is not None:
        lines.append(f'webhook = "http://127.0.0.1:{hook.server_port}/hook"')
    if post is not None:
        lines += ['smtp_host = "127.0.0.1"', f"smtp_port = {post.server_address[1]}", 'smtp_tls = "none"']
        lines += ['mail_from = "archive@example.org"', 'mail_to = ["desk@example.org", "b@example.org"]']
    (folder / "newsarchive.toml").write_text("\n".join([*lines, more]), encoding="utf-8")


def test_a_message_is_posted_and_mailed_once(folder: Path, hook: Any, post: Any) -> None:
    use(folder, hook=hook, post=post)
    first = notify(folder, [ONE], NOW)
    assert (first.stored, first.delivered, first.waiting, first.errors) == (1, 2, 0, ())
    second = notify(folder, [ONE], NOW)
    assert (second.stored, second.delivered) == (0, 0)
    assert hook.got == [
        {"messages": [{"id": "1", "subject": ONE.subject, "text": ONE.text, "watch": "порт"}]}
    ]
    (mail,) = post.mails
    assert isinstance(mail, EmailMessage)
    assert (mail["Subject"], mail["To"]) == (
        "[newsarchive] порт: мост закрыт",
        "desk@example.org, b@example.org",
    )
    assert ONE.text in mail.get_content().replace("\r\n", "\n")


def test_a_channel_that_fails_is_tried_again_and_the_other_gets_nothing_twice(
    folder: Path, hook: Any, post: Any
) -> None:
    use(folder, hook=hook, post=post)
    hook.status = 503
    failed = notify(folder, [ONE], NOW)
    assert (failed.delivered, failed.waiting) == (1, 1)
    assert failed.errors == (
        "Notices could not be delivered by webhook: the server answered 503. They are kept.",
    )
    hook.status = 200
    again = notify(folder, [TWO], NOW)
    assert (again.delivered, again.waiting, again.errors) == (3, 0, ())
    assert [one["id"] for one in hook.got[-1]["messages"]] == ["1", "2"]
    assert [mail["Subject"].partition("] ")[2] for mail in post.mails] == [ONE.subject, TWO.subject]


def test_a_redirect_is_not_followed_without_the_message(folder: Path, hook: Any) -> None:
    use(folder, hook=hook)
    hook.status = 302
    assert "the server answered 302" in notify(folder, [ONE], NOW).errors[0]
    assert len(hook.got) == 1


def test_a_server_that_is_not_there_or_rejects_is_named(folder: Path, post: Any) -> None:
    (folder / "newsarchive.toml").write_text('[notifications]\nwebhook = "http://127.0.0.1:9/"\n')
    assert "Connection refused" in notify(folder, [ONE], NOW).errors[0]
    use(folder, post=post)
    post.rejects = True
    result = notify(folder, [TWO], NOW)
    assert result.errors[0].startswith("Notices could not be delivered by mail: ")
    assert "no such user" in result.errors[0]


def test_a_user_needs_a_password_in_the_environment(
    folder: Path, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(folder, post=post, more='smtp_user = "archive"')
    monkeypatch.delenv(notifications.PASSWORD_VARIABLE, raising=False)
    assert notifications.PASSWORD_VARIABLE in notify(folder, [ONE], NOW).errors[0]
    monkeypatch.setenv(notifications.PASSWORD_VARIABLE, "secret")
    assert notify(folder, [], NOW).delivered == 1
    assert post.auth[0].startswith("AUTH PLAIN")


def test_many_messages_come_in_few_mails(folder: Path, post: Any, hook: Any) -> None:
    use(folder, post=post, hook=hook)
    many = [Message(str(number), f"Новость {number}", "Текст") for number in range(250)]
    assert notify(folder, many, NOW).delivered == 500
    assert [mail["Subject"] for mail in post.mails] == ["[newsarchive] 100 notices"] * 2 + [
        "[newsarchive] 50 notices"
    ]
    assert [len(one["messages"]) for one in hook.got] == [100, 100, 50]


def test_a_hostile_subject_adds_no_header(folder: Path, post: Any) -> None:
    use(folder, post=post)
    notify(folder, [Message("x", "a\r\nBcc: all@example.org\x00\u2028b", "\ud800 .\r\n.\r\nQUIT")], NOW)
    (mail,) = post.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "[newsarchive] a  Bcc: all@example.org  b"


def test_without_a_channel_messages_are_stored_once_and_never_sent_later(folder: Path, hook: Any) -> None:
    assert notify(folder, [ONE], NOW) == notifications.Delivery(stored=1)
    assert notify(folder, [ONE], NOW).stored == 0
    use(folder, hook=hook)
    assert notify(folder, [ONE], NOW).delivered == 0
    assert notify(folder, [ONE], NOW + timedelta(days=100)).stored == 0


def test_a_channel_taken_out_of_the_settings_keeps_nothing_waiting(folder: Path, hook: Any) -> None:
    use(folder, hook=hook)
    hook.status = 500
    assert notify(folder, [ONE], NOW).waiting == notifications.waiting(folder) == 1
    (folder / "newsarchive.toml").write_text("")
    assert notify(folder, [], NOW).waiting == notifications.waiting(folder) == 0
