"""Find the headline of a page: the printed line that agrees best with the titles stated elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from archive.extraction.metadata.collect import Metadata
from archive.extraction.model import ListingEntry
from archive.extraction.normalize import bag_similarity, clean, comparable
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block

SHORTEST, LONGEST = 6, 320
FARTHEST = 4000  # lines from the top that are searched
MOST_PIECES = 8  # pieces of text in a headline's element
SEPARATORS = re.compile(r"\s+(?:[|»«—–•·:/\\>←→~]+|-+|::|\|\|)\s+|\s*(?:\||::|»|←|→)\s*")
BETWEEN_WORDS = re.compile(r"\W+")
TITLE_NAMES = re.compile(
    r"title|headline|header|heading|zagolov|(?:^|[\s_-])(?:name|h1|caption|hed)(?:$|[\s_-])", re.I
)
CERTAIN_SCORE = 3.8  # a line in the known place that equals a stated title word for word
KNOWN_PLACE_BONUS = 0.8  # about as much as a second-level heading
LEVEL_WEIGHT = {1: 1.6, 2: 0.9, 3: 0.6, 4: 0.4, 5: 0.3, 6: 0.2}


@dataclass(frozen=True, slots=True)
class Headline:
    """The title, the line it is printed in (None if in none), and how well the stated titles agree (0 to 1)."""

    text: str
    block: Block | None
    agreement: float


@dataclass(frozen=True, slots=True)
class StatedTitle:
    """A title stated elsewhere than in a printed line, and how much it is trusted."""

    key: str
    bag: Counter[str]
    word_count: int
    weight: float

    @classmethod
    def from_text(cls, text: str, weight: float) -> StatedTitle:
        """Return a stated title prepared for comparison."""
        words = comparable(text)
        return cls(words, Counter(words.split()), len(words.split()), weight)


def find_headline(
    page: Page, metadata: Metadata, listed: ListingEntry | None, known_orders: frozenset[int] = frozenset()
) -> Headline | None:
    """Return the page's headline, or None if nothing on the page can be one.

    `known_orders`: orders of the lines where the outlet is known to print its headlines.
    """
    stated_titles = [value.value for value in metadata.titles]
    if listed is not None and listed.title:
        stated_titles.append(clean(listed.title))
    title = page.title
    parts = _title_parts(title, metadata.site_name)
    best, best_score = None, 0.0
    longest = max(map(len, SEPARATORS.split(title))) if title else 0
    comparable_titles = [StatedTitle.from_text(text, 1.0) for text in stated_titles if len(text) >= SHORTEST]
    # A short part of <title> may just as well be the name of the site or a section.
    comparable_titles += [
        StatedTitle.from_text(text, 1.0 if len(text) * 2 >= longest else 0.5) for text in parts
    ]
    whole = comparable(title)
    vocabulary = frozenset(whole.split()).union(*(stated.bag for stated in comparable_titles))
    for block in [block for block in page.blocks[:FARTHEST] if block.order in known_orders]:
        score = _score(block, comparable_titles, whole) + KNOWN_PLACE_BONUS
        if score >= CERTAIN_SCORE and score > best_score:
            best, best_score = block, score
    for block in page.blocks[:FARTHEST] if best is None else ():
        if block.level is None and block.order not in known_orders and not _may_match(block.text, vocabulary):
            continue
        score = _score(block, comparable_titles, whole) + (
            KNOWN_PLACE_BONUS if block.order in known_orders else 0.0
        )
        if score > best_score + 1e-9:
            best, best_score = block, score
    if best is not None and best_score >= 1.6:
        text = _untruncated(_without_kicker(best, stated_titles), stated_titles)
        return Headline(text, best, min(1.0, best_score / 4))
    for text in stated_titles:
        if len(text) >= SHORTEST:
            return Headline(_without_site(text, metadata.site_name), None, 0.4)
    if parts:
        return Headline(max(parts, key=len), None, 0.3)
    return None


def _may_match(text: str, vocabulary: frozenset[str]) -> bool:
    """Return whether a line may match a stated title: a cheap test of its first words and its last."""
    if not SHORTEST <= len(text) <= LONGEST:
        return False
    words = text.casefold().replace("ё", "е").split()
    return any(
        part in vocabulary for word in (*words[:3], *words[-1:]) for part in BETWEEN_WORDS.split(word) if part
    )


def _score(block: Block, titles: list[StatedTitle], whole: str) -> float:
    text = block.text
    if not SHORTEST <= len(text) <= LONGEST:
        return 0.0
    words = comparable(text)
    if not words:
        return 0.0
    score = LEVEL_WEIGHT.get(block.level or 0, 0.0)
    agreed = 0.0
    bag = words.split()
    for stated in titles:
        witness, weight = stated.key, stated.weight
        longer, shorter = max(len(witness), len(words)), min(len(witness), len(words))
        if witness == words:
            agreed = max(agreed, 3.0 * weight)
        elif (
            len(words) >= 20
            and longer < 1.7 * shorter
            and (witness.startswith(words) or words.startswith(witness))
        ):
            agreed = max(agreed, 2.4 * weight)
        elif (
            agreed < 2.0
            and len(words) >= 15
            and longer - shorter < 40
            and 0.8 * stated.word_count <= len(bag) <= 1.25 * stated.word_count
            and not stated.bag.keys().isdisjoint(bag)
            and bag_similarity(stated.bag, Counter(bag)) >= 0.8
        ):
            agreed = max(agreed, 2.0 * weight)
    if len(words) >= 15 and words in whole and not any(stated.key == words for stated in titles):
        agreed = max(agreed, 2.2)
    score += agreed
    if agreed and len(words) < 15 and block.level is None:
        score -= 1.0
    if TITLE_NAMES.search(block.box.names) or TITLE_NAMES.search(block.names):
        score += 0.4
    if "headline" in block.box.names.lower():
        score += 0.3
    if block.box.role in ("navigation", "footer", "comments", "aside"):
        score -= 2.0
    elif block.box.role == "furniture":
        score -= 0.8
    if block.link_share > 0.8:
        score -= 1.2
    if block.box.tag == "li":
        score -= 0.5
    if not agreed and len(words.split()) < 3:
        score -= 1.2
    if len(text) > 200 and block.level is None:
        score -= 0.6
    return score


def _title_parts(title: str, site_name: str | None) -> list[str]:
    """Return the parts of <title> that can be the headline: its longest part, and its beginnings and endings."""
    if not title:
        return []
    marks = list(SEPARATORS.finditer(title))
    found = [title]
    for mark in marks[:8]:
        found.append(title[: mark.start()])
        found.append(title[mark.end() :])
    found.extend(part for part in SEPARATORS.split(title) if part)
    site = comparable(site_name or "")
    kept = [part for part in map(clean, found) if len(part) >= SHORTEST and comparable(part) != site]
    if marks and len(kept) > 1:
        kept = kept[1:]
        longest = max(SEPARATORS.split(title), key=lambda part: len(part or ""))
        kept.sort(key=lambda part: part != clean(longest or ""))
    return kept[:16]


def _without_site(text: str, site_name: str | None) -> str:
    for mark in reversed(list(SEPARATORS.finditer(text))):
        tail = text[mark.end() :]
        if (site_name and comparable(tail) == comparable(site_name)) or (
            len(tail) < 25 and len(tail) * 3 < mark.start() and "." in tail
        ):
            return clean(text[: mark.start()])
    return text


def _without_kicker(block: Block, stated_titles: list[str]) -> str:
    """Return a headline without a kicker in the same element, if a stated title has it without.

    If the stated titles include the kicker, it is separated from the headline as they separate it.
    """
    pieces = [piece for piece in map(clean, block.box.element.itertext()) if piece]
    if not 1 < len(pieces) <= MOST_PIECES or comparable(" ".join(pieces)) != comparable(block.text):
        return block.text
    by_key = {comparable(title): title for title in reversed(stated_titles)}
    whole = by_key.get(comparable(block.text))
    if whole is not None:
        return whole if len(whole) > len(block.text) and "&" not in whole else block.text
    for at in range(1, len(pieces)):
        for rest in (clean(" ".join(pieces[at:])), clean(" ".join(pieces[:at]))):
            if len(rest) >= SHORTEST and comparable(rest) in by_key:
                return rest
    return block.text


def _untruncated(printed: str, stated_titles: list[str]) -> str:
    """Return the stated title in full if the printed headline is cut short («…»)."""
    if printed.endswith(("...", "…")):
        stem = comparable(printed)
        for title in stated_titles:
            if len(title) > len(printed) and comparable(title).startswith(stem):
                return title
    return printed
