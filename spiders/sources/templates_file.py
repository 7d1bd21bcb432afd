"""The learned page templates of a source: sources/NAME.learned.toml, beside the source file.

People may edit it; a template that is removed is learned again later.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC
from pathlib import Path

from archive.extraction.model import PageTemplate
from spiders.sources import toml_file as toml
from spiders.sources.schema import validate_templates
from spiders.sources.validation import InvalidFile

SUFFIX = ".learned.toml"
HEADER = """\
# Where the parts of an article stand on the pages of this source, learned from the pages themselves.
# Each layout holds for pages captured from its moment on. [[rules]] in {name} win over what stands here.
# `newsarchive sources learn {stem}` learns anew; `newsarchive rebuild` reads all pages by what is known.
"""


def templates_path(path: Path) -> Path:
    """Return the path of a source's templates file, given the source file."""
    return path.with_name(path.stem + SUFFIX)


def read(path: Path) -> tuple[tuple[PageTemplate, ...], list[str]]:
    """Return the page templates of a file, oldest first, and its mistakes; nothing if there is no file."""
    if not path.exists():
        return (), []
    try:
        found = validate_templates(toml.read(path))
    except InvalidFile as error:
        return (), [f"{path}: {mistake}" for mistake in error.mistakes]
    templates = [
        PageTemplate(
            **{
                **dict(one),
                "since": one.since.astimezone(UTC),
                "caption": tuple(one.caption),
                "furniture": tuple(one.furniture),
                "lines": tuple(one.lines),
                "labels": tuple(one.labels),
            }
        )
        for one in found.layouts
    ]
    return tuple(sorted(templates, key=lambda template: str(template.since))), []


def write(source: Path, templates: Sequence[PageTemplate]) -> None:
    """Write the page templates of a source, given its source file; replaces the file atomically."""
    path = templates_path(source)
    text = HEADER.format(name=source.name, stem=source.stem) + "".join(map(_toml_table, templates))
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def add_template(known: Sequence[PageTemplate], template: PageTemplate) -> tuple[PageTemplate, ...]:
    """Return the page templates with a new one, which replaces those of the same time or later."""
    kept = [
        earlier
        for earlier in known
        if earlier.since is None or template.since is None or earlier.since < template.since
    ]
    return (*kept, template)


def _toml_table(template: PageTemplate) -> str:
    lines = ["", "[[layouts]]"]
    for field in fields(template):
        value = getattr(template, field.name)
        if field.name == "since":
            lines.append(f"since = {template.since:%Y-%m-%dT%H:%M:%SZ}")
        elif isinstance(value, tuple):
            lines += _toml_list(field.name, value)
        elif value is not None:
            lines.append(f"{field.name} = {_toml_value(value)}")
    return "\n".join(lines) + "\n"


def _toml_list(name: str, values: Sequence[str]) -> list[str]:
    return [f"{name} = [", *(f"    {_toml_value(value)}," for value in values), "]"] if values else []


def _toml_value(value: object) -> str:
    """Return a string or number in TOML. JSON strings are valid TOML except for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
