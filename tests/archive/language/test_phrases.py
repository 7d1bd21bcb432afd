"""The words and phrases of the languages: named once, valid, used, and extended by one file."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from archive.extraction.vocabulary.boilerplate import is_boilerplate, is_credit, parse_views
from archive.extraction.vocabulary.given_names import opens_with_given_name
from archive.extraction.vocabulary.rejection_phrases import PHRASES_BY_REASON
from archive.language.languages import Language, languages, read_language
from archive.language.phrases import NAME_IN_PATTERN, Vocabulary, common, given_names, phrases, words

ROOT = Path(__file__).parents[3]
ESPERANTO = r"""
name = "Esperanto"
given_names = "ludoviko klara"

[words]
views_before = 'legoj|legitaj'
source_label = 'fonto'

[phrases]
read_also = '''
legu ankaŭ( .{0,40})?
pliaj novaĵoj
'''
not_found = '''
(?:la )?paĝo ne (?:estas trovita|ekzistas)
'''
"""


@pytest.mark.parametrize("language", languages(), ids=lambda language: language.code)
def test_every_list_of_a_language_is_named_and_described_in_the_common_file(language: Language) -> None:
    assert set(language.phrases) <= set(common().phrases)
    assert set(language.words) <= set(common().words)


@pytest.mark.parametrize("name", common().phrases)
def test_every_phrase_is_a_pattern_that_does_not_match_an_empty_line(name: str) -> None:
    for pattern in phrases(name):
        assert re.compile(pattern).fullmatch("") is None, pattern


@pytest.mark.parametrize("name", common().words)
def test_every_list_of_words_is_a_pattern_of_its_own(name: str) -> None:
    for language in (common(), *languages()):
        if words_of_it := language.words.get(name):
            assert re.fullmatch(rf"(?:{words_of_it})", "") is None, (language.code, name)
            assert re.compile(words(name)).groups == 0, (language.code, name)


def test_every_list_is_used() -> None:
    sources = [
        file.read_text("utf-8") for folder in ("archive", "spiders") for file in (ROOT / folder).rglob("*.py")
    ]
    lines = [
        line for one in (common(), *languages()) for patterns in one.phrases.values() for line in patterns
    ]
    used = {name for line in lines for name in NAME_IN_PATTERN.findall(line)}
    quoted = {name for source in sources for name in re.findall(r"[\"']([a-z_]+)[\"']", source)}
    assert set(common().phrases) <= quoted
    assert set(common().words) <= used | quoted


def test_no_phrase_is_in_the_files_of_two_languages() -> None:
    twice = [
        (one.code, other.code, name, pattern)
        for one, other in combinations((common(), *languages()), 2)
        for name in one.phrases
        for pattern in set(one.phrases[name]) & set(other.phrases.get(name, ()))
    ]
    assert twice == []


def test_an_unknown_list_is_an_error() -> None:
    with pytest.raises(KeyError, match="read_too"):
        phrases("read_too")
    with pytest.raises(KeyError, match="viewz"):
        Vocabulary([]).with_words("{viewz}: 5")


def test_a_language_needs_one_file_for_its_phrases() -> None:
    esperanto = read_language("eo", ESPERANTO)
    known = Vocabulary([*languages(), esperanto])
    assert "pliaj novaĵoj" in known.phrases("read_also")
    assert re.fullmatch(known.words("views_before"), "legitaj")
    counters = "|".join(known.phrases("counters"))
    assert re.fullmatch(counters, "legoj: 1 200")
    assert re.fullmatch("|".join(known.phrases("copyright")), "fonto: la ĵurnalo")
    assert re.fullmatch("|".join(known.phrases("not_found")), "paĝo ne ekzistas")
    assert set(known.phrases("read_also")) > set(phrases("read_also"))
    assert "klara" in esperanto.given_names


@pytest.mark.parametrize(
    "line",
    [
        "Читайте также", "Читайте також", "Чытайце таксама", "Тағы оқыңыз", "Read more",
        "Просмотров: 1,2 тыс.", "Переглядів: 300", "Праглядаў: 15", "Қаралды: 20", "Views: 7",
        "Подпишитесь на наш канал", "Підпишіться на наш канал", "Жазылыңыз", "Комментарии (5)", "Коментарі: 2",
        "Нашли ошибку? Сообщите о найденной ошибке", "Знайшли помилку? Виділіть помилку і натисніть Ctrl+Enter",
        "Источник: Вестник", "Джерело: Вісник", "Крыніца: Веснік", "Facebook | Telegram, ВКонтакте и Viber",
    ],
)  # fmt: skip
def test_a_line_of_any_language_is_boilerplate(line: str) -> None:
    assert is_boilerplate(line)


def test_a_line_of_an_article_is_no_boilerplate() -> None:
    for line in (
        "Читатели нашли дорогу",
        "Сайт города назвал дату",
        "Погляди на місто",
        "The bridge was closed",
    ):
        assert not is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    [
        "Фото с сайта завода",
        "Здымак: Раман Шульц",
        "Сурет: Абай",
        "Photo by Roman Schulz",
        "Роман Шульц / Reuters",
    ],
)
def test_a_credit_of_any_language_is_recognized(line: str) -> None:
    assert is_credit(line)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("soft 404", "страница не найдена"), ("soft 404", "сторінку не знайдено"),
        ("soft 404", "старонка не знойдзена"),
        ("soft 404", "бет табылмады"), ("soft 404", "page not found"), ("soft 404", "помилка 404"),
        ("captcha", "подтвердите, что вы не робот"), ("captcha", "підтвердіть, що ви не робот"),
        ("parked page", "сайт находится в разработке"), ("parked page", "домен сатылады"),
        ("error page", "500 internal server error"), ("error page", "технічні роботи"),
        ("geo-block", "доступ обмежено"), ("login", "увайдзіце, каб чытаць"), ("consent wall", "datenschutz"),
    ],
)  # fmt: skip
def test_a_phrase_of_any_language_gives_the_reason(reason: str, text: str) -> None:
    assert PHRASES_BY_REASON[reason].opening_length(text) == len(text)


def test_views_are_counted_in_any_language() -> None:
    assert parse_views("Просмотров: 1,2 тыс.") == 1200
    assert parse_views("Переглядів: 3 тис.") == 3000
    assert parse_views("Қаралды 2 мың") == 2000
    assert parse_views("1.5M views") == 1_500_000
    assert parse_views("5 раз") is None


def test_given_names_of_every_spelling_open_a_signature() -> None:
    assert {"анна", "олена", "алесь", "әсем", "john"} <= given_names()
    assert opens_with_given_name("Дар’я Коваль")
    assert not opens_with_given_name("анна")
