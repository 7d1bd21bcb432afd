"""The accounts of an archive, in its file users.toml."""

from __future__ import annotations

import hmac
import os
import re
import tomllib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from archive import locks, paths
from archive.errors import ArchiveError, NotFound, Unwritable
from newsarchive.accounts import passwords, sessions
from spiders.sources.toml_file import to_toml

Role = Literal["archivist", "journalist", "reader"]
ROLES: tuple[Role, ...] = get_args(Role)
LOCK_FILE = "newsarchive.users.lock"  # its dots keep it apart from the lock of any source
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
_HEADING = (
    "# Accounts of the web interface, written by 'newsarchive users'. Passwords and tokens are hashed.\n\n"
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the web interface."""

    name: str
    role: Role
    password: str | None = None  # hash; without one, the account has only a token
    token: str | None = None  # hash

    @property
    def may_use_console(self) -> bool:
        """Return whether the account may use the console."""
        return self.role == "archivist"

    def as_dict(self) -> dict[str, Any]:
        """Return the account for JSON, without its hashes."""
        return {
            "name": self.name,
            "role": self.role,
            "has_password": self.password is not None,
            "has_token": self.token is not None,
        }


def load_accounts(folder: Path) -> dict[str, Account]:
    """Return the accounts of an archive by name; raise ArchiveError if the file is damaged."""
    path = folder / paths.USERS
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise _damaged(path) from error
    try:
        accounts = [_from_table(one) for one in table.get("users", [])]
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path) from error
    return {account.name: account for account in accounts}


def has_accounts(folder: Path) -> bool:
    """Return whether the archive has accounts. A file that cannot be read counts: it must not open the console."""
    try:
        return bool(load_accounts(folder))
    except ArchiveError:
        return True


def add_account(folder: Path, name: str, role: Role, password: str | None) -> Account:
    """Add an account; raise ArchiveError if the name is taken or not allowed."""
    require_new_name(load_accounts(folder), name)
    account = Account(name, role, passwords.hash_password(password) if password is not None else None)
    with _changed_accounts(folder) as accounts:
        require_new_name(accounts, name)
        accounts[name] = account
    return account


def set_password(folder: Path, name: str, password: str) -> None:
    """Replace the password of an account, and end its sessions."""
    hashed = passwords.hash_password(password)
    with _changed_accounts(folder) as accounts:
        accounts[name] = replace(_require(accounts, name), password=hashed)
    sessions.end_all(folder, name)


def set_new_token(folder: Path, name: str) -> str:
    """Give an account a new token in place of its old one, and return it: only its hash is stored."""
    token = passwords.new_token()
    with _changed_accounts(folder) as accounts:
        accounts[name] = replace(_require(accounts, name), token=passwords.hash_token(token))
    return token


def remove_account(folder: Path, name: str) -> None:
    """Remove an account, and end its sessions."""
    with _changed_accounts(folder) as accounts:
        _require(accounts, name)
        del accounts[name]
    sessions.end_all(folder, name)


def require_account(folder: Path, name: str) -> Account:
    """Return an account, or raise NotFound."""
    return _require(load_accounts(folder), name)


def require_new_name(accounts: Collection[str], name: str) -> None:
    """Raise ArchiveError if there cannot be a new account of this name."""
    if name in accounts:
        raise ArchiveError(
            f"There is already an account {name!r}. To change its password, run 'newsarchive users password {name}'."
        )
    if not _NAME.fullmatch(name):
        raise ArchiveError(
            f"{name[:80]!r} cannot be the name of an account: use a-z, 0-9, and after the first character also . _ @ -"
        )


def account_with_password(folder: Path, name: str, password: str) -> Account | None:
    """Return the account with this name and password, or None after the same time."""
    account = load_accounts(folder).get(name)
    is_right = passwords.is_password(password, account.password if account else None)
    return account if is_right else None


def account_with_token(folder: Path, token: str) -> Account | None:
    """Return the account with this token, or None."""
    hashed = passwords.hash_token(token)
    found = None
    for account in load_accounts(folder).values():
        if account.token is not None and hmac.compare_digest(account.token, hashed):
            found = account
    return found


def account_with_session(folder: Path, token: str) -> Account | None:
    """Return the account that is signed in with this session, or None."""
    name = sessions.account_name(folder, token)
    return load_accounts(folder).get(name) if name is not None else None


@contextmanager
def _changed_accounts(folder: Path) -> Iterator[dict[str, Account]]:
    """Yield the accounts to change, and write them when the block succeeds."""
    path = folder / paths.USERS
    try:
        with locks.lock_waiting(folder / paths.STATE / LOCK_FILE):
            accounts = load_accounts(folder)
            yield accounts
            part = path.with_name(f".{paths.USERS}.part")
            part.unlink(missing_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(handle, "w", encoding="utf-8") as file:
                file.write(_HEADING + to_toml({"users": [_to_table(one) for one in accounts.values()]}))
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
    except OSError as error:
        raise Unwritable.from_os_error(error, path) from error


def _require(accounts: dict[str, Account], name: str) -> Account:
    try:
        return accounts[name]
    except KeyError:
        known = ", ".join(accounts) or "none"
        raise NotFound(f"There is no account {name[:80]!r}. Known accounts: {known}.") from None


def _from_table(table: dict[str, Any]) -> Account:
    account = Account(table["name"], table["role"], table.get("password"), table.get("token"))
    texts = (account.name, account.password or "", account.token or "")
    if account.role not in ROLES or not all(isinstance(text, str) for text in texts):
        raise ValueError(account.role)
    return account


def _to_table(account: Account) -> dict[str, str]:
    hashes = {"password": account.password, "token": account.token}
    return {"name": account.name, "role": account.role} | {
        key: value for key, value in hashes.items() if value is not None
    }


def _damaged(path: Path) -> ArchiveError:
    return ArchiveError(
        f"{path} is damaged. Delete it, then add the accounts again with 'newsarchive users add'."
    )
