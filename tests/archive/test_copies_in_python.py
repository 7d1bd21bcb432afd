"""The copies of an article, through `Archive`."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.core import Archive
from tests import reprints


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reprints.build(tmp_path_factory.mktemp("reprints") / "archive")


def test_an_article_gives_its_copies_with_who_was_first(folder: Path) -> None:
    with Archive.open(folder) as archive:
        copies = archive.copies(reprints.PORT)
    assert [copy.article.url for copy in copies] == [reprints.AGENCY, reprints.PORT, reprints.ZARYA]
    assert [copy.first_by for copy in copies] == ["published", None, None]
    assert copies[0].similarity == 1.0
    assert 0.9 < copies[1].similarity < 1.0
    assert copies[2].kept < 0.7
    assert copies[2].taken > 0.9


def test_an_article_of_its_own_has_no_copies(folder: Path) -> None:
    with Archive.open(folder) as archive:
        assert archive.copies(reprints.OWN) == []


def test_alterations_are_shown_word_by_word(folder: Path) -> None:
    with Archive.open(folder) as archive:
        changes = archive.altered(reprints.AGENCY, reprints.PORT)
    assert [change.name for change in changes] == ["title", "body"]
    edited = changes[1].paragraphs[0].runs
    assert [run.text for run in edited if run.kind != "same"] == ["шесть", "пять"]


def test_a_search_may_give_one_article_for_all_copies(folder: Path) -> None:
    with Archive.open(folder) as archive:
        every = [article.url for article in archive.search("яхта", sort="oldest")]
        once = list(archive.search("яхта", sort="oldest", group_copies=True))
        group = archive.copy_groups(once)[once[0].id]
    assert set(every) >= {reprints.AGENCY, reprints.PORT, reprints.ZARYA}
    assert [article.url for article in once if article.url != reprints.OWN] == [reprints.AGENCY]
    assert (group.articles, group.outlets, group.first, group.first_by) == (3, 3, once[0].id, "published")


def test_the_view_lists_them_in_order(folder: Path) -> None:
    with Archive.open(folder) as archive:
        rows = archive.connection.execute(
            "SELECT source, place, first_by FROM wire_copies ORDER BY place"
        ).fetchall()
    assert [tuple(row) for row in rows] == [
        ("agency", 1, "published"),
        ("port", 2, "published"),
        ("zarya", 3, "published"),
    ]
