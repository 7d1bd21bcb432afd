"""Citations for BibTeX and biblatex."""

from __future__ import annotations

import re

from archive.citations.citation import Citation
from archive.citations.words import Words, times_note

_COMMANDS = {
    "\\": r"\textbackslash{}",
    # BibTeX counts braces whether or not a backslash is before them.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{char: f"\\{char}" for char in "#$%&_"},
}
_SPECIAL = re.compile(r"[\\{}~^#$%&_]")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def write(cited: Citation, words: Words) -> str:
    """Return the citation as an entry @misc, which BibTeX and biblatex both know."""
    day = cited.published_day
    note = _braced(times_note(cited, words))
    if cited.snapshot:
        note = f"{note[:-1]}. {words.snapshot}: \\url{{{cited.snapshot}}}}}"
    fields = {
        "author": "{" + " and ".join(map(_braced, cited.authors)) + "}" if cited.authors else "",
        "title": f"{{{_braced(cited.title)}}}",  # the inner braces keep its capitals
        "howpublished": _braced(cited.outlet),
        "year": f"{{{day.year}}}" if day else "",
        "month": _MONTHS[day.month - 1] if day else "",
        "date": f"{{{day.isoformat()}}}" if day else "",
        "language": _braced(cited.language) if cited.language else "",
        "url": f"{{{cited.url}}}",
        "urldate": f"{{{cited.captured_day.isoformat()}}}",
        "note": note,
    }
    written = ",\n".join(f"  {name} = {value}" for name, value in fields.items() if value)
    return f"@misc{{{_key(cited)},\n{written}\n}}\n"


def escape_tex(text: str) -> str:
    """Return a text in which TeX sees no commands."""
    return _SPECIAL.sub(lambda found: _COMMANDS[found[0]], text)


def _braced(text: str) -> str:
    return f"{{{escape_tex(text)}}}"


def _key(cited: Citation) -> str:
    source = re.sub(r"[^A-Za-z0-9-]+", "", cited.source or "")
    return f"{source or 'article'}-{cited.id}-v{cited.version}"
