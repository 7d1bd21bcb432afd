"""Two versions of an article set beside each other, field by field. PURE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from archive.article import changes
from archive.article.changes import Paragraph
from archive.index.versions import ArticleVersion

# What an outlet writes and may edit. Counters, links and what follows from the text are left out.
FIELDS = ("title", "lead", "body", "authors", "section", "tags", "published", "modified", "images")


@dataclass(frozen=True, slots=True)
class Field:
    """One field in both versions."""

    name: str  # as exported
    paragraphs: tuple[Paragraph, ...]

    @property
    def is_same(self) -> bool:
        """Whether both versions say the same there."""
        return all(paragraph.is_same for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Comparison:
    """An earlier version, a later one, and every field of them."""

    old: ArticleVersion
    new: ArticleVersion
    fields: tuple[Field, ...]

    @property
    def changed(self) -> tuple[Field, ...]:
        """The fields that differ."""
        return tuple(field for field in self.fields if not field.is_same)

    @property
    def read_alike(self) -> bool:
        """Whether one extractor read both; otherwise a difference may be the reading's and not the outlet's."""
        return self.old.extractor == self.new.extractor

    def as_dict(self) -> dict[str, Any]:
        """What changed, for JSON."""
        return {
            "id": self.new.id,
            "url": self.new.url,
            "from": _version(self.old),
            "to": _version(self.new),
            "read_alike": self.read_alike,
            "changes": [
                {
                    "field": field.name,
                    "paragraphs": [
                        {
                            "from": paragraph.old,
                            "to": paragraph.new,
                            "runs": [{"kind": run.kind, "text": run.text} for run in paragraph.runs],
                        }
                        for paragraph in field.paragraphs
                    ],
                }
                for field in self.changed
            ],
        }


def compare(old: ArticleVersion, new: ArticleVersion) -> Comparison:
    """What became of each field from one version to the other."""
    fields = tuple(Field(name, changes.compare(_parts(old, name), _parts(new, name))) for name in FIELDS)
    return Comparison(old, new, fields)


def _parts(article: ArticleVersion, name: str) -> Sequence[str]:
    """A field as paragraphs; nothing where it is empty."""
    match name:
        case "body":
            return article.paragraphs
        case "authors" | "tags":
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


def _version(article: ArticleVersion) -> dict[str, Any]:
    stated = article.as_dict()
    return {name: stated[name] for name in ("version", "extractor", "capture")}
