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


class WarcRecorder:
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


class BlockingGuard:
    """A guard that allows all IP addresses except the given ones."""

    def __init__(self, forbidden_ips: list[str]) -> None:
        self.forbidden_ips = forbidden_ips

    def is_allowed(self, request: Request, ip: str) -> bool:
        return ip not in self.forbidden_ips


class RequestSpider(Spider):
    name = "requests"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> RequestSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.recorder = spider.warc_recorder = WarcRecorder(Path(spider.job["folder"]))  # type: ignore[attr-defined]
        if spider.job["forbidden_ips"] is not None:
            crawler.guard = BlockingGuard(spider.job["forbidden_ips"])  # type: ignore[attr-defined]
        spider.outcomes = {}
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for ask in self.job["asks"]:
            yield Request(
                **ask,
                callback=self.succeeded,
                errback=self.failed,
                dont_filter=True,
                meta={"requested": ask["url"]},
            )

    def succeeded(self, response: Any) -> None:
        self.outcomes[response.meta["requested"]] = {
            "status": response.status,
            "body": response.body.decode("latin-1"),
            "flags": response.flags,
            "capture": response.meta["capture"],
        }

    def failed(self, failure: Any) -> None:
        meta = failure.request.meta
        self.outcomes[meta["requested"]] = {
            "failed": type(failure.value).__name__,
            "capture": meta.get("capture"),
        }

    def closed(self, reason: str) -> None:
        self.warc_recorder.writer.close()
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
    process.crawl(RequestSpider, job=job)
    process.start()


if __name__ == "__main__":
    main()
