"""Numbers agree with their nouns and verbs."""

from __future__ import annotations

import pytest

from archive.values.plurals import are, counted, have, were


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 pages are"), (1, "1 page is"), (2, "2 pages are"), (5, "5 pages are"), (21, "21 pages are")],
)
def test_only_one_is_singular(number: int, said: str) -> None:
    assert f"{counted(number, 'page')} {are(number)}" == said


@pytest.mark.parametrize(
    ("noun", "plural"),
    [("address", "addresses"), ("stretch", "stretches"), ("URL", "URLs"), ("box", "boxes")],
)
def test_a_noun_that_ends_in_a_hiss_gets_a_syllable(noun: str, plural: str) -> None:
    assert counted(2, noun) == f"2 {plural}"


def test_other_verbs_agree_too() -> None:
    assert [were(1), were(2), have(1), have(2)] == ["was", "were", "has", "have"]
