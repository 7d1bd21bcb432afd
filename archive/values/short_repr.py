"""A representation of values on one short line, for an interactive session."""

from __future__ import annotations

import reprlib
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, ClassVar

MAX_LENGTH = 160  # characters of the line, about two rows of a terminal
MAX_VALUE = 60  # characters of one field's value


class ShortRepr:
    """A value whose `repr` fits a line: its fields in order, without empty ones, long values shortened.

    Declare a dataclass with `repr=False`, else it makes its own; a field with `repr=False` is left out. `_shown` names
    other attributes to show, if the fields do not tell values apart.
    """

    __slots__ = ()
    _shown: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        """Return the fields that fit a line."""
        names = self._shown or [field.name for field in fields(self) if field.repr]  # type: ignore[arg-type]
        parts: list[str] = []
        room = MAX_LENGTH - len(type(self).__name__) - len("< …>")
        for name in names:
            value = getattr(self, name)
            if value is None or value == "" or (type(value) is int and value == 0):
                continue
            part = f"{name}={_VALUES.repr(value)}"
            room -= len(part) + len(", ")
            if room < 0:
                parts.append("…")
                break
            parts.append(part)
        return f"<{type(self).__name__} {', '.join(parts)}>"


class _Values(reprlib.Repr):
    """Representations of the values of fields."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = MAX_VALUE
        self.maxtuple = self.maxlist = 2
        self.maxdict = 3
        self.fillvalue = "…"

    def repr_datetime(self, value: datetime, level: int) -> str:
        """Return a time to the second, in its own zone."""
        return f"{value:%Y-%m-%d %H:%M:%S} UTC" if value.tzinfo is UTC else value.isoformat(" ", "seconds")

    def repr_bytes(self, value: bytes, level: int) -> str:
        """Return how long the bytes are."""
        return f"<{len(value)} bytes>"

    def repr_instance(self, value: Any, level: int) -> str:
        """Return the representation of any other value, cut at its end."""
        text = repr(value)
        return text if len(text) <= self.maxother else f"{text[: self.maxother - 1]}…"


_VALUES = _Values()
