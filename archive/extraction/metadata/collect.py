"""Collect the metadata of a page: JSON-LD, microdata, OpenGraph and <meta>. Takes lxml elements."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from archive.extraction.metadata import jsonld, microdata
from archive.extraction.metadata.jsonld import ARTICLE_TYPES, node_types, strings
from archive.extraction.model import FoundIn
from archive.extraction.normalize import SURROGATE, clean, comparable, word_similarity
from archive.extraction.page.blocks import Page
from archive.extraction.vocabulary import boilerplate
from archive.language.phrases import words

PUBLISHED_METAS = (
    "article:published_time",
    "og:published_time",
    "article:published",
    "og:article:published_time",
    "datepublished",
    "mediator_published_time",
    "publish-date",
    "publishdate",
    "publish_date",
    "pubdate",
    "published_time",
    "published-date",
    "sailthru.date",
    "parsely-pub-date",
    "article_date_original",
    "originalpublicationdate",
    "ptime",
    "analyticsattributes.articledate",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "cxenseparse:recs:publishtime",
    "article.published",
    "publication_date",
    "rbc:published",
    "date",
    "article:create_time",
    "citation_publication_date",
)
MODIFIED_METAS = (
    "article:modified_time",
    "og:updated_time",
    "og:modified_time",
    "article:modified",
    "datemodified",
    "lastmod",
    "last-modified",
    "dcterms.modified",
    "dc.date.modified",
    "mediator_modified_time",
    "updated_time",
)
SECTION_METAS = (
    "article:section",
    "og:section",
    "mediator_theme",
    "parsely-section",
    "analyticsattributes.section",
    "section",
    "cxenseparse:recs:category",
)
AUTHOR_METAS = (
    "article:author",
    "author",
    "mediator_author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "article:author:name",
    "cxenseparse:author",
    "byl",
)
IMAGE_METAS = (
    "og:image",
    "og:image:url",
    "og:image:secure_url",
    "twitter:image",
    "twitter:image:src",
    "image_src",
)
MAX_STATED_CHARS = 200_000  # of a text in the data
DESCRIPTION_METAS = ("og:description", "description", "twitter:description", "dc.description")
TITLE_METAS = ("og:title", "twitter:title", "dc.title", "sailthru.title", "parsely-title")

VIEW_ACTION = re.compile(r"(?:^|[/#:])(?:watch|read|view)action$", re.I)
MAX_BYLINE_CHARS = 1000  # characters of a byline that are searched for names
SITE_BYLINE = re.compile(r"[\w-]+\.[a-z]{2,12}\s*,", re.I)  # «primer.example, Berlin, Germany» names nobody
BYLINE_LABEL = re.compile(rf"^{words('byline_label')}\s*[:—–-]?\s+", re.IGNORECASE)
BETWEEN_NAMES = re.compile(rf"\s*(?:[,;|•·/]| (?:{words('and_between_names')}|&) )\s*")
NOBODY = re.compile(words("nobody"))
JOB_TITLE = re.compile(
    rf"\s*[,(—–-]\s*{words('specially_for')}.*$|\s*[,(]\s*{words('own_correspondent')}$"
    rf"|\s*[,(]\s*{words('byline_job')}(?!\w)[^,;]*$",
    re.IGNORECASE,
)  # the part of a byline after a name: «Анна Лебедева, специально для «Примера»»


MIN_OWN_SIMILARITY = (
    0.2  # of a headline in the data to the page's titles; a teaser's has hardly a word in common
)


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A value from a page's metadata, and where it was found."""

    value: str
    found_in: FoundIn


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of a page; in each field the most trusted value comes first."""

    types: frozenset[str] = frozenset()  # of the JSON-LD nodes and og:type, in lower case
    titles: tuple[StatedValue, ...] = ()
    published: tuple[StatedValue, ...] = ()
    modified: tuple[StatedValue, ...] = ()
    sections: tuple[StatedValue, ...] = ()
    authors: tuple[str, ...] = ()
    author_organizations: tuple[str, ...] = ()  # organizations named as author: the outlet, an agency
    tags: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    breadcrumbs: tuple[str, ...] = ()
    language: str | None = None
    canonical: str | None = None
    site_name: str | None = None
    organizations: frozenset[str] = (
        frozenset()
    )  # named in the data, normalized by `comparable`: the outlet, its owner
    views: int | None = None  # how often the article was read or watched, None if not stated
    is_free: bool | None = None  # whether the article is stated to be free to read; None if not stated
    descriptions: tuple[str, ...] = ()  # summaries, often the first sentence of the text
    article_body: str = ""  # the text as the data states it, with its line breaks if it has any
    closed_selectors: tuple[str, ...] = ()  # CSS selectors of the parts stated not to be free


def collect_metadata(page: Page) -> Metadata:
    """Collect the metadata of a page; a field is empty where the page states nothing."""
    if page.root is None:
        return Metadata()
    metas = _metas(page.root)
    nodes = list(jsonld.iter_nodes(page.root))
    article = _article_node(nodes, page, metas)
    author = _resolve_reference(article.get("author"), nodes)
    micro = microdata.article_properties(page.root, page.machine_data)
    stated = " ".join(micro.get("headline", [])[:1])
    if _is_of_other_page(page, metas, stated, micro.get("url", [])):
        micro = {}
    return Metadata(
        types=frozenset(kind for node in nodes for kind in node_types(node))
        | frozenset(v.lower() for v in metas.get("og:type", [])),
        titles=_stated_values(
            (strings(article.get("headline")), "json-ld"),
            (micro.get("headline", []) or micro.get("name", []), "microdata"),
            (_values_of(metas, TITLE_METAS), "meta"),
        ),
        published=_stated_values(
            (strings(article.get("datePublished")) or strings(article.get("dateCreated")), "json-ld"),
            (micro.get("datepublished", []) or micro.get("datecreated", []), "microdata"),
            (_values_of(metas, PUBLISHED_METAS), "meta"),
        ),
        modified=_stated_values(
            (strings(article.get("dateModified")), "json-ld"),
            (micro.get("datemodified", []), "microdata"),
            (_values_of(metas, MODIFIED_METAS), "meta"),
        ),
        sections=_stated_values(
            (strings(article.get("articleSection")), "json-ld"),
            (micro.get("articlesection", []), "microdata"),
            (_values_of(metas, SECTION_METAS), "meta"),
        ),
        authors=_authors(author, organizations=False)
        or _author_names(micro.get("author", []))
        or _author_names(_values_of(metas, AUTHOR_METAS)),
        author_organizations=_authors(author, organizations=True),
        tags=_tags(metas, article, micro),
        images=_unique(
            SURROGATE.sub("\ufffd", urljoin(page.url, url))
            for url in (
                *_image_urls(article.get("image")),
                *micro.get("image", []),
                *_values_of(metas, IMAGE_METAS),
            )
            if _is_usable_url(url)
        ),
        breadcrumbs=_breadcrumbs(nodes),
        language=_language(page.root, metas, article),
        canonical=_canonical(page),
        site_name=next(iter(metas.get("og:site_name", []) + metas.get("application-name", [])), None),
        organizations=_organizations(nodes, article),
        views=_views(article),
        is_free=_is_free(article, metas),
        closed_selectors=_closed_selectors(article),
        descriptions=_unique(
            map(
                clean,
                (
                    *strings(article.get("description")),
                    *(micro.get("description", []) if page.machine_data else []),
                    *_values_of(metas, DESCRIPTION_METAS),
                ),
            )
        ),
        article_body="\n".join(strings(article.get("articleBody")) or micro.get("articlebody", []))[
            :MAX_STATED_CHARS
        ],
    )


def _organizations(nodes: list[dict[str, Any]], article: dict[str, Any]) -> frozenset[str]:
    found = strings(article.get("publisher"))
    for node in nodes:
        if any(kind.endswith("organization") or kind == "website" for kind in node_types(node)):
            found += strings(node.get("name"))
    return frozenset(map(comparable, found)) - {""}


def _is_free(article: dict[str, Any], metas: dict[str, list[str]]) -> bool | None:
    stated = article.get("isAccessibleForFree")
    if isinstance(stated, (bool, str)):
        return str(stated).strip().rsplit("/", 1)[-1].lower() not in ("false", "no", "0")
    tier = _values_of(metas, ("article:content_tier", "og:article:content_tier"))
    return tier[0].lower() not in ("locked", "metered") if tier else None


def _views(article: dict[str, Any]) -> int | None:
    """Return the view count of interactionStatistic, which also holds comments and likes; None if not stated."""
    statistics = article.get("interactionStatistic")
    for statistic in (statistics if isinstance(statistics, list) else [statistics])[:20]:
        if not isinstance(statistic, dict):
            continue
        action = statistic.get("interactionType")
        types = node_types(action) if isinstance(action, dict) else strings(action)
        counted = str(statistic.get("userInteractionCount"))
        if any(VIEW_ACTION.search(name) for name in types) and re.fullmatch(r"\d{1,18}", counted):
            return boilerplate.parse_number(counted)
    return None


def _closed_selectors(article: dict[str, Any]) -> tuple[str, ...]:
    parts = article.get("hasPart")
    found: list[str] = []
    for part in (parts if isinstance(parts, list) else [parts])[:20]:
        if isinstance(part, dict) and str(part.get("isAccessibleForFree")).lower() in ("false", "no", "0"):
            found += strings(part.get("cssSelector"))
    return tuple(found)


def _metas(root: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("http-equiv")
        content = element.get("content")
        if name and content and len(content) < 5000:
            found.setdefault(name.strip().lower(), []).append(clean(content))
    return found


def _values_of(metas: dict[str, list[str]], names: Iterable[str]) -> list[str]:
    return [value for name in names for value in metas.get(name, ()) if value]


def _stated_values(*groups: tuple[Iterable[str], FoundIn]) -> tuple[StatedValue, ...]:
    return tuple(
        StatedValue(clean(value), where) for values, where in groups for value in values if clean(value)
    )


def _article_node(nodes: list[dict[str, Any]], page: Page, metas: dict[str, list[str]]) -> dict[str, Any]:
    """Return the node that describes this page's article: of an article type, with the most similar headline.

    An empty dict if there is none.
    """
    best: dict[str, Any] = {}
    best_score = 0.0
    titles = [page.title, *_values_of(metas, TITLE_METAS)]
    for node in nodes:
        if not ARTICLE_TYPES.intersection(node_types(node)):
            continue
        headline = " ".join(strings(node.get("headline")) or strings(node.get("name")))
        alike = (
            max((word_similarity(headline, title) for title in titles if title), default=0.0)
            if headline
            else 0.0
        )
        if _is_of_other_page(page, metas, headline, _addresses(node)):
            continue
        score = 1 + 2 * alike + ("datePublished" in node) + ("articleBody" in node) * 0.5
        if score > best_score:
            best, best_score = node, score
    return best


def _addresses(node: dict[str, Any]) -> list[str]:
    """Return the addresses of the page that a node describes."""
    main = node.get("mainEntityOfPage")
    return [*strings(node.get("url")), *strings(main.get("@id") if isinstance(main, dict) else main)]


def _is_of_other_page(page: Page, metas: dict[str, list[str]], headline: str, addresses: list[str]) -> bool:
    """Return whether data about an article describes another page, such as a teaser: by headline and address."""
    titles = [title for title in (page.title, *_values_of(metas, TITLE_METAS)) if title]
    if not headline or not titles or not addresses:
        return False
    if max(word_similarity(headline, title) for title in titles) >= MIN_OWN_SIMILARITY:
        return False
    own = {_path_of(page.url, url) for url in (page.url, _canonical(page) or page.url)}
    return own.isdisjoint(_path_of(page.url, url) for url in addresses)


def _path_of(base: str, url: str) -> str:
    try:
        return urlsplit(urljoin(base, url)).path.rstrip("/")
    except ValueError:
        return ""


def _resolve_reference(value: Any, nodes: list[dict[str, Any]]) -> Any:
    """Return a value with references («{"@id": …}») replaced by the persons they refer to on the same page."""
    if isinstance(value, list):
        return [one if isinstance(one, list) else _resolve_reference(one, nodes) for one in value[:50]]
    at = value.get("@id") if isinstance(value, dict) and "name" not in value else value
    if not isinstance(at, str):
        return value
    return next((node for node in nodes if node.get("@id") == at and "person" in node_types(node)), value)


def _authors(value: Any, *, organizations: bool) -> tuple[str, ...]:
    """Return the names of the persons, or of the organizations, that the data states as authors."""
    pending = list(value[:50]) if isinstance(value, list) else [value]
    names: list[str] = []
    for _ in range(100):
        if not pending:
            break
        author = pending.pop(0)
        if isinstance(author, list):
            pending[:0] = author[:50]
        elif isinstance(author, dict):
            if any(kind.endswith("organization") for kind in node_types(author)) == organizations:
                names.extend(strings(author.get("name")))
        elif isinstance(author, str) and not organizations:
            names.append(author)
    if organizations:
        return _unique(name for name in map(clean, names) if 2 < len(name) <= 60 and "//" not in name)
    return _unique(name for text in names for name in parse_names(text, is_stated=True))


def _author_names(values: Iterable[str]) -> tuple[str, ...]:
    return _unique(name for value in values for name in parse_names(value))


def parse_names(text: str, *, is_stated: bool = False) -> list[str]:
    """Return the names in a byline, without «Автор:» and addresses; an empty list if it names nobody.

    With `is_stated`, for a name that the data states as a person's, it may begin in lower case («dpa»).
    """
    text = JOB_TITLE.sub("", re.sub(r"https?://\S+|\S+@\S+|\bwww\.\S+", " ", clean(text)[:MAX_BYLINE_CHARS]))
    text = BYLINE_LABEL.sub("", text)
    if SITE_BYLINE.match(text):
        return []
    names = BETWEEN_NAMES.split(text)
    return [name for name in map(clean, names) if 2 < len(name) <= 60 and is_name(name, is_stated=is_stated)]


def is_name(text: str, *, is_stated: bool = False) -> bool:
    """Return whether a text has the form of a person's name, and is not a sentence, a date or a site."""
    words_of_name = text.split()
    return (
        1 <= len(words_of_name) <= 5
        and not re.search(r"[\d:!?@#<>{}=]|\.(?:ru|com|ua|by|kz|net|org|ру)\b", text, re.IGNORECASE)
        and (is_stated or not words_of_name[0][:1].islower())
        and text.count("(") == text.count(")")
        and NOBODY.fullmatch(words_of_name[0].casefold()) is None
    )


def _tags(
    metas: dict[str, list[str]], article: dict[str, Any], micro: dict[str, list[str]]
) -> tuple[str, ...]:
    values = (
        _values_of(metas, ("article:tag",))
        or strings(article.get("keywords"))
        or _values_of(metas, ("news_keywords",))
        or micro.get("keywords", [])
    )
    if len(values) == 1:
        values = values[0].split(",")
    return _unique(clean(tag) for tag in values if 1 < len(clean(tag)) <= 80)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _image_urls(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    found: list[str] = []
    for item in items[:50]:
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict):
            found.extend(
                strings(item.get("url")) or strings(item.get("contentUrl")) or strings(item.get("@id"))
            )
    return found


def _is_usable_url(url: str) -> bool:
    return bool(url.strip()) and not url.startswith("data:") and len(url) < 2000 and " " not in url.strip()


def _breadcrumbs(nodes: list[dict[str, Any]]) -> tuple[str, ...]:
    for node in nodes:
        if "breadcrumblist" in node_types(node):
            items = node.get("itemListElement")
            names = []
            for item in items if isinstance(items, list) else []:
                if isinstance(item, dict):
                    inner = item.get("item")
                    names.extend(
                        strings(item.get("name"))
                        or (strings(inner.get("name")) if isinstance(inner, dict) else [])
                    )
            if names:
                return tuple(map(clean, names[:10]))
    return ()


def _language(root: Any, metas: dict[str, list[str]], article: dict[str, Any]) -> str | None:
    stated = [
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "",
        *strings(article.get("inLanguage")),
        *metas.get("og:locale", []),
        *metas.get("content-language", []),
    ]
    for value in stated:
        match = re.match(r"([a-z]{2})(?:[-_]|$)", value.strip().lower())
        if match:
            return {"ua": "uk", "kz": "kk"}.get(match[1], match[1])
    return None


def _canonical(page: Page) -> str | None:
    for element in page.root.iter("link"):
        if "canonical" in (element.get("rel") or "").lower().split() and element.get("href"):
            try:
                url = urljoin(page.url, element.get("href").strip())
            except ValueError:
                return None
            return url if url.startswith(("http://", "https://")) else None
    return None
