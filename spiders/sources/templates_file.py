"""What was learned of a source's pages: sources/NAME.learned.toml, beside the file that describes it.

A person can read it and change it; a layout that is taken out is learned anew when its time comes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC
from pathlib import Path

from archive.extraction.model import Layout
from spiders.sources import toml_file as toml
from spiders.sources.schema import validated_layouts
from spiders.sources.validation import MistakesFound

SUFFIX = ".learned.toml"
HEAD = """\
# Where the parts of an article stand on the pages of this source, learned from the pages themselves.
# Each layout holds for pages captured from its moment on. [[rules]] in {name} win over what stands here.
# `newsarchive sources learn {stem}` learns anew; `newsarchive rebuild` reads all pages by what is known.
"""


def beside(path: Path) -> Path:
    """Where what is learned of a source is kept, given its file."""
    return path.with_name(path.stem + SUFFIX)


def read(path: Path) -> tuple[tuple[Layout, ...], list[str]]:
    """The layouts a file holds, oldest first, and what is wrong with it; none where there is no such file."""
    if not path.exists():
        return (), []
    try:
        found = validated_layouts(toml.read(path))
    except MistakesFound as wrong:
        return (), [f"{path}: {mistake}" for mistake in wrong.mistakes]
    layouts = [
        Layout(
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
    return tuple(sorted(layouts, key=lambda layout: str(layout.since))), []


def write(source: Path, layouts: Sequence[Layout]) -> None:
    """Keeps the layouts of a source, given its file; what was there is replaced in one step."""
    path = beside(source)
    text = HEAD.format(name=source.name, stem=source.stem) + "".join(map(_table, layouts))
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def added(known: Sequence[Layout], layout: Layout) -> tuple[Layout, ...]:
    """The layouts with a new one, which holds from its moment on until that of a later one."""
    kept = [one for one in known if one.since is None or layout.since is None or one.since < layout.since]
    return (*kept, layout)


def _table(layout: Layout) -> str:
    lines = ["", "[[layouts]]"]
    for one in fields(layout):
        value = getattr(layout, one.name)
        if one.name == "since":
            lines.append(f"since = {layout.since:%Y-%m-%dT%H:%M:%SZ}")
        elif isinstance(value, tuple):
            lines += _list(one.name, value)
        elif value is not None:
            lines.append(f"{one.name} = {_text(value)}")
    return "\n".join(lines) + "\n"


def _list(name: str, values: Sequence[str]) -> list[str]:
    return [f"{name} = [", *(f"    {_text(value)}," for value in values), "]"] if values else []


def _text(value: object) -> str:
    """A string or number as TOML has it; JSON's strings are TOML's, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
