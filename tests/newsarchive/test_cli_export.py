"""Articles taken away on the command line."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Typed
from tests.disks import small_disk
from tests.small_archive import BRIDGE, GONE, HARBOUR, HOSTILE, SUMMIT

CORRECTED = "Саммит ОДКБ по Казахстану: миротворцы уйдут через два дня"


def test_an_export_to_standard_output_is_nothing_but_the_export(
    small: Path, typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = typed(small, "export")
    lines = [json.loads(line) for line in result.stdout.split("\n")[:-1]]
    assert {line["url"] for line in lines} == {SUMMIT, BRIDGE, GONE, HOSTILE, HARBOUR}
    assert result.stderr == "Exported 5 articles.\n"
    assert list(tmp_path.iterdir()) == []


def test_every_version_is_exported_when_asked_for(small: Path, typed: Typed) -> None:
    result = typed(small, "export", "--versions", "--source", "primorsk", "ОДКБ")
    assert [json.loads(line)["version"] for line in result.stdout.splitlines()] == [1, 2]


def test_links_are_exported_when_asked_for(small: Path, typed: Typed) -> None:
    printed = json.loads(typed(small, "export", "--with-links", "ОДКБ").stdout)
    assert [link["url"] for link in printed["links"]] == ["http://agency.example/odkb"]


def test_a_file_named_csv_is_csv_that_excel_reads(small: Path, typed: Typed, tmp_path: Path) -> None:
    typed(small, "export", "-o", tmp_path / "all.csv")
    written = (tmp_path / "all.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfid,url,")
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert [row["title"] for row in rows if row["url"] == SUMMIT] == [CORRECTED]


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.parquet", b"PAR1"),
        ("a.db", b"SQLite format 3"),
        ("a.sqlite", b"SQLite format 3"),
        ("a.jsonl", b'{"id"'),
        ("a.CSV", b"\xef\xbb\xbfid"),
        ("a", b'{"id"'),
    ],
)
def test_the_name_says_the_format(
    small: Path, typed: Typed, tmp_path: Path, name: str, begins: bytes
) -> None:
    result = typed(small, "export", "-o", tmp_path / name)
    assert result.exit_code == 0
    assert result.stderr.splitlines()[0] == f"Exported 5 articles to {tmp_path / name}."
    assert f"Provenance: {name}.provenance.json. Fields: {name}.dictionary.csv." in result.stderr
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert (tmp_path / f"{name}.provenance.json").is_file()


def test_semicolons_are_for_csv_alone(small: Path, typed: Typed, tmp_path: Path) -> None:
    typed(small, "export", "-o", tmp_path / "a.csv", "--separator", "semicolon")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfid;url;")
    result = typed(small, "export", "-o", tmp_path / "a.jsonl", "--separator", "tab")
    assert (result.exit_code, result.stderr) == (2, "Error: A separator can be chosen for CSV only.\n")


def test_the_filters_of_a_search_are_those_of_an_export(small: Path, typed: Typed) -> None:
    def options(command: str) -> set[str]:
        shown = typed(None, command, "--help").stdout
        return {word for word in shown.replace("=", " ").split() if word.startswith("--")}

    own = {"--format", "--output", "--overwrite", "--versions", "--with-links", "--separator"}
    assert options("search") - options("export") <= {"--json", "--group-copies", "--counts"}
    assert own <= options("export")


def test_filters_narrow_an_export(small: Path, typed: Typed, tmp_path: Path) -> None:
    asked = ("--tag", "ОДКБ", "--language", "ru", "--captured-from", "2022-01-11", "--versions")
    result = typed(small, "export", "-o", tmp_path / "a.jsonl", *asked)
    assert result.exit_code == 0, result.stderr
    (line,) = (tmp_path / "a.jsonl").read_text("utf-8").splitlines()
    assert (json.loads(line)["url"], json.loads(line)["version"]) == (SUMMIT, 2)
    printed = json.loads((tmp_path / "a.jsonl.provenance.json").read_text("utf-8"))
    assert printed["asked"]["filters"] == {"tag": "ОДКБ", "language": "ru", "captured_from": "2022-01-11"}


def test_a_limit_is_kept(small: Path, typed: Typed) -> None:
    assert len(typed(small, "export", "--limit", "2").stdout.splitlines()) == 2


def test_a_file_that_is_there_is_not_overwritten_unasked(small: Path, typed: Typed, tmp_path: Path) -> None:
    kept = tmp_path / "all.jsonl"
    kept.write_text("precious")
    result = typed(small, "export", "-o", kept)
    assert result.exit_code == 2
    assert result.stderr == f"Error: {kept} already exists: use --overwrite to replace it.\n"
    assert kept.read_text() == "precious"
    assert typed(small, "export", "-o", kept, "--overwrite").exit_code == 0
    assert kept.read_text() != "precious"


@pytest.mark.parametrize(
    "wrong",
    [
        ["--source", "nowhere"],
        ["--from", "2022-02-30"],
        ["--from", "2022-02-01", "--to", "2022-01-01"],
        ["--format", "parquet", "-o", "-"],
    ],
    ids=" ".join,
)
def test_an_export_that_fails_leaves_the_old_file_and_nothing_else(
    small: Path, typed: Typed, tmp_path: Path, wrong: list[str]
) -> None:
    kept = tmp_path / "all.jsonl"
    kept.write_text("precious")
    result = typed(small, "export", "-o", kept, "--overwrite", *wrong)
    assert result.exit_code == 2
    assert [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert kept.read_text() == "precious"
    assert [path.name for path in tmp_path.iterdir()] == ["all.jsonl"]


def test_a_full_disk_is_one_sentence(small: Path, typed: Typed, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 1) as disk:
        (disk / "filler").write_bytes(bytes(1024 * 1024 - 16 * 1024))
        result = typed(small, "export", "-o", disk / "a.db")
        assert result.exit_code == 2
        assert result.stderr.startswith(f"Error: {disk / 'a.db'} cannot be written: the disk is full.")
        assert len(result.stderr.splitlines()) == 1
        assert [path.name for path in disk.iterdir()] == ["filler"]


def test_a_full_standard_output_is_one_sentence(small: Path) -> None:
    typed = [sys.executable, "-m", "newsarchive", "--archive", str(small), "export"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(typed, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    (shown,) = done.stderr.splitlines()
    assert shown.startswith("Error: The output could not be written: No space left on device.")


def test_an_export_goes_into_a_pipe_and_leaves_it_a_pipe(small: Path, typed: Typed) -> None:
    assert typed(small, "export", "-o", "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()


def test_a_folder_that_is_not_there_is_one_sentence(small: Path, typed: Typed, tmp_path: Path) -> None:
    result = typed(small, "export", "-o", tmp_path / "no" / "all.csv")
    assert result.exit_code == 2
    assert f"Error: The folder {tmp_path / 'no'} does not exist" in result.stderr


def test_nothing_found_is_a_finding(small: Path, typed: Typed, tmp_path: Path) -> None:
    result = typed(small, "export", "-o", tmp_path / "a.csv", "такогословаздесьнет")
    assert result.exit_code == 1
    assert (tmp_path / "a.csv").read_text("utf-8-sig").startswith("id,url")


def test_a_person_who_watches_sees_how_far_it_is(small: Path, tmp_path: Path) -> None:
    """Standard error is a terminal here."""
    ours, theirs = pty.openpty()
    typed = [
        sys.executable,
        "-m",
        "newsarchive",
        "--archive",
        str(small),
        "export",
        "-o",
        str(tmp_path / "a.db"),
    ]
    with subprocess.Popen(typed, stdout=subprocess.PIPE, stderr=theirs) as child:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 4096):
                shown += piece
        except OSError:  # the other end is closed
            pass
        os.close(ours)
    assert child.returncode == 0
    assert b"Exported: " in shown
    assert b"Exported 5 articles" in shown


def test_a_file_whose_ending_is_no_form_is_refused(small: Path, typed: Typed, tmp_path: Path) -> None:
    result = typed(small, "export", "-o", tmp_path / "a.xlsx")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: No export format has the extension .xlsx: ")
    assert list(tmp_path.iterdir()) == []
    assert typed(small, "export", "--format", "csv", "-o", tmp_path / "a.xlsx").exit_code == 0
    assert typed(small, "export", "-o", tmp_path / "a").exit_code == 0
