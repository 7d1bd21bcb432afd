"""The program never deletes or changes a file that a manifest lists, whatever else is damaged."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from archive import events, timestamps
from archive.core import Archive
from archive.errors import ArchiveError
from archive.events import CrawlStarted, Fetched
from archive.manifests import reader as manifests
from archive.recording import repair as archive_repair
from archive.recording import session
from archive.recording.session import Fetch, Recording
from archive.warc.records import Exchange
from tests.archive.test_killed_import import Inline, rebuild, take_in, written
from tests.newsarchive.test_import import answer
from tests.sampling import IS_COMPLETE

pytestmark = pytest.mark.slow


def crawl(folder: Path) -> None:
    """Crawl one page, after the repairs that begin every crawl."""
    at = datetime.now(UTC)
    name = f"port-{at:%Y%m%d%H%M%S%f}"
    with Archive.open(folder) as archive:
        session.recover_source(folder, archive.connection, "port")
        archive_repair.repair_killed_imports(folder, archive.connection, lambda: datetime.now(UTC))
        kept = Recording(
            folder,
            archive.connection,
            CrawlStarted(crawl=name, source="port", title="Порт", timezone="UTC", at=timestamps.to_iso(at)),
            extractor="a test",
            info={"software": "a test"},
            max_bytes=10**9,
            now=lambda: datetime.now(UTC),
            new_id=uuid4,
        )
        why = Fetched(role="image", crawl=name, source="port")
        url = "http://port.example/page"
        kept.store(
            [Fetch(Exchange(url, at, b"GET / HTTP/1.1\r\n\r\n", answer(), metadata=events.to_json(why)), why)]
        )
        kept.close()


def import_another(folder: Path) -> None:
    take_in(folder, written(folder / "third.warc", "gora", first=90))


def verify(folder: Path) -> None:
    Archive.check(folder, Inline(), repair=True)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive with two imports and a crawl."""
    folder = tmp_path_factory.mktemp("whole")
    Archive.create(folder).close()
    take_in(folder, written(folder / "first.warc", "most", "port"))
    take_in(folder, written(folder / "second.warc", "reka", first=50))
    crawl(folder)
    return folder


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "a bit in the middle": lambda data: flip(data, len(data) // 2),
    "a bit near the end": lambda data: flip(data, len(data) - 60),
    "cut in the middle": cut,
    "cut behind the first record": lambda data: data[: data.find(b"\x1f\x8b\x08", 3)],
    "emptied": lambda data: b"",
    "removed": lambda data: None,
}
ORDERS = ((rebuild, import_another, crawl, verify), (import_another, crawl, verify, rebuild))


def kept_files(folder: Path) -> list[Path]:
    """Return all files an archive stores: WARC files, manifests, index."""
    return sorted(path for part in ("warc/*", "manifests/*", "archive.db") for path in folder.glob(part))


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: f"{order[0].__name__} first")
@pytest.mark.parametrize("damage", DAMAGES)
def test_no_file_that_a_manifest_lists_is_deleted_or_changed(
    damage: str, order: tuple[Callable[[Path], object], ...], whole: Path, tmp_path: Path
) -> None:
    """Damage every file in every way, in turn with one of the orders; `make test-all` takes both."""
    listed = [one.file for one in manifests.listed_files(whole)]
    assert len(listed) == 5
    for number, victim in enumerate(kept_files(whole)):
        name = victim.relative_to(whole).as_posix()
        turn = number + list(DAMAGES).index(damage) + ORDERS.index(order)
        if turn % len(ORDERS) and not IS_COMPLETE:
            continue
        folder = shutil.copytree(whole, tmp_path / str(number))
        damaged = DAMAGES[damage](victim.read_bytes())
        (folder / name).chmod(0o644)
        if damaged is None:
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(damaged)
        before = {path: path.read_bytes() for path in kept_files(folder) if path.name != "archive.db"}
        for act in order:
            with suppress(*([ArchiveError] if name == "archive.db" else [])):  # only a rebuild can mend that
                act(folder)
            after = {path: path.read_bytes() if path.exists() else None for path in before}
            assert after == before, f"{name}: {damage}, then {act.__name__}"
        assert not list((folder / "warc").glob("damaged/*")), f"{name}: {damage}"


def test_an_import_stays_searchable_when_the_file_beside_it_is_damaged(whole: Path, tmp_path: Path) -> None:
    for number, (damage, made) in enumerate(DAMAGES.items()):
        folder = shutil.copytree(whole, tmp_path / str(number))
        (beside,) = sorted(folder.glob("warc/import-*-0000?.warc.gz"))[:1]
        beside.chmod(0o644)
        content = made(beside.read_bytes())
        beside.unlink() if content is None else beside.write_bytes(content)
        rebuild(folder)
        import_another(folder)
        rebuild(folder)
        with Archive.open(folder) as archive:
            urls = {article.url.rpartition("/")[2] for article in archive.search("бюджет")}
        assert urls == {"most.html", "port.html", "reka.html", "gora.html"}, damage
