"""The learned page templates of a source: sources/NAME.learned.toml, beside the source file.

People may edit it; a template that is removed is learned again later.
"""

from __future__ import annotations

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
# Where the parts of an article are located on the pages of this source, learned from the pages themselves.
# Each template applies to pages captured from its time on. [[rules]] in {name} take precedence.
# `newsarchive sources learn {stem}` learns a new template; `newsarchive rebuild` extracts all pages with these.
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
                "boilerplate": tuple(one.boilerplate),
                "lines": tuple(one.lines),
                "labels": tuple(one.labels),
                "text": tuple(one.text),
            }
        )
        for one in found.layouts
    ]
    return tuple(sorted(templates, key=lambda template: str(template.since))), []


def write(source: Path, templates: Sequence[PageTemplate]) -> None:
    """Write the page templates of a source, given its source file; replaces the file atomically."""
    path = templates_path(source)
    text = HEADER.format(name=source.name, stem=source.stem)
    if templates:
        text += "\n" + toml.to_toml({"layouts": [_to_table(template) for template in templates]})
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


def _to_table(template: PageTemplate) -> dict[str, object]:
    """Return the keys of a template that have a value."""
    table = {field.name: getattr(template, field.name) for field in fields(template)}
    if template.since is not None:
        table["since"] = template.since.astimezone(UTC).replace(microsecond=0)
    return {key: value for key, value in table.items() if value not in (None, ())}
