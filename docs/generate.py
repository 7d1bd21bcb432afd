"""Writes docs/cli.md from the commands' own help, docs/schema.md and docs/fields.md from the comments in the schema.

python docs/generate.py            writes them
python docs/generate.py --check    exit code 1 when one is out of step
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from archive.export import data_dictionary
from archive.export.formats import FORMATS
from archive.index.db import schema_docs
from archive.index.db.schema import TABLES, VIEWS
from newsarchive.cli import main as newsarchive

DOCS = Path(__file__).parent
WIDTH = 80


def main(arguments: list[str]) -> int:
    """Writes or checks the pages."""
    pages = {"cli.md": cli(), "schema.md": schema(), "fields.md": exported(), "researchers.md": researchers()}
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
        "or a file it was given is wrong, or not all of the answer could be written.",
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
    """Every table and view of archive.db with its columns, and a picture of how the tables hang together."""
    parts = [
        "# The tables of archive.db",
        "This page is made by `make docs` from the comments in `archive/index/db/schema.py`.",
        "The index is an SQLite file that `sqlite3`, Datasette and pandas read as it is. It can be deleted "
        "at any time: `newsarchive rebuild` makes it anew from the WARC files. Moments are text in UTC, "
        "`2022-01-10T09:55:00.000000Z`, and sort as they stand; `published` and `modified` keep the outlet's own "
        "clock with its offset; what is not known is null. Begin with the views at the end of this page; "
        "[questions.md](questions.md) puts them to work.",
        "## How they hang together",
        f"```mermaid\n{picture()}\n```",
    ]
    for name, statement in (*TABLES.items(), *VIEWS.items()):
        parts += [
            f"## {name}{' (a view)' if name in VIEWS else ''}",
            _sentence(schema_docs.table_comment(name)),
        ]
        if held := list(_columns(statement)):
            head = ["| column | meaning |", "| --- | --- |"]
            if name in TABLES:
                head = ["| column | kind | meaning |", "| --- | --- | --- |"]
            rows = [
                f"| `{column}` | {says} |" if name in VIEWS else f"| `{column}` | {kind} | {says} |"
                for column, kind, says in held
            ]
            parts.append("\n".join([*head, *rows]))
    return "\n\n".join(parts) + "\n"


def picture() -> str:
    """The tables with their keys, and every reference from one to another, as Mermaid draws it."""
    held = {name: schema_docs.columns_of(name) for name in TABLES if schema_docs.columns_of(name)}
    lines = ["erDiagram"]
    for name in held:
        for column in held[name]:
            if column.refers_to:
                ends = "||--o{" if column.is_required else "|o--o{"
                lines.append(f"    {column.refers_to.partition('.')[0]} {ends} {name} : {column.name}")
    for name in held:
        keys = [column for column in held[name] if column.is_key or column.refers_to]
        lines += [f"    {name} {{", *(f"        {c.kind} {c.name} {_role(c)}" for c in keys), "    }"]
    return "\n".join(lines)


def _role(column: schema_docs.Column) -> str:
    return ", ".join(["PK"] * column.is_key + ["FK"] * bool(column.refers_to))


def exported() -> str:
    """Every field of an exported article."""
    parts = [
        "# The fields of an exported article",
        "This page is made by `make docs` from `archive/article_fields.py` and the comments in the schema.",
        "The names are the same in JSON Lines, `--json`, the web API and `as_dict()` in Python. CSV and Parquet "
        "have no `capture` with fields inside but `capture_warc` and so on; `links` come with `--with-links`. "
        "Times are ISO 8601; what is not known is null.",
    ]
    rows = ["| field | type | unit | meaning | column |", "| --- | --- | --- | --- | --- |"]
    for entry in data_dictionary.entries("jsonl", links=True):
        meaning = (
            f"{entry.meaning}; one of {entry.values.replace(';', ',')}" if entry.values else entry.meaning
        )
        rows.append(f"| `{entry.field}` | {entry.type} | {entry.unit} | {meaning} | `{entry.column}` |")
    return "\n\n".join([*parts, "\n".join(rows)]) + "\n"


def researchers() -> str:
    """Return the guide for researchers with its table of export formats as `FORMATS` has them."""
    rows = ["| Format | For | Notes |", "| --- | --- | --- |"]
    for form in FORMATS:
        suffixes = ", ".join(f"`{suffix}`" for suffix in form.suffixes)
        needs = f"needs `pip install 'newsarchive[{form.extra}]'`; " if form.extra else ""
        rows.append(f"| {suffixes} | {form.readers} | {needs}{form.description} |")
    page = (DOCS / "researchers.md").read_text(encoding="utf-8")
    return re.sub(r"(?m)^\| Format \| For \| Notes \|\n(?:^\|.*\n)+", lambda _: "\n".join(rows) + "\n", page)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def _columns(statement: str) -> Iterator[tuple[str, str, str]]:
    for column in schema_docs.columns_of_statement(statement):
        meaning = [column.comment] if column.comment else []
        meaning += [f"one of {', '.join(column.values)}"] if column.values else []
        meaning += [f"→ `{column.refers_to}`"] if column.refers_to else []
        yield column.name, column.kind, "; ".join(meaning).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
