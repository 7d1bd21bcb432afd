"""Record what the program prints and stores for three archives, and compare it after a change of the code.

    python -m tests.goldens record FOLDER     crawl and import the archives, and record their answers
    python -m tests.goldens compare FOLDER    ask today's code the same, and print every difference

`record` belongs before a refactoring, `compare` after each step of it. Both rebuild a copy of each archive
first, so that every derived table is made by the code at hand. Archives that are in FOLDER are not made again, so one
that was interrupted can be recorded alone with `--only`. The exit code is 1 when anything differs, or was not recorded.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "tests" / "pages"
NAMES = ("demo", "pages", "imported")
QUERIES = ("Казахстан", "президент", '"в порту"', "закон OR суд", "порт*", "")
SHOWN = 5  # articles of each archive that `show` and `diff` are asked for
LINES = 40  # of one difference that are printed
STORED = ("jsonl", "csv", "parquet", "sqlite")


def main(arguments: list[str]) -> int:
    """Record or compare; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("action", choices=("record", "compare"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=NAMES, help="one archive instead of all three")
    options = parser.parse_args(arguments)
    folder: Path = options.folder.resolve()
    names = [options.only] if options.only else list(NAMES)
    if options.action == "record":
        make_archives(folder / "archives")
        for name in names:
            print(f"Recording {name}.", file=sys.stderr, flush=True)
            write_answers(folder, name, folder / "expected" / name)
        return 0
    for name in names:
        print(f"Comparing {name}.", file=sys.stderr, flush=True)
        write_answers(folder, name, folder / "actual" / name)
    return print_differences(folder, names)


def make_archives(folder: Path) -> None:
    """Make the archives that are missing: a crawl of the demo site, the test pages, and the crawl's files imported."""
    folder.mkdir(parents=True, exist_ok=True)
    make(folder / "demo", lambda target: run("demo", str(target)))
    packed = folder / "pages.warc.gz"
    packed.write_bytes(pages_as_warc())
    make(folder / "pages", lambda target: import_files(target, [packed]))
    crawled = sorted((folder / "demo" / "warc").rglob("*.warc.gz"))
    make(folder / "imported", lambda target: import_files(target, crawled))


def make(archive: Path, act: Callable[[Path], object]) -> None:
    """Make an archive if it is missing; it gets its name once it is complete."""
    if archive.exists():
        return
    started = archive.with_name(f"{archive.name}.part")
    shutil.rmtree(started, ignore_errors=True)
    act(started)
    started.rename(archive)


def import_files(archive: Path, files: Sequence[Path]) -> None:
    """Make an archive of imported WARC files."""
    run("init", str(archive), "--contact", "you@example.org")
    run("--archive", str(archive), "import", *map(str, files))


def pages_as_warc() -> bytes:
    """Return a WARC file with a response record for every page of tests/pages."""
    target = BytesIO()
    writer = WARCWriter(target, gzip=True)
    for page in sorted(path.parent for path in PAGES.glob("*/article.json")):
        about = tomllib.loads((page / "about.toml").read_text("utf-8"))
        http = StatusAndHeaders("200 OK", [("Content-Type", about["content_type"])], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            f"https://{page.name}.example/{about['url'].split('/', 3)[-1]}",
            "response",
            payload=BytesIO((page / "page.html").read_bytes()),
            http_headers=http,
            warc_headers_dict={"WARC-Date": about["fetched_at"].strftime("%Y-%m-%dT%H:%M:%SZ")},
        )
        writer.write_record(record)
    return target.getvalue()


def write_answers(folder: Path, name: str, target: Path) -> None:
    """Rebuild a copy of an archive and write down everything it answers, one file a question.

    The folder gets its name once it is complete.
    """
    whole, target = target, target.with_name(f"{target.name}.part")
    copy = folder / "copy" / name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    shutil.rmtree(whole, ignore_errors=True)
    shutil.copytree(folder / "archives" / name, copy)
    target.mkdir(parents=True)
    run("--archive", str(copy), "rebuild")
    for question, answer in answers(copy):
        (target / question).write_text(answer.replace(str(copy), "ARCHIVE"), "utf-8")
    shutil.rmtree(copy)
    target.rename(whole)


def answers(archive: Path) -> Iterator[tuple[str, str]]:
    """Yield every question to an archive with its answer, as text."""
    yield from dump(archive / "archive.db")
    for number, query in enumerate(QUERIES):
        for flags in ([], ["--json"]):
            yield (
                f"search-{number}{''.join(flags)}",
                run("--archive", str(archive), "search", *flags, "--", query),
            )
    for article in shown(archive / "archive.db"):
        for command in ("show", "diff"):
            for flags in ([], ["--json"]):
                answer = run("--archive", str(archive), command, *flags, article)
                yield f"{command}-{article}{''.join(flags)}", answer
    for command in ("status", "verify"):
        for flags in ([], ["--json"]):
            yield f"{command}{''.join(flags)}", run("--archive", str(archive), command, *flags)
    for form in STORED:
        yield from exported(archive, form)


def exported(archive: Path, form: str) -> Iterator[tuple[str, str]]:
    """Yield an export in one format, and the files beside it, as text."""
    folder = archive / "exported"
    folder.mkdir(exist_ok=True)
    file = folder / f"articles.{form}"
    run("--archive", str(archive), "export", "--versions", "-o", str(file))
    if form == "parquet":
        import pyarrow.parquet

        table = pyarrow.parquet.read_table(file)
        rows = "\n".join(json.dumps(row, ensure_ascii=False, default=str) for row in table.to_pylist())
        yield f"export-{form}", f"{table.schema}\n{rows}\n"
    elif form == "sqlite":
        for part, text in dump(file):
            yield f"export-{form}-{part}", text
    else:
        yield f"export-{form}", file.read_text("utf-8-sig")
    for beside in sorted(folder.glob(f"articles.{form}.*")):
        text = beside.read_text("utf-8-sig")
        if beside.suffix == ".json":
            found = json.loads(text)
            found.pop("exported_at", None)
            found.pop("sha256", None)  # an SQLite file is not the same byte for byte twice
            text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
        yield f"export-{beside.name}", text


def dump(file: Path) -> Iterator[tuple[str, str]]:
    """Yield the schema of an SQLite file, and the rows of each of its tables, one JSON value a line."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        schema = connection.execute(
            "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
        ).fetchall()
        yield "schema", "\n".join(f"{kind} {name}\n{sql}" for kind, name, sql in schema) + "\n"
        for kind, name, sql in schema:
            if kind == "table" and "VIRTUAL" not in (sql or "") and not name.startswith("sqlite_"):
                rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()
                lines = sorted(json.dumps(row, ensure_ascii=False, default=bytes.hex) for row in rows)
                yield f"rows-{name}", "\n".join(lines) + "\n"


def shown(file: Path) -> list[str]:
    """Return the ids of the articles with the most versions."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT id FROM articles ORDER BY version_count DESC, id LIMIT ?", (SHOWN,)
        ).fetchall()
    return [str(row[0]) for row in rows]


def run(*arguments: str) -> str:
    """Run a command in a terminal of 100 columns; return its exit code, what it printed, and its errors."""
    done = subprocess.run(
        [sys.executable, "-m", "newsarchive", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
    )
    errors = "".join(line for line in done.stderr.splitlines(True) if not line.endswith("%\n"))  # progress
    return f"exit code {done.returncode}\n{done.stdout}--- errors\n{errors}"


def print_differences(folder: Path, names: list[str]) -> int:
    """Print a unified diff of each answer that is not as recorded; return 1 if there is any, else 0."""
    different = 0
    for name in names:
        expected, actual = folder / "expected" / name, folder / "actual" / name
        if not expected.is_dir():
            print(
                f"{name} was not recorded: run 'record {folder} --only {name}' with the code before the change."
            )
            different += 1
            continue
        for question in sorted({path.name for path in (*expected.iterdir(), *actual.iterdir())}):
            sides = [side / question for side in (expected, actual)]
            before, after = ([*side.open(encoding="utf-8")] if side.exists() else [] for side in sides)
            if before != after:
                different += 1
                found = list(difflib.unified_diff(before, after, f"{name}/{question} recorded", "now", n=0))
                sys.stdout.writelines(found[:LINES])
                print(f"… {len(found) - LINES} more lines" if len(found) > LINES else "")
    print(f"{different} answers differ." if different else "Every answer is as recorded.")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
