"""Describe mistakes in a TOML file in plain words: the key, the value, and what belongs there."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any, cast, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails, PydanticCustomError

_MESSAGES = {
    "string_type": "must be text in quotes",
    "list_type": "must be a list in [brackets]",
    "bool_type": "must be true or false, without quotes",
    "int_type": "must be a whole number, without quotes",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number, without quotes",
    "finite_number": "must be a finite number",
    "date_type": "must be a day without quotes, as in 2022-01-31",
    "model_type": "must be a table with keys of its own",
    "model_attributes_type": "must be a table with keys of its own",
}


class InvalidFile(Exception):
    """Raised for an invalid file; each mistake is a sentence without a full stop."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


def mistake(message: str) -> PydanticCustomError:
    """Return the error for a validator to raise; `message` follows key and value, as in «… = 5 must be less»."""
    return PydanticCustomError("mistake", cast(Any, message.replace("{", "{{").replace("}", "}}")))


def describe_error(detail: ErrorDetails, table: type[BaseModel]) -> str:
    """Return a pydantic error about a file with the schema `table` as a sentence without a full stop."""
    key = dotted_key(detail["loc"])
    kind = detail["type"]
    if kind == "missing":
        return f"{key} is missing"
    value = quote_value(detail["input"])
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(str(detail["loc"][-1]), _sibling_keys(detail["loc"], table), n=1)
        return f"{key} = {value}: there is no such key" + (f'; did you mean "{close[0]}"?' if close else "")
    if kind == "literal_error":
        return f"{key} = {value} must be one of {detail['ctx']['expected'].replace(chr(39), chr(34))}"
    if kind == "greater_than_equal":
        return f"{key} = {value} must not be less than {detail['ctx']['ge']:g}"
    if kind == "less_than_equal":
        return f"{key} = {value} must not be more than {detail['ctx']['le']:g}"
    return f"{key} = {value} {_MESSAGES.get(kind, detail['msg'])}"


def all_keys(table: type[BaseModel]) -> list[str]:
    """Return every key of a file with the schema `table`, as written: serve.port, sections.url."""
    keys = []
    for name, field in table.model_fields.items():
        inner = _nested_table(field.annotation)
        keys += [f"{name}.{key}" for key in all_keys(inner)] if inner else [name]
    return keys


def dotted_key(path: Sequence[str | int]) -> str:
    """Return the path of a value as written: sections[0].url."""
    key = ""
    for step in path:
        key += f"[{step}]" if isinstance(step, int) else f".{step}" if key else step
    return key


def quote_value(value: object) -> str:
    """Return a value as quoted in a message."""
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= 80 else text[:77] + "..."


def _sibling_keys(path: Sequence[str | int], table: type[BaseModel]) -> list[str]:
    for step in path[:-1]:
        if isinstance(step, str):
            table = _nested_table(table.model_fields[step].annotation) or table
    return list(table.model_fields)


def _nested_table(kind: object) -> type[BaseModel] | None:
    """Return the table type of a key, alone or in a list; None if it has a plain value."""
    kinds = (one for one in (kind, *get_args(kind)) if isinstance(one, type))
    return next((one for one in kinds if issubclass(one, BaseModel)), None)
