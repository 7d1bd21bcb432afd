"""Find the notices that an outlet must print by law: about foreign agents and banned organizations.

They are not part of the outlet's own text, but they are part of the record: stored word for word, in the order
printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.language.phrases import any_phrase, words

LONGEST = 3000  # characters of one notice
MAX_LINES_ABOVE = 12  # lines above the headline that can hold the article's own notice
MAX_LINES_BELOW = 60  # lines below the text that can hold its notes
MARK = r"[(\[]?\s?(?:\*{1,5}|†|‡|[¹²³⁴⁵⁶⁷⁸⁹]|\[\d{1,2}\])+\)?\s?[—–-]?\s?"
AGENT = words("foreign_agent")
BANNED = words("banned_kind")
DECLARED = rf"{words('declared')}\w*"
REGISTER = words("official_register")
# A notice about the page it is on, wherever it is printed.
ABOUT_THIS_PAGE = any_phrase("notice_about_page")
# A note below a text that explains a mark in it.
MARKED_NOTE = re.compile(
    rf"{MARK}.{{0,400}}{DECLARED}\b.{{0,300}}(?:{REGISTER}|{AGENT}|{BANNED})"
    rf"|{MARK}.{{0,400}}(?:{REGISTER}|{AGENT}|{BANNED}).{{0,200}}{DECLARED}"
    rf"|{MARK}.{{0,300}}(?:{AGENT}|{BANNED}\w* {words('organization')})"
)
# A note without a mark, which the page sets apart in brackets or in small type.
UNMARKED_NOTE = re.compile(
    rf"[(\[]?(?:{DECLARED}|.{{1,200}}\s{DECLARED})\b.{{0,200}}(?:{REGISTER}|{AGENT}|{BANNED}|{words('prohibited_in')})"
    rf"|[(\[]?.{{1,200}}(?:{REGISTER}|{AGENT}|{BANNED}).{{0,120}}{DECLARED}"
    rf"|{words('in_the_country')}.{{0,120}}{DECLARED}.{{0,120}}(?:{BANNED}|{AGENT})"
)
NAMES = re.compile(
    r"ino-?agent|foreign-?agent|inoagents?|foot-?note|disclaimer|notice|legal|minjust|remark|snoska|primech",
    re.I,
)
HINT = re.compile(words("notice_hint"))
EXCLUDED_ROLES = frozenset(("comments", "navigation"))


def is_notice(line: str) -> bool:
    """Return whether a line is a legally required notice by its words alone."""
    folded = line[:1500].casefold()
    if not _is_hinted(folded):
        return False
    return ABOUT_THIS_PAGE.match(folded) is not None or MARKED_NOTE.match(folded) is not None


def without_notices(text: Sequence[Block]) -> tuple[Block, ...]:
    """Return the lines of a text without legal notices, which are printed between paragraphs and at the end."""
    kept = [block for block in text if not is_notice(block.text)]
    while len(kept) > 1 and _is_apart(kept[-1], kept[-1].text.casefold()):
        kept.pop()
    return tuple(kept)


def find_notices(page: Page, headline: Block | None, text: Sequence[Block]) -> tuple[str, ...]:
    """Return the notices that belong to an article, as printed, except those inside its text.

    A footer's list of all banned organizations belongs to the site: it changes with the law, and each change would
    count as an edit of every article.
    """
    text_orders = {block.order for block in text}
    low = max(0, (headline.order if headline is not None else min(text_orders, default=0)) - MAX_LINES_ABOVE)
    last = max(text_orders, default=headline.order if headline is not None else 0)
    found: dict[str, None] = {}
    for block in page.blocks:
        if block.order in text_orders or block.box.role in EXCLUDED_ROLES or len(block.text) > LONGEST:
            continue
        folded = block.text[:1500].casefold()
        if not _is_hinted(folded):
            continue
        near = low <= block.order <= last + MAX_LINES_BELOW and block.box.role not in ("footer", "aside")
        if ABOUT_THIS_PAGE.match(folded) or (
            near and (MARKED_NOTE.match(folded) or (block.order > last and _is_apart(block, folded)))
        ):
            found[block.text] = None
    return tuple(found)


def _is_hinted(folded: str) -> bool:
    """Return whether a line has a word that all notices have: a cheap test that most lines fail."""
    return HINT.search(folded) is not None


def _is_apart(block: Block, folded: str) -> bool:
    """Return whether a line below the text is formatted as a note and phrased like a notice."""
    if len(folded) > 400 or UNMARKED_NOTE.match(folded) is None:
        return False
    if folded[:1] in "([" and folded.rstrip(". ")[-1:] in ")]":
        return True
    box = block.box
    names = f"{box.names} {block.names} {box.parent.names if box.parent is not None else ''}"
    return NAMES.search(names) is not None or any(
        element.tag in ("small", "i", "em", "sub", "sup") for element in list(box.element)[:2]
    )
