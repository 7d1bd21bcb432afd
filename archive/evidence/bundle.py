"""Write an evidence file: a WACZ with records, the manifests that list them, a report and an evidence manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from archive import timestamps
from archive.evidence import manifest as evidence
from archive.evidence.dossier import Collector, DossierArticle, collect
from archive.evidence.manifest import EvidenceFile, EvidenceManifest, EvidenceRecord
from archive.evidence.report import ReportFacts, write_report
from archive.export.atomic_files import check_outside_archive, write_atomically
from archive.export.captures.copying import CopiedRecord, RecordCopy
from archive.export.captures.package import WaczPackage
from archive.export.captures.selection import selected_captures
from archive.export.provenance import ArchiveContent
from archive.export.wacz import add_records
from archive.index.db.connection import Connection
from archive.manifests import reader as manifests
from archive.manifests.writer import source_of
from archive.values.short_repr import ShortRepr
from archive.warc.filenames import IMPORT_SOURCE

_PIECE = 1024 * 1024
_MANIFEST_OF_FILE = "SELECT manifest FROM warc_files WHERE file = ?"

PrintPdf = Callable[[bytes], bytes]  # HTML to PDF
AskForStamp = Callable[[bytes], bytes]  # content to an RFC 3161 response, DER


@dataclass(frozen=True, slots=True, repr=False)
class EvidenceResult(ShortRepr):
    """An evidence file that was written."""

    file: Path
    report: Path  # a copy of the report beside it
    pdf: Path | None
    sha256: str  # hex; of the file
    articles: int
    captures: int
    records: int
    manifests: int
    uncovered: int  # records that no manifest lists
    is_stamped: bool
    damages: tuple[str, ...]  # records that could not be copied, a sentence for each


def write_evidence(
    connection: Connection,
    folder: Path,
    articles: Sequence[int],
    file: Path,
    *,
    at: datetime,
    operator: str | None = None,
    print_pdf: PrintPdf | None = None,
    ask_for_stamp: AskForStamp | None = None,
    overwrite: bool = False,
    on_progress: Callable[[int], None] = lambda captures: None,
) -> EvidenceResult:
    """Write an evidence file about articles, and its report beside it.

    `print_pdf` adds the report as PDF, `ask_for_stamp` a time stamp over the evidence manifest. Raise ArchiveError if a
    file exists and `overwrite` is not set; no partial file is left behind.
    """
    made_by = f"newsarchive {metadata.version('newsarchive')}"
    content = ArchiveContent(connection, folder, at, made_by, has_everything=False)
    report_file = file.with_name(f"{file.stem}.report.html")
    pdf_file = file.with_name(f"{file.stem}.report.pdf") if print_pdf else None
    files = [file, report_file, *([pdf_file] if pdf_file else [])]
    for one in files:
        check_outside_archive(content.folder, one)
    collector = Collector(operator, content.made_by, content.at)
    dossier = collect(content.connection, content.folder, articles)
    with write_atomically(files, overwrite=overwrite) as parts:
        with parts[0].open("w+b") as stream, closing(WaczPackage(stream, content.at)) as package:
            bundle = _Bundle(content, package, [])
            with selected_captures(content.connection, parts[0]) as selection:
                selection.add_articles(articles)
                selection.add_requisites(content.folder, on_progress)
                copied = RecordCopy(
                    content.folder, selection, package, on_progress, content.damages, bundle.note
                )
                add_records(copied, parts[0].parent)
            names = bundle.add_manifests()
            report = write_report(
                ReportFacts(
                    collector=collector,
                    articles=dossier,
                    records=bundle.records,
                    manifests=names,
                    uncovered=bundle.uncovered,
                    imported=sum(source_of(one.file) == IMPORT_SOURCE for one in bundle.records),
                    head=manifests.chain_head(content.folder),
                    is_stamped=ask_for_stamp is not None,
                    damages=content.damages,
                )
            )
            package.add(evidence.REPORT, report)
            parts[1].write_bytes(report)
            if print_pdf:
                pdf = print_pdf(report)
                package.add(evidence.REPORT_PDF, pdf)
                parts[2].write_bytes(pdf)
            listed = evidence.to_bytes(bundle.manifest(dossier))
            package.add(evidence.MANIFEST, listed)
            if ask_for_stamp:
                package.add(evidence.STAMP, ask_for_stamp(listed))
            package.finish(content.made_by)
        digest = manifests.file_sha256(parts[0])
    return EvidenceResult(
        file,
        report_file,
        pdf_file,
        digest,
        len(articles),
        copied.captures,
        len(bundle.records),
        len(names),
        bundle.uncovered,
        ask_for_stamp is not None,
        tuple(content.damages),
    )


@dataclass(slots=True)
class _Bundle:
    """The evidence manifest of a package that is being written."""

    content: ArchiveContent
    package: WaczPackage
    records: list[EvidenceRecord]
    uncovered: int = 0

    def note(self, copied: CopiedRecord) -> None:
        """Add a record that was copied."""
        record = copied.record
        self.records.append(
            EvidenceRecord(
                file=record.place.file,
                offset=record.place.offset,
                length=record.place.length,
                sha256=copied.sha256,
                type=record.kind,
                id=record.record_id,
                url=record.header("WARC-Target-URI"),
                date=record.stated_date,
                ip=record.header("WARC-IP-Address"),
                member=copied.member,
                member_offset=copied.offset,
            )
        )

    def add_manifests(self) -> list[str]:
        """Copy the manifests of the archive, from the first that lists one of the records to the newest."""
        manifest_of = _manifests_of(self.content.connection, {one.file for one in self.records})
        self.uncovered = sum(manifest_of[one.file] is None for one in self.records)
        numbers = [manifests.number_of(name) for name in manifest_of.values() if name is not None]
        first = min((number for number in numbers if number is not None), default=None)
        copied = []
        for path in manifests.manifest_paths(self.content.folder):
            if first is None or (manifests.number_of(path.name) or 0) < first:
                continue
            with (
                path.open("rb") as stream,
                self.package.member(
                    f"{evidence.CHAIN}{path.name}{evidence.CHAIN_SUFFIX}", path.stat().st_size
                ) as out,
            ):
                while piece := stream.read(_PIECE):
                    out.write(piece)
            copied.append(path.name)
        return copied

    def manifest(self, dossier: Iterable[DossierArticle]) -> EvidenceManifest:
        """Return the evidence manifest of everything written so far."""
        return EvidenceManifest(
            made_by=self.content.made_by,
            created=timestamps.to_iso(self.content.at),
            articles=[
                {
                    "id": one.latest.id,
                    "url": one.latest.url,
                    "title": one.latest.title,
                    "versions": len(one.versions),
                }
                for one in dossier
            ],
            records=self.records,
            files=[
                EvidenceFile(one.path, one.length, one.sha256)
                for one in self.package.members()
                if not one.path.startswith(evidence.RECORDS)
            ],
        )


def _manifests_of(connection: Connection, files: Iterable[str]) -> dict[str, str | None]:
    """Return the manifest that lists each WARC file; None if none does."""
    found = {}
    for file in files:
        row = connection.execute(_MANIFEST_OF_FILE, (file,)).fetchone()
        found[file] = row["manifest"] if row else None
    return found
