"""Load sources: one TOML file each, read into one value; all mistakes are reported together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from archive.errors import SourceError
from archive.extraction.model import Outlet, PageTemplate, Rule
from archive.journals.source_changes import (
    SourceChange,
    State,
    current_names,
    last_changes,
    read_changes,
    state_of,
)
from archive.rechecks import REMOVED_AFTER
from spiders.discovery.paging.more_setting import MoreSetting
from spiders.sources import templates_file
from spiders.sources import toml_file as toml
from spiders.sources.schema import Definition, Images, IPNetwork, validate_source
from spiders.sources.validation import InvalidFile


@dataclass(frozen=True, slots=True)
class Section:
    """A section of an outlet: a listing that is crawled."""

    name: str  # from the file; without one, the last segment of the address
    url: str
    pages: int | None = 1  # how many pages of the listing to crawl; None: all
    more: MoreSetting | None = None  # the address of its pages after the first; None: found on the page


@dataclass(frozen=True, slots=True)
class Source:
    """The contents of a source file: where to find an outlet's articles, and how to crawl it."""

    name: str  # the file's stem
    title: str
    timezone: str  # IANA
    languages: tuple[str, ...] = ()
    schedule: str | None = None  # five cron fields, in the source's time zone; None: only on demand
    sections: tuple[Section, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    article: tuple[str, ...] = ()  # regular expressions, searched in path and query
    ignore: tuple[str, ...] = ()
    delay: float = 1.0  # seconds between requests to one host
    obey_robots: bool = True
    private_networks: tuple[IPNetwork, ...] = ()  # that may be connected to
    images: Images = "lead"
    requisites: bool = True
    cookies: tuple[tuple[str, str], ...] = ()  # name, value; sent to the outlet's own sites
    user_agent_note: str | None = None
    max_pages: int = 10_000  # requested in one crawl
    removed_after: timedelta = REMOVED_AFTER  # least time between two 404 or 410 that show a removal
    depth: int = 1000  # pages of a listing with pages = "all"
    recheck_share: float = 0.5  # wait before another visit, of the time since the last change
    recheck_longest: timedelta = timedelta(days=30)
    recheck_section_parts: timedelta = timedelta(hours=24)  # shortest wait, of pictures and style sheets
    listings_longest: timedelta = timedelta(hours=6)  # wait before a listing that hardly changes is requested
    rechecks_per_hour: int | None = None  # visits to known articles on one host; None: any number
    rules: tuple[Rule, ...] = ()
    state: State = "active"  # only active sources are crawled
    state_since: str | None = None  # UTC
    templates: tuple[PageTemplate, ...] = ()  # learned from its pages, in NAME.learned.toml

    @property
    def is_scheduled(self) -> bool:
        """Return whether `run` crawls the source."""
        return self.schedule is not None and self.state == "active"

    @property
    def named_urls(self) -> tuple[str, ...]:
        """Return the addresses that the source file names: sections, with their further pages, feeds and sitemaps."""
        more = tuple(section.more.url for section in self.sections if section.more is not None)
        return (*(section.url for section in self.sections), *more, *self.feeds, *self.sitemaps)

    @property
    def outlet(self) -> Outlet:
        """Return what the extraction of a page needs."""
        return Outlet(self.timezone, self.languages, self.rules, self.templates, self.title)


def load(path: Path) -> Source:
    """Return the source in a file; raise SourceError with one line per mistake."""
    source, mistakes = _read(path, read_changes(path.parent.parent))
    if source is None:
        raise SourceError("\n".join(mistakes))
    return source


def load_all(folder: Path) -> list[Source]:
    """Return all sources of a folder, sorted by name; raise SourceError with every mistake of every file."""
    sources, mistakes = load_valid(folder)
    if mistakes:
        raise SourceError("\n".join(mistakes))
    return sources


def load_valid(folder: Path) -> tuple[list[Source], list[str]]:
    """Return the valid sources of a folder, sorted by name, and every mistake of the other files."""
    sources: list[Source] = []
    mistakes: list[str] = []
    changes = read_changes(folder.parent)
    for path in source_files(folder):
        source, more = _read(path, changes)
        mistakes += more
        if source is not None:
            sources.append(source)
    return sources, mistakes


def find_mistakes(name: str, content: bytes) -> list[str]:
    """Return every mistake of a source file with this name and content, one sentence each."""
    return _parse_definition(name, lambda: toml.parse(content))[1]


def source_files(folder: Path) -> list[Path]:
    """Return the source files of a folder, sorted by name, without hidden files and learned templates."""
    return [
        path
        for path in sorted(folder.glob("*.toml"))
        if not path.name.startswith(".") and not path.name.endswith(templates_file.SUFFIX)
    ]


def is_source_name(name: str) -> bool:
    """Return whether a text can name a source."""
    return re.fullmatch(r"[a-z0-9_-]+", name) is not None


def _read(path: Path, changes: Sequence[SourceChange]) -> tuple[Source | None, list[str]]:
    """Return the source in a file with its state and page templates, or None and the mistakes."""
    source, mistakes = _read_definition(path)
    if (name := current_names(changes).get(path.stem)) is not None:
        mistakes.append(f"{path}: this source was renamed to {name}; give the file another name")
    templates, more = templates_file.read(templates_file.templates_path(path))
    if source is None or mistakes or more:
        return None, mistakes + more
    last = last_changes(changes).get(source.name)
    since = last.at if last is not None else None
    return replace(source, templates=templates, state=state_of(last), state_since=since), []


def _read_definition(path: Path) -> tuple[Source | None, list[str]]:
    """Return the source in a file without page templates, or None and the mistakes."""
    source, mistakes = _parse_definition(path.stem, lambda: toml.read(path))
    return source, [f"{path}: {mistake}" for mistake in mistakes]


def _parse_definition(name: str, read: Callable[[], dict[str, Any]]) -> tuple[Source | None, list[str]]:
    """Return the source of a name and a table that `read` returns, or None and the mistakes."""
    mistakes: list[str] = []
    definition: Definition | None = None
    if not is_source_name(name):
        mistakes.append(
            f'the file name is the name of the source: write only a-z, 0-9, "-" and "_" instead of "{name}"'
        )
    try:
        definition = validate_source(read())
    except InvalidFile as found:
        mistakes += found.mistakes
    if mistakes or definition is None:
        return None, mistakes
    return _to_source(name, definition), []


def _to_source(name: str, definition: Definition) -> Source:
    """Return the source that a file defines."""
    return Source(
        name=name,
        title=definition.title,
        timezone=definition.timezone,
        languages=tuple(definition.languages),
        schedule=definition.schedule,
        sections=tuple(
            Section(
                section.name or _last_segment(section.url) or definition.title,
                section.url,
                section.pages,
                section.more or definition.discovery.more,
            )
            for section in definition.sections
        ),
        feeds=tuple(definition.discovery.feeds),
        sitemaps=tuple(definition.discovery.sitemaps),
        article=tuple(definition.discovery.article),
        ignore=tuple(definition.discovery.ignore),
        delay=definition.politeness.delay,
        obey_robots=definition.politeness.obey_robots,
        private_networks=tuple(definition.network.allow_private),
        images=definition.capture.images,
        requisites=definition.capture.requisites,
        cookies=tuple(definition.capture.cookies.items()),
        user_agent_note=definition.capture.user_agent_note,
        max_pages=definition.limits.pages,
        removed_after=definition.rechecks.removed_after,
        depth=definition.limits.depth,
        recheck_share=definition.rechecks.share,
        recheck_longest=definition.rechecks.longest,
        recheck_section_parts=definition.rechecks.section_parts,
        listings_longest=definition.rechecks.listings,
        rechecks_per_hour=definition.rechecks.per_hour,
        rules=tuple(Rule(**{**dict(rule), "prune": tuple(rule.prune)}) for rule in definition.rules),
    )


def _last_segment(url: str) -> str:
    """Return the last part of the path of an address."""
    segments = [segment for segment in unquote(urlsplit(url).path).split("/") if segment]
    return segments[-1] if segments else ""
