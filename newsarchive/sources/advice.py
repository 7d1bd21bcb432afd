"""Advice about fields that are empty or doubtful in a dry run of a source, with suggestions from its pages. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.etree import _Element

from archive.extraction.model import Article, Rejection
from archive.extraction.normalize import clean
from archive.extraction.page.encoding import decode
from archive.extraction.page.parser import parse_html
from archive.http.capture import Capture
from newsarchive.source_setup.article_urls import find_shapes
from newsarchive.source_setup.times import read_sample
from newsarchive.source_setup.zones import MIN_PAGES, TimeEvidence
from spiders.sources.source import Source

MIN_CONFIDENCE = 0.6
MAX_EXCERPT = 60  # characters of the text that a suggested selector finds
MAX_MATCHES = 3  # elements of one page that a selector of a single field may find
# Rejections that come from what the server sends: no rule helps.
_SERVER_SIDE = {
    "captcha": "The server shows a captcha. Raise politeness.delay, or ask the outlet to let its archive pass"
    " (capture.user_agent_note).",
    "consent wall": "The page asks for consent. Copy the cookie that a click on its button sets in a browser to"
    " capture.cookies.",
    "login": "The page asks for a login; it cannot be archived without one.",
    "geo-block": "The outlet blocks this country or network. Crawl it from another one.",
    "unrendered": "The text is made by a script and is not in the page; look for a feed with full texts.",
}


@dataclass(frozen=True, slots=True)
class CheckedCapture:
    """One article page of a dry run."""

    capture: Capture
    extraction: Article | Rejection


@dataclass(frozen=True, slots=True)
class Advice:
    """Advice about one field."""

    field: str
    problem: str  # such as "empty on 3 of 5 articles"
    action: str  # sentences
    setting: str | None = None  # lines for the source file


def advise(source: Source, pages: Sequence[CheckedCapture]) -> tuple[Advice, ...]:
    """Return what to do about each field that is empty or doubtful on the article pages of a dry run."""
    articles = [(page, page.extraction) for page in pages if isinstance(page.extraction, Article)]
    roots = {id(page): _root(page.capture) for page in pages}
    found: list[Advice] = list(_about_rejected(pages, roots))
    for name, value in _FIELDS.items():
        empty = [page for page, article in articles if not value(article)]
        if empty:
            elements = [root for page in empty if (root := roots[id(page)]) is not None]
            problem = f"empty on {len(empty)} of {len(articles)} articles"
            found.append(_about_empty(name, problem, elements, is_rare=len(empty) * 2 <= len(articles)))
    found += _about_times(source, articles)
    found += _about_languages(source, [article for _, article in articles])
    if doubtful := [article for _, article in articles if article.confidence < MIN_CONFIDENCE]:
        found.append(
            Advice(
                "body",
                f"doubtful on {len(doubtful)} of {len(articles)} articles",
                f"Compare «{doubtful[0].title}» with its page. If text is missing or foreign, set rules.body and"
                " rules.prune.",
            )
        )
    return tuple(found)


def about_listing(role: str, url: str, problem: str | None) -> Advice:
    """Return what to do about a section, feed or sitemap without articles; `problem` is why it was not read."""
    name = "section" if role == "listing" else role
    key = {"listing": "sections.url", "feed": "discovery.feeds", "sitemap": "discovery.sitemaps"}[role]
    if problem is not None:
        return Advice(
            name, f"{url}: {problem}", f"Correct {key} or remove it, unless the site fails only now."
        )
    if role == "listing":
        action = (
            "If the page shows articles, write the shape of their addresses into discovery.article; 'newsarchive"
            " sources new' finds it. If a script loads them, use a feed or sitemap."
        )
    else:
        action = f"Open it in a browser. If it is empty there too, or no {name}, remove it from {key}."
    return Advice(name, f"{url} shows no articles", action)


_FIELDS: Mapping[str, Callable[[Article], object]] = {
    "title": lambda article: article.title,
    "lead": lambda article: article.lead,
    "authors": lambda article: article.authors,
    "section": lambda article: article.section,
    "tags": lambda article: article.tags,
    "published": lambda article: article.published,
    "views": lambda article: article.views,
    "images": lambda article: article.images,
}
_RULES = {
    "title": "title",
    "lead": "lead",
    "body": "body",
    "authors": "author",
    "section": "section",
    "published": "published",
    "views": "views",
}  # field → key of [[rules]]
_NAMES = {
    "title": r"(?:^|[\s_-])(?:headline|(?:article|post|entry|news)[_-]*title)",
    "lead": r"(?:^|[\s_-])(?:lead|lede|intro|announce|anons|summary|standfirst|subtitle|subhead|excerpt|preview)",
    "body": r"(?:^|[\s_-])(?:(?:article|post|entry|news|story|material|full)[_-]*(?:text|body|content)|text|content)",
    "authors": r"(?:^|[\s_-])(?:authors?|byline|avtor\w*|writer)",
    "section": r"(?:^|[\s_-])(?:rubri[ck]\w*|categor\w+|section|breadcrumbs?)",
    "published": r"(?:^|[\s_-])(?:date|time|published|pubdate|posted)",
    "views": r"(?:^|[\s_-])(?:views?|hits|counter|watched|prosmotr\w*)",
}
_LENGTHS = {
    "lead": (30, 600),
    "body": (200, 10**6),
    "title": (10, 250),
}  # of the text; 2 to 120 for the others
_MAY_BE_ABSENT = frozenset({"lead", "authors", "tags", "views", "images"})


def _about_rejected(
    pages: Sequence[CheckedCapture], roots: Mapping[int, _Element | None]
) -> Sequence[Advice]:
    """Return the advice about pages that are not articles, by reason."""
    found: list[Advice] = []
    rejected = [(page, page.extraction) for page in pages if isinstance(page.extraction, Rejection)]
    good = [page.capture.url for page in pages if isinstance(page.extraction, Article)]
    for code, number in Counter(rejection.code for _, rejection in rejected).most_common():
        own = [page for page, rejection in rejected if rejection.code == code]
        problem = f"{number} of {len(pages)} pages rejected: {own[0].extraction.words}"
        if code in _SERVER_SIDE:
            found.append(Advice("page", problem, _SERVER_SIDE[code]))
        elif code in ("no text", "extractor error"):
            elements = [root for page in own if (root := roots[id(page)]) is not None]
            setting, shown = _suggestion("body", elements)
            action = "Set rules.body to a selector of the element that holds the text." + shown
            found.append(Advice("body", problem, action, setting))
        else:
            urls = [page.capture.url for page in own]
            paths = sorted({f"/{urlsplit(url).path.strip('/').partition('/')[0]}/" for url in urls})
            ignored = [path for path in paths if not any(urlsplit(url).path.startswith(path) for url in good)]
            shapes = find_shapes(good, urls)
            if ignored and ignored != ["//"]:
                setting = f"[discovery]\nignore = [{_literals(f'^{re.escape(one)}' for one in ignored)}]"
            elif shapes:
                setting = f"[discovery]\narticle = [{_literals(one.pattern for one in shapes)}]"
            else:
                setting = None
            action = "If these are never articles, exclude their addresses with discovery.ignore or discovery.article."
            found.append(Advice("page", problem, action, setting))
    return found


def _about_empty(field: str, problem: str, roots: Sequence[_Element], *, is_rare: bool) -> Advice:
    """Return the advice about a field that is empty on the given pages."""
    if field == "tags":
        return Advice(field, problem, "No setting: tags are read from the links to them, if a page has any.")
    if field == "images":
        return Advice(
            field, problem, "No setting: pictures of the article are read from its text, if a page has any."
        )
    setting, shown = _suggestion(field, roots)
    rule = f"rules.{_RULES[field]}"
    if setting is None and field in _MAY_BE_ABSENT:
        action = f"Nothing on these pages looks like it. If they print it, set {rule} to its selector."
    elif is_rare and field in _MAY_BE_ABSENT:
        action = f"The others have it, so these may really lack it. If they print it, set {rule}.{shown}"
    else:
        action = f"Set {rule} to its selector.{shown}"
    return Advice(field, problem, action, setting)


def _about_times(source: Source, articles: Sequence[tuple[CheckedCapture, Article]]) -> list[Advice]:
    """Return the advice about times that are only days, not on the page, or in another zone than the source's."""
    found: list[Advice] = []
    times = [article.published for _, article in articles if article.published is not None]
    if times and sum(one.precision == "day" for one in times) == len(times):
        action = (
            "Only days were found. If the pages print a time of day too, set rules.published to its selector."
        )
        found.append(Advice("published", "without a time of day on all articles", action))
    elsewhere = [one for one in times if one.found_in in ("listing", "feed", "address")]
    if elsewhere:
        problem = f"taken from the {elsewhere[0].found_in} on {len(elsewhere)} of {len(articles)} articles"
        roots = [root for page, _ in articles if (root := _root(page.capture)) is not None]
        setting, shown = _suggestion("published", roots)
        action = "No time was recognized on the page. Set rules.published to its selector."
        found.append(Advice("published", problem, action + shown, setting))
    evidence: list[TimeEvidence] = []
    for page, _ in articles:
        _, one = read_sample(page.capture, languages=source.languages, feed_time=None)
        if one is not None:
            evidence.append(one)
    wrong = [one for one in evidence if not one.agrees_with(source.timezone)]
    if len(wrong) >= MIN_PAGES and len(wrong) == len(evidence):
        hours = wrong[0].offset.total_seconds() / 3600
        found.append(
            Advice(
                "timezone",
                f"contradicted by {len(wrong)} articles",
                f"Their data say that the printed times are at UTC{hours:+g}, and {source.timezone} had another offset"
                " then. Set timezone to a zone with that offset.",
            )
        )
    return found


def _about_languages(source: Source, articles: Sequence[Article]) -> list[Advice]:
    """Return the advice about languages that the source file does not name."""
    other = Counter(one.language for one in articles if one.language and one.language not in source.languages)
    if not source.languages or not other:
        return []
    languages = ", ".join(f'"{one}"' for one in (*source.languages, *other))
    return [
        Advice(
            "languages",
            f"{other.total()} of {len(articles)} articles are in {', '.join(map(str, other))}",
            "Add it if the outlet publishes in it.",
            f"languages = [{languages}]",
        )
    ]


def _suggestion(field: str, roots: Sequence[_Element]) -> tuple[str | None, str]:
    """Return a rule for a field with the selector that fits most pages, and a sentence with what it finds there."""
    numbers: Counter[str] = Counter()
    excerpts: dict[str, str] = {}
    for root in roots:
        for selector, texts in _candidates(field, root).items():
            if len(texts) <= MAX_MATCHES:
                numbers[selector] += 1
                excerpts.setdefault(selector, texts[0])
    if not numbers:
        return None, ""
    most = max(numbers.values())
    # Of equally good ones, the element with the shortest text: the innermost.
    best = min((one for one in numbers if numbers[one] == most), key=lambda one: (len(excerpts[one]), one))
    if field == "body":
        best = max(
            (one for one in numbers if numbers[one] == most), key=lambda one: (len(excerpts[one]), one)
        )
    text = excerpts[best]
    shown = text if len(text) <= MAX_EXCERPT else f"{text[:MAX_EXCERPT]}…"
    quoted = best.replace('"', "'")
    return f'[[rules]]\n{_RULES[field]} = "{quoted}"', f" «{quoted}» finds «{shown}»."


def _candidates(field: str, root: _Element) -> dict[str, list[str]]:
    """Return selectors of the elements that are named for a field, each with their texts."""
    names = re.compile(_NAMES[field], re.IGNORECASE)
    shortest, longest = _LENGTHS.get(field, (2, 120))
    found: dict[str, list[str]] = {}
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in (
            "html",
            "head",
            "body",
            "script",
            "style",
            "meta",
            "link",
        ):
            continue
        selector = _selector(element, names)
        if selector is None:
            continue
        text = clean(" ".join(map(str, element.itertext())))
        if shortest <= len(text) <= longest and (
            field not in ("published", "views") or re.search(r"\d", text)
        ):
            found.setdefault(selector, []).append(text)
    return found


def _selector(element: _Element, names: re.Pattern[str]) -> str | None:
    """Return a CSS selector of an element by the attribute that names it; None if none does."""
    for attribute in ("itemprop", "rel"):
        value = element.get(attribute) or ""
        if re.fullmatch(r"[A-Za-z]+", value) and names.match(value):
            return f'[{attribute}="{value}"]'
    for name in (element.get("class") or "").split():
        if re.fullmatch(r"[A-Za-z][\w-]*", name) and names.search(name):
            return f"{element.tag}.{name}"
    name = element.get("id") or ""
    if re.fullmatch(r"[A-Za-z][\w-]*", name) and names.search(name) and not re.search(r"\d", name):
        return f"#{name}"
    return None


def _literals(patterns: Iterable[str]) -> str:
    """Return regular expressions as TOML strings."""
    return ", ".join(f"'{pattern}'" for pattern in patterns)


def _root(capture: Capture) -> _Element | None:
    page = decode(capture.payload(), capture.charset)
    return parse_html(page.text)
