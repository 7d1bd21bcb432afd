"""The parts of a parsed page: elements that start a line, printed lines, and the pieces of a line."""

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
    own_role: str | None  # what its own name says: "navigation", "comments", "furniture", "caption", …
    role: str | None = None  # its own role where that can be, else the role of what it stands in
    first: int = 0  # blocks [first, last) stand inside
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
    linked: int  # characters that stand in links
    bold: int  # characters in bold or strong
    level: int | None  # 1 to 6 for a heading
    line_broken: bool = False  # parted from the one before by a single <br>
    br_parted: bool = False  # parted from its neighbours by <br><br>
    names: str = ""  # classes of the inline elements it is made of
    runs: Sequence[TextRun] = ()  # what it is made of

    @property
    def link_share(self) -> float:
        """Return the share of its characters that are inside links, 0 to 1."""
        return self.linked / max(1, len(self.text))


@dataclass(slots=True, eq=False)
class PlacedElement:
    """A picture, a <time> or a link with its position among the blocks."""

    element: Any
    order: int  # of the block it stands in, or of the one that follows it
    box: Box


@dataclass(slots=True, eq=False)
class TextRun:
    """A stretch of text within one element."""

    text: str
    linked: bool = False
    bold: bool = False
    placed: PlacedElement | None = None
    at_boundary: bool = False  # it begins where a <span>, <a> or the like begins or ends
    element: Any = None  # whose text it is
    is_tail: bool = False  # or the text after it
