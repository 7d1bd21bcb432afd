"""The shape of a site's article addresses, as regular expressions for `discovery.article`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

from archive.urls import canonical
from newsarchive.source_setup.model import ArticleShape

MIN_ARTICLES = 2  # addresses of one shape; one alone shows no shape
MAX_SHAPES = 4
MAX_EXAMPLES = 3
MAX_ALTERNATIVES = 12  # words that a part of the path is spelled out as
# What a part of a path can be in all addresses of a shape, the narrowest first.
_PART_PATTERNS = (
    r"(?:19|20)\d\d",
    r"\d\d",
    r"\d\d-\d\d-\d{4}",
    r"\d{4}-\d\d-\d\d",
    r"\d{8}",
    r"\d+",
    r"[a-z]+\d+",
    r"\d+-[^/]+",
    r"\d+_[^/]+",
    r"[^/]+[_-][a-z]?\d{3,}",
    r"[^/]+[_-][0-9a-f]{4,}",
    r"[^/]+",
)
_ENDING = re.compile(r"\.[a-z]{3,5}$")


def find_shapes(articles: Iterable[str], others: Iterable[str]) -> tuple[ArticleShape, ...]:
    """Return the shapes of article addresses, the most frequent first, as narrow as the `others` need.

    `others` are addresses of the site that are not articles. A shape that also matches one of them is left out.
    """
    paths = {path_and_query(url): url for url in articles}
    other_paths = {path_and_query(url) for url in others} - paths.keys()
    groups: dict[object, list[str]] = {}
    for path in paths:
        groups.setdefault(_group_key(path), []).append(path)
    shapes: list[ArticleShape] = []
    for group in sorted(groups.values(), key=len, reverse=True):
        if len(group) < MIN_ARTICLES or len(shapes) == MAX_SHAPES:
            break
        left = [path for path in group if not any(re.search(one.pattern, path) for one in shapes)]
        if not left:
            continue
        pattern = next(
            (
                pattern
                for pattern in (_pattern(group, spelled=False), _pattern(group, spelled=True))
                if not any(re.search(pattern, path) for path in other_paths)
            ),
            None,
        )
        if pattern is not None:
            matching = [url for path, url in paths.items() if re.search(pattern, path)]
            shapes.append(ArticleShape(pattern, len(matching), tuple(matching[:MAX_EXAMPLES])))
    return tuple(shapes)


def path_and_query(url: str) -> str:
    """Return the part of an address that `discovery.article` is searched in, without tracking parameters."""
    parts = urlsplit(canonical(url))
    return unquote(parts.path) + (f"?{parts.query}" if parts.query else "")


def matches(url: str, shapes: Sequence[ArticleShape]) -> bool:
    """Return whether an address has one of the shapes."""
    return any(re.search(shape.pattern, path_and_query(url)) for shape in shapes)


def _group_key(path: str) -> object:
    """Return what the addresses of one shape share: the number of parts, the ending, numbers and query keys."""
    parts = urlsplit(path)
    segments = [segment for segment in parts.path.split("/") if segment]
    last = segments[-1] if segments else ""
    ending = _ENDING.search(last)
    keys = tuple(sorted(key for key, value in parse_qsl(parts.query) if value.isdigit()))
    return (
        len(segments),
        ending[0] if ending else "",
        tuple(segment.isdigit() for segment in segments[:-1]),
        bool(re.search(r"\d{3}", last)),
        keys,
    )


def _pattern(paths: Sequence[str], *, spelled: bool) -> str:
    """Return the regular expression of a group; `spelled`: with words such as section names spelled out."""
    split = [urlsplit(path) for path in paths]
    rows = [[segment for segment in one.path.split("/") if segment] for one in split]
    columns = list(zip(*rows, strict=True))
    pattern = "^" + "".join(
        "/" + _part_pattern(column, spelled=spelled and place < len(columns) - 1)
        for place, column in enumerate(columns)
    )
    slashes = {one.path.endswith("/") for one in split}
    keys = [key for key, value in parse_qsl(split[0].query) if value.isdigit()]
    if not columns:
        pattern += "/"
    elif len(slashes) == 2:
        pattern += "/?"
    elif slashes == {True}:
        pattern += "/"
    if keys:
        return pattern + rf"\?(?:.*&)?{re.escape(keys[0])}=\d+"
    return pattern + r"(?:\?|$)"


def _part_pattern(parts: Sequence[str], *, spelled: bool) -> str:
    """Return the narrowest known pattern of a part of the path in all addresses of a group."""
    different = sorted(set(parts))
    if len(different) == 1 and not re.search(r"\d", different[0]) and len(parts) > 1:
        return _escaped(different[0])
    ending = _ENDING.search(different[0])
    suffix = ending[0] if ending and all(part.endswith(ending[0]) for part in different) else ""
    stems = [part.removesuffix(suffix) for part in different]
    pattern = next(one for one in _PART_PATTERNS if all(re.fullmatch(one, stem, re.I) for stem in stems))
    if spelled and pattern.startswith("[^/]+") and len(different) <= MAX_ALTERNATIVES:
        return f"(?:{'|'.join(map(_escaped, different))})"
    return pattern + _escaped(suffix)


def _escaped(text: str) -> str:
    return re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", text)
