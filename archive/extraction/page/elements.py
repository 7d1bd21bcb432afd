"""The parts of a parsed page: boxes (block-level elements), blocks (printed lines) and text runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True, eq=False)
class Box:
    """A block-level element with the role that its tag or names suggest."""

    element: Any
    parent: Box | None
    tag: str
    depth: int
    names: str  # class, id and the like, as written
    own_role: str | None  # by its own tag or names: "navigation", "comments", "caption", …
    role: str | None = None  # its own role unless `Page.assign_roles` rejected it, else that of its parent
    first: int = 0  # it holds blocks [first, last)
    last: int = 0

    def ancestors(self) -> Iterator[Box]:
        """Yield this box and all boxes around it, innermost first."""
        box: Box | None = self
        while box is not None:
            yield box
            box = box.parent


@dataclass(slots=True, eq=False)
class Block:
    """One printed paragraph, heading or label."""

    text: str
    box: Box
    order: int
    linked: int  # characters inside links
    bold: int  # characters in bold or strong
    level: int | None  # 1 to 6 for a heading
    line_broken: bool = False  # separated from the previous block by a single <br>
    br_parted: bool = False  # separated from its neighbours by <br><br>
    names: str = ""  # class, id and the like of its inline elements
    runs: Sequence[TextRun] = ()  # the text runs it consists of

    @property
    def link_share(self) -> float:
        """Return the share of its characters that are inside links, 0 to 1."""
        return self.linked / max(1, len(self.text))


@dataclass(slots=True, eq=False)
class PlacedElement:
    """A picture, a <time> or a link with its position among the blocks."""

    element: Any
    order: int  # of the block it is in, or of the next one
    box: Box


@dataclass(slots=True, eq=False)
class TextRun:
    """A stretch of text within one element."""

    text: str
    linked: bool = False
    bold: bool = False
    placed: PlacedElement | None = None
    at_boundary: bool = False  # it begins where a <span>, <a> or similar element begins or ends
    element: Any = None  # whose `text` it is
    is_tail: bool = False  # it is the element's `tail` instead
