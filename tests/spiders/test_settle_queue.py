"""The settle queue: each capture gets its own result, in whatever order extractions finish."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scrapy import Request

from archive.core import Archive
from archive.events import Fetched
from archive.extraction.model import Article
from archive.extraction.templates.selection import MAX_PAGES
from archive.index.db.connection import connect
from archive.paths import index_path
from spiders.crawl.recorder import Recorder
from spiders.crawl.settle_queue import ArticleResult
from spiders.crawl.task import Task
from spiders.discovery.section_page import ListedArticle
from spiders.fetch.handler import WireExchange
from spiders.sources.source import Source
from tests.outlet_pages import headline, old_design

SOURCE = Source("vesti", "Вести", "Europe/Kyiv")
NO_ARTICLE = "<html><body><p>Страница не найдена</p></body></html>"


def open_recorder(folder: Path) -> Recorder:
    Archive.create(folder).close()
    return Recorder(folder, SOURCE, operator=None, max_bytes=10**9, max_age=timedelta(hours=24), workers=2)


async def store_page(recorder: Recorder, number: int, page: str) -> int:
    url = f"http://vesti.example/{number}.html"
    task = Task(url, Fetched(role="article", crawl=recorder.crawl, source="vesti"))
    response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    request = f"GET {url} HTTP/1.1\r\n\r\n".encode()
    exchange = WireExchange(url, datetime.now(UTC), request, response, "192.0.2.1", None, None)
    return await recorder.store(Request(url, meta={"task": task}), exchange)


def title_of(result: ArticleResult) -> str | None:
    return result.extraction.title if isinstance(result.extraction, Article) else None


def test_an_article_found_in_a_feed_has_the_section_that_also_lists_it(tmp_path: Path) -> None:
    async def crawl(recorder: Recorder) -> list[str | None]:
        listing = await store_page(recorder, 0, NO_ARTICLE)
        for section, shown in (("Город", (1, 2)), ("Мир", (2, 3)), (None, (4,))):
            found = tuple(
                ListedArticle(f"http://vesti.example/{number}.html?utm_source=x", 1) for number in shown
            )
            await recorder.record_listing(listing, section, found)
        numbers = [await store_page(recorder, number, old_design(number)) for number in range(1, 5)]
        await recorder.finish("finished")
        with closing(connect(index_path(tmp_path / "archive"))) as index:
            sections = dict(index.execute("SELECT id, section FROM captures").fetchall())
        return [sections[number] for number in numbers]

    assert asyncio.run(crawl(open_recorder(tmp_path / "archive"))) == ["Город", "Город", "Мир", None]


def test_a_page_that_waits_for_templates_keeps_its_place(tmp_path: Path) -> None:
    async def crawl(recorder: Recorder) -> list[str | None]:
        none = await store_page(recorder, 0, NO_ARTICLE)
        first = [await store_page(recorder, number, old_design(number)) for number in range(1, MAX_PAGES + 2)]
        assert title_of(await recorder.article_result(none)) is None  # room for one more by now
        rest = [
            await store_page(recorder, number, old_design(number))
            for number in range(MAX_PAGES + 2, MAX_PAGES + 6)
        ]
        results = [await recorder.article_result(number) for number in [*first, *rest]]
        assert await recorder.finish("finished") == "finished"
        return [title_of(result) for result in results]

    titles = asyncio.run(crawl(open_recorder(tmp_path / "archive")))
    assert titles == [headline(number) for number in range(1, MAX_PAGES + 6)]


def test_an_unreadable_index_raises_an_error_for_each_waiting_page(tmp_path: Path) -> None:
    async def crawl(recorder: Recorder) -> None:
        numbers = [await store_page(recorder, number, old_design(number)) for number in range(MAX_PAGES + 5)]
        with closing(connect(index_path(tmp_path / "archive"))) as index:
            index.execute("PRAGMA foreign_keys = OFF")
            index.execute("DROP TABLE captures")
        results = await asyncio.gather(*map(recorder.article_result, numbers), return_exceptions=True)
        assert [one for one in results if isinstance(one, Exception)]
        await recorder.finish("finished")

    asyncio.run(asyncio.wait_for(crawl(open_recorder(tmp_path / "archive")), 60))
