"""Write the questions in docs/questions.md with their answers on the archive that the demo makes.

python docs/answer.py demo-archive    after 'make demo'; the text around the questions stays
"""

from __future__ import annotations

import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from archive.index.sample_queries import SampleQuery, load_queries

PAGE = Path(__file__).parent / "questions.md"
_QUESTIONS = re.compile(r"^## 1\. .*?(?=^## (?!\d))", re.MULTILINE | re.DOTALL)


def main(folder: Path) -> None:
    """Write the page."""
    text = PAGE.read_text("utf-8")
    PAGE.write_text(_QUESTIONS.sub(lambda _: answered(folder) + "\n", text), "utf-8")


def asked() -> str:
    """Return the questions and their answers as they are on the page."""
    found = _QUESTIONS.search(PAGE.read_text("utf-8"))
    return found[0].rstrip("\n") + "\n" if found else ""


def answered(folder: Path) -> str:
    """Return the questions and their answers on the archive in a folder."""
    with closing(sqlite3.connect(f"file:{folder / 'archive.db'}?mode=ro", uri=True)) as connection:
        return "\n".join(_part(connection, number, one) for number, one in enumerate(load_queries(), 1))


def _part(connection: sqlite3.Connection, number: int, question: SampleQuery) -> str:
    cursor = connection.execute(question.sql)
    names = [column[0] for column in cursor.description]
    rows = [names, ["---"] * len(names), *([_shown(value) for value in row] for row in cursor)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return (
        f"## {number}. {question.title}\n\n{question.description}\n\n```sql\n{question.sql}\n```\n\n{table}\n"
    )


def _shown(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
