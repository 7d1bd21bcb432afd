"""The difference between two versions; applied to the old version it gives the new one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extraction.text_diff import Run, apply_changes, diff_paragraphs, new_paragraphs, old_paragraphs

PARAGRAPHS = st.lists(
    st.lists(
        st.sampled_from(["Путин", "заявил", ",", "что", "саммит", "ОДКБ", "завершится", "10", "января", "."]),
        max_size=8,
    ).map(" ".join),
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(PARAGRAPHS, PARAGRAPHS)
def test_changes_applied_to_the_old_version_give_the_new_one(old: list[str], new: list[str]) -> None:
    changes = diff_paragraphs(old, new)
    assert old_paragraphs(changes) == tuple(old)
    assert new_paragraphs(changes) == tuple(new)
    assert apply_changes(old, changes) == tuple(new)


def test_a_version_compared_with_itself_has_no_changes() -> None:
    text = ["Первый абзац.", "Второй абзац."]
    assert all(paragraph.is_same for paragraph in diff_paragraphs(text, text))


def test_a_changed_word_is_one_deletion_and_one_insertion() -> None:
    (paragraph,) = diff_paragraphs(["Погибли 6 тысяч жителей острова."], ["Погибли 7 тысяч жителей острова."])
    assert paragraph.runs == (
        Run("same", "Погибли "),
        Run("deleted", "6"),
        Run("inserted", "7"),
        Run("same", " тысяч жителей острова."),
    )


def test_an_inserted_paragraph_leaves_its_neighbours_unchanged() -> None:
    changes = diff_paragraphs(
        ["Начало статьи.", "Конец статьи."], ["Начало статьи.", "Совсем другое дело тут.", "Конец статьи."]
    )
    assert [(p.old, p.new) for p in changes] == [(0, 0), (None, 1), (1, 2)]


def test_an_edited_paragraph_is_aligned_with_its_edit_despite_insertions() -> None:
    old = ["Саммит ОДКБ прошёл в понедельник в онлайн-режиме."]
    new = ["Добавлен новый лид.", "Саммит ОДКБ прошёл во вторник в онлайн-режиме."]
    assert [(p.old, p.new) for p in diff_paragraphs(old, new)] == [(None, 0), (0, 1)]


def test_paragraphs_with_nothing_in_common_are_a_deletion_and_an_insertion() -> None:
    old = ["Наш корреспондент побывал на месте и увидел, что причал уже разобран, а катера стоят на берегу."]
    new = ["Причины аварии выясняет комиссия, в которую вошли инженеры завода и представители министерства."]
    assert [(p.old, p.new, [run.kind for run in p.runs]) for p in diff_paragraphs(old, new)] == [
        (0, None, ["deleted"]),
        (None, 0, ["inserted"]),
    ]


def test_a_largely_rewritten_paragraph_is_still_aligned_with_its_edit() -> None:
    old = ["Мост через залив закрыт на ремонт до весны, сообщил мэр города журналистам в понедельник."]
    new = ["Мост через залив закрыт до осени: об этом сообщил во вторник представитель министерства."]
    assert [(p.old, p.new) for p in diff_paragraphs(old, new)] == [(0, 0)]


def test_neighbouring_words_that_changed_are_one_edit() -> None:
    (paragraph,) = diff_paragraphs(
        ["Об этом сказал Иван Петров вчера."], ["Об этом сказал Олег Ильин вчера."]
    )
    assert paragraph.runs == (
        Run("same", "Об этом сказал "),
        Run("deleted", "Иван Петров"),
        Run("inserted", "Олег Ильин"),
        Run("same", " вчера."),
    )


def test_changes_of_another_text_raise_an_error() -> None:
    with pytest.raises(ValueError, match="another text"):
        apply_changes(["другое"], diff_paragraphs(["одно"], ["одно и ещё"]))


def test_another_encoding_of_the_same_letters_is_no_change() -> None:
    (found,) = diff_paragraphs(
        ["Ёлку\xa0привезли из Йошкар-Олы"], ["Е\u0308лку привезли из И\u0306ошкар-\xadОлы"]
    )
    assert found.is_same


def test_an_edit_beside_such_letters_shows_only_the_edit() -> None:
    (found,) = diff_paragraphs(["Ещё три ёлки привезли"], ["Еще\u0308 две е\u0308лки привезли"])
    assert [run for run in found.runs if run.kind != "same"] == [
        Run("deleted", "три"),
        Run("inserted", "две"),
    ]
