"""Scrapy's own commands work in an archive's folder, as Scrapy users expect."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.settings import Settings

from archive.core import Archive
from newsarchive.cli import main
from newsarchive.demo_site import DemoSite
from tests.conftest import describe

SCRAPY = Path(sys.executable).with_name("scrapy")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    main.main(["init", str(tmp_path / "home")], standalone_mode=False)
    return tmp_path / "home"


def scrapy(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SCRAPY, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_every_source_is_a_spider(home: Path, demo_site: DemoSite) -> None:
    names = [describe(home, demo_site.outlets[name]) for name in ("sloboda", "primorsk")]
    listed = scrapy(home, "list")
    assert listed.returncode == 0
    assert listed.stdout.split() == sorted(names)


def test_a_crawl_by_scrapy_is_a_crawl_of_the_archive(home: Path, demo_site: DemoSite) -> None:
    name = describe(home, demo_site.outlets["sloboda"], minimal=True)
    done = scrapy(home, "crawl", name, "-a", "max_articles=2")
    assert done.returncode == 0, done.stderr
    with Archive.open(home) as archive:
        assert len(list(archive.search(source=name))) == 2
        assert [crawl.outcome for crawl in archive.crawls(name)] == ["limit"]


def test_outside_of_an_archive_there_are_no_spiders(tmp_path: Path) -> None:
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = newsarchive.settings\n")
    listed = scrapy(tmp_path, "list")
    assert (listed.returncode, listed.stdout.strip()) == (0, "")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("REMOTE_CONTROL_ENABLED", False),
        ("TELNETCONSOLE_ENABLED", False),
        ("COOKIES_ENABLED", False),
        ("DOWNLOAD_FAIL_ON_DATALOSS", False),
        ("SCHEDULER", "spiders.crawl.scheduler.QueueScheduler"),
    ],
)
def test_dangerous_scrapy_features_are_off(setting: str, value: object) -> None:
    settings = Settings()
    settings.setmodule("newsarchive.settings")
    assert settings[setting] == value


def test_only_http_and_https_are_fetched_and_both_are_recorded(home: Path) -> None:
    handlers = scrapy(home, "settings", "--get", "DOWNLOAD_HANDLERS").stdout
    assert handlers.count("spiders.fetch.handler.RecordingHandler") == 2
    assert all(f'"{scheme}": null' in handlers for scheme in ("file", "data", "ftp", "s3"))
