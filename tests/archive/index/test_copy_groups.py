"""Groups of copies in the index: added, changed and removed in any order, they follow from the texts alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations, count
from pathlib import Path

import pytest

from archive import timestamps
from archive.duplicates.fingerprints import fingerprints, words
from archive.duplicates.overlap import are_copies
from archive.events import CrawlStarted, Fetched
from archive.extraction.model import Article, StatedTime
from archive.http.capture import Capture
from archive.index.db.connection import Connection, connect
from archive.index.duplicates import grouping
from archive.index.duplicates import groups as copy_groups
from archive.index.ingest import captures
from archive.index.ingest.articles import apply_extraction
from tests.recordings import entry_of
from tests.searchable_index import merge_into

START = datetime(2022, 1, 10, 10, 0, tzinfo=UTC)
Visit = tuple[str, str, tuple[str, ...], datetime]  # source, address, paragraphs, when


@dataclass
class Outlets:
    """An index with articles of several outlets."""

    path: Path
    index: Connection = field(init=False)
    hours: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.index = connect(self.path, create=True)
        self.index.execute("PRAGMA synchronous = OFF")
        self.index.execute("BEGIN")
        for source in ("azov", "port", "zarya"):
            started = CrawlStarted(
                crawl=f"{source}-1",
                source=source,
                title=source,
                timezone="Europe/Kyiv",
                at=timestamps.to_iso(START),
            )
            captures.add_crawl_started(self.index, started)

    def visit(
        self,
        source: str,
        url: str,
        body: tuple[str, ...],
        published: StatedTime | None = None,
        at: datetime | None = None,
    ) -> int:
        hour = next(self.hours)
        capture = Capture(url, at or START + timedelta(hours=hour), b"HTTP/1.1 200 OK\r\n\r\n")
        entry = entry_of(capture, hour)
        number = captures.add_capture(self.index, entry, Fetched(role="article", source=source))
        result = apply_extraction(
            self.index, number, Article(title=url, body=body, published=published), extractor="one"
        )
        assert result.article_id is not None
        return result.article_id

    def groups(self) -> set[frozenset[int]]:
        found: dict[int, set[int]] = {}
        for row in self.index.execute("SELECT * FROM copies"):
            found.setdefault(row["group_id"], set()).add(row["article_id"])
        return {frozenset(group) for group in found.values()}

    def rows(self) -> list[tuple[object, ...]]:
        tables = ("copy_groups", "copies", "copy_marks", "copy_habits")
        return [
            (table, *row)
            for table in tables
            for row in self.index.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
        ]


@pytest.fixture
def outlets(tmp_path: Path) -> Iterator[Outlets]:
    outlets = Outlets(tmp_path / "archive.db")
    yield outlets
    assert outlets.index.execute("PRAGMA foreign_key_check").fetchall() == []
    assert outlets.groups() == groups_of_texts(outlets)
    outlets.index.close()


def groups_of_texts(outlets: Outlets) -> set[frozenset[int]]:
    """Return the groups computed slowly, from every pair of articles."""
    texts = {
        row["article_id"]: words(f"{row['lead'] or ''}\n\n{row['body']}")
        for row in outlets.index.execute(
            "SELECT versions.* FROM versions JOIN articles ON articles.id = article_id AND number = version_count"
        )
    }
    sources = {row["id"]: row["source"] for row in outlets.index.execute("SELECT id, source FROM articles")}
    listed: dict[int, set[int]] = {one: set() for one in texts}
    for row in outlets.index.execute("SELECT * FROM copy_marks"):
        assert row["mark"] in fingerprints(texts[row["article_id"]])
        listed[row["article_id"]].add(row["mark"])
    part = {one: {one} for one in texts}
    for one, other in combinations(texts, 2):
        shared, fewer = (
            len(listed[one] & listed[other]),
            min(len(fingerprints(texts[one])), len(fingerprints(texts[other]))),
        )
        alike = (
            shared >= grouping.MIN_SHARED_FINGERPRINTS
            and shared * grouping.MIN_SHARED_ONE_IN >= fewer
            and are_copies(texts[one], texts[other], of_one_outlet=sources[one] == sources[other])
        )
        if alike and part[one] is not part[other]:
            part[one] |= part[other]
            for member in part[other]:
                part[member] = part[one]
    return {frozenset(one) for one in part.values() if len(one) > 1}


def story(name: object, paragraphs: int = 5) -> tuple[str, ...]:
    """Return paragraphs of words that no other story has in that order."""
    chance = random.Random(str(name))
    letters = "абвгдежзиклмнопрстуфхцчшэюя"
    vocabulary = ["".join(chance.choices(letters, k=6)) for _ in range(400)]
    return tuple(" ".join(chance.choices(vocabulary, k=30)) + "." for _ in range(paragraphs))


def test_agency_text_in_two_outlets_is_one_group(outlets: Outlets) -> None:
    wire = story("wire")
    azov = outlets.visit("azov", "http://azov.example/1", wire)
    outlets.visit("azov", "http://azov.example/2", story("another"))
    port = outlets.visit(
        "port", "http://port.example/1", ("Как сообщает агентство.", *wire[:3], *story("own", 1))
    )
    assert outlets.groups() == {frozenset({azov, port})}
    (group, (first, second)) = copy_groups.group_with_members(outlets.index, port) or (None, (None, None))
    assert group is not None
    assert first is not None
    assert second is not None
    assert (group.id, group.articles, group.outlets) == (min(azov, port), 2, 2)
    assert (group.leading, group.first, group.first_by) == (azov, None, None)
    assert first.overlap.similarity == 1.0
    assert second.article_id == port
    assert second.overlap.kept == pytest.approx(3 / 5, abs=0.05)
    assert second.overlap.taken == pytest.approx(3 / 4, abs=0.05)


def test_an_outlet_that_repeats_itself_is_a_group_of_one_outlet(outlets: Outlets) -> None:
    outlets.visit("azov", "http://azov.example/1", story("wire"))
    number = outlets.visit("azov", "http://azov.example/2", story("wire"))
    found = copy_groups.group_with_members(outlets.index, number)
    assert found is not None
    assert (found[0].articles, found[0].outlets) == (2, 1)
    assert outlets.index.execute("SELECT * FROM wire_copies").fetchall() == []


def test_a_copy_that_is_rewritten_leaves_its_group(outlets: Outlets) -> None:
    numbers = [
        outlets.visit(source, f"http://{source}.example/1", story("wire"))
        for source in ("azov", "port", "zarya")
    ]
    outlets.visit("port", "http://port.example/1", story("rewritten"))
    assert outlets.groups() == {frozenset({numbers[0], numbers[2]})}
    outlets.visit("zarya", "http://zarya.example/1", story("rewritten too"))
    assert outlets.groups() == set()
    assert outlets.index.execute("SELECT * FROM copy_groups").fetchall() == []


def test_a_group_that_one_article_connected_splits_without_it(outlets: Outlets) -> None:
    one, other = story("one"), story("other")
    a = outlets.visit("azov", "http://azov.example/1", one)
    b = outlets.visit("port", "http://port.example/1", (*one, *other))
    c = outlets.visit("zarya", "http://zarya.example/1", other)
    assert outlets.groups() == {frozenset({a, b, c})}
    outlets.visit("port", "http://port.example/1", (*one, *story("new")))
    assert outlets.groups() == {frozenset({a, b})}


def test_two_articles_that_become_one_are_no_copies(outlets: Outlets) -> None:
    a = outlets.visit("azov", "http://azov.example/1", story("wire"))
    b = outlets.visit("azov", "http://azov.example/2", story("wire"))
    c = outlets.visit("port", "http://port.example/1", story("wire"))
    assert outlets.groups() == {frozenset({a, b, c})}
    kept = merge_into(outlets.index, a, b)
    assert outlets.groups() == {frozenset({kept, c})}


def test_a_paragraph_under_every_article_of_an_outlet_makes_no_copies(outlets: Outlets) -> None:
    under = story("about us", 5)
    for number in range(grouping.HABIT_THRESHOLD):
        outlets.visit("azov", f"http://azov.example/{number}", (*story(number, 1), *under))
    assert len(outlets.groups()) == 1  # as far as is known until then
    outlets.visit("azov", "http://azov.example/one-more", (*story("one more", 1), *under))
    assert outlets.groups() == set()
    port = outlets.visit("port", "http://port.example/1", story("wire"))
    azov = outlets.visit("azov", "http://azov.example/wire", (*story("wire"), *under))
    assert outlets.groups() == {frozenset({azov, port})}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_groups_do_not_depend_on_the_order_of_outlets(tmp_path: Path, seed: int) -> None:
    visits = outlet_visits(seed)
    results = []
    for order in range(3):
        outlets = Outlets(tmp_path / f"{order}.db")
        for source, url, body, at in interleaved(visits, random.Random(order)):
            outlets.visit(source, url, body, at=at)
        assert outlets.groups() == groups_of_texts(outlets)
        assert outlets.groups()
        results.append(outlets.rows())
        outlets.index.close()
    assert results[0] == results[1] == results[2]


def outlet_visits(seed: int) -> list[Visit]:
    """Return what three outlets print: own texts, agency text cut, edited and combined, and the same text later."""
    chance = random.Random(seed)
    wires = [story(f"{seed} {number}", 4) for number in range(5)]
    under = {source: story(f"under {source} {seed}", 2) for source in ("azov", "port", "zarya")}
    visits: list[Visit] = []
    for number in range(45):
        source = chance.choice(("azov", "port", "zarya"))
        wire = list(chance.choice(wires))
        kind = chance.randrange(5)
        if kind == 0:
            body = list(story(f"{seed} own {number}", 2))
        elif kind == 1:
            body = wire[: chance.randint(1, 4)]
        elif kind == 2:
            body = wire[:2] + list(chance.choice(wires))[2:]
        elif kind == 3:
            body = [*story(f"{seed} lead {number}", 1), *chance.sample(wire, 3)]
        else:
            body = wire
        if chance.random() < 0.5:
            body += under[source]
        page = chance.randrange(30)
        visits.append(
            (source, f"http://{source}.example/{page}", tuple(body), START + timedelta(minutes=number))
        )
    return visits


def interleaved(visits: list[Visit], chance: random.Random) -> Iterator[Visit]:
    """Yield the same visits in another order between outlets, and in the same order within each."""
    waiting = {
        source: [visit for visit in visits if visit[0] == source] for source in ("azov", "port", "zarya")
    }
    while any(waiting.values()):
        source = chance.choice([source for source, rest in waiting.items() if rest])
        yield waiting[source].pop(0)
