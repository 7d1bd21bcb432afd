"""Commands about one article: `show` and `diff`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from archive.values.plurals import counted
from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.commands.research.search import format_published, source_and_section
from newsarchive.cli.options import POSITIVE, json_option, open_archive
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.labels import STATE_LABELS
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import Piece, Style, is_styled, say

if TYPE_CHECKING:
    from archive.edit_grading.grading import Grade
    from archive.extraction.text_diff import Run
    from archive.index.duplicates.reports import Copy
    from archive.index.lookup.state_evidence import StateChange, StateEvidence
    from archive.index.rows.captures import SightingRow
    from archive.index.rows.restrictions import Restriction
    from archive.index.rows.version_diff import FieldChange
    from archive.index.rows.versions import ArticleVersion

    GradedFacts = tuple[Grade, tuple[str, ...]]


@click.command()
@click.argument("key", metavar="URL-or-ID")
@click.option(
    "--version",
    "number",
    metavar="N",
    type=POSITIVE,
    help="Version to show. [default: the latest]",
)
@json_option
def show(key: str, number: int | None, as_json: bool) -> None:
    """Show an article, with its versions, copies and listings.

    URL is any URL that the article has had. ID is its number, or the first digits of it if they are
    unambiguous.
    """
    with open_archive() as archive:
        article = archive.article(key, number)
        history = archive.versions(article.id)
        addresses = archive.addresses(article.id)
        sightings = archive.sightings(article.id)
        copies = archive.copies(article.id)
        evidence = archive.state_evidence(article.id)
        states = archive.state_history(article.id)
        grades = archive.grades(article.id)
        restriction = archive.restriction(article.id)
    if as_json:
        print_json(
            article.as_dict()
            | {
                "restriction": restriction.as_dict() if restriction is not None else None,
                "state_evidence": evidence.as_dict() if evidence is not None else None,
                "state_history": [change.as_dict() for change in states],
                "addresses": addresses,
                "history": [_version_as_dict(version, grades) for version in history],
                "sightings": [_sighting_as_dict(sighting) for sighting in sightings],
                "copies": [copy.as_dict() for copy in copies],
            }
        )
        return
    if restriction is not None:
        _print_restriction(restriction)
    _print_text(article)
    _print_details(article, addresses, evidence)
    _print_states(states)
    _print_versions(history, grades)
    _print_copies(article, copies)
    _print_sightings(sightings)


@click.command()
@click.argument("key", metavar="URL-or-ID")
@click.option("--from", "old", metavar="N", type=POSITIVE, default=1, help="Old version. [default: 1]")
@click.option("--to", "new", metavar="N", type=POSITIVE, help="New version. [default: the latest]")
@click.option(
    "--with",
    "other",
    metavar="URL-or-ID",
    help="Compare with another article, such as a copy by another outlet.",
)
@json_option
def diff(key: str, old: int, new: int | None, other: str | None, as_json: bool) -> None:
    """Show the changes between two versions of an article.

    Each changed field is printed with the words that were deleted and inserted: in colour on a
    terminal, and otherwise as [-deleted-] and {+inserted+}. With --with, compare the article with
    another one instead. The exit code is 1 if there is no difference.
    """
    if other is not None:
        _print_copy_comparison(key, other, as_json)
        return
    with open_archive() as archive:
        earlier, later = archive.article(key, old), archive.article(key, new)
        changes = archive.compare(key, earlier.version, later.version)
        grades = archive.grades(later.id)
    if as_json:
        print_json(_comparison_as_dict(earlier, later, changes, grades))
    else:
        graded = grades.get(later.version) if later.version == earlier.version + 1 else None
        _print_comparison(earlier, later, changes, graded)
    exit_unless(bool(changes))


def _print_copy_comparison(key: str, other: str, as_json: bool) -> None:
    with open_archive() as archive:
        one, copy = archive.article(key), archive.article(other)
        changes = archive.altered(key, other)
    if as_json:
        comparison = {
            "from": one.as_dict(),
            "to": copy.as_dict(),
            "changes": [field.as_dict() for field in changes],
        }
        print_json(comparison)
    else:
        for article in (one, copy):
            say((f"{format_published(article.published)}  {source_and_section(article)}", "dim"))
            say((article.url, "dim"), indent=2)
        for field in changes:
            _print_field(field)
        if not changes:
            say("The texts do not differ.")
    exit_unless(bool(changes))


def _print_restriction(restriction: Restriction) -> None:
    """Print that readers do not see the article, and why."""
    until = f" until {restriction.until}" if restriction.until else ""
    say((f"RESTRICTED since {restriction.at[:10]}{until}, hidden from readers: {restriction.why}", "bold"))
    say()


def _print_text(article: ArticleVersion) -> None:
    say((article.title, "bold"))
    say((f"{format_published(article.published)}  {source_and_section(article)}", "dim"))
    if article.authors:
        say(", ".join(article.authors))
    if article.lead:
        say()
        say((article.lead, "bold"))
    for paragraph in article.paragraphs:
        say()
        say(paragraph)
    for notice in article.notices:
        say()
        say((notice, "dim"))
    say()


def _print_details(article: ArticleVersion, addresses: Sequence[str], evidence: StateEvidence | None) -> None:
    of_which = f" of {article.versions}" if article.versions > 1 else ""
    how = _published_source(article)
    for image in article.images:
        _print_detail("image", " / ".join(filter(None, (image.caption, image.credit))) or image.url)
    _print_detail("ID", str(article.id))
    state = STATE_LABELS[article.state]
    _print_detail("state", f"{state}: {evidence.reason}" if evidence is not None else state)
    _print_detail("since", _since(article))
    if evidence is not None:
        _print_detail("checked", _evidence_text(evidence))
    _print_detail("published", f"{article.published.isoformat()} ({how})" if article.published else "unknown")
    _print_detail(
        "partial",
        "the text is incomplete: a paywall hid the rest, or the response was cut off"
        if article.partial
        else "",
    )
    _print_detail("live blog", "entries with times under one headline" if article.live_blog else "")
    _print_detail("tags", ", ".join(article.tags))
    _print_detail("views", "" if article.views is None else str(article.views))
    for address in dict.fromkeys((article.url, *addresses)):
        _print_detail("URL", address)
    extracted = f"extracted by {article.extractor}, confidence {article.confidence:.2f}"
    _print_detail("version", f"{article.version}{of_which}, {extracted}")
    capture = article.capture
    _print_detail("captured", f"{_utc(capture.fetched_at)} from {capture.url}")
    _print_detail(
        "record",
        f"{capture.place.file} at byte {capture.place.offset}, {counted(capture.place.length, 'byte')}",
    )
    _print_detail("", f"{capture.record_id} {capture.digest}")
    say()


def _since(article: ArticleVersion) -> str:
    """Return since when an article is in its state; empty if it was always live."""
    if article.state_since is None:
        return ""
    if article.state == "removed" and article.gone_since is not None:
        return f"{_utc(article.gone_since)}, confirmed {_utc(article.state_since)}"
    to = f", to {article.moved_to}" if article.moved_to and article.state == "moved" else ""
    return f"{_utc(article.state_since)}{to}"


def _evidence_text(evidence: StateEvidence) -> str:
    """Return what the last visit found instead of the article, and when."""
    status = f"HTTP status {evidence.status}" if evidence.status else "no response"
    title = f", page titled «{evidence.page_title}»" if evidence.page_title else ""
    target = f", redirects to {evidence.redirects_to}" if evidence.redirects_to else ""
    return f"{_utc(evidence.at)}: {status}{target}{title} ({evidence.url})"


def _published_source(article: ArticleVersion) -> str:
    zone = "time zone stated on the page" if article.published_zone == "stated" else "time zone of the source"
    return f"printed as «{article.published_stated}», {article.published_found_in}, {zone}"


def _print_detail(name: str, text: str) -> None:
    if text:
        say((f"{name:11}", "dim"), text, hanging=11)


def _print_versions(history: Sequence[ArticleVersion], grades: Mapping[int, GradedFacts]) -> None:
    if len(history) < 2:
        return
    rows = [
        (
            str(one.version),
            _utc(one.version_first_seen),
            _utc(one.version_last_seen),
            grade_text(grades.get(one.version)),
            one.title,
        )
        for one in history
    ]
    print_table(
        ("VERSION", "FIRST SEEN", "LAST SEEN", "EDIT", "HEADLINE"),
        rows,
        numbers=["VERSION"],
        wraps="HEADLINE",
    )
    say()


def _print_states(states: Sequence[StateChange]) -> None:
    """Print every change of the state with the record that shows it."""
    if not states:
        return
    rows = [
        (
            _utc(one.at),
            STATE_LABELS[one.state],
            one.reason or one.moved_to or "",
            one.capture.record_id if one.capture else "no response",
        )
        for one in states
    ]
    print_table(("CHECKED", "STATE", "REASON", "RECORD"), rows, wraps="REASON")
    say()


def grade_text(graded: GradedFacts | None) -> str:
    """Return a grade with what changed, for display: «fact: number, name»."""
    if graded is None:
        return ""
    grade, facts = graded
    return f"{grade}: {', '.join(facts)}" if facts else grade


def _print_copies(article: ArticleVersion, copies: Sequence[Copy]) -> None:
    """Print the copies of the article, with how similar each is to the first."""
    if not copies:
        return
    rows = [
        (
            "published first" if copy.first_by == "published" else "",
            copy.article.source or "",
            format_published(copy.article.published),
            f"{copy.similarity:.0%}",
            str(copy.article.id),
            f"{copy.article.title}{' (this article)' if copy.article.id == article.id else ''}",
        )
        for copy in copies
    ]
    print_table(
        ("COPIES", "SOURCE", "PUBLISHED", "SIMILAR", "ID", "HEADLINE"),
        rows,
        numbers=["SIMILAR"],
        wraps="HEADLINE",
    )
    if copies[0].first_by is None:
        say(("The printed times do not show which was published first.", "dim"))
    say()


def _print_sightings(sightings: Sequence[SightingRow]) -> None:
    """Print one entry for each listing, which may have shown the article hundreds of times."""
    from newsarchive.listing_history import listing_periods

    for stay in listing_periods(sightings):
        times = f"{stay.times} times, " if stay.times > 1 else ""
        until = f" to {_utc(stay.last_seen)}" if stay.times > 1 else ""
        when = f"{_utc(stay.first_seen)}{until}"
        say((f"listed in {stay.section or stay.role}: ", "dim"), f"{times}position {stay.place}, {when}")
        say((stay.listing, "dim"), indent=2)
        for headline in stay.headlines:
            say(f"«{headline}»", indent=2)


def _print_comparison(
    old: ArticleVersion, new: ArticleVersion, changes: Sequence[FieldChange], graded: GradedFacts | None
) -> None:
    say((new.title, "bold"))
    say((new.url, "dim"))
    for one in (old, new):
        say((f"version {one.version}, captured {_utc(one.capture.fetched_at)}", "dim"))
    if graded is not None:
        say(("edit graded ", "dim"), grade_text(graded))
    if old.partial or new.partial:
        say(("One version is incomplete; only the part that both have is compared.", "dim"))
    if old.extractor != new.extractor:
        say(
            (f"Version {old.version} was extracted by {old.extractor}, ", "alarm"),
            (f"version {new.version} by {new.extractor}, ", "alarm"),
            ("so a difference may come from the extraction. ", "alarm"),
            ("'newsarchive rebuild' extracts both with the same one.", "alarm"),
        )
    for field in changes:
        _print_field(field)
    if not changes:
        say()
        is_only = old.version == new.version == new.versions == 1
        say("Only one version of the article is known." if is_only else "No differences.")


def _print_field(field: FieldChange) -> None:
    say()
    say((field.name, "bold"))
    unchanged = 0
    for paragraph in field.paragraphs:
        if paragraph.is_same:
            unchanged += 1
            continue
        _print_unchanged(unchanged)
        unchanged = 0
        say(*_styled_runs(paragraph.runs), indent=2)
    _print_unchanged(unchanged)


def _print_unchanged(number: int) -> None:
    if number:
        say((f"({counted(number, 'paragraph')} unchanged)", "dim"), indent=2)


def _styled_runs(runs: Iterable[Run]) -> list[Piece]:
    styles: dict[str, Style] = {"inserted": "inserted", "deleted": "deleted"}
    signs = {"inserted": ("{+", "+}"), "deleted": ("[-", "-]"), "same": ("", "")}
    if is_styled():
        return [(run.text, styles.get(run.kind)) for run in runs]
    return [(f"{signs[run.kind][0]}{run.text}{signs[run.kind][1]}", None) for run in runs]


def _comparison_as_dict(
    old: ArticleVersion,
    new: ArticleVersion,
    changes: Sequence[FieldChange],
    grades: Mapping[int, GradedFacts],
) -> dict[str, Any]:
    return {
        "id": new.id,
        "url": new.url,
        "from": _version_as_dict(old, grades),
        "to": _version_as_dict(new, grades),
        "read_alike": old.extractor == new.extractor,
        "changes": [field.as_dict() for field in changes],
    }


def _version_as_dict(version: ArticleVersion, grades: Mapping[int, GradedFacts]) -> dict[str, Any]:
    from archive import timestamps

    grade, facts = grades.get(version.version, (None, ()))
    return {
        "version": version.version,
        "title": version.title,
        "first_seen": timestamps.to_iso(version.version_first_seen),
        "last_seen": timestamps.to_iso(version.version_last_seen),
        "grade": grade,
        "facts": list(facts),
        "capture": version.capture.as_dict(),
    }


def _sighting_as_dict(sighting: SightingRow) -> dict[str, Any]:
    from archive import timestamps

    names = ("listing", "role", "section", "place", "headline", "stamp")
    return {"seen_at": timestamps.to_iso(sighting.seen_at)} | {
        name: getattr(sighting, name) for name in names
    }


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%SZ}"
