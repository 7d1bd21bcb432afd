"""The report in an evidence file: what was captured, how it is known, and what it does not prove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from archive.evidence.dossier import Collector, DossierArticle
from archive.evidence.manifest import EvidenceRecord
from archive.manifests.reader import ChainHead

# Embeddings, overrides and isolates: a headline could show what follows it backwards.
_DIRECTIONS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "�")


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The contents of the report."""

    collector: Collector
    articles: Sequence[DossierArticle]
    records: Sequence[EvidenceRecord]
    manifests: Sequence[str]  # names of the copied manifests of the archive
    uncovered: int  # records that no manifest lists
    imported: int  # records of files that other programs made
    head: ChainHead | None
    is_stamped: bool
    damages: Sequence[str]  # records that could not be copied

    @property
    def has_tls(self) -> bool:
        """Return whether any capture has TLS details."""
        return any(one.tls for article in self.articles for one in article.captures)

    @property
    def has_ip(self) -> bool:
        """Return whether any capture has the address of the server."""
        return any(one.ip for article in self.articles for one in article.captures)


def write_report(facts: ReportFacts) -> bytes:
    """Return the report as an HTML page without scripts, that loads nothing."""
    return _template().render(facts=facts).encode("utf-8", "replace")


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("archive.evidence", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value.translate(_DIRECTIONS) if type(value) is str else value,
    )
    environment.filters["instant"] = _instant
    return environment.get_template("report.html")


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
