"""The archive's tables under /db/: Datasette in our application, read-only, over a file that is written to."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from archive.index.db.connection import connect, transaction
from archive.index.db.schema import TABLES, VIEWS
from archive.index.sample_queries import load_queries
from newsarchive.web import datasette
from newsarchive.web.app import create_app
from tests import small_archive

ORIGIN = "http://localhost:8470"


@pytest.fixture(scope="module")
def reader(small: Path) -> Iterator[TestClient]:
    with TestClient(create_app(small), base_url=ORIGIN) as client:
        yield client


def test_every_question_stands_ready_and_is_answered(reader: TestClient) -> None:
    page = reader.get("/db/archive").text
    for question in load_queries():
        assert f"/db/archive/{question.name}" in page
        answer = reader.get(f"/db/archive/{question.name}.json?_shape=array")
        assert answer.status_code == 200, question.name


@pytest.mark.parametrize("name", [*(name for name in TABLES if not name.startswith("search")), *VIEWS])
def test_a_table_says_what_it_holds_in_the_words_of_the_schema(reader: TestClient, name: str) -> None:
    answer = reader.get(f"/db/archive/{name}")
    assert answer.status_code == 200
    told = datasette.metadata()["databases"]["archive"]["tables"][name]
    assert told["description"] in answer.text.replace("&#39;", "'").replace("&#34;", '"')
    assert told["columns"]


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")  # theirs
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/db/nope", 404),
        ("/db/archive/nope", 404),
        ("/db/archive/nope.json", 404),
        ("/db/archive/articles/7", 404),
        ("/db/archive?sql=drop+table+articles", 400),
        ("/db/archive.json?sql=select+nothing", 400),
        ("/db/archive/articles?_where=x(", 400),
        ("/db/archive/articles.json?_facet=nope", 400),
        ("/db/archive/articles?_sort=nope", 400),
    ],
)
def test_what_a_visitor_mistypes_is_answered_and_leaves_the_log_alone(
    reader: TestClient,
    address: str,
    status: int,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = reader.get(address)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    if "json" in address:
        assert answer.json()["ok"] is False
    else:
        assert "<h1>" in answer.text
    printed = capfd.readouterr()
    assert (printed.out, printed.err, caplog.messages) == ("", "", [])


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")  # theirs
def test_a_fault_of_the_tables_is_one_line_in_the_log(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*arguments: object, **named: object) -> None:
        raise RuntimeError("something\nbroke")

    monkeypatch.setattr("datasette.database.Database.table_exists", fails)
    assert reader.get("/db/archive/articles").status_code == 500
    assert caplog.messages == ["/db/archive/articles: RuntimeError: something broke"]


def test_words_are_searched_in_the_current_articles(reader: TestClient) -> None:
    found = reader.get(
        "/db/archive/current_articles.json", params={"_search": "Миротворцы", "_shape": "array"}
    )
    assert [article["url"] for article in found.json()] == [small_archive.SUMMIT]


def test_what_is_read_may_be_counted_by_facets(reader: TestClient) -> None:
    told = reader.get("/db/archive/articles.json").json()["facet_results"]
    assert {one["value"]: one["count"] for one in told["source"]["results"]} == {"primorsk": 4, "port": 1}


def test_links_stay_within_the_archive_and_lead_somewhere(reader: TestClient) -> None:
    begun = ["/db/", "/db/archive", "/db/archive/front_pages", "/db/archive/articles", "/db/archive/captures"]
    found: set[str] = set()
    for page in begun:
        answer = reader.get(page)
        for target in re.findall(r'(?:href|src)="([^"]+)"', answer.text):
            address = urljoin(ORIGIN + page, target.replace("&amp;", "&"))
            found.add(address)
        for target in re.findall(r"<?(\S+?)>?; rel=", answer.headers.get("link", "")):
            found.add(urljoin(ORIGIN + page, target))
    outside = {one for one in found if not one.startswith(ORIGIN)}
    assert outside == {"https://datasette.io/"}
    for address in sorted(found - outside)[:150]:
        assert "/db/db" not in address
        assert reader.get(address).status_code == 200, address


def test_a_row_leads_to_our_pages_about_it(reader: TestClient) -> None:
    page = reader.get("/db/archive/front_pages").text
    assert f'href="/snapshot/20220111100000/{small_archive.LISTING}"' in page
    assert re.search(r'href="/articles/\d+"', page)
    assert re.search(r'href="/record/[0-9a-f-]{36}"', page)
    assert f'href="{small_archive.SITE}' not in page


def test_what_was_archived_cannot_run_here(tmp_path: Path) -> None:
    folder = small_archive.build(tmp_path / "archive")
    connection = connect(folder / "archive.db")
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    connection.execute("UPDATE versions SET title = ?, section = ?", (hostile, hostile))
    connection.execute("UPDATE articles SET url = 'javascript:alert(3)//' || id")
    connection.close()
    with TestClient(create_app(folder), base_url=ORIGIN) as client:
        answer = client.get("/db/archive/current_articles")
    assert hostile not in answer.text
    assert 'href="javascript:' not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src localhost:8470/db/-/static/ 'sha256-" in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_every_script_in_its_pages_is_one_the_policy_lets_run(reader: TestClient) -> None:
    for page in (
        "/db/archive",
        "/db/archive/articles",
        "/db/archive/what-vanished",
        "/db/archive?sql=select+1",
    ):
        answer = reader.get(page)
        for script in re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL):
            assert datasette.script_digest(script) in answer.headers["Content-Security-Policy"], script


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", ""])
def test_a_strange_name_is_refused_here_as_everywhere(small: Path, host: str) -> None:
    with TestClient(create_app(small), base_url=ORIGIN) as client:
        assert client.get("/db/archive.json?sql=select+1", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/db/-/databases",
        "/db/-/databases.json",
        "/db/-/permissions",
        "/db/-/settings.json",
        "/db/%2d/versions.json",
    ],
)
def test_nothing_is_told_of_the_machine(reader: TestClient, address: str, small: Path) -> None:
    answer = reader.get(address)
    assert answer.status_code == 404
    assert str(small) not in answer.text


def test_the_file_is_not_handed_out_without_the_log_beside_it(reader: TestClient) -> None:
    assert reader.get("/db/archive.db").status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed_by_asking(reader: TestClient, method: str) -> None:
    assert reader.request(method, "/db/archive/articles").status_code == 405


@pytest.mark.parametrize(
    "sql",
    [
        "delete from articles",
        "update articles set state = 'removed'",
        "pragma journal_mode = delete",
        "vacuum",
        "attach 'x.db' as x",
        "with a as (select 1) delete from articles",
    ],
)
def test_sql_that_would_change_something_is_refused(reader: TestClient, sql: str) -> None:
    assert reader.get("/db/archive.json", params={"sql": sql}).status_code == 400


def test_a_question_without_end_is_ended(small: Path) -> None:
    tables = datasette.DatasetteApp(small, any_sql=True, time_limit=50)
    app = Starlette(routes=[Mount(datasette.ROOT, tables)])
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
    with TestClient(app, base_url=ORIGIN) as client:
        answer = client.get("/db/archive.json", params={"sql": endless})
    assert answer.status_code == 400
    assert "interrupted" in answer.text.lower()


def test_where_others_reach_it_only_the_prepared_questions_are_answered(small: Path) -> None:
    with TestClient(create_app(small, any_sql=False), base_url=ORIGIN) as client:
        assert client.get("/db/archive.json?sql=select+1").status_code == 403
        assert client.get("/db/archive/what-vanished.json").status_code == 200
        assert client.get("/db/archive/articles.json?_where=1").status_code == 403


def test_what_a_crawl_commits_is_seen_at_once_and_the_crawl_is_not_held_up(tmp_path: Path) -> None:
    folder = small_archive.build(tmp_path / "archive")
    many = "with recursive n(i) as (select 1 union all select i + 1 from n limit 5000) select i, url from n, articles"
    writer = connect(folder / "archive.db")
    with TestClient(create_app(folder), base_url=ORIGIN) as client:
        for number in range(1, 6):
            with transaction(writer):
                writer.execute(
                    "INSERT INTO failures (role, url, failed_at, reason) VALUES ('article', 'x', ?, 'x')",
                    (f"2022-01-10T10:00:0{number}.000000Z",),
                )
                asked = client.get(
                    "/db/archive.json",
                    params={"sql": "select count(*) as n from failures", "_shape": "array"},
                )
                assert asked.json() == [{"n": number - 1}]  # what is not committed is not seen
            asked = client.get(
                "/db/archive.json", params={"sql": "select count(*) as n from failures", "_shape": "array"}
            )
            assert asked.json() == [{"n": number}]
            assert client.get("/db/archive.json", params={"sql": many}).json()["truncated"]
        # Were a page of it still reading, the log could not be emptied.
        assert tuple(writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()) == (0, 0, 0)
    writer.close()


def test_a_rebuilt_index_is_read_as_soon_as_it_is_there(tmp_path: Path) -> None:
    folder = small_archive.build(tmp_path / "archive")
    other = small_archive.build(tmp_path / "other")
    connection = connect(other / "archive.db")
    connection.execute("UPDATE sources SET title = 'Другая'")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with TestClient(create_app(folder), base_url=ORIGIN) as client:
        assert "Другая" not in client.get("/db/archive/sources").text
        shutil.copy(other / "archive.db", folder / "new.db")
        (folder / "new.db").rename(folder / "archive.db")
        assert "Другая" in client.get("/db/archive/sources").text


def test_an_index_that_is_not_there_is_named_in_a_sentence(tmp_path: Path) -> None:
    folder = small_archive.build(tmp_path / "archive")
    for file in folder.glob("archive.db*"):
        file.unlink()
    with TestClient(create_app(folder), base_url=ORIGIN) as client:
        answer = client.get("/db/")
    assert answer.status_code == 500
    assert "newsarchive rebuild" in answer.text


def test_without_datasette_there_is_one_clear_sentence(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasette", None)
    with TestClient(create_app(small), base_url=ORIGIN) as client:
        answer = client.get("/db/archive")
    assert answer.status_code == 404
    assert "pip install" in answer.text
    assert "newsarchive[datasette]" in answer.text
    assert urlsplit(str(answer.url)).path == "/db/archive"
