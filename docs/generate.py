"""Writes docs/cli.md from the commands' own help, and docs/schema.md from the comments in the schema.

python docs/generate.py            writes both
python docs/generate.py --check    exit code 1 when either is out of step
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from archive.index.schema import TABLES, VIEWS
from newsarchive.cli import main as newsarchive

DOCS = Path(__file__).parent
WIDTH = 80
_TABLE = re.compile(r"CREATE (?:VIRTUAL )?(?:TABLE|VIEW) \w+ (?:USING fts5 )?(?:\(|AS)  -- (?P<says>.+)")
_COLUMN = re.compile(
    r'^    "?(?P<name>\w+)"? (?P<kind>INTEGER|TEXT|REAL|BLOB)(?P<rest>[^-]*?),?(?:\s*-- (?P<says>.+))?$'
)
_REFERENCE = re.compile(r"REFERENCES (\w+) \((\w+)\)")


def main(arguments: list[str]) -> int:
    """Writes or checks the pages."""
    pages = {"cli.md": cli(), "schema.md": schema()}
    stale = [name for name, text in pages.items() if written(name) != text]
    if "--check" not in arguments:
        for name in stale:
            (DOCS / name).write_text(pages[name], encoding="utf-8")
        return 0
    for name in stale:
        print(f"docs/{name} is out of step: run 'make docs'.")
    return 1 if stale else 0


def written(name: str) -> str | None:
    """A page as it stands; None when there is none."""
    path = DOCS / name
    return path.read_text(encoding="utf-8") if path.exists() else None


def cli() -> str:
    """Every command with its help."""
    parts = [
        "# Commands",
        "This page is made by `make docs` from what each command says with `--help`.",
        "An answer goes to standard output, everything else to standard error. Exit codes: 0, done; 1, done, "
        "and something needs looking at (a source failed, damage was found, nothing matched); 2, the command "
        "or a file it was given is wrong.",
    ]
    for depth, context in _commands(newsarchive, "newsarchive", None):
        parts += [f"{'#' * (depth + 2)} {context.command_path}", f"```\n{context.get_help()}\n```"]
    return "\n\n".join(parts) + "\n"


def _commands(
    command: click.Command, name: str, parent: click.Context | None, depth: int = 0
) -> Iterator[tuple[int, click.Context]]:
    settings = {**command.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    context = click.Context(command, info_name=name, parent=parent, **settings)
    yield depth, context
    if isinstance(command, click.Group):
        for inner in sorted(command.commands):
            yield from _commands(command.commands[inner], inner, context, depth + 1)


def schema() -> str:
    """Every table of archive.db with its columns."""
    parts = [
        "# The tables of archive.db",
        "This page is made by `make docs` from the comments in `archive/index/schema.py`.",
        "The index is an SQLite file that `sqlite3`, Datasette and pandas read as it is. It can be deleted "
        "at any time: `newsarchive rebuild` makes it anew from the WARC files. Moments are text in UTC, "
        "`2022-01-10T09:55:00.000000Z`, and sort as they stand; what is not known is null.",
    ]
    for name, statement in TABLES.items():
        parts += [f"## {name}", _sentence(_table_says(statement))]
        if columns := list(_columns(statement)):
            rows = ["| column | kind | meaning |", "| --- | --- | --- |"]
            rows += [f"| `{column}` | {kind} | {says} |" for column, kind, says in columns]
            parts.append("\n".join(rows))
    for name, statement in VIEWS.items():
        parts += [
            f"## {name} (a view)",
            _sentence(_table_says(statement)),
            f"```sql\n{statement.strip()}\n```",
        ]
    return "\n\n".join(parts) + "\n"


def _table_says(statement: str) -> str:
    found = _TABLE.search(statement)
    if found is None:
        raise ValueError(f"no comment says what this holds: {statement.strip().splitlines()[0]}")
    return found["says"]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def _columns(statement: str) -> Iterator[tuple[str, str, str]]:
    for line in statement.splitlines():
        if found := _COLUMN.match(line):
            reference = _REFERENCE.search(found["rest"])
            meaning = [found["says"]] if found["says"] else []
            meaning += [f"→ `{reference[1]}.{reference[2]}`"] if reference else []
            yield found["name"], found["kind"].lower(), "; ".join(meaning).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
