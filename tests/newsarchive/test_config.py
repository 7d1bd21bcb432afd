"""The settings of an archive, and which archive is meant."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from newsarchive import config
from newsarchive.config import SettingsError


def written(folder: Path, text: str) -> Path:
    (folder / "newsarchive.toml").write_text(text, encoding="utf-8")
    return folder


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    settings = config.load_settings(written(tmp_path, ""))
    assert (settings.contact, settings.workers, settings.crawls_at_once) == (None, None, 4)
    assert (settings.answer_seconds, settings.answer_bytes) == (60, 32 * 1024 * 1024)
    assert (settings.warc_max_bytes, settings.host, settings.port) == (1_000_000_000, "127.0.0.1", 8470)


@pytest.mark.parametrize("contact", ["archive@example.org", "https://example.org/archive", "a.b+c@x.museum"])
def test_a_contact_is_an_e_mail_or_a_web_address(tmp_path: Path, contact: str) -> None:
    assert config.load_settings(written(tmp_path, f'contact = "{contact}"')).contact == contact


@pytest.mark.parametrize(
    "contact", ["", "me", "a@b", "a b@example.org", "a@example.org\\r\\nX: y", "ftp://x.y", "a@b.c)", "я@b.c"]
)
def test_text_that_a_header_cannot_have_is_no_contact(tmp_path: Path, contact: str) -> None:
    with pytest.raises(SettingsError, match="contact = "):
        config.load_settings(written(tmp_path, f'contact = "{contact}"'))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("workers = 0", "workers = 0 must not be less than 1"),
        ('workers = "2"', 'workers = "2" must be a whole number, without quotes'),
        ("warc_max_bytes = 5", "must not be less than 1_000_000"),
        ("[serve]\nport = 70000", "serve.port = 70000 must not be more than 65535"),
        ('[serve]\nnames = ["http://x.example/"]', "is not a host name"),
        ('[serve]\nnames = "x.example"', "serve.names"),
        ("[limits]\nanswer_seconds = 0", "limits.answer_seconds = 0 must not be less than 1"),
        ("[limits]\nanswer_bytes = 5", "limits.answer_bytes = 5 must not be less than 1000"),
        ("[serve]\nprot = 1", 'serve.prot = 1: there is no such key; did you mean "port"?'),
        ("contct = 1", 'contct = 1: there is no such key; did you mean "contact"?'),
        ("serve = 5", "serve = 5 must be a table: write [serve] and its keys below"),
        ("contact = ", "is not TOML"),
    ],
)
def test_a_mistake_names_file_key_and_value(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError) as found:
        config.load_settings(written(tmp_path, text))
    assert str(found.value).startswith(f"{tmp_path / 'newsarchive.toml'}: ")
    assert says in str(found.value)


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as found:
        config.load_settings(written(tmp_path, 'workers = 0\ncontact = "x"\n[serve]\nport = -1\n'))
    assert len(str(found.value).splitlines()) == 3


@pytest.mark.parametrize("data", [b"\xff\xfe", b"contact = '\xcf\xf0'", b"a = " + b"[" * 5000])
def test_bytes_that_are_no_settings_are_one_sentence(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "newsarchive.toml").write_bytes(data)
    with pytest.raises(SettingsError):
        config.load_settings(tmp_path)


def test_the_template_shows_the_defaults_and_can_be_uncommented(tmp_path: Path) -> None:
    assert config.load_settings(written(tmp_path, config.settings_template(None))) == config.load_settings(
        written(tmp_path, "")
    )
    bare = config.settings_template("a@example.org").replace("# ", "")
    settings = [line for line in bare.splitlines() if " = " in line or line.startswith("[")]
    read = config.load_settings(written(tmp_path, "\n".join(settings)))
    assert (read.contact, read.warc_max_bytes, read.port) == ("a@example.org", 1_000_000_000, 8470)
    named = set()
    for key, value in tomllib.loads("\n".join(settings)).items():
        named |= {f"{key}.{inner}" for inner in value} if isinstance(value, dict) else {key}
    assert named == set(config.setting_keys())


def test_the_names_of_a_proxy_are_read(tmp_path: Path) -> None:
    assert config.load_settings(written(tmp_path, '[serve]\nnames = ["Archive.Example.ORG"]')).names == (
        "archive.example.org",
    )
    assert config.load_settings(written(tmp_path, "")).names == ()
