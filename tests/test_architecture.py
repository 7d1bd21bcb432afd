"""The architecture: which package imports which, and where each third-party library is used."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOMES = {
    "trafilatura": ("archive/extraction/body/second_reader.py",),
    "dateparser": ("archive/extraction/dates/parser.py",),
    "warcio": ("archive/warc/",),
    "pyarrow": ("archive/export/parquet.py",),
    "pysqlite3": ("archive/index/db/connection.py",),
    "pymorphy3": ("archive/language/lemmas.py",),
    "simplemma": ("archive/language/lemmas.py",),
    "scrapy": ("spiders/", "newsarchive/crawling/crawl_child.py"),
    "twisted": ("spiders/", "newsarchive/crawling/crawl_child.py"),
    "tomli_w": ("spiders/sources/toml_file.py",),
    "protego": ("spiders/fetch/robots.py",),
    "click": ("newsarchive/cli/",),
    "rich": ("newsarchive/cli/",),
    "starlette": ("newsarchive/web/",),
    "uvicorn": ("newsarchive/web/", "newsarchive/_compat.py"),
    "h11": ("newsarchive/web/",),
    "datasette": ("newsarchive/web/datasette/", "newsarchive/_compat.py"),
    "jinja2": ("newsarchive/web/", "newsarchive/demo_site/pages.py", "archive/evidence/report.py"),
    "rfc3161_client": ("archive/evidence/stamps.py",),
    "argon2": ("newsarchive/accounts/passwords.py",),
    "apscheduler": ("spiders/sources/cron.py",),
}


def _modules() -> Iterator[Path]:
    for room in ("archive", "spiders", "newsarchive"):
        yield from (ROOT / room).rglob("*.py")


@cache
def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


_POSSESSIVE_GROUP = re.compile(r"(?<![\\(])\)(?:[*+?]|\{\d*,?\d*\})\+|\(\?>")


@pytest.mark.parametrize("pattern", [r"(?:a|b)*+", r"(?:ab?){2,3}+c", r"(?>a|b)"])
def test_a_possessive_group_is_noticed(pattern: str) -> None:
    assert _POSSESSIVE_GROUP.search(pattern)
    assert not _POSSESSIVE_GROUP.search(r"(?:a|[b)]++|\)?+)*")


def test_no_pattern_has_a_possessive_group() -> None:
    """Before Python 3.11.5 `re` loses matches of them: https://github.com/python/cpython/issues/106052."""
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str | bytes)
        and _POSSESSIVE_GROUP.search(
            node.value if isinstance(node.value, str) else node.value.decode("latin-1")
        )
    ]
    assert found == []


def test_imports_run_one_way() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("library", HOMES)
def test_each_outside_library_has_one_home(library: str) -> None:
    users = [path.relative_to(ROOT).as_posix() for path in _modules() if library in _imported(path)]
    assert users
    assert [user for user in users if not user.startswith(HOMES[library])] == []


def test_every_module_says_what_it_holds() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in _modules()
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    heavy = {
        "scrapy",
        "trafilatura",
        "dateparser",
        "lxml",
        "starlette",
        "argon2",
        "sqlite_utils",
        "pydantic",
        "pymorphy3",
        "jinja2",
        "newsarchive.demo_site",
    }
    assert heavy & _loaded_by("newsarchive.cli") == set()


def test_an_archive_opens_without_pandas() -> None:
    loaded = _loaded_by("archive.core")
    assert "archive.index.db.connection" in loaded
    assert {"pandas", "numpy", "pyarrow", "sqlite_utils"} & loaded == set()


def _loaded_by(module: str) -> set[str]:
    """Return the names of all modules that are loaded with one."""
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())
