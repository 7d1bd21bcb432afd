"""The copies of an article for display: how much of the first one each has, and how its text differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from archive import timestamps
from archive.duplicates.precedence import FirstBy
from archive.index.db.connection import Connection
from archive.index.duplicates import groups as copy_groups
from archive.index.duplicates.groups import CopyGroup
from archive.index.rows import versions
from archive.index.rows.version_diff import FieldChange, changed_fields
from archive.index.rows.versions import ArticleVersion
from archive.values.short_repr import ShortRepr

WRITTEN_FIELDS = ("title", "lead", "body")  # what an editor changes in agency text


@dataclass(frozen=True, slots=True, repr=False)
class Copy(ShortRepr):
    """One of several articles with the same text, in its latest version."""

    article: ArticleVersion
    place: int  # in order of certain publication; the others are compared with 1
    first_by: FirstBy | None  # how this one is known to be the first; else None
    similarity: float  # words in common with place 1, of all words of both: 0 to 1
    kept: float  # share of the text of place 1 that is here: 0 to 1
    taken: float  # share of this text that is in the text of place 1: 0 to 1

    def as_dict(self) -> dict[str, Any]:
        """Return the article in short and its overlap with the first, for JSON."""
        article = self.article
        return {
            "id": article.id,
            "url": article.url,
            "source": article.source,
            "title": article.title,
            "published": article.published.isoformat() if article.published else None,
            "published_precision": article.published_precision,
            "first_seen": timestamps.to_iso(article.first_seen),
            "state": article.state,
            "place": self.place,
            "first_by": self.first_by,
            "similarity": self.similarity,
            "kept": self.kept,
            "taken": self.taken,
        }


def copies_of_article(connection: Connection, article_id: int) -> list[Copy]:
    """Return all copies of an article including itself, in order of publication; empty if it has none."""
    found = copy_groups.group_with_members(connection, article_id)
    if found is None:
        return []
    group, members = found
    latest = {one.id: one for one in _latest(connection, [member.article_id for member in members])}
    return [
        Copy(
            article=latest[member.article_id],
            place=member.place,
            first_by=group.first_by if member.article_id == group.first else None,
            similarity=member.overlap.similarity,
            kept=member.overlap.kept,
            taken=member.overlap.taken,
        )
        for member in members
    ]


def changed_written_fields(one: ArticleVersion, other: ArticleVersion) -> tuple[FieldChange, ...]:
    """Return the differences in headline, lead and text between two articles, word by word."""
    return tuple(change for change in changed_fields(one, other) if change.name in WRITTEN_FIELDS)


def first_of_each_group(
    connection: Connection, articles: Iterable[ArticleVersion]
) -> Iterator[ArticleVersion]:
    """Yield the first article of each group of copies, and all articles without copies."""
    seen: set[int] = set()
    for article in articles:
        group = copy_groups.group_of(connection, article.id)
        if group is None:
            yield article
        elif group not in seen:
            seen.add(group)
            yield article


def group_as_dict(group: CopyGroup) -> dict[str, Any]:
    """Return a group in short, for JSON."""
    return {
        "group": group.id,
        "articles": group.articles,
        "outlets": group.outlets,
        "first": group.first,
        "first_by": group.first_by,
    }


def _latest(connection: Connection, articles: Iterable[int]) -> Iterator[ArticleVersion]:
    for article_id in articles:
        rows = connection.execute(
            f"{versions.SELECT_VERSIONS} WHERE articles.id = ? AND versions.number = articles.version_count",
            (article_id,),
        )
        yield from versions.of_rows(connection, rows)
