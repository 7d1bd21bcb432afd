"""Read a TOML file, with plain messages about what is wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from spiders.sources.validation import InvalidFile


def read(path: Path) -> dict[str, Any]:
    """Return the table in a file; raise InvalidFile if it cannot be read or is no TOML."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise InvalidFile([f"cannot be read: {error.strerror or error}"]) from None
    except UnicodeDecodeError:
        raise InvalidFile(["is not UTF-8 text; save it as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidFile([f"is not TOML: {error}"]) from None
    except RecursionError:
        raise InvalidFile(["is not a source file: it is nested too deep"]) from None
