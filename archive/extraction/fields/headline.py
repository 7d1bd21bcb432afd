"""Find the headline of a page: the printed line that agrees best with the titles stated elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from archive.extraction.fields import sections
from archive.extraction.metadata.collect import Metadata
from archive.extraction.model import ListingEntry
from archive.extraction.normalize import bag_similarity, clean, comparable
from archive.extraction.page import info_lines
from archive.extraction.page.blocks import RUNNING_TEXT_CHARS, Page, run_texts
from archive.extraction.page.elements import Block, TextRun
from archive.extraction.vocabulary import boilerplate, class_names, date_patterns

SHORTEST, LONGEST = 6, 320
SHORTEST_H1 = 2  # «ДТП»
FARTHEST = 4000  # lines from the top that are searched
MOST_PIECES = 8  # pieces of text in a headline's element
SEPARATORS = re.compile(r"\s+(?:[|»«—–•·:/\\>←→~]+|-+|::|\|\|)\s+|\s*(?:\||::|»|←|→)\s*")
BETWEEN_WORDS = re.compile(r"\W+")
DASH = re.compile(r"[—–-]\s+")
LEFT_OVER = re.compile(r"^[\s:|/·•,;]+|[\s|/·•]+$")  # what separated a headline from a kicker or stamp
TITLE_NAMES = re.compile(
    r"title|headline|header|heading|zagolov|(?:^|[\s_-])(?:name|h1|caption|hed)(?:$|[\s_-])", re.I
)
CERTAIN_SCORE = 3.8  # a line in the known place that equals a stated title word for word
KNOWN_PLACE_BONUS = 0.8  # about as much as a second-level heading
MINOR_MATCH = 2.0  # the highest agreement with a part of <title> that may name the site or a section
PAGE_TEXT = 240  # characters of running text above a headline that may be the whole article
LINES_BELOW_TITLE = 30  # searched for a sentence below a headline
LINES_TO_H1 = 12  # lines between a section's name and the <h1> below it
MOST_SECTION_WORDS = 3
MOST_NAME_WORDS = 4  # of a site's name
LARGE_TYPE = 4  # of <font size>; 3 is the size of text
MAX_STAMP_CHARS = 40
KICKER_NAMES = re.compile(r"kicker|eyebrow|overline|supertitle|rubric|(?:^|[\s_-])(?:category|section)", re.I)
SHARE_NAMES = re.compile(r"(?:^|[\s_-])(?:shar(?:e|ing)|socials?)(?:$|[\s_-]|(?=[A-Z]))|pluso|addthis")
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
    site_names = sections.site_names(page, metadata).difference(map(comparable, stated_titles))
    if len(page.title.split()) > MOST_NAME_WORDS and any(
        block.level == 1 and comparable(block.text) == comparable(page.title) for block in page.blocks
    ):
        site_names.discard(
            comparable(page.title)
        )  # a link to the front page may be a button to share the article
    if urlsplit(page.url).path in ("", "/"):
        site_names = set()  # the article may be linked by the address of the front page
    found = _best_line(page, stated_titles, page.title, site_names, known_orders)
    if found is not None and _names_site(page, found[0], stated_titles):
        site_names = site_names | {comparable(found[0].text)}
        found = _best_line(page, stated_titles, "", site_names, known_orders) or _unmatched_line(
            page, site_names
        )
    parts = _title_parts(page.title, site_names)
    if found is None and not stated_titles and all(len(part.split()) <= MOST_NAME_WORDS for part in parts):
        found = _unmatched_line(page, site_names)
    block = found[0] if found is not None else None
    if found is None or block is None:
        for text in stated_titles:
            if len(text) >= SHORTEST:
                return Headline(_without_site(text, metadata.site_name), None, 0.4)
        return Headline(max(parts, key=len), None, 0.3) if parts else None
    text = _untruncated(_without_kicker(block, stated_titles, parts), stated_titles)
    joined = _title_in_two_lines(page, block, stated_titles, site_names)
    if joined is not None:
        text, block = joined
    return Headline(text, _line_above_text(page, block), min(1.0, found[1] / 4))


def _best_line(
    page: Page,
    stated_titles: list[str],
    title: str,
    site_names: set[str],
    known_orders: frozenset[int],
) -> tuple[Block, float] | None:
    """Return the line that is most likely the headline, and its score; None if no line is likely enough."""
    parts = _title_parts(title, site_names)
    best, best_score = None, 0.0
    longest = max(map(len, SEPARATORS.split(title))) if title else 0
    comparable_titles = [StatedTitle.from_text(text, 1.0) for text in stated_titles if text]
    # A short part of <title>, or one between two others, may just as well be the name of the site or a section.
    middle = tuple(
        part
        for part in map(clean, SEPARATORS.split(title)[1:-1])
        if part and len(part.split()) <= MOST_SECTION_WORDS
    )
    comparable_titles += [
        StatedTitle.from_text(text, 1.0 if len(text) * 2 >= longest and not text.startswith(middle) else 0.5)
        for text in parts
    ]
    whole = comparable(title)
    vocabulary = frozenset(whole.split()).union(*(stated.bag for stated in comparable_titles))
    for block in [block for block in page.blocks[:FARTHEST] if block.order in known_orders]:
        score = _score(block, comparable_titles, whole) + KNOWN_PLACE_BONUS
        if score >= CERTAIN_SCORE and score > best_score:
            best, best_score = block, score
    if best is not None:
        return best, best_score
    for block in page.blocks[:FARTHEST]:
        if block.level is None and block.order not in known_orders and not _may_match(block.text, vocabulary):
            continue
        score = _score(block, comparable_titles, whole) + (
            KNOWN_PLACE_BONUS if block.order in known_orders else 0.0
        )
        if score > best_score + 1e-9 and comparable(block.text) not in site_names:
            best, best_score = block, score
    if best is not None and _may_be_section(best, stated_titles, comparable_titles, whole):
        below = _h1_below(page, best)
        if below is not None:
            return below, max(best_score, LEVEL_WEIGHT[1])
    if best is not None and best_score >= LEVEL_WEIGHT[1]:
        return _first_alike(page, best), best_score
    short = _short_h1(page, site_names)
    return (short, LEVEL_WEIGHT[1]) if short is not None else None


def _may_be_section(block: Block, stated_titles: list[str], titles: list[StatedTitle], whole: str) -> bool:
    """Return whether the agreement of a line with the titles leaves open that it names a section."""
    words = comparable(_heading_text(block))
    is_short = block.level != 1 and len(words.split()) <= MOST_SECTION_WORDS
    return (is_short and words not in map(comparable, stated_titles)) or (
        _agreement(words, titles, whole) < MINOR_MATCH
    )


def _h1_below(page: Page, label: Block) -> Block | None:
    """Return the <h1> between a line and the text, if the line can be the name of the section above the headline."""
    for block in page.blocks[label.order + 1 : label.order + LINES_TO_H1]:
        if _is_running(block):
            return None
        if block.level == 1 and not _is_excluded(block) and len(comparable(block.text).split()) > 2:
            return block if any(map(_is_running, page.blocks[block.order :])) else None
    return None


def _first_alike(page: Page, best: Block) -> Block:
    """Return the first of the headings with a headline's words if text follows it: a player may repeat it below."""
    words = comparable(best.text)
    for block in page.blocks[: best.order]:
        if (
            block.level is not None
            and block.level <= (best.level or 6)
            and block.link_share < 0.5
            and comparable(_heading_text(block)) == words
            and any(map(_is_running, page.blocks[block.order : best.order]))
        ):
            return block
    return best


def _short_h1(page: Page, site_names: set[str]) -> Block | None:
    """Return the page's only <h1> if text follows it and it names neither the site nor a page linked from here."""
    found = [block for block in page.blocks[:FARTHEST] if block.level == 1 and not _is_excluded(block)]
    words = comparable(found[0].text) if len(found) == 1 else ""
    if not words or len(found[0].text) < SHORTEST_H1 or words in site_names or sections.is_home(words):
        return None
    linked = (comparable(block.text) for block in page.blocks if block.link_share > 0.8)
    menus = (
        comparable(piece.text)
        for block in page.blocks
        if block.link_share > 0.5 and block.box.role == "navigation"
        for piece in info_lines.line_pieces(block)[:-1]
    )
    is_followed = any(map(_is_running, page.blocks[found[0].order :]))
    return found[0] if is_followed and words not in {*linked, *menus} else None


def _line_above_text(page: Page, headline: Block) -> Block | None:
    """Return a headline's line; if it is below the text, the heading above the text, or None if there is none."""
    if not _is_below_text(page, headline):
        return headline
    first = next((block for block in page.blocks if _is_running(block)), headline)
    above = [block for block in page.blocks[: first.order] if block.level and not _is_excluded(block)]
    return min(above, key=lambda block: (block.level, -block.order), default=None)


def _is_below_text(page: Page, block: Block) -> bool:
    """Return whether all of the page's running text is above a line, and none of the text is below it."""
    above = sum(len(other.text) for other in page.blocks[: block.order] if _is_running(other))
    if above < PAGE_TEXT:
        return False
    below = page.blocks[block.order + 1 : block.order + 1 + LINES_BELOW_TITLE]
    is_among_shares = SHARE_NAMES.search(" ".join(box.names for box in list(block.box.ancestors())[:2]))
    return is_among_shares is not None or not any(map(_is_sentence, below))


def _names_site(page: Page, best: Block, stated_titles: list[str]) -> bool:
    """Return whether a line that <title> repeats is the site's name: it is printed below the text, or there as well."""
    words = comparable(best.text)
    if best.level is not None or words in map(comparable, stated_titles):
        return False
    alike = [block for block in page.blocks if comparable(block.text) == words]
    if any(block.level is not None for block in alike) or not _is_below_text(page, alike[-1]):
        return False
    return len(alike) == 1 or _unmatched_line(page, {words}) is not None


def _unmatched_line(page: Page, site_names: set[str]) -> tuple[Block, float] | None:
    """Return the line directly above the text that is set like a headline, on a page that states no title."""
    first = next((block.order for block in page.blocks if _is_running(block)), 0)
    for block in reversed(page.blocks[max(0, first - LINES_TO_H1) : first]):
        is_set_apart = (
            block.level
            or block.bold > len(block.text) / 2
            or block.text.isupper()
            or TITLE_NAMES.search(f"{block.box.names} {block.names}")
            or any(_is_large(run) for run in block.runs)
        )
        if (
            is_set_apart
            and SHORTEST <= len(block.text) <= LONGEST
            and len(block.text.split()) > 1
            and block.link_share < 0.5
            and not _is_excluded(block)
            and not info_lines.is_date_line(block.text)
            and not boilerplate.is_boilerplate(block.text)
            and comparable(block.text) not in site_names
        ):
            return block, LEVEL_WEIGHT[1]
    return None


def _is_large(run: TextRun) -> bool:
    """Return whether a run is in large type by the <font> around it."""
    size = (run.element.get("size") or "") if run.element is not None and run.element.tag == "font" else ""
    return size.startswith("+") or (size.isdigit() and int(size) >= LARGE_TYPE)


def _is_running(block: Block) -> bool:
    return (
        len(block.text) >= RUNNING_TEXT_CHARS
        and block.link_share < 0.4
        and block.level is None
        and block.box.role in (None, "post")
    )


def _is_sentence(block: Block) -> bool:
    return (
        len(block.text) >= 25
        and block.link_share < 0.4
        and block.level is None
        and block.text.endswith((".", "!", "?", "…", "»"))
        and block.box.role in (None, "post")
        and not boilerplate.is_boilerplate(block.text)
        and not boilerplate.is_legal_notice(block.text)
    )


def _is_excluded(block: Block) -> bool:
    """Return whether a line is a link, or in a part of the page that holds no headline."""
    return block.link_share > 0.8 or block.box.role in ("navigation", "footer", "comments", "aside")


def _may_match(text: str, vocabulary: frozenset[str]) -> bool:
    """Return whether a line may match a stated title: a cheap test of its first words and its last."""
    if not SHORTEST <= len(text) <= LONGEST:
        return False
    words = text.casefold().replace("ё", "е").split()
    return any(
        part in vocabulary for word in (*words[:3], *words[-1:]) for part in BETWEEN_WORDS.split(word) if part
    )


def _score(block: Block, titles: list[StatedTitle], whole: str) -> float:
    text = _heading_text(block)
    if not (SHORTEST_H1 if block.level == 1 else SHORTEST) <= len(text) <= LONGEST:
        return 0.0
    words = comparable(text)
    if not words:
        return 0.0
    score = LEVEL_WEIGHT.get(block.level or 0, 0.0)
    agreed = _agreement(words, titles, whole)
    score += agreed
    if agreed and len(words) < 15 and block.level is None:
        score -= 1.0
    if TITLE_NAMES.search(block.box.names) or TITLE_NAMES.search(block.names):
        score += 0.4
    if "headline" in block.box.names.lower():
        score += 0.3
    if block.box.role in ("navigation", "footer", "comments", "aside"):
        score -= 2.0
    elif block.box.role == "boilerplate":
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


def _agreement(words: str, titles: list[StatedTitle], whole: str) -> float:
    """Return how well a line's words agree with the stated titles and with <title> as a whole: 0 to 3."""
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
        is_most = whole.startswith(words) or len(words) * 2 >= len(whole)
        agreed = max(agreed, 2.2 if is_most else 1.2)  # the rest may be a section or the site
    return agreed


def _title_parts(title: str, site_names: set[str]) -> list[str]:
    """Return the parts of <title> that can be the headline: its longest part, and its beginnings and endings."""
    if not title:
        return []
    marks = list(SEPARATORS.finditer(title))
    found = [title]
    for mark in marks[:8]:
        found.append(title[: mark.start()])
        found.append(title[mark.end() :])
    found.extend(part for part in SEPARATORS.split(title) if part)
    kept = [
        part for part in map(clean, found) if len(part) >= SHORTEST_H1 and comparable(part) not in site_names
    ]
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


def _heading_text(block: Block) -> str:
    """Return the text of a heading without a date or time in an element of its own at its beginning or end."""
    if block.level is None or len(block.runs) < 2:
        return block.text
    return _text_of(_without_stamps(block.runs)) or block.text


def _without_stamps(runs: Sequence[TextRun]) -> list[TextRun]:
    """Return the runs of a headline without the blank ones and the dates at its beginning and end."""
    kept = list(runs)
    for at in (-1, 0):
        while len(kept) > 1 and (
            not kept[at].text.strip() or _is_stamp(kept[at].text) or _is_count(kept[at])
        ):
            kept.pop(at)
    return kept


def _is_stamp(text: str) -> bool:
    """Return whether a text is only a date or a time; a year alone may be the headline's last word."""
    dated = sum(end - start for start, end in date_patterns.find_date_spans(text))
    return (
        dated > 4
        and len(clean(text)) <= MAX_STAMP_CHARS
        and not any(map(str.isalnum, info_lines.without_dates(text)))
    )


def _is_count(run: TextRun) -> bool:
    """Return whether a run is a number in an element named for a count, such as that of comments."""
    names = (run.element.get("class") or "") if run.element is not None and not run.is_tail else ""
    return run.text.strip().isdigit() and (
        class_names.VIEWS_NAMES.search(names) is not None
        or class_names.COUNTER_NAMES.search(names) is not None
    )


def _text_of(runs: Iterable[TextRun]) -> str:
    return LEFT_OVER.sub("", clean("".join(run_texts(list(runs)))))


def _without_kicker(block: Block, stated_titles: list[str], parts: list[str]) -> str:
    """Return a headline without a stamp, and without a kicker that the same element prints before or after it.

    A kicker is separated from the headline as the stated titles separate it, if they have it. Otherwise it goes if
    they or <title> have the rest alone, or if it is a link and a colon follows it, or its element is named so.
    """
    text = LEFT_OVER.sub("", _heading_text(block)) or block.text
    pieces = [piece for piece in map(clean, block.box.element.itertext()) if piece]
    by_key = {comparable(title): title for title in reversed(stated_titles)}
    titles = {**{comparable(part): part for part in parts}, **by_key}
    if DASH.match(text) and not DASH.match(titles.get(comparable(text), text)):
        text = DASH.sub("", text)  # it separated the headline from a kicker that is not displayed
    text = _without_printed_stamp(text, titles.keys())
    whole = by_key.get(comparable(text))
    if whole is not None:
        return whole if len(pieces) > 1 and len(whole) > len(text) and "&" not in whole else text
    if comparable(text) in map(comparable, parts):
        return text
    parts_by_key = set(map(comparable, parts))
    if 1 < len(pieces) <= MOST_PIECES and comparable(" ".join(pieces)) == comparable(block.text):
        for at in range(1, len(pieces)):
            after, before = clean(" ".join(pieces[at:])), clean(" ".join(pieces[:at]))
            for rest, keys in ((after, by_key.keys() | parts_by_key), (before, by_key.keys())):
                if len(rest) >= SHORTEST and comparable(rest) in keys:
                    return LEFT_OVER.sub("", rest)
    runs = _without_stamps(block.runs)
    if len(runs) > 1 and (
        (runs[0].linked and not runs[1].linked and runs[1].text.lstrip().startswith((":", ".")))
        or (
            runs[0].element is not block.box.element
            and KICKER_NAMES.search(runs[0].element.get("class") or "")
        )
    ):
        return _text_of(runs[1:]).lstrip(". ")
    return text


def _title_in_two_lines(
    page: Page, block: Block, stated_titles: list[str], site_names: set[str]
) -> tuple[str, Block] | None:
    """Return a stated title that two adjacent lines make up, the headline one of them, and the lower; None if none is.

    An outlet that prints «Kenia» above «Nairobi von unten» calls the article «Kenia: Nairobi von unten».
    """
    for upper, lower in pairwise(page.blocks[max(0, block.order - 1) : block.order + 2]):
        if (lower is not block and lower.level != block.level) or upper.link_share > 0.5:
            continue
        words = comparable(f"{upper.text} {lower.text}")
        whole = next((title for title in stated_titles if comparable(title) == words), None)
        if whole is not None and not {comparable(upper.text), comparable(lower.text)} & site_names:
            return whole, lower
    return None


def _without_printed_stamp(text: str, titles: Collection[str]) -> str:
    """Return a headline without a date at an end that «|» separates or that the stated titles do not have."""
    spans = date_patterns.find_date_spans(text)
    if len(spans) != 1:
        return text
    start, end = spans[0]
    before, after = text[:start].rstrip(" ([—–-"), text[end:].lstrip(" )]—–-")
    rest = LEFT_OVER.sub("", after or before)
    if (before and after) or len(rest) < SHORTEST_H1:
        return text
    is_in_titles = any(comparable(text[start:end]) in title for title in titles)
    is_stamp = "|" in (before[-1:], after[:1]) or (comparable(rest) in titles and not is_in_titles)
    return rest if is_stamp else text


def _untruncated(printed: str, stated_titles: list[str]) -> str:
    """Return the stated title in full if the printed headline is cut short («…»)."""
    if printed.endswith(("...", "…")):
        stem = comparable(printed)
        for title in stated_titles:
            if len(title) > len(printed) and comparable(title).startswith(stem):
                return title
    return printed
