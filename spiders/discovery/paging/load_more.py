"""Find what a page asks for when its reader wants more: in forms, data attributes and scripts.

Links are in pagination.py. What a script builds from values that the page does not state is left alone: then the
source file names the address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any
from urllib.parse import quote_plus, urlencode

from lxml.etree import _Element

from archive.urls import canonical
from spiders.discovery.listing import url_shapes
from spiders.discovery.listing.links import resolve
from spiders.discovery.listing.tree import Tree, text_content
from spiders.discovery.paging.page_requests import (
    PageRequest,
    is_cursor_name,
    is_offset_name,
    is_page_name,
    page_number,
    parameters,
    with_parameter,
)
from spiders.discovery.paging.pagination import is_next_text

MAX_SCRIPT = 200_000  # characters of an inline script; a longer one is a library
MAX_SCRIPTS = 60
MAX_AFTER_ADDRESS = 300  # characters in which a call says how and what it sends
_MAX_LABEL = 60
_STATES_NEXT = re.compile(
    r"data-(?:[a-z]+-)*(?:next|more|load-?more|ajax-?more)(?:-?(?:page|url|href|link|src|uri|path|part))*"
    r"|data-(?:url|href|link|src|page)-(?:next|more)"
)
_ADDRESS = re.compile(
    r"data-(?:[a-z]+-)*(?:url|uri|href|link|src|source|endpoint|api|action|path|route|ajax|remote|load|get"
    r"|fetch)"
    r"|(?:data-)?hx-(?:get|post)|ic-get-from|up-href"
)
_NAMES_MORE = re.compile(
    r"(?:load|show|get|view|see|read|btn|button|js|list|lenta|feed|news|articles?|ajax|link)-?more"
    r"|more-?(?:btn|button|link|news|articles|posts|items|list|load)|infinite|endless|auto-?load|auto-?pag|next-?page"
    r"|page-?next|pager|pagination|paginator|lazy-?list|(?:^|\s)more(?:$|\s)"
)
_NAMES_OTHER = re.compile(
    r"comment|koment|share|social|reply|gallery|photo|video|slider|carousel|search|subscri|menu|related|popular"
    r"|similar|banner|adv|login|vote|poll|weather|rates|tags?(?:-|$)"
)
_PLACEHOLDER = re.compile(
    r"\$?\{\{?\s*(?P<brace>[^{}]{1,60}?)\s*\}?\}|%(?P<percent>[a-z_]{1,20})%|__(?P<under>[a-z]{1,20})__"
    r"|#(?P<hash>[a-z_]{1,20})#|(?<=[/=]):(?P<colon>page|offset)\b|\[(?P<bracket>page|offset|n)\]",
    re.IGNORECASE,
)
_PAGE_WORD = re.compile(r"page|paged|\bpg\b|^[pn]$|\bnext\b|^i$", re.IGNORECASE)
_OFFSET_WORD = re.compile(r"offset|skip|start|shown|count|length", re.IGNORECASE)
_TOTALS = (
    "total-pages",
    "max-pages",
    "max-page",
    "last-page",
    "page-count",
    "pages-count",
    "pages",
    "total-page",
)
_CURRENT = ("page", "current-page", "paged", "page-number", "page-num", "num-page", "current")
_MISSING_VALUE = re.compile(r"[?&]([\w\[\]-]{1,40})=$")
_STRING = re.compile(
    r"(?P<name>[\w$.-]{1,60})?[\"']?\s{0,5}(?P<by>[:=(])\s{0,5}(?P<quote>[\"'`])"
    r"(?P<url>(?:https?:)?(?:\\?/){1,2}(?:\$\{[^{}`]{1,60}\}|[^\"'`\s<>]){1,300})(?P=quote)(?P<plus>\s{0,5}\+\s{0,5}[\w$.]{1,40})?"
    r"(?P<values>\s{0,5},\s{0,5}\{[^{}]{0,300}\})?"
)
_CALLS = frozenset("fetch get post getjson load axios ajax open".split())
_CLICKED = re.compile(r"[\"']((?:https?:)?/[^\"'\s<>]{1,300})[\"']")
_CONSTANT = re.compile(
    r"(?:const|let|var)\s{1,5}(\w{1,40})\s{0,5}=\s{0,5}[\"']((?:https?:/)?/[^\"'\s<>]{0,200})[\"']"
)
_BODY = re.compile(
    r"(?P<how>JSON\.stringify|URLSearchParams|\bdata)\s{0,5}[(:]\s{0,5}(?P<values>\{[^{}]{0,300}\})"
)
_POSTED = re.compile(r"\b(?:method|type)[\"']?\s*:\s*[\"']POST[\"']", re.IGNORECASE)
_FIELD = re.compile(r"[\"']?([\w-]{1,40})[\"']?\s*:\s*(\"[^\"]*\"|'[^']*'|[^,{}]{1,60})")
_VARIABLE_MORE = re.compile(r"more|next_?page|next_?url|infinite|endless|pagin|auto_?load", re.IGNORECASE)
_OBJECT = re.compile(r"=\s{0,5}(?=\{\")")
MAX_OBJECTS = 50  # assigned in one script
MAX_LABELLED = 20  # elements below one that is a button


@dataclass(frozen=True, slots=True)
class _Page:
    """The facts of a page, besides its tree, that the search needs."""

    tree: Tree
    request: PageRequest  # that gave it
    shown: int  # articles on it

    @property
    def number(self) -> int:
        """Return the number of the page, from 1."""
        return page_number(self.request) or 1

    def resolve(self, address: str) -> str | None:
        """Return an address of the page, absolute."""
        return resolve(self.tree.base, address)

    def value_of(self, expression: str) -> str | None:
        """Return what a script's expression stands for in the next request: a page number, an offset; else None."""
        if _OFFSET_WORD.search(expression):
            return str(self.shown)
        return str(self.number + 1) if _PAGE_WORD.search(expression) else None

    def filled(self, address: str) -> str | None:
        """Return an address with the placeholders for page and offset filled in; None if it has others."""
        is_known = True

        def value(found: re.Match[str]) -> str:
            nonlocal is_known
            name = next(filter(None, found.groups()), "")
            filling = self.value_of(name)
            is_known = is_known and filling is not None
            return filling or ""

        filled = _PLACEHOLDER.sub(value, address)
        return filled if is_known else None


def load_more_request(
    tree: Tree, request: PageRequest, section_url: str, articles: list[str], shown: int
) -> PageRequest | None:
    """Return the request for more of a listing that a page states outside of links; None if it states none.

    `request` is the one that gave the page, `articles` the canonical addresses on it, and `shown` their number.
    """
    if tree.root is None:
        return None
    page = _Page(tree, request, shown)
    passed = {canonical(request.url), canonical(section_url), *articles}
    for found in chain(_from_attributes(page), _from_forms(page), _from_scripts(page)):
        if found is None:
            return None  # the page says that it is the last
        is_new = found.body is not None or canonical(found.url) not in passed
        if is_new and found != request and _may_be_asked(found.url, section_url):
            return found
    return None


def _may_be_asked(url: str, section_url: str) -> bool:
    """Return whether an address is of the outlet's own site, and no picture or script."""
    return url_shapes.is_same_site(url, section_url) and (
        not url_shapes.is_file(url) or url.partition("?")[0].endswith(".json")
    )


# ---- data attributes


def _from_attributes(page: _Page) -> Iterator[PageRequest | None]:
    """Yield the requests that attributes state; None if an element says that there are no more pages."""
    for element in page.tree.order:
        stated = {str(name).lower(): str(value) for name, value in element.attrib.items()}
        if not any(name.startswith(("data-", "hx-", "ic-", "up-", "onclick", "loading")) for name in stated):
            continue
        names = " ".join((stated.get("class", ""), stated.get("id", ""))).replace("_", "-")
        names = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names).lower()
        if _NAMES_OTHER.search(names):
            continue
        yield from _from_element(page, element, stated, names)


def _from_element(
    page: _Page, element: _Element, stated: Mapping[str, str], names: str
) -> Iterator[PageRequest | None]:
    """Yield the request that one element's attributes state."""
    is_lazy_frame = element.tag == "turbo-frame" and stated.get("loading") == "lazy" and "src" in stated
    if clicked := _CLICKED.search(stated.get("onclick", "")):
        stated = {**stated, "data-url": clicked[1]}
    says_next = {name for name in stated if _STATES_NEXT.fullmatch(name)}
    says_more = (
        bool(says_next)
        or is_lazy_frame
        or bool(_NAMES_MORE.search(names))
        or stated.get("hx-trigger", stated.get("data-hx-trigger", "")).startswith(("revealed", "intersect"))
        or _is_labelled_more(page, element)
    )
    if not says_more:
        return
    addresses = [name for name in stated if name in says_next or _ADDRESS.fullmatch(name)]
    addresses += ["src"] if is_lazy_frame else []
    addresses.sort(key=lambda name: name not in says_next)
    for name in addresses:
        address = page.filled(stated[name].strip())
        if address is None or not re.match(r"(?:https?:)?/|\?|\./|[\w-]+[/?]", address):
            continue
        url = page.resolve(address)
        if url is None:
            continue
        is_posted = name.endswith("hx-post") or stated.get("data-method", "").lower() == "post"
        request = PageRequest(url, _values_of(stated) if is_posted else None)
        if not is_posted and (values := _values_of(stated)):
            request = PageRequest(request.url + ("&" if "?" in request.url else "?") + values)
        if name not in says_next or address == stated[name].strip():
            yield from _with_position(page, request, stated, is_filled=address != stated[name].strip())
        else:
            yield request
        return


def _values_of(stated: Mapping[str, str]) -> str:
    """Return the values of hx-vals or data-params as fields of a form."""
    try:
        values = json.loads(
            stated.get("hx-vals") or stated.get("data-hx-vals") or stated.get("data-params") or "{}"
        )
    except ValueError:
        return ""
    return urlencode(values) if isinstance(values, dict) else ""


def _with_position(
    page: _Page, request: PageRequest, stated: Mapping[str, str], *, is_filled: bool
) -> Iterator[PageRequest | None]:
    """Yield a request with the page, offset or cursor that other attributes state; None after the last page."""
    data = {name.removeprefix("data-"): value.strip() for name, value in stated.items()}
    total = next((int(data[name]) for name in _TOTALS if data.get(name, "").isdecimal()), None)
    number = next((int(data[name]) for name in ("next-page", "next") if data.get(name, "").isdecimal()), None)
    current = next(((name, int(data[name])) for name in _CURRENT if data.get(name, "").isdecimal()), None)
    if number is None and current is not None:
        # A button says which page is shown, or which comes next.
        number = current[1] + 1 if current[1] <= page.number else current[1]
    if total is not None and (number or page.number + 1) > total:
        yield None
        return
    own = list(parameters(request))
    missing = _MISSING_VALUE.search(request.url)
    if missing is not None:
        value = str(number) if number else page.value_of(missing[1])
        if value is not None:
            yield PageRequest(request.url + quote_plus(value), request.body)
        return
    if is_filled or any(is_page_name(one.name) or is_offset_name(one.name) for one in own):
        yield request
        return
    if number is not None:
        name = "paged" if current is not None and current[0] == "paged" else "page"
        yield with_parameter(request, name, str(number))
        return
    for name, value in data.items():
        if value and name not in ("url", "href", "target") and (is_cursor_name(name) or is_offset_name(name)):
            if re.match(r"https?:|/", value):
                continue
            yield with_parameter(request, name.replace("-", "_"), value)
            return
    yield request


def _is_labelled_more(page: _Page, element: _Element) -> bool:
    """Return whether the text or label of an element says that it shows more."""
    label = element.get("aria-label") or element.get("title") or element.get("value") or ""
    if label and is_next_text(label):
        return True
    first, last = page.tree.span(element)
    text = text_content(element) if last - first <= MAX_LABELLED else ""
    return len(text) <= _MAX_LABEL and is_next_text(text)


# ---- forms


def _from_forms(page: _Page) -> Iterator[PageRequest | None]:
    """Yield the requests of forms that lead to the next page."""
    for form in page.tree.root.iter("form") if page.tree.root is not None else ():
        fields = list(form.iter("input", "button", "select", "textarea"))
        if any(_is_typed(field) for field in fields):
            continue  # a search, a login
        buttons = [field for field in fields if _is_button(field)]
        hidden = [
            (field.get("name") or "", field.get("value") or "")
            for field in fields
            if (field.get("type") or "").lower() == "hidden" and field.get("name")
        ]
        chosen = _chosen_button(page, buttons)
        counts = any(is_page_name(name) or is_offset_name(name) or is_cursor_name(name) for name, _ in hidden)
        if chosen is None and not (counts and any(_is_labelled_more(page, one) for one in buttons)):
            continue
        url = page.resolve(form.get("action") or "") or page.request.url
        if not (form.get("action") or "").strip():
            url = page.request.url
        sent = urlencode([*hidden, *([chosen] if chosen else [])])
        if (form.get("method") or "get").lower() == "post":
            yield PageRequest(url, sent)
        else:
            yield PageRequest(f"{url.partition('?')[0]}?{sent}")


def _chosen_button(page: _Page, buttons: list[_Element]) -> tuple[str, str] | None:
    """Return name and value of the button of the next page among numbered ones, or None."""
    numbered = [
        (int(button.get("value") or 0), button.get("name") or "")
        for button in buttons
        if is_page_name(button.get("name") or "") and (button.get("value") or "").isdecimal()
    ]
    ahead = [(number, name) for number, name in numbered if number > page.number]
    return (min(ahead)[1], str(min(ahead)[0])) if ahead else None


def _is_button(field: _Element) -> bool:
    """Return whether a field of a form sends it."""
    kind = (field.get("type") or "").lower()
    return kind in ("submit", "image") or (field.tag == "button" and kind in ("", "submit"))


def _is_typed(field: _Element) -> bool:
    """Return whether a reader types or chooses the value of a field."""
    if field.tag == "button":
        return False
    return field.tag != "input" or (field.get("type") or "text").lower() not in (
        "hidden",
        "submit",
        "image",
        "button",
        "reset",
    )


# ---- scripts


def _from_scripts(page: _Page) -> Iterator[PageRequest | None]:
    """Yield the requests that inline scripts make for more, as far as the page states their values."""
    if page.tree.root is None:
        return
    scripts = [
        text
        for element in page.tree.root.iter("script")
        if (text := element.text) and not element.get("src") and len(text) <= MAX_SCRIPT
    ][:MAX_SCRIPTS]
    if not scripts:
        return
    offers_more = _memoized(lambda: any(_offers_more(page, element) for element in page.tree.order))
    for script in map(_with_constants, scripts):
        yield from _from_wordpress(page, script)
        for found in _STRING.finditer(script):
            request = _from_string(page, script, found, offers_more)
            if request is not None:
                yield request


def _from_string(
    page: _Page, script: str, found: re.Match[str], offers_more: Callable[[], bool]
) -> PageRequest | None:
    """Return the request that a string in a script leads to, or None."""
    name = (found["name"] or "").rpartition(".")[2]
    is_call = found["by"] == "(" and name.lower() in _CALLS
    if found["by"] == "(" and not is_call:
        return None
    if _NAMES_OTHER.search(name.lower()) or _NAMES_OTHER.search(found["url"].lower()):
        return None
    written = found["url"].replace("\\/", "/").replace("\\u0026", "&")
    address = page.filled(written)
    if address is None:
        return None
    counts = address != written
    if missing := _MISSING_VALUE.search(address):
        value = page.value_of(missing[1]) if found["plus"] or not is_call else None
        if value is None:
            return None
        address, counts = address + value, True
    elif found["plus"]:
        value = page.value_of(found["plus"]) if address.endswith(("/", "-", "_", "=")) else None
        if value is None:
            return None
        address, counts = address + value, True
    after = script[found.end() : found.end() + MAX_AFTER_ADDRESS]
    stated = _BODY.search(after)
    written_values = found["values"] if is_call and found["values"] else stated["values"] if stated else "{}"
    if written_values == found["values"] and stated is not None:
        written_values = stated["values"]  # fetch(address, {method: …, body: …})
    values = _values_in(page, written_values)
    if values is None:
        return None
    counts = counts or any(is_page_name(key) or is_offset_name(key) for key, _ in values)
    says_more = bool(_VARIABLE_MORE.search(name)) and not is_call
    if not (says_more or (counts and offers_more())):
        return None
    url = page.resolve(address)
    if url is None:
        return None
    is_posted = name.lower() == "post" or bool(_POSTED.search((found["values"] or "") + after))
    if is_posted and not values:
        return None  # what is sent is not stated
    is_json = (
        stated["how"] == "JSON.stringify" if stated else not (found["name"] or "").startswith(("$", "jQuery"))
    )
    request = PageRequest(url, _body_of(values, is_json=is_json) if is_posted else None)
    if values and not is_posted:
        request = PageRequest(url + ("&" if "?" in url else "?") + urlencode(values))
    if not counts and not any(
        is_page_name(one.name) or is_offset_name(one.name) or is_cursor_name(one.name)
        for one in parameters(request)
    ):
        request = with_parameter(request, "page", str(page.number + 1))
    return request


def _with_constants(script: str) -> str:
    """Return a script with the addresses that it assigns to names in place of these names in its templates."""
    for found in islice(_CONSTANT.finditer(script), MAX_OBJECTS):
        if (name := "${" + found[1] + "}") in script:
            script = script.replace(name, found[2])[: 2 * MAX_SCRIPT]
    return script


def _body_of(values: list[tuple[str, str]], *, is_json: bool) -> str:
    """Return fields as the body of a POST."""
    if not is_json:
        return urlencode(values)
    return json.dumps(
        {key: int(value) if value.isdecimal() else value for key, value in values}, ensure_ascii=False
    )


def _values_in(page: _Page, written: str) -> list[tuple[str, str]] | None:
    """Return the fields of an object literal; None if one has a value that the page does not state."""
    values: list[tuple[str, str]] = []
    for key, value in _FIELD.findall(written):
        if value[:1] in "\"'":
            values.append((key, value[1:-1]))
        elif re.fullmatch(r"\d+", value.strip()):
            values.append((key, value.strip()))
        elif (known := page.value_of(key) or page.value_of(value)) is not None:
            values.append((key, known))
        else:
            return None
    return values


def _from_wordpress(page: _Page, script: str) -> Iterator[PageRequest | None]:
    """Yield the request of a theme of WordPress that loads more posts as its handbook shows («loadmore»)."""
    if '"ajaxurl"' not in script:
        return
    for found in islice(_OBJECT.finditer(script), MAX_OBJECTS):
        try:
            stated: dict[str, Any] = json.JSONDecoder().raw_decode(script, found.end())[0]
        except (ValueError, RecursionError):
            continue
        url = page.resolve(str(stated.get("ajaxurl", "")))
        current, last = (str(stated.get(key, "")) for key in ("current_page", "max_page"))
        if url and "posts" in stated and current.isdecimal():
            if last.isdecimal() and int(current) >= int(last):
                yield None
                return
            sent = {"action": "loadmore", "query": str(stated["posts"]), "page": current}
            yield PageRequest(url, urlencode(sent))


def _offers_more(page: _Page, element: _Element) -> bool:
    """Return whether an element is a button that shows more, or a list that goes on as its reader scrolls."""
    if element.tag not in ("a", "button", "div", "span", "input", "p", "section", "ul"):
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower().replace("_", "-")
    if re.search(r"infinite|endless|(?:load|show)-?more|more-?(?:btn|button)", names):
        return not _NAMES_OTHER.search(names)
    return element.tag in ("a", "button", "div", "span", "input") and _is_labelled_more(page, element)


def _memoized(compute: Callable[[], bool]) -> Callable[[], bool]:
    """Return a function that computes its answer once, when it is first asked."""
    answers: list[bool] = []

    def answer() -> bool:
        if not answers:
            answers.append(compute())
        return answers[0]

    return answer
