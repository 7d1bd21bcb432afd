"""Requests for the inspection of sites: as polite and as guarded as those of a crawl, and nothing is stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, cast
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Response
from scrapy.utils.project import get_project_settings

from archive import paths, reasons, urls
from archive.errors import ArchiveError
from archive.events import Fetched
from archive.http.capture import Capture
from archive.reasons import Reason
from spiders.crawl.politeness import Guard
from spiders.crawl.task import MAX_REDIRECTS, Task
from spiders.fetch.errors import ForbiddenAddress, reason_of
from spiders.fetch.handler import WireExchange
from spiders.fetch.rate_limit import RateLimiter
from spiders.fetch.robots import MAX_ROBOTS_BYTES, parse_robots
from spiders.sources.source import Source

SITES_AT_ONCE = 4  # each has a host of its own, with its own pace
LOG_NAME = "inspection"


@dataclass(frozen=True, slots=True)
class Site:
    """A site to inspect."""

    url: str
    delay: float  # seconds between two requests to one host


Inspect = Callable[[int, "SiteFetcher"], Awaitable[None]]


def run_inspections(folder: Path, sites: Sequence[Site], inspect: Inspect) -> None:
    """Run `inspect` for each site, with its place and what fetches its pages, until all have ended."""
    settings = get_project_settings()
    logs = folder / paths.STATE / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    settings.set("LOG_FILE", str(logs / f"{LOG_NAME}.log"))
    settings.set("LOG_FILE_APPEND", False)
    process = CrawlerProcess(settings)
    process.crawl(InspectionSpider, folder=folder, sites=sites, inspect=inspect)
    process.start()


class InspectionSpider(Spider):
    """A spider without a queue and an archive. It is the context of Politeness, as NewsSpider is in a crawl."""

    name = "inspection"
    custom_settings = {"SCHEDULER": "scrapy.core.scheduler.Scheduler"}  # noqa: RUF012 - as Scrapy declares it

    crawl_id = "inspection"

    def __init__(self, *, folder: Path, sites: Sequence[Site], inspect: Inspect) -> None:
        super().__init__()
        self.rate_limiter = RateLimiter(folder / paths.STATE / "pace.db")
        self.source = Source(
            name="", title="", timezone="UTC", delay=max((one.delay for one in sites), default=1.0)
        )
        self.recorder = _Memory()
        self._sites = sites
        self._inspect = inspect

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider, known to the download handler of the crawler."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        setattr(crawler, "recorder", spider.recorder)
        setattr(crawler, "guard", _GuardOfSites(spider._sites))
        crawler.signals.connect(spider.rate_limiter.close, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Inspect the sites, a few at once. All requests are made on the way, so none is yielded."""
        turn = asyncio.Semaphore(SITES_AT_ONCE)

        async def inspect(place: int) -> None:
            async with turn:
                await self._inspect(place, SiteFetcher(self, str(place)))

        await asyncio.gather(*(inspect(place) for place in range(len(self._sites))))
        no_requests: tuple[Request, ...] = ()
        for request in no_requests:
            yield request

    def request(self, task: Task) -> Request:
        """Return the Scrapy request of a task."""
        return Request(
            urls.with_ascii_host(task.url), meta={"task": task, "dont_redirect": True}, dont_filter=True
        )

    async def download(self, request: Request) -> Capture:
        """Return the response to a request, once it may be sent."""
        assert self.crawler.engine is not None
        return self.capture_of(await self.crawler.engine.download_async(request))

    def capture_of(self, response: Response) -> Capture:
        """Return the bytes of a response."""
        return self.recorder.captures.pop(response.meta["capture"])

    def note(self, sentence: str) -> None:
        """Log what a crawl would note; the inspection says it with the address that it concerns."""
        self.logger.info(sentence)

    def stop(self, error: ArchiveError) -> None:
        """Raise what would stop a crawl."""
        raise error


class SiteFetcher:
    """Fetches the pages of one site."""

    def __init__(self, spider: InspectionSpider, site: str) -> None:
        self.requests = 0
        self._spider = spider
        self._site = site

    async def fetch(self, url: str, role: str) -> Capture | Reason:
        """Return the response after redirects, or why there is none."""
        task = Task(url, Fetched(role=role, source=self._site))
        for _ in range(MAX_REDIRECTS + 1):
            self.requests += 1
            try:
                capture = await self._spider.download(self._spider.request(task))
            except ForbiddenAddress as error:
                return Reason(f"{str(error).rstrip('.')}; give a site in your own network by its IP address")
            except Exception as error:  # one address must not stop an inspection
                return reason_of(error)
            target = capture.redirects_to
            if target is None:
                return capture
            if urlsplit(target).scheme not in ("http", "https"):
                return Reason(reasons.REDIRECTED_OFF_WEB, target)
            task = replace(task, url=target)
        return Reason(reasons.TOO_MANY_REDIRECTS, str(MAX_REDIRECTS))

    def robots_txt(self, url: str) -> Capture | None:
        """Return the robots.txt of the site of an address after redirects; None if none was requested."""
        parts = urlsplit(url)
        capture = self._spider.recorder.robots.get(f"{parts.scheme}://{parts.netloc}/robots.txt")
        for _ in range(MAX_REDIRECTS):
            if capture is None or capture.redirects_to is None:
                break
            capture = self._spider.recorder.robots.get(capture.redirects_to)
        return capture

    def crawl_delay(self, url: str) -> float:
        """Return the seconds between two requests that robots.txt asks for."""
        robots = self.robots_txt(url)
        if robots is None or robots.status != 200:
            return 0.0
        return parse_robots(robots.payload(MAX_ROBOTS_BYTES)).crawl_delay


class _Memory:
    """A recorder that keeps responses until they are read, and each robots.txt."""

    def __init__(self) -> None:
        self.captures: dict[int, Capture] = {}
        self.robots: dict[str, Capture] = {}
        self._number = 0

    async def store(self, request: Request, wire_exchange: WireExchange) -> int:
        """Keep a response."""
        self._number += 1
        capture = Capture(wire_exchange.url, wire_exchange.sent_at, wire_exchange.response)
        self.captures[self._number] = capture
        task: Task = request.meta["task"]
        if task.why.role == "robots":
            self.robots[wire_exchange.url] = capture
        return self._number


class _GuardOfSites:
    """The guard of several sites: the private address that one names is open to requests for that site alone."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self._all = Guard([site.url for site in sites])
        self._own = {str(place): Guard([site.url]) for place, site in enumerate(sites)}

    def is_allowed(self, request: Request, ip: str) -> bool:
        """Return whether a request may connect to an IP address; robots.txt belongs to all sites."""
        task = cast(Task, request.meta["task"])
        return self._own.get(task.why.source or "", self._all).is_allowed(request, ip)
