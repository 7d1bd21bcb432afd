"""JSON output, for other programs."""

from __future__ import annotations

import sys
from typing import Any


def print_json_line(value: Any) -> None:
    """Print a value as JSON on one line."""
    from archive.export.jsonl import to_json

    sys.stdout.buffer.write(f"{to_json(value)}\n".encode("utf-8", "replace"))


def print_json(value: Any) -> None:
    """Print a value as JSON, in UTF-8 regardless of the terminal's encoding."""
    from archive.export.jsonl import to_json

    sys.stdout.buffer.write(f"{to_json(value, indent=2)}\n".encode("utf-8", "replace"))
