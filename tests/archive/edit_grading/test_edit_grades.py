"""How edits are graded: pairs of sentences in Russian, Ukrainian and English, and what changed between them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.edit_grading.grading import GRADES, EditGrade, GradedText, grade_edit

RU = [
    # typography and presentation
    ("Мэр сказал: «Мост закроют».", "Мэр сказал: “Мост закроют”.", "noise", ()),
    ("Мост — старый.", "Мост – старый.", "noise", ()),
    ("Ещё один рейс отменён.", "Еще один рейс отменен.", "noise", ()),
    ("В порту 12 000 тонн зерна.", "В порту 12\u00a0000 тонн зерна.", "noise", ()),
    ("В порту 12 000 тонн зерна.", "В порту 12000 тонн зерна.", "noise", ()),
    ("Дорога закрыта…", "Дорога закрыта...", "noise", ()),
    ("Самолёт Ил-76 сел в Адлере.", "Самолёт Ил‑76 сел в Адлере.", "noise", ()),
    ("Начало в 14:05 мск.", "Начало в 13:05 по киевскому времени.", "noise", ()),
    ("Начало в 14:05 по Москве.", "Начало в 11:05 GMT.", "noise", ()),
    # spelling
    ("Полиция сообщла о пожаре.", "Полиция сообщила о пожаре.", "typo", ()),
    ("Полиция сообщила о пожраре.", "Полиция сообщила о пожаре.", "typo", ()),
    ("Президент Медведв приехал.", "Президент Медведев приехал.", "typo", ()),
    ("Он сказал что уедет.", "Он сказал, что уедет.", "typo", ()),
    ("Иметь ввиду не стоит тоже самое.", "Иметь в виду не стоит то же самое.", "typo", ()),
    ("Заявил путин.", "Заявил Путин.", "typo", ()),
    ("ПОЖАР В ПОРТУ потушен.", "Пожар в порту потушен.", "typo", ()),
    ("Пол часа ехали пожарные.", "Полчаса ехали пожарные.", "typo", ()),
    ("Корабль «Заря-2» вышел, вышел в море", "Корабль «Заря-2» вышел, вышел в море.", "typo", ()),
    ("Он заявил: «Мы не отсутпим ни на шаг».", "Он заявил: «Мы не отступим ни на шаг».", "typo", ()),
    # other words
    ("Пожар потушили к утру.", "Возгорание ликвидировали к утру.", "wording", ()),
    ("Совещание прошло в Киеве.", "Совещание прошло у Киева.", "wording", ()),
    ("Об этом сказал Зеленский.", "Это слова Зеленского.", "wording", ()),
    ("Встреча в Казахстане.", "Встреча по Казахстану.", "wording", ()),
    ("Погибли три человека.", "Погибли 3 человека.", "wording", ()),
    ("Ранены двадцать пять человек.", "Ранены 25 человек.", "wording", ()),
    ("Потратили 2,3 тысячи рублей.", "Потратили 2300 рублей.", "wording", ()),
    ("Потратили 5 млн рублей.", "Потратили 5 миллионов рублей.", "wording", ()),
    ("Это было 10 января 2022 года.", "Это было 10.01.2022.", "wording", ()),
    ("Это было 2022-01-10.", "Это было 10 января 2022.", "wording", ()),
    ("Президент Путин прибыл. Путин выступил.", "Президент Путин прибыл. Он выступил.", "wording", ()),
    ("Поездка в Белоруссию отложена.", "Поездка в Беларусь отложена.", "wording", ()),
    ("Мост закрыли утром.", "Мост закрыли вечером.", "wording", ()),
    ("Он назвал это победой.", "Он назвал это «победой».", "wording", ()),
    ("Один из жителей пострадал.", "Кто-то из жителей пострадал.", "wording", ()),
    # facts
    ("Погибли 3 человека.", "Погибли 5 человек.", "fact", ("number",)),
    ("Погибли три человека.", "Погибли пять человек.", "fact", ("number",)),
    ("Погибли 3 человека, ранены 5.", "Погибли 5 человек, ранены 3.", "fact", ("number",)),
    ("Прибыли 2,3 тысячи солдат.", "Прибыли 2,03 тысячи солдат.", "fact", ("number",)),
    ("Выделили 5 млн рублей.", "Выделили 5 млрд рублей.", "fact", ("number",)),
    ("Это случилось 10 января.", "Это случилось 11 января.", "fact", ("number",)),
    ("Это случилось 10 января.", "Это случилось 10 февраля.", "fact", ("number",)),
    ("Начало в 14:05.", "Начало в 15:05.", "fact", ("number",)),
    ("Начало в 14:05 мск.", "Начало в 15:05 мск.", "fact", ("number",)),
    ("Население 1234567 человек.", "Население 1234568 человек.", "fact", ("number",)),
    ("Это сказал Иванов.", "Это сказал Петров.", "fact", ("name",)),
    ("Взрыв произошёл в Харькове.", "Взрыв произошёл в Херсоне.", "fact", ("name",)),
    ("Иванов заявил об этом.", "Петров заявил об этом.", "fact", ("name",)),
    ("Харьков обстреляли ночью.", "Херсон обстреляли ночью.", "fact", ("name",)),
    ("Полиция заявила об этом.", "Милиция заявила об этом.", "wording", ()),
    ("Решение принял Совет НАТО.", "Решение принял Совет ООН.", "fact", ("name",)),
    ("Иванов ударил Сидорова.", "Иванов ударил Сидорова, сообщил Козлов.", "fact", ("name",)),
    ("Мэр заявил: «Мы закроем этот мост».", "Мэр заявил: «Мы откроем этот мост».", "fact", ("quotation",)),
]
UK = [
    ("Міст зачинено «назавжди».", 'Міст зачинено "назавжди".', "noise", ()),
    ("Об'єкт здали вчасно.", "Об’єкт здали вчасно.", "noise", ()),
    ("Поліція повідомла про пожежу.", "Поліція повідомила про пожежу.", "typo", ()),
    ("Він сказав що поїде.", "Він сказав, що поїде.", "typo", ()),
    ("Зустріч відбулася у Києві.", "Зустріч відбулася біля Києва.", "wording", ()),
    ("Пожежу загасили зранку.", "Вогонь здолали зранку.", "wording", ()),
    ("Загинули три людини.", "Загинули 3 людини.", "wording", ()),
    ("Це було 10 січня 2022 року.", "Це було 10.01.2022.", "wording", ()),
    ("Загинули 3 людини.", "Загинули 5 людей.", "fact", ("number",)),
    ("Загинули три людини.", "Загинули п’ять людей.", "fact", ("number",)),
    ("Шевченко заявив про це.", "Бондаренко заявив про це.", "fact", ("name",)),
    ("Поліція заявила про це.", "Міліція заявила про це.", "wording", ()),
    ("Це сказав Шевченко.", "Це сказав Бондаренко.", "fact", ("name",)),
    ("Вибух стався у Харкові.", "Вибух стався у Херсоні.", "fact", ("name",)),
    ("Мер сказав: «Ми закриємо цей міст».", "Мер сказав: «Ми відкриємо цей міст».", "fact", ("quotation",)),
]
EN = [
    ("The mayor said: “We will stay here”.", 'The mayor said: "We will stay here".', "noise", ()),
    ("It cost 12,000 dollars.", "It cost 12000 dollars.", "noise", ()),
    ("The goverment resigned.", "The government resigned.", "typo", ()),
    ("The government resgined.", "The government resigned.", "typo", ()),
    ("However the bridge is closed.", "However, the bridge is closed.", "typo", ()),
    ("Talks were held in Kiev.", "Talks were held in Kyiv.", "wording", ()),
    ("The fire was put out.", "The blaze was extinguished.", "wording", ()),
    ("At least three people died.", "At least 3 people died.", "wording", ()),
    ("It happened on January 10, 2022.", "It happened on 10 January 2022.", "wording", ()),
    ("At least 3 people died.", "At least 5 people died.", "fact", ("number",)),
    ("Police denied it.", "Officers denied it.", "wording", ()),
    ("Talks were held in Kyiv.", "Talks were held in Warsaw.", "fact", ("name",)),
    ("The city paid $5 million.", "The city paid $5 billion.", "fact", ("number",)),
    ("He said: “We will win this war”.", "He said: “We will end this war”.", "fact", ("quotation",)),
]
PAIRS = [(language, *pair) for language, pairs in (("ru", RU), ("uk", UK), ("en", EN)) for pair in pairs]
TITLE = "Новости порта"
ALPHABET = st.sampled_from("абвАБё «»“\"'-–—.,:!?0123456789 \u00a0мск²½٣\ud800%№…\n")


def text(body: str | tuple[str, ...] = (), **fields: Any) -> GradedText:
    return GradedText(
        **{"title": TITLE, "language": "ru", **fields}, body=(body,) if isinstance(body, str) else body
    )


@pytest.mark.parametrize(("language", "old", "new", "grade", "facts"), PAIRS)
def test_an_edit_of_a_sentence(language: str, old: str, new: str, grade: str, facts: tuple[str, ...]) -> None:
    found = grade_edit(text(old, language=language), text(new, language=language))
    assert (found.grade, found.facts) == (grade, facts), found


@pytest.mark.parametrize(("language", "old", "new", "grade", "facts"), PAIRS)
def test_an_edit_undone_has_the_same_grade(
    language: str, old: str, new: str, grade: str, facts: tuple[str, ...]
) -> None:
    assert grade_edit(text(new, language=language), text(old, language=language)).grade == grade


def test_the_words_taken_and_given_are_named() -> None:
    old = text("В порту погибли 3 человека, сообщил Иванов.")
    found = grade_edit(old, text("В порту погибли 5 человек, сообщил Петров."))
    assert found == EditGrade("fact", ("number", "name"), ("3 человека", "Иванов"), ("5 человек", "Петров"))


def test_the_words_are_shown_as_they_are_printed() -> None:
    old = text("Он заявил, что «мост закрыт» ещё до среды.")
    found = grade_edit(old, text("Он заявил, что «порт – открыт… 12 000 раз» ещё до среды."))
    assert (found.taken, found.given) == (("мост закрыт",), ("порт – открыт… 12 000 раз",))
    added = grade_edit(text("Раз."), text(("Раз.", "Ещё «один» — 2,3 абзаца…")))
    assert added.given == ("Ещё «один» — 2,3 абзаца…",)


@pytest.mark.parametrize(
    ("changed", "grade", "facts"),
    [
        ({"title": "Порт закрыт"}, "fact", ("headline",)),
        ({"title": "Новсти порта"}, "typo", ()),
        ({"title": "«Новости порта»"}, "fact", ("headline",)),
        ({"authors": ("Анна Ковальчук",)}, "fact", ("authors",)),
        ({"published": datetime(2022, 1, 10, 12, tzinfo=UTC)}, "fact", ("time",)),
        ({"published": datetime(2022, 1, 10, 11, tzinfo=timezone(timedelta(hours=1)))}, "noise", ()),
        ({"published": date(2022, 1, 10)}, "noise", ()),
        ({"captions": ("Порт / Reuters",)}, "fact", ("name",)),
        ({"body": ("Порт работает.", "Погода хорошая.", "Читайте также: Мост закрыт")}, "noise", ()),
        ({"body": ("Порт работает.", "Погода хорошая.", "Просмотров: 1 234")}, "noise", ()),
        ({"body": ("Погода хорошая.", "Порт работает.")}, "wording", ()),
        ({"body": ("Порт работает. Погода хорошая.",)}, "noise", ()),
        ({"lead": "Порт работает.", "body": ("Погода хорошая.",)}, "noise", ()),
        ({"body": ("Порт работает.",)}, "wording", ()),
        ({"body": ("Порт работает.", "Погода хорошая.", "Ждут 7 судов.")}, "fact", ("number",)),
        ({"body": ("Порт работает.",), "is_partial": True}, "noise", ()),
    ],
)
def test_an_edit_of_a_field(changed: dict[str, Any], grade: str, facts: tuple[str, ...]) -> None:
    whole: dict[str, Any] = {
        "body": ("Порт работает.", "Погода хорошая."),
        "published": datetime(2022, 1, 10, 10, tzinfo=UTC),
    }
    found = grade_edit(text(**whole), text(**{**whole, **changed}))
    assert (found.grade, found.facts) == (grade, facts), found


def test_what_is_shown_of_a_long_rewriting_is_limited() -> None:
    old, new = (f"{word} " * 5000 for word in ("старое", "новое"))
    found = grade_edit(text(old), text(new))
    assert found.grade == "wording"
    assert sum(map(len, found.taken)) <= 1000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("9" * 500, "8" * 500),
        ("x²½ ٣", "x³¼ ٤"),
        ("а" * 100_000, "а" * 99_999),
        ('"' * 5000, "«" * 4999),
        ("99.99.2022 и 2022-99-99", "88.88.2022"),
        ("1:2:3:4 1.2.3.4", "5:6:7:8"),
        ("", "\u200b\u00ad \ufeff"),
        ("\ud800 слово", "слово \udfff"),
        ("1 000 " * 2000, "2 000 " * 2000),
        ("— " * 3000, "тысяч " * 3000),
    ],
)
def test_absurd_texts_are_graded(old: str, new: str) -> None:
    assert grade_edit(text(old), text(new)).grade in GRADES
    assert grade_edit(text(old, title=old), text(new, title=new, authors=(new,))).grade in GRADES


@given(st.text(ALPHABET), st.text(ALPHABET))
def test_any_text_has_a_grade_and_none_differs_from_itself(old: str, new: str) -> None:
    assert grade_edit(text(old), text(new)).grade in GRADES
    assert grade_edit(text(old), text(old)) == EditGrade("noise")
