"""What a reader finds beside its reading is what settling would have found."""

from __future__ import annotations

from pathlib import Path

from archive.core import Archive
from archive.extraction.model import Article
from archive.index.db.connection import connect, writing
from archive.index.search import fulltext as wording
from archive.jobs import search_keys as findable
from archive.jobs.pool import ReadDone
from archive.jobs.search_keys import Findable
from archive.language import search_terms as terms
from tests.small_archive import build

ARTICLE = Article(
    title="Мост через Волгу закрыли",
    lead="Движение остановлено до осени.",
    body=("Мост закрыли из-за трещин в опорах, рассказали в мэрии города.", "Мосту сорок лет."),
    authors=("Анна Петрова",),
    language="ru",
)


def test_the_words_are_those_that_are_found_without_them() -> None:
    found = findable.of_article(ARTICLE).words
    body = "\n\n".join(ARTICLE.body)
    facets = [wording.FIRST, terms.facet("source", "vesti")]
    columns = wording.lemmas_held(ARTICLE.title, ARTICLE.lead or "", body, "ru", facets)
    assert columns == (" ".join([found.lemmas, *facets]), found.title, found.lead, found.body)
    assert {"мост", "title=мост", "often=мост"} <= set(found.lemmas.split()) | {"often=мост"}


def test_what_is_gathered_can_be_found_and_dropped_again(tmp_path: Path) -> None:
    build(tmp_path / "archive")
    with Archive.open(tmp_path / "archive") as archive:
        before = [article.id for article in archive.search("")]
        assert before
    connection = connect(tmp_path / "archive" / "archive.db")
    (version,) = connection.execute("SELECT id FROM versions ORDER BY id LIMIT 1").fetchone()
    count = "SELECT count(*) FROM search_index"
    (held,) = connection.execute(count).fetchone()
    with writing(connection):
        wording.drop(connection, version)
        with wording.gathered(connection):
            wording.add(connection, version)
            wording.drop(connection, version)
            wording.add(connection, version)
    assert connection.execute(count).fetchone()[0] == held
    connection.execute("INSERT INTO search_index (search_index) VALUES ('integrity-check')")
    connection.close()


def test_it_travels_with_the_reading() -> None:
    done = ReadDone(ARTICLE, findable=findable.of_article(ARTICLE))
    assert isinstance(done.findable, Findable)
    assert done.findable.marks
