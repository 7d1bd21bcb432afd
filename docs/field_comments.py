"""An extension of griffe: lists the fields of a value class in its API page, each with the comment beside it.

Without it, every field gets a heading of its own, and the comments, which document the fields, are not shown.
"""

from __future__ import annotations

import ast
from typing import Any

import griffe


class FieldComments(griffe.Extension):
    """Replace the fields of a dataclass by a table in its docstring."""

    def on_class_members(self, *, cls: griffe.Class, **kwargs: Any) -> None:
        """Append the fields to the docstring of a dataclass."""
        if cls.docstring is None or not any("dataclass" in str(one.value) for one in cls.decorators):
            return
        lines = cls.lines_collection[cls.filepath]
        fields = []
        for name, field in list(cls.members.items()):
            if not isinstance(field, griffe.Attribute) or "property" in field.labels:
                continue
            if not name.startswith("_"):
                comment = comment_of(lines, field.lineno or 1, field.endlineno or 1)
                fields.append(f"    {name} ({field.annotation}): {comment}")
            cls.del_member(name)
        if fields:
            cls.docstring.value += "\n\nAttributes:\n" + "\n".join(fields)


def comment_of(lines: list[str], first: int, last: int) -> str:
    """Return the comment at the end of a field's last line, else the comment lines above it, else ""."""
    code = "\n".join(lines[first - 1 : last]).strip()
    end = ast.parse(code).body[0].end_col_offset or 0
    beside = code.splitlines()[-1].encode()[end:].decode().strip()
    if beside.startswith("#"):
        return beside.lstrip("# ")
    above: list[str] = []
    while first > 1 and lines[first - 2].strip().startswith("#"):
        first -= 1
        above.insert(0, lines[first - 1].strip().lstrip("# "))
    return " ".join(above)
