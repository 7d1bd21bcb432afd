"""Benchmark extraction quality and cost: newsarchive, trafilatura and readability in one run.

    python benchmarks/extraction.py [--pages DIR] [--held-out | --tuned] [--ours] [--misses FIELD]
    python benchmarks/extraction.py --floor          check that no page of tests/pages scores worse (`make check`)
    python benchmarks/extraction.py --raise-floor    raise the pinned scores to the current ones; none is ever lowered

A field counts on the pages where it is known (row n has their number). Milliseconds are CPU time of this process.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import tomllib
from collections.abc import Callable, Container, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from archive.extraction.extract import extract  # noqa: E402
from archive.extraction.model import Outlet, Rejection  # noqa: E402
from archive.extraction.page.encoding import decode  # noqa: E402
from archive.http.capture import Capture  # noqa: E402
from benchmarks.gold import FIELDS, GROUPS, Case, ToolResult, cases, mean, quantile, scores  # noqa: E402

PAGES = ROOT / "tests" / "pages"
FLOOR = ROOT / "benchmarks" / "extraction-floor.toml"
RESULT_FIELD = {
    **dict.fromkeys(("day", "time", "zone", "wrong_day"), "published"),
    "body_precision": "body",
    "body_recall": "body",
}
CONFIDENCE_STEPS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)  # lower ends of the rows of the calibration table
RIGHT_F1 = 0.9  # body F1 from which a text counts as right
WARM_UP = 3  # pages extracted before timing starts
Tool = Callable[[Case], Mapping[str, Any]]
Marks = Mapping[str, float]


def extract_with_newsarchive(case: Case) -> dict[str, Any]:
    """Extract a page without any rules or page templates of the outlet."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {case.content_type}\r\n\r\n".encode()
    article = extract(
        Capture(case.url, case.fetched_at, head + case.payload), Outlet(case.timezone, case.languages), None
    )
    if isinstance(article, Rejection):
        return {"refused": article.words}
    return {
        "title": article.title,
        "body": "\n".join(filter(None, [article.lead, *article.body])),
        "published": article.published and article.published.isoformat(),
        "stamp": article.published and (article.published.stated_as, article.published.rule),
        "lead": article.lead,
        "section": article.section,
        "authors": article.authors,
        "tags": article.tags,
        "views": article.views,
        "captions": [image.caption for image in article.images if image.caption],
        "confidence": article.confidence,
        "credits": [image.credit for image in article.images if image.credit],
    }


def load_tools(*, only_ours: bool) -> dict[str, Tool]:
    """Return the installed tools by name."""
    found: dict[str, Tool] = {"newsarchive": extract_with_newsarchive}
    if only_ours:
        return found
    try:
        found |= _trafilatura()
    except ImportError:
        print("trafilatura is not installed", file=sys.stderr)
    try:
        found |= _readability()
    except ImportError:
        print("readability-lxml is not installed", file=sys.stderr)
    return found


def _trafilatura() -> dict[str, Tool]:
    import trafilatura

    def tool(*, precise: bool) -> Tool:
        def extract(case: Case) -> dict[str, Any]:
            document = trafilatura.bare_extraction(
                decode(case.payload, _charset(case)).text,
                url=case.url,
                favor_precision=precise,
                include_comments=False,
                with_metadata=True,
                date_extraction_params={"original_date": True, "outputformat": "%Y-%m-%dT%H:%M:%S%z"},
            )
            if document is None or isinstance(document, dict):
                return {}
            return {
                "title": document.title,
                "body": document.text,
                "published": _without_midnight(document.date),
                "authors": [name.strip() for name in (document.author or "").split(";") if name.strip()],
                "section": next(iter(document.categories or ()), None),
                "tags": document.tags or (),
            }

        return extract

    return {"trafilatura": tool(precise=False), "trafilatura precision": tool(precise=True)}


def _without_midnight(stamp: str | None) -> str | None:
    """Return a date without time as a day: trafilatura sets midnight where it found no time."""
    return stamp[:10] if stamp and stamp[10:19] == "T00:00:00" else stamp


def _readability() -> dict[str, Tool]:
    import lxml.html
    import readability

    def extract(case: Case) -> dict[str, Any]:
        document = readability.Document(decode(case.payload, _charset(case)).text)
        try:
            root = lxml.html.fromstring(document.summary())
        except (readability.readability.Unparseable, ValueError):
            return {"title": document.short_title()}
        return {"title": document.short_title(), "body": "\n".join(root.itertext())}

    return {"readability": extract}


def _charset(case: Case) -> str | None:
    _, _, charset = case.content_type.partition("charset=")
    return charset or None


def measure(tool: Tool, chosen: Sequence[Case]) -> list[ToolResult]:
    """Run a tool on each page; return its results with the CPU time."""
    for case in chosen[:WARM_UP]:
        _run_tool(tool, case)
    return [_run_tool(tool, case) for case in chosen]


def _run_tool(tool: Tool, case: Case) -> ToolResult:
    start = time.process_time()
    try:
        fields = tool(case)
    except Exception as error:  # a tool that fails on a page has extracted nothing
        fields = {"refused": f"{type(error).__name__}: {error}"}
    return ToolResult(fields, (time.process_time() - start) * 1000)


def table(results: Mapping[str, Sequence[ToolResult]], chosen: Sequence[Case]) -> str:
    """Return the quality table: for each group of pages a row per tool, and a row with the pages of each field."""
    heads = ["pages", "tool", "body F1", *FIELDS, "wrong day given", "ms", "ms p95"]
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    for group in ("all", *GROUPS):
        at = [number for number, case in enumerate(chosen) if group == "all" or group in case.groups]
        if not at:
            continue
        for tool, found in results.items():
            has = {name for result in found for name in result.fields}
            marks = [
                _scores_of_tool(scores(chosen[number].known, found[number].fields), has) for number in at
            ]
            spent = [found[number].milliseconds for number in at]
            values = [
                _f1(marks),
                *(mean(_field_scores(marks, field)) for field in FIELDS),
                mean(_field_scores(marks, "wrong_day")),
            ]
            cells = ["–" if value is None else f"{value:.3f}" for value in values]
            cells += [f"{quantile(spent, 0.5):.1f}", f"{quantile(spent, 0.95):.1f}"]
            lines.append("| " + " | ".join([group, tool, *cells]) + " |")
        marks = [scores(chosen[number].known, {}) for number in at]
        counts = [str(len(_field_scores(marks, field))) for field in ("body_recall", *FIELDS, "wrong_day")]
        lines.append("| " + " | ".join([group, "n", *counts, str(len(at)), ""]) + " |")
    return "\n".join(lines)


def _scores_of_tool(marks: Marks, has: Container[str]) -> Marks:
    """Return the scores of the fields that a tool supports."""
    return {field: mark for field, mark in marks.items() if RESULT_FIELD.get(field, field) in has}


def _field_scores(marks: Sequence[Marks], field: str) -> list[float]:
    return [one[field] for one in marks if field in one]


def _f1(marks: Sequence[Marks]) -> float | None:
    """Return the F1 of the mean precision over pages with any text and the mean recall over all pages."""
    precision, recall = (
        mean(_field_scores(marks, "body_precision")),
        mean(_field_scores(marks, "body_recall")),
    )
    return 2 * precision * recall / (precision + recall) if precision and recall else recall and 0.0


def calibration(found: Sequence[ToolResult], chosen: Sequence[Case]) -> str:
    """Return the calibration table: how often the text is right, by the confidence that newsarchive states."""
    lines = ["| confidence | pages | mean body F1 | right | lost |", "|" + " --- |" * 5]
    judged = [
        (result.fields["confidence"], _f1([marks]) or 0.0)
        for case, result in zip(chosen, found, strict=True)
        if "confidence" in result.fields and "body_recall" in (marks := scores(case.known, result.fields))
    ]
    for low, high in zip_longest(CONFIDENCE_STEPS, CONFIDENCE_STEPS[1:], fillvalue=2.0):
        inside = [score for confidence, score in judged if low <= confidence < high]
        if inside:
            right, lost = (
                mean([score >= RIGHT_F1 for score in inside]),
                mean([score < 0.5 for score in inside]),
            )
            lines.append(f"| {low:.2f}– | {len(inside)} | {mean(inside):.3f} | {right:.3f} | {lost:.3f} |")
    return "\n".join(lines)


def misses(found: Sequence[ToolResult], chosen: Sequence[Case], field: str) -> str:
    """List the pages on which a field is wrong, with the extracted value."""
    lines = []
    for case, result in zip(chosen, found, strict=True):
        if scores(case.known, result.fields).get(field, 1.0) < 1.0:
            name = RESULT_FIELD.get(field, field)
            lines.append(f"{case.name}  {case.url}\n    known {case.known.get(name)!r}\n    found")
            lines[-1] += f" {result.fields.get(name)!r} {result.fields.get('stamp') or ''}"
            lines[-1] += f" {result.fields.get('refused', '')}"
    return "\n".join(lines)


def current_scores() -> dict[str, dict[str, float]]:
    """Return the current scores by page of tests/pages and field."""
    found: dict[str, dict[str, float]] = {}
    for case in cases(PAGES):
        marks = scores(case.known, _run_tool(extract_with_newsarchive, case).fields)
        found[case.name] = {name: round(mark, 3) for name, mark in marks.items() if name != "wrong_day"}
    return found


def find_regressions(
    floor: Mapping[str, Mapping[str, float]], now: Mapping[str, Mapping[str, float]]
) -> list[str]:
    """Return a sentence for each page that scores worse than pinned or is not pinned; empty if there is none."""
    sentences = []
    for page, pinned in sorted(floor.items()):
        worse = [
            f"{field} {now[page].get(field, 0.0):.3f} instead of {mark:.3f}"
            for field, mark in sorted(pinned.items())
            if page in now and now[page].get(field, 0.0) < mark - 0.0005
        ]
        if page not in now:
            sentences.append(f"{page} is pinned but no longer in tests/pages.")
        elif worse:
            sentences.append(f"{page} scores worse than pinned: {'; '.join(worse)}.")
    sentences += [
        f"{page} is not pinned yet; run benchmarks/extraction.py --raise-floor."
        for page in sorted({*now} - {*floor})
    ]
    return sentences


def raise_floor(
    floor: Mapping[str, Mapping[str, float]], now: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """Return the floor raised to the current scores; where a score has dropped, the pinned one stays."""
    return {
        page: {
            field: max(marks.get(field, 0.0), floor.get(page, {}).get(field, 0.0))
            for field in sorted({*marks, *floor.get(page, {})})
        }
        for page, marks in sorted(now.items())
    }


def _read_floor() -> dict[str, dict[str, float]]:
    return dict(tomllib.loads(FLOOR.read_text("utf-8"))) if FLOOR.exists() else {}


def _format_floor(floor: Mapping[str, Mapping[str, float]]) -> str:
    lines = [
        "# Lowest allowed scores on each page of tests/pages; written by benchmarks/extraction.py --raise-floor."
    ]
    for page, marks in floor.items():
        inside = ", ".join(f"{field} = {mark}" for field, mark in marks.items())
        lines.append(f"{json.dumps(page)} = {{ {inside} }}")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Print the scores, or check or raise the pinned ones; return 1 if any is lower than its pin."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=Path, default=PAGES, help="folder of pages (default: tests/pages)")
    third = parser.add_mutually_exclusive_group()
    third.add_argument("--held-out", action="store_true", help="only the third of the sites kept for judging")
    third.add_argument("--tuned", action="store_true", help="only the other two thirds of the sites")
    parser.add_argument("--ours", action="store_true", help="only newsarchive, without the other tools")
    parser.add_argument(
        "--misses", choices=FIELDS, help="also list the pages on which newsarchive gets a field wrong"
    )
    parser.add_argument(
        "--floor", action="store_true", help="compare with the pinned scores; exit with 1 if any is lower"
    )
    parser.add_argument(
        "--raise-floor", action="store_true", help="raise the pinned scores to the current ones"
    )
    chosen = parser.parse_args()
    if chosen.raise_floor:
        FLOOR.write_text(_format_floor(raise_floor(_read_floor(), current_scores())), "utf-8")
    if chosen.floor or chosen.raise_floor:
        regressions = find_regressions(_read_floor(), current_scores())
        print("\n".join(regressions) or f"{len(_read_floor())} pages score as pinned or better.")
        return 1 if regressions else 0
    pages = cases(chosen.pages)
    if chosen.held_out or chosen.tuned:
        pages = [case for case in pages if case.is_held_out == chosen.held_out]
    results = {name: measure(tool, pages) for name, tool in load_tools(only_ours=chosen.ours).items()}
    print(table(results, pages))
    print("\nHow often the text is right (body F1 of 0.9 or more), by stated confidence:\n")
    print(calibration(results["newsarchive"], pages))
    if chosen.misses:
        print(misses(results["newsarchive"], pages, chosen.misses))
    return 0


if __name__ == "__main__":
    sys.exit(main())
