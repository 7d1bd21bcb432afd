"""The commands `sources new` and `sources import`, and a crawl with the files that they write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.core import Archive
from newsarchive.crawling.crawl_process import CrawlOrder, run_crawls
from newsarchive.demo_site import DemoSite
from newsarchive.demo_site.http_messages import Request
from newsarchive.demo_site.server import Server
from spiders.sources.source import load_all
from tests.conftest import Typed
from tests.made_up_sites import NAMES, MadeUpSite

OUTLETS = ("azov", "dnipro", "meridian", "primorsk", "stepnoy")


@dataclass
class Imported:
    """A list imported twice: the demo outlets and the made-up sites, each of which listens on a port."""

    folder: Path
    demo_site: DemoSite
    sites: dict[str, MadeUpSite]
    requests: dict[str, list[Request]]
    first: list[dict[str, Any]]
    exit_code: int
    progress: str


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    from click.testing import CliRunner

    from newsarchive.cli import main

    folder = tmp_path_factory.mktemp("imported") / "archive"
    Archive.create(folder).close()
    (folder / "newsarchive.toml").write_text('contact = "me@library.example"\n')
    sites = {name: MadeUpSite(name) for name in NAMES}
    server = Server([site.respond for site in sites.values()])
    server.start()
    with DemoSite.open(clock=datetime.now(UTC)) as demo_site:
        rows = ["name,url,timezone"]
        for name in OUTLETS:
            rows.append(f"{name},{demo_site.outlets[name].base_url}/,Europe/Kyiv")
        for (name, site), port in zip(sites.items(), server.ports, strict=True):
            site.base = f"http://127.0.0.1:{port}"
            rows.append(f"{name},{site.base}/,")
        rows += ["no-answer,http://127.0.0.1:1/,", "forbidden,http://localhost:1/,", "nothing,,"]
        table = folder.parent / "outlets.csv"
        table.write_text("\n".join(rows) + "\n", encoding="utf-8")
        done = CliRunner().invoke(
            main, ["--archive", str(folder), "sources", "import", str(table), "--delay", "0", "--json"]
        )
        requests = {name: server.requests(place) for place, name in enumerate(sites)}
        yield Imported(
            folder, demo_site, sites, requests, json.loads(done.stdout), done.exit_code, done.stderr
        )
    server.stop()


def test_each_line_is_imported_or_named_with_the_reason(imported: Imported) -> None:
    results = {row["source"] or f"line {row['line']}": (row["result"], row["why"]) for row in imported.first}
    assert imported.exit_code == 1
    written = {name for name, (result, _) in results.items() if result == "written"}
    assert written == {*OUTLETS, "autodiscovery", "languages", "wordpress"}
    assert {source.name for source in load_all(imported.folder / "sources")} == written
    assert "could not fetch robots.txt (connection refused)" in results["no-answer"][1]
    assert "localhost is at 127.0.0.1, a private address" in results["forbidden"][1]
    assert results["line 14"] == ("failed", "names no address.")
    for name in ("load-more", "nothing-announced"):  # in Russian at UTC+3, and nothing says in which country
        assert "The time zone of" in results[name][1]
        assert "Europe/Moscow or Europe/Minsk" in results[name][1]
    assert "sites done" in imported.progress


def test_sites_are_asked_politely(imported: Imported) -> None:
    for requests in imported.requests.values():
        paths = [request.path for request in requests]
        assert paths[0] == "/robots.txt"
        assert len(paths) == len(set(paths))
        assert not any(path.startswith("/private/") for path in paths)
        assert all("me@library.example" in (request.user_agent or "") for request in requests)


def test_an_import_can_be_repeated(imported: Imported, typed: Typed) -> None:
    known = [row for row in imported.first if row["result"] == "written"]
    table = imported.folder.parent / "again.csv"
    table.write_text("\n".join(["name,url", *(f"{row['source']},{row['url']}" for row in known)]))
    before = {path.name: path.read_bytes() for path in (imported.folder / "sources").iterdir()}
    done = typed(imported.folder, "sources", "import", table, "--delay", "0")
    assert done.exit_code == 0
    assert done.stdout.endswith(f"{len(known)} there already.\n")
    assert {path.name: path.read_bytes() for path in (imported.folder / "sources").iterdir()} == before


def test_a_crawl_finds_the_articles_that_the_bundled_source_file_finds(imported: Imported) -> None:
    orders = [CrawlOrder(name) for name in OUTLETS]
    outcomes = list(run_crawls(imported.folder, orders))
    assert [outcome.outcome for outcome in outcomes] == ["finished"] * len(OUTLETS)
    with Archive.open(imported.folder) as archive:
        for name in OUTLETS:
            found = sorted(version.url for version in archive.search(source=name))
            assert found == sorted(truth.url for truth in imported.demo_site.outlets[name].truth()), name


def test_new_with_dry_run_prints_the_file(imported: Imported, typed: Typed) -> None:
    arguments = ["--timezone", "Europe/Moscow", "--delay", "0", "--dry-run"]
    done = typed(imported.folder, "sources", "new", f"{imported.sites['load-more'].base}/", *arguments)
    assert done.exit_code == 0
    assert 'title = "Заметка"\n' in done.stdout
    assert 'timezone = "Europe/Moscow"\n' in done.stdout
    assert "A button loads more articles from" in done.stdout
    assert "sample articles" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nonsense"], "nonsense is not a web address"),
        (["https://news.example/", "--timezone", "Kyiv"], "'Kyiv' is not a time zone"),
        (["https://news.example/", "--name", "A B"], "cannot name a source"),
        (["https://news.example/", "--pages", "0"], "neither a whole number"),
    ],
)
def test_wrong_arguments_of_new_are_said_before_anything_is_requested(
    folder: Path, typed: Typed, arguments: list[str], sentence: str
) -> None:
    (folder / "newsarchive.toml").touch()
    done = typed(folder, "sources", "new", *arguments)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert not (folder / "state/logs").exists()
