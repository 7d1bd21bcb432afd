"""Benchmark near-duplicate detection on agency texts: recall, precision and cost.

    python benchmarks/copies.py                        precision and recall on generated reprints
    python benchmarks/copies.py --articles 1000000     what a million articles cost, in time and bytes

The texts are generated: word frequencies as in news, stock phrases, paragraphs that follow every article of an
outlet. A reprint changes 0 to 40 % of a text in the ways editors do. Texts that must not be grouped are included:
reports of the same form with other facts, stories that share a quotation or background. Everything goes through
the index as in a crawl.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate, combinations
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from archive import timestamps  # noqa: E402
from archive.index.db.connection import Connection, connect  # noqa: E402
from archive.index.duplicates import grouping  # noqa: E402
from archive.index.duplicates import groups as copy_groups  # noqa: E402
from newsarchive.demo_site.stories import generate_stories  # noqa: E402

OUTLETS = 40
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4)
ZONE = ZoneInfo("Europe/Kyiv")
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
Paragraphs = list[list[str]]
Edit = Callable[[random.Random, Paragraphs, float], Paragraphs]


class StoryGenerator:
    """Generates stories; the same seed gives the same stories."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        real = sorted(_generator_words())
        endings = (
            "",
            "а",
            "у",
            "ом",
            "е",
            "ы",
            "ов",
            "ами",
            "ский",
            "ская",
            "ского",
            "ного",
            "ение",
            "ил",
            "ила",
        )
        stems = [
            "".join(chance.choices("бвгдзклмнпрстфхцчшаеиоуяю", k=chance.randint(3, 7))) for _ in range(6000)
        ]
        self.words = [*real, *(stem + chance.choice(endings) for stem in stems for _ in range(4))]
        chance.shuffle(self.words)
        self.weights = list(accumulate(1 / (rank + 12) for rank in range(len(self.words))))
        self.phrases = [
            chance.choices(self.words, cum_weights=self.weights, k=chance.randint(3, 7)) for _ in range(4000)
        ]
        self.often = list(accumulate(1 / (rank + 5) for rank in range(len(self.phrases))))

    def story(self, chance: random.Random) -> Paragraphs:
        """Return two to fourteen paragraphs; half of all stories have fewer than two hundred words."""
        return [self.paragraph(chance) for _ in range(min(14, 2 + int(chance.expovariate(1 / 3.5))))]

    def paragraph(self, chance: random.Random) -> list[str]:
        """Return twenty to fifty words, including stock phrases."""
        wanted, found = chance.randint(20, 50), []
        while len(found) < wanted:
            if chance.random() < 0.06:
                found += chance.choices(self.phrases, cum_weights=self.often)[0]
            elif chance.random() < 0.02:
                found.append(str(chance.randint(2, 999)))
            else:
                found += chance.choices(self.words, cum_weights=self.weights, k=5)
        return found


@cache
def _generator_words() -> frozenset[str]:
    found = set()
    for path in (ROOT / "newsarchive" / "demo_site").glob("*/**/*.toml"):
        for story in tomllib.loads(path.read_text("utf-8")).get("stories", ()):
            found.update(word.strip(".,:;!?«»()—…") for word in story["body"].split())
    return frozenset(found - {""})


def edits(generator: StoryGenerator) -> dict[str, Edit]:
    """Return the edits made to a reprinted text by name; each changes a given share of it."""

    def words(chance: random.Random, text: Paragraphs, share: float) -> Paragraphs:
        """Replace, remove and insert words anywhere."""
        return [_words_changed(generator, chance, paragraph, share) for paragraph in text]

    def drop(chance: random.Random, text: Paragraphs, share: float) -> Paragraphs:
        kept = max(1, round(len(text) * (1 - share)))
        return [text[place] for place in sorted(chance.sample(range(len(text)), kept))]

    def add(chance: random.Random, text: Paragraphs, share: float) -> Paragraphs:
        own = round(len(text) * share / (1 - share))
        found = list(text)
        for _ in range(own):
            found.insert(chance.randint(0, len(found)), generator.paragraph(chance))
        return found

    def cut(chance: random.Random, text: Paragraphs, share: float) -> Paragraphs:
        return text[: max(1, round(len(text) * (1 - share)))]

    def lead(chance: random.Random, text: Paragraphs, share: float) -> Paragraphs:
        """Add a lead of the outlet's own that names the source of the rest."""
        attribution = "Как сообщает агентство со ссылкой на пресс-службу ведомства".split()
        own = chance.choices(generator.words, cum_weights=generator.weights, k=round(40 * share))
        return [[*attribution, *own], *text[1:]] if share and len(text) > 2 else [attribution, *text]

    def order(chance: random.Random, text: Paragraphs, share: float) -> Paragraphs:
        found = list(text)
        for _ in range(round(len(text) * share)):
            found.insert(chance.randrange(len(found)), found.pop(chance.randrange(len(found))))
        return found

    def all_of_it(chance: random.Random, text: Paragraphs, share: float) -> Paragraphs:
        part = share / 3
        return words(chance, add(chance, drop(chance, text, part), part), part)

    named = (words, drop, add, cut, lead, order, all_of_it)
    return {edit.__name__.replace("_", " "): edit for edit in named}


def _words_changed(
    generator: StoryGenerator, chance: random.Random, paragraph: list[str], share: float
) -> list[str]:
    found: list[str] = []
    for word in paragraph:
        if chance.random() >= share:
            found.append(word)
            continue
        done = chance.random()
        if done < 0.75:
            found += chance.choices(generator.words, cum_weights=generator.weights)
        if done > 0.5:
            found.append(word)
    return found


def templates() -> Iterator[Paragraphs]:
    """Yield reports of the same few forms with other figures, towns and names: the generated news of the demo site."""
    for outlet in range(10):
        for story in generate_stories(f"outlet {outlet}", "ru", {"world": 8, "city": 5, "economy": 1}, ZONE):
            yield [paragraph.split() for paragraph in story.body]


class Index:
    """An index filled directly, with copies grouped as in a crawl."""

    def __init__(self, path: Path) -> None:
        self.connection: Connection = connect(path, create=True)
        execute = self.connection.execute
        execute("PRAGMA synchronous = OFF")
        execute("PRAGMA cache_size = -200000")
        execute("BEGIN")
        for outlet in range(OUTLETS):
            execute(
                "INSERT INTO sources (name, title, timezone) VALUES (?, ?, 'Europe/Kyiv')",
                (f"outlet{outlet}", f"Outlet {outlet}"),
            )
        execute(
            """
            INSERT INTO captures (id, role, url, fetched_at, payload_sha256, payload_bytes, kind, record_id, file,
                "offset", length, digest)
            VALUES (1, 'article', 'http://news.example/', ?, '', 1, 'response', 'one', 'warc/x', 0, 1, '')
            """,
            (timestamps.to_iso(BEGIN),),
        )
        self.seconds = 0.0  # of processor time, spent grouping copies
        self.count = 0

    def put(self, outlet: int, text: Paragraphs) -> int:
        """Store an article and group its copies; return its number."""
        number = random.Random(self.count).getrandbits(43)
        at = BEGIN + timedelta(minutes=self.count)
        seen = timestamps.to_iso(at)
        self.count += 1
        self.connection.execute(
            """
            INSERT INTO articles (id, url, source, state, first_seen, last_seen, last_looked, version_count)
            VALUES (?, ?, ?, 'live', ?, ?, ?, 1)
            """,
            (number, f"http://outlet{outlet}.example/{number}", f"outlet{outlet}", seen, seen, seen),
        )
        body = "\n\n".join(" ".join(paragraph) + "." for paragraph in text)
        self.connection.execute(
            """
            INSERT INTO versions (article_id, number, capture_id, first_seen, last_seen, title, body, words, confidence,
                extractor, content_sha256, published, published_utc, published_precision, partial, live_blog)
            VALUES (?, 1, 1, ?, ?, 'Заголовок', ?, 0, 1, '', '', ?, ?, 'minute', 0, 0)
            """,
            (number, seen, seen, body, at.isoformat(), seen),
        )
        began = time.process_time()
        grouping.update_groups(self.connection, number)
        self.seconds += time.process_time() - began
        return number


def quality(stories: int) -> None:
    """Print recall by kind and share of edits, and precision over all grouped pairs."""
    generator, chance = StoryGenerator(1), random.Random(2)
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder) / "archive.db")
        under = [generator.paragraph(chance) for _ in range(OUTLETS)]

        def put(text: Paragraphs, not_by: int = -1) -> tuple[int, int]:
            outlet = chance.choice([one for one in range(OUTLETS) if one != not_by])
            return index.put(outlet, [*text, under[outlet]] if outlet % 2 else text), outlet

        tried: dict[tuple[str, float], list[tuple[int, int]]] = {}
        story_of: dict[int, int] = {}  # article → its story
        for _ in range(stories):
            for kind, edit in edits(generator).items():
                for share in SHARES:
                    text = generator.story(chance)
                    first, outlet = put(text)
                    second, _ = put(edit(chance, text, share), outlet)
                    story_of[first] = story_of[second] = first
                    tried.setdefault((kind, share), []).append((first, second))
            background = [generator.paragraph(chance)]
            for _ in range(4):  # different stories with the same background at the end, under a third of each
                put([*(generator.paragraph(chance) for _ in range(chance.randint(3, 6))), *background])
        groups = {
            row["article_id"]: row["group_id"] for row in index.connection.execute("SELECT * FROM copies")
        }
        _print_recall(tried, groups)
        _print_precision(groups, story_of)
        print(f"{index.count} articles, {1000 * index.seconds / index.count:.2f} ms of processor time each")


def _print_recall(tried: dict[tuple[str, float], list[tuple[int, int]]], groups: dict[int, int]) -> None:
    print("recall      " + "".join(f"{share:>8.0%}" for share in SHARES))
    kinds = list(dict.fromkeys(kind for kind, _ in tried))
    for kind in kinds:
        shares = []
        for share in SHARES:
            pairs = tried[kind, share]
            found = sum(one in groups and groups[one] == groups.get(other) for one, other in pairs)
            shares.append(f"{found / len(pairs):8.3f}")
        print(f"{kind:12}" + "".join(shares))


def _print_precision(groups: dict[int, int], story_of: dict[int, int]) -> None:
    together: dict[int, list[int]] = {}
    for article, group in groups.items():
        together.setdefault(group, []).append(article)
    pairs = [pair for group in together.values() for pair in combinations(group, 2)]
    right = sum(one in story_of and story_of[one] == story_of.get(other) for one, other in pairs)
    print(
        f"precision   {right / max(1, len(pairs)):8.4f}  ({len(pairs) - right} of {len(pairs)} pairs are wrong)"
    )


def cost(articles: int, folder: Path | None) -> None:
    """Print the cost of grouping this many articles, one in ten a reprint, and of looking up copies."""
    generator, chance = StoryGenerator(1), random.Random(3)
    changes = list(edits(generator).values())
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        path = Path(temporary) / "archive.db"
        index = Index(path)
        under = [generator.paragraph(chance) for _ in range(OUTLETS)]
        wires = [generator.story(chance) for _ in range(50)]
        grouped: list[int] = []
        print(f"{'articles':>9} {'ms each':>8} {'p95 ms':>8} {'articles/s':>10}")
        before, took = 0.0, []
        for number in range(1, articles + 1):
            outlet = chance.randrange(OUTLETS)
            if chance.random() < 0.1:  # a recent agency text; from time to time a new one replaces an old one
                wire = chance.randrange(len(wires))
                text = chance.choice(changes)(chance, wires[wire], chance.choice(SHARES))
                if chance.random() < 0.25:
                    wires[wire] = generator.story(chance)
            else:
                text = generator.story(chance)
            one = index.put(outlet, [*text, under[outlet]] if outlet % 2 else text)
            took.append(index.seconds - before)
            before = index.seconds
            if chance.random() < 0.002:
                grouped.append(one)
            if number % 500 == 0:
                index.connection.execute("COMMIT")
                index.connection.execute("BEGIN")
            if number % max(1, articles // 20) == 0:
                mean = sum(took) / len(took)
                p95 = sorted(took)[int(len(took) * 0.95)]
                print(f"{number:9} {1000 * mean:8.2f} {1000 * p95:8.2f} {1 / mean:10.0f}", flush=True)
                took = []
        index.connection.execute("COMMIT")
        _print_bytes(index.connection, articles)
        _print_lookups(index.connection, grouped)


def _print_bytes(connection: Connection, articles: int) -> None:
    """Print the size of each table: how much the file shrinks when its rows are deleted."""

    def used_bytes() -> int:
        pages, free = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count")
        )
        return (int(pages) - int(free)) * int(connection.execute("PRAGMA page_size").fetchone()[0])

    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN")
    for table in ("copy_marks", "copy_texts", "copy_habits", "copies", "copy_groups", "versions"):
        rows, before = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0], used_bytes()
        connection.execute(f"DELETE FROM {table}")
        print(f"{table:12} {rows:10} rows {(before - used_bytes()) / articles:8.1f} bytes an article")
    connection.execute("ROLLBACK")


def _print_lookups(connection: Connection, articles: Sequence[int]) -> None:
    took = []
    sizes: Counter[int] = Counter()
    for article in articles:
        began = time.perf_counter()
        found = copy_groups.group_with_members(connection, article)
        took.append(time.perf_counter() - began)
        sizes[found[0].articles if found else 1] += 1
    took.sort()
    print(
        f"looking up the copies of an article: median {1000 * took[len(took) // 2]:.3f} ms,"
        f" p95 {1000 * took[int(len(took) * 0.95)]:.3f} ms; largest group {max(sizes)}"
    )


def main() -> None:
    """Run the requested measurement."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stories", type=int, default=60, help="stories per kind and share of edits")
    parser.add_argument("--articles", type=int, help="measure the cost of this many articles instead")
    parser.add_argument("--folder", type=Path, help="working folder (default: a temporary one)")
    options = parser.parse_args()
    if options.articles:
        cost(options.articles, options.folder)
    else:
        quality(options.stories)


if __name__ == "__main__":
    main()
