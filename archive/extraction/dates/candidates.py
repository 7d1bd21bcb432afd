"""Find the dates printed around a headline and its text, and weigh each by its position."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from archive.extraction.dates import parser as dates
from archive.extraction.model import FoundIn, StatedTime
from archive.extraction.normalize import clean
from archive.extraction.page import info_lines
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block, Box
from archive.extraction.vocabulary import class_names, date_patterns
from archive.language.phrases import words

MENU_PENALTY = 1.0
MAX_LABEL_CHARS = 200  # characters; a longer line is running text, and only its beginning can be a date
MAX_FOREIGN_CHARS = (
    40  # characters of other words beside a date without a year; with more it belongs to a sentence
)
OPENING_CHARS = 70
MIN_HEADLINE_CHARS = 25  # characters of a link
MIN_SENTENCE_CHARS = 60  # characters
MAX_SECTION_CHARS = (
    20  # characters beside a date in a line of links, which name a section and no other article
)
LINES_ABOVE = 12  # lines above the headline that are searched
LINES_BELOW = 14
LEAD_LINES = 2  # first lines of the text, among which the date may be
MAX_DISTANCE = 60  # lines between headline and text that are searched
LINES_AFTER = 8
MAX_TEASER_LINES = 6  # lines of a box that presents another article
ADJACENT_LINES = 2  # lines right above the headline, where no other date is likely
DATELINE_PENALTY = 1.5  # for a day before the first sentence: a day in a line of its own comes first
MIN_LINES_ABOVE = 3  # lines above the article's box, where the page header is
HEADLINE_PENALTY = (
    3.4  # for a day in the headline, set off from its words: a day printed beside it comes first
)
OUTSIDE_PENALTY = 1.5  # for a date below the text and outside the article's box

# Around a date that is set off from a headline, at its end or at its beginning.
OPENING = re.compile(r"\s[(\[]\s*$|\s[|/•·—–-]{1,2}\s*$")
WORD_WITH_STOP = re.compile(r"[^\W\d_]{3}\.$")  # «2022 года.», but not «2022 г.»
LABEL_BEFORE = re.compile(rf"^{words('dated')}\s", re.IGNORECASE)  # «№ 8 <b>от 17 января 2012 года</b>»
CLOSING = re.compile(r"\s*[)\].]{0,2}\s*")
# After a day that is a sentence of its own before the first: «31. Oktober 2023. Dragqueens sind …».
FULL_STOP_AFTER = re.compile(r"\s*\.\s+[«\"„“]?(?P<first>[^\W\d_])")
SEPARATOR_AFTER = re.compile(r"\s*[)\]]|\s*[|•·:]|\s+[/—–-]{1,2}\s")


@dataclass(frozen=True, slots=True)
class DateContext:
    """The context in which the printed dates of one capture are parsed."""

    zone: ZoneInfo
    languages: tuple[str, ...]
    captured_at: datetime
    page_language: str | None = None

    def parse(self, text: str, found_in: FoundIn, *, allow_doubtful: bool = False) -> StatedTime | None:
        """Return the time that a printed date states, or None; see `parse_date`."""
        return dates.parse_date(
            text,
            zone=self.zone,
            languages=self.languages,
            captured_at=self.captured_at,
            found_in=found_in,
            allow_doubtful=allow_doubtful,
            page_language=self.page_language,
        )


@dataclass(frozen=True, slots=True)
class DateCandidate:
    """A date printed on the page that may be the article's."""

    stamp: StatedTime
    block: Block
    is_update: bool  # labelled as the time of an update
    is_labelled: bool  # labelled as the time of publication
    is_above: bool  # above the headline, where the page header may be
    weight: float  # how strongly its position ties it to the headline; see `find_candidates`
    in_prose: bool = False  # within a sentence of the text


def find_candidates(
    page: Page,
    context: DateContext,
    headline: Block | None,
    text: Sequence[Block],
    captions: frozenset[int] = frozenset(),
) -> list[DateCandidate]:
    """Return the dates printed around the headline and the text, weighed by their position.

    `captions`: the orders of the lines about pictures, whose dates belong to the pictures.
    """
    first = text[0].order if text else None
    last = text[-1].order if text else None
    at = headline.order if headline is not None else first
    if at is None:
        return []
    found: list[DateCandidate] = []
    prose = {block.order for block in text[:LEAD_LINES] if _is_prose(block)}
    prose |= {headline.order} if headline is not None else set()
    blocks = page.blocks
    in_cards = frozenset(
        block.order
        for block in (
            *blocks[max(0, at - LINES_ABOVE) : at],
            *(blocks[last + 1 : last + 1 + LINES_AFTER] if last is not None else ()),
        )
        if _is_in_card(page, block) or _is_in_teaser(page, block, at, last)
    )
    # On many pages the date is below the lead, and the lead may be the first line of the text.
    opening = text[min(len(text), LEAD_LINES) - 1].order if text else None
    end = min(opening, at + MAX_DISTANCE) if opening is not None and opening >= at else at + LINES_BELOW
    for block in blocks[max(0, at - LINES_ABOVE) : at]:
        if block.order in in_cards:
            continue
        menu_penalty = MENU_PENALTY if _has_menu(blocks[block.order + 1 : at]) else 0.0
        time_bonus = 0.5 if at - block.order <= ADJACENT_LINES and date_patterns.has_time(block.text) else 0.0
        weight = 2.0 + time_bonus - 0.12 * (at - block.order) - menu_penalty
        opens_article = block.order == at - 1 and _opens_article(page, block, at, last)
        candidates = _candidates_in(block, context, weight, is_above=True)
        found.extend(replace(one, is_above=not opens_article) for one in candidates)
    for block in blocks[at : end + 1]:
        if block.order in captions and not _is_dated(block.text):
            continue
        weight = 5.0 - 0.08 * (block.order - at)
        found.extend(_candidates_in(block, context, weight, prose=block.order in prose))
    if headline is not None:
        found.extend(_day_in_headline(headline, context))
    if last is not None:
        article_end = _article_end(page, at, last)
        for block in blocks[last + 1 : last + 1 + LINES_AFTER]:
            if block.order in in_cards or (block.order in captions and not _is_dated(block.text)):
                continue
            outside = 0.0 if block.order < article_end else OUTSIDE_PENALTY
            weight = 2.5 - outside - 0.15 * (block.order - last)
            found.extend(_candidates_in(block, context, weight, is_below=True))
        found.extend(_candidates_in(blocks[last], context, 1.5, closing=True, prose=True))
    return _join_days_and_times(found, context, at)


def _is_dated(text: str) -> bool:
    """Return whether a line near a picture states the article's date: «Пресс-релиз от 20.01.2022»."""
    return info_lines.is_date_line(text) or date_patterns.grammar().published_label.match(text) is not None


def _article_end(page: Page, first: int, last: int) -> int:
    """Return the order of the line after the article's box: its <article>, or one that holds headline and text."""
    holders = [box for box in page.blocks[last].box.ancestors() if box.first <= first and last < box.last]
    named = next((box for box in holders if box.tag == "article"), None)
    if named is not None:
        return named.last
    return holders[min(1, len(holders) - 1)].last if holders else len(page.blocks)


def _opens_article(page: Page, block: Block, at: int, last: int | None) -> bool:
    """Return whether a line directly above the headline is the first of the box with the headline and the text."""
    holds = (box for box in block.box.ancestors() if box.first <= at < box.last)
    box = next(holds, None)
    return (
        box is not None
        and box.tag != "body"
        and last is not None
        and MIN_LINES_ABOVE <= box.first == block.order
        and last < box.last
    )


def _is_in_card(page: Page, block: Block) -> bool:
    """Return whether a line is inside an element that as a whole is a link to another page."""
    for element in block.box.element.iterancestors("a"):
        try:
            target = urljoin(page.url, (element.get("href") or "").strip())
        except ValueError:
            return True
        return str(target).split("#")[0] != page.url.split("#")[0]
    return False


def _is_in_teaser(page: Page, block: Block, at: int, last: int | None) -> bool:
    """Return whether a line is in a small box, apart from headline and text, that has the headline of another page."""
    apart: Box | None = None
    for box in block.box.ancestors():
        if box.first <= at < box.last or (last is not None and box.first <= last < box.last):
            break
        if box.last - box.first > MAX_TEASER_LINES:
            break
        apart = box
    if apart is None or date_patterns.grammar().published_label.match(block.text) is not None:
        return False
    return any(
        other is not block and other.link_share > 0.8 and len(other.text) >= MIN_HEADLINE_CHARS
        for other in page.blocks[apart.first : apart.last]
    )


def _has_menu(between: Sequence[Block]) -> bool:
    """Return whether there is a menu among the lines between a date and the headline: a date above is the site's."""
    return any(
        block.box.role in ("navigation", "boilerplate") and block.link_share > 0.5 for block in between
    )


def _candidates_in(
    block: Block,
    context: DateContext,
    weight: float,
    *,
    closing: bool = False,
    prose: bool = False,
    is_above: bool = False,
    is_below: bool = False,
) -> list[DateCandidate]:
    text = block.text
    spans = date_patterns.find_date_spans(text)
    if not spans:
        return []
    if block.box.role in ("comments", "navigation"):
        return []
    if block.box.role == "footer" and not any(box.tag == "article" for box in block.box.ancestors()):
        return []
    is_long = len(text) > MAX_LABEL_CHARS
    if is_long or closing:
        spans = tuple(
            span
            for span in spans
            if (span[0] < OPENING_CHARS // 2 and not closing)
            or (closing and span[1] >= len(text) - 2 and len(text) < 60)
        )
        spans = spans[:1]
        weight -= 0.8
    undated_chars = len(text) - sum(end - start for start, end in spans)
    if (is_above or is_below) and _is_teaser(block, undated_chars):
        return []
    if block.link_share > 0.8 and undated_chars > MAX_SECTION_CHARS:
        weight -= 1.5
    if block.box.role in ("boilerplate", "aside"):
        weight -= 1.0
    if block.box.tag == "li":
        weight -= 0.4
    found: list[DateCandidate] = []
    for start, end in spans[:4]:
        stamp = context.parse(text[start:end], "visible", allow_doubtful=True)
        before = text[max(0, start - 40) : start]
        label = _last_label(before)
        has_label = label is not None and before.rstrip().endswith(":")
        is_dateline = prose and start == 0 and _is_dateline(stamp, text, end)
        if stamp is None or (
            (prose or is_long) and not (has_label or is_dateline or _may_be_in_prose(stamp, start))
        ):
            continue
        updated = label == "updated"
        labelled = label == "published"
        bonus = (
            0.6 * labelled
            + 0.5 * (stamp.precision != "day")
            + 0.3 * bool(class_names.DATE_NAMES.search(block.box.names + " " + block.names))
        )
        if stamp.rule == "clock":
            bonus -= 1.5
        if stamp.rule in ("day-month", "month-day"):
            bonus -= 0.5
        # With many other words beside it, the date belongs to a sentence.
        first, last = info_lines.piece_span(text, start, end)
        other_chars = len(clean(text[max(first, start - 60) : start])) + len(
            clean(text[end : min(last, end + 60)])
        )
        if (
            other_chars > MAX_FOREIGN_CHARS
            and (dates.is_yearless(stamp) or stamp.rule.endswith("relative-day"))
            and not labelled
        ):
            continue
        bonus -= 0.02 * min(other_chars, 60) + DATELINE_PENALTY * is_dateline
        found.append(
            DateCandidate(stamp, block, updated, labelled, is_above, weight + bonus, prose and start > 0)
        )
    return found


def _is_teaser(block: Block, undated_chars: int) -> bool:
    """Return whether a line is the headline of another article with its date; the date may be a link too."""
    return min(block.linked, undated_chars) >= MIN_HEADLINE_CHARS and block.linked >= 0.8 * undated_chars


def _is_prose(block: Block) -> bool:
    """Return whether a line of the text is a sentence, and not a label left in the text."""
    if info_lines.is_dated_line(block.text):
        return False
    return len(block.text) > MIN_SENTENCE_CHARS or block.text.endswith((".", "!", "?", "»", "…", ":"))


def _may_be_in_prose(stamp: StatedTime, start: int) -> bool:
    """Return whether a date in a headline or paragraph can be the article's, and not one the text mentions."""
    if dates.is_yearless(stamp) or stamp.rule in ("clock", "relative-day", "ago"):
        return False
    return stamp.precision != "day" or (start == 0 and stamp.rule.startswith("numbers"))


def _is_dateline(stamp: StatedTime | None, text: str, end: int) -> bool:
    """Return whether a day before the first sentence is a sentence of its own."""
    if stamp is None or dates.is_yearless(stamp) or stamp.rule == "relative-day" or stamp.precision != "day":
        return False
    follows = FULL_STOP_AFTER.match(text, end - 1 if WORD_WITH_STOP.search(text[:end]) else end)
    return follows is not None and follows["first"].isupper()


def _day_in_headline(headline: Block, context: DateContext) -> list[DateCandidate]:
    """Return the day at an end of the headline that is set off from its words: «… (17.04.2024)», «17.04.2024 | …»."""
    text = headline.text
    spans = date_patterns.find_dates(text)
    apart = [span for span in spans if not span.has_time and _is_set_off(headline, span.start, span.end)]
    if len(spans) != 1 or not apart:
        return []
    stamp = context.parse(text[apart[0].start : apart[0].end], "visible")
    if stamp is None or dates.is_yearless(stamp) or stamp.rule == "relative-day":
        return []
    weight = 5.0 - HEADLINE_PENALTY
    return [DateCandidate(stamp, headline, False, False, False, weight, in_prose=True)]


def _is_set_off(headline: Block, start: int, end: int) -> bool:
    """Return whether brackets, a bar, a dash or an element of its own sets a date off from the headline beside it."""
    before, date, after = headline.text[:start], headline.text[start:end], headline.text[end:]
    runs = [LABEL_BEFORE.sub("", clean(run.text).strip("()[] ")) for run in headline.runs if clean(run.text)]
    if len(runs) > 1 and date in (runs[0], runs[-1]):
        return True
    return (OPENING.search(before) is not None and CLOSING.fullmatch(after) is not None) or (
        not before.strip("([ ") and SEPARATOR_AFTER.match(after) is not None
    )


def _last_label(before: str) -> str | None:
    updated = [match.end() for match in date_patterns.grammar().updated_label.finditer(before)]
    published = [match.end() for match in date_patterns.grammar().published_label.finditer(before)]
    if not updated and not published:
        return None
    return "updated" if (updated or [-1])[-1] >= (published or [-1])[-1] else "published"


def _join_days_and_times(
    found: list[DateCandidate], context: DateContext, at_headline: int
) -> list[DateCandidate]:
    """Add a candidate for each day and time in neighbouring lines, unless the headline is between them."""
    joined = list(found)
    for one in found:
        for other in found:
            if (
                one.stamp.rule == "clock"
                and other.stamp.precision == "day"
                and abs(one.block.order - other.block.order) <= 2
                and (one.block.order > at_headline) == (other.block.order > at_headline)
            ):
                at = other.stamp.at.replace(
                    hour=one.stamp.at.hour, minute=one.stamp.at.minute, second=one.stamp.at.second
                )
                first, second = (one, other) if found.index(one) < found.index(other) else (other, one)
                stamp = replace(
                    other.stamp,
                    at=at,
                    precision=one.stamp.precision,
                    stated_as=f"{first.stamp.stated_as} {second.stamp.stated_as}",
                    rule=f"clock-{other.stamp.rule}" if first is one else f"{other.stamp.rule}-clock",
                )
                if at <= context.captured_at + timedelta(days=1):
                    joined.append(
                        DateCandidate(
                            stamp,
                            other.block,
                            other.is_update or one.is_update,
                            other.is_labelled,
                            other.is_above,
                            max(one.weight + 1.5, other.weight) + 0.5,
                        )
                    )
    return joined
