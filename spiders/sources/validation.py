"""Describe the keys of a TOML file, for the docs, and the mistakes in one: key, value, what to write instead."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo
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
}


class InvalidFile(Exception):
    """Raised for an invalid file; each mistake is a sentence without a full stop."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


def mistake(message: str) -> PydanticCustomError:
    """Return the error for a validator to raise; `message` follows key and value, as in «… = 5 must be less»."""
    return PydanticCustomError("mistake", "{message}", {"message": message})


def describe_error(detail: ErrorDetails, table: type[BaseModel]) -> str:
    """Return a pydantic error about a file with the schema `table` as a sentence without a full stop."""
    where = dotted_key(detail["loc"])
    kind = detail["type"]
    keys = _sibling_fields(detail["loc"], table)
    name = str(detail["loc"][-1])
    if kind == "missing":
        return f"{where} is missing: write {name} = … ({keys[name].description})"
    value = quote_value(detail["input"])
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(name, keys, n=1)
        hint = f'did you mean "{close[0]}"?' if close else f"write one of {', '.join(keys)}"
        return f"{where} = {value}: there is no such key; {hint}"
    if kind in ("model_type", "model_attributes_type") or (
        kind == "list_type" and _nested_table(keys[name].annotation)
    ):
        heading = ".".join(step for step in detail["loc"] if isinstance(step, str))
        is_list = kind == "list_type" or isinstance(detail["loc"][-1], int)
        heading = f"[[{heading}]]" if is_list else f"[{heading}]"
        return f"{where} = {value} must be a table: write {heading} and its keys below"
    if kind == "literal_error":
        return f"{where} = {value} must be one of {detail['ctx']['expected'].replace(chr(39), chr(34))}"
    if kind == "greater_than_equal":
        return f"{where} = {value} must not be less than {_limit(detail['ctx']['ge'])}"
    if kind == "less_than_equal":
        return f"{where} = {value} must not be more than {_limit(detail['ctx']['le'])}"
    return f"{where} = {value} {_MESSAGES.get(kind, detail['msg'])}"


@dataclass(frozen=True, slots=True)
class KeyDescription:
    """One key of a file, as the docs describe it."""

    key: str  # with its tables, as written: serve.port, sections.url
    default: str  # in words, or as written in a file and in backticks
    meaning: str
    example: str  # a value as written in a file: the default if it is a value


def key(
    meaning: str, default: Any = ..., *, shown_default: str | None = None, example: Any = None, **limits: Any
) -> Any:
    """Return a pydantic field with its description: docs/generate.py makes the tables of the docs from it.

    Without a default the key is required. `shown_default` describes a default that is no value, such as "detected".
    """
    extra = {"shown_default": shown_default, "example": example}
    return Field(default, description=meaning, json_schema_extra=extra, **limits)


def describe_keys(table: type[BaseModel]) -> list[KeyDescription]:
    """Return every key of a file with the schema `table`, in order."""
    described: list[KeyDescription] = []
    for name, field in table.model_fields.items():
        if inner := _nested_table(field.annotation):
            described += [replace(one, key=f"{name}.{one.key}") for one in describe_keys(inner)]
        else:
            described.append(_describe_key(name, field))
    return described


def all_keys(table: type[BaseModel]) -> list[str]:
    """Return every key of a file with the schema `table`, as written: serve.port, sections.url."""
    return [described.key for described in describe_keys(table)]


def _describe_key(name: str, field: FieldInfo) -> KeyDescription:
    """Return the description of one key."""
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    if field.is_required():
        default = "required"
    else:
        default = "none" if field.default in (None, []) else f"`{_toml_value(field.default)}`"
    example = extra.get("example")
    return KeyDescription(
        key=name,
        default=str(extra.get("shown_default") or default),
        meaning=field.description or "",
        example=_toml_value(field.default if example is None else example),
    )


def _limit(number: float) -> str:
    """Return the limit of a number as quoted in a message."""
    return _toml_value(int(number) if number == int(number) else number)


def _toml_value(value: object) -> str:
    """Return a value as written in a file, large numbers in groups of three digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:_}" if value >= 100_000 else str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def dotted_key(path: Sequence[str | int]) -> str:
    """Return the path of a value as written: sections[0].url."""
    dotted = ""
    for step in path:
        dotted += f"[{step}]" if isinstance(step, int) else f".{step}" if dotted else step
    return dotted


def quote_value(value: object) -> str:
    """Return a value as written in a file, cut if it is long."""
    try:
        text = (
            str(value)
            if isinstance(value, float | date)
            else json.dumps(value, ensure_ascii=False, default=str)
        )
    except (RecursionError, ValueError):  # tables a thousand levels deep, numbers of thousands of digits
        return "..."
    return text if len(text) <= 80 else text[:77] + "..."


def _sibling_fields(path: Sequence[str | int], table: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """Return the fields of the table in which a path ends, by key."""
    for step in path[:-1]:
        if isinstance(step, str):
            table = _nested_table(table.model_fields[step].annotation) or table
    return table.model_fields


def _nested_table(kind: object) -> type[BaseModel] | None:
    """Return the table type of a key, alone or in a list; None if it has a plain value."""
    kinds = (one for one in (kind, *get_args(kind)) if isinstance(one, type))
    return next((one for one in kinds if issubclass(one, BaseModel)), None)
