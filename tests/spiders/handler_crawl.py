"""A real crawl for test_download_handler.py in a process of its own, which stores the responses to given requests."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler, CrawlerProcess

from archive.warc.records import Exchange
from archive.warc.writer import WarcWriter
from spiders.fetch.handler import WireExchange


class Keeper:
    def __init__(self, folder: Path) -> None:
        self.writer = WarcWriter(folder, "test", datetime.now(UTC), {"software": "test"})

    async def store(self, request: Request, wire_exchange: WireExchange) -> str:
        facts = {"tls": wire_exchange.tls}
        return self.writer.write(
            Exchange(
                wire_exchange.url,
                wire_exchange.sent_at,
                wire_exchange.request,
                wire_exchange.response,
                wire_exchange.ip,
                wire_exchange.truncated,
                facts,
            )
        ).record_id


class Hosts:
    """A guard that allows all IP addresses except the given ones."""

    def __init__(self, refused: list[str]) -> None:
        self.refused = refused

    def is_allowed(self, request: Request, ip: str) -> bool:
        return ip not in self.refused


class Asker(Spider):
    name = "asker"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Asker:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.recorder = spider.keeper = Keeper(Path(spider.job["folder"]))  # type: ignore[attr-defined]
        if spider.job["refused"] is not None:
            crawler.guard = Hosts(spider.job["refused"])  # type: ignore[attr-defined]
        spider.outcomes = {}
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for ask in self.job["asks"]:
            yield Request(
                **ask, callback=self.came, errback=self.failed, dont_filter=True, meta={"asked": ask["url"]}
            )

    def came(self, response: Any) -> None:
        self.outcomes[response.meta["asked"]] = {
            "status": response.status,
            "body": response.body.decode("latin-1"),
            "flags": response.flags,
            "capture": response.meta["capture"],
        }

    def failed(self, failure: Any) -> None:
        meta = failure.request.meta
        self.outcomes[meta["asked"]] = {
            "failed": type(failure.value).__name__,
            "capture": meta.get("capture"),
        }

    def closed(self, reason: str) -> None:
        self.keeper.writer.close()
        Path(self.job["folder"], "outcomes.json").write_text(json.dumps(self.outcomes))


def main() -> None:
    job = json.loads(sys.stdin.read())
    handler = "spiders.fetch.handler.RecordingHandler"
    process = CrawlerProcess(
        {
            "DOWNLOAD_HANDLERS": {
                "http": handler,
                "https": handler,
                "file": None,
                "data": None,
                "ftp": None,
                "s3": None,
            },
            "DOWNLOADER_MIDDLEWARES": {
                "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None
            },
            "HTTPERROR_ALLOW_ALL": True,
            "COOKIES_ENABLED": False,
            "RETRY_ENABLED": False,
            "REDIRECT_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
            "LOG_LEVEL": "WARNING",
            **job["settings"],
        }
    )
    process.crawl(Asker, job=job)
    process.start()


if __name__ == "__main__":
    main()
