"""Which texts are copies of one another, and which of them was published first."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.duplicates.fingerprints import fingerprints, words
from archive.duplicates.overlap import are_copies, coverage, overlap
from archive.duplicates.precedence import PublicationWindow, order_copies, time_bounds

WIRE = (
    "Мэр города объявил, что мост через залив закроют на ремонт до весны. Движение пустят в объезд по старой дороге.",
    "Работы начнутся пятнадцатого января. Подрядчик обещает оставить проход для пешеходов, но не ночью.",
    "По словам инженеров, опоры построены в 1961 году и ни разу не обследовались под водой, хотя закон того требует.",
    "Автобусы двенадцатого маршрута пойдут через порт. Жители островов просят вернуть паром, снятый три года назад.",
)
OTHER = (
    "Учителя музыки избрали председателем союза дирижёра детского хора. За неё отдали голоса две трети собравшихся.",
    "Новая глава союза обещает вернуть уроки пения в младшие классы и купить инструменты для сельских школ области.",
)
NOON = datetime(2022, 1, 10, 12, 0, tzinfo=UTC)


def counted(*paragraphs: str) -> tuple[str, ...]:
    return words("\n\n".join(paragraphs))


def test_the_same_text_with_another_lead_is_a_copy() -> None:
    assert are_copies(counted(*WIRE), counted("Как сообщает агентство, мост закроют.", *WIRE[1:]))


def test_the_first_paragraphs_alone_are_a_copy_of_the_whole() -> None:
    whole, cut = counted(*WIRE), counted(WIRE[0])
    assert are_copies(whole, cut)
    assert are_copies(cut, whole)
    assert coverage(cut, whole) == 1.0
    assert coverage(whole, cut) < 0.4


def test_paragraphs_in_another_order_are_a_copy() -> None:
    assert are_copies(counted(*WIRE), counted(*reversed(WIRE)))


def test_another_story_is_no_copy() -> None:
    assert not are_copies(counted(*WIRE), counted(*OTHER))


def test_a_shared_paragraph_under_a_story_of_ones_own_is_no_copy() -> None:
    assert not are_copies(counted(*WIRE), counted(*OTHER, OTHER[0].replace("хора", "театра"), WIRE[3]))


def test_a_report_of_the_same_form_with_other_figures_is_no_copy() -> None:
    text = "За сутки {} обращений, {} аварий, {} пожаров, {} выездов. Эвакуировано {}, ранено {}, ветер {} метров."
    today, yesterday = text.format(*range(10, 17)), text.format(*range(20, 27))
    assert not are_copies(counted(today, today), counted(yesterday, yesterday))
    assert are_copies(counted(today, today), counted(today))


def test_case_endings_and_ways_of_spelling_make_no_difference() -> None:
    assert words("Ёлка зелёного цвета, ґанок") == words("елка зеленого цвета, ганок")
    assert words("пятнадцатого") == words("пятнадцатому")
    assert words("в 2022 году") == ("2022", "году")


def test_shares_of_a_copy_are_given_in_both_directions() -> None:
    both = overlap(counted(*WIRE), counted(*WIRE[:2], *OTHER))
    assert both.kept == pytest.approx(0.5, abs=0.05)
    assert both.taken == pytest.approx(0.5, abs=0.05)
    assert both.similarity == pytest.approx(0.5, abs=0.05)
    assert overlap(counted(*WIRE), counted(*WIRE)).similarity == 1.0


@given(st.lists(st.text(max_size=40), max_size=6), st.lists(st.text(max_size=40), max_size=6))
def test_any_two_texts_can_be_compared_and_it_is_the_same_both_ways(one: list[str], other: list[str]) -> None:
    first, second = counted(*one), counted(*other)
    assert are_copies(first, second) == are_copies(second, first)
    assert 0.0 <= coverage(first, second) <= 1.0
    assert 0.0 <= overlap(first, second).similarity <= 1.0


@pytest.mark.parametrize("seed", range(10))
def test_thirty_words_of_a_hundred_changed_leave_a_copy(seed: int) -> None:
    chance = random.Random(seed)
    others = " ".join(OTHER).split()
    text = " ".join(WIRE).split()
    edited = [chance.choice(others) if chance.random() < 0.3 else word for word in text]
    assert are_copies(words(" ".join(text)), words(" ".join(edited)))


def test_a_text_without_end_has_an_end_and_one_that_repeats_itself_is_compared_as_fast_as_others() -> None:
    endless = words("слово " * 1_000_000)
    assert len(endless) < 50_000
    assert coverage(endless, endless) == 1.0
    assert (
        len(fingerprints(words(" ".join(map(str, range(10**6)))))) < 10_000
    )  # what one question to the index may name


def test_marks_are_the_same_in_every_process() -> None:
    text = " ".join(WIRE)
    code = f"from archive.duplicates.fingerprints import fingerprints, words; print(fingerprints(words({text!r})))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == str(fingerprints(words(text)))
    assert fingerprints(words(text))[:2] == fingerprints(words(text.upper()))[:2]


def test_texts_choose_their_marks_alike_where_they_say_the_same() -> None:
    whole, cut = set(fingerprints(counted(*WIRE))), set(fingerprints(counted(WIRE[0])))
    assert len(whole & cut) >= len(cut) - 2


def out(
    number: int, seen: datetime, at: datetime | None = None, precision: str = "minute"
) -> PublicationWindow:
    return (
        PublicationWindow(number, seen, *time_bounds(at, precision, None))
        if at
        else PublicationWindow(number, seen)
    )


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_the_earlier_printed_time_is_first() -> None:
    copies = [out(1, NOON + hours(3), NOON + hours(1)), out(2, NOON + hours(4), NOON)]
    assert order_copies(copies) == ((2, 1), "published")


def test_of_two_in_the_same_minute_none_is_first_whichever_was_crawled_before_the_other() -> None:
    copies = [out(1, NOON + hours(3), NOON), out(2, NOON + hours(2), NOON)]
    assert order_copies(copies) == ((2, 1), None)


def test_a_day_alone_is_before_the_next_day_and_not_before_its_own_evening() -> None:
    midnight = NOON - hours(12)
    seen = NOON + hours(72)
    day = PublicationWindow(1, seen, *time_bounds(midnight, "day", midnight + hours(24)))
    assert order_copies([day, out(2, seen, NOON + hours(13))]) == ((1, 2), "published")
    assert order_copies([day, out(2, seen, NOON + hours(8))]) == ((2, 1), None)


def test_no_one_is_first_where_one_was_published_earlier_and_another_seen_earlier() -> None:
    undated = out(2, NOON + hours(2))
    assert order_copies([out(1, NOON + hours(3), NOON), undated]) == ((1, 2), None)


def test_a_time_after_the_page_was_captured_is_not_believed() -> None:
    wrong = out(1, NOON, NOON + hours(48))
    assert order_copies([wrong, out(2, NOON + hours(1), NOON - hours(1))])[0] == (2, 1)
    assert order_copies([wrong, out(2, NOON + hours(1), NOON + hours(0.5))]) == ((1, 2), None)


def test_an_hour_ago_is_known_to_the_hour() -> None:
    seen = NOON + hours(10)
    assert order_copies([out(1, seen, NOON, "hour"), out(2, seen, NOON + hours(0.5))])[1] is None
    assert order_copies([out(1, seen, NOON, "hour"), out(2, seen, NOON + hours(2))]) == ((1, 2), "published")
