"""Restricted articles: no route, endpoint or export shows them, and their bytes are kept."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

import pyarrow.parquet as parquet
import pytest
from click.testing import CliRunner
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from archive import paths
from archive.core import Archive
from archive.errors import BadQuery, NotFound, Restricted
from archive.export.formats import FORMATS
from archive.index.db.restricted_views import HIDDEN_ROWS
from archive.index.db.schema import TABLES
from newsarchive.accounts import accounts
from newsarchive.cli import main
from newsarchive.web.app import create_app
from tests import small_archive
from tests.small_archive import BRIDGE, LISTING, SUMMIT

# In the headline and the text of the restricted article, and in no other.
SECRETS = ("Саммит", "ОДКБ", "миротвор")
REASON = "Постановление суда о защите частной жизни"


@pytest.fixture
def folder(small: Path, tmp_path: Path) -> Path:
    """Return an archive with one restricted article."""
    copy = tmp_path / "archive"
    shutil.copytree(small, copy)
    with Archive.open(copy) as archive:
        assert archive.restrict(SUMMIT, why=REASON) == 1
    return copy


@pytest.fixture
def reader(folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(folder), base_url="http://localhost:8470") as client:
        yield client


def _facts(folder: Path) -> dict[str, list[str]]:
    """Return the values of each parameter of a route that may lead to the restricted article, and one that does not."""
    with Archive.open(folder) as archive:
        hidden, other = archive.article(SUMMIT).id, archive.article(BRIDGE).id
        listings = archive.captures(LISTING)
        records = [*archive.captures(SUMMIT), *listings]
        times = [f"{row.fetched_at:%Y%m%d%H%M%S}" for row in records]
        targets = [SUMMIT, LISTING, BRIDGE]
        targets += [f"{at}{form}/{url}" for at in times for form in ("", "mp_", "id_") for url in targets[:2]]
        return {
            "key": [str(hidden), str(other)],
            "other": [str(hidden), str(other)],
            "task": ["1"],
            "old": ["1"],
            "new": ["2"],
            "name": ["primorsk", "style.css"],
            "job": ["1"],
            "target": targets,
            "record_id": [row.record_id.strip("<>") for row in records],
        }


def _addresses(routes: list[object], facts: dict[str, list[str]], before: str = "") -> Iterator[str]:
    for route in routes:
        if isinstance(route, Mount):
            yield f"{before}{route.path}/archive/versions.json?_shape=array"
            yield f"{before}{route.path}/archive?sql=select+title+from+versions"
            yield from _addresses(list(route.routes), facts, before + route.path)
            continue
        assert isinstance(route, Route)
        found = [route.path]
        for name, pattern in re.findall(r"\{(\w+)(:\w+)?\}", route.path):
            found = [path.replace(f"{{{name}{pattern}}}", value) for path in found for value in facts[name]]
        for path in found:
            yield before + path
            for query in (
                "query=саммит",
                "state=restricted",
                "source=primorsk",
                f"url={quote(SUMMIT)}",
                "raw",
            ):
                yield f"{before}{path}?{query}"
            yield f"{before}{path}?{quote('query')}={quote(SUMMIT)}"


def test_no_route_shows_a_restricted_article(folder: Path, reader: TestClient) -> None:
    app = create_app(folder)
    statuses = set()
    for address in _addresses(list(app.routes), _facts(folder)):
        response = reader.get(address, follow_redirects=True)
        statuses.add(response.status_code)
        assert response.status_code != 500, address
        shown = re.sub(r"«?саммит»?|value=\S+", "", response.text)  # the query, as it was sent
        shown += (
            json.dumps(response.json(), ensure_ascii=False)
            if "json" in response.headers["content-type"]
            else ""
        )
        for secret in SECRETS:
            assert secret not in shown, address
    assert {200, 451} <= statuses


def test_the_same_addresses_show_the_article_unless_it_is_restricted(small: Path) -> None:
    with Archive.open(small) as archive:
        article = archive.article(SUMMIT)
    addresses = (
        "/?query=саммит",
        "/changes",
        "/changes.atom",
        "/sources/primorsk",
        f"/articles/{article.id}",
        f"/api/v1/articles/{article.id}",
        "/api/v1/articles",
        "/db/archive/versions.json?_shape=array",
        f"/snapshot/20220110100000id_/{SUMMIT}",
        f"/snapshot/20220110100000id_/{LISTING}",
        f"/record/{article.capture.record_id.strip('<>')}?raw",
    )
    with TestClient(create_app(small), base_url="http://localhost:8470") as client:
        for address in addresses:
            text = client.get(address, follow_redirects=True).text
            assert any(
                secret in text or secret.encode("unicode_escape").decode() in text for secret in SECRETS
            ), address


@pytest.mark.parametrize(
    "address",
    [
        "/articles/{id}",
        "/articles/{id}/compare/1/2",
        "/api/v1/articles/{id}",
        f"/api/v1/captures?url={quote(SUMMIT)}",
        f"/snapshot/20220110100000/{SUMMIT}",
        f"/timegate/{SUMMIT}",
        f"/timemap/link/{SUMMIT}",
        f"/timemap/json/{SUMMIT}",
        "/record/{record}",
        f"/?query={quote(SUMMIT)}",
    ],
)
def test_what_is_restricted_is_answered_with_451_the_reason_and_the_date(
    folder: Path, reader: TestClient, address: str
) -> None:
    with Archive.open(folder) as archive:
        article = archive.article(SUMMIT)
        restriction = archive.restriction(SUMMIT)
    assert restriction is not None
    response = reader.get(address.format(id=article.id, record=article.capture.record_id.strip("<>")))
    assert response.status_code == 451
    assert f"Restricted since {restriction.at[:10]}: {REASON}." in response.text


def test_an_account_of_a_role_in_the_settings_sees_it_marked(folder: Path) -> None:
    with Archive.open(folder) as archive:
        key = archive.article(SUMMIT).id
    app = create_app(folder, show_restricted_to=["archivist"])

    for name, role in (("olena", "archivist"), ("taras", "reader")):
        accounts.add_account(folder, name, role, None)
    token, of_a_reader = (accounts.set_new_token(folder, name) for name in ("olena", "taras"))
    with TestClient(app, base_url="http://localhost:8470") as client:
        page = client.get(f"/articles/{key}", headers={"Authorization": f"Bearer {token}"})
        refused = client.get(f"/articles/{key}", headers={"Authorization": f"Bearer {of_a_reader}"})
    assert page.status_code == 200
    assert "ОДКБ" in page.text
    assert "restricted" in page.text
    assert refused.status_code == 451
    with TestClient(app, base_url="http://localhost:8470") as client:
        assert client.get(f"/articles/{key}").status_code == 451


def test_its_pictures_are_hidden_unless_another_article_has_them(folder: Path, reader: TestClient) -> None:
    assert reader.get(f"/snapshot/20220110100000/{small_archive.PICTURE}").status_code == 451


def test_a_page_of_another_article_is_shown_as_before(folder: Path, reader: TestClient) -> None:
    with Archive.open(folder) as archive:
        other = archive.article(BRIDGE)
    assert reader.get(f"/articles/{other.id}").status_code == 200
    assert reader.get(f"/record/{other.capture.record_id.strip('<>')}").status_code == 200


@pytest.mark.parametrize("form", [one.name for one in FORMATS])
def test_no_export_has_a_restricted_article(folder: Path, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"out.{form}"
    with Archive.open(folder) as archive:
        archive.export(path, form=form, all_versions=True)
        with pytest.raises(Restricted):
            archive.export(tmp_path / f"one.{form}", form=form, articles=[SUMMIT])
    for file in tmp_path.glob("out.*"):
        if form == "parquet" and file == path:
            assert not any(secret in str(parquet.read_table(file).to_pylist()) for secret in SECRETS)
        for secret in (*SECRETS, "саммит"):
            assert secret.encode() not in _unpacked(file), file


def _unpacked(path: Path) -> bytes:
    import gzip
    import zipfile

    content = path.read_bytes()
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as zipped:
            parts = [zipped.read(name) for name in zipped.namelist()]
        return b"\n".join(gzip.decompress(part) if part[:2] == b"\x1f\x8b" else part for part in parts)
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def test_only_the_state_restricted_finds_it_for_the_owner(folder: Path) -> None:
    with Archive.open(folder) as archive:
        assert [one.url for one in archive.search("саммит")] == []
        assert [one.url for one in archive.search("саммит", state="restricted")] == [SUMMIT]
        assert archive.counts().articles == archive.counts(source="primorsk").articles + 1 == 4
        assert archive.counts(state="restricted").articles == 1
        assert archive.article(SUMMIT).state == "restricted"
        assert not [one for one in archive.changes() if one.url == SUMMIT]


def test_lifting_restores_the_state_that_the_checks_found(folder: Path) -> None:
    with Archive.open(folder) as archive:
        archive.restrict(small_archive.GONE, why="a")
        assert archive.lift_restriction(SUMMIT, small_archive.GONE) == 0
        assert archive.article(SUMMIT).state == "live"
        assert archive.article(small_archive.GONE).state == "removed"
        with pytest.raises(NotFound, match="is not restricted"):
            archive.lift_restriction(SUMMIT)


def test_a_source_is_restricted_with_all_its_articles(folder: Path, reader: TestClient) -> None:
    with Archive.open(folder) as archive:
        assert archive.restrict(why="b", sources=["primorsk"]) == 4
        with pytest.raises(NotFound, match="its source primorsk is"):
            archive.lift_restriction(BRIDGE)
    assert [one["source"] for one in reader.get("/api/v1/articles").json()["articles"]] == ["port"]
    assert reader.get(f"/snapshot/20220110100000/{LISTING}").status_code == 451
    with Archive.open(folder) as archive:
        assert archive.lift_restriction(sources=["primorsk"]) == 1  # its own restriction stays


def test_a_restriction_needs_a_reason_and_ends_later(folder: Path) -> None:
    with Archive.open(folder) as archive:
        with pytest.raises(BadQuery, match="needs a reason"):
            archive.restrict(BRIDGE, why=" ")
        with pytest.raises(BadQuery, match="not in the future"):
            archive.restrict(BRIDGE, why="a", until=date(2022, 1, 1))


def test_a_restriction_ends_on_its_last_day(folder: Path) -> None:
    end = date.today() + timedelta(days=30)
    with Archive.open(folder) as archive:
        archive.restrict(SUMMIT, why="a", until=end)
        assert archive.lift_ended_restrictions(end - timedelta(days=1)) == []
        assert archive.lift_ended_restrictions(end) == [SUMMIT]
        assert archive.article(SUMMIT).state == "live"


def test_every_table_about_articles_is_hidden_from_readers() -> None:
    about_articles = {
        name
        for name, statement in TABLES.items()
        if re.search(r"\b(article_id|version_id|listed_headline|headline)\b", statement)
    }
    internal = {
        "search_index",
        "search_places",
    }  # only numbers come out of them, which are looked up in versions
    assert about_articles - internal <= HIDDEN_ROWS.keys()


def test_the_command_restricts_lists_and_lifts(folder: Path) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["--archive", str(folder), *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    assert "2 articles hidden" in run("restrict", BRIDGE, "--why", "A request")
    listed = json.loads(run("restrict", "--list", "--json"))["restrictions"]
    assert {one["target"]: one["why"] for one in listed} == {SUMMIT: REASON, BRIDGE: "A request"}
    assert "A request" in run("restrict", "--list")
    assert "restricted" in run("show", BRIDGE)
    assert "A request" in run("show", BRIDGE)
    run("restrict", "--lift", BRIDGE)
    assert "A request" not in run("show", BRIDGE)
    lines = [json.loads(line) for line in (folder / paths.RESTRICTIONS).read_text().splitlines()]
    assert [(one["change"], one["target"]) for one in lines] == [
        ("restricted", SUMMIT),
        ("restricted", BRIDGE),
        ("lifted", BRIDGE),
    ]


def test_a_restricted_archive_is_verified_and_rebuilt_the_same(folder: Path) -> None:
    from archive.jobs.pool import pool

    with Archive.open(folder) as archive:
        assert archive.verify(quick=True).problems == []
    with pool(1) as executor:
        Archive.rebuild(folder, {}, executor)
    with Archive.open(folder) as archive:
        assert [one.why for one, _ in archive.restrictions()] == [REASON]
