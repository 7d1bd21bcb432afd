"""Tests that the prose of the project is plain English: no turns of phrase that only its authors would understand.

Docstrings, comments, messages, help, web templates and docs are searched. Ruff checks the form of docstrings.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

#: Patterns that must not occur, each with what to write in its place.
PRIVATE_TURNS = {
    r"\bc[ao]me of (it|them|this)\b|\bwhat (came|comes|becomes|became) of\b": "the result",
    r"\banew\b": "again",
    r"\blet(s|ting)? go\b": "release, close",
    r"\btold\b": "reported, distinguished, known from",
    r"\bheld against\b": "compared with",
    r"\bstands?\b(?! for\b)(?<=\bstands)|\bstand (in|ready|beside|there)\b": "is",
    r"\bto be had\b": "available",
    r"\botherwise than\b": "differently from",
    r"\b(is|are|was|were) (of )?none of\b|\bis of none\b|\bis no (number|moment|day|date|address|name) of\b": "is not",
    r"\bfares?\b": "status",
    r"\bnewsroom\b": "demo site",
    r"\bfurniture\b": "boilerplate",
    r"\bfront desk\b|\bways? in\b|\bhow it came\b": "the name of the thing",
    r"\bof whom\b|\bwhat is (asked|told|said|kept)\b": "a noun",
    r"\bas (it|they) stands?\b": "unchanged",
    r"\bcannot be asked\b|\bnothing \w+ fits\b": "is not valid, no matches",
    r"\bmend(s|ed|ing)?\b": "fix, repair",
    r"\bonce more\b(?! than)": "again",
    r"\bat hand\b|\bnoted? beside\b": "available",
    r"\b(of|none of) (ours|theirs)\b|\bas ours (are|do)\b": "the noun that is meant",
    r"\b(is|are|was|were) kept apart\b|\bset apart\b": "separate",
    r"\bgiven up\b|\btaken in\b": "abandoned, imported",
    r"\btells? (no )?news\b|\btells? (apart|\w+ from)\b": "reports something, distinguishes",
    r"(?<!there )\b(is|are) no (manifest|article|page|WARC file|section)\b": "is not a …",
    r"\bworded\b|\breads? as before\b|\bas told\b": "phrased, unchanged",
    r"\bthere(by|in|upon)\b|\bwhere(by|in|upon)\b|\bwhence\b": "so, with which",
}
TURN = re.compile("|".join(f"(?:{pattern})" for pattern in PRIVATE_TURNS), re.IGNORECASE)

#: Sentences that quote a turn and mean it. Keep this empty.
ALLOWED: frozenset[str] = frozenset()

#: Code in prose names published keys and values, which do not change.
CODE_SPAN = re.compile(r"`[^`\n]*`")

PYTHON_FOLDERS = ("archive", "spiders", "newsarchive", "benchmarks", "docs")
PROSE_FILES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "Makefile", "pyproject.toml")


def prose_of_python(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the comments and the sentences in strings of a Python file, with their line numbers."""
    text = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_sentence(node.value):
            yield node.lineno, node.value


def _is_sentence(text: str) -> bool:
    return " " in text and "(?:" not in text  # patterns quote the words of pages


def prose() -> Iterator[tuple[str, int, str]]:
    """Yield every piece of prose with its file and line number."""
    for folder in PYTHON_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for number, text in prose_of_python(path):
                yield str(path.relative_to(ROOT)), number, text
    templates = sorted((ROOT / "newsarchive").rglob("*.html")) + sorted((ROOT / "newsarchive").rglob("*.xml"))
    docs = sorted((ROOT / "docs").rglob("*.md"))
    queries = sorted((ROOT / "archive").rglob("*.sql"))
    for path in [
        *templates,
        *docs,
        *queries,
        *(ROOT / name for name in PROSE_FILES if (ROOT / name).exists()),
    ]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            yield str(path.relative_to(ROOT)), number, line


def test_prose_uses_no_private_turns() -> None:
    found = [
        f"{file}:{number}: «{match.group()}» in: {' '.join(text.split())[:120]}"
        for file, number, text in prose()
        for match in TURN.finditer(CODE_SPAN.sub("``", text))
        if text.strip() not in ALLOWED
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "sentence",
    [
        "What came of the crawl.",
        "The index is made anew.",
        "It lets go of the lock.",
        "robots.txt is not to be had.",
        "Pages that are read otherwise than before.",
        "Its digest is held against the manifest's.",
        "It stands in the second column.",
    ],
)
def test_a_private_turn_is_found(sentence: str) -> None:
    assert TURN.search(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Return None if there is none.",
        "W stands for WARC.",
        "The crawl ends with the result.",
        "It is understandable.",
    ],
)
def test_plain_english_is_left_alone(sentence: str) -> None:
    assert not TURN.search(sentence)
