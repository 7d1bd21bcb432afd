"""Write a source file from what was found on a site, with comments that say how each setting is known."""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from archive import paths
from archive.errors import ArchiveError, Unwritable
from archive.journals.source_changes import current_names, read_changes
from archive.urls import host_of
from newsarchive.source_setup.identity import suggest_name
from newsarchive.source_setup.model import ArticleShape, FoundSection, SiteDescription, Stated, ZoneFinding
from spiders.sources.schema import validate_source
from spiders.sources.source import is_source_name, load_valid, source_files
from spiders.sources.toml_file import to_toml
from spiders.sources.validation import InvalidFile

WIDTH = 100  # columns of comments
PAGES = 3  # of a listing with more pages: what a crawl may have missed since the last one
OTHERS_SHOWN = 4


class SourceExists(ArchiveError):
    """Raised if the source of a site is there already; a source file is never overwritten."""


def choose_name(
    folder: Path, url: str, name: str | None = None, *, planned: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Return the name of the source for a site; raise SourceExists if it has one.

    Without `name` it is the name of the site's domain, or if another outlet's source has that one, its whole host.
    `planned` are further sources that will be written, with the address of each.
    """
    files = {path.stem for path in source_files(folder / paths.SOURCES)}
    former = current_names(read_changes(folder))
    if name is not None:
        if not is_source_name(name):
            raise ArchiveError(f'{name!r} cannot name a source: write only a-z, 0-9, "-" and "_".')
        if name in former:
            raise ArchiveError(f"{name} was the name of {former[name]} before: choose another name.")
        if name in files | planned.keys():
            raise _exists(folder, name)
        return name
    sources, _ = load_valid(folder / paths.SOURCES)
    sites = {source.name: {_site(one) for one in source.named_urls} for source in sources}
    sites |= {one: {_site(address)} for one, address in planned.items()}
    for known, hosts in sites.items():
        if _site(url) in hosts:
            raise _exists(folder, known)
    for candidate in dict.fromkeys([suggest_name(url), _site(url).replace(".", "-").replace(":", "-")]):
        if candidate not in files | planned.keys() | former.keys():
            return candidate
    raise _exists(folder, candidate)


def apply_given(
    site: SiteDescription,
    *,
    title: str | None = None,
    timezone: str | None = None,
    languages: Sequence[str] = (),
    origin: str,
) -> SiteDescription:
    """Return a description with what a person states about the site in place of what was found."""
    notes = list(site.notes)
    if timezone is not None and site.zone.zone not in (None, timezone):
        notes.append(f"{timezone} was {origin}, but for {site.zone.zone} speaks: {site.zone.explanation}.")
    return replace(
        site,
        title=Stated(title, origin) if title else site.title,
        zone=ZoneFinding(timezone, origin) if timezone else site.zone,
        languages=tuple(Stated(one, origin) for one in languages) or site.languages,
        notes=tuple(notes),
    )


def compose(
    site: SiteDescription,
    *,
    pages: int | str = PAGES,
    delay: float | None = None,
    schedule: str | None = None,
) -> str:
    """Return the text of the source file; its time zone must be known."""
    assert site.zone.zone is not None
    lines = [
        *_comment(
            f"{site.title.value}: written by 'newsarchive sources new' on {date.today()} from {site.url}."
            " The comments say how each setting is known. Check them, remove what you do not want, and try it with"
            " 'newsarchive sources check'. All settings are described in docs/sources.md."
        ),
        "",
        *_comment(f"From {site.title.found_in}."),
        _setting("title", site.title.value),
        "",
        *_comment(f"For times printed without a zone: {site.zone.explanation}."),
        _setting("timezone", site.zone.zone),
        "",
    ]
    if site.languages:
        lines += _comment("; ".join(f"{one.value}: {one.found_in}" for one in site.languages) + ".")
        lines += [_setting("languages", [one.value for one in site.languages]), ""]
    if schedule:
        lines += [_setting("schedule", schedule)]
    else:
        lines += _comment("When 'newsarchive run' crawls it: five cron fields in the time zone above.")
        lines += ['# schedule = "*/30 * * * *"']
    lines += ["", *_sections(site.sections, pages), *_discovery(site)]
    if delay is not None:
        lines += ["", "[politeness]", _setting("delay", delay)]
    if site.crawl_delay > (1.0 if delay is None else delay):
        lines += [
            "",
            *_comment(
                f"robots.txt asks for {site.crawl_delay:g} seconds between two requests; it is obeyed."
            ),
        ]
    text = "\n".join(lines).rstrip() + "\n"
    try:
        validate_source(tomllib.loads(text))
    except InvalidFile as error:  # a schedule or language that a list states
        raise ArchiveError("; ".join(error.mistakes)) from None
    return text


def write(folder: Path, name: str, text: str) -> Path:
    """Write a new source file and return its path; raise SourceExists if there is one of that name."""
    path = folder / paths.SOURCES / f"{name}.toml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise _exists(folder, name) from None
    except OSError as error:
        raise Unwritable.from_os_error(error, path) from error
    return path


def _exists(folder: Path, name: str) -> SourceExists:
    path = folder / paths.SOURCES / f"{name}.toml"
    return SourceExists(
        f"{path} is there already and was not changed. For another source of a site, choose a name."
    )


def _site(url: str) -> str:
    """Return the host of an address without www., and its port if it names one."""
    port = urlsplit(url).port
    return host_of(url).removeprefix("www.") + (f":{port}" if port else "")


def _sections(sections: Sequence[FoundSection], pages: int | str) -> list[str]:
    """Return the tables of the sections; those that are not wanted as comments."""
    lines: list[str] = []
    names: set[str] = set()
    for section in sections:
        name = section.name if section.name not in names else f"{section.name} ({urlsplit(section.url).path})"
        names.add(name)
        articles = "1 article" if section.articles == 1 else f"{section.articles} articles"
        table = ["[[sections]]", *([_setting("name", name)] if name else []), _setting("url", section.url)]
        if section.has_more_pages:
            table += [
                f"{_setting('pages', pages)}  # of its listing; {articles} on the first one, and more follow"
            ]
        else:
            table[-1] += f"  # {articles}, and no further page" if section.articles else "  # not requested"
        lines += [*(table if section.is_wanted else [f"# {line}" for line in table]), ""]
    if any(not section.is_wanted for section in sections):
        first = next(place for place, line in enumerate(lines) if line.startswith("# [["))
        lines[first:first] = _comment(
            "Other sections, and pages of the menu that were not requested: remove the # to crawl them too."
        )
    return lines


def _discovery(site: SiteDescription) -> list[str]:
    """Return the table of feeds, sitemaps and article addresses."""
    lines = ["[discovery]"]
    feeds = [(one.url, one.is_wanted, f"{one.articles} articles; {one.found_in}") for one in site.feeds]
    lines += _addresses("feeds", feeds) or _comment("No feed was found.")
    sitemaps = []
    for one in site.sitemaps:
        kind = {"news": "news sitemap with", "index": "index of sitemaps with about", "pages": "sitemap with"}
        remark = f"{kind[one.kind]} {one.entries} addresses; {one.found_in}"
        if not one.is_wanted:
            remark += ". The whole site: without the #, a crawl requests all of it"
        sitemaps.append((one.url, one.is_wanted, remark))
    lines += _addresses("sitemaps", sitemaps) or _comment("No sitemap was found.")
    lines += ["", *_article_shapes(site.shapes, site.others)]
    if site.more:
        lines += ["", *_comment(f"A button loads more articles from {site.more}.")]
    return lines


def _addresses(key: str, entries: Sequence[tuple[str, bool, str]]) -> list[str]:
    """Return a list of addresses, one a line with its remark; unwanted ones as comments; empty without entries."""
    if not entries:
        return []
    lines = [
        f"{'' if wanted else '# '}    {_value(url)},  # {_one_line(remark)}"
        for url, wanted, remark in entries
    ]
    return [f"{key} = [", *lines, "]"]


def _article_shapes(shapes: Sequence[ArticleShape], others: Iterable[str]) -> list[str]:
    """Return the shapes of article addresses as a comment, with examples."""
    if not shapes:
        return _comment(
            "The addresses of articles have no common shape; articles are detected in each listing."
        )
    lines = _comment(
        "Articles are detected in each listing. If pages that are not articles are found, or articles are"
        " missed, remove the # below: then exactly the links with this shape are articles, wherever they are"
        " on a page."
    )
    lines += ["# article = [", *(f"#     {_regex(one.pattern)}," for one in shapes), "# ]"]
    for shape in shapes:
        lines += [f"#   matches {shape.articles}: {_one_line(url)}" for url in shape.examples[:1]]
        lines += [f"#     {_one_line(url)}" for url in shape.examples[1:]]
    shown = [_one_line(url) for url in others][:OTHERS_SHOWN]
    return lines + [f"#   does not match: {url}" for url in shown]


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        _one_line(text),
        WIDTH,
        initial_indent="# ",
        subsequent_indent="# ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _one_line(text: str) -> str:
    """Return a text of a page as it may be in a comment: on one line, without control characters."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def _setting(key: str, value: object) -> str:
    if isinstance(value, list):  # tomli-w writes one entry a line
        return f"{key} = [{', '.join(map(_value, value))}]"
    return to_toml({key: value}).strip()


def _value(value: str) -> str:
    return _setting("x", value).partition("= ")[2]


def _regex(pattern: str) -> str:
    """Return a regular expression as TOML, without doubled backslashes where possible."""
    return _value(pattern) if "'" in pattern else f"'{pattern}'"
