"""The smaller parts of an article, each where it is printed: section, lead, authors, views."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice, pairwise
from urllib.parse import urljoin

from archive.article import stampforms, widgets
from archive.article.metadata import OFFICE, Metadata, people
from archive.article.model import Link, Listed
from archive.article.names import opens_with_given_name
from archive.article.page import Block, Page
from archive.article.text import clean, plain

LONGEST_SECTION = 40
MOST_PIECES = 200  # of text in the element of a byline
BYLINE = re.compile(
    r"^(?:авторы?|автор (?:текста|статьи|материала|публикации|публікації|статті|тексту|матеріалу)|текст"
    r"|подготовил[аи]?|підготув(?:ав|ала|али)|падрыхтава[уўл][аі]?|беседовал[аи]?|записал[аи]?|розмовля(?:в|ла)"
    r"|журналист(?:ка)?|журналіст(?:ка)?|кореспондент(?:ка)?|корреспондент|спецкор|собкор|аўтар(?:ы)?|мәтін"
    r"|by|written by|author)\s*(?P<said>[:—–-])?\s+(?=\S)",
    re.I,
)
TAG_LINE = re.compile(
    r"^(?:теги|тэги|метки|ключевые слова|темы|тема|ключові слова|мітки|тегтер"
    r"|tags|topics|filed under)\s*:\s*",
    re.I,
)
TAG_NAMES = re.compile(r"(?:^|[\s_-])(?:tags?|taglist|tag-?list|keywords|topics)(?:$|[\s_-])", re.I)
TAG_ADDRESS = re.compile(
    r"/(?:tags?|tegi?|theme|themes|tema|temy|topics?|keywords?|label)/|[?&](?:tags?|tema|theme"
    r"|keyword)=",
    re.I,
)
SIGNATURE = re.compile(r"^[А-ЯЁІЇЄҐЎA-Z][\w'’ʼ-]+(?: [А-ЯЁІЇЄҐЎA-Z][\w'’ʼ.-]+){1,2}$")
HOME = frozenset(
    [
        "главная",
        "головна",
        "home",
        "галоўная",
        "басты",
        "басты бет",
        "главная страница",
        "новости",
        "новини",
        "навіны",
        "news",
        "на главную",
        "лента",
        "все новости",
        "статьи",
        "index",
    ]
)
NUMBER = re.compile(
    r"(?<![\d.,:])(\d{1,3}(?:[ \u00a0]\d{3})+|\d+(?:[.,]\d+)?)\s?(тыс|тис|k|к|млн|m)?\b", re.I
)
SENTENCE_END = re.compile(r"[.!?…»”\"]$")


def links(page: Page, blocks: Sequence[Block]) -> tuple[Link, ...]:
    """The links to other addresses inside the article's own lines, in the order printed."""
    texts = {block.order: block.text for block in blocks}
    found: list[Link] = []
    for mark in page.anchors:
        if mark.order not in texts:
            continue
        text = clean("".join(mark.element.itertext()))
        try:
            url = urljoin(page.url, (mark.element.get("href") or "").strip())
        except ValueError:
            continue
        leads_away = url.startswith(("http://", "https://")) and url.split("#")[0] != page.url.split("#")[0]
        if leads_away and text and text in texts[mark.order]:
            found.append(Link(url, text))
    return tuple(found)


def section(page: Page, said: Metadata, headline: Block | None, listed: Listed | None) -> str | None:
    """The outlet's own name of the section, as printed where it is printed."""
    stated = [value.value for value in said.sections if _is_label(value.value)]
    stated += [name for name in _filed_under(page, headline) if _is_label(name)]
    stated += [
        name
        for name in reversed(said.breadcrumbs)
        if _is_label(name)
        and plain(name) not in HOME
        and not (headline is not None and plain(name) == plain(headline.text))
    ]
    labels = _labels(page, headline)
    known = {plain(name) for name in stated}
    if listed is not None and listed.section:
        known.add(plain(listed.section))
    for label in labels:
        if plain(label) in known:
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
    return stated[0] if stated else None


def _filed_under(page: Page, headline: Block | None) -> list[str]:
    """What links marked as the article's category name, at the headline or after the text."""
    top = headline.order - 4 if headline is not None else 0
    found = [
        mark
        for mark in page.anchors
        if mark.order >= top
        and "category" in (mark.element.get("rel") or "").lower().split()
        and mark.box.role not in ("comments", "navigation", "aside", "furniture")
    ]
    if not found or (found[0].order > top + 10 and any(mark.box is not found[0].box for mark in found)):
        return []  # or those of the articles listed below it
    return [clean("".join(found[0].element.itertext()))]


def _is_cyrillic(text: str) -> bool:
    return re.search("[а-яёіїєґў]", text, re.I) is not None


def _is_label(text: str) -> bool:
    text = clean(text)
    return (
        2 < len(text) <= LONGEST_SECTION
        and not re.search(r"https?:|[/<>{}=]|\d{3}", text)
        and len(text.split()) <= 5
    )


def _labels(page: Page, headline: Block | None) -> list[str]:
    """Short lines above the headline that can name its section, likeliest first."""
    if headline is None:
        return []
    found: list[tuple[float, str]] = []
    blocks = page.blocks
    for block in blocks[max(0, headline.order - 8) : headline.order + 4]:
        text = _last_crumb(block, headline)
        if (
            block is headline
            or not _is_label(text)
            or plain(text) in HOME
            or widgets.is_furniture(text)
            or stampforms.find(text)
        ):
            continue
        names = " ".join(box.names for box in list(block.box.ancestors())[:2]) + " " + block.names
        distance = headline.order - block.order
        weight = -0.1 * abs(distance)
        if widgets.SECTION_NAMES.search(names):
            weight += 1.0
        elif (
            block.box.role is not None
            or distance < -1
            or distance > 2
            or _in_menu(page, block)
            or (distance < 0 and not _before_stamp(page, block))
            or text.endswith((".", ":", "!", "?", ","))
            or text[:1].islower()
        ):
            continue
        found.append((weight, text))
    return [text for _, text in sorted(found, key=lambda item: -item[0])]


def _last_crumb(block: Block, headline: Block) -> str:
    """The last step of a path printed in one line («Главная / Мир»), or the line itself."""
    steps = [clean(step) for step in re.split(r"\s*[/»›→>|\\]+\s*", block.text)]
    steps = [
        step for step in steps if step and plain(step) not in HOME and plain(step) != plain(headline.text)
    ]
    return steps[-1] if len(steps) and len(block.text) <= 120 else block.text


def _in_menu(page: Page, block: Block) -> bool:
    """Whether a line is one of a run of links, as in a menu."""
    run = 0
    for other in page.blocks[max(0, block.order - 4) : block.order]:
        if other.box is not block.box and (block.box.tag == "td" or other.box.parent is not block.box.parent):
            run = 0
            continue
        run = run + 1 if other.link_share > 0.8 and len(other.text) <= LONGEST_SECTION else 0
    return run >= 2 and block.link_share > 0.8


def _before_stamp(page: Page, block: Block) -> bool:
    """Whether a stamp, and not a sentence, follows a label below the headline."""
    after = page.blocks[block.order + 1 : block.order + 2]
    return bool(after) and len(after[0].text) < 60 and bool(stampforms.find(after[0].text))


def lead(
    page: Page, headline: Block | None, text: Sequence[Block], captions: frozenset[int] = frozenset()
) -> tuple[Block, ...]:
    """The lines that stand apart as the lead, between headline and text or opening it; often none."""
    if headline is None or not text:
        return ()
    first = text[0]
    before = [
        block
        for block in page.blocks[headline.order + 1 : first.order]
        if block.order not in captions and _may_lead(block)
    ]
    named = [block for block in before if _named_lead(page, block, text)]
    if named:
        return tuple(named)
    opening = [block for block in text[:2] if _named_lead(page, block, text)]
    if opening and opening[0] is first and len(text) > len(opening):
        return tuple(opening)
    standing = [
        block
        for block in before
        if len(block.text) >= 40
        and block.order - headline.order <= 3
        and block.box.role is None
        and (block.level in (2, 3) or (block.order == headline.order + 1 and len(block.text) >= 60))
    ]
    if standing:
        return tuple(standing[:1])
    opening = [block for block in before[-1:] if _opens(block, first, captions)]
    if opening:
        return tuple(opening)
    return (first,) if _above_picture(page, headline, text) else ()


def _opens(block: Block, first: Block, captions: frozenset[int]) -> bool:
    """Whether a sentence stands right above the text, in its own box beside the text's paragraphs."""
    between = range(block.order + 1, first.order)
    return (
        block.box.role is None
        and block.box.parent is first.box.parent
        and block.box.tag in ("div", "p")
        and SENTENCE_END.search(block.text) is not None
        and all(order in captions for order in between)
    )


def _above_picture(page: Page, headline: Block, text: Sequence[Block]) -> bool:
    """Whether the first paragraph, built unlike the rest, is parted from them by a picture or by its box."""
    if len(text) < 3:
        return False
    first, rest = text[0], text[1:]
    if (
        any((block.box.tag, block.box.names) == (first.box.tag, first.box.names) for block in rest)
        or not first.box.names
    ):
        return False
    if max(Counter((block.box.tag, block.box.names) for block in rest).values()) * 2 < len(rest):
        return False
    return any(first.order < mark.order <= rest[0].order for mark in page.pictures) or (
        len(first.text) < 300 and (first.box.tag == "div" or first.box.parent is not rest[0].box.parent)
    )


def _may_lead(block: Block) -> bool:
    text = block.text
    return (
        len(text) >= 30
        and block.link_share < 0.5
        and block.box.role not in ("navigation", "comments", "footer", "caption", "figure", "form", "aside")
        and not widgets.is_furniture(text)
        and not widgets.is_credit(text)
        and not widgets.is_legal(text)
        and sum(end - start for start, end in stampforms.find(text)) * 2 < len(text)
    )


def _named_lead(page: Page, block: Block, text: Sequence[Block]) -> bool:
    for number, box in enumerate(block.box.ancestors()):
        if number > 2 or box.last - box.first > 3:
            return False
        if widgets.LEAD_NAMES.search(box.names) or "alternativeheadline" in box.names.lower():
            return len(block.text) >= 30
    return False


def tags(page: Page, said: Metadata, headline: Block | None, text: Sequence[Block]) -> tuple[str, ...]:
    """What the page is filed under: stated in its data, or printed as links to tags beside the text."""
    if said.tags or not text:
        return said.tags
    top = headline.order if headline is not None else text[0].order
    found: list[str] = []
    seen: set[int] = set()
    for block in (
        *page.blocks[text[-1].order + 1 : text[-1].order + 16],
        *page.blocks[max(0, top - 3) : text[0].order],
    ):
        line = TAG_LINE.match(block.text)
        if (
            line is not None
            and len(block.text) > line.end()
            and ("," in block.text or block.box.last - block.box.first > 3)
        ):
            found.extend(tag for tag in map(clean, block.text[line.end() :].split(",")) if 1 < len(tag) <= 60)
            continue
        if block.link_share == 0 or id(block.box) in seen or block.box.last - block.box.first > 40:
            continue
        seen.add(id(block.box))
        named = line is not None or any(
            TAG_NAMES.search(box.names) for box in list(block.box.ancestors())[:2]
        )
        for link in list(block.box.element.iter("a"))[:40]:
            name = clean("".join(link.itertext()))
            rel = (link.get("rel") or "").lower().split()
            is_tag = TAG_ADDRESS.search(link.get("href") or "") or "tag" in rel
            if (is_tag or named) and "category" not in rel and 1 < len(name) <= 60:
                found.append(name.lstrip("#"))
    return tuple(dict.fromkeys(found))


def authors(page: Page, said: Metadata, headline: Block | None, text: Sequence[Block]) -> tuple[str, ...]:
    """Who signed the article: stated in its data, or printed in a byline; nobody when nothing says so."""
    stated = tuple(name for name in said.authors if not _is_outlet(name, said, page))
    if stated:
        return stated
    return _printed_authors(page, said, headline, text) or said.signed_as


def _printed_authors(
    page: Page, said: Metadata, headline: Block | None, text: Sequence[Block]
) -> tuple[str, ...]:
    if headline is None and not text:
        return ()
    top = headline.order if headline is not None else text[0].order
    first, last = (text[0].order, text[-1].order) if text else (top + 6, top)
    around = (*page.blocks[max(0, top - 4) : first + 1], *page.blocks[last : last + 6])
    for block in around:
        if len(block.text) > 160 or block.box.role in (
            "comments",
            "navigation",
            "footer",
            "caption",
            "figure",
        ):
            continue
        names = _byline(block)
        if names:
            return tuple(name for name in names if not _is_outlet(name, said, page))
    return ()


def _byline(block: Block) -> list[str]:
    text = _without_stamps(block.text)
    opened = BYLINE.match(text)
    apart, is_glued = _apart(block)
    named = widgets.AUTHOR_NAMES.search(block.names) or any(
        widgets.AUTHOR_NAMES.search(box.names) and box.last - box.first <= 4
        for box in list(block.box.ancestors())[:3]
    )
    if opened and not is_glued:
        names = people(text[opened.end() :].strip(" .,|·"))
        return [name for name in names if opened["said"] or SIGNATURE.match(name)]
    if not named and not opened:
        bare = (OFFICE.sub("", one) for one in (apart if is_glued else [text]))
        return [name for name in bare if SIGNATURE.match(name) and opens_with_given_name(name)][:1]
    for texts in (apart, [text]) if is_glued else ([text], apart):
        names = [
            name
            for one in texts
            if len(one) <= 100
            for name in people(one.strip(" .,|·"))
            if SIGNATURE.match(name)
        ]
        if names:
            return [name for name in names if not name.isupper()] or names
    return []


def _apart(block: Block) -> tuple[list[str], bool]:
    """The texts of a line's elements one by one, and whether two of them touch with no white space between."""
    texts = (str(text) for text in islice(block.box.element.itertext(), MOST_PIECES))
    own = [text for text in texts if clean(text) and clean(text) in block.text]
    is_glued = any(one[-1:].isalnum() and other[:1].isalnum() for one, other in pairwise(own))
    return list(dict.fromkeys(map(_without_stamps, own))), is_glued


def _without_stamps(text: str) -> str:
    text = clean(text)
    for start, end in reversed(stampforms.find(text)):
        text = clean(text[:start] + " " + text[end:])
    return text.strip(" ,|·•—–-/")


def _is_outlet(name: str, said: Metadata, page: Page) -> bool:
    return bool(said.site_name) and plain(name) == plain(said.site_name or "")


def views(page: Page, headline: Block | None, text: Sequence[Block]) -> int | None:
    """How often the article was seen, as the page prints it beside its text."""
    if not text:
        return None
    top = headline.order if headline is not None else text[0].order
    first, last = text[0].order, text[-1].order
    near = [
        block
        for block in (*page.blocks[last + 1 : last + 13], *page.blocks[max(0, top - 4) : first])
        if len(block.text) <= 160
        and block.box.role not in ("comments", "navigation", "form")
        and not block.level
    ]
    for block in near:
        number = widgets.views(block.text)
        if number is not None:
            return number
    for block in near:
        names = f"{block.names} {block.box.names} {_icons(block)}"
        if widgets.VIEWS_NAMES.search(names) and not re.search(
            r"review|preview|overview|interview", names, re.I
        ):
            number = _number_apart(block.text)
            if number is not None:
                return number
    bare = [
        block
        for block in page.blocks[last + 1 : last + 9]
        if re.fullmatch(r"\d{1,3}(?:[ \u00a0]?\d{3})*", block.text)
    ]
    counted = [
        block
        for block in bare
        if not re.search(
            r"comment|komment|like|share|vote|rat",
            " ".join(box.names for box in list(block.box.ancestors())[:3]) + block.names,
            re.I,
        )
    ]
    if len(bare) == 1 and counted and counted[0].link_share < 0.5:
        return widgets.count(counted[0].text)
    return None


def _icons(block: Block) -> str:
    return (
        " ".join(
            " ".join(
                filter(
                    None, (element.get("class"), element.get("alt"), element.get("title"), element.get("src"))
                )
            )
            for element in block.box.element.iter("i", "img", "svg", "span", "use")
        )[:500]
        if block.box.last - block.box.first <= 2
        else ""
    )


def _number_apart(text: str) -> int | None:
    for start, end in reversed(stampforms.find(text)):
        text = text[:start] + " " + text[end:]
    numbers = NUMBER.findall(text)
    if len(numbers) != 1 or re.search(r"\d+[:.]\d\d", text):
        return None
    number, scale = numbers[0]
    return widgets.count(number, {"к": "k"}.get(scale.lower(), scale.lower()))
