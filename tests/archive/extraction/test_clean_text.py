"""Cleaned text is one line of printable characters, whatever was typed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.extraction.normalize import clean

TYPED = st.text(alphabet=" аЯz1«.\n\t\xa0\u2028\u200b\xad\x00\x85\ufeff\ud800", max_size=12)


def test_clean_text_is_unchanged() -> None:
    assert clean("Мост в Приморске «открыт».") == "Мост в Приморске «открыт»."


def test_white_space_collapses_to_one_space_and_is_stripped_at_the_ends() -> None:
    assert clean(" Мост  в\xa0Приморске\n\topen ") == "Мост в Приморске open"
    assert clean("  ") == ""
    assert clean("мост ") == "мост"
    assert clean(" мост") == "мост"


@given(TYPED)
def test_a_clean_text_is_printable_and_cleaning_it_again_changes_nothing(typed: str) -> None:
    line = clean(typed)
    assert line.isprintable()
    assert line == " ".join(line.split()) == clean(line)
