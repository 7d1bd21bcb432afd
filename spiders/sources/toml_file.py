"""Read a TOML file, with plain messages about what is wrong, and write a table as TOML.

Values are written by tomli-w, the counterpart of the standard library's tomllib. tomlkit can edit a file in place and
keep its comments, but nothing here does so: files that people write are only read, and comments in generated files are
fixed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from spiders.sources.validation import InvalidFile


def read(path: Path) -> dict[str, Any]:
    """Return the table in a file; raise InvalidFile if it cannot be read or is no TOML."""
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise InvalidFile([f"cannot be read: {error.strerror or error}"]) from None


def parse(content: bytes) -> dict[str, Any]:
    """Return the table in the content of a file; raise InvalidFile if it is no TOML."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidFile(["is not UTF-8 text; save it as UTF-8"]) from None
    except ValueError as error:  # also of numbers with thousands of digits, which are no TOMLDecodeError
        raise InvalidFile([f"is not TOML: {error}"]) from None
    except RecursionError:
        raise InvalidFile(["is nested too deep to be a source file"]) from None


def to_toml(table: Mapping[str, Any]) -> str:
    """Return a table as TOML: plain values first, then its tables, each list of tables under headings like [[name]].

    Keys of lists of tables are written as they are: letters, digits, `-` and `_`.
    """
    plain = {key: value for key, value in table.items() if not _has_tables(value)}
    parts = [tomli_w.dumps(plain)] if plain else []
    for key, value in table.items():
        if isinstance(value, Mapping):
            parts.append(tomli_w.dumps({key: value}))
        elif _has_tables(value):  # tomli-w would write short tables on one line
            parts += [f"[[{key}]]\n{tomli_w.dumps(one)}" for one in value]
    return "\n".join(parts)


def _has_tables(value: object) -> bool:
    """Return whether a value is a table or a list of tables."""
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
    )
