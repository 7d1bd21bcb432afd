"""The formats of citations, in one table.

To add one: a module of its name with a function `write`, and a row here. The command, the API and the web page follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, cast, get_args

from archive.citations.words import LANGUAGES, WORDS, Language, Words
from archive.errors import BadQuery

if TYPE_CHECKING:
    from archive.citations.citation import Citation

CitationFormat = Literal["text", "wikipedia", "bibtex", "csl-json", "ris"]


class Writer(Protocol):
    """A module that writes a format."""

    def write(self, cited: Citation, words: Words) -> str:
        """Return the citation with a final line end."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format of citations."""

    name: CitationFormat
    label: str
    is_by_language: bool = False  # written differently, not only with other words in a note

    def write(self, cited: Citation, language: Language) -> str:
        """Return a citation in this format."""
        module = import_module(f"archive.citations.{self.name.replace('-', '_')}")
        return cast(Writer, module).write(cited, WORDS[language])


FORMATS: tuple[Format, ...] = (
    Format("text", "Text", is_by_language=True),
    Format("wikipedia", "Wikipedia", is_by_language=True),
    Format("bibtex", "BibTeX"),
    Format("csl-json", "CSL-JSON"),
    Format("ris", "RIS"),
)
CITATION_FORMATS: tuple[CitationFormat, ...] = get_args(CitationFormat)


def format_citation(cited: Citation, form: str = "text", language: str = "en") -> str:
    """Return a citation in a format and language, or raise BadQuery if there is no such format or language."""
    chosen = next((one for one in FORMATS if one.name == form), None)
    if chosen is None:
        raise BadQuery(f"{form!r} is not a format of citations: choose {', '.join(CITATION_FORMATS)}.")
    known = next((one for one in LANGUAGES if one == language), None)
    if known is None:
        raise BadQuery(f"{language!r} is not a language of citations: choose {', '.join(LANGUAGES)}.")
    return chosen.write(cited, known)


def every_citation(cited: Citation) -> list[tuple[str, str]]:
    """Return a citation in each format with a label; formats that differ by language in each of them."""
    return [
        (
            f"{form.label}, {WORDS[language].name}" if form.is_by_language else form.label,
            form.write(cited, language),
        )
        for form in FORMATS
        for language in (LANGUAGES if form.is_by_language else LANGUAGES[:1])
    ]
