"""The same bytes give the same extraction, in any process and any order, whatever was extracted before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
EXTRACT_ALL = """
import hashlib, json, random, sys, tomllib
from datetime import UTC, datetime
from pathlib import Path
from archive.extraction.extract import extract
from archive.extraction.model import ListingEntry, Outlet
from archive.http.capture import Capture

HEAD = b"HTTP/1.1 200 OK\\r\\nContent-Type: %s\\r\\n\\r\\n"
AT = datetime(2022, 1, 11, 12, 20, tzinfo=UTC)
TAGS = "p div h1 h2 ul ol li table tr td blockquote figure figcaption b i a span time br img section aside".split()
WORDS = "Это новость дня о городе, в котором живут люди. 12:30 Читайте также Фото: РБК Просмотров 822".split()


def soup(seed):
    dice = random.Random(seed)
    parts = ["<title>Заголовок новости дня</title><h1>Заголовок новости дня</h1>"]
    for _ in range(150):
        tag = dice.choice(TAGS)
        attribute = dice.choice(["", " class=lead", " href=/x", " class=caption", " src=/p.jpg", " itemprop=author"])
        parts.append(f"<{tag}{attribute}>" + " ".join(dice.choices(WORDS, k=dice.randint(0, 25))))
        parts.append(f"</{tag}>" if dice.random() < 0.8 else "")
    return "".join(parts).encode()


pages = {}
for folder in sorted(Path("tests/pages").glob("*/")):
    if (folder / "article.json").exists():
        about = tomllib.loads((folder / "about.toml").read_text("utf-8"))
        raw = HEAD % about["content_type"].encode() + (folder / "page.html").read_bytes()
        outlet = Outlet(about["timezone"], tuple(about["languages"]))
        pages[folder.name] = (Capture(about["url"], about["fetched_at"], raw), outlet, None)
for seed in range(12):
    capture = Capture("https://news.example/a", AT, HEAD % b"text/html; charset=utf-8" + soup(seed))
    pages[f"soup {seed}"] = (capture, Outlet("Europe/Kyiv", ("ru", "uk")), ListingEntry("Заголовок", "12:30"))
order = list(pages) * 2
random.Random(int(sys.argv[1])).shuffle(order)
found = {}
for name in order:
    found.setdefault(name, set()).add(hashlib.sha256(repr(extract(*pages[name])).encode()).hexdigest())
print(json.dumps({name: sorted(digests) for name, digests in sorted(found.items())}))
"""


def test_extraction_is_the_same_in_every_process_and_order() -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", EXTRACT_ALL, str(number)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "TZ": zone, "LC_ALL": "C"},
            stdout=subprocess.PIPE,
        )
        for number, (seed, zone) in enumerate(
            [("0", "UTC"), ("1", "Asia/Vladivostok"), ("77", "America/New_York"), ("4294967295", "UTC")]
        )
    ]
    answers = [json.loads(process.communicate()[0]) for process in running]
    assert [process.returncode for process in running] == [0] * len(running)
    assert all(len(digests) == 1 for digests in answers[0].values())
    assert len(answers[0]) >= 19
    assert all(answer == answers[0] for answer in answers[1:])
