"""Find the outlet's own name of an article's section, from where it is printed and what metadata states."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from urllib.parse import urljoin, urlsplit

from archive.extraction.fields import bylines
from archive.extraction.metadata.collect import Metadata
from archive.extraction.model import ListingEntry
from archive.extraction.normalize import clean, comparable
from archive.extraction.page import info_lines
from archive.extraction.page.blocks import Page
from archive.extraction.page.elements import Block
from archive.extraction.vocabulary import boilerplate, class_names, date_patterns
from archive.extraction.vocabulary.given_names import opens_with_given_name
from archive.language.phrases import words

LONGEST = 40  # characters of a section's name
MOST_LINKS = 100  # links searched for the one to the front page
NUMBER = re.compile(r"(?<![\w-])\d")  # a rate or a count, but not «COVID-19»
LONGEST_PATH = 5  # links; a longer row is a menu
HOME_LABELS = re.compile(words("home_label"))
GENERAL_LABELS = re.compile(words("general_section"))  # count as a section only if linked to a section page
SECTION_ADDRESS = re.compile(
    r"/(?:rubri[ck]s?|rubrika|rubriki|categor(?:y|ies)|section|sections|razdel)/", re.I
)
LABEL_WITH_NAME = re.compile(
    rf"^{words('section_label_before_name')}(?:\s*[:—–]\s*|\s+)(?P<name>[А-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺA-Z«].*)$", re.I
)
LABEL_ALONE = re.compile(rf"^{words('section_label')}\s*:?$", re.I)
BREADCRUMB_NAMES = re.compile(r"crumb|(?:^|[\s_-])(?:speedbar|navline|path)(?:$|[\s_-])", re.I)
NAMED_AS_SECTION = re.compile(
    r"rubric|rubrik|categor|(?:^|[\s_-])(?:rub|kicker|eyebrow|topic(?!-?(?:body|page|content|header))|theme|tema|cat|razdel|section|overline"
    r"|supertitle|heading-?label|genre)(?:$|[\s_-])",
    re.I,
)
NAMED_SURELY = re.compile(r"rubri[ck]|categor|razdel|(?:^|[\s_-])section", re.I)
KICKER = re.compile(r"kicker|eyebrow|overline|supertitle", re.I)  # with a colon it is a part of the headline
MOST_WORDS_BEFORE_COLON = 3
NAMED_OTHERWISE = re.compile(
    r"(?:^|[\s_-])(?:tags?|taglist|keywords?|related|author|date|time|share|views?)(?:$|[\s_-])", re.I
)
NAMED_TOP_STORY = re.compile(
    r"(?:^|[\s_-])(?:hot|breaking|popular|ticker|urgent|molniya|carousel|lenta|latest|flash|important|trend(?:s|ing)?"
    r"|(?:top|main|last|glavn\w*)[_-]?(?:news|novost\w*|story|stories|line|day)|[a-z]+[_-]of[_-](?:the[_-])?day)"
    r"(?:$|[\s_-])",
    re.I,
)  # names of a strip above the article that links to another one
BARS = re.compile(r"[|•·∙]")
INDEX_PAGE = re.compile(r"/(?:index|default)\.\w+$")
STORY_FOLDER = re.compile(
    r"(?:news|novosti|novyny|articles?|stor(?:y|ies)|posts?|publications?|materials?)", re.I
)
PATH_MARK = re.compile(r"[/»›→>\\]")
PATH_SEPARATOR = re.compile(r"\s*[/»›→>|\\]+\s*")
PATH_SEPARATOR_OUTSIDE_QUOTES = re.compile(r"\s*[/›→>|\\]+\s*")  # where » closes a quotation


def find_section(
    page: Page,
    metadata: Metadata,
    headline: Block | None,
    listed: ListingEntry | None,
    text: Sequence[Block] = (),
    *,
    known_place_texts: Sequence[str] = (),
    excluded_names: Collection[str | None] = (),
) -> str | None:
    """Return the outlet's own name of the section as the page prints it; None if unknown.

    `known_place_texts`: texts where the outlet is known to print its sections. `excluded_names`: names that are no
    section, such as the outlet's own or the lead.
    """
    excluded = site_names(page, metadata) | {comparable(name) for name in excluded_names if name}
    if text and any(_is_same(block.text, page.title) for block in page.blocks[text[-1].order + 1 :]):
        excluded.add(comparable(page.title))  # the site's name, printed again in its address lines
    known_place = next(
        (name for name in known_place_texts if is_label(name) and comparable(name) not in excluded), None
    )
    if known_place is not None:
        return known_place
    stated = [_without_colon(value.value) for value in metadata.sections]
    stated += _category_link_texts(page, headline)
    stated = [name for name in stated if is_label(name) and comparable(name) not in excluded]
    stated += [
        name
        for name in reversed(metadata.breadcrumbs)
        if is_label(name)
        and comparable(name) not in excluded
        and not is_home(name)
        and not (headline is not None and _is_same(name, headline.text))
    ]
    titles = [comparable(title) for title in (page.title, *(value.value for value in metadata.titles))]
    labels = [
        label for label in _candidates(page, headline, text, titles) if comparable(label) not in excluded
    ]
    known = {comparable(name) for name in stated}
    if listed is not None and listed.section:
        known.add(comparable(listed.section))
    for label in labels:
        if comparable(label) in known:
            return label
    same_script = [
        name for name in stated if headline is None or _is_cyrillic(name) == _is_cyrillic(headline.text)
    ]
    if same_script:
        return same_script[0]
    if labels:
        return labels[0]
    if listed is not None and listed.section:
        return listed.section
    return stated[0] if stated else _general_section(page, headline)


def is_label(text: str) -> bool:
    """Return whether a line is short and plain enough to be the name of a section."""
    text = clean(text)
    return (
        2 < len(text) <= LONGEST
        and not re.search(r"https?:|^#|:$|[/<>{}=$€£¥₴₽₸]|\d{3}|\d[.,:]\d|^\(", text)
        and len(text.split()) <= 5
        and text.count("«") == text.count("»")
    )


def _is_label_with_colon(text: str, names: str, *, is_linked: bool) -> bool:
    """Return whether a text with a colon at its end can name the section: «Здоровье:», but not «Эксперт рассказал:»."""
    words = len(text.split())
    if is_linked:
        return words <= MOST_WORDS_BEFORE_COLON
    return words <= 1 + bool(NAMED_SURELY.search(names)) and not KICKER.search(names)


def _without_colon(name: str) -> str:
    """Return a label without the colon after it: «Здоровье:» above a headline."""
    return name.removesuffix(":").rstrip()


def is_home(text: str) -> bool:
    """Return whether a label is that of the front page."""
    return HOME_LABELS.fullmatch(comparable(text)) is not None


def site_names(page: Page, metadata: Metadata) -> set[str]:
    """Return the names of the whole site in comparable form: from metadata and from links to its front page."""
    names = {comparable(metadata.site_name or ""), *metadata.organizations}
    for mark in page.anchors[:MOST_LINKS]:
        if _is_front_page_link(mark.element.get("href") or "", page.url):
            names.add(comparable("".join(islice(mark.element.itertext(), 20))))
    return names


def _is_same(one: str, other: str) -> bool:
    return comparable(one) == comparable(other)


def _is_cyrillic(text: str) -> bool:
    return re.search("[а-яёіїєґў]", text, re.I) is not None


def _category_link_texts(page: Page, headline: Block | None) -> list[str]:
    """Return the texts of links marked as the article's category, by the headline or after the text."""
    top = headline.order - 4 if headline is not None else 0
    found = [
        mark
        for mark in page.anchors
        if mark.order >= top
        and "category" in (mark.element.get("rel") or "").lower().split()
        and mark.box.role not in ("comments", "navigation", "aside", "boilerplate")
    ]
    if not found or (found[0].order > top + 10 and any(mark.box is not found[0].box for mark in found)):
        return []  # otherwise they may be the categories of articles listed below
    return [clean("".join(found[0].element.itertext()))]


def _candidates(
    page: Page, headline: Block | None, text: Sequence[Block], titles: Sequence[str]
) -> list[str]:
    """Return short texts by the headline and after the text that can name the section, most likely first.

    `titles`: the stated titles in comparable form. One that begins with a label and the headline («Здоровье: …»)
    makes the label a part of the headline.
    """
    if headline is None:
        return []
    found = [*_labelled_candidates(page, headline, text), *_unlabelled_candidates(page, headline)]
    found = [
        (weight, _without_colon(name))
        for weight, name in found
        if not name.endswith(":")
        or not any(title.startswith(comparable(f"{name} {headline.text}")) for title in titles)
    ]
    found = [
        (weight, name)
        for weight, name in found
        if is_label(name)
        and not is_home(name)
        and not _is_same(name, headline.text)
        and not date_patterns.find_date_spans(name)
        and not LABEL_ALONE.match(name)
        and not boilerplate.is_boilerplate(name)
        and boilerplate.parse_views(name) is None
        and not bylines.are_names(name)
    ]
    return [name for _, name in sorted(found, key=lambda item: -item[0])]


def _general_section(page: Page, headline: Block | None) -> str | None:
    """Return a section with a general name («Новости») if a link to it is directly above the headline."""
    if headline is None:
        return None
    for mark in reversed(page.anchors):
        if not headline.order - 2 <= mark.order < headline.order or mark.box.role is not None:
            continue
        name = clean("".join(mark.element.itertext()))
        if GENERAL_LABELS.fullmatch(comparable(name)) and SECTION_ADDRESS.search(
            f"{mark.element.get('href') or ''}/"
        ):
            return name
    return None


def _labelled_candidates(page: Page, headline: Block, text: Sequence[Block]) -> Iterator[tuple[float, str]]:
    """Yield the texts that a label before them, or their element's class names, call the section."""
    last = text[-1].order if text else headline.order
    paths = (
        block
        for block in page.blocks[max(0, headline.order - info_lines.LINES_ABOVE) : headline.order]
        if block.box.role == "navigation"
        and BREADCRUMB_NAMES.search(" ".join(box.names for box in block.box.ancestors()))
    )  # info_lines skips these together with the menus
    for block in (*info_lines.lines_around(page, headline, text), *paths):
        distance = 0.02 * min(abs(block.order - headline.order), 20) + (0.3 if block.order > last else 0.0)
        for part in info_lines.split_line(block.text):
            match = LABEL_WITH_NAME.match(part)
            if match is not None:
                yield 1.6 - distance, clean(re.split(r"[,;|]", match["name"])[0]).rstrip(".")
        if LABEL_ALONE.match(block.text) and block.order + 1 < len(page.blocks):
            yield 1.5 - distance, page.blocks[block.order + 1].text
        if (block.box.role == "boilerplate" and block.order > last) or _links_to_story(block, page.url):
            continue
        crumbs = BREADCRUMB_NAMES.search(info_lines.box_names(block, 4)) is not None
        step = _last_crumb(block, headline, page.url) if crumbs else block.text
        if crumbs and step != block.text:
            yield 1.3 - distance, step
        for number, piece in enumerate(info_lines.line_pieces(block)):
            names = piece.names
            if crumbs and piece.href is not None and block.order <= headline.order + 2:
                if _is_front_page_link(piece.href, page.url):
                    continue
                yield 1.0 - distance + 0.01 * number, piece.text
            elif piece.text.endswith(":") and not _is_label_with_colon(
                piece.text, names, is_linked=piece.href is not None
            ):
                continue
            elif NAMED_AS_SECTION.search(names) and (not NAMED_OTHERWISE.search(names) or "categor" in names):
                yield (
                    1.2 - distance,
                    piece.text if piece.text != block.text else _last_crumb(block, headline, page.url),
                )


def _unlabelled_candidates(page: Page, headline: Block) -> Iterator[tuple[float, str]]:
    """Yield unlabelled lines in a section's usual place: between navigation and headline, or beside the date."""
    for block in page.blocks[max(0, headline.order - 8) : headline.order + 4]:
        text = _last_crumb(block, headline, page.url)
        names = " ".join(box.names for box in list(block.box.ancestors())[:2]) + " " + block.names
        is_named = class_names.SECTION_NAMES.search(names) is not None
        may_have_colon = block.order < headline.order and _is_label_with_colon(
            text, names, is_linked=block.link_share > 0.8
        )
        if (
            block is headline
            or _links_to_story(block, page.url)
            or boilerplate.is_credit(block.text)
            or not is_label(_without_colon(text) if may_have_colon else text)
            or NUMBER.search(text)
            or boilerplate.is_boilerplate(text)
            or date_patterns.find_date_spans(block.text)
            or info_lines.is_info_line(block.text)
        ):
            linked = _label_beside_date(block)
            if linked is not None and block.order > headline.order - 3:
                yield 0.3, linked
            continue
        distance = headline.order - block.order
        weight = -0.1 * abs(distance)
        if is_named:
            weight += 1.0
        elif (
            (block.box.role is not None and not _is_below_date(page, block))
            or distance < -1
            or distance > 2
            or _in_menu(page, block)
            or (distance < 0 and not _is_above_date(page, block))
            or text.endswith((".", "!", "?", ","))
            or text[:1].islower()
        ):
            continue
        yield weight, text


def _label_beside_date(block: Block) -> str | None:
    """Return a link to a section on the same line as the date («3 июня, 08:40 | Транспорт»)."""
    if block.box.role in ("comments", "navigation", "footer", "form"):
        return None
    if not (date_patterns.find_date_spans(block.text) or info_lines.is_info_line(block.text)):
        return None
    alone: str | None = None
    for piece in info_lines.line_pieces(block)[:-1]:
        text = _without_colon(piece.text) if piece.href else piece.text
        is_short = is_label(text) and not re.search(r"[\d@#]|[.:,]$", text) and len(text.split()) <= 3
        if not is_short or opens_with_given_name(text) or class_names.AUTHOR_NAMES.search(piece.names):
            continue
        if piece.href and "#" not in piece.href:
            return text
        if text[:1].isupper() and (text[1:].islower() or (len(text.split()) == 1 and not text.isupper())):
            alone = alone or text
    return alone


def _last_crumb(block: Block, headline: Block, url: str) -> str:
    """Return the last step of a breadcrumb path printed on one line («Главная / Мир»), or the line itself."""
    linked = [piece.text for piece in info_lines.line_pieces(block)[:-1] if piece.href is not None]
    linked = [text for text in linked if any(map(str.isalpha, text))]
    is_row = len(linked) > 1 and _letters(block.text) == _letters("".join(linked))
    if is_row and (BARS.search(block.text) or PATH_MARK.match(block.text)):
        is_path = len(linked) == 2 and BARS.search(block.text) and _is_breadcrumb(block, url)
        return linked[-1] if is_path else ""  # otherwise a menu
    if is_row and not PATH_MARK.search(block.text):
        return linked[-1] if _is_breadcrumb(block, url) and len(linked) <= LONGEST_PATH else ""
    if len(linked) == 1 and not any(map(str.isalpha, block.text.replace(linked[0], "", 1))):
        return linked[0]  # with a counter beside it
    separator = PATH_SEPARATOR_OUTSIDE_QUOTES if "«" in block.text else PATH_SEPARATOR
    steps = [clean(step) for step in separator.split(block.text)]
    steps = [step for step in steps if step and not is_home(step) and not _is_same(step, headline.text)]
    return steps[-1] if len(steps) and len(block.text) <= 120 else block.text


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _is_breadcrumb(block: Block, url: str) -> bool:
    """Return whether a line of links starts at the front page, as a breadcrumb path does and a menu does not."""
    first = next((piece.href for piece in info_lines.line_pieces(block) if piece.href is not None), None)
    return first is not None and _is_front_page_link(first, url)


def _links_to_story(block: Block, url: str) -> bool:
    """Return whether a line is a link to another article or site: in a strip of top stories, or by its address."""
    if block.link_share < 0.8:
        return False
    if NAMED_TOP_STORY.search(info_lines.box_names(block, 3)):
        return True
    if BREADCRUMB_NAMES.search(" ".join(box.names for box in islice(block.box.ancestors(), 4))):
        return False
    href = next((piece.href for piece in info_lines.line_pieces(block) if piece.href is not None), "")
    try:
        to, here = urlsplit(urljoin(url, href.strip())), urlsplit(url)
    except ValueError:
        return False
    if to.hostname and here.hostname and to.hostname.split(".")[-2:] != here.hostname.split(".")[-2:]:
        return True
    folder = INDEX_PAGE.sub("", to.path.split(";")[0])
    steps, own = folder.strip("/").split("/"), here.path.strip("/").split("/")
    if own[: len(steps)] == steps:
        return False  # a folder that the article is in
    is_numbered = any(map(str.isdigit, steps[-1]))
    is_beside = len(steps) == len(own) and steps[-1].endswith((".html", ".htm"))
    return len(steps) > 1 and (
        (steps[0] == own[0] and (is_numbered or is_beside))
        or (is_numbered and STORY_FOLDER.fullmatch(steps[0]) is not None)
    )


def _is_front_page_link(href: str, url: str) -> bool:
    """Return whether a link leads to the front page of the page's own site."""
    if not href.strip() or href.startswith("#"):
        return False
    try:
        to, page = urlsplit(href.strip()), urlsplit(url)
    except ValueError:
        return False
    return to.path in ("", "/") and not to.query and to.netloc in ("", page.netloc)


def _in_menu(page: Page, block: Block) -> bool:
    """Return whether a line is in a run of links, as in a menu."""
    run = 0
    for other in page.blocks[max(0, block.order - 4) : block.order]:
        if other.box is not block.box and (block.box.tag == "td" or other.box.parent is not block.box.parent):
            run = 0
            continue
        run = run + 1 if other.link_share > 0.8 and len(other.text) <= LONGEST else 0
    return run >= 2 and block.link_share > 0.8


def _is_below_date(page: Page, block: Block) -> bool:
    """Return whether a single link is in an <aside> directly below the date."""
    above = page.blocks[block.order - 1 : block.order]
    return (
        block.box.own_role == "aside"
        and block.box.last - block.box.first == 1
        and block.link_share > 0.8
        and any(info_lines.is_date_line(other.text) for other in above)
    )


def _is_above_date(page: Page, block: Block) -> bool:
    """Return whether a date, not a sentence, follows a label below the headline."""
    after = page.blocks[block.order + 1 : block.order + 2]
    return bool(after) and len(after[0].text) < 60 and bool(date_patterns.find_date_spans(after[0].text))
