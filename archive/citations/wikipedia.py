"""Citations as templates of Wikipedia: English, Russian and Ukrainian."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.citations.citation import Citation
from archive.citations.words import WORDS, Language, Words

# What begins a template, link, table, tag, entity, signature, emphasis or magic word anywhere in a text.
_MARKUP = re.compile(r"[\[\]{}|<>&]|~{3,}|'{2,}|_{2,}|(?<=:)//")


@dataclass(frozen=True, slots=True)
class _Template:
    """The template of one Wikipedia, with the names of its parameters."""

    name: str
    work: str
    language: str
    status: str
    live: str
    dead: str


_TEMPLATES: dict[Language, _Template] = {
    "en": _Template("cite news", "work", "language", "url-status", "live", "dead"),
    "ru": _Template("Cite web", "website", "lang", "deadlink", "no", "yes"),
    "uk": _Template("Cite web", "website", "language", "url-status", "live", "dead"),
}


def write(cited: Citation, words: Words) -> str:
    """Return the citation as a template of the Wikipedia in the language of `words`."""
    template = _TEMPLATES[next(code for code, one in WORDS.items() if one is words)]
    numbered = len(cited.authors) > 1
    authors = {
        f"author{place if numbered else ''}": escape_wikitext(name)
        for place, name in enumerate(cited.authors, 1)
    }
    fields = {
        **authors,
        "title": escape_wikitext(cited.title),
        "url": cited.url,
        template.work: escape_wikitext(cited.outlet),
        "date": cited.published_day.isoformat() if cited.published_day else "",
        template.language: escape_wikitext(cited.language or ""),
        "access-date": cited.captured_day.isoformat(),
        **_archived(cited, template),
    }
    written = " ".join(f"|{name}={value}" for name, value in fields.items() if value)
    return f"{{{{{template.name} {written}}}}}\n"


def escape_wikitext(text: str) -> str:
    """Return a text in which MediaWiki sees no markup."""
    return _MARKUP.sub(lambda found: "".join(f"&#{ord(char)};" for char in found[0]), text)


def _archived(cited: Citation, template: _Template) -> dict[str, str]:
    """Return the parameters about the archived copy; MediaWiki wants none of them without its address."""
    if not cited.snapshot:
        return {}
    return {
        "archive-url": cited.snapshot,
        "archive-date": cited.captured_day.isoformat(),
        template.status: template.live if cited.is_live else template.dead,
    }
