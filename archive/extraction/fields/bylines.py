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
from archive.urls import host_of

MOST_PIECES = 200  # pieces of text read from a byline's element
MAX_LINES_BELOW = 5  # lines after the text; bylines farther down belong to other articles
LONGEST = 160  # characters of a line with a byline
BYLINE = re.compile(
    r"^(?:авторы?|автор (?:текста|статьи|материала|публикации|публікації|статті|тексту|матеріалу|новости)|текст"
    r"|подготовил[аи]?|підготув(?:ав|ала|али)|падрыхтава[уўл][аі]?|беседовал[аи]?|записал[аи]?|розмовля(?:в|ла)"
    r"|гутары[ўл][аі]?|журналист(?:ка)?|журналіст(?:ка)?|кореспондент(?:ка)?|корреспондент|карэспандэнт(?:ка)?"
    r"|спецкор|собкор|обозреватель|аўтар(?:ы)?|мәтін|авторы?:? и фото|текст и фото|фото и текст|мәтін|жазған|дайындаған"
    r"|by|written by|author|von|par|di|por|por:)\s*(?P<separator>[:—–,-])?\s+(?=\S)",
    re.I,
)
ACCOUNT_LABEL = re.compile(
    r"^(?:опубликован[оа]|опубліковано|апублікавана|submitted by"
    r"|разместил[аи]?|добавил[аи]?|опубликовал[аи]?|додав|додала|розмісти(?:в|ла)|опублікува(?:в|ла)|дадаў|posted by"
    r"|published by)\s*[:—–-]?\s+(?=\S)",
    re.I,
)  # names an account, which counts only if it is a person's name
SET_RIGHT = re.compile(r"text-align\s*:\s*right", re.I)
TOPIC_ADDRESS = re.compile(r"/(?:tags?|topics?|themes?|tema|temy|persons?|people)/", re.I)
AUTHOR_LABEL = re.compile(
    r"(?:авторы?|автор[аи]?|аўтар|author|text|текст)(?: (?:публикации|публікації|статьи|статті|материала|матеріалу"
    r"|текста|тексту|новости|новини))?\s*:?",
    re.I,
)  # on a line of its own above the name
NAME_WITH_OUTLET = re.compile(
    r"(?P<name>[^,.!?]{4,50}), (?:для )?(?P<outlet>[«\"A-ZА-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺ][^,.!?]{1,40})\.?"
)
WRITER_JOB = re.compile(
    r"\b(?:автор|аўтар|журналист|журналіст|корреспондент|кореспондент|карэспандэнт|обозреватель|оглядач|аглядальнік|редактор"
    r"|рэдактар|колумнист|колумніст|репорт[её]р|рэпарцёр|шолушы|тілші|пишет|пише\b|піша\b|correspondent|reporter|editor|author"
    r"|columnist|writes|covers)"
)
LINES_OF_BIOS = 3  # lines at the end of a text that can be a bio
LONGEST_BIO = 500  # characters
SIGNATURE = re.compile(r"^[А-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺA-Z][\w'’ʼ-]+(?: [А-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺA-Z][\w'’ʼ.-]+){1,2}$")
DATED = re.compile(r"\s(?:от|від|ад|в|у|on|at|о|об|am|le)$", re.I)  # «Марина Логинова от 10-01-2022»


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
    stated = tuple(name for name in metadata.authors if not _is_outlet_name(name, metadata, page))
    return (
        stated
        or _printed_authors(page, metadata, headline, text, captions)
        or metadata.author_organizations
        or metadata.authors
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
            or (block.order in captions and _is_photographer_line(block))
            or (block.order > end - MAX_LINES_BELOW and _is_topic(block))
        ):
            continue
        names = _byline(block) or _names_below_label(page, block)
        if not names and (not text or block.order > text[-1].order):
            names = _name_with_outlet(block.text) or _right_aligned_names(block)
        if names:
            return tuple(dict.fromkeys(name for name in names if not _is_outlet_name(name, metadata, page)))
    return ()


def _names_below_label(page: Page, block: Block) -> list[str]:
    """Return the names in a line below an author label: «Автор», and below it «Анна Ветрова»."""
    above = page.blocks[block.order - 1 : block.order]
    if not any(AUTHOR_LABEL.fullmatch(other.text) for other in above):
        return []
    return [name for name in parse_names(block.text) if SIGNATURE.match(name)]


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


def is_signed(line: str) -> bool:
    """Return whether a line is only the names of authors, such as «Анна Ветрова, Роман Шульц»."""
    if len(line) > LONGEST:
        return False
    if _name_with_outlet(line):
        return True
    names = parse_names(line.rstrip("."))
    return bool(names) and comparable(" ".join(names)) == comparable(line) and all(map(is_signature, names))


def _is_topic(block: Block) -> bool:
    """Return whether a line is a link to a topic page about a person, rather than a byline."""
    links = islice(block.box.element.iter("a"), MOST_PIECES)
    return block.link_share > 0.5 and any(TOPIC_ADDRESS.search(link.get("href") or "") for link in links)


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
    own = [
        _without_dates(piece.text)
        for piece in info_lines.line_pieces(block)[:-1]
        if class_names.AUTHOR_NAMES.search(piece.names) and not class_names.CREDIT_NAMES.search(piece.names)
    ]
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
