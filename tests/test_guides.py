"""The examples of the guides do what the guides say."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from archive.core import Archive
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
    for page in (*root.glob("*.md"), *DOCS.rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_python_examples_run(
    crawled: Crawled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (DOCS / "researchers.md").read_text("utf-8")
    section = text.split("## In Python")[1].split("\n## ")[0]
    (tmp_path / "my-archive").symlink_to(crawled.folder)
    monkeypatch.chdir(tmp_path)
    with Archive.open(crawled.folder) as archive:
        url = next(archive.search("Саммит ОДКБ")).url
    known: dict[str, object] = {}
    for _ in range(2):  # as a notebook is run again
        for code in re.findall(r"```python\n(.*?)```", section, re.DOTALL):
            exec(code.replace("http://primorsk.example/article", url), known)
    printed = capsys.readouterr().out
    assert "Саммит ОДКБ по Казахстану" in printed
    assert "state: 'gone' is not a state of an article" in printed
    assert "HTTP/1.1 200" in repr(known["capture"].raw)  # type: ignore[attr-defined]
    assert {path.name for path in tmp_path.iterdir()} > {"laws.csv", "laws.csv.provenance.json"}
