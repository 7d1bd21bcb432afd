"""Compare two versions of an article, field by field. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from archive.article_fields import ArticleField, ArticleVersion, compared_fields, json_value
from archive.extraction import text_diff
from archive.extraction.text_diff import ParagraphDiff, Run
from archive.values.short_repr import ShortRepr


@dataclass(frozen=True, slots=True, repr=False)
class FieldChange(ShortRepr):
    """A field that differs between two versions."""

    name: str  # as exported
    paragraphs: tuple[ParagraphDiff, ...]  # all of them, including the unchanged ones

    def as_dict(self) -> dict[str, Any]:
        """Return the change for JSON; positions count from 0, null if that version has no such paragraph."""
        return {
            "field": self.name,
            "paragraphs": [
                {
                    "from": paragraph.old,
                    "to": paragraph.new,
                    "runs": [{"kind": run.kind, "text": run.text} for run in paragraph.runs],
                }
                for paragraph in self.paragraphs
            ],
        }


def changed_fields(old: ArticleVersion, new: ArticleVersion) -> tuple[FieldChange, ...]:
    """Return the fields that differ, word by word; empty if the outlet changed nothing.

    Of a partial version, only what was seen is compared: what it lacks may have been on the page.
    """
    compared = (FieldChange(field.name, _compare_field(old, new, field)) for field in compared_fields("edit"))
    return tuple(field for field in compared if not all(paragraph.is_same for paragraph in field.paragraphs))


def _compare_field(
    old: ArticleVersion, new: ArticleVersion, field: ArticleField
) -> tuple[ParagraphDiff, ...]:
    before, after = _field_paragraphs(old, field), _field_paragraphs(new, field)
    if field.kind == "date or time":
        return _compare_times(getattr(old, field.name), getattr(new, field.name), before, after)
    found = text_diff.diff_paragraphs(before, after)
    if new.partial:
        found = _limit_to_seen(found, "new", after, field)
    if old.partial:
        found = _limit_to_seen(found, "old", before, field)
    return found


def _compare_times(
    old: object, new: object, before: Sequence[str], after: Sequence[str]
) -> tuple[ParagraphDiff, ...]:
    """Return how two times differ as values: the same instant in two notations or zones does not."""
    if old == new:
        return ()
    runs = (*(Run("deleted", text) for text in before), *(Run("inserted", text) for text in after))
    return (ParagraphDiff(0 if before else None, 0 if after else None, runs),)


def _limit_to_seen(
    compared: Sequence[ParagraphDiff], side: Literal["old", "new"], seen: Sequence[str], field: ArticleField
) -> tuple[ParagraphDiff, ...]:
    """Return what was seen of a partial version; of its text, everything up to where it breaks off."""
    places = [number for number, one in enumerate(compared) if getattr(one, side) is not None]
    if not places:
        return ()
    if field.is_list or not field.has_paragraphs:
        return tuple(compared[number] for number in places)
    last = compared[places[-1]]
    seen_paragraphs = list(compared[: places[-1] + 1])
    whole = "".join(run.text for run in last.runs if run.kind != ("inserted" if side == "new" else "deleted"))
    if last.old is not None and last.new is not None and whole.startswith(seen[-1].rstrip(" ….")):
        seen_paragraphs[-1] = ParagraphDiff(last.old, last.new, (Run("same", seen[-1]),))
    return tuple(seen_paragraphs)


def _field_paragraphs(article: ArticleVersion, field: ArticleField) -> Sequence[str]:
    """Return a field as paragraphs; empty if it has no content."""
    value = getattr(article, field.name)
    if field.parts:
        items = value if field.is_list else (value,)
        return tuple(filter(None, (_printed(field, item) for item in items)))
    if field.is_list:
        return tuple(value)
    if value is None or value == "":
        return ()
    if field.has_paragraphs:
        return tuple(value.split("\n\n"))
    return (str(json_value(field, value)),)


def _printed(field: ArticleField, item: object) -> str:
    """Return what readers see of an object, such as the caption and credit of an image: all but its address."""
    texts = (getattr(item, part.name) for part in field.parts if part.name != "url")
    return " / ".join(filter(None, texts))
