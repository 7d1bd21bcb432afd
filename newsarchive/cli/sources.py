"""The commands of `sources`: list them, dry-run one, learn page templates."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.errors import ArchiveError
from newsarchive.cli.common import archive_folder, exit_unless, json_option, open_archive, print_json
from newsarchive.cli.terminal import Piece, print_table, say

if TYPE_CHECKING:
    from archive.extraction.model import LearningResult, PageTemplate
    from newsarchive.source_check import CheckedPage, SourceCheck
    from spiders.sources.source import Source

EXCERPT_LENGTH = 200  # of a body in a dry look: enough to see whether it begins where the text does


@click.group()
def sources() -> None:
    """The sites that are archived."""


@sources.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List every source with its schedule and entry points.

    The exit code is 2 if a source file has errors; they are printed.
    """
    from archive import paths
    from archive.errors import SourceError
    from spiders.sources.source import load_valid

    folder = archive_folder()
    found, mistakes = load_valid(folder / paths.SOURCES)
    if as_json:
        print_json([_source_as_dict(source) for source in found])
    elif not found and not mistakes:
        say(f"There is no source yet: describe a site in {folder / paths.SOURCES / 'NAME.toml'}.")
    elif found:
        print_table(
            ("NAME", "TITLE", "ZONE", "SCHEDULE", "WAYS IN"),
            [
                (
                    source.name,
                    source.title,
                    source.timezone,
                    source.schedule or "when asked",
                    _entry_points(source),
                )
                for source in found
            ],
            wraps="TITLE",
        )
    if mistakes:
        raise SourceError("\n".join(mistakes))


@sources.command()
@click.argument("name")
@json_option
def check(name: str, as_json: bool) -> None:
    """Dry-run source NAME: show what would be found and extracted now.

    Its listings and a few articles are fetched, politely; nothing is stored. The exit code is 1 if
    a listing shows nothing or a page is not an article.
    """
    from newsarchive.source_check import check_source

    folder = archive_folder()
    checked = check_source(folder, find_source(folder, name))
    if as_json:
        print_json(checked.as_dict())
    else:
        _print_check(checked)
    exit_unless(checked.is_sound)


@sources.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@json_option
def learn(names: tuple[str, ...], as_json: bool) -> None:
    """Learn the page templates of sources again.

    A page template says where the parts of an article are located on the pages of a source. Crawls
    learn it automatically, for a new source and when its pages have changed. The template learned
    from the newest captures goes to sources/NAME.learned.toml, and the next crawls and rebuilds use
    it. Without names, for all sources. The exit code is 1 if the pages of a source are too few, or
    too different, to learn from.
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
        print_json([_learning_as_dict(name, taught) for name, taught in found.items()])
    else:
        for name, taught in found.items():
            _print_learning(name, taught)
    exit_unless(all(taught.template is not None for taught in found.values()))


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
        say((name, "bold"), f": nothing was learned: {learning_failure(result)}")
        return
    say((name, "bold"), f": learned from {known.pages} pages, in sources/{name}.learned.toml")
    for place, value in asdict(known).items():
        if place not in ("since", "pages") and value:
            shown = "; ".join(value) if isinstance(value, tuple) else value
            say((f"{place:10}", "dim"), shown, indent=2, hanging=12)


def learning_failure(result: LearningResult) -> str:
    """Return a sentence with numbers that says why no template was learned."""
    from archive.extraction.templates.selection import MIN_PAGES

    if result.pages < MIN_PAGES:
        return f"it has {result.pages} pages of articles, and {MIN_PAGES} are needed."
    if result.stories < MIN_PAGES:
        return (
            f"of its {result.pages} newest pages only {result.stories} can be learned from, "
            f"and {MIN_PAGES} are needed; "
            "the others have no longer text, or share half of it with one of these."
        )
    return (
        f"its pages are too unlike. The layout that fits most of the {result.stories} newest articles "
        f"loses nothing on {result.alike} of them, and it must on nearly all."
    )


def find_source(folder: Path, name: str) -> Source:
    """Return the source of that name, or raise an ArchiveError that lists the existing ones."""
    from archive import paths
    from spiders.sources.source import load, source_files

    path = folder / paths.SOURCES / f"{name}.toml"
    if path.parent != folder / paths.SOURCES or not path.is_file():
        names = [one.stem for one in source_files(folder / paths.SOURCES)]
        there = f"there are: {', '.join(names)}" if names else "there is none yet"
        raise ArchiveError(f"There is no source {name!r} ({path} is missing); {there}.")
    return load(path)


def _entry_points(source: Source) -> str:
    ways = ((len(source.sections), "section"), (len(source.feeds), "feed"), (len(source.sitemaps), "sitemap"))
    return ", ".join(f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in ways if number)


def _source_as_dict(source: Source) -> dict[str, Any]:
    return {
        "name": source.name,
        "title": source.title,
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
        answered = listing.problem or f"{listing.found} articles"
        say((listing.section or listing.role, "bold"), f": {answered}", hanging=2)
        say((listing.url, "dim"), indent=2)
    for page in checked.pages:
        _print_page(page)
    if checked.articles:
        say()
        print_table(
            ("FIELD", "FOUND"),
            [
                (name, f"on {number} of {checked.articles}" if number else "nowhere")
                for name, number in checked.filled().items()
            ],
            wraps="FOUND",
        )
    if checked.forbidden:
        say()
        say("robots.txt forbids these, and they are not asked for:")
        for url in checked.forbidden:
            say((url, "dim"), indent=2)
    if checked.notes:
        say()
    for note in checked.notes:
        say((note, "alarm"), hanging=2)
    say()
    if checked.pages:
        say(f"{checked.articles} of {len(checked.pages)} pages were read as articles. Nothing was stored.")
    else:
        say("No article was found. Nothing was stored.")


def _print_page(page: CheckedPage) -> None:
    from archive.extraction.model import Rejection

    say()
    say((page.url, "dim"))
    if isinstance(page.extraction, Rejection) or page.extraction is None:
        why = page.problem or getattr(page.extraction, "words", "no answer")
        say((f"not an article: {why}", "alarm"), indent=2)
        return
    fields = page.fields()
    if fields["published"]:
        fields["published"] += f" (printed «{fields['published_stated']}», {fields['published_found_in']})"
    for name in ("title", "published", "section", "authors", "lead", "views", "tags", "images"):
        value = fields[name]
        if name == "images":
            value = [" / ".join(filter(None, (one["caption"], one["credit"]))) or one["url"] for one in value]
        text: Piece = ("empty", "alarm") if value in (None, "", []) else (_value_text(value), None)
        say((f"{name:10}", "dim"), text, indent=2, hanging=12)
    body = fields["body"]
    paragraphs = body.count("\n\n") + 1 if body else 0
    start = body[:EXCERPT_LENGTH].replace("\n\n", " ¶ ") + ("…" if len(body) > EXCERPT_LENGTH else "")
    size = f"{paragraphs} paragraphs, {fields['words']} words"
    say((f"{'body':10}", "dim"), f"{size}: {start}", indent=2, hanging=12)


def _value_text(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
