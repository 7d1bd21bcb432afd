"""Sample queries for researchers on archive.db, each an SQL file that any SQLite tool runs as it is.

The first comment of a file is the question; the others say how to read the answer. docs/questions.md shows them
with their answers on the demo archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from itertools import takewhile


@dataclass(frozen=True, slots=True)
class SampleQuery:
    """A question and the SQL that answers it."""

    name: str  # for addresses: "what-vanished"
    title: str  # the question
    description: str  # how to read the answer
    sql: str


def load_queries() -> tuple[SampleQuery, ...]:
    """Return all of them, in order."""
    found = sorted(file.name for file in files(__name__).iterdir() if file.name.endswith(".sql"))
    return tuple(_read(name) for name in found)


def _read(file: str) -> SampleQuery:
    lines = files(__name__).joinpath(file).read_text("utf-8").splitlines()
    comments = [
        line.removeprefix("--").strip() for line in takewhile(lambda line: line.startswith("--"), lines)
    ]
    sql = "\n".join(lines[len(comments) :])
    return SampleQuery(file[3:].removesuffix(".sql"), comments[0], " ".join(comments[1:]), sql)
