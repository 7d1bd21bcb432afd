"""Source files edited in the web interface: checked, replaced as a whole, never over the change of someone else."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import NotFound, SourceError
from newsarchive.source_editing.source_file import FileChanged, read_source_file, write_source_file
from spiders.sources.source import load, source_files

TEXT = 'title = "Новости"\ntimezone = "Europe/Kyiv"\n\n[[sections]]\nurl = "https://news.example/"\n'
CHANGED = TEXT.replace("Новости", "Вести") + "# a comment stays\n"


@pytest.fixture
def file(folder: Path) -> Path:
    path = folder / "sources/news.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_valid_text_replaces_the_file_and_the_old_one_is_kept(folder: Path, file: Path) -> None:
    file.chmod(0o640)
    write_source_file(folder, "news", CHANGED.replace("\n", "\r\n"), read_source_file(folder, "news").digest)
    assert file.read_bytes() == CHANGED.encode()
    assert file.stat().st_mode & 0o777 == 0o640
    assert file.with_name("news.toml~").read_text("utf-8") == TEXT
    assert load(file).title == "Вести"
    assert source_files(folder / "sources") == [file]
    assert sorted(path.name for path in file.parent.iterdir()) == ["news.toml", "news.toml~"]


HOSTILE = {
    "no TOML": "title = ",
    "nothing": "",
    "an unknown key": TEXT + "\n[politeness]\ndeley = 3\n",
    "nested lists": f"a = {'[' * 20_000}",
    "dotted keys": f"{'.'.join('a' * 5000)} = 1",
    "a long number": f"a = {'1' * 10_000}",
    "a long number as a schedule": TEXT.replace("[[", f"schedule = 0x{'f' * 10_000}\n[["),
    "deep tables of a key": TEXT + f"\n[politeness.delay.{'.'.join('a' * 3000)}]\nb = 1\n",
    "a NUL": TEXT + "\0",
    "a wrong zone": TEXT.replace("Europe/Kyiv", "../../../etc/passwd"),
    "a file address": TEXT.replace("https://news.example/", "file:///etc/passwd"),
    "a wrong pattern": TEXT + "\n[discovery]\narticle = ['(']\n",
    "too much": TEXT + "#" * 100_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_is_written_if_the_text_has_mistakes(folder: Path, file: Path, text: str) -> None:
    with pytest.raises(SourceError) as found:
        write_source_file(folder, "news", text, read_source_file(folder, "news").digest)
    assert str(found.value)
    assert "Traceback" not in str(found.value)
    assert [path.name for path in file.parent.iterdir()] == ["news.toml"]
    assert file.read_text("utf-8") == TEXT


def test_half_a_letter_becomes_a_question_mark(folder: Path, file: Path) -> None:
    write_source_file(folder, "news", TEXT + "# \ud800", read_source_file(folder, "news").digest)
    assert file.read_text("utf-8") == TEXT + "# ?"


def test_all_mistakes_are_named(folder: Path, file: Path) -> None:
    with pytest.raises(SourceError) as found:
        write_source_file(
            folder, "news", "titel = 1\ntimezone = 'X'", read_source_file(folder, "news").digest
        )
    assert len(str(found.value).splitlines()) >= 3


def test_a_change_by_someone_else_is_noticed(folder: Path, file: Path) -> None:
    read = read_source_file(folder, "news")
    file.write_text(TEXT + "# theirs\n", encoding="utf-8")
    with pytest.raises(FileChanged):
        write_source_file(folder, "news", CHANGED, read.digest)
    assert file.read_text("utf-8").endswith("# theirs\n")


@pytest.mark.parametrize(
    "name", ["..", "../newsarchive", "news.toml", "/etc/passwd", "", "NEWS", "news\n", "news.learned"]
)
def test_only_source_files_can_be_read_and_written(folder: Path, file: Path, name: str) -> None:
    (folder / "sources/news.learned.toml").write_text("")
    with pytest.raises(NotFound):
        read_source_file(folder, name)
    with pytest.raises(NotFound):
        write_source_file(folder, name, TEXT, "")
