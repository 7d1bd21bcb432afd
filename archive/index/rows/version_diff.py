"""Compare two versions of an article, field by field. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from archive.extraction import text_diff
from archive.extraction.text_diff import ParagraphDiff, Run
from archive.index.rows.versions import ArticleVersion

# What an outlet writes and may edit; without counters, links and what is derived from the text.
COMPARED_FIELDS = (
    "title",
    "lead",
    "body",
    "authors",
    "section",
    "tags",
    "published",
    "modified",
    "images",
    "notices",
)


@dataclass(frozen=True, slots=True)
class FieldChange:
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
    compared = (FieldChange(name, _compare_field(old, new, name)) for name in COMPARED_FIELDS)
    return tuple(field for field in compared if not all(paragraph.is_same for paragraph in field.paragraphs))


def _compare_field(old: ArticleVersion, new: ArticleVersion, name: str) -> tuple[ParagraphDiff, ...]:
    before, after = _field_paragraphs(old, name), _field_paragraphs(new, name)
    found = text_diff.diff_paragraphs(before, after)
    if new.partial:
        found = _limit_to_seen(found, "new", after, name)
    if old.partial:
        found = _limit_to_seen(found, "old", before, name)
    return found


def _limit_to_seen(
    compared: Sequence[ParagraphDiff], side: Literal["old", "new"], seen: Sequence[str], name: str
) -> tuple[ParagraphDiff, ...]:
    """Return what was seen of a partial version; of its text, everything up to where it breaks off."""
    places = [number for number, one in enumerate(compared) if getattr(one, side) is not None]
    if not places:
        return ()
    if name != "body":
        return tuple(compared[number] for number in places)
    last = compared[places[-1]]
    seen_paragraphs = list(compared[: places[-1] + 1])
    whole = "".join(run.text for run in last.runs if run.kind != ("inserted" if side == "new" else "deleted"))
    if last.old is not None and last.new is not None and whole.startswith(seen[-1].rstrip(" ….")):
        seen_paragraphs[-1] = ParagraphDiff(last.old, last.new, (Run("same", seen[-1]),))
    return tuple(seen_paragraphs)


def _field_paragraphs(article: ArticleVersion, name: str) -> Sequence[str]:
    """Return a field as paragraphs; empty if it has no content."""
    match name:
        case "body":
            return article.paragraphs
        case "authors" | "tags" | "notices":
            return tuple(getattr(article, name))
        case "images":
            shown = (" / ".join(filter(None, (image.caption, image.credit))) for image in article.images)
            return tuple(filter(None, shown))
        case "published" | "modified":
            moment: date | None = getattr(article, name)
            return (moment.isoformat(),) if moment else ()
        case _:
            text: str | None = getattr(article, name)
            return (text,) if text else ()
