"""Split the text printed about a picture into its caption and its credit. Reads lxml elements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from archive.extraction.normalize import clean
from archive.extraction.page.blocks import SEPARATING_TAGS
from archive.extraction.page.elements import Block
from archive.extraction.vocabulary import boilerplate, class_names
from archive.extraction.vocabulary.given_names import opens_with_given_name
from archive.language.phrases import words

LONGEST = 400  # characters of a line about a picture
# characters of a line in a <figure> but outside its <figcaption>: a credit
LONGEST_APART = 40
CREDIT_TAIL = re.compile(
    rf"[\s.;,|/(–—-]*(?P<credit>\(?{words('caption_credit')}"
    rf"(?:\s+{words('caption_credit_from')}\s+|\s*[:©/|]\s*).{{2,100}}|©.{{2,80}})$"
    rf"|\s[/|]\s?(?P<slashed>{words('slashed_credit')}\s.{{2,80}})$",
    re.I,
)
JOINED_CREDIT = re.compile(
    rf"(?<=[\w»”\")])\s(?P<credit>{words('joined_credit')}\s\S.{{2,60}})$"
)  # without punctuation between caption and credit

# with a year it is the site's own copyright line
HOLDER = re.compile(r"(?:©|\([cс]\))\s*(?!.*\d{4})\S.{1,99}", re.I)
PHOTOGRAPHER = re.compile(
    r"(?P<name>[А-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺA-Z][\w'’ʼ.-]*(?: [А-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺA-Z][\w'’ʼ-]+){1,2})(?P<desk>\s[/|]\s.{2,60})?"
)  # «Ольга Тихонова», «Ольга Тихонова / архив редакции»
WRAPPED_CREDIT = re.compile(r"(?P<caption>.{3,}?)\s*\((?P<credit>[^()]{3,100})\)\.?")
STOPPED_CREDIT = re.compile(r"(?P<caption>.+(?:[^\W\d_]{2}|[\d»”\")])[.!?…])\s+(?P<credit>[^.!?…]{3,80})\.?")
CREDIT_WORD = re.compile(rf"(?<!\w){words('credit_continues')}$", re.I)
LABEL = re.compile(
    rf"^(?:{words('picture_label')}|(?P<caption>{words('caption_label')}))(?:,\s+|,$)", re.I
)  # labels for screen readers
SOURCE = re.compile(rf"{words('source_word')}\s*:\s*\S", re.I)
OFFER = re.compile(rf"[\s|/·—–-]*{words('photo_offer')}\.?$", re.I)
NAME_TAIL = re.compile(
    r"(?P<caption>.{3,}?)(?:(?<=[^\W\d_]{2})[.!?…]\s+(?=[^.!?…]{0,60}/)|\s[/|]\s)"
    r"(?P<credit>(?:[^.!?…/]{2,40}/\s?)?(?P<name>[^.!?…/,]{4,40}))\.?"
)  # «Мост через реку. Новости края/Ольга Тихонова», «Мост через реку / Ольга Тихонова»
SEPARATOR_CHARACTERS = " .;,|/(–—-"  # between a caption and its credit


def caption_and_credit(lines: Sequence[Block]) -> tuple[str | None, str | None]:
    """Return the caption and credit in the lines printed about one picture; None for what is missing."""
    caption: list[str] = []
    credit: str | None = None
    captioned_below = any(block.box.tag == "figcaption" for block in lines)
    for number, block in enumerate(lines):
        if block.text.isdigit() or block.text in caption:
            continue  # a picture's number, or a line printed twice for large and small screens
        if credit is None and number == len(lines) - 1 and _is_photographer(block, lines[:number]):
            credit = without_parentheses(block.text)
            continue
        named = class_names.CREDIT_NAMES.search(block.box.names + " " + block.names)
        text = OFFER.sub("", block.text)
        label = LABEL.match(text)
        is_apart = captioned_below and len(text) <= LONGEST_APART and not _in_figcaption(block)
        is_apart = is_apart and any(map(str.isalpha, text))
        if (
            is_apart
            or (named and _is_credit_whole(block))
            or SOURCE.match(text)
            or (label and not label["caption"])
        ):
            credit = credit or without_parentheses(LABEL.sub("", text))
            continue
        text = LABEL.sub("", text)
        if not text:
            continue
        head, tail = _split_by_elements(block) or _split_by_name(block, text) or split_credit(text)
        if head == text:
            if named and len(lines) > 1 and len(head) < 120:
                credit = credit or without_parentheses(head)
                continue
            if boilerplate.is_boilerplate(head):
                continue
        if head:
            caption.append(head)
        credit = credit or tail
    return clean(" ".join(caption)) or None, credit


def _in_figcaption(block: Block) -> bool:
    return any(box.tag == "figcaption" for box in islice(block.box.ancestors(), 4))


def _split_by_name(block: Block, text: str) -> tuple[str, str] | None:
    """Return caption and credit if only a person's name at the end separates them, without a credit word."""
    found = NAME_TAIL.fullmatch(text) if len(text) <= LONGEST else None
    if found is None or block.box.role not in ("caption", "figure") or boilerplate.is_credit(text):
        return None
    name = PHOTOGRAPHER.fullmatch(found["name"])
    return (
        (found["caption"], found["credit"])
        if name is not None and opens_with_given_name(found["name"])
        else None
    )


def _is_name_of_desk(text: str) -> bool:
    """Return whether a text is a photographer and an agency: «Ольга Тихонова/Новости края»."""
    parts = [part.strip() for part in text.split("/")]
    return len(parts) == 2 and any(
        PHOTOGRAPHER.fullmatch(part) is not None and opens_with_given_name(part) for part in parts
    )


def _is_credit_whole(block: Block) -> bool:
    """Return whether the whole line is in one element whose class names mark a credit."""
    return any(
        class_names.CREDIT_NAMES.search(element.get("class") or "") is not None
        and clean("".join(element.itertext())[:LONGEST]) == block.text
        for element in block.box.element.iter(*SEPARATING_TAGS, "div", "p", "figcaption")
    )


def split_credit(text: str) -> tuple[str | None, str | None]:
    """Return caption and credit of a line about a picture: «Путин. Фото: РИА Новости»."""
    wrapped = WRAPPED_CREDIT.fullmatch(text)
    if wrapped is not None and boilerplate.is_credit(wrapped["credit"]):
        return wrapped["caption"].rstrip(SEPARATOR_CHARACTERS), wrapped["credit"]
    match = CREDIT_TAIL.search(text)
    is_after = match is not None and match.start() >= 3
    if HOLDER.fullmatch(text) or (
        boilerplate.is_credit(text)
        and not (match is not None and is_after and _has_sentence_before(text, match))
    ):
        return None, without_parentheses(text)
    if match is not None and is_after:
        return clean(text[: match.start()]) or None, clean(match["credit"] or match["slashed"]).strip(
            "()"
        ) or None
    joined = JOINED_CREDIT.search(text) if len(text) <= 250 else None
    if joined is not None and len(joined["credit"].split()) <= 6:
        return clean(text[: joined.start()]), joined["credit"]
    stopped = STOPPED_CREDIT.fullmatch(text)
    if stopped is not None and boilerplate.is_credit(stopped["credit"]):
        return stopped["caption"].rstrip(SEPARATOR_CHARACTERS), stopped["credit"]
    return text, None


def _has_sentence_before(text: str, credit: re.Match[str]) -> bool:
    """Return whether a sentence precedes the credit, and not another credit («Фото: А. Б. / Фото: ТАСС»)."""
    before = text[: credit.start()]
    ends = text[len(before) :].lstrip()[:1] in (".", ";") or before.endswith((".", "!", "?", "…", "»"))
    return ends and len(before.split()) > 2 and not boilerplate.is_credit(before)


def _is_photographer(block: Block, before: Sequence[Block]) -> bool:
    """Return whether a line in a picture's frame is just a name: with its agency, or below a separate caption."""
    match = PHOTOGRAPHER.fullmatch(block.text)
    if match is None or block.link_share > 0.5:
        return False
    if not opens_with_given_name(match["name"]):
        return match["desk"] is not None and "." in match["name"].split()[0]
    return match["desk"] is not None or any(
        line.box is not block.box and PHOTOGRAPHER.fullmatch(line.text) is None for line in before
    )


def _split_by_elements(block: Block) -> tuple[str, str] | None:
    """Return caption and credit if the credit is in an element of its own at the end of the line."""
    is_apart = block.box.role in ("caption", "figure")
    for element in block.box.element.iter(*SEPARATING_TAGS):
        credit = clean("".join(element.itertext())[:LONGEST])
        if not 0 < len(credit) <= 120 or not block.text.endswith(credit):
            continue
        before = block.text.removesuffix(credit).rstrip()
        caption = before.rstrip(SEPARATOR_CHARACTERS)
        if len(caption) < 3 or before.endswith((":", "/", "©")) or CREDIT_WORD.search(before):
            continue  # the element is only the end of the credit
        credit = without_parentheses(credit)
        names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        named = class_names.CREDIT_NAMES.search(names) or (
            is_apart and class_names.AUTHOR_NAMES.search(names)
        )
        if (named or boilerplate.is_credit(credit) or _is_name_of_desk(credit)) and not boilerplate.is_credit(
            caption
        ):
            return caption, credit
    return None


def without_parentheses(credit: str) -> str:
    """Return a credit without parentheses around the whole of it."""
    credit = credit.lstrip("/| ")
    whole = re.fullmatch(r"[(\[]([^()\[\]]+)[)\]]\.?", credit)
    return clean(whole[1]) if whole is not None else credit
