"""The logs of crawls: earlier ones are kept, and their number and size are limited."""

from __future__ import annotations

from pathlib import Path

from newsarchive.crawling.crawl_logs import KEPT, MAX_BYTES, begin_log


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "state" / "logs").iterdir())


def test_crawls_append_to_a_log_until_it_is_large(tmp_path: Path) -> None:
    log = begin_log(tmp_path, "port")
    log.write_text("first\n")
    assert begin_log(tmp_path, "port") == log
    assert log.read_text() == "first\n"
    log.write_bytes(bytes(MAX_BYTES))
    assert not begin_log(tmp_path, "port").exists()
    assert names(tmp_path) == ["port.log.1"]


def test_the_oldest_log_is_dropped(tmp_path: Path) -> None:
    for number in range(KEPT + 3):
        begin_log(tmp_path, "port").write_bytes(bytes([number]) * MAX_BYTES)
    logs = tmp_path / "state" / "logs"
    assert names(tmp_path) == ["port.log", *(f"port.log.{number}" for number in range(1, KEPT + 1))]
    assert [(logs / name).read_bytes()[0] for name in names(tmp_path)] == [6, 5, 4, 3, 2]


def test_sources_do_not_share_a_log(tmp_path: Path) -> None:
    begin_log(tmp_path, "port").write_bytes(bytes(MAX_BYTES))
    begin_log(tmp_path, "port.city")
    assert names(tmp_path) == ["port.log"]
