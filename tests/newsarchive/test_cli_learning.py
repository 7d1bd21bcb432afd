"""`newsarchive sources learn`: what an archive's pages teach, said and kept."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

from tests.conftest import Crawled
from tests.newsarchive.conftest import Typed


def test_a_crawl_makes_every_outlet_known(crawled: Crawled) -> None:
    learned = {path.name for path in (crawled.folder / "sources").glob("*.learned.toml")}
    assert learned == {f"{name}.learned.toml" for name in crawled.newsroom.outlets}


def test_learning_again_says_what_it_learned_and_keeps_it_once(
    crawled: Crawled, tmp_path: Path, typed: Typed
) -> None:
    folder = shutil.copytree(crawled.folder, tmp_path / "archive")
    for _ in range(2):
        result = typed(folder, "sources", "learn", "dnipro", "--json")
        assert result.exit_code == 0, result.output
    (told,) = json.loads(result.stdout)
    assert told["source"] == "dnipro"
    assert told["layout"]["body"] == "div.b-post__text"
    kept = tomllib.loads((folder / "sources" / "dnipro.learned.toml").read_text("utf-8"))["layouts"]
    assert [one["body"] for one in kept] == ["div.b-post__text"]


def test_an_archive_with_nothing_in_it_teaches_nothing(crawled: Crawled, folder: Path, typed: Typed) -> None:
    shutil.copy(crawled.folder / "sources" / "azov.toml", folder / "sources")
    result = typed(folder, "sources", "learn")
    assert result.exit_code == 1
    assert "azov: nothing was learned" in result.stdout
    assert not (folder / "sources" / "azov.learned.toml").exists()
