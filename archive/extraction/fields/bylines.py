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

MOST_PIECES = 200  # of text in the element of a byline
FARTHEST_BELOW = 5  # lines after the text; farther down others sign
LONGEST = 160  # characters of a line with a byline
BYLINE = re.compile(
    r"^(?:авторы?|автор (?:текста|статьи|материала|публикации|публікації|статті|тексту|матеріалу|новости)|текст"
    r"|подготовил[аи]?|підготув(?:ав|ала|али)|падрыхтава[уўл][аі]?|беседовал[аи]?|записал[аи]?|розмовля(?:в|ла)"
    r"|гутары[ўл][аі]?|журналист(?:ка)?|журналіст(?:ка)?|кореспондент(?:ка)?|корреспондент|карэспандэнт(?:ка)?"
    r"|спецкор|собкор|обозреватель|аўтар(?:ы)?|мәтін|авторы?:? и фото|текст и фото|фото и текст|мәтін|жазған|дайындаған"
    r"|by|written by|author|von|par|di|por|por:)\s*(?P<said>[:—–,-])?\s+(?=\S)",
    re.I,
)
POSTER = re.compile(
    r"^(?:опубликован[оа]|опубліковано|апублікавана|submitted by"
    r"|разместил[аи]?|добавил[аи]?|опубликовал[аи]?|додав|додала|розмісти(?:в|ла)|опублікува(?:в|ла)|дадаў|posted by"
    r"|published by)\s*[:—–-]?\s+(?=\S)",
    re.I,
)  # an account, and a person only where it bears a person's name
SET_RIGHT = re.compile(r"text-align\s*:\s*right", re.I)
TOPIC_ADDRESS = re.compile(r"/(?:tags?|topics?|themes?|tema|temy|persons?|people)/", re.I)
LABEL = re.compile(
    r"(?:авторы?|автор[аи]?|аўтар|author|text|текст)(?: (?:публикации|публікації|статьи|статті|материала|матеріалу"
    r"|текста|тексту|новости|новини))?\s*:?",
    re.I,
)  # alone in its line, above the name
OF_OUTLET = re.compile(
    r"(?P<name>[^,.!?]{4,50}), (?:для )?(?P<outlet>[«\"A-ZА-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺ][^,.!?]{1,40})\.?"
)
OF_A_WRITER = re.compile(
    r"\b(?:автор|аўтар|журналист|журналіст|корреспондент|кореспондент|карэспандэнт|обозреватель|оглядач|аглядальнік|редактор"
    r"|рэдактар|колумнист|колумніст|репорт[её]р|рэпарцёр|шолушы|тілші|пишет|пише\b|піша\b|correspondent|reporter|editor|author"
    r"|columnist|writes|covers)"
)
LINES_OF_BIOS = 3  # at the end of a text, among which they stand
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
    stated = tuple(name for name in metadata.authors if not _is_outlet(name, metadata, page))
    return (
        stated
        or _printed(page, metadata, headline, text, captions)
        or metadata.author_organizations
        or metadata.authors
    )


def _printed(
    page: Page, said: Metadata, headline: Block | None, text: Sequence[Block], captions: frozenset[int]
) -> tuple[str, ...]:
    end = text[-1].order + FARTHEST_BELOW if text else len(page.blocks)
    for block in info_lines.lines_around(page, headline, text):
        if (
            (block.order > end and not _is_dated(block.text))
            or len(block.text) > LONGEST
            or block.box.role in ("caption", "figure")
            or (block.order in captions and _is_of_picture(block))
            or (block.order > end - FARTHEST_BELOW and _is_topic(block))
        ):
            continue
        names = _byline(block) or _labelled(page, block)
        if not names and (not text or block.order > text[-1].order):
            names = _of_outlet(block.text) or _set_right(block)
        if names:
            return tuple(dict.fromkeys(name for name in names if not _is_outlet(name, said, page)))
    return ()


def _labelled(page: Page, block: Block) -> list[str]:
    """Return the names in a line below an author label: «Автор», and below it «Анна Ветрова»."""
    above = page.blocks[block.order - 1 : block.order]
    if not any(LABEL.fullmatch(other.text) for other in above):
        return []
    return [name for name in parse_names(block.text) if SIGNATURE.match(name)]


def _of_outlet(line: str) -> list[str]:
    """Return the name in a line that gives author and outlet: «Анна Ветрова, «Вестник»»."""
    found = OF_OUTLET.fullmatch(line)
    return [found["name"]] if found is not None and is_signature(found["name"]) else []


def _set_right(block: Block) -> list[str]:
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
    return len(line) <= LONGEST_BIO and OF_A_WRITER.search(line.casefold()) is not None


def _byline(block: Block) -> list[str]:
    with_photo = boilerplate.SIGNED_WITH_PHOTO.fullmatch(block.text)
    if with_photo is not None and is_signature(with_photo["author"]):
        return [with_photo["author"]]
    text = _without_dates(block.text)
    parts = [_without_dates(part) for part in info_lines.split_line(block.text)]
    apart, is_glued = _apart(block)
    for part in dict.fromkeys(apart if is_glued else (text, *parts)):
        names = _opened(part)
        if names:
            return names
    names = _names_in_author_element(block, text, apart, is_glued)
    if names:
        return names
    if len(apart) > 1 and all(map(is_signature, apart)):
        return list(apart)
    for one in apart if is_glued else [text, *parts]:
        bare = JOB_TITLE.sub("", one).strip(" .")
        if is_signature(bare):
            return [bare]
    return []


def is_signature(text: str) -> bool:
    """Return whether a text is a person's name and nothing else."""
    return SIGNATURE.match(text) is not None and opens_with_given_name(text)


def is_signed(line: str) -> bool:
    """Return whether a line is only the names of authors: «Анна Ветрова, Роман Шульц.»"""
    if len(line) > LONGEST:
        return False
    if _of_outlet(line):
        return True
    names = parse_names(line.rstrip("."))
    return bool(names) and comparable(" ".join(names)) == comparable(line) and all(map(is_signature, names))


def _is_topic(block: Block) -> bool:
    """Return whether a line is a link to a topic page about a person, rather than a byline."""
    links = islice(block.box.element.iter("a"), MOST_PIECES)
    return block.link_share > 0.5 and any(TOPIC_ADDRESS.search(link.get("href") or "") for link in links)


def _is_of_picture(block: Block) -> bool:
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


def _opened(text: str) -> list[str]:
    """Return the names after «Автор:» and similar labels."""
    opened, posted = BYLINE.match(text), POSTER.match(text)
    if opened is not None:
        names = parse_names(text[opened.end() :].strip(" .,|·"))
        return _as_signed([name for name in names if opened["said"] or SIGNATURE.match(name)])
    if posted is not None:
        names = parse_names(text[posted.end() :].strip(" .,|·"))
        return [name for name in names if SIGNATURE.match(name) and opens_with_given_name(name)]
    return []


def _names_in_author_element(block: Block, text: str, apart: Sequence[str], is_glued: bool) -> list[str]:
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
    for texts in (own, apart, [text]) if is_glued else (own, [text], apart):
        names = [
            name
            for one in dict.fromkeys(texts)
            if len(one) <= 100
            for name in parse_names(one.strip(" .,|·"))
            if SIGNATURE.match(name)
        ]
        if names:
            return _as_signed(names)
    return []


def _as_signed(names: list[str]) -> list[str]:
    """Return the names without those in capitals (desks and agencies), unless all are in capitals."""
    return [name for name in names if not name.isupper()] or names


def _apart(block: Block) -> tuple[list[str], bool]:
    """Return the texts of a line's elements, and whether two of them touch without white space between."""
    texts = (str(text) for text in islice(block.box.element.itertext(), MOST_PIECES))
    own = [text for text in texts if clean(text) and clean(text) in block.text]
    is_glued = any(
        one[-1:].isalnum() and other[:1].isalnum() and len(clean(one)) > 1 for one, other in pairwise(own)
    )  # but for an initial set apart
    return [told for told in dict.fromkeys(map(_without_dates, own)) if told], is_glued


def _is_outlet(name: str, said: Metadata, page: Page) -> bool:
    """Return whether a name is the site's, or an organization's according to the page's metadata."""
    told = comparable(name)
    in_address = told.replace(" ", "") in host_of(page.url).split(".")
    return in_address or told in said.organizations or told == comparable(said.site_name or "")
