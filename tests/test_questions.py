"""The ten questions of docs/questions.md: on the archive that the demo makes they have the answers printed there."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas
import pytest
from click.testing import CliRunner
from sqlite_utils.cli import cli as sqlite_utils

from archive.index.sample_queries import SampleQuery, load_queries
from docs import answer
from tests.sound import assert_index_is_sound

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "questions.md").read_text("utf-8")
ALL = load_queries()


@pytest.fixture
def index(demonstrated: Path) -> Path:
    """Return the index of the demo archive."""
    return demonstrated / "archive.db"


@pytest.fixture
def connection(index: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{index}?mode=ro", uri=True)
    yield connection
    connection.close()


def test_there_are_ten() -> None:
    assert len(ALL) == 10
    assert len({one.name for one in ALL}) == 10


def test_the_questions_have_the_answers_that_are_printed(index: Path) -> None:
    assert answer.asked() == answer.answered(index.parent), (
        "after 'make demo': python docs/answer.py demo-archive"
    )


@pytest.mark.parametrize("question", ALL, ids=[one.name for one in ALL])
def test_every_question_has_an_answer(connection: sqlite3.Connection, question: SampleQuery) -> None:
    assert connection.execute(question.sql).fetchone() is not None


@pytest.mark.parametrize("question", ALL, ids=[one.name for one in ALL])
def test_pandas_reads_the_same_answer(connection: sqlite3.Connection, question: SampleQuery) -> None:
    read = pandas.read_sql_query(question.sql, connection)
    rows = read.astype(object).where(read.notna(), None).to_numpy().tolist()
    assert rows == [list(row) for row in connection.execute(question.sql)]


@pytest.mark.parametrize("question", ALL, ids=[one.name for one in ALL])
def test_sqlite_utils_gives_the_same_answer(
    index: Path, connection: sqlite3.Connection, question: SampleQuery
) -> None:
    done = CliRunner().invoke(sqlite_utils, ["query", str(index), "--", question.sql])
    told = json.loads(done.stdout)
    assert [list(row.values()) for row in told] == [list(row) for row in connection.execute(question.sql)]


def test_the_python_on_the_page_runs(
    index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(index.parent)
    known: dict[str, object] = {}
    for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(code, known)
    printed = capsys.readouterr().out
    assert "primorsk" in printed
    assert "маяков → Приморск и Варна" in printed


def test_the_commands_on_the_page_run(index: Path, tmp_path: Path) -> None:
    (tmp_path / "archive.db").symlink_to(index)
    (tmp_path / "archive").symlink_to(ROOT / "archive")
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    told = [_run("bash", "-ec", command, folder=tmp_path) for command in block.splitlines()]
    assert "На набережной Приморска" in told[0]
    assert next(csv.DictReader(told[1].splitlines()))["changed"] == "title, body"
    assert json.loads(told[2])["source"] == "primorsk"
    assert len(json.loads(told[3])) == 5


def test_the_index_of_the_demo_is_sound(index: Path) -> None:
    assert_index_is_sound(index.parent)


def _run(*words: str, folder: Path | None = None) -> str:
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, "PATH": beside}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
