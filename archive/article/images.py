"""An article's pictures with what is printed about them, caption apart from credit; lxml is used here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from archive.article import smallprint, stampforms, widgets
from archive.article.model import Image
from archive.article.names import opens_with_given_name
from archive.article.page import APART, Block, Box, Mark, Page
from archive.article.text import clean

ADDRESSES = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-full",
    "data-image",
    "data-url",
    "src",
)
SETS = ("data-srcset", "srcset", "data-lazy-srcset")
NOT_A_PHOTO = re.compile(
    r"(?:^|[/_.-])(?:logo\w*|icons?|ico|eye|authors?|views?|comments?|clock|calendar|user|star"
    r"|sprite|pixel|counter|banners?|spacer|blank|1x1|avatar|emoji|smil\w*|arrow|button|btn"
    r"|share|placeholder|"
    r"loader|loading|hit|watch|captcha|noimage|no[-_]?photo|(?<!sites/)default\w*|rss|print|vk|facebook"
    r"|twitter|telegram|pix|trans(?:parent)?|clear)(?:[/_.?=-]|$)"
    r"|counter\.|mc\.yandex|top100|liveinternet|doubleclick|/ads?/|adriver|\.svg(?:$|\?)",
    re.I,
)
SMALLEST = 80  # pixels of a side; smaller pictures are icons
LONGEST_CAPTION = 400
FIGURE_DEPTH = 5  # boxes around a picture, one of which is its <figure>
LONGEST_APART = (
    40  # characters of a line in a <figure> that has a <figcaption> and stands out of it: whose it is
)
CARD_DEPTH, CARD_LINES = 2, 5  # boxes around a teaser's picture, and lines in it
CREDIT_TAIL = re.compile(
    r"[\s.;,|/(–—-]*(?P<credit>\(?(?:фото|фотография|снимок|изображение|источник|скриншот|photo"
    r"|image|picture|credit|світлина|джерело|здымак|сурет)"
    r"(?:\s+(?:с сайта|из архива|из|от|автора|by|courtesy of)\s+|\s*[:©/|]\s*).{2,100}|©.{2,80})$"
    r"|\s[/|]\s?(?P<slashed>(?:фото|photo|скриншот)\s.{2,80})$",
    re.I,
)
JOINED_CREDIT = re.compile(
    r"(?<=[\w»”\")])\s(?P<credit>(?:Фото|Світлина|Здымак|Сурет|Photo)\s\S.{2,60})$"
)  # no stop parts the two

HOLDER = re.compile(r"(?:©|\([cс]\))\s*(?!.*\d{4})\S.{1,99}", re.I)  # with a year it is the site's own line
PHOTOGRAPHER = re.compile(
    r"(?P<name>[А-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺA-Z][\w'’ʼ.-]*(?: [А-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺA-Z][\w'’ʼ-]+){1,2})(?P<desk>\s[/|]\s.{2,60})?"
)  # «Ольга Тихонова», «Ольга Тихонова / архив редакции»
WRAPPED_CREDIT = re.compile(r"(?P<caption>.{3,}?)\s*\((?P<credit>[^()]{3,100})\)\.?")
STOPPED_CREDIT = re.compile(r"(?P<caption>.+(?:[^\W\d_]{2}|[\d»”\")])[.!?…])\s+(?P<credit>[^.!?…]{3,80})\.?")
CREDIT_WORD = re.compile(
    r"(?<!\w)(?:фото\w*|снимок|изображение|иллюстрация|коллаж|скриншот|кадр|источник|світлина|джерело|здымак"
    r"|крыніца|сурет|автора?|из|з|от|від|с сайта|из архива|photo\w*|image|picture|credit|source|by|from|of)$",
    re.I,
)
LABEL = re.compile(
    r"^(?:(?:автор|источник|крыніца|джерело) (?:фото|изображения|зображення)|(?:image|photo) (?:source|credit)"
    r"|(?P<caption>подпись к фото|підпис до фото|подпіс да фота|(?:image|photo) caption))(?:,\s+|,$)",
    re.I,
)  # said to those who do not see the page
SOURCE = re.compile(r"(?:источник|джерело|крыніца|дереккөз|source)\s*:\s*\S", re.I)
OFFER = re.compile(
    r"[\s|/·—–-]*(?:купить фото(?:графию)?|перейти в (?:медиабанк|фотобанк)|buy (?:this )?photo)\.?$", re.I
)
NAME_TAIL = re.compile(
    r"(?P<caption>.{3,}?)(?:(?<=[^\W\d_]{2})[.!?…]\s+(?=[^.!?…]{0,60}/)|\s[/|]\s)"
    r"(?P<credit>(?:[^.!?…/]{2,40}/\s?)?(?P<name>[^.!?…/,]{4,40}))\.?"
)  # «Мост через реку. Новости края/Ольга Тихонова», «Мост через реку / Ольга Тихонова»
PARTING = " .;,|/(–—-"  # between a caption and its credit


@dataclass(frozen=True, slots=True)
class Caption:
    """Lines printed about a picture."""

    mark: Mark
    blocks: tuple[Block, ...]


def captions(page: Page, headline: Block | None) -> list[Caption]:
    """For each picture the lines that speak of it, by where they stand; pictures without any have none."""
    found: list[Caption] = []
    for mark in page.pictures[:400]:
        if _address(mark.element, page.url) is None:
            continue
        blocks = _framed(page, mark) or _following(page, mark, headline)
        if blocks:
            found.append(Caption(mark, tuple(blocks)))
    return found


def _framed(page: Page, mark: Mark) -> list[Block]:
    """The lines in the picture's own frame: <figure>, or a box that holds only it and a little text."""
    figure = next((box for box in islice(mark.box.ancestors(), FIGURE_DEPTH) if box.tag == "figure"), None)
    boxes = mark.box.ancestors() if figure is None or _is_gallery(figure) else figure.ancestors()
    for box in boxes:
        held = page.blocks[box.first : box.last]
        size = sum(len(block.text) for block in held)
        if size > LONGEST_CAPTION * 2 or len(held) > 6:
            return []
        if held and box.tag == "figure":
            return held
        if held and (box.role == "caption" or any(block.box.role == "caption" for block in held)):
            return [block for block in held if block.box.role in ("caption", "figure")]
        if (
            held
            and size <= LONGEST_CAPTION
            and all(_may_be_caption(block) for block in held)
            and box.tag in ("div", "td", "table", "center", "dl", "p", "span")
        ):
            return (
                held
                if size <= (60 if box.tag == "p" else 120)
                or all(widgets.is_credit(block.text) for block in held)
                else []
            )
        if box.tag in ("body", "article", "main"):
            return []
    return []


def _is_gallery(figure: Box) -> bool:
    """Whether a <figure> holds several pictures, each with lines of its own."""
    return sum(1 for _ in islice(figure.element.iter("figcaption"), 2)) > 1 or (
        sum(1 for _ in islice(figure.element.iter("img"), 3)) > 2
    )


def _following(page: Page, mark: Mark, headline: Block | None) -> list[Block]:
    """A short line right after a picture below the headline, as in pages that name nothing."""
    order = mark.order
    if headline is None or order <= headline.order:
        return []
    taken: list[Block] = []
    for block in page.blocks[order : order + 2]:
        if _may_be_caption(block) and (len(block.text) <= 120 or parted(block.text)[1] is not None):
            taken.append(block)
        else:
            break
    if (
        taken
        and taken[0].box.tag in ("p", "td", "body", "article", "section")
        and len(taken[0].text) > 60
        and parted(taken[0].text)[1] is None
    ):
        return []
    return taken


def _may_be_caption(block: Block) -> bool:
    text = block.text
    if len(text) > 300 or block.level is not None or block.link_share > 0.6 or len(text) < 2:
        return False
    if block.box.role in ("navigation", "footer", "comments", "form"):
        return False
    if parted(text)[1] is not None:
        return True
    if widgets.is_furniture(text) or widgets.opens_read_also(text) or re.fullmatch(r"[\d\s.,:]+", text):
        return False
    spans = stampforms.find(text)
    if spans and sum(end - start for start, end in spans) * 2 > len(text):
        return False
    if block.box.role in ("caption", "figure"):
        return True
    # A whole sentence after a picture is as likely the first paragraph: a caption seldom ends with a stop.
    return not (text.endswith((".", "!", "?", ":", "…")) and len(text) > 40)


def images(
    page: Page,
    said: Sequence[str],
    known: Sequence[Caption],
    *,
    headline: Block | None,
    text: Sequence[Block],
) -> tuple[Image, ...]:
    """The article's pictures in reading order, the lead first; a credit line after the text is the lead's."""
    low = headline.order - 3 if headline is not None else (text[0].order - 5 if text else 0)
    high = text[-1].order + 2 if text else low + 10
    by_mark = {id(caption.mark): caption for caption in known}
    spent: set[int] = set()
    found: dict[str, Image] = {}
    for mark in page.pictures:
        if not low <= mark.order <= high or mark.box.role in (
            "navigation",
            "footer",
            "comments",
            "aside",
            "furniture",
            "form",
        ):
            continue
        url = _address(mark.element, page.url)
        if any(
            widgets.AUTHOR_NAMES.search(box.names) and box.last - box.first <= 6
            for box in list(mark.box.ancestors())[:3]
        ):
            continue
        if url is None or _in_other_link(mark, page.url) or _is_under_link(mark, page.url):
            continue
        caption = by_mark.get(id(mark))
        lines = [block for block in caption.blocks if block.order not in spent] if caption is not None else []
        spent.update(block.order for block in lines)
        image = _image(url, lines)
        if url not in found or (found[url].caption is None and image.caption is not None):
            found[url] = image
    pictures = list(found.values())
    if not pictures:
        pictures = [Image(url) for url in said[:1] if not NOT_A_PHOTO.search(url)]
        loose = _loose_caption(page, headline, text)
        if pictures and loose is not None:
            pictures = [Image(pictures[0].url, *parted(loose))]
    credits_ = iter(_credit_lines(page, headline, text, spent) if pictures else [])
    for number, picture in enumerate(pictures):
        if picture.credit is None:
            pictures[number] = Image(picture.url, picture.caption, next(credits_, None))
    return tuple(pictures[:100])


def standing(page: Page, pictures: Sequence[Image]) -> list[tuple[int, Image]]:
    """Where an article's pictures stand first: the order of the line that each is in or before."""
    waiting = {image.url: image for image in pictures}
    found: list[tuple[int, Image]] = []
    for mark in page.pictures:
        if not waiting:
            break
        image = waiting.pop(_address(mark.element, page.url) or "", None)
        if image is not None:
            found.append((mark.order, image))
    return sorted(found, key=lambda pair: pair[0])


def _image(url: str, lines: Sequence[Block]) -> Image:
    caption: list[str] = []
    credit: str | None = None
    captioned_below = any(block.box.tag == "figcaption" for block in lines)
    for number, block in enumerate(lines):
        if block.text.isdigit() or block.text in caption:
            continue  # a picture's number; what is printed twice, for large and small screens
        if credit is None and number == len(lines) - 1 and _is_photographer(block, lines[:number]):
            credit = _unwrapped(block.text)
            continue
        named = widgets.CREDIT_NAMES.search(block.box.names + " " + block.names)
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
            credit = credit or _unwrapped(LABEL.sub("", text))
            continue
        text = LABEL.sub("", text)
        if not text:
            continue
        head, tail = _parted_by_elements(block) or _parted_by_name(block, text) or parted(text)
        if head == text:
            if named and len(lines) > 1 and len(head) < 120:
                credit = credit or _unwrapped(head)
                continue
            if widgets.is_furniture(head):
                continue
        if head:
            caption.append(head)
        credit = credit or tail
    return Image(url, clean(" ".join(caption)) or None, credit)


def _in_figcaption(block: Block) -> bool:
    return any(box.tag == "figcaption" for box in islice(block.box.ancestors(), 4))


def _parted_by_name(block: Block, text: str) -> tuple[str, str] | None:
    """Caption and credit where no word parts them, and what stands at the end is a person's name."""
    found = NAME_TAIL.fullmatch(text) if len(text) <= LONGEST_CAPTION else None
    if found is None or block.box.role not in ("caption", "figure") or widgets.is_credit(text):
        return None
    name = PHOTOGRAPHER.fullmatch(found["name"])
    return (
        (found["caption"], found["credit"])
        if name is not None and opens_with_given_name(found["name"])
        else None
    )


def _is_name_of_desk(text: str) -> bool:
    """Whether a text is a photographer and for whom: «Ольга Тихонова/Новости края»."""
    parts = [part.strip() for part in text.split("/")]
    return len(parts) == 2 and any(
        PHOTOGRAPHER.fullmatch(part) is not None and opens_with_given_name(part) for part in parts
    )


def _is_credit_whole(block: Block) -> bool:
    """Whether one element that is named for credits prints the whole of a line."""
    return any(
        widgets.CREDIT_NAMES.search(element.get("class") or "") is not None
        and clean("".join(element.itertext())[:LONGEST_CAPTION]) == block.text
        for element in block.box.element.iter(*APART, "div", "p", "figcaption")
    )


def parted(text: str) -> tuple[str | None, str | None]:
    """A line about a picture as caption and credit: «Путин. Фото: РИА Новости»."""
    wrapped = WRAPPED_CREDIT.fullmatch(text)
    if wrapped is not None and widgets.is_credit(wrapped["credit"]):
        return wrapped["caption"].rstrip(PARTING), wrapped["credit"]
    match = CREDIT_TAIL.search(text)
    is_after = match is not None and match.start() >= 3
    if HOLDER.fullmatch(text) or (
        widgets.is_credit(text) and not (match is not None and is_after and _is_told_before(text, match))
    ):
        return None, _unwrapped(text)
    if match is not None and is_after:
        return clean(text[: match.start()]) or None, clean(match["credit"] or match["slashed"]).strip(
            "()"
        ) or None
    joined = JOINED_CREDIT.search(text) if len(text) <= 250 else None
    if joined is not None and len(joined["credit"].split()) <= 6:
        return clean(text[: joined.start()]), joined["credit"]
    stopped = STOPPED_CREDIT.fullmatch(text)
    if stopped is not None and widgets.is_credit(stopped["credit"]):
        return stopped["caption"].rstrip(PARTING), stopped["credit"]
    return text, None


def _is_told_before(text: str, credit: re.Match[str]) -> bool:
    """Whether a sentence stands before the credit, and not the first half of it («Фото: А. Б. / Фото: ТАСС»)."""
    before = text[: credit.start()]
    ends = text[len(before) :].lstrip()[:1] in (".", ";") or before.endswith((".", "!", "?", "…", "»"))
    return ends and len(before.split()) > 2 and not widgets.is_credit(before)


def _is_photographer(block: Block, before: Sequence[Block]) -> bool:
    """Whether a line in the picture's frame is but a name: with its desk, or below a caption of its own."""
    match = PHOTOGRAPHER.fullmatch(block.text)
    if match is None or block.link_share > 0.5:
        return False
    if not opens_with_given_name(match["name"]):
        return match["desk"] is not None and "." in match["name"].split()[0]
    return match["desk"] is not None or any(
        line.box is not block.box and PHOTOGRAPHER.fullmatch(line.text) is None for line in before
    )


def _parted_by_elements(block: Block) -> tuple[str, str] | None:
    """Caption and credit where the credit is an element of its own at the line's end."""
    is_apart = block.box.role in ("caption", "figure")
    for element in block.box.element.iter(*APART):
        credit = clean("".join(element.itertext())[:LONGEST_CAPTION])
        if not 0 < len(credit) <= 120 or not block.text.endswith(credit):
            continue
        before = block.text.removesuffix(credit).rstrip()
        caption = before.rstrip(PARTING)
        if len(caption) < 3 or before.endswith((":", "/", "©")) or CREDIT_WORD.search(before):
            continue  # the element is but the end of the credit
        credit = _unwrapped(credit)
        names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        named = widgets.CREDIT_NAMES.search(names) or (is_apart and widgets.AUTHOR_NAMES.search(names))
        if (named or widgets.is_credit(credit) or _is_name_of_desk(credit)) and not widgets.is_credit(
            caption
        ):
            return caption, credit
    return None


def _unwrapped(credit: str) -> str:
    """A credit without the parentheses around the whole of it."""
    credit = credit.lstrip("/| ")
    whole = re.fullmatch(r"[(\[]([^()\[\]]+)[)\]]\.?", credit)
    return clean(whole[1]) if whole is not None else credit


def _credit_lines(page: Page, headline: Block | None, text: Sequence[Block], spent: set[int]) -> list[str]:
    """Lines of credit that stand alone: after the text, else between headline and text, else inside it."""
    if not text:
        return []
    first, last = text[0].order, text[-1].order
    top = headline.order + 1 if headline is not None else max(0, first - 4)
    for stretch in (page.blocks[last + 1 : last + 6], page.blocks[top:first], page.blocks[first:last]):
        found = [
            _unwrapped(part)
            for block in stretch
            for part in _credits_in(block)
            if block.order not in spent
            and block.box.role not in ("navigation", "footer", "comments")
            and block.link_share < 0.9
        ]
        if found:
            return found
    return []


def _credits_in(block: Block) -> list[str]:
    """The credits of a line that is one, or has some between marks («Текст: … / Фото: …»)."""
    if widgets.is_credit(block.text):
        return [block.text]
    signed = widgets.SIGNED_WITH_PHOTO.fullmatch(block.text)
    if signed is not None:
        return [signed["credit"]]
    if not widgets.is_furniture(block.text) or len(block.text) > smallprint.LONGEST:
        return []
    return [part for part in smallprint.parts(block.text)[1:] if widgets.is_credit(part)]


def _loose_caption(page: Page, headline: Block | None, text: Sequence[Block]) -> str | None:
    if headline is None or not text:
        return None
    for block in page.blocks[headline.order + 1 : text[0].order]:
        if block.box.role in ("caption", "figure"):
            return block.text
    return None


def _address(element: Any, base: str) -> str | None:
    for name in ("width", "height"):
        size = re.match(r"\d{1,5}", element.get(name) or "")
        if size is not None and int(size[0]) < SMALLEST:
            return None
    for name in ADDRESSES:
        value = (element.get(name) or "").strip()
        if value and not value.startswith("data:") and len(value) < 2000 and " " not in value:
            if NOT_A_PHOTO.search(value):
                return None
            return _absolute(base, value)
    for name in SETS:
        parts = (element.get(name) or "")[:4000].split(",")
        first = parts[-1].strip().split(" ")[0] if parts[-1].strip() else ""
        if first and not first.startswith("data:"):
            return _absolute(base, first)
    return None


def _absolute(base: str, value: str) -> str | None:
    try:
        url = urljoin(base, value)
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None


def _in_other_link(mark: Mark, base: str) -> bool:
    """Whether a picture is the sign of a link to another page (a teaser), and not to its own larger copy."""
    element = mark.element
    for _ in range(4):
        element = element.getparent()
        if element is None:
            return False
        if element.tag == "a":
            href = (element.get("href") or "").split("#")[0]
            if not href or re.search(
                r"\.(?:jpe?g|png|webp|gif|avif)(?:$|\?)|photo|foto|gallery|image|img|javascript:", href, re.I
            ):
                return False
            return _absolute(base, href) != base.split("#")[0]
    return False


def _is_under_link(mark: Mark, base: str) -> bool:
    """Whether an empty link to another page lies over a picture and the few lines beside it: a teaser."""
    for number, box in enumerate(mark.box.ancestors()):
        if (
            number > CARD_DEPTH
            or box.last - box.first > CARD_LINES
            or box.tag in ("figure", "article", "body")
        ):
            return False
        for link in islice(box.element.iterchildren("a"), CARD_LINES):
            href = _absolute(base, link.get("href") or "")
            if len(link) == 0 and not (link.text or "").strip() and href not in (None, base.split("#")[0]):
                return True
    return False


def captioned(known: Sequence[Caption]) -> frozenset[int]:
    """The orders of the lines that speak of pictures, never of the text."""
    return frozenset(block.order for caption in known for block in caption.blocks)
