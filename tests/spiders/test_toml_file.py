"""Tables written as TOML are read the same, and are readable for people."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from spiders.sources.toml_file import to_toml

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
KEYS = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)
VALUES = TEXT | st.integers(-9, 9) | st.booleans() | st.lists(TEXT, max_size=3)
FLAT_TABLES = st.dictionaries(KEYS, VALUES, max_size=3)


@given(st.dictionaries(KEYS, VALUES | FLAT_TABLES | st.lists(FLAT_TABLES, max_size=3), max_size=4))
def test_what_is_written_is_read_the_same(table: dict[str, object]) -> None:
    assert tomllib.loads(to_toml(table)) == table


def test_a_list_is_written_with_one_value_a_line() -> None:
    assert (
        to_toml({"lines": ["Реклама", 'say "no"']}) == 'lines = [\n    "Реклама",\n    "say \\"no\\"",\n]\n'
    )


def test_plain_values_come_before_the_tables() -> None:
    assert to_toml({"sections": [{"name": "a"}, {"name": "b"}], "limits": {"pages": 5}, "title": "T"}) == (
        'title = "T"\n\n[[sections]]\nname = "a"\n\n[[sections]]\nname = "b"\n\n[limits]\npages = 5\n'
    )
