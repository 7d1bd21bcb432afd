"""Find the authors of an article: in the page's metadata, or in a printed byline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise

from archive.extraction.metadata.collect import JOB_TITLE, Metadata, parse_names
from archive.extraction.normalize import clean, comparable
from archive.extraction.page import info_lines
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.vocabulary import boilerplate, class_names
from archive.extraction.vocabulary.given_names import opens_with_given_name
from archive.language.phrases import words
from archive.urls import host_of

LONGEST_TABS, MOST_TABS = 40, 3  # characters of a line of labels; lines of them
MOST_AUTHORS = 8  # in lines of their own
MIN_TEASER_CHARS = 20  # of a linked headline
LINES_OF_TEASER = 3  # its headline, summary and byline
MAX_CARD_LINES = 6  # of the box around a teaser
TAB_LABEL = re.compile(rf"{words('tab_label')}\s*:?", re.I)
PHOTO_PART = re.compile(rf"(?<=\w)[\s,.;|·•/]+{words('photo_part')}\s*:", re.I)
PHOTO_BANK = re.compile(words("photo_bank"), re.I)  # where pictures are from
MOST_PIECES = 200  # pieces of text read from a byline's element
MAX_LINES_BELOW = 5  # lines after the text; bylines farther down belong to other articles
LONGEST = 160  # characters of a line with a byline
BYLINE = re.compile(rf"^{words('byline')}\s*(?P<separator>[:—–,-])?\s+(?=\S)", re.I)
ACCOUNT_LABEL = re.compile(
    rf"^{words('account_label')}\s*[:—–-]?\s+(?=\S)", re.I
)  # names an account, which counts only if it is a person's name
SET_RIGHT = re.compile(r"text-align\s*:\s*right", re.I)
TOPIC_ADDRESS = re.compile(
    r"/(?:tags?|topics?|themes?|tema|temy|stor(?:y|ies)|dossier|syuzhet\w*)(?:/|$)|[?&](?:tags?|topic|theme)=",
    re.I,
)
AUTHOR_ADDRESS = re.compile(r"author|avtor|autor", re.I)
PERSON_ADDRESS = re.compile(r"/(?:persons?|persona|people)/", re.I)
AUTHOR_LABEL = re.compile(
    rf"{words('author_label')}(?: {words('author_of')})?\s*:?", re.I
)  # on a line of its own above the name
NAME_WITH_OUTLET = re.compile(
    r"(?P<name>[^,.!?]{4,50}), (?:для )?(?P<outlet>[«\"A-ZА-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺ][^,.!?]{1,40})\.?"
)
WRITER_JOB = re.compile(rf"\b{words('writer_job')}")
LINES_OF_BIOS = 3  # lines at the end of a text that can be a bio
LONGEST_BIO = 500  # characters
SIGNATURE = re.compile(r"^[А-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺA-Z][\w'’ʼ-]+(?: [А-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺA-Z][\w'’ʼ.-]+){1,2}$")
DATED = re.compile(rf"\s{words('dated')}$", re.I)  # «Марина Логинова от 10-01-2022»


def find_authors(
    page: Page,
    metadata: Metadata,
    headline: Block | None,
    text: Sequence[Block],
    captions: frozenset[int] = frozenset(),
) -> tuple[str, ...]:
    """Return the authors of the article; empty if none are named.

    `captions`: orders of the lines that belong to pictures.
    """
    persons = tuple(name for name in metadata.authors if PHOTO_BANK.fullmatch(name) is None)
    stated = tuple(name for name in persons if not _is_outlet_name(name, metadata, page))
    return (
        stated
        or _printed_authors(page, metadata, headline, text, captions)
        or metadata.author_organizations
        or persons
    )


def _printed_authors(
    page: Page, metadata: Metadata, headline: Block | None, text: Sequence[Block], captions: frozenset[int]
) -> tuple[str, ...]:
    end = text[-1].order + MAX_LINES_BELOW if text else len(page.blocks)
    for block in info_lines.lines_around(page, headline, text):
        if (
            (block.order > end and not _is_dated(block.text))
            or len(block.text) > LONGEST
            or block.box.role in ("caption", "figure")
            or (boilerplate.is_credit(block.text) and BYLINE.match(block.text) is None)
            or _is_in_teaser(page, block, headline, text)
            or (block.order in captions and _is_photographer_line(block))
            or _is_topic(block, or_person=block.order > end - MAX_LINES_BELOW)
            or _is_link_above(block, headline, metadata)
        ):
            continue
        names = _byline(block) or _names_below_label(page, block)
        if not names and (not text or block.order > text[-1].order):
            names = _name_with_outlet(block.text) or _right_aligned_names(block)
        if names:
            return tuple(
                dict.fromkeys(
                    name
                    for name in names
                    if not _is_outlet_name(name, metadata, page) and PHOTO_BANK.fullmatch(name) is None
                )
            )
    return ()


def _names_below_label(page: Page, block: Block) -> list[str]:
    """Return the names in a line below an author label, and in the lines like it below: «Авторы», «Анна Ветрова»."""
    if not _is_below_label(page, block):
        return []
    found: list[str] = []
    for other in page.blocks[block.order : block.order + MOST_AUTHORS]:
        linked = [piece.text for piece in info_lines.line_pieces(other) if piece.href is not None]
        names = _signatures([other.text]) or _signatures(linked)
        is_alike = (other.box.tag, other.box.names) == (block.box.tag, block.box.names)
        if not names or not is_alike or (other is not block and not all(map(opens_with_given_name, names))):
            break
        found += names
    return found


def _signatures(texts: Sequence[str]) -> list[str]:
    return [name for text in texts for name in parse_names(text) if SIGNATURE.match(name)]


def _is_below_label(page: Page, block: Block) -> bool:
    """Return whether an author label is above a line; other labels may be between, as in tabs («Авторы», «Теги»)."""
    for other in reversed(page.blocks[max(0, block.order - MOST_TABS) : block.order]):
        if len(other.text) > LONGEST_TABS:
            return False
        texts = (other.text, *(piece.text for piece in info_lines.line_pieces(other)[:-1]))
        if any(map(AUTHOR_LABEL.fullmatch, texts)):
            return True
        if not TAB_LABEL.fullmatch(other.text):
            return False
    return False


def _name_with_outlet(line: str) -> list[str]:
    """Return the name in a line that gives author and outlet: «Анна Ветрова, «Вестник»»."""
    found = NAME_WITH_OUTLET.fullmatch(line)
    return [found["name"]] if found is not None and is_signature(found["name"]) else []


def _right_aligned_names(block: Block) -> list[str]:
    """Return the names in a right-aligned line, where texts are signed; the given names need not be known ones."""
    element = block.box.element
    style = f"{element.get('style') or ''};text-align:{element.get('align') or ''}"
    names = parse_names(block.text.rstrip("."))
    return names if SET_RIGHT.search(style) and all(map(SIGNATURE.match, names)) else []


def without_bios(text: Sequence[Block], authors: Sequence[str]) -> tuple[Block, ...]:
    """Return a text without the lines at its end that describe its authors."""
    first = max(1, len(text) - LINES_OF_BIOS)
    return tuple(
        block for number, block in enumerate(text) if number < first or not is_bio_of(block.text, authors)
    )


def is_bio(line: str) -> bool:
    """Return whether a line describes someone who writes."""
    return opens_with_given_name(line) and mentions_writer_job(line)


def is_bio_of(line: str, authors: Sequence[str]) -> bool:
    """Return whether a line describes one of the authors: «Анна Ветрова — обозреватель отдела экономики»."""
    return any(map(line.startswith, authors)) and mentions_writer_job(line)


def mentions_writer_job(line: str) -> bool:
    """Return whether a line is short and mentions a writer's job."""
    return len(line) <= LONGEST_BIO and WRITER_JOB.search(line.casefold()) is not None


def _byline(block: Block) -> list[str]:
    with_photo = boilerplate.SIGNED_WITH_PHOTO.fullmatch(block.text)
    if with_photo is not None and is_signature(with_photo["author"]):
        return [with_photo["author"]]
    text = _without_dates(block.text)
    parts = [_without_dates(part) for part in info_lines.split_line(block.text)]
    element_texts, is_glued = _element_texts(block)
    for part in dict.fromkeys(element_texts if is_glued else (text, *parts)):
        names = _names_after_label(part)
        if names:
            return names
    names = _names_in_author_element(block, text, element_texts, is_glued)
    if names:
        return names
    if len(element_texts) > 1 and all(map(is_signature, element_texts)):
        return list(element_texts)
    for one in element_texts if is_glued else [text, *parts]:
        bare = JOB_TITLE.sub("", one).strip(" .")
        if is_signature(bare):
            return [bare]
    return []


def is_signature(text: str) -> bool:
    """Return whether a text is a person's name and nothing else."""
    return SIGNATURE.match(text) is not None and opens_with_given_name(text)


def are_names(text: str) -> bool:
    """Return whether a text is only the names of persons."""
    names = parse_names(text)
    return bool(names) and all(map(is_signature, names))


def is_signed(line: str) -> bool:
    """Return whether a line is only the names of authors, such as «Анна Ветрова, Роман Шульц»."""
    if len(line) > LONGEST:
        return False
    if _name_with_outlet(line):
        return True
    names = parse_names(line.rstrip("."))
    return bool(names) and comparable(" ".join(names)) == comparable(line) and all(map(is_signature, names))


def _is_topic(block: Block, *, or_person: bool) -> bool:
    """Return whether a line is a link to a topic page about a person, rather than a byline.

    `or_person`: a link to a page about a person counts as well; directly below a headline it leads to the author's.
    """
    if block.link_share <= 0.5:
        return False
    links = [link.get("href") or "" for link in islice(block.box.element.iter("a"), MOST_PIECES)]
    if _is_marked_author(block):
        return False
    return any(TOPIC_ADDRESS.search(href) or (or_person and PERSON_ADDRESS.search(href)) for href in links)


def _is_link_above(block: Block, headline: Block | None, metadata: Metadata) -> bool:
    """Return whether a link above the headline is a topic: the data say that an organization wrote the article."""
    return (
        headline is not None
        and block.order < headline.order
        and bool(metadata.author_organizations)
        and block.link_share > 0.5
        and not _is_marked_author(block)
    )


def _is_marked_author(block: Block) -> bool:
    """Return whether class names or a link's address say that a line names an author."""
    links = islice(block.box.element.iter("a"), MOST_PIECES)
    return class_names.AUTHOR_NAMES.search(f"{block.box.names} {block.names}") is not None or any(
        AUTHOR_ADDRESS.search(link.get("href") or "") for link in links
    )


def _is_in_teaser(page: Page, block: Block, headline: Block | None, text: Sequence[Block]) -> bool:
    """Return whether a line belongs to another article's teaser: a linked headline is above it in a small box.

    Below the text a linked headline just above is enough, unless the line is labelled as a byline.
    """
    first = headline.order if headline is not None else text[0].order if text else block.order
    last = text[-1].order if text else first
    for box in islice(block.box.ancestors(), 4):
        if box.last - box.first > MAX_CARD_LINES or (box.first <= last and box.last > first):
            break
        if any(map(_is_teaser_headline, page.blocks[box.first : block.order])):
            return True
    above = page.blocks[max(last + 1, block.order - LINES_OF_TEASER) : block.order]
    is_labelled = BYLINE.match(block.text) is not None or _is_below_label(page, block)
    return block.order > last and not is_labelled and any(map(_is_teaser_headline, above))


def _is_teaser_headline(block: Block) -> bool:
    return (
        block.link_share > 0.8
        and len(block.text) >= MIN_TEASER_CHARS
        and len(block.text.split()) > 2
        and not boilerplate.is_boilerplate(block.text)
        and not _is_topic(block, or_person=True)
        and not is_signed(block.text)
    )


def _is_photographer_line(block: Block) -> bool:
    """Return whether a picture's line names its photographer: nothing there calls the name an author."""
    return (
        block.link_share <= 0.5
        and BYLINE.match(block.text) is None
        and not any(
            class_names.AUTHOR_NAMES.search(names)
            for names in (block.names, *(box.names for box in list(block.box.ancestors())[:3]))
        )
    )


def _without_dates(text: str) -> str:
    """Return a line without its dates and the preposition before them."""
    return DATED.sub("", info_lines.without_dates(text))


def _is_dated(text: str) -> bool:
    """Return whether a line says who posted and when («Павел Котов от 10-01-2022»)."""
    return DATED.search(info_lines.without_dates(text)) is not None


def _names_after_label(text: str) -> list[str]:
    """Return the names after «Автор:» and similar labels."""
    text = PHOTO_PART.split(text, maxsplit=1)[0]
    opened, posted = BYLINE.match(text), ACCOUNT_LABEL.match(text)
    if opened is not None:
        names = parse_names(text[opened.end() :].strip(" .,|·"))
        return _drop_capitalized([name for name in names if opened["separator"] or SIGNATURE.match(name)])
    if posted is not None:
        names = parse_names(text[posted.end() :].strip(" .,|·"))
        return [name for name in names if SIGNATURE.match(name) and opens_with_given_name(name)]
    return []


def _names_in_author_element(
    block: Block, text: str, element_texts: Sequence[str], is_glued: bool
) -> list[str]:
    """Return the names in a line, or in one of its elements, whose class names mark an author."""
    is_named = class_names.AUTHOR_NAMES.search(block.names) or any(
        class_names.AUTHOR_NAMES.search(box.names) and box.last - box.first <= 4
        for box in list(block.box.ancestors())[:3]
    )
    if not is_named:
        return []
    pieces = info_lines.line_pieces(block)[:-1]
    credits_ = [piece.text for piece in pieces if boilerplate.is_credit(piece.text)]
    own = [
        _without_dates(piece.text)
        for piece in pieces
        if class_names.AUTHOR_NAMES.search(piece.names) and not class_names.CREDIT_NAMES.search(piece.names)
    ]
    own, element_texts = (
        [one for one in texts if not any(one in line for line in credits_)] for texts in (own, element_texts)
    )
    for texts in (own, element_texts, [text]) if is_glued else (own, [text], element_texts):
        names = [
            name
            for one in dict.fromkeys(texts)
            if len(one) <= 100
            for name in parse_names(one.strip(" .,|·"))
            if SIGNATURE.match(name)
        ]
        if names:
            return _drop_capitalized(names)
    return []


def _drop_capitalized(names: list[str]) -> list[str]:
    """Return the names without those in capitals (desks and agencies), unless all are in capitals."""
    return [name for name in names if not name.isupper()] or names


def _element_texts(block: Block) -> tuple[list[str], bool]:
    """Return the texts of a line's elements, and whether two of them touch without white space between."""
    texts = (str(text) for text in islice(block.box.element.itertext(), MOST_PIECES))
    own = [text for text in texts if clean(text) and clean(text) in block.text]
    is_glued = any(
        one[-1:].isalnum() and other[:1].isalnum() and len(clean(one)) > 1 for one, other in pairwise(own)
    )  # a single letter is an initial, not a glued element
    return [line for line in dict.fromkeys(map(_without_dates, own)) if line], is_glued


def _is_outlet_name(name: str, metadata: Metadata, page: Page) -> bool:
    """Return whether a name is the site's, or an organization's according to the page's metadata."""
    key = comparable(name)
    in_address = key.replace(" ", "") in host_of(page.url).split(".")
    return in_address or key in metadata.organizations or key == comparable(metadata.site_name or "")
