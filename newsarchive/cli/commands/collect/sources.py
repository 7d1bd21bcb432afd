"""The commands of `sources`: list them, dry-run one, learn page templates."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.errors import ArchiveError
from archive.values.plurals import counted
from newsarchive.cli.command_group import exit_unless
from newsarchive.cli.options import archive_folder, json_option, open_archive
from newsarchive.cli.output.json import print_json
from newsarchive.cli.output.progress import status_line
from newsarchive.cli.output.tables import print_table
from newsarchive.cli.output.terminal import Piece, say

if TYPE_CHECKING:
    from archive.extraction.model import LearningResult, PageTemplate
    from newsarchive.sources.check import CheckedPage, SourceCheck
    from spiders.sources.source import Source

EXCERPT_LENGTH = 200  # characters of a body in a dry run: enough to see whether it begins where the text does


@click.group()
def sources() -> None:
    """Manage the sources of the archive."""


@sources.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the sources with their schedules and entry points.

    The exit code is 2 if a source file has errors.
    """
    from archive import paths
    from archive.errors import SourceError
    from spiders.sources.source import load_valid

    folder = archive_folder()
    found, mistakes = load_valid(folder / paths.SOURCES)
    if as_json:
        print_json([_source_as_dict(source) for source in found])
    elif not found and not mistakes:
        say(
            "No sources yet. Set one up with 'newsarchive sources new URL', or describe a site in"
            f" {folder / paths.SOURCES / 'NAME.toml'}."
        )
    elif found:
        print_table(
            ("NAME", "TITLE", "TIME ZONE", "SCHEDULE", "ENTRY POINTS"),
            [
                (
                    source.name,
                    source.title,
                    source.timezone,
                    (source.schedule or "none") if source.state == "active" else source.state,
                    _entry_points(source),
                )
                for source in found
            ],
            wraps="TITLE",
        )
    if mistakes:
        raise SourceError("\n".join(mistakes))


@sources.command()
@click.argument("name", required=False)
@json_option
def check(name: str | None, as_json: bool) -> None:
    """Test a source: show what a crawl would find and extract.

    Fetch the listings of source NAME and up to five of its articles, without storing anything. For each
    field that is empty or doubtful, say what to do. robots.txt and the source's delay are respected.
    Without NAME, test all active sources; with --json, the result is then a list.

    The exit code is 1 if a listing has no articles or a page is not an article.
    """
    from archive import paths
    from newsarchive.sources.check import check_source
    from spiders.sources.source import load_all

    folder = archive_folder()
    if name is None:
        wanted = [source for source in load_all(folder / paths.SOURCES) if source.state == "active"]
    else:
        wanted = [find_source(folder, name)]
    checks = []
    for source in wanted:
        with status_line(source.name) as tell:
            tell("checking", "up to 5 articles")
            checks.append(check_source(folder, source))
        if not as_json:
            if name is None:
                say((source.name, "bold"))
            _print_check(checks[-1])
            if source is not wanted[-1]:
                say()
    if as_json:
        print_json([one.as_dict() for one in checks] if name is None else checks[0].as_dict())
    exit_unless(all(one.is_sound for one in checks))


@sources.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@json_option
def learn(names: tuple[str, ...], as_json: bool) -> None:
    """Learn the page templates of sources.

    A page template describes where the parts of an article are on the pages of a source. Crawls learn
    it automatically for a new source, and again when its pages change. This command learns a new one
    from the latest captures. It is stored in sources/NAME.learned.toml and used by the next crawls
    and rebuilds.

    Without NAME, learn the templates of all sources. The exit code is 1 if a source has too few
    pages to learn from, or if they differ too much.
    """
    from archive import paths
    from archive.jobs.pool import pool
    from spiders.sources import templates_file
    from spiders.sources.source import load_all

    folder = archive_folder()
    wanted = [find_source(folder, name) for name in names] or load_all(folder / paths.SOURCES)
    found = {}
    with open_archive() as archive, pool(1) as executor:
        for source in wanted:
            found[source.name] = archive.learn(source.name, replace(source.outlet, templates=()), executor)
            if (known := found[source.name].template) is not None:
                path = folder / paths.SOURCES / f"{source.name}.toml"
                templates_file.write(path, templates_file.add_template(source.templates, known))
    if as_json:
        print_json([_learning_as_dict(name, result) for name, result in found.items()])
    else:
        for name, result in found.items():
            _print_learning(name, result)
    exit_unless(all(result.template is not None for result in found.values()))


def _learning_as_dict(name: str, result: LearningResult) -> dict[str, Any]:
    numbers = {"pages": result.pages, "stories": result.stories, "alike": result.alike}
    return {"source": name, "layout": _template_as_dict(result.template)} | numbers


def _template_as_dict(template: PageTemplate | None) -> dict[str, Any] | None:
    if template is None:
        return None
    return asdict(template) | {"since": template.since.isoformat() if template.since else None}


def _print_learning(name: str, result: LearningResult) -> None:
    known = result.template
    if known is None:
        say((name, "bold"), f": no page template learned: {learning_failure(result)}")
        return
    say(
        (name, "bold"),
        f": page template learned from {counted(known.pages, 'page')} and written to sources/{name}.learned.toml",
    )
    for place, value in asdict(known).items():
        if place not in ("since", "pages") and value:
            shown = "; ".join(value) if isinstance(value, tuple) else value
            say((f"{place:11}", "dim"), shown, indent=2, hanging=13)


def learning_failure(result: LearningResult) -> str:
    """Return a sentence with numbers that says why no template was learned."""
    from archive.extraction.templates.selection import MIN_PAGES

    if result.pages < MIN_PAGES:
        return f"{counted(result.pages, 'article page')} captured, but {MIN_PAGES} are needed."
    if result.stories < MIN_PAGES:
        return (
            f"only {result.stories} of the {result.pages} newest pages are usable, but {MIN_PAGES} are needed. "
            "The text of the others is too short, or half of it is also on another page."
        )
    return (
        f"the pages are too different. The best template keeps the whole text of {result.alike} of the "
        f"{result.stories} newest articles, but it must do so for nearly all."
    )


def find_source(folder: Path, name: str) -> Source:
    """Return the source of that name, or raise an ArchiveError that lists the existing ones."""
    from archive import paths
    from spiders.sources.source import load, source_files

    path = folder / paths.SOURCES / f"{name}.toml"
    if path.parent != folder / paths.SOURCES or not path.is_file():
        names = [one.stem for one in source_files(folder / paths.SOURCES)]
        known = f"Known sources: {', '.join(names)}" if names else "There are no sources yet"
        raise ArchiveError(f"No source named {name!r}: {path} does not exist. {known}.")
    return load(path)


def _entry_points(source: Source) -> str:
    points = {"section": source.sections, "feed": source.feeds, "sitemap": source.sitemaps}
    return ", ".join(counted(len(urls), noun) for noun, urls in points.items() if urls)


def _source_as_dict(source: Source) -> dict[str, Any]:
    return {
        "name": source.name,
        "title": source.title,
        "state": source.state,
        "state_since": source.state_since,
        "timezone": source.timezone,
        "languages": list(source.languages),
        "schedule": source.schedule,
        "sections": [
            {"name": section.name, "url": section.url, "pages": section.pages or "all"}
            for section in source.sections
        ],
        "feeds": list(source.feeds),
        "sitemaps": list(source.sitemaps),
    }


def _print_check(checked: SourceCheck) -> None:
    for listing in checked.listings:
        result = listing.problem or counted(listing.found, "article")
        say((listing.section or listing.role, "bold"), f": {result}", hanging=2)
        say((listing.url, "dim"), indent=2)
    for page in checked.pages:
        _print_page(page)
    if checked.articles:
        say()
        print_table(
            ("FIELD", "ARTICLES"),
            [
                (name, f"{number} of {checked.articles}" if number else "none")
                for name, number in checked.filled().items()
            ],
            wraps="ARTICLES",
        )
    _print_advice(checked)
    if checked.forbidden:
        say()
        say("Disallowed by robots.txt and not requested:")
        for url in checked.forbidden:
            say((url, "dim"), indent=2)
    if checked.notes:
        say()
    for note in checked.notes:
        say((note, "alarm"), hanging=2)
    say()
    if checked.pages:
        say(
            f"{checked.articles} of {counted(len(checked.pages), 'page')} extracted as articles. Nothing was stored."
        )
    else:
        say("No articles found. Nothing was stored.")


def _print_advice(checked: SourceCheck) -> None:
    if checked.advice:
        say()
        say(("What to do:", "bold"))
    for one in checked.advice:
        say((one.field, "bold"), f" {one.problem}. {one.action}", indent=2, hanging=4)
        for line in (one.setting or "").splitlines():
            say(line, indent=6)


def _print_page(page: CheckedPage) -> None:
    from archive.extraction.model import Rejection

    say()
    say((page.url, "dim"))
    if isinstance(page.extraction, Rejection) or page.extraction is None:
        why = page.problem or getattr(page.extraction, "words", "no response")
        say((f"not an article: {why}", "alarm"), indent=2)
        return
    fields = page.fields()
    if fields["published"]:
        fields["published"] += f" (printed as «{fields['published_stated']}», {fields['published_found_in']})"
    for name in ("title", "published", "section", "authors", "lead", "views", "tags", "images"):
        value = fields[name]
        if name == "images":
            value = [" / ".join(filter(None, (one["caption"], one["credit"]))) or one["url"] for one in value]
        text: Piece = ("empty", "alarm") if value in (None, "", []) else (_value_text(value), None)
        say((f"{name:10}", "dim"), text, indent=2, hanging=12)
    body = fields["body"]
    paragraphs = body.count("\n\n") + 1 if body else 0
    start = body[:EXCERPT_LENGTH].replace("\n\n", " ¶ ") + ("…" if len(body) > EXCERPT_LENGTH else "")
    size = f"{counted(paragraphs, 'paragraph')}, {counted(fields['words'], 'word')}"
    say((f"{'body':10}", "dim"), f"{size}: {start}", indent=2, hanging=12)


def _value_text(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
