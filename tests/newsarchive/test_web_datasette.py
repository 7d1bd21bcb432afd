"""Datasette under /db/: read-only, over an index that is being written to."""

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
from newsarchive.web.app import create_app
from newsarchive.web.datasette import metadata, policy
from newsarchive.web.datasette.app import DatasetteApp
from tests import small_archive

ORIGIN = "http://localhost:8470"


@pytest.fixture(scope="module")
def reader(small: Path) -> Iterator[TestClient]:
    with TestClient(create_app(small), base_url=ORIGIN) as client:
        yield client


def test_every_prepared_query_is_listed_and_runs(reader: TestClient) -> None:
    page = reader.get("/db/archive").text
    for query in load_queries():
        assert f"/db/archive/{query.name}" in page
        answer = reader.get(f"/db/archive/{query.name}.json?_shape=array")
        assert answer.status_code == 200, query.name


@pytest.mark.parametrize("name", [*(name for name in TABLES if not name.startswith("search")), *VIEWS])
def test_a_table_is_described_as_in_the_schema(reader: TestClient, name: str) -> None:
    answer = reader.get(f"/db/archive/{name}")
    assert answer.status_code == 200
    described = metadata.metadata()["databases"]["archive"]["tables"][name]
    assert described["description"] in answer.text.replace("&#39;", "'").replace("&#34;", '"')
    assert described["columns"]


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")  # Datasette's
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
def test_invalid_requests_are_answered_and_not_logged(
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


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")  # Datasette's
def test_an_internal_error_is_one_line_in_the_log(
    reader: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*arguments: object, **named: object) -> None:
        raise RuntimeError("something\nbroke")

    monkeypatch.setattr("datasette.database.Database.table_exists", fails)
    assert reader.get("/db/archive/articles").status_code == 500
    assert caplog.messages == ["/db/archive/articles: RuntimeError: something broke"]


def test_current_articles_can_be_searched(reader: TestClient) -> None:
    found = reader.get(
        "/db/archive/current_articles.json", params={"_search": "Миротворцы", "_shape": "array"}
    )
    assert [article["url"] for article in found.json()] == [small_archive.SUMMIT]


def test_articles_have_facets(reader: TestClient) -> None:
    facets = reader.get("/db/archive/articles.json").json()["facet_results"]
    assert {one["value"]: one["count"] for one in facets["source"]["results"]} == {"primorsk": 4, "port": 1}


@pytest.mark.slow
def test_links_stay_within_the_archive_and_work(reader: TestClient) -> None:
    pages = ["/db/", "/db/archive", "/db/archive/front_pages", "/db/archive/articles", "/db/archive/captures"]
    found: set[str] = set()
    for page in pages:
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


def test_rows_link_to_pages_of_the_archive(reader: TestClient) -> None:
    page = reader.get("/db/archive/front_pages").text
    assert f'href="/snapshot/20220111100000/{small_archive.LISTING}"' in page
    assert re.search(r'href="/articles/\d+"', page)
    assert re.search(r'href="/record/[0-9a-f-]{36}"', page)
    assert f'href="{small_archive.SITE}' not in page


def test_archived_markup_is_escaped(tmp_path: Path) -> None:
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
    sent_policy = answer.headers["Content-Security-Policy"]
    assert "script-src localhost:8470/db/-/static/ 'sha256-" in sent_policy
    assert "'unsafe-inline'" not in sent_policy.split("style-src")[0]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_policy_allows_every_inline_script_of_datasette(reader: TestClient) -> None:
    for page in (
        "/db/archive",
        "/db/archive/articles",
        "/db/archive/what-vanished",
        "/db/archive?sql=select+1",
    ):
        answer = reader.get(page)
        scripts = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
        assert scripts, page
        for script in scripts:
            assert policy.script_digest(script) in answer.headers["Content-Security-Policy"], script


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", ""])
def test_unknown_host_names_are_rejected(small: Path, host: str) -> None:
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
def test_internal_pages_of_datasette_are_not_served(reader: TestClient, address: str, small: Path) -> None:
    answer = reader.get(address)
    assert answer.status_code == 404
    assert str(small) not in answer.text


def test_the_database_file_cannot_be_downloaded(reader: TestClient) -> None:
    assert reader.get("/db/archive.db").status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_methods_that_write_are_rejected(reader: TestClient, method: str) -> None:
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
def test_sql_that_writes_is_rejected(reader: TestClient, sql: str) -> None:
    assert reader.get("/db/archive.json", params={"sql": sql}).status_code == 400


def test_an_endless_query_is_cancelled(small: Path) -> None:
    tables = DatasetteApp(small, any_sql=True, time_limit=50)
    app = Starlette(routes=[Mount(policy.ROOT, tables)])
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
    with TestClient(app, base_url=ORIGIN) as client:
        answer = client.get("/db/archive.json", params={"sql": endless})
    assert answer.status_code == 400
    assert "interrupted" in answer.text.lower()


def test_without_any_sql_only_prepared_queries_run(small: Path) -> None:
    with TestClient(create_app(small, any_sql=False), base_url=ORIGIN) as client:
        assert client.get("/db/archive.json?sql=select+1").status_code == 403
        assert client.get("/db/archive/what-vanished.json").status_code == 200
        assert client.get("/db/archive/articles.json?_where=1").status_code == 403


def test_committed_rows_are_visible_immediately_and_writers_are_not_blocked(tmp_path: Path) -> None:
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
                answer = client.get(
                    "/db/archive.json",
                    params={"sql": "select count(*) as n from failures", "_shape": "array"},
                )
                assert answer.json() == [{"n": number - 1}]  # not committed yet
            answer = client.get(
                "/db/archive.json", params={"sql": "select count(*) as n from failures", "_shape": "array"}
            )
            assert answer.json() == [{"n": number}]
            assert client.get("/db/archive.json", params={"sql": many}).json()["truncated"]
        # A page that still read the index would keep the write-ahead log from being emptied.
        assert tuple(writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()) == (0, 0, 0)
    writer.close()


def test_a_rebuilt_index_is_opened_with_the_next_request(tmp_path: Path) -> None:
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


def test_a_missing_index_gives_a_sentence(tmp_path: Path) -> None:
    folder = small_archive.build(tmp_path / "archive")
    for file in folder.glob("archive.db*"):
        file.unlink()
    with TestClient(create_app(folder), base_url=ORIGIN) as client:
        answer = client.get("/db/")
    assert answer.status_code == 500
    assert "newsarchive rebuild" in answer.text


def test_without_datasette_a_page_explains_how_to_install_it(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "datasette", None)
    with TestClient(create_app(small), base_url=ORIGIN) as client:
        answer = client.get("/db/archive")
    assert answer.status_code == 404
    assert "pip install" in answer.text
    assert "newsarchive[datasette]" in answer.text
    assert urlsplit(str(answer.url)).path == "/db/archive"
