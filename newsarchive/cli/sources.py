"""What sources there are, and a dry look at one."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.errors import ArchiveError
from newsarchive.cli.common import archive_folder, finish, json_option, opened, print_json
from newsarchive.cli.terminal import Piece, say, table

if TYPE_CHECKING:
    from archive.extraction.model import Layout, Taught
    from newsarchive.source_check import Checked, CheckedPage
    from spiders.sources.source import Source

TEXT_LETTERS = 200  # of a body in a dry look: enough to see whether it begins where the text does


@click.group()
def sources() -> None:
    """The sites that are archived."""


@sources.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Print every source and how it is visited.

    The exit code is 2 when a source file is wrong; what is wrong with it is said.
    """
    from archive import paths as folders
    from archive.errors import SourceError
    from spiders.sources.source import sound

    folder = archive_folder()
    found, mistakes = sound(folder / folders.SOURCES)
    if as_json:
        print_json([_as_dict(source) for source in found])
    elif not found and not mistakes:
        say(f"There is no source yet: describe a site in {folder / folders.SOURCES / 'NAME.toml'}.")
    elif found:
        table(
            ("NAME", "TITLE", "ZONE", "SCHEDULE", "WAYS IN"),
            [
                (
                    source.name,
                    source.title,
                    source.timezone,
                    source.schedule or "when asked",
                    _ways_in(source),
                )
                for source in found
            ],
            folds="TITLE",
        )
    if mistakes:
        raise SourceError("\n".join(mistakes))


@sources.command()
@click.argument("name")
@json_option
def check(name: str, as_json: bool) -> None:
    """Look at source NAME as it stands now: what would be found, and what would be read.

    Its listings and a few articles are fetched, politely; nothing is stored. The exit code is 1
    when a listing shows nothing or a page is not read as an article.
    """
    from newsarchive.source_check import check_source

    folder = archive_folder()
    checked = check_source(folder, source_of(folder, name))
    if as_json:
        print_json(checked.as_dict())
    else:
        _print_checked(checked)
    finish(checked.is_sound)


@sources.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@json_option
def learn(names: tuple[str, ...], as_json: bool) -> None:
    """Learn anew where the parts of an article stand on the pages of sources.

    A crawl does this by itself: for a source that is not known yet, and when its layout has changed.
    What is learned from the newest captures goes to sources/NAME.learned.toml, and the next crawls
    and rebuilds read by it. Without names, of all sources. The exit code is 1 when the pages of a
    source are too few, or too unlike one another, to learn from.
    """
    from archive import paths as folders
    from archive.jobs.pool import pool
    from spiders.sources import templates_file as learned
    from spiders.sources.source import load_all

    folder = archive_folder()
    wanted = [source_of(folder, name) for name in names] or load_all(folder / folders.SOURCES)
    found = {}
    with opened() as archive, pool(1) as executor:
        for source in wanted:
            found[source.name] = archive.learn(source.name, replace(source.outlet, layouts=()), executor)
            if (known := found[source.name].layout) is not None:
                path = folder / folders.SOURCES / f"{source.name}.toml"
                learned.write(path, learned.added(source.layouts, known))
    if as_json:
        print_json([_taught_as_dict(name, taught) for name, taught in found.items()])
    else:
        for name, taught in found.items():
            _print_learned(name, taught)
    finish(all(taught.layout is not None for taught in found.values()))


def _taught_as_dict(name: str, taught: Taught) -> dict[str, Any]:
    numbers = {"pages": taught.pages, "stories": taught.stories, "alike": taught.alike}
    return {"source": name, "layout": _layout_as_dict(taught.layout)} | numbers


def _layout_as_dict(known: Layout | None) -> dict[str, Any] | None:
    if known is None:
        return None
    return asdict(known) | {"since": known.since.isoformat() if known.since else None}


def _print_learned(name: str, taught: Taught) -> None:
    known = taught.layout
    if known is None:
        say((name, "bold"), f": nothing was learned: {why_nothing(taught)}")
        return
    say((name, "bold"), f": learned from {known.pages} pages, in sources/{name}.learned.toml")
    for place, value in asdict(known).items():
        if place not in ("since", "pages") and value:
            shown = "; ".join(value) if isinstance(value, tuple) else value
            say((f"{place:10}", "dim"), shown, indent=2, hanging=12)


def why_nothing(taught: Taught) -> str:
    """Why pages taught nothing, in a sentence with their numbers."""
    from archive.extraction.templates.selection import FEWEST

    if taught.pages < FEWEST:
        return f"it has {taught.pages} pages of articles, and {FEWEST} are needed."
    if taught.stories < FEWEST:
        return (
            f"of its {taught.pages} newest pages only {taught.stories} can be learned from, and {FEWEST} are needed; "
            "the others have no longer text, or share half of it with one of these."
        )
    return (
        f"its pages are too unlike. The layout that fits most of the {taught.stories} newest articles "
        f"loses nothing on {taught.alike} of them, and it must on nearly all."
    )


def source_of(folder: Path, name: str) -> Source:
    """The source of that name; an ArchiveError that names the others when there is none."""
    from archive import paths as folders
    from spiders.sources.source import files, load

    path = folder / folders.SOURCES / f"{name}.toml"
    if path.parent != folder / folders.SOURCES or not path.is_file():
        names = [one.stem for one in files(folder / folders.SOURCES)]
        there = f"there are: {', '.join(names)}" if names else "there is none yet"
        raise ArchiveError(f"There is no source {name!r} ({path} is missing); {there}.")
    return load(path)


def _ways_in(source: Source) -> str:
    ways = ((len(source.sections), "section"), (len(source.feeds), "feed"), (len(source.sitemaps), "sitemap"))
    return ", ".join(f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in ways if number)


def _as_dict(source: Source) -> dict[str, Any]:
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


def _print_checked(checked: Checked) -> None:
    for listing in checked.listings:
        answered = listing.problem or f"{listing.found} articles"
        say((listing.section or listing.role, "bold"), f": {answered}", hanging=2)
        say((listing.url, "dim"), indent=2)
    for page in checked.pages:
        _print_page(page)
    if checked.articles:
        say()
        table(
            ("FIELD", "FOUND"),
            [
                (name, f"on {number} of {checked.articles}" if number else "nowhere")
                for name, number in checked.filled().items()
            ],
            folds="FOUND",
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
    from archive.extraction.model import NotAnArticle

    say()
    say((page.url, "dim"))
    if isinstance(page.reading, NotAnArticle) or page.reading is None:
        why = page.problem or getattr(page.reading, "reason", "no answer")
        say((f"not an article: {why}", "alarm"), indent=2)
        return
    fields = page.fields()
    if fields["published"]:
        fields["published"] += f" (printed «{fields['published_stated']}», {fields['published_found_in']})"
    for name in ("title", "published", "section", "authors", "lead", "views", "tags", "images"):
        value = fields[name]
        if name == "images":
            value = [" / ".join(filter(None, (one["caption"], one["credit"]))) or one["url"] for one in value]
        text: Piece = ("empty", "alarm") if value in (None, "", []) else (_in_words(value), None)
        say((f"{name:10}", "dim"), text, indent=2, hanging=12)
    body = fields["body"]
    paragraphs = body.count("\n\n") + 1 if body else 0
    start = body[:TEXT_LETTERS].replace("\n\n", " ¶ ") + ("…" if len(body) > TEXT_LETTERS else "")
    size = f"{paragraphs} paragraphs, {fields['words']} words"
    say((f"{'body':10}", "dim"), f"{size}: {start}", indent=2, hanging=12)


def _in_words(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
