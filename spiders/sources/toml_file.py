"""A TOML file read, with what hinders it in plain words."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from spiders.sources.validation import InvalidFile


def read(path: Path) -> dict[str, Any]:
    """The table a file holds; MistakesFound when it cannot be read or is no TOML."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise InvalidFile([f"cannot be read: {error.strerror or error}"]) from None
    except UnicodeDecodeError:
        raise InvalidFile(["is not UTF-8 text; save it as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidFile([f"is not TOML: {error}"]) from None
    except RecursionError:
        raise InvalidFile(["is no source file: it is nested too deep"]) from None
