"""Crawlers to compare this archive with: bare Scrapy that stores nothing, and a simple item pipeline.

    python -m benchmarks.peers bare|inline SITE.json FOLDER

`bare` downloads every article and counts it. `inline` extracts each with trafilatura and dateparser, writes it with
warcio and upserts it with sqlite-utils, one after another in the item pipeline. Both print the number of articles.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

SETTINGS = {
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": False,
    "COOKIES_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_LEVEL": "ERROR",
}


class Peer(Spider):
    """A spider that follows the listings of every outlet to every article."""

    name = "peer"

    def __init__(self, site: list[dict[str, Any]], **named: Any) -> None:
        super().__init__(**named)
        self.site = site
        self.articles = {url for outlet in site for url in outlet["articles"]}
        self.sections = tuple(url for outlet in site for url in outlet["sections"].values())
        self.had = 0

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each section."""
        for outlet in self.site:
            for url in outlet["sections"].values():
                yield Request(url, self.listing)

    def listing(self, response: Response) -> Iterator[Request]:
        """Yield a request for each article and further listing page that a listing links to."""
        for href in response.css("a::attr(href)").getall():
            url = urljoin(response.url, href)
            if url in self.articles:
                yield Request(url, self.article)
            elif url.startswith(self.sections) and not url.endswith(("#", ".html")):
                yield Request(url, self.listing)

    def article(self, response: Response) -> Iterator[dict[str, Any]]:
        """Yield the size of an article page."""
        self.had += 1
        yield {"url": response.url, "bytes": len(response.body)}


class InlinePeer(Peer):
    """A spider whose items carry the response for the pipeline."""

    def article(self, response: Response) -> Iterator[dict[str, Any]]:
        """Yield the response of an article page."""
        self.had += 1
        yield {"url": response.url, "response": response}


class Inline:
    """An item pipeline that does everything itself, one page after another."""

    def __init__(self, folder: Path) -> None:
        from sqlite_utils import Database
        from warcio.warcwriter import WARCWriter

        self._file = (folder / "inline.warc.gz").open("wb")
        self._writer = WARCWriter(self._file, gzip=True)
        self._articles = Database(folder / "inline.db")["articles"]

    @classmethod
    def from_crawler(cls, crawler: Any) -> Inline:
        """Return the pipeline for the folder in the crawler's settings."""
        return cls(Path(crawler.settings["FOLDER"]))

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        """Write the response to the WARC file, extract the article and insert it."""
        import dateparser
        import trafilatura
        from warcio.statusandheaders import StatusAndHeaders

        response = item.pop("response")
        headers = [
            (name.decode(), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        self._writer.write_record(
            self._writer.create_warc_record(
                response.url,
                "response",
                payload=io.BytesIO(response.body),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            )
        )
        read = trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True)
        found = read.as_dict() if read is not None else {}
        published = dateparser.parse(found.get("date") or "")
        row = {
            "url": response.url,
            "title": found.get("title"),
            "author": found.get("author"),
            "text": found.get("text"),
            "published": published.isoformat() if published else None,
        }
        self._articles.upsert(row, pk="url")  # type: ignore[union-attr]
        return item

    def close_spider(self) -> None:
        """Close the WARC file."""
        self._file.close()


def main() -> None:
    """Crawl the site once."""
    kind, site, folder = sys.argv[1:]
    settings: dict[str, Any] = {**SETTINGS, "FOLDER": folder}
    if kind == "inline":
        settings["ITEM_PIPELINES"] = {Inline: 300}
    if kind == "lean":
        settings["CONCURRENT_ITEMS"] = 4
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(InlinePeer if kind == "inline" else Peer)
    process.crawl(crawler, site=json.loads(Path(site).read_text("utf-8")))
    process.start()
    print(crawler.spider.had)  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
