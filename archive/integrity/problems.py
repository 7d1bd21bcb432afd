"""The problems an audit finds, and their wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from archive.manifests.reader import ChainHead
from archive.values.short_repr import ShortRepr

Finding = Literal[
    "missing",  # stated elsewhere but absent: a file, a record, a row, a manifest
    "truncated",  # a file that ends too early
    "altered",  # differs from its digest, its manifest or its record
    "damaged",  # bytes that cannot be read, and nothing states what they were
    "unlisted",  # in the folder, with a name as newsarchive gives, but in no manifest and not in the index
    "foreign",  # in the folder, but not ours
    "unfinished",  # left by a crash; the next crawl or a repair completes it
    "unchecked",  # could not be checked because of a fault of the index or of newsarchive
    "outdated",  # extracted by another extractor than the current one: cannot be checked
]
MAX_NAMED_PROBLEMS = 200  # problems named one by one in one file or table; of more, only the number
_LONGEST = 300  # characters of a value in a sentence


@dataclass(frozen=True, slots=True, repr=False)
class Problem(ShortRepr):
    """A problem, and where it is."""

    finding: Finding
    file: str  # from the archive's folder
    offset: int | None
    url: str | None
    sentence: str
    row_missing: bool = False  # an intact record has no row; `repair_rows` can add it
    table: str | None = None  # of the index
    row: Mapping[str, object] | None = None  # the columns that identify the row, and their values
    column: str | None = None  # where a value differs
    stored: object = None  # that value
    derived: object = None  # the value that follows from the WARC files

    def as_dict(self) -> dict[str, object]:
        """Return the fields for JSON; bytes as hex."""
        named = (
            "finding",
            "file",
            "offset",
            "url",
            "sentence",
            "table",
            "row",
            "column",
            "stored",
            "derived",
        )
        values = {name: getattr(self, name) for name in named}
        return {name: value.hex() if isinstance(value, bytes) else value for name, value in values.items()}


@dataclass(slots=True, repr=False)
class AuditResult(ShortRepr):
    """The result of an audit: the numbers checked and the problems found."""

    files: int = 0
    records: int = 0
    rows: int = 0  # of captures
    pages: int = 0  # extracted again
    manifests: int = 0
    bytes: int = 0
    # the newest manifest; a copy of its digest elsewhere protects everything before it
    head: ChainHead | None = None
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # facts worth knowing that are no problems
    mended: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """Return the fields for JSON."""
        counts = {
            name: getattr(self, name) for name in ("files", "records", "rows", "pages", "manifests", "bytes")
        }
        return {
            **counts,
            "head": {"manifest": self.head.name, "sha256": self.head.sha256} if self.head else None,
            "problems": [problem.as_dict() for problem in self.problems],
            "notes": self.notes,
            "mended": self.mended,
            "only_outside": ONLY_OUTSIDE,
        }


ONLY_OUTSIDE = (
    "Someone who can write to the folder can rewrite records, index and all manifests from some point on, or delete "
    "the newest together. Only a head noted down elsewhere shows that."
)


def make_problem(
    finding: Finding,
    file: str,
    says: str,
    *,
    offset: int | None = None,
    url: str | None = None,
    row_missing: bool = False,
) -> Problem:
    """Return a problem whose sentence begins with its location."""
    where = file if offset is None else f"{file} at byte {offset}"
    return Problem(finding, file, offset, url, f"{where}: {says}.", row_missing)


def shorten(value: object) -> str:
    """Return a value as text for a sentence, cut off if it is long."""
    text = "nothing" if value is None else value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
