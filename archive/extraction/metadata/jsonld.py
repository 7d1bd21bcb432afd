"""Read JSON-LD as pages really have it: graphs, lists, and common mistakes tolerated. Takes lxml elements."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

ARTICLE_TYPES = frozenset(
    [
        "newsarticle",
        "article",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "opinionnewsarticle",
        "backgroundnewsarticle",
        "blogposting",
        "liveblogposting",
        "reviewnewsarticle",
        "report",
        "advertisercontentarticle",
        "satiricalarticle",
        "scholarlyarticle",
        "socialmediaposting",
        "techarticle",
    ]
)

MAX_SCRIPTS = 40  # JSON-LD scripts that are read
MAX_NODES = 4000  # nodes of a graph that are visited
MAX_SCRIPT_CHARS = 2_000_000
COMMENT = re.compile(r"<!--|-->|/\*<!\[CDATA\[\*/|/\*\]\]>\*/|//<!\[CDATA\[|//\]\]>|<!\[CDATA\[|\]\]>")
TRAILING_COMMA = re.compile(r",(\s*[}\]])")
BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')
ENTITY_QUOTE = re.compile(r"&quot;|&#34;")
TAGS = re.compile(r"<[^<>]{1,2000}>")


def iter_nodes(root: Any) -> Iterator[dict[str, Any]]:
    """Yield every JSON object in the JSON-LD scripts of a page, nested ones included."""
    seen = 0
    for number, script in enumerate(root.iter("script")):
        if number > 500 or seen > MAX_SCRIPTS:
            return
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        seen += 1
        pending: list[Any] = [load_script(script.text or "")]
        for _ in range(MAX_NODES):
            if not pending:
                break
            node = pending.pop()
            if isinstance(node, list):
                pending.extend(reversed(node[:MAX_NODES]))
            elif isinstance(node, dict):
                yield node
                pending.extend(value for value in node.values() if isinstance(value, (dict, list)))


def load_script(script: str) -> Any:
    """Return the value of a JSON-LD script, tolerating common mistakes; None if it cannot be parsed."""
    script = COMMENT.sub(" ", script[:MAX_SCRIPT_CHARS]).strip().rstrip(";")
    for repair in (str, _without_commas, _with_entities):
        try:
            return json.loads(repair(script), strict=False)
        except (ValueError, RecursionError):
            continue
    values: list[Any] = []
    decoder, rest = json.JSONDecoder(strict=False), _without_commas(script)
    while rest and len(values) < MAX_SCRIPTS:
        try:
            value, end = decoder.raw_decode(rest)
        except (ValueError, RecursionError):
            break
        values.append(value)
        rest = rest[end:].lstrip(" \t\r\n,;")
    return values or None


def _without_commas(script: str) -> str:
    return BAD_ESCAPE.sub(r"\\\\", TRAILING_COMMA.sub(r"\1", script))


def _with_entities(script: str) -> str:
    return _without_commas(ENTITY_QUOTE.sub('"', script))


def node_types(node: dict[str, Any]) -> list[str]:
    """Return the schema.org types of a node, in lower case and without their namespace."""
    return [kind.rsplit("/", 1)[-1].lower() for kind in strings(node.get("@type"))]


def strings(value: Any) -> list[str]:
    """Return the non-empty strings of a JSON-LD value, tags removed; of an object, its @value or name."""
    if isinstance(value, str):
        return [TAGS.sub(" ", value)] if value.strip() else []
    if isinstance(value, list):
        return [TAGS.sub(" ", item) for item in value[:100] if isinstance(item, str) and item.strip()]
    if isinstance(value, dict):
        return strings(value.get("@value") or value.get("name"))
    return []
