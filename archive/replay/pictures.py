"""Decide which of the addresses that a page offers for each picture its snapshot shows.

An element may offer its picture in several sizes and formats, once for a script and again in <noscript>. Shown is
what was captured, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from archive.extraction.page.picture_sources import Candidate, PictureSources, picture_sources
from archive.replay.tokenizer import EndTag, StartTag, Text, Token
from archive.replay.urls import resolve_url

PICTURE_TAGS = frozenset({"img", "amp-img", "amp-anim"})
_AMP_CONTENT = (
    60  # tokens inside an AMP picture: a stand-in until it is loaded, one if it fails, and <noscript>
)
_BESIDE = 6  # tokens between a lazy picture and its twin in <noscript>


@dataclass(frozen=True, slots=True)
class Shown:
    """The picture that one element of a snapshot shows."""

    src: str | None  # absolute
    srcset: tuple[Candidate, ...] = ()  # absolute
    is_missing: bool = False  # nothing that the page offers was captured


@dataclass(slots=True)
class _Element:
    at: int  # index of its token
    token: StartTag
    src: tuple[str, ...]
    srcset: tuple[Candidate, ...]

    def urls(self) -> Iterator[str]:
        yield from self.src
        yield from (one.url for one in self.srcset)


@dataclass(slots=True)
class Picture:
    """One picture of a page: an <img>, or a <picture> with its sources."""

    in_noscript: bool
    is_lazy: bool = False
    elements: list[_Element] = field(default_factory=list)
    twin: Picture | None = None  # the same picture in <noscript>

    def urls(self) -> tuple[str, ...]:
        """Return every address at which it is offered, without placeholders; those of its twin included."""
        found = [url for element in self.elements for url in element.urls()]
        return tuple(dict.fromkeys([*found, *(self.twin.urls() if self.twin else ())]))

    @property
    def attributes(self) -> Mapping[str, str]:
        """Return the attributes of its <img>; of its first source if it has none."""
        return self.elements[-1].token.attributes

    @property
    def at(self) -> int:
        """Return the index of the token of its last element, the <img>."""
        return self.elements[-1].at


def page_pictures(tokens: Sequence[Token], base: str, encoding: str) -> list[Picture]:
    """Return the pictures of a page in page order, twins in <noscript> as part of the picture they repeat."""
    found = list(_read_pictures(tokens, base, encoding))
    by_url: dict[str, Picture] = {}
    for picture in found:
        if not picture.in_noscript:
            for url in picture.urls():
                by_url.setdefault(url, picture)
    kept: list[Picture] = []
    lazy: Picture | None = None
    for picture in found:
        if not picture.in_noscript:
            lazy = picture if picture.is_lazy else None
            kept.append(picture)
            continue
        same = next((by_url[url] for url in picture.urls() if url in by_url), None)
        if same is None and lazy is not None and _is_beside(tokens, lazy.at, picture.at):
            same = lazy
        lazy = None
        if same is None:
            kept.append(picture)
        elif same.twin is None:
            same.twin = picture
        else:  # a second copy in <noscript>
            same.twin.elements[:0] = picture.elements
    return kept


def _read_pictures(tokens: Sequence[Token], base: str, encoding: str) -> Iterator[Picture]:
    """Yield every picture, in <noscript> or not; nothing inside of AMP's own pictures."""
    noscript = False
    inside: Picture | None = None  # of a <picture> element
    skipped = amp_content(tokens)
    for at, token in enumerate(tokens):
        if at in skipped or not isinstance(token, StartTag | EndTag):
            continue
        if token.name == "noscript":
            noscript = isinstance(token, StartTag)
        elif token.name == "picture":
            if inside is not None and inside.elements:
                yield inside
            inside = Picture(noscript) if isinstance(token, StartTag) else None
        elif not isinstance(token, StartTag):
            continue
        elif token.name in PICTURE_TAGS or (token.name == "source" and inside is not None):
            sources = picture_sources(token.attributes)
            picture = inside if inside is not None else Picture(noscript)
            picture.is_lazy |= sources.is_lazy
            picture.elements.append(_resolved(at, token, sources, base, encoding))
            if inside is None:
                yield picture
            elif token.name != "source":  # the <img>, the last that counts
                yield inside
                inside = Picture(noscript)
    if inside is not None and inside.elements:
        yield inside


def _resolved(at: int, token: StartTag, sources: PictureSources, base: str, encoding: str) -> _Element:
    src = [] if token.name == "source" else [absolute(one, base, encoding) for one in sources.src]
    srcset = [(absolute(one.url, base, encoding), one.descriptor) for one in sources.srcset]
    return _Element(
        at,
        token,
        tuple(url for url in src if url is not None),
        tuple(Candidate(url, descriptor) for url, descriptor in srcset if url is not None),
    )


def absolute(stated: str, base: str, encoding: str) -> str | None:
    """Return the absolute address of a part of a page, without its fragment; None if it is not on the web."""
    url = resolve_url(stated, base, encoding)
    return None if url is None else url.partition("#")[0]


def amp_content(tokens: Sequence[Token]) -> frozenset[int]:
    """Return the indexes of the tokens inside AMP's pictures, their end tags included."""
    found: set[int] = set()
    for at, token in enumerate(tokens):
        if at in found or not isinstance(token, StartTag) or token.name not in ("amp-img", "amp-anim"):
            continue
        depth = 1
        for end in range(at + 1, min(at + _AMP_CONTENT, len(tokens))):
            other = tokens[end]
            if isinstance(other, StartTag | EndTag) and other.name == token.name:
                depth += 1 if isinstance(other, StartTag) else -1
                if not depth:
                    found.update(range(at + 1, end + 1))
                    break
    return frozenset(found)


def _is_beside(tokens: Sequence[Token], first: int, second: int) -> bool:
    """Return whether only tags and white space are between two tokens, and few of them."""
    between = tokens[first + 1 : second]
    return len(between) <= _BESIDE and all(
        not isinstance(one, Text) or not one.text.strip() for one in between
    )


def choose(
    pictures: Sequence[Picture], is_captured: Callable[[str], bool], *, prefers_noscript: bool
) -> tuple[dict[int, Shown], frozenset[int]]:
    """Return what the element of each token shows, and the indexes of the tokens of elements that are left out.

    Of a picture and its twin in <noscript>, the one that was captured is shown; of two captured ones the first, or the
    twin where the page hides its pictures from readers without scripts.
    """
    shown: dict[int, Shown] = {}
    dropped: set[int] = set()
    for picture in pictures:
        twin = picture.twin
        if twin is not None:
            own, others = (any(map(is_captured, _own_urls(one))) for one in (picture, twin))
            uses_twin = others and ((prefers_noscript and picture.is_lazy) or not own)
            picture, unused = (twin, picture) if uses_twin else (picture, twin)
            dropped.update(element.at for element in unused.elements)
        _choose_sources(picture, is_captured, shown, dropped)
    return shown, frozenset(dropped)


def _own_urls(picture: Picture) -> list[str]:
    return [url for element in picture.elements for url in element.urls()]


def _choose_sources(
    picture: Picture, is_captured: Callable[[str], bool], shown: dict[int, Shown], dropped: set[int]
) -> None:
    fallback: str | None = None  # of a <source>, if nothing that the <img> itself offers was captured
    for element in picture.elements:
        srcset = tuple(one for one in element.srcset if is_captured(one.url))
        if element.token.name == "source":
            fallback = fallback or (srcset[0].url if srcset else None)
            if srcset:
                shown[element.at] = Shown(None, srcset)
            else:
                dropped.add(element.at)
            continue
        src = next((url for url in element.src if is_captured(url)), None)
        if src is not None or srcset:
            shown[element.at] = Shown(src, srcset)
            continue
        offered = next(element.urls(), None)
        shown[element.at] = Shown(fallback or offered, is_missing=not fallback and offered is not None)
