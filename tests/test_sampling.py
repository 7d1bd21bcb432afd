"""Samples of steps have each kind of step, the first and the last."""

from __future__ import annotations

from tests.sampling import sample_steps

STEPS = ["mkdir", *["BEGIN", "INSERT", "COMMIT"] * 20, "fsync", "rename", *["BEGIN", "INSERT", "COMMIT"] * 20]


def test_a_sample_has_the_first_of_each_kind_the_last_step_and_others_between() -> None:
    taken = sample_steps(STEPS, range(len(STEPS)), 10, all_=False)
    pairs = set(zip(["", *STEPS], STEPS, strict=False))
    assert {(STEPS[number - 1] if number else "", STEPS[number]) for number in taken} == pairs
    assert (taken[0], taken[-1]) == (0, len(STEPS) - 1)
    assert 10 <= len(taken) <= 10 + len(pairs)


def test_all_are_taken_where_that_is_asked_for_and_where_they_are_few() -> None:
    assert sample_steps(STEPS, range(len(STEPS)), 10, all_=True) == list(range(len(STEPS)))
    assert sample_steps(STEPS, [5, 3], 10, all_=False) == [3, 5]
