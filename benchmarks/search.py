"""Benchmark search in an archive of N generated articles: building time, size and response time of its index.

    python benchmarks/search.py [--articles 100000] [--keep archive.db]

The texts are not language but as hard on an index: real Russian word forms, distributed by Zipf's law, in texts as
long as news, from several outlets over ten years. They go into the index through the code that a crawl uses; its
other work (captures, near-duplicates) has benchmarks of its own. Texts share paragraphs, whose search terms are
computed once: in a crawl the workers compute them, and that time is printed separately. Each kind of query runs with
many different words, each once before it is measured.
"""

from __future__ import annotations

import argparse
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate, islice, pairwise, repeat
from pathlib import Path

from archive import timestamps
from archive.filters import Filters
from archive.index.db.connection import Connection, connect, transaction
from archive.index.search import fulltext
from archive.index.search.counts import count_articles
from archive.index.search.maintenance import maintain_search_index
from archive.index.search.search import search
from archive.language import search_terms
from archive.language.folding import WORD, clean_word, fold_word
from archive.language.lemmas import query_forms, text_forms

PREFIXES = "ав ба бо ва го гр да до жи зе ки кр ла мо ми не ни ок ор пи ро са си та ту фо хо че ша эк".split()
FUNCTION_WORDS = (
    "в и на что с не по о он за из к как это а для от его у но было был до же так то также после "
    "при мы они все год заявить сообщить слово время человек страна россия украина президент который"
).split()
SOURCES = {
    "primorsk": 30,
    "meridian": 22,
    "zarya": 16,
    "stepnoy": 12,
    "azov": 9,
    "sloboda": 6,
    "dnipro": 4,
    "port": 1,
}
SECTIONS = ("Мир", "Политика", "Экономика", "Общество", "Происшествия", "Спорт", "Культура", "Наука")
AUTHORS = [f"Автор {number}" for number in range(200)]
FIRST_DAY = datetime(2014, 1, 1, tzinfo=UTC)
STREAM = 3_000_000  # words, from which texts are cut
PARAGRAPH = 45  # words
SPAN = timedelta(days=3652)
EDITED = 12  # one article in this many has a second version
BATCH = 8_000
HASH_BYTES = (
    256 * 2**20
)  # bytes of terms that FTS5 collects in memory before it writes them; its default is 1 MB
TERMS_SAMPLE = 2_000  # articles whose search terms are computed as in a crawl, to time it
PAGE = 20


class Vocabulary:
    """Word forms and their frequencies."""

    def __init__(self, chance: random.Random) -> None:
        from pymorphy3 import MorphAnalyzer

        analyzer = MorphAnalyzer(lang="ru")
        lexemes: dict[str, list[str]] = {}
        for beginning in PREFIXES:
            for word, tag, normal, *_ in analyzer.dictionary.iter_known_words(beginning):
                if "-" not in word:
                    is_name = any(mark in tag.grammemes for mark in ("Name", "Surn", "Geox"))
                    lexemes.setdefault(normal, []).append(word.capitalize() if is_name else word)
        lexemes = {normal: forms for normal, forms in lexemes.items() if normal not in FUNCTION_WORDS}
        self.lemmas = sorted(lexemes)
        chance.shuffle(self.lemmas)
        self.forms: list[str] = []
        weights: list[float] = []
        for rank, lemma in enumerate([*FUNCTION_WORDS, *self.lemmas], 1):
            forms = lexemes.get(lemma, [lemma])
            self.forms += forms
            weights += repeat(1 / (rank + 2) / len(forms), len(forms))
        self.weights = list(accumulate(weights))


class Words:
    """The search terms of texts, combined from those of their paragraphs."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, dict[str, int]]] = {}

    def of(self, title: str, lead: str, body: str) -> search_terms.SearchTerms:
        """Return the search terms of an article: those of `archive.language.search_terms`, in another order."""
        title_and_lead: dict[str, int] = {}
        printed = []
        for prefix, text in (("title=", title), ("lead=", lead)):
            spelt, forms = self._found(text)
            printed.append(spelt)
            title_and_lead |= forms | {prefix + form: 1 for form in forms}
        counted = Counter[str]()
        paragraphs = []
        for paragraph in body.split("\n\n"):
            if (known := self._known.get(paragraph)) is None:
                known = self._known[paragraph] = self._found(paragraph)
            paragraphs.append(known[0])
            counted.update(known[1])
        often = (f"often={form}" for form, times in counted.items() if times >= search_terms.OFTEN_COUNT)
        return search_terms.SearchTerms(
            " ".join([*(title_and_lead | counted), *often]), *printed, " ".join(paragraphs)
        )

    def _found(self, text: str) -> tuple[str, dict[str, int]]:
        found = WORD.findall(text)
        forms = Counter[str]()
        for word, times in Counter(found).items():
            for form in _forms(word):
                forms[form] += times
        return " ".join(map(fold_word, found)), dict(forms)


@cache
def _forms(word: str) -> tuple[str, ...]:
    return text_forms(clean_word(word), "ru")


def articles(number: int) -> Iterator[tuple[datetime, str, str, str, str | None, str]]:
    """Yield time, source, section, headline, lead and text of articles, roughly in order of time."""
    chance = random.Random(5)
    vocabulary = Vocabulary(chance)

    stream = chance.choices(vocabulary.forms, cum_weights=vocabulary.weights, k=STREAM)

    def text(words: int, start: int | None = None) -> str:
        start = chance.randrange(STREAM - words) if start is None else start
        return " ".join(stream[start : start + words]).capitalize() + "."

    paragraphs = [text(PARAGRAPH, start) for start in range(0, STREAM - PARAGRAPH, PARAGRAPH)]

    for at in range(number):
        late = timedelta(seconds=chance.expovariate(1 / 7200))
        day = FIRST_DAY + SPAN * (at / number) - late
        length = min(60, max(1, round(chance.lognormvariate(1.6, 0.65))))  # paragraphs: median 5, mean 6
        body = "\n\n".join(chance.choices(paragraphs, k=length))
        (source,) = chance.choices(list(SOURCES), list(SOURCES.values()))
        lead = text(chance.randrange(12, 30)) if chance.random() < 0.5 else None
        yield day, source, chance.choice(SECTIONS), text(chance.randrange(5, 12)), lead, body


_GATHER = "INSERT INTO search_index (search_index, rank) VALUES ('hashsize', ?)"


def build(connection: Connection, number: int) -> None:
    """Insert this many articles with their full-text index."""
    chance = random.Random(6)
    connection.execute("PRAGMA synchronous = OFF")  # as in a rebuild
    connection.execute("PRAGMA cache_size = -400000")
    connection.execute(_GATHER, (HASH_BYTES,))
    words = Words()
    for source in SOURCES:
        connection.execute("INSERT INTO sources VALUES (?, ?, 'Europe/Kyiv')", (source, source.capitalize()))
    numbered = enumerate(articles(number), 1)
    while batch := list(islice(numbered, BATCH)):
        with transaction(connection):
            for article_id, (day, source, section, title, lead, body) in batch:
                seen = timestamps.to_iso(day + timedelta(minutes=40))
                connection.execute(
                    """
                    INSERT INTO captures (id, source, role, url, fetched_at, status, payload_sha256, payload_bytes,
                        kind, record_id, file, "offset", length, digest)
                    VALUES (?, ?, 'article', ?, ?, 200, ?, 90000, 'response', ?, 'warc/x.warc.gz', 0, 20000, ?)
                    """,
                    (
                        article_id,
                        source,
                        _url(source, article_id),
                        seen,
                        "0" * 64,
                        str(article_id),
                        "sha256:" + "0" * 64,
                    ),
                )
                connection.execute(
                    """
                    INSERT INTO articles (id, url, source, section, state, first_seen, last_seen, last_looked)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                    (
                        article_id,
                        _url(source, article_id),
                        source,
                        section,
                        "removed" if article_id % 50 == 0 else "live",
                        *[seen] * 3,
                    ),
                )
                _version(connection, article_id, 1, day, seen, section, title, lead, body, chance, words)
                if article_id % EDITED == 0:
                    more = body.rsplit("\n\n", 1)[0]
                    _version(connection, article_id, 2, day, seen, section, title, lead, more, chance, words)
    connection.execute(_GATHER, (2**20,))


def _version(
    connection: Connection,
    article_id: int,
    number: int,
    day: datetime,
    seen: str,
    section: str,
    title: str,
    lead: str | None,
    body: str,
    chance: random.Random,
    words: Words,
) -> None:
    stated = timestamps.to_iso(day)
    version_id = fulltext.next_version_id(connection, stated, seen)
    connection.execute("UPDATE articles SET version_count = ? WHERE id = ?", (number, article_id))
    connection.execute(
        """
        INSERT INTO versions (id, article_id, number, capture_id, first_seen, last_seen, title, lead, body, section,
            published, published_utc, language, words, confidence, extractor, content_sha256, partial, live_blog)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'ru', ?, 0.9, 'generated', '', 0, 0)
        """,
        (
            version_id,
            article_id,
            number,
            article_id,
            seen,
            seen,
            title,
            lead,
            body,
            section,
            (day + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S+02:00"),
            stated,
            body.count(" ") + 1,
        ),
    )
    connection.execute("INSERT INTO bylines VALUES (?, 1, ?)", (version_id, chance.choice(AUTHORS)))
    fulltext.add_version(connection, version_id, words.of(title, lead or "", body))


def _url(source: str, article_id: int) -> str:
    return f"https://{source}.example/{article_id}-long-enough-to-be-an-address"


def measure(connection: Connection) -> None:
    """Measure every kind of query with many words."""
    chance = random.Random(7)
    named = Vocabulary(random.Random(5)).lemmas
    ranks = {"rare": (20_000, 60_000), "middling": (800, 3_000), "common": (0, 120)}
    words = {name: [chance.choice(named[slice(*span)]) for _ in range(40)] for name, span in ranks.items()}
    words["very common"] = [
        "время",
        "человек",
        "страна",
        "россия",
        "украина",
        "президент",
        "заявить",
        "сообщить",
    ] * 3
    none = Filters()
    for name, queries in words.items():
        _print_times(
            f"{name} word, by relevance",
            connection,
            queries,
            lambda word: _page(connection, word, none, "relevance"),
        )
        _print_times(
            f"{name} word, newest first",
            connection,
            queries,
            lambda word: _page(connection, word, none, "newest"),
        )
        _print_times(
            f"{name} word, counts by month",
            connection,
            queries,
            lambda word: count_articles(connection, Filters(word), by_source=False),
        )
        _print_times(
            f"{name} word, counts by month and source",
            connection,
            queries,
            lambda word: count_articles(connection, Filters(word)),
        )
    pairs = [f"{chance.choice(words['common'])} {chance.choice(words['middling'])}" for _ in range(40)]
    _print_times(
        "two words, by relevance", connection, pairs, lambda pair: _page(connection, pair, none, "relevance")
    )
    phrases = [_phrase(connection, chance) for _ in range(40)]
    year = Filters(source="zarya", published_from=date(2019, 1, 1), published_to=date(2019, 12, 31))
    _print_times(
        "phrase, source, year, newest first",
        connection,
        phrases,
        lambda p: _page(connection, p, year, "newest"),
    )
    mixed = [f"{phrase} {word}" for phrase, word in zip(phrases, words["common"], strict=True)]
    _print_times(
        "phrase and a common word, newest first",
        connection,
        mixed,
        lambda p: _page(connection, p, none, "newest"),
    )
    two = [f"{one} {other}" for one, other in zip(words["very common"], words["common"], strict=False)]
    months = Filters(source="meridian", published_from=date(2018, 3, 12), published_to=date(2019, 7, 20))
    captured = Filters(captured_from=date(2016, 1, 1), captured_to=date(2016, 12, 31))
    of_author = Filters(author="Автор 7", section="Мир")
    _print_times(
        "common word, author, section, newest",
        connection,
        words["common"],
        lambda w: _page(connection, w, of_author, "newest"),
    )
    gone = Filters(state="removed")
    _print_times(
        "common word, removed, newest",
        connection,
        words["common"],
        lambda w: _page(connection, w, gone, "newest"),
    )
    _print_times("no words, newest", connection, [""] * 10, lambda w: _page(connection, w, none, "newest"))
    _print_times(
        "no words, one source, newest",
        connection,
        [""] * 10,
        lambda w: _page(connection, w, Filters(source="port"), "newest"),
    )
    for what, queries, filters in (
        ("two common words", [f"{one} {other}" for one, other in pairwise(words["common"])], none),
        ("very common and common word", two, none),
        ("common OR common word", [f"{one} OR {other}" for one, other in pairwise(words["common"])], none),
        (
            "common word, another left out",
            [f"{one} -{other}" for one, other in pairwise(words["common"])],
            none,
        ),
        ("common and moderately common word", pairs, none),
        ("phrase", phrases, none),
        ("common word, section", words["common"], Filters(section="Мир")),
        ("common word, author", words["common"], Filters(author="Автор 7")),
        ("very common word, source, 17 months", words["very common"], months),
        ("very common word, live", words["very common"], Filters(state="live")),
        ("common word, removed", words["common"], gone),
        ("common word, captured in a year", words["common"], captured),
        ("no words", [""] * 10, none),
        ("no words, source", [""] * 10, Filters(source="primorsk")),
        ("no words, live", [""] * 10, Filters(state="live")),
        ("no words, author", [""] * 10, Filters(author="Автор 7")),
    ):
        _print_times(
            f"{what}, counts",
            connection,
            queries,
            lambda typed, by=filters: count_articles(connection, replace(by, query=typed)),
        )
    for letters in (5, 3):
        beginnings = [f"{word[:letters]}*" for word in words["middling"] if len(word) >= letters]
        _print_times(
            f"beginning of {letters} letters, newest",
            connection,
            beginnings,
            lambda w: _page(connection, w, none, "newest"),
        )
        _print_times(
            f"beginning of {letters} letters, counts",
            connection,
            beginnings,
            lambda w: count_articles(connection, Filters(w)),
        )


def _page(connection: Connection, typed: str, filters: Filters, sort: str) -> int:
    return len(list(islice(search(connection, replace(filters, query=typed), sort=sort), PAGE)))  # type: ignore[arg-type]


def _phrase(connection: Connection, chance: random.Random) -> str:
    row = connection.execute(
        "SELECT body FROM versions WHERE id >= ? LIMIT 1", (chance.randrange(*_ends(connection)),)
    ).fetchone()
    words = row["body"].split("\n\n")[0].split()
    at = chance.randrange(len(words) - 3)
    return '"' + " ".join(words[at : at + 2]) + '"'


def _ends(connection: Connection) -> tuple[int, int]:
    return tuple(connection.execute("SELECT min(id), max(id) FROM versions").fetchone())


def _print_times(
    label: str, connection: Connection, queries: Sequence[str], run: Callable[[str], object]
) -> None:
    taken = []
    for one in queries:
        query_forms(one)
        run(one)
        started = time.process_time()
        run(one)
        taken.append((time.process_time() - started) * 1000)
    taken.sort()
    print(
        f"{label:45} p50 {statistics.median(taken):7.1f} ms   p95 {taken[int(len(taken) * 0.95) - 1]:7.1f}   "
        f"max {taken[-1]:7.1f}",
        flush=True,
    )


def main() -> None:
    """Build the index, print its size and measure queries."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument(
        "--keep", type=Path, help="path at which to keep the index; an existing one is used as it is"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "archive.db"
        there = path.exists()
        connection = connect(path, create=True)
        if not there:
            _print_term_times()
            started = time.process_time()
            build(connection, options.articles)
            built = time.process_time() - started
            print(
                f"built: {options.articles / built:.0f} articles per second of CPU time, text generation included"
            )
        started = time.process_time()
        maintain_search_index(connection)
        print(f"counts updated and index merged: {time.process_time() - started:.1f} s of processor time")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _print_sizes(path)
        measure(connection)
        print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
        connection.close()


def _print_term_times() -> None:
    texts = [
        (title, lead or "", body) for *_, title, lead, body in islice(articles(TERMS_SAMPLE), TERMS_SAMPLE)
    ]
    for known in ("new", "known"):
        started = time.process_time()
        for title, lead, body in texts:
            search_terms.terms_of_text(title, lead, body, "ru")
        taken = (time.process_time() - started) / TERMS_SAMPLE
        print(f"search terms of an article, as computed in a crawl: {taken * 1000:.1f} ms with {known} words")


def _print_sizes(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        number = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
        index = connection.execute("SELECT sum(length(block)) FROM search_index_data").fetchone()[0]
        kept = connection.execute(
            "SELECT sum(length(bits) + 2 * length(word) + 30) FROM search_words"
        ).fetchone()
        text = connection.execute("SELECT sum(length(CAST(body AS BLOB))) FROM versions").fetchone()[0]
    print(f"{number} articles: {path.stat().st_size / number:.0f} bytes each,", end=" ")
    print(
        f"of them full-text index {index / number:.0f}, count bitmaps {(kept[0] or 0) / number:.0f};",
        end=" ",
    )
    print(f"their texts {text / number:.0f}")


if __name__ == "__main__":
    main()
