"""Labels: every coded value that the pages show has one."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from archive.article_fields import Kind as FieldKind
from archive.article_fields import compared_fields
from archive.crawl_results import Status
from archive.duplicates.precedence import FirstBy
from archive.edit_grading.grading import GRADES
from archive.extraction.model import FoundIn, Precision, ZoneOrigin
from archive.extraction.vocabulary import rejection_phrases
from archive.filters import STATES, Sort
from archive.http.capture import Truncation
from archive.index.db import schema_docs
from archive.index.lookup.changes import KINDS
from archive.index.lookup.crawl_failures import Kind as FailureKind
from archive.integrity.snapshot_parts import PartKind
from archive.reasons import ARTICLE_IN_PART, STATE_REASONS
from archive.warc.records import Truncated
from newsarchive.web import labels
from newsarchive.web.http.parameters import Kind as ParameterKind
from newsarchive.web.rendering.templating import label

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (labels.STATES, STATES),
        (labels.STATES, schema_docs.find_column("articles.state").values),
        (labels.STATE_MEANINGS, STATES),
        (labels.STATE_REASONS, STATE_REASONS),
        (labels.CHANGE_KINDS, KINDS),
        (labels.GRADES, GRADES),
        (labels.GRADE_MEANINGS, GRADES),
        (labels.FOUND_IN, get_args(FoundIn)),
        (labels.ZONES, get_args(ZoneOrigin)),
        (labels.PRECISIONS, get_args(Precision)),
        (labels.FIRST_BY, get_args(FirstBy)),
        (labels.ARTICLE_FIELDS, [field.name for field in compared_fields("edit")]),
        (labels.ROLES, schema_docs.find_column("captures.role").values),
        (labels.PART_KINDS, get_args(PartKind)),
        (labels.TRUNCATIONS, {*get_args(Truncated), *get_args(Truncation)}),
        (labels.CRAWL_STATUSES, get_args(Status)),
        (labels.COVERAGE, labels.COVERAGE_MARKS),
        (labels.FAILURES, get_args(FailureKind)),
        (labels.SORTS, get_args(Sort)),
        (labels.PARAMETER_KINDS, get_args(ParameterKind)),
        (labels.FIELD_KINDS, get_args(FieldKind)),
    ],
)
def test_every_value_has_a_label(table: Mapping[str, str], values: tuple[str, ...]) -> None:
    assert values
    assert set(table) == set(values)
    assert all(table.values())


def test_every_reason_why_a_page_is_not_an_article_has_a_label() -> None:
    reasons = set(rejection_phrases.PHRASES_BY_REASON) | {ARTICLE_IN_PART}
    for module in ("classify", "page_type"):
        tree = ast.parse((ROOT / f"archive/extraction/rejection/{module}.py").read_text("utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                reasons |= set(_returned_texts(function))
    assert "soft 404" in reasons
    assert "redirect to front page" in reasons
    assert reasons == set(labels.READINGS)


def _returned_texts(function: ast.FunctionDef) -> list[str]:
    """Return the string constants that a function may return."""
    found = []
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            value = node.value.args[0] if isinstance(node.value, ast.Call) and node.value.args else node.value
            choices = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
            found += [
                one.value for one in choices if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
    return found


def test_an_unknown_value_is_shown_as_it_is() -> None:
    assert label("from a later release", labels.STATES) == "from a later release"
    assert label(None, labels.CRAWL_OUTCOMES) == "running or interrupted"
