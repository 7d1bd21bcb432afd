"""Accounts of the web interface: `newsarchive users`, hashes, sessions, and waits after wrong passwords."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.errors import ArchiveError, NotFound
from newsarchive.accounts import accounts, passwords, sessions
from newsarchive.accounts.throttle import LONGEST, Throttle
from newsarchive.cli.commands import users
from tests.conftest import Typed

pytestmark = pytest.mark.usefixtures("quick_hashes")
PASSWORD = "correct horse battery"


def add(folder: Path, name: str = "anna", role: accounts.Role = "archivist") -> accounts.Account:
    return accounts.add_account(folder, name, role, PASSWORD)


def test_an_account_has_the_password_it_was_given_and_no_other(folder: Path) -> None:
    add(folder)
    found = accounts.account_with_password(folder, "anna", PASSWORD)
    assert found is not None
    assert found.role == "archivist"
    assert accounts.account_with_password(folder, "anna", PASSWORD + " ") is None
    assert accounts.account_with_password(folder, "anna", "x" * 10_000) is None
    assert accounts.account_with_password(folder, "bob", PASSWORD) is None


def test_an_account_without_a_password_has_none_that_fits(folder: Path) -> None:
    accounts.add_account(folder, "robot", "archivist", None)
    assert accounts.account_with_password(folder, "robot", "") is None


def test_the_file_has_hashes_only_and_is_readable_by_its_owner_only(folder: Path) -> None:
    add(folder)
    token = accounts.set_new_token(folder, "anna")
    file = folder / "users.toml"
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text("utf-8")
    assert PASSWORD not in text
    assert token not in text
    assert "$argon2id$" in text


def test_a_new_token_replaces_the_old_one(folder: Path) -> None:
    add(folder)
    old, new = accounts.set_new_token(folder, "anna"), accounts.set_new_token(folder, "anna")
    assert accounts.account_with_token(folder, old) is None
    assert accounts.account_with_token(folder, new) is not None
    assert accounts.account_with_token(folder, "") is None


@pytest.mark.parametrize("name", ["", "Anna", "../x", "a b", "-x", "x" * 65, "анна", "a\n"])
def test_a_name_that_is_not_allowed_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(ArchiveError, match="cannot be the name"):
        accounts.add_account(folder, name, "reader", None)


@pytest.mark.parametrize("password", ["", "123456789", "x" * 1001])
def test_a_password_that_is_too_short_or_too_long_is_refused(folder: Path, password: str) -> None:
    with pytest.raises(ArchiveError, match="too"):
        accounts.add_account(folder, "anna", "reader", password)
    assert accounts.load_accounts(folder) == {}


@pytest.mark.parametrize(
    "text",
    [
        "users = 1",
        "[[users]]",
        '[[users]]\nname = "x"\nrole = "root"',
        '[[users]]\nname = 1\nrole = "reader"',
        "\x00",
        "users = [1]",
    ],
)
def test_a_damaged_file_is_reported_and_does_not_open_the_console(folder: Path, text: str) -> None:
    (folder / "users.toml").write_text(text)
    with pytest.raises(ArchiveError, match=r"users\.toml is damaged"):
        accounts.load_accounts(folder)
    assert accounts.has_accounts(folder)


def test_a_session_ends_by_signing_out_and_after_its_lifetime(folder: Path) -> None:
    add(folder)
    now = datetime.now(UTC)
    first, second = sessions.begin(folder, "anna", now), sessions.begin(folder, "anna", now)
    assert sessions.account_name(folder, first, now) == "anna"
    sessions.end(folder, first)
    assert sessions.account_name(folder, first, now) is None
    assert sessions.account_name(folder, second, now + sessions.LIFETIME) is None
    assert sessions.account_name(folder, "../../users", now) is None
    third = sessions.begin(folder, "anna", now + sessions.LIFETIME + timedelta(seconds=1))
    assert len(list((folder / "state/sessions").iterdir())) == 1
    assert third not in str(list((folder / "state/sessions").iterdir()))


@pytest.mark.parametrize("change", ["password", "remove"])
def test_a_new_password_and_the_removal_of_an_account_end_its_sessions(folder: Path, change: str) -> None:
    add(folder)
    add(folder, "bob")
    anna, bob = sessions.begin(folder, "anna"), sessions.begin(folder, "bob")
    if change == "password":
        accounts.set_password(folder, "anna", "another long one")
    else:
        accounts.remove_account(folder, "anna")
    assert accounts.account_with_session(folder, anna) is None
    assert accounts.account_with_session(folder, bob) is not None


def test_waits_grow_with_wrong_passwords_and_end_with_the_right_one() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    waits = []
    for _ in range(30):
        if wait := throttle.attempt("anna"):
            waits.append(wait)
            now[0] += wait
    assert waits[:4] == [2.0, 4.0, 8.0, 16.0]
    assert waits[-1] == LONGEST
    assert throttle.attempt("bob") == 0.0
    throttle.succeed("anna")
    assert [throttle.attempt("anna") for _ in range(3)] == [0.0] * 3


def test_the_commands_add_list_change_and_remove_accounts(
    folder: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No accounts" in typed(folder, "users", "list").output
    monkeypatch.setattr("sys.stdin", None)  # not used without a password
    added = typed(folder, "users", "add", "robot", "--role", "journalist", "--no-password")
    assert (added.exit_code, added.output.splitlines()[0]) == (0, "Added robot, journalist.")
    assert "users token robot" in added.output
    token = typed(folder, "users", "token", "robot").output.strip()
    assert token.startswith(passwords.TOKEN_PREFIX)
    listed = json.loads(typed(folder, "users", "list", "--json").output)
    assert listed == [{"name": "robot", "role": "journalist", "has_password": False, "has_token": True}]
    again = typed(folder, "users", "add", "robot", "--role", "reader", "--no-password")
    assert again.exit_code == 2
    assert "already an account" in again.output
    removed = typed(folder, "users", "remove", "robot")
    assert removed.exit_code == 0
    assert "open to everyone on this machine" in removed.output
    for command in ("remove", "token", "password"):
        missing = typed(folder, "users", command, "robot")
        assert missing.exit_code == 1
        assert "There is no account 'robot'" in missing.output


def test_a_password_is_read_from_standard_input(folder: Path, typed: Typed) -> None:
    from click.testing import CliRunner

    from newsarchive.cli import main

    def run(*arguments: str, text: str) -> str:
        result = CliRunner().invoke(main, ["--archive", str(folder), "users", *arguments], input=text)
        return f"{result.exit_code} {result.output}"

    assert run("add", "anna", "--role", "archivist", text=f"{PASSWORD}\n").startswith("0 Added anna")
    assert accounts.account_with_password(folder, "anna", PASSWORD) is not None
    assert run("password", "anna", text="another long one\n") == "0 Changed the password of anna.\n"
    assert accounts.account_with_password(folder, "anna", "another long one") is not None
    assert "No password was given" in run("add", "bob", "--role", "reader", text="")
    with pytest.raises(NotFound):
        accounts.require_account(folder, "bob")


def test_the_commands_offer_every_role() -> None:
    assert users.ROLES == accounts.ROLES
