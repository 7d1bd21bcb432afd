"""Citations as RIS, which EndNote, Zotero and Mendeley import."""

from __future__ import annotations

from archive.citations.citation import Citation
from archive.citations.words import Words, times_note


def write(cited: Citation, words: Words) -> str:
    """Return the citation as one record of lines that end with CR LF."""
    day = cited.published_day
    fields = [
        ("TY", "NEWS"),
        *(("AU", name) for name in cited.authors),
        ("TI", cited.title),
        ("T2", cited.outlet),
        ("PY", f"{day:%Y}" if day else ""),
        ("DA", f"{day:%Y/%m/%d}" if day else ""),
        ("LA", cited.language or ""),
        ("UR", cited.url),
        ("L2", cited.snapshot or ""),
        ("Y2", f"{cited.captured_day:%Y/%m/%d}"),
        ("ID", f"{cited.id}-v{cited.version}"),
        ("N1", times_note(cited, words)),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in fields if value) + "ER  - \r\n"
