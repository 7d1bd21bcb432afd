"""Benchmark exports: articles per second, processor time and memory of each format, for archives of two sizes.

The row «search» is a Python program that loops over all articles.

    python benchmarks/export.py [--articles 200000] [--folder DIR]

The articles are generated directly into an index: lengths as in news, two of three signed, pictures, links,
sightings, one in ten edited once. Each export is a process of its own; memory is its peak (VmHWM). Memory is flat
if the larger archive needs no more than the smaller.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from archive import timestamps  # noqa: E402
from archive.core import Archive  # noqa: E402
from archive.export.formats import FORMATS  # noqa: E402
from archive.index.db.connection import transaction  # noqa: E402
from archive.index.search import fulltext  # noqa: E402

FORMS = {one.name: one.suffixes[0].removeprefix(".") for one in FORMATS if not one.has_captures}
SOURCES = ("primorsk", "sloboda", "stepnoy", "dnipro")
STEMS = "мост закон город страна президент суд порт дело год вода война рынок банк школа поезд дорога".split()
ENDS = ("", "а", "у", "ом", "е", "ы", "ов", "ами")
BEGIN = datetime(2015, 1, 1, tzinfo=UTC)


def main() -> None:
    """Generate the archives, export them and print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, help="working folder (default: a temporary one)")
    parser.add_argument("--one", nargs=3, metavar=("ARCHIVE", "FORM", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one(Path(options.one[0]), options.one[1], Path(options.one[2]))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
        print(f"{'format':8} {'articles':>9} {'art./s':>8} {'CPU ms/art.':>11} {'peak MB':>8} {'KB/art.':>8}")
        for articles in (options.articles // 10, options.articles):
            folder = Path(temporary) / str(articles)
            generate(folder, articles)
            for form in ("search", *FORMS):
                result = measured(folder, form)
                print(
                    f"{form:8} {result['rows']:9} {result['rows'] / result['seconds']:8.0f} "
                    f"{result['processor'] / result['rows'] * 1000:11.2f} {result['peak'] / 1024:8.0f} "
                    f"{result['bytes'] / result['rows'] / 1024:8.1f}",
                    flush=True,
                )


def measured(folder: Path, form: str) -> dict[str, float]:
    """Run one export in a separate process and return its measurements."""
    file = folder / f"export.{FORMS.get(form, 'none')}"
    command = [sys.executable, __file__, "--one", str(folder), form, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    for path in folder.glob("export.*"):
        path.unlink()
    return result


def one(folder: Path, form: str, file: Path) -> None:
    """Export and print the measurements as JSON."""
    began = time.monotonic()
    with Archive.open(folder) as archive:
        looped = form == "search"
        rows = sum(1 for _ in archive.search()) if looped else archive.export(file, links=True).rows
    used = resource.getrusage(resource.RUSAGE_SELF)
    result = {
        "rows": rows,
        "seconds": time.monotonic() - began,
        "processor": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss,
        "bytes": file.stat().st_size if file.exists() else 0,
    }
    print(json.dumps(result))


def generate(folder: Path, articles: int) -> None:
    """Create an archive with this many articles in its index and no WARC files."""
    chance = random.Random(7)
    words = [stem + end for stem in STEMS for end in ENDS]
    with Archive.create(folder) as archive, transaction(archive.connection):
        put = archive.connection.execute
        for name in SOURCES:
            put("INSERT INTO sources VALUES (?, ?, 'Europe/Kyiv')", (name, name.title()))
        for number in range(articles):
            _article(put, chance, words, number)


def _article(put: object, chance: random.Random, words: list[str], number: int) -> None:
    assert callable(put)
    url = f"http://{SOURCES[number % 4]}.example/{number}"
    key = int(hashlib.sha256(url.encode()).hexdigest()[:11], 16) >> 1
    published = BEGIN + timedelta(seconds=number * 97)
    seen = timestamps.to_iso(published + timedelta(minutes=10))
    edits = 2 if number % 10 == 0 else 1
    put(
        "INSERT INTO articles (id, url, source, section, state, first_seen, last_seen, last_looked, version_count)"
        " VALUES (?, ?, ?, 'Мир', 'live', ?, ?, ?, ?)",
        (key, url, SOURCES[number % 4], seen, seen, seen, edits),
    )
    put("INSERT INTO addresses (url, article_id, first_seen) VALUES (?, ?, ?)", (url, key, seen))
    listing = _capture(put, number, 0, f"http://{SOURCES[number % 4]}.example/", "listing", seen)
    put(
        "INSERT INTO sightings VALUES (?, 1, ?, 'Мир', ?, ?, ?, 'Заголовок', '11:55')",
        (listing, SOURCES[number % 4], seen, url, key),
    )
    for version in range(1, edits + 1):
        capture = _capture(put, number, version, url, "article", seen)
        row = (
            fulltext.first_version_id(published) + version - 1,
            key,
            version,
            capture,
            seen,
            *_text(chance, words),
        )
        put(
            "INSERT INTO versions (id, article_id, number, capture_id, first_seen, last_seen, title, lead, body, words,"
            " published, published_utc, published_stated, published_found_in, published_precision, published_zone,"
            " section, language, partial, live_blog, confidence, extractor, content_sha256)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '11:55', 'visible', 'minute', 'source', 'Мир',"
            " 'ru', 0, 0, 0.9, 'newsarchive 1', '')",
            (*row[:5], seen, *row[5:], published.isoformat(), timestamps.to_iso(published)),
        )
        if chance.random() < 0.66:
            put("INSERT INTO bylines VALUES (?, 1, 'Анна Ковальчук')", row[:1])
        put("INSERT INTO tags VALUES (?, 1, 'ОДКБ')", row[:1])
        put("INSERT INTO images VALUES (?, 1, ?, 'Путин', 'Кремль', NULL)", (row[0], f"{url}.jpg"))
        put("INSERT INTO links VALUES (?, 1, 'http://agency.example/', 'заявил')", row[:1])


def _text(chance: random.Random, words: list[str]) -> Iterator[object]:
    """Yield title, lead, body and the number of words of lead and body: a median of 250, a long tail."""
    yield " ".join(chance.choices(words, k=9))
    yield None
    paragraphs = max(2, int(chance.lognormvariate(1.8, 0.6)))
    yield "\n\n".join(" ".join(chance.choices(words, k=40)) for _ in range(paragraphs))
    yield paragraphs * 40


def _capture(put: object, number: int, place: int, url: str, role: str, at: str) -> int:
    assert callable(put)
    key = number * 3 + place + 1
    put(
        "INSERT INTO captures (id, role, url, fetched_at, status, payload_sha256, payload_bytes, kind, record_id, file,"
        " \"offset\", length, digest) VALUES (?, ?, ?, ?, 200, ?, 9, 'response', ?, ?, ?, 9, ?)",
        (
            key,
            role,
            url,
            at,
            f"{key:064x}",
            f"<urn:uuid:{key:032x}>",
            f"warc/{number // 10_000}.warc.gz",
            key,
            f"sha256:{key:064x}",
        ),
    )
    return key


if __name__ == "__main__":
    main()
