"""The commands `evidence` and `check-evidence`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.values.plurals import counted
from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.options import archive_folder, json_option, open_archive
from newsarchive.cli.output import progress
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.terminal import Style, say

if TYPE_CHECKING:
    from archive.evidence.bundle import EvidenceResult
    from archive.evidence.check import Claim

_NEW_FILE = click.Path(path_type=Path, dir_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_STYLES: dict[str, Style] = {"fails": "alarm", "unknown": "dim"}


@click.command()
@click.argument("keys", metavar="URL-or-ID...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="FILE", type=_NEW_FILE, required=True, help="Output file, .wacz.")
@click.option("--pdf", is_flag=True, help="Add the report as PDF, printed with Chromium.")
@click.option(
    "--stamp",
    is_flag=True,
    help="Add a time stamp of evidence.timestamp_authority in newsarchive.toml.",
)
@click.option("--overwrite", is_flag=True, help="Overwrite FILE and the report next to it.")
@json_option
def evidence(
    keys: tuple[str, ...], output: Path, pdf: bool, stamp: bool, overwrite: bool, as_json: bool
) -> None:
    """Write an evidence file about articles.

    FILE is a WACZ file: every capture of the articles, byte for byte, with what is needed to see
    their pages; the archive's manifests that list these records; and a report. The report says what
    was captured, when and from which server, how each claim is known and what it does not prove, and
    ends with a statement to be signed. It is also written next to FILE as FILE.report.html.

    'newsarchive check-evidence' checks FILE anywhere; pywb and ReplayWeb.page show its pages. The
    exit code is 1 if a record could not be copied.
    """
    from newsarchive.config import SettingsError, load_settings
    from newsarchive.evidence.report_pdf import find_chromium, print_pdf
    from newsarchive.evidence.stamp_authority import ask_for_stamp

    settings = load_settings(archive_folder())
    if stamp and settings.timestamp_authority is None:
        raise SettingsError(
            "There is no time stamp authority: set evidence.timestamp_authority in newsarchive.toml."
        )
    print_report = partial(print_pdf, find_chromium()) if pdf else None
    ask = (
        partial(ask_for_stamp, settings.timestamp_authority)
        if stamp and settings.timestamp_authority
        else None
    )
    with open_archive() as archive, progress.counter("Copied captures", shown=not as_json) as on_progress:
        written = archive.evidence(
            keys,
            output,
            operator=settings.operator,
            print_pdf=print_report,
            ask_for_stamp=ask,
            overwrite=overwrite,
            on_progress=on_progress,
        )
    if as_json:
        print_json(_result_as_dict(written))
    else:
        _print_result(written)
    exit_unless(not written.damages)


@click.command("check-evidence")
@click.argument("file", metavar="FILE", type=_FILE)
@click.option(
    "--root",
    metavar="CERT",
    type=_FILE,
    help="Root certificate of the time stamp authority, PEM or DER, from a source you trust.",
)
@json_option
def check_evidence(file: Path, root: Path | None, as_json: bool) -> None:
    """Check an evidence file.

    Needs neither the archive nor a network connection. Each claim of the file is printed on one
    line: it holds, it fails, or it is unknown, because the file has nothing to show for it. A file in
    which a single byte was changed fails.

    Whoever makes a new file with other content can make it consistent. Only a time stamp, or a
    SHA-256 of the file or of the manifest that was noted elsewhere, shows that. The exit code is 1 if
    a claim fails.
    """
    from archive.evidence import check
    from archive.evidence.stamps import check_stamp, load_certificate

    certificate = load_certificate(root) if root else None
    checked = check.check_evidence(file, lambda stamp, content: check_stamp(stamp, content, certificate))
    if as_json:
        print_json(
            {
                "file": str(file),
                "sha256": checked.sha256,
                "holds": checked.holds,
                "claims": [
                    {"claim": claim.name, "verdict": claim.verdict, "text": claim.text}
                    for claim in checked.claims
                ],
            }
        )
    else:
        for claim in checked.claims:
            _print_claim(claim)
        say(("SHA-256 of the file: ", "dim"), checked.sha256)
    exit_unless(checked.holds)


def _print_claim(claim: Claim) -> None:
    verdict = f"{claim.verdict:9}"
    style = _STYLES.get(claim.verdict)
    say((verdict, style) if style else verdict, f"{claim.name}: {claim.text}", hanging=9)


def _print_result(written: EvidenceResult) -> None:
    captures, about = counted(written.captures, "capture"), counted(written.articles, "article")
    say(f"Wrote {written.file}: {captures} of {about}, {counted(written.records, 'record')}.")
    if written.uncovered:
        say(f"{counted(written.uncovered, 'record')} not listed in a manifest of the archive.")
    for damage in written.damages:
        say((f"Not copied: {damage}", "alarm"))
    say(f"Report: {written.report.name}{f', {written.pdf.name}' if written.pdf else ''}.")
    if not written.is_stamped:
        say("No time stamp: note the SHA-256 outside the archive.")
    say(("SHA-256: ", "dim"), written.sha256)


def _result_as_dict(written: EvidenceResult) -> dict[str, object]:
    return {
        "file": str(written.file),
        "report": str(written.report),
        "pdf": str(written.pdf) if written.pdf else None,
        "sha256": written.sha256,
        "articles": written.articles,
        "captures": written.captures,
        "records": written.records,
        "manifests": written.manifests,
        "records_in_no_manifest": written.uncovered,
        "stamped": written.is_stamped,
        "not_copied": list(written.damages),
    }
