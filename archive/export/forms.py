"""The forms in which articles are taken out, and by what a file's name says which is meant. PURE."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

Form = Literal["jsonl", "csv", "parquet", "sqlite"]
FORMS: tuple[Form, ...] = get_args(Form)
_ENDINGS: dict[str, Form] = {
    ".csv": "csv",
    ".parquet": "parquet",
    ".db": "sqlite",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
}
STREAMED: frozenset[Form] = frozenset({"jsonl", "csv"})  # what can go into a pipe as it is made


def of_name(file: Path | None) -> Form:
    """The form that a file's name asks for: JSON Lines where it names none."""
    return _ENDINGS.get(file.suffix.lower(), "jsonl") if file else "jsonl"
