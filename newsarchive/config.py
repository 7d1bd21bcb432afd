"""Read the settings of an archive from its newsarchive.toml, and find the archive's folder.

Pydantic is used only in this module; everything else sees one frozen value.
"""

from __future__ import annotations

import os
import re
import textwrap
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from archive import paths
from archive.errors import ArchiveError, BadQuery, NoArchive
from archive.storage.sizes import parse_size
from archive.urls import is_web_url, parse_base
from spiders.sources.toml_file import to_toml
from spiders.sources.validation import KeyDescription, describe_error, describe_keys, key, mistake

HOME_VARIABLE = "NEWSARCHIVE_HOME"
WATCHES = "watches.toml"
SmtpTls = Literal["starttls", "tls", "none"]
TEMPLATE_WIDTH = 100  # columns of the explanations in a new newsarchive.toml


class SettingsError(ArchiveError):
    """newsarchive.toml has errors; the message names all of them, one per line."""


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """The channels of notices."""

    webhook: str | None = None  # web address that gets a POST of JSON
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_tls: SmtpTls = "starttls"
    smtp_user: str | None = None
    mail_from: str | None = None
    mail_to: tuple[str, ...] = ()

    @property
    def channels(self) -> tuple[str, ...]:
        """Return the names of the channels that are set up."""
        found = {"webhook": self.webhook, "mail": self.smtp_host}
        return tuple(name for name, stated in found.items() if stated is not None)


@dataclass(frozen=True, slots=True)
class Watch:
    """A saved search of watches.toml."""

    name: str
    query: str = ""
    source: str | None = None
    section: str | None = None
    kinds: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """The validated contents of newsarchive.toml."""

    contact: str | None  # e-mail or web address, sent in the User-Agent
    operator: str | None  # who maintains the archive; written to its WARC files
    workers: int | None  # processes that extract pages; None: one per CPU core
    crawls_at_once: int  # how many scheduled crawls may run at the same time
    warc_max_bytes: int  # size at which a new WARC file is started
    warc_max_hours: int  # age at which a new WARC file is started
    answer_seconds: int  # maximum duration of one response, from the request to its last byte
    answer_bytes: int  # maximum length of its body; the rest is cut off, and the record says so
    min_free: int  # bytes; with less free disk space, crawls stop
    warn_free: int  # bytes; with less free disk space, status warns
    host: str  # where the web interface listens
    port: int
    names: tuple[str, ...]  # other host names of the web interface, such as a proxy's
    timestamp_authority: str | None  # address of the authority that stamps evidence files
    address: str | None  # at which other people reach the web interface
    notifications: NotificationSettings
    prometheus: Path | None  # file to which metrics are written after crawls
    show_restricted_to: tuple[str, ...]  # roles of accounts that see restricted articles in the web interface


def load_settings(folder: Path) -> Settings:
    """Return the settings of the archive in a folder, or raise SettingsError with one line for each error."""
    path = folder / paths.SETTINGS
    try:
        table = _Settings.model_validate(tomllib.loads(path.read_bytes().decode("utf-8-sig")))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is not TOML: {error}") from error
    except RecursionError as error:
        raise SettingsError(f"{path}: is not a settings file: its tables are nested too deeply") from error
    except ValidationError as error:
        mistakes = [describe_error(one, _Settings) for one in error.errors(include_url=False)]
        raise SettingsError("\n".join(f"{path}: {mistake}" for mistake in mistakes)) from error
    return Settings(
        contact=table.contact,
        operator=table.operator,
        workers=table.workers,
        crawls_at_once=table.crawls_at_once,
        warc_max_bytes=table.warc_max_bytes,
        warc_max_hours=table.warc_max_hours,
        answer_seconds=table.limits.answer_seconds,
        answer_bytes=table.limits.answer_bytes,
        min_free=_bytes(table.storage.min_free),
        warn_free=_bytes(table.storage.warn_free),
        host=table.serve.host,
        port=table.serve.port,
        names=tuple(table.serve.names),
        address=table.serve.address,
        timestamp_authority=table.evidence.timestamp_authority,
        notifications=_channels(path, table.notifications),
        prometheus=folder / table.monitoring.prometheus if table.monitoring.prometheus else None,
        show_restricted_to=tuple(table.restricted.show_to),
    )


def load_watches(folder: Path) -> list[Watch]:
    """Return the saved searches of an archive, or raise SettingsError with one line for each error."""
    path = folder / WATCHES
    try:
        stated = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{path}: is not TOML: {error}") from error
    try:
        table = _Watches.model_validate(stated)
    except ValidationError as error:
        mistakes = [describe_error(one, _Watches) for one in error.errors(include_url=False)]
        raise SettingsError("\n".join(f"{path}: {mistake}" for mistake in mistakes)) from error
    names = [one.name for one in table.watches]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SettingsError(f"{path}: two watches are named {twice[0]!r}; rename one of them")
    return [
        Watch(
            one.name,
            one.query,
            one.source,
            one.section,
            tuple([one.kind] if isinstance(one.kind, str) else one.kind),
            tuple([one.grade] if isinstance(one.grade, str) else one.grade),
        )
        for one in table.watches
    ]


def _channels(path: Path, table: _Notifications) -> NotificationSettings:
    if table.smtp_host is not None and not (table.mail_from and table.mail_to):
        raise SettingsError(f"{path}: notifications.smtp_host needs mail_from and mail_to; add both")
    return NotificationSettings(
        table.webhook,
        table.smtp_host,
        table.smtp_port,
        table.smtp_tls,
        table.smtp_user,
        table.mail_from,
        tuple(table.mail_to),
    )


def find_archive(option: Path | str | None) -> Path:
    """Return the archive's folder: the option, else NEWSARCHIVE_HOME, else the current folder.

    Raises NoArchive if that folder is not an archive.
    """
    named = option or os.environ.get(HOME_VARIABLE)
    folder = Path(named) if named else Path.cwd()
    if (folder / paths.SETTINGS).is_file():
        return folder.resolve()
    if named:
        origin = "" if option else f" (from {HOME_VARIABLE})"
        raise NoArchive(
            f"{folder}{origin} is not an archive. To create one, run 'newsarchive init {folder}'."
        )
    raise NoArchive(
        "The current folder is not an archive. Go to the archive's folder, use --archive DIR, "
        "or create an archive with 'newsarchive init DIR'."
    )


def describe_settings() -> list[KeyDescription]:
    """Return the description of every setting in newsarchive.toml."""
    return describe_keys(_Settings)


def setting_keys() -> list[str]:
    """Return every key that newsarchive.toml may contain, in dotted form such as `serve.port`."""
    return [described.key for described in describe_settings()]


def settings_template(contact: str | None) -> str:
    """Return a newsarchive.toml with every setting explained, or raise SettingsError for an invalid contact."""
    values = {}
    if contact is not None:
        try:
            _Settings.model_validate({"contact": contact})
        except ValidationError as error:
            raise SettingsError(describe_error(error.errors()[0], _Settings)) from error
        values["contact"] = to_toml({"contact": contact}).strip()
    lines = ["# Settings of this archive. A setting that is commented out shows its default or an example."]
    last_table = ""
    for described in describe_settings():
        table, _, name = described.key.rpartition(".")
        lines += ["", *([f"# [{table}]"] if table != last_table else [])]
        by_default = (
            "" if described.default.startswith(("`", "none")) else f" By default {described.default}."
        )
        lines += textwrap.wrap(
            f"{described.meaning[0].upper()}{described.meaning[1:]}.{by_default}",
            TEMPLATE_WIDTH,
            initial_indent="# ",
            subsequent_indent="# ",
            break_on_hyphens=False,
        )
        lines.append(values.get(described.key, f"# {name} = {described.example}"))
        last_table = table
    return "\n".join(lines) + "\n"


def _check_contact(text: str) -> str:
    # It becomes part of a header line: visible ASCII, nothing that could end the line or the comment.
    visible = re.fullmatch(r"[!-~]+", text) and not re.search(r"[\"'()<>\\]", text)
    if not visible or not (re.fullmatch(r"[^@/]+@[^@/]+\.[^@/]+", text) or is_web_url(text)):
        raise mistake("is neither an e-mail address nor a web address")
    return text


def _check_one_line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise mistake("must be one line of text")
    return text.strip()


def _check_host_name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", text):
        raise mistake("is not a host name: write it without http:// and port, as in archive.example.org")
    return text.lower()


def _check_size(text: str) -> str:
    if parse_size(text) is None:
        raise mistake('is not a size: write a number and a unit, as in "5 GB" or "500 MB"')
    return text


def _bytes(size: str) -> int:
    checked = parse_size(size)
    assert checked is not None
    return checked


def _check_base(text: str) -> str:
    try:
        return parse_base(text)
    except BadQuery as error:
        raise mistake("is not a web address such as https://archive.example.org/") from error


def _check_mail_address(text: str) -> str:
    if not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", text) or re.search(r"[\"'(),:;<>\\\[\]]", text):
        raise mistake("is not an e-mail address; write one such as archive@example.org")
    return text


def _check_web_address(text: str) -> str:
    if not is_web_url(text):
        raise mistake('is not a web address; write one such as "https://hooks.example.org/newsarchive"')
    return text.strip()


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Serve(_Table):
    host: Annotated[str, AfterValidator(_check_one_line)] = key(
        "the address on which `newsarchive serve` listens. Everyone who can connect can read the archive: listen on "
        "another address only behind a web server that asks for a password",
        "127.0.0.1",
    )
    port: int = key("the port", 8470, ge=0, le=65535)
    names: list[Annotated[str, AfterValidator(_check_host_name)]] = key(
        'host names under which a proxy serves the web interface, such as `["archive.example.org"]`; requests for any '
        "other name are rejected",
        [],
    )
    address: Annotated[str, AfterValidator(_check_base)] | None = key(
        "the address at which other people reach the web interface; citations name snapshots there",
        None,
        example="https://archive.example.org/",
    )


class _Evidence(_Table):
    timestamp_authority: Annotated[str, AfterValidator(_check_web_address)] | None = key(
        "address of the time stamp authority (RFC 3161) that `newsarchive evidence --stamp` asks. It receives "
        "a digest, and no content",
        None,
        example="https://freetsa.org/tsr",
    )


class _Limits(_Table):
    answer_seconds: int = key(
        "how many seconds one response may take, from the request to its last byte. What arrived until then is stored "
        "and marked as truncated, and the URL is requested again",
        60,
        ge=1,
        le=3600,
    )
    answer_bytes: int = key(
        "how many bytes the body of one response may have, as sent; the rest is dropped, and the record says so",
        32 * 1024 * 1024,
        ge=1000,
        le=1_000_000_000,
    )


class _Storage(_Table):
    min_free: Annotated[str, AfterValidator(_check_size)] = key(
        "free disk space that is always left: with less, running crawls end in order, none is started, and `status` "
        "raises an alarm",
        "1 GB",
    )
    warn_free: Annotated[str, AfterValidator(_check_size)] = key(
        "free disk space below which `status` and `storage` warn", "5 GB"
    )


class _Notifications(_Table):
    webhook: Annotated[str, AfterValidator(_check_web_address)] | None = key(
        "web address that gets every notice of a saved search (watches.toml) as a POST of JSON",
        None,
        example="https://hooks.example.org/newsarchive",
    )
    smtp_host: Annotated[str, AfterValidator(_check_host_name)] | None = key(
        "mail server that sends notices; the password of `smtp_user` is read from the environment variable "
        "`NEWSARCHIVE_SMTP_PASSWORD`",
        None,
        example="smtp.example.org",
    )
    smtp_port: int = key("port of the mail server", 587, ge=1, le=65535)
    smtp_tls: SmtpTls = key('encryption: `"starttls"`, `"tls"` or `"none"`', "starttls")
    smtp_user: Annotated[str, AfterValidator(_check_one_line)] | None = key(
        "user name at the mail server", None, example="archive"
    )
    mail_from: Annotated[str, AfterValidator(_check_mail_address)] | None = key(
        "sender of the mails", None, example="archive@example.org"
    )
    mail_to: list[Annotated[str, AfterValidator(_check_mail_address)]] = key(
        'recipients of the mails, such as `["desk@example.org"]`', [], example=["desk@example.org"]
    )


class _Monitoring(_Table):
    prometheus: Annotated[str, AfterValidator(_check_one_line)] | None = key(
        "file to which metrics are written after crawls, for the textfile collector of Prometheus' node_exporter; its "
        "name ends in .prom",
        None,
        example="/var/lib/node_exporter/newsarchive.prom",
    )


class _Restricted(_Table):
    show_to: list[Annotated[str, AfterValidator(_check_one_line)]] = key(
        "roles of accounts to which the web interface shows restricted articles; visitors without an account never "
        "see them, and the command line always does",
        [],
        example=["archivist"],
    )


class _Watch(_Table):
    name: Annotated[str, AfterValidator(_check_one_line)] = key("name of the saved search, in its notices")
    query: str = key("words, as for a search", "")
    source: str | None = key("source, by its file name", None)
    section: str | None = key("section", None)
    kind: str | list[str] = key("kinds of changes", ["new", "edit", "removal", "move", "return"])
    grade: str | list[str] = key("grades of edits; selects edits alone", [])


class _Watches(_Table):
    watches: list[_Watch] = []


class _Settings(_Table):
    contact: Annotated[str, AfterValidator(_check_contact)] | None = key(
        "an e-mail or web address where people whose sites are crawled can reach you. It is sent with every request, "
        "in the User-Agent. Please set it before the first crawl",
        None,
        example="archive@example.org",
    )
    operator: Annotated[str, AfterValidator(_check_one_line)] | None = key(
        "who runs the archive; written into its WARC files", None, example="Library of Example"
    )
    workers: int | None = key(
        "number of worker processes that extract pages",
        None,
        ge=1,
        shown_default="one for each processor core",
        example=2,
    )
    crawls_at_once: int = key(
        "how many crawls `newsarchive run` runs at the same time; further ones wait for their turn", 4, ge=1
    )
    warc_max_bytes: int = key(
        "size at which a new WARC file is started, by a crawl or by the next one; at least 1 000 000",
        1_000_000_000,
        ge=1_000_000,
    )
    warc_max_hours: int = key(
        "age in hours at which a new WARC file is started. The crawls of a source append to one file until it is so "
        "old or so large, or the day ends (UTC)",
        24,
        ge=1,
        le=24 * 365,
    )
    limits: _Limits = _Limits()
    storage: _Storage = _Storage()
    serve: _Serve = _Serve()
    evidence: _Evidence = _Evidence()
    notifications: _Notifications = _Notifications()
    monitoring: _Monitoring = _Monitoring()
    restricted: _Restricted = _Restricted()
