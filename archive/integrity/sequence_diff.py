"""Compare two sequences: what was changed, removed, added, doubled or reordered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, Literal, TypeVar

Was = TypeVar("Was")
Is = TypeVar("Is")
Kind = Literal["changed", "removed", "added", "doubled", "reordered"]


@dataclass(frozen=True, slots=True)
class Difference(Generic[Was, Is]):
    """One difference between two sequences: the stated item, the found item, or both."""

    kind: Kind
    stated: Was | None
    found: Is | None


def differences(
    stated: Sequence[Was],
    found: Sequence[Is],
    *,
    key: Callable[[Was | Is], str],
    alike: Counter[str],
) -> Iterator[Difference[Was, Is]]:
    """Yield how `found` differs from `stated`, in order; `alike` counts equal items before both."""
    was, is_ = [key(one) for one in stated], [key(one) for one in found]
    were, are = Counter(was) + alike, Counter(is_) + alike
    at = {one: place for place, one in enumerate(is_)}
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, was, is_, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        lost: list[Was] = []
        for one, name in zip(stated[i1:i2], was[i1:i2], strict=True):
            if are[name] >= were[name] and name in at:
                yield Difference("reordered", one, found[at[name]])
            else:
                lost.append(one)
        come: list[Is] = []
        for other, name in zip(found[j1:j2], is_[j1:j2], strict=True):
            if are[name] > were[name] > 0:
                yield Difference("doubled", None, other)
            elif not were[name]:
                come.append(other)
        both = min(len(lost), len(come))
        yield from (Difference("changed", a, b) for a, b in zip(lost[:both], come[:both], strict=True))
        yield from (Difference("removed", one, None) for one in lost[both:])
        yield from (Difference("added", None, other) for other in come[both:])
