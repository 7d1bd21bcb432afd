"""An archive made, looked after and mended from the command line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive.core import Archive
from archive.events import CrawlEnded, CrawlStarted
from archive.index.ingest import captures
from tests.conftest import Typed
from tests.small_archive import SUMMIT, build

HEAVY = (
    "scrapy",
    "twisted",
    "trafilatura",
    "dateparser",
    "lxml",
    "starlette",
    "pydantic",
    "rich",
    "apscheduler",
)


def test_an_archive_is_made_with_all_it_needs(typed: Typed, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    result = typed(None, "init", folder, "--contact", "archive@example.org")
    assert result.exit_code == 0
    there = {path.name for path in folder.iterdir()}
    assert there >= {"newsarchive.toml", "scrapy.cfg", "sources", "warc", "state", "manifests", "archive.db"}
    assert 'contact = "archive@example.org"' in (folder / "newsarchive.toml").read_text()
    assert "newsarchive crawl" in result.stdout
    assert typed(folder, "status").exit_code == 0


def test_an_archive_that_is_there_is_not_overwritten(typed: Typed, tmp_path: Path) -> None:
    typed(None, "init", tmp_path)
    (tmp_path / "newsarchive.toml").write_text("workers = 3\n")
    result = typed(None, "init", tmp_path)
    assert result.exit_code == 0
    assert "Nothing was overwritten." in result.stdout
    assert (tmp_path / "newsarchive.toml").read_text() == "workers = 3\n"


def test_a_contact_that_is_none_makes_no_archive(typed: Typed, tmp_path: Path) -> None:
    result = typed(None, "init", tmp_path / "new", "--contact", "me")
    assert result.exit_code == 2
    assert "neither an e-mail address nor a web address" in result.stderr
    assert not (tmp_path / "new").exists()


def test_outside_of_an_archive_every_command_says_how_to_make_one(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (["status"], ["search", "x"], ["crawl"], ["run"], ["verify"], ["rebuild"], ["serve"]):
        result = typed(None, *command)
        assert result.exit_code == 2
        assert "newsarchive init" in result.stderr


def test_an_archive_is_given_by_option_environment_or_current_folder(
    small: Path, typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSARCHIVE_HOME", str(small))
    assert typed(None, "show", SUMMIT).exit_code == 0
    assert typed(tmp_path, "show", SUMMIT).exit_code == 2
    monkeypatch.delenv("NEWSARCHIVE_HOME")
    monkeypatch.chdir(small)
    assert typed(None, "show", SUMMIT).exit_code == 0


def test_every_mistake_of_the_settings_is_named_at_once(typed: Typed, folder: Path) -> None:
    (folder / "newsarchive.toml").write_text('contact = "me"\nworkers = 0\nprot = 1\n')
    result = typed(folder, "rebuild")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 3
    for key in ('contact = "me"', "workers = 0", "prot = 1"):
        assert key in result.stderr


def test_sources_are_listed_with_their_entry_points(typed: Typed, folder: Path) -> None:
    (folder / "sources" / "primorsk.toml").write_text(
        'title = "Новости Приморска"\ntimezone = "Europe/Kyiv"\nschedule = "*/30 * * * *"\n'
        '[[sections]]\nurl = "https://news.example/world/"\n'
        '[discovery]\nfeeds = ["https://news.example/rss"]\n'
    )
    heading, row = typed(folder, "sources", "list").stdout.splitlines()
    assert heading.split() == ["NAME", "TITLE", "TIME", "ZONE", "SCHEDULE", "ENTRY", "POINTS"]
    assert row.split("  ") == [
        "primorsk",
        "Новости Приморска",
        "Europe/Kyiv",
        "*/30 * * * *",
        "1 section, 1 feed",
    ]
    (listed,) = json.loads(typed(folder, "sources", "list", "--json").stdout)
    assert listed["sections"] == [{"name": "world", "url": "https://news.example/world/", "pages": 1}]


def test_a_mistake_in_any_source_file_stops_a_crawl_before_it_begins(typed: Typed, folder: Path) -> None:
    (folder / "sources" / "one.toml").write_text('title = "One"\n')
    (folder / "sources" / "two.toml").write_text("timezone = 5\n")
    for command in (["crawl"], ["crawl", "one", "two"], ["sources", "list"], ["run"], ["status"]):
        result = typed(folder, *command)
        assert result.exit_code == 2
        assert "one.toml: timezone is missing" in result.stderr
        assert "two.toml: title is missing" in result.stderr


def test_a_source_that_is_not_there_is_named_with_those_that_are(typed: Typed, folder: Path) -> None:
    (folder / "sources" / "one.toml").write_text('title = "One"\n')
    for command in (["crawl", "tow"], ["sources", "check", "../one"]):
        result = typed(folder, *command)
        assert result.exit_code == 2
        assert "Known sources: one" in result.stderr


def test_the_times_of_a_source_whose_file_is_broken_are_in_the_zone_it_was_crawled_in(
    small: Path, tmp_path: Path, typed: Typed
) -> None:
    folder = shutil.copytree(small, tmp_path / "archive")
    (folder / "sources" / "primorsk.toml").write_text("title = 3", encoding="utf-8")
    assert "2022-01-12 12:00" in typed(folder, "status").stdout  # ten o'clock in UTC


def test_the_status_shows_each_source_and_what_needs_looking_at(small: Path, typed: Typed) -> None:
    result = typed(small, "status")
    assert result.exit_code == 1
    assert "sources/port.toml is missing" in result.stdout
    assert "primorsk: articles that are not live: 1 removed" in result.stdout
    printed = {state["source"]: state for state in json.loads(typed(small, "status", "--json").stdout)}
    assert printed["primorsk"]["articles"] == 4
    assert printed["primorsk"]["last_crawl"]["removed"] == 1


@pytest.mark.parametrize(
    ("dates", "shown", "note"),
    [
        (
            ["2099-05-01"],
            "2099-05-01 03:00+03:00 (in the future)",
            "1 crawl is dated in the future, up to 2099-05-01 03:00+03:00: "
            "this machine's clock was ahead then, or is behind now",
        ),
        (
            ["2099-05-01", "2098-05-01", "2022-01-10"],
            "2022-01-10 02:00+02:00",
            "2 crawls are dated in the future, up to 2099-05-01 03:00+03:00: "
            "this machine's clock was ahead then, or is behind now",
        ),
        (
            ["2022-01-10", "2000-01-01"],
            "2000-01-01 02:00+02:00",
            "the last crawl is dated 2000-01-01 02:00+02:00: this machine's clock was behind then",
        ),
        (["2022-01-10"], "2022-01-10 02:00+02:00", None),
    ],
)
def test_the_status_notes_crawls_that_a_wrong_clock_dated(
    folder: Path, typed: Typed, dates: list[str], shown: str, note: str | None
) -> None:
    with Archive.open(folder) as archive:
        for date in dates:
            at, crawl = f"{date}T00:00:00.000000Z", f"port-{date}"
            started = CrawlStarted(crawl=crawl, source="port", title="Порт", timezone="Europe/Kyiv", at=at)
            ended = CrawlEnded(crawl=crawl, at=at, outcome="finished", counts={}, notes=())
            captures.add_crawl_started(archive.connection, started)
            captures.add_crawl_ended(archive.connection, ended)
    (folder / "sources" / "port.toml").write_text(
        'title = "Порт"\ntimezone = "Europe/Kyiv"\n[[sections]]\nurl = "https://port.example/"\n', "utf-8"
    )
    result = typed(folder, "status")
    assert result.exit_code == 0  # a note, and nothing to be done
    assert f"  {shown}  " in result.stdout
    assert ("port: " in result.stdout) == (note is not None)
    (state,) = json.loads(typed(folder, "status", "--json").stdout)
    assert state["notes"] == ([note] if note else [])
    assert state["last_crawl"]["id"] == f"port-{dates[-1]}"


def test_a_whole_archive_verifies(small: Path, typed: Typed) -> None:
    result = typed(small, "verify", "--quick")  # its pages were read by hand
    assert result.exit_code == 0
    assert result.stdout.endswith("no problems.\n")


def test_a_flipped_byte_is_found_and_named(small: Path, typed: Typed, tmp_path: Path) -> None:
    folder = shutil.copytree(small, tmp_path / "copy")
    file = min((folder / "warc").glob("primorsk*.gz"))
    file.chmod(0o644)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    result = typed(folder, "verify")
    assert result.exit_code == 1
    assert f"warc/{file.name} at byte " in result.stdout
    assert json.loads(typed(folder, "verify", "--json").stdout)["problems"][0]["file"] == f"warc/{file.name}"


def test_what_a_killed_crawl_left_is_repaired_on_request(small: Path, typed: Typed, tmp_path: Path) -> None:
    folder = shutil.copytree(small, tmp_path / "copy")
    file = min((folder / "warc").glob("primorsk*.gz"))
    file.rename(file.with_name(file.name + ".open"))
    for manifest in (folder / "manifests").iterdir():
        manifest.unlink()
    assert typed(folder, "rebuild").exit_code == 0
    before = typed(folder, "verify")
    assert before.exit_code == 1
    assert before.stdout.startswith("unfinished: ")
    after = typed(folder, "verify", "--repair", "--workers", "1")
    assert after.exit_code == 0
    assert f"repaired: warc/{file.name} was left open and is complete." in after.stdout
    assert after.stdout.endswith("no problems.\n")


def test_a_folder_that_cannot_be_is_a_sentence_that_says_what_to_do(typed: Typed) -> None:
    result = typed(None, "init", "/proc/x")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "Error: Could not create the folder /proc/x: no folders can be created there. "
        "Choose a folder that you can write to.\n"
    )


def test_one_problem_is_not_called_problems(small: Path, typed: Typed, tmp_path: Path) -> None:
    folder = shutil.copytree(small, tmp_path / "archive")
    (folder / "warc" / "notes.txt").write_text("mine")
    assert typed(folder, "verify", "--quick").stdout.endswith(": 1 problem.\n")


def test_a_head_noted_down_elsewhere_shows_what_nothing_inside_does(
    small: Path, typed: Typed, tmp_path: Path
) -> None:
    head = json.loads(typed(small, "verify", "--json").stdout)["head"]["sha256"]
    assert typed(small, "verify", "--quick", "--head", head).exit_code == 0
    other = build(tmp_path / "rewritten", elsewhere="http://else.example")
    assert typed(other, "verify", "--quick").exit_code == 0
    result = typed(other, "verify", "--quick", "--head", head)
    assert result.exit_code == 1
    assert head in result.stdout
    assert typed(small, "verify", "--quick", "--head", f" sha256:{head.upper()}").exit_code == 0


@pytest.mark.parametrize("head", ["zzz", "", "0123456789abcdef" * 2, "g" * 64])
def test_an_invalid_head_is_rejected_before_anything_is_checked(small: Path, typed: Typed, head: str) -> None:
    result = typed(small, "verify", "--quick", "--head", head, "--repair")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{head!r} is not a SHA-256" in result.stderr


def test_a_lost_index_is_a_finding_and_the_files_are_checked(
    small: Path, typed: Typed, tmp_path: Path
) -> None:
    folder = shutil.copytree(small, tmp_path / "copy")
    for index in folder.glob("archive.db*"):
        index.unlink()
    result = typed(folder, "verify", "--repair")
    assert result.exit_code == 1
    assert result.stdout.startswith("missing: archive.db is missing: run 'newsarchive rebuild'")
    assert "Checked 56 records" in result.stdout


def test_findings_fit_a_narrow_terminal(
    small: Path, typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(small, tmp_path / "copy")
    for file in (folder / "warc").glob("primorsk*.gz"):
        file.unlink()
    monkeypatch.setenv("COLUMNS", "50")
    lines = typed(folder, "verify").stdout.splitlines()
    assert len(lines) > 10
    assert [line for line in lines if len(line) > 50 and " " in line.strip()] == []


def test_a_lost_index_is_rebuilt(small: Path, typed: Typed, tmp_path: Path) -> None:
    folder = shutil.copytree(small, tmp_path / "copy")
    for index in folder.glob("archive.db*"):
        index.unlink()
    missing = typed(folder, "search")
    assert missing.exit_code == 2
    assert "newsarchive rebuild" in missing.stderr
    result = typed(folder, "rebuild", "--workers", "1")
    assert result.exit_code == 0
    assert result.stdout.startswith("The index has ")
    assert typed(folder, "show", SUMMIT).exit_code == 0


def test_a_damaged_index_is_one_sentence_and_no_traceback(typed: Typed, folder: Path) -> None:
    (folder / "archive.db").write_bytes(b"no database at all" * 1000)
    result = typed(folder, "search", "x")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.output


def test_help_waits_for_nothing_heavy() -> None:
    asked = f"import newsarchive.cli, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert printed.stdout == "[]\n"


def test_the_module_is_the_command() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "newsarchive", "--version"], capture_output=True, text=True, check=True
    )
    assert printed.stdout.startswith("newsarchive, version ")


def test_the_package_gives_the_archive() -> None:
    from archive.core import Archive
    from newsarchive import Archive as given

    assert given is Archive


def test_a_reader_that_goes_away_is_no_fault(small: Path) -> None:
    typed = [sys.executable, "-m", "newsarchive", "--archive", str(small), "export", "--versions"]
    with subprocess.Popen(typed, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.close()
        _, errors = child.communicate() if child.stdin else ("", child.stderr.read() if child.stderr else "")
    assert "Traceback" not in errors
