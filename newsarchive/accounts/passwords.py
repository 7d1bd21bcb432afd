"""Hashes of passwords (Argon2id) and of tokens. argon2-cffi is used here."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from archive.errors import ArchiveError

SHORTEST, LONGEST = 10, 1000  # characters of a password
TOKEN_PREFIX = "newsarchive_"  # lets scanners of published code recognize a leaked token
_hasher = PasswordHasher()
# Each verification takes 64 MB: many at once must not take the machine's memory.
_at_once = BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password, or raise ArchiveError if the password is too short or too long."""
    if len(password) < SHORTEST:
        raise ArchiveError(f"The password is too short: use at least {SHORTEST} characters.")
    if len(password) > LONGEST:
        raise ArchiveError(f"The password is too long: use at most {LONGEST} characters.")
    with _at_once:
        return _hasher.hash(password)


def is_password(password: str, stored: str | None) -> bool:
    """Return whether a password has the stored hash; without one, return False after the same time."""
    if len(password) > LONGEST:
        return False
    with _at_once:
        try:
            return _hasher.verify(stored or _hash_of_no_password(), password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def _hash_of_no_password() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))


def new_token() -> str:
    """Return a new random token."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return the hash of a random token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
