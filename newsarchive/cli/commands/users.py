"""The commands of `users`: accounts of the web interface."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

import click

from archive.errors import ArchiveError
from newsarchive.cli.options import archive_folder, json_option
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import say

if TYPE_CHECKING:
    from newsarchive.accounts.accounts import Role

ROLES = ("archivist", "journalist", "reader")


@click.group()
def users() -> None:
    """Manage the accounts of the web interface.

    An archivist may use the console. Journalists and readers can sign in, but may not use it.

    Accounts are in the file users.toml of the archive. Passwords and tokens are stored as hashes.
    """


@users.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    required=True,
    help="What the account may do: see 'newsarchive users'.",
)
@click.option("--no-password", is_flag=True, help="Add an account for a program, which uses only a token.")
def add(name: str, role: str, no_password: bool) -> None:
    """Add an account.

    The password is asked for on the terminal, or read from standard input if that is not a terminal.
    """
    from newsarchive.accounts.accounts import add_account, load_accounts, require_new_name

    folder = archive_folder()
    known = load_accounts(folder)
    require_new_name(known, name)
    add_account(folder, name, cast("Role", role), None if no_password else _read_password())
    say(f"Added {name}, {role}.")
    if no_password:
        say(f"To make a token for it, run 'newsarchive users token {name}'.")
    if not known:
        say("The console of 'newsarchive serve' now asks everyone to sign in, on this machine too.")


@users.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the accounts."""
    from newsarchive.accounts.accounts import load_accounts

    accounts = load_accounts(archive_folder()).values()
    if as_json:
        print_json([account.as_dict() for account in accounts])
    elif not accounts:
        say("No accounts. To add one, run 'newsarchive users add NAME --role archivist'.")
    else:
        print_table(
            ("NAME", "ROLE", "PASSWORD", "TOKEN"),
            [
                (
                    account.name,
                    account.role,
                    "yes" if account.password else "no",
                    "yes" if account.token else "no",
                )
                for account in accounts
            ],
            wraps="NAME",
        )


@users.command("password")
@click.argument("name")
def password(name: str) -> None:
    """Change the password of an account, and sign it out everywhere.

    The password is asked for on the terminal, or read from standard input if that is not a terminal.
    """
    from newsarchive.accounts.accounts import require_account, set_password

    folder = archive_folder()
    require_account(folder, name)
    set_password(folder, name, _read_password())
    say(f"Changed the password of {name}.")


@users.command("token")
@click.argument("name")
def token(name: str) -> None:
    """Make a token for an account, and print it.

    Programs send it as 'Authorization: Bearer TOKEN'. It replaces the previous token of the account and
    cannot be printed again.
    """
    from newsarchive.accounts.accounts import set_new_token

    say(set_new_token(archive_folder(), name))


@users.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Remove an account, and sign it out everywhere."""
    from newsarchive.accounts.accounts import load_accounts, remove_account

    folder = archive_folder()
    remove_account(folder, name)
    say(f"Removed {name}.")
    if not load_accounts(folder):
        say("No accounts are left: the console of 'newsarchive serve' is open to everyone on this machine.")


def _read_password() -> str:
    """Return a password typed twice without echo, or the first line of standard input if that is not a terminal."""
    if sys.stdin.isatty():
        return click.prompt("Password", hide_input=True, confirmation_prompt="Again", err=True)
    text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise ArchiveError("No password was given on standard input.")
    return text
