"""Which printed words a word finds, in Russian, Ukrainian and English."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archive.language import lemmas
from archive.language.folding import fold_text, tokenize

FINDS = [
    ("Казахстан", "Казахстану", "ru"),
    ("Казахстан", "Казахстана", "ru"),
    ("закон", "закону", "ru"),
    ("закон", "законов", "ru"),
    ("закон", "законів", "uk"),
    ("идти", "шёл", "ru"),
    ("идти", "шел", "ru"),
    ("шёл", "шел", "ru"),
    ("Токаев", "Токаева", "ru"),
    ("Токаев", "Токаеву", "ru"),
    ("Токаева", "Токаев", "ru"),
    ("токаев", "Токаевым", "ru"),
    ("токаеву", "Токаева", "ru"),
    ("людина", "людей", "uk"),
    ("людей", "людина", "uk"),
    ("Київ", "Києві", "uk"),
    ("Києві", "Київ", "uk"),
    ("Зеленский", "Зеленского", "ru"),
    ("зеленський", "Зеленським", "uk"),
    ("Маск", "Маска", "ru"),
    ("Жомарт", "Жомарта", "ru"),
    ("Маріуполь", "Маріуполі", "uk"),
    ("Київ", "Києва", "ru"),  # a Ukrainian name in a Russian text
    ("article", "articles", "en"),
    ("go", "went", "en"),
    ("Ukraine", "Ukraine’s", "en"),
]


@pytest.fixture(params=["pymorphy3", "simplemma"])
def ukrainian(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run with the large Ukrainian dictionary, and without it, as by default."""
    if request.param == "pymorphy3":
        pytest.importorskip("pymorphy3_dicts_uk")
    monkeypatch.setattr(lemmas, "_has_ukrainian", lambda: request.param == "pymorphy3")
    _forget()
    yield str(request.param)
    _forget()


def _forget() -> None:
    lemmas.query_forms.cache_clear()
    lemmas._text_forms.cache_clear()


def finds(asked: str, printed: str, language: str | None) -> bool:
    """Return whether a query matches a text of one word."""
    ((wanted, _, _),), ((word, _, _),) = tokenize(asked), tokenize(printed)
    return not lemmas.query_forms(wanted).isdisjoint(lemmas.text_forms(word, language))


@pytest.mark.usefixtures("ukrainian")
@pytest.mark.parametrize(("asked", "printed", "language"), FINDS)
def test_a_word_finds_its_other_forms(asked: str, printed: str, language: str) -> None:
    assert finds(asked, printed, language)


@pytest.mark.parametrize(("asked", "printed", "language"), FINDS)
def test_it_finds_them_where_the_language_of_the_text_is_not_known(
    asked: str, printed: str, language: str
) -> None:
    assert finds(asked, printed, None)


@pytest.mark.parametrize(
    ("asked", "printed"),
    [("Казахстан", "казахстанский"), ("закон", "законник"), ("Путин", "Пугин"), ("мир", "миротворец")],
)
def test_another_word_is_another_word(asked: str, printed: str) -> None:
    assert not finds(asked, printed, "ru")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("тяжёлый", "тяжелый"),
        ("ґанок", "ганок"),
        ("сім'я", "сім’я"),
        ("сім'я", "сімʼя"),
        ("сім'я", "сім`я"),
        ("сім'я", "сімя"),
        ("за\u0301мок", "замок"),
        ("кризис", "кри\u00adзис"),
        ("кризис", "кри\u200bзис"),
        ("й", "и\u0306"),
        ("россия", "Pocсия"),  # Latin P, o and c
        ("covid", "СOVID"),  # Cyrillic С
        ("касым-жомарт", "Касым\u2011Жомарт"),
        ("касым-жомарт", "Касым—Жомарт"),
        ("cafe", "Café"),
        ("ﬁnance", "finance"),
    ],
)
def test_what_only_print_differs_by_is_one_spelling(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)


@pytest.mark.parametrize(
    ("one", "other"), [("мой", "мои"), ("її", "іі"), ("iPhone", "іРhоnе2"), ("CCCP", "СССР")]
)
def test_letters_of_their_own_stay_apart(one: str, other: str) -> None:
    assert fold_text(one) != fold_text(other)


def test_numbers_and_words_of_other_alphabets_are_found_as_they_are() -> None:
    for word in ("2022", "G20", "საქართველო", "Қазақстан"):
        assert finds(word, word, "ru")
        assert finds(word, word, None)
