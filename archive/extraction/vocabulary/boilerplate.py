"""Boilerplate around an article: lines that match phrases of any language (`archive.language`)."""

from __future__ import annotations

import re
from functools import lru_cache

from archive.extraction.normalize import clean
from archive.extraction.vocabulary import date_patterns
from archive.extraction.vocabulary.given_names import opens_with_given_name
from archive.language.phrases import any_phrase, phrases, words


def _compile(*lists: str, anywhere: bool | None = None) -> re.Pattern[str]:
    """Compile the phrases of some lists into one pattern for a whole line.

    `anywhere`: True for only the phrases that match anywhere in a line, False for only the others, None for all.
    """
    patterns = [each for name in lists for each in phrases(name)]
    chosen = [each for each in patterns if anywhere in (None, each.startswith(ANYWHERE))]
    return re.compile("(?:" + "|".join(f"(?:{pattern})" for pattern in chosen) + ")")


ANYWHERE = (".", "(.", "(?:.")  # beginnings of phrases that match anywhere in a line
# Matched against every line of a page. In one pattern, those that match anywhere would double the time of the rest.
_BOILERPLATE = (
    "ad_labels",
    "read_also",
    "subscribe",
    "share",
    "typo_report",
    "counters",
    "copyright",
    "navigation",
    "cookies",
)
BOILERPLATE_LINE, BOILERPLATE_ANYWHERE = (
    _compile(*_BOILERPLATE, anywhere=False),
    _compile(*_BOILERPLATE, anywhere=True),
)
# Words before numbers that identify something and count nothing; in lower case.
IDENTIFIER_LABEL = any_phrase("identifier_label")
READ_ALSO_START = re.compile(rf"(?:{any_phrase('read_also_start').pattern})\s*[:—–-]")
NEXT_ARTICLE_LABEL = any_phrase("next_article")
LISTING_HEADING = any_phrase("listing_heading")
DONATION_APPEAL = any_phrase("donation_appeal")  # asks readers to pay for the outlet's work
QUOTED_SPEECH = re.compile(
    rf"[«\"“„—–-]\s?{words('we')}\b|.*[»\"”],? [—–-] ", re.I
)  # a quotation: the person quoted speaks of their own work
MAX_APPEAL_CHARS = 320  # characters
COMMENTS_LINE = _compile("comments_head")
CREDIT_LINE = _compile("credit")
LEGAL_USE = any_phrase("legal_use")
LEGAL_TERMS = any_phrase("legal_terms")  # within 300 characters of it
LEGAL_LINE = any_phrase("legal_line")
# about cookies, consent, copyright, or the site itself; an article may have such words, its place decides
SITE_NOTICE = any_phrase("site_notice", re.I)
LEGAL_NOTICE = any_phrase("legal_notice")
_NAME = r"[А-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺA-Z][\w'’ʼ.-]+(?: [А-ЯЁІЇЄҐЎӘҒҚҢӨҰҮҺA-Z][\w'’ʼ.-]+){1,2}"
SIGNED_LINE = re.compile(
    rf"{words('signed_by')}\s*[:,]?\s+{_NAME}(?:(?:, | и | та | і ){_NAME}){{0,3}}"
)  # only a byline
JOB_TITLE_LINE = re.compile(
    rf"{_NAME},? [(—–-]{{0,2}}\s?(?:{words('job_adjective')} )?(?i:{words('job_title')})(?:ка)?"
    r"(?: [«\"A-ZА-ЯЁІЇЄҐЎ][^.!?]{0,40})?\)?"
)  # a name and a job title: «Анна Ветрова, корреспондент»; only counts if it starts with a given name
SIGNED_WITH_PHOTO = re.compile(
    rf"(?P<author>{_NAME})(?:,| ?[/|—–-])\s*"
    rf"(?P<credit>{words('photo_by')}\s*(?:{words('same_author')}|:?\s*{_NAME}))\.?",
    re.I,
)  # «Анна Ветрова, фото Романа Шульца»
SEPARATOR = re.compile(r"\s*[|·•∙]\s*|\s/\s")
MAX_INFO_LINE_CHARS = 200  # characters
MAX_LINE_CHARS = 400  # characters; a longer paragraph is never boilerplate by its words alone

NAMED_CREDIT = re.compile(rf"{words('named_credit')} [A-ZА-ЯЁІЇЄҐЎ«\"][^.!?]{{1,50}}\.?")  # «Фото Монцамэ»
_SCALE = f"{words('thousand')}|{words('million')}"
VIEWS = re.compile(
    rf"{words('views_before')}[\s:—–-]*(?P<after>\d[\d\s]*(?:[.,]\d+)?)\s*(?P<scale_after>{_SCALE})?\b"
    rf"|(?<![\d.,])(?P<before>\d[\d\s]*(?:[.,]\d+)?)\s*(?P<scale_before>{_SCALE})?\.? ?{words('views_after')}\b"
)
THOUSAND = re.compile(rf"{words('thousand')}|т")
MILLION = re.compile(words("million"))
# More views than any article has: the most read have about ten million. Larger numbers are phones, accounts or cards,
# and SQLite cannot store integers of 2**63 and more.
MAX_VIEWS = 1_000_000_000
# Digits in groups of three or ungrouped: cards are printed in groups of four, phone numbers in groups of two.
GROUPED_NUMBER = re.compile(r"\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?")


def fold(line: str) -> str:
    """Return a line normalized for matching: lower case, without punctuation and arrows at its ends."""
    return clean(line).casefold().strip(" \t.:;,!?…>»«<|→←▼▲►↓↑▪■●◆★•·*-—–[](){}\"'#/\\")


def is_boilerplate(line: str) -> bool:
    """Return whether a line is boilerplate, judged by its words alone."""
    return len(line) <= MAX_LINE_CHARS and _is_boilerplate(line)


@lru_cache(maxsize=8192)  # every page of an outlet has the same lines
def _is_boilerplate(line: str) -> bool:
    folded = fold(line)
    if not folded or _matches_phrases(folded) or SIGNED_LINE.fullmatch(line.strip(" .")):
        return True
    is_signed = JOB_TITLE_LINE.fullmatch(line.strip(" .")) or SIGNED_WITH_PHOTO.fullmatch(line)
    if is_signed is not None and opens_with_given_name(line):
        return True
    if (
        len(line) <= MAX_APPEAL_CHARS
        and DONATION_APPEAL.search(folded) is not None
        and QUOTED_SPEECH.match(line) is None
    ):
        return True
    return len(line) <= MAX_INFO_LINE_CHARS and _is_info_line(line)


def _matches_phrases(folded: str) -> bool:
    return (
        BOILERPLATE_LINE.fullmatch(folded) is not None or BOILERPLATE_ANYWHERE.fullmatch(folded) is not None
    )


def _is_info_line(line: str) -> bool:
    """Return whether a line has only dates, counters and names: «10 января 2022 · Роман Шульц · 4 мин»."""
    spans = date_patterns.find_date_spans(line)
    if not spans and SEPARATOR.search(line) is None:
        return False
    text = line
    for start, end in reversed(spans):
        text = text[:start] + " | " + text[end:]
    parts = [part for part in (clean(part).strip(" .,/–—-") for part in SEPARATOR.split(text)) if part]
    matched = sum(_matches_phrases(fold(part)) or is_credit(part) for part in parts)
    signed = sum(
        SIGNED_LINE.fullmatch(part) is not None or (opens_with_given_name(part) and len(part.split()) <= 3)
        for part in parts
    )
    return matched + signed >= len(parts) and matched + len(spans) > 0


@lru_cache(maxsize=1024)  # the lines of a page are checked more than once
def is_legal_notice(line: str) -> bool:
    """Return whether a line of any length holds a site's terms of reprinting or a notice required by law."""
    folded = line[:1500].casefold()
    return (
        any(LEGAL_TERMS.search(folded, use.end(), use.end() + 300) for use in LEGAL_USE.finditer(folded))
        or LEGAL_LINE.search(folded) is not None
        or LEGAL_NOTICE.match(folded) is not None
    )


@lru_cache(maxsize=8192)  # every page of an outlet has the same notices
def is_site_notice(line: str) -> bool:
    """Return whether a line is about cookies, consent, copyright or the site itself."""
    return SITE_NOTICE.search(line) is not None


def is_next_article_label(line: str) -> bool:
    """Return whether a line is the label above the next article."""
    return len(line) <= 60 and NEXT_ARTICLE_LABEL.fullmatch(fold(line)) is not None


def is_listing_heading(line: str) -> bool:
    """Return whether a heading is one above a list of the outlet's other articles: «ПОСЛЕДНИЕ», «Ще новини»."""
    return len(line) <= 60 and LISTING_HEADING.fullmatch(fold(line)) is not None


@lru_cache(maxsize=1024)
def starts_read_also(line: str) -> bool:
    """Return whether a line starts like a link to another article: «Читайте также: …»."""
    return READ_ALSO_START.match(clean(line).casefold().lstrip("•·*→►>-—– ")) is not None


def is_comments_heading(line: str) -> bool:
    """Return whether a line is the heading of the comments."""
    return len(line) <= 80 and COMMENTS_LINE.fullmatch(fold(line)) is not None


@lru_cache(maxsize=1024)
def is_credit(line: str) -> bool:
    """Return whether a line is a picture credit: «Фото с сайта …», «Фото: …», «… / Reuters»."""
    if len(line) > 140:
        return False
    return (
        CREDIT_LINE.fullmatch(clean(line).casefold().strip(" .()[]")) is not None
        or NAMED_CREDIT.fullmatch(clean(line)) is not None
    )


def parse_views(line: str) -> int | None:
    """Return the view count that a line states in words («Просмотров: 1,2 тыс.»), or None."""
    match = VIEWS.search(clean(line).casefold())
    if match is None:
        return None
    number = (match["after"] or match["before"]).strip()
    if GROUPED_NUMBER.fullmatch(number) is None:
        return None
    scale = (match["scale_after"] or match["scale_before"] or "").rstrip(".")
    return parse_number(number, scale)


def parse_number(number: str, scale: str = "") -> int | None:
    """Return a printed number with its scale word as an integer: «1,2» «тыс» is 1200, «12 345» is 12345.

    Return None if it is not a number, or larger than a view count can be.
    """
    digits = re.sub(r"\s", "", number)
    try:
        if scale:
            factor = 1_000 if THOUSAND.fullmatch(scale) else 1_000_000 if MILLION.fullmatch(scale) else 1
            counted = round(float(digits.replace(",", ".")) * factor)
        else:
            counted = int(re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits))
    except (ValueError, OverflowError):
        return None
    return counted if counted <= MAX_VIEWS else None
