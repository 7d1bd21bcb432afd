"""The examples of the guides do what the guides say."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import Crawled

DOCS = Path(__file__).parents[1] / "docs"
QUESTIONS = re.findall(r"```sql\n(.*?)```", (DOCS / "researchers.md").read_text("utf-8"), re.DOTALL)
MAY_BE_EMPTY = ("'removed'", "old.number + 1")  # nothing was edited yet in this archive


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_in_sql_has_an_answer_in_a_bare_sqlite(crawled: Crawled, question: str) -> None:
    with sqlite3.connect(crawled.folder / "archive.db") as connection:
        rows = connection.execute(question).fetchall()
    assert rows or any(sign in question for sign in MAY_BE_EMPTY)


def test_links_between_the_guides_lead_somewhere() -> None:
    root = DOCS.parent
    for page in (root / "README.md", *DOCS.glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_python_example_runs(
    crawled: Crawled, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (DOCS / "researchers.md").read_text("utf-8")
    section = text.split("## In Python")[1].split("`search` is lazy")[0]
    code = "\n".join(line[4:] for line in section.splitlines() if line.startswith("    "))
    monkeypatch.chdir(crawled.folder.parent)
    exec(code.replace('"my-archive"', '"archive"'), {})
    assert "Саммит ОДКБ по Казахстану" in capsys.readouterr().out
