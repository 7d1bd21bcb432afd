"""Whatever is changed in the index, in any column of any table, is found by `verify` and named with its table."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive import events, locks, paths, timestamps
from archive.core import Archive
from archive.events import Failed, Fetched
from archive.extraction.model import Outlet, Rejection
from archive.extraction.version import EXTRACTOR
from archive.index.db.connection import connect
from archive.index.ingest import decisions
from archive.index.search import bitmaps
from archive.integrity.audit import run_audit
from archive.integrity.index_audit import Pages
from archive.integrity.problems import AuditResult
from archive.jobs.pool import ExtractionResult, pool
from archive.recording.session import Fetch
from archive.warc.records import Exchange
from newsarchive.cli import main
from tests.recordings import begun
from tests.small_archive import GONE

# What no record and no other row tells, and why that is so.
CANNOT_BE_CHECKED = {
    "captures.id": "the order of adding, which another order of crawls side by side changes; rows that name it are",
    "failures.id": "likewise; no row names it",
    "search_months.is_current": "0 is always true enough: it says that the month is to be made anew",
    "search_months.has_states": "likewise",
    "copy_habits.source": "a habit of readings that were replaced since stays one",
    "copy_habits.mark": "likewise",
    "address_clues.clue": "what a page states is in no other row; the text of both pages decides, not the clue",
    "address_clues.article_id": "likewise",
    "address_clues.capture_id": "likewise",
    "search_index_idx.term": "what parts pages of the full-text index; integrity_check tells what does not part them",
}
# What only reading the page again can tell.
OF_THE_PAGE = {
    f"versions.{name}"
    for name in (
        "body_html section published_stated published_found_in published_zone published_rule modified modified_stated "
        "language views partial live_blog confidence extractor"
    ).split()
} | {"images.url", "links.url", "links.text", "tags.tag"}


PARAGRAPHS = (
    "Городской совет принял бюджет на следующий год, расходы на ремонт дорог вырастут почти вдвое.",
    "Депутаты спорили шесть часов, и только к вечеру удалось договориться о порядке выплат пострадавшим.",
    "Мэр сказал, что работы начнутся весной, как только позволит погода и будут проведены открытые торги.",
    "Жители окраин требуют заново замостить улицы, по которым после паводка не проходят даже автобусы.",
)


def page(title: str) -> bytes:
    """Return a page with an author, tags, a picture with caption and credit, and a link in its text."""
    text = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
    body = (
        f'<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f'<article><h1>{title}</h1><time datetime="2022-01-10T11:55:00+02:00">11:55 10 января 2022</time>'
        '<p class="author" rel="author">Автор: Анна Ковальчук</p><figure><img src="/img/sovet.jpg" width="900">'
        "<figcaption>Заседание совета. Фото: Иван Петренко</figcaption></figure>"
        f'{text}<p>Подробнее — в <a href="http://gazette.example/plan">плане работ</a>, он открыт для всех.</p>'
        '<div class="tags">Теги: <a rel="tag" href="/tag/byudzhet">бюджет</a> <a rel="tag" href="/tag/dorogi">'
        "дороги</a></div></article></body></html>"
    ).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body


def answered(url: str, answer: bytes) -> bytes:
    """Write a WARC file with one response, as another program would."""
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2022-01-14T08:00:00Z\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-0000000000aa>\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def crawled(archive: Archive, source: str, at: datetime) -> None:
    """Crawl one article that another outlet has too, and a URL that gives no response."""
    recording = begun(archive, f"{source}-{at:%Y%m%d%H%M%S}", source, at)
    why = Fetched(role="article", crawl=recording.crawl, source=source, section="Город")
    url = f"http://{source}.example/2022/01/10/sovet"
    exchange = Exchange(
        url, at, b"GET / HTTP/1.1\r\n\r\n", page("Совет принял бюджет"), metadata=events.to_json(why)
    )
    recording.store([Fetch(exchange, why)])
    failed = Failed(
        role="article", url=f"http://{source}.example/nowhere", at=timestamps.to_iso(at), reason="no answer",
                    crawl=recording.crawl, source=source)  # fmt: skip
    recording.record_events([failed])
    recording.close()


@pytest.fixture(scope="module")
def whole(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sound archive in which every table has rows, also the tables for counts."""
    made = tmp_path_factory.mktemp("whole")
    folder: Path = shutil.copytree(small, made / "archive")
    elsewhere = made / "old.warc"
    elsewhere.write_bytes(answered("http://old.example/2022/01/10/park", page("Парк открыли после ремонта")))
    with pool(1) as executor:
        with Archive.open(folder) as archive:
            for source, hour in (("gazeta", 12), ("vestnik", 13)):
                crawled(archive, source, datetime(2022, 1, 13, hour, tzinfo=UTC))
            list(archive.take_in([elsewhere], executor))
            archive.restrict(
                "http://old.example/2022/01/10/park", why="a court order", until=date(2100, 1, 1)
            )
        Archive.rebuild(folder, {}, executor)
    with pytest.MonkeyPatch.context() as patch, closing(connect(folder / "archive.db")) as connection:
        patch.setattr(bitmaps, "MIN_MONTH_VERSIONS", 1)
        patch.setattr(bitmaps, "MIN_OUTDATED_VERSIONS", 0)
        bitmaps.update_bitmaps(connection)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


def looked(folder: Path, *, again: bool = False) -> AuditResult:
    return run_audit(folder, pages=Pages(EXTRACTOR, again=again))


def execute(folder: Path, *statements: str) -> None:
    """Change the index although its triggers forbid it."""
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@cache
def columns() -> list[tuple[str, str]]:
    """Every column of every table of an index, those of the full-text index's own tables too."""
    with closing(connect(Path(":memory:"), create=True)) as connection:
        return [
            (table["name"], column["name"])
            for table in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
            for column in connection.execute(f"PRAGMA table_info({table['name']})")
            if table["name"] != "search_index"  # it keeps no column; its words are altered below
        ]


NAMED = {  # what is named instead of the table
    "versions.id": "search_index",
    "versions.extractor": "was extracted by",
    **dict.fromkeys(("search_index_config", "search_index_config.k", "search_index_idx"), "fts5"),
    **dict.fromkeys(
        ("search_index_idx.segid", "search_index_idx.pgno", "search_index_data.id"), "search_index"
    ),
}


def altered(folder: Path, table: str, column: str) -> bool:
    """Change the value of a column in one row, by its type, and return whether it could be changed."""
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        info = {row[1]: row for row in connection.execute(f"PRAGMA table_info({table})")}
        key = [name for name, row in info.items() if row[5]] or ["rowid"]
        named = ", ".join(f'"{name}"' for name in key)
        where = " AND ".join(f'"{name}" IS ?' for name in key)
        row = connection.execute(
            f'SELECT "{column}", {named} FROM {table} ORDER BY "{column}" IS NULL, {named}'
        ).fetchone()
        assert row is not None, f"{table} has no row to alter"
        for value in others(row[0], info[column][2]):
            try:
                changed = connection.execute(
                    f'UPDATE {table} SET "{column}" = ? WHERE {where}', (value, *row[1:])
                )
            except sqlite3.IntegrityError:
                continue
            connection.commit()
            return changed.rowcount == 1
    return False


def others(value: object, kind: str) -> list[object]:
    """Values that a column of a kind may have instead."""
    if isinstance(value, bytes):
        return [bytes([value[0] ^ 1]) + value[1:] if value else b"\1"]
    if kind == "REAL":
        return [0.5 if value != 0.5 else 0.25]
    if kind == "INTEGER" or isinstance(value, int):
        number = value if isinstance(value, int) else 0
        return [*([1 - number] if number in (0, 1) else []), number + 1, number + 1_000_003]
    text = str(value or "")
    moment = ["2001-02-03T04:05:06.000007Z"] if not text or text.endswith("Z") else []
    words = ["removed", "day", "source", "rule", "listing", "response", "page", "revisit", "published"]
    return [*moment, f"{text}x", *(word for word in words if word != text)]


def names_of(verified: AuditResult) -> str:
    return "\n".join(problem.sentence for problem in verified.problems)


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "archive")


def test_nothing_is_wrong_with_what_nobody_altered(whole: Path) -> None:
    assert names_of(looked(whole)) == ""
    verified = looked(whole, again=True)
    assert names_of(verified) == ""
    assert verified.pages > 0


def test_every_table_has_a_row_to_alter(whole: Path) -> None:
    with closing(sqlite3.connect(whole / "archive.db")) as connection:
        for table, column in columns():
            if f"{table}.{column}" not in CANNOT_BE_CHECKED:
                assert connection.execute(f"SELECT 1 FROM {table}").fetchone(), table


def test_what_cannot_be_checked_is_there() -> None:
    assert {*CANNOT_BE_CHECKED, *OF_THE_PAGE} <= {f"{table}.{column}" for table, column in columns()}


@pytest.mark.parametrize(
    ("table", "column"), [one for one in columns() if ".".join(one) not in CANNOT_BE_CHECKED]
)
def test_another_value_in_any_column_is_found(folder: Path, table: str, column: str) -> None:
    name = f"{table}.{column}"
    assert altered(folder, table, column)
    verified = looked(folder, again=name in OF_THE_PAGE)
    assert NAMED.get(name, table) in names_of(verified), names_of(verified)


@pytest.mark.parametrize(
    "table", sorted({table for table, _ in columns()} - {"copy_habits", "address_clues"})
)
def test_a_row_taken_out_of_any_table_is_found(folder: Path, table: str) -> None:
    execute(folder, f"DELETE FROM {table} WHERE rowid = (SELECT min(rowid) FROM {table})" if has_rowid(table) else
            f"DELETE FROM {table} WHERE {first_key(folder, table)}")  # fmt: skip
    again = table in ("links", "tags")  # which no digest of a version holds
    assert NAMED.get(table, table) in names_of(looked(folder, again=again))


@pytest.mark.parametrize(
    "table",
    sorted(
        {
            table
            for table, _ in columns()
            if not table.startswith(("_", "search_index", "copy_habits", "address_clues"))
        }
    ),
)
def test_a_row_put_into_any_table_is_found(folder: Path, table: str) -> None:
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        info = connection.execute(f"PRAGMA table_info({table})").fetchall()
        unique = {
            column[2]
            for index in connection.execute(f"PRAGMA index_list({table})") if index[2]
            for column in connection.execute(f"PRAGMA index_info({index[1]})")
        }  # fmt: skip
        row = list(connection.execute(f"SELECT * FROM {table}").fetchone())
        for place, (_, name, kind, _, _, in_key) in enumerate(info):
            if in_key or name in unique:
                row[place] = row[place] + 1_000_003 if kind == "INTEGER" else f"2021-{row[place]}"
        connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        connection.commit()
    again = table in ("links", "tags", "images", "bylines")
    named = {"search_words": "search_months"}.get(table, table)  # of a month that has no row
    assert named in names_of(looked(folder, again=again))


def has_rowid(table: str) -> bool:
    with closing(connect(Path(":memory:"), create=True)) as connection:
        (kept_by_key,) = connection.execute(
            "SELECT wr FROM pragma_table_list WHERE name = ?", (table,)
        ).fetchone()
        return not kept_by_key


def first_key(folder: Path, table: str) -> str:
    """Return a condition that only the first row of a table meets."""
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        key = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[5]]
        quoted = ", ".join(f"quote({name})" for name in key)
        row = connection.execute(f"SELECT {quoted} FROM {table}").fetchone()
        return " AND ".join(f"{name} = {value}" for name, value in zip(key, row, strict=True))


def test_a_removed_article_set_to_live_is_found_with_what_it_should_be(folder: Path) -> None:
    execute(folder, "UPDATE articles SET state = 'live' WHERE state = 'removed'")
    (problem,) = looked(folder).problems
    assert (problem.finding, problem.table, problem.column) == ("altered", "articles", "state")
    assert (problem.stored, problem.derived, problem.url) == ("live", "removed", GONE)


def test_a_line_names_table_row_column_and_both_values(folder: Path) -> None:
    execute(folder, "UPDATE sources SET timezone = 'Europe/Paris' WHERE name = 'port'")
    assert names_of(looked(folder)) == (
        "archive.db: sources: name port: timezone is Europe/Paris, and should be Europe/Kyiv."
    )


def test_a_source_file_edited_since_is_no_problem_and_is_noted(folder: Path) -> None:
    outlets = {"port": Outlet("Europe/Warsaw", title="Другой порт")}
    verified = run_audit(folder, pages=Pages(EXTRACTOR, outlets=outlets))
    assert verified.problems == []
    title, zone = verified.notes
    assert title.startswith("sources/port.toml says title Другой порт; the index has Вісник порту")
    assert zone.startswith("sources/port.toml says timezone Europe/Warsaw; the index has Europe/Kyiv")


def test_extractions_by_an_earlier_extractor_are_not_called_altered(folder: Path) -> None:
    execute(
        folder,
        "UPDATE versions SET extractor = 'newsarchive 0', views = 7, section = 'Прочее', language = NULL",
    )
    found = looked(folder, again=True).problems
    of_pages = [problem for problem in found if not (problem.table or "").startswith("search_")]
    assert {problem.finding for problem in of_pages} == {"outdated"}
    assert all("extracted by newsarchive 0" in problem.sentence for problem in of_pages)


def test_an_index_of_a_table_that_disagrees_with_it_is_damage_of_the_index(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        definition = connection.execute(
            "SELECT * FROM sqlite_master WHERE name = 'articles_by_state'"
        ).fetchone()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'articles_by_state'")
        connection.commit()
    execute(folder, "UPDATE articles SET gone_since = '2001-01-01T00:00:00.000000Z' WHERE state = 'removed'")
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", definition)
        connection.commit()
    damaged = [problem for problem in looked(folder).problems if problem.finding == "damaged"]
    assert damaged
    assert all(problem.file == "archive.db" for problem in damaged)
    assert "articles_by_state" in damaged[0].sentence
    assert "run 'newsarchive rebuild'" in damaged[0].sentence


def test_words_put_into_the_full_text_index_behind_its_back_are_found(folder: Path) -> None:
    execute(folder, "INSERT INTO search_index (rowid, lemmas, body) VALUES (77, 'взятка', 'взятка')")
    assert "search_index: version_id 77: lemmas is взятка, and should be nothing" in names_of(looked(folder))


def test_bits_kept_for_counting_that_are_not_so_are_found(folder: Path) -> None:
    execute(folder, "UPDATE search_words SET bits = x'01' WHERE word = 'version=first'")
    assert "search_words: month 2022-01, word version=first: bits is 01, and should be" in names_of(
        looked(folder)
    )


def test_a_trigger_that_someone_put_in_is_named(folder: Path) -> None:
    execute(folder, "CREATE TRIGGER odd AFTER INSERT ON failures BEGIN DELETE FROM failures; END")
    assert "the trigger odd is not part of this release" in names_of(looked(folder))


def test_more_problems_than_a_person_reads_are_counted_and_json_has_them_all(folder: Path) -> None:
    execute(folder, "UPDATE captures SET length = length + 1")
    few = run_audit(folder, most=3)
    assert sum(problem.table == "captures" for problem in few.problems) == 3
    assert "more problems of captures are not listed here" in names_of(few)
    result = CliRunner().invoke(main, ["--archive", str(folder), "verify", "--json", "--workers", "1"])
    assert result.exit_code == 1
    listed = json.loads(result.stdout)["problems"]
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        (captures,) = connection.execute("SELECT count(*) FROM captures").fetchone()
    assert [one["column"] for one in listed] == ["length"] * captures
    assert all(one["stored"] == one["derived"] + 1 for one in listed)


def test_a_page_that_is_not_read_yet_is_noted(folder: Path) -> None:
    execute(
        folder, "UPDATE captures SET reading = NULL WHERE url LIKE '%gazeta%/sovet'", "DELETE FROM versions"
    )
    assert any("capture of gazeta is not extracted yet" in note for note in looked(folder).notes)


def test_verify_reads_every_page_again_unless_it_is_to_be_quick(folder: Path) -> None:
    execute(folder, "UPDATE versions SET views = 1234567 WHERE article_id IN"
            " (SELECT id FROM articles WHERE source = 'gazeta')")  # fmt: skip
    command = ["--archive", str(folder), "verify", "--json", "--workers", "1"]
    for options, altered_columns in (((), ["views"]), (("--quick",), [])):
        typed = CliRunner().invoke(main, [*command, *options])
        assert [problem["column"] for problem in json.loads(typed.stdout)["problems"]] == altered_columns
        assert typed.exit_code == len(altered_columns)
    with Archive.open(folder) as archive:
        assert [problem.column for problem in archive.verify().problems] == ["views"]
        assert archive.verify(quick=True).problems == []


@pytest.mark.parametrize("again", [True, False])
def test_a_capture_that_could_not_become_rows_is_noted(folder: Path, again: bool) -> None:
    url = "http://gazeta.example/2022/01/14/odd"
    with Archive.open(folder) as archive, pytest.MonkeyPatch.context() as patch:
        recording = begun(archive, "gazeta-20220114120000", "gazeta", datetime(2022, 1, 14, 12, tzinfo=UTC))
        why = Fetched(role="article", crawl=recording.crawl, source="gazeta", section="Город")
        at = datetime(2022, 1, 14, 12, tzinfo=UTC)
        (number,) = recording.store([Fetch(Exchange(url, at, b"GET / HTTP/1.1\r\n\r\n", page("Странная страница"),
                                                   metadata=events.to_json(why)), why)])  # fmt: skip

        def fails(*_: object) -> None:
            raise OverflowError("too large")

        patch.setattr(decisions, "decide", fails)
        assert (
            recording.apply_extraction(
                number, ExtractionResult(Rejection("odd"), extractor=EXTRACTOR)
            ).outcome
            == "unsettled"
        )
        recording.close()
    verified = looked(folder, again=again)
    assert names_of(verified) == ""
    assert any(
        note.startswith("1 capture of gazeta was extracted and could not be") for note in verified.notes
    )


def test_pages_read_by_a_source_file_that_is_not_at_hand_are_noted(folder: Path) -> None:
    execute(folder, f"UPDATE versions SET extractor = '{EXTRACTOR}, layout 12345678' WHERE article_id IN"
            " (SELECT id FROM articles WHERE source = 'gazeta')")  # fmt: skip
    verified = looked(folder, again=True)
    assert names_of(verified) == ""
    assert "layout 12345678), and was not checked" in verified.notes[0]


def test_what_a_running_crawl_has_not_done_yet_is_noted_and_no_problem(folder: Path) -> None:
    execute(folder, "UPDATE versions SET extractor = 'before it learned' WHERE article_id IN"
            " (SELECT id FROM articles WHERE source = 'gazeta')")  # fmt: skip
    with locks.lock(paths.source_lock(folder, "gazeta"), ""):
        verified = looked(folder, again=True)
    assert verified.problems == []
    note = verified.notes[0]
    assert (
        "extracted by before it learned, which is not the current extractor: gazeta is being crawled" in note
    )
