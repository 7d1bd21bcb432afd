"""Politeness towards servers: robots.txt, a request rate per host, growing pauses, private networks.

Scrapy's own middlewares do less: if robots.txt cannot be fetched they allow everything, where RFC 9309 forbids
everything, and they retry without regard to Retry-After. email.utils parses the dates.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Self, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive import urls
from archive.errors import machine_error
from archive.events import Fetched
from archive.reasons import FORBIDDEN, HOST_UNRESPONSIVE, LONG_PAUSES, NO_ROBOTS_TXT, Reason
from spiders.crawl.scheduler import CrawlContext
from spiders.crawl.task import Task
from spiders.fetch.errors import (
    DOWNLOAD_ERRORS,
    RETRY_STATUSES,
    TRUNCATED_FLAG,
    CrawlStopped,
    FetchError,
    ForbiddenAddress,
    is_retryable,
    reason_of,
)
from spiders.fetch.rate_limit import MAX_WAIT_SECONDS, Backoff
from spiders.fetch.robots import MAX_ROBOTS_BYTES, RobotsRules, parse_robots
from spiders.sources.schema import IPNetwork

MAX_ROBOTS_REDIRECTS = 5  # RFC 9309 section 2.3.1.2
MAX_TRIES = 3
MAX_UNANSWERED = 20  # consecutive addresses of a host without a response; each takes a full timeout
MAX_POSTPONED = 3  # consecutive responses that ask for a long pause; one alone may concern one page
FIRST_RETRY_SECONDS = 5.0  # before the second try; three times that before the third
FIRST_RETRY_SECONDS_WITHOUT_DELAY = 1.0  # of your own server, if it says that it is overloaded
OVERLOADED = frozenset({429, 503})
STOP_POLL_SECONDS = 0.5  # how often a waiting crawl checks whether to stop


class Politeness:
    """Downloader middleware: obeys robots.txt, limits the request rate, retries as the server asks."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._robots: dict[str, asyncio.Future[RobotsRules | Exception | None]] = {}
        self._host_locks: dict[str, asyncio.Lock] = {}
        self._delays: dict[str, float] = {}
        self._backoff = Backoff()
        # host → addresses requested since its last response
        self._unanswered: defaultdict[str, set[str]] = defaultdict(set)
        self._postponed: Counter[str] = Counter()  # host → consecutive responses that ask for a long pause

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware of a crawler."""
        return cls(crawler)

    @property
    def _context(self) -> CrawlContext:
        """Return the crawl, whose spider is known only after the middleware was made."""
        return cast("CrawlContext", self._crawler.spider)

    async def process_request(self, request: Request) -> None:
        """Wait until a request may be sent, or raise the reason why it may not."""
        task: Task = request.meta["task"]
        self._skip_unresponsive_host(_host(request.url))
        if self._context.source.obey_robots and task.why.role != "robots":
            await self._check_robots(request.url)
        await self._wait_for_slot(request.url)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the response, or a new request if the server asks to try again later."""
        task: Task = request.meta["task"]
        host, now = _host(request.url), time.time()
        self._unanswered[host].clear()
        if response.status not in RETRY_STATUSES and TRUNCATED_FLAG not in response.flags:
            self._postponed[host] = 0
            self._backoff.reset(host, time.monotonic())
            return response
        wait = self._wait_before_retry(request.url, task, response)
        if wait > MAX_WAIT_SECONDS:
            self._postponed[host] += 1
            return response
        is_last = task.tries + 1 >= MAX_TRIES or task.why.role == "robots"
        if not is_last or response.status in OVERLOADED:
            self._context.rate_limiter.pause_until(host, now + wait, self._delay(request.url))
        return response if is_last else self._context.request(task.retry())

    def _wait_before_retry(self, url: str, task: Task, response: Response) -> float:
        """Return how many seconds the host of an address is left alone after an unusable response."""
        header = response.headers.get(b"Retry-After")
        asked = retry_after(header.decode("latin-1") if header else None, server_time(response))
        if asked is not None:
            return asked
        if response.status in OVERLOADED:
            first = FIRST_RETRY_SECONDS if self._delay(url) else FIRST_RETRY_SECONDS_WITHOUT_DELAY
            return self._backoff.next_wait(_host(url), first, time.monotonic())
        return FIRST_RETRY_SECONDS * 3**task.tries if self._delay(url) else 0.0

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Return a new request after a broken connection, None if no retry may succeed."""
        task: Task = request.meta["task"]
        if not is_retryable(exception):
            return None
        if "capture" not in request.meta:
            self._unanswered[_host(request.url)].add(task.url)
        if task.tries + 1 >= MAX_TRIES or task.why.role == "robots":
            return None
        if delay := self._delay(request.url):
            self._context.rate_limiter.pause_until(
                _host(request.url), time.time() + FIRST_RETRY_SECONDS * 3**task.tries, delay
            )
        return self._context.request(task.retry())

    def _skip_unresponsive_host(self, host: str) -> None:
        """Raise FetchError if the host has not responded for long, or asks for long pauses."""
        if len(self._unanswered[host]) >= MAX_UNANSWERED:
            code, why = HOST_UNRESPONSIVE, f"{host} did not respond to {MAX_UNANSWERED} addresses in a row"
        elif self._postponed[host] >= MAX_POSTPONED:
            code, why = LONG_PAUSES, f"{host} asks for long pauses"
        else:
            return
        self._context.note(f"{why}: its other addresses are left for the next crawl.")
        raise FetchError(Reason(code, host))

    async def _wait_for_slot(self, url: str) -> None:
        """Wait for the host's next slot; raise FetchError if it is too far away."""
        host, delay = _host(url), self._delay(url)
        async with self._host_locks.setdefault(host, asyncio.Lock()):
            while wait := self._context.rate_limiter.reserve(host, delay, time.time()):
                if wait > MAX_WAIT_SECONDS:
                    raise FetchError(Reason(LONG_PAUSES, host))
                await self._sleep(wait)

    async def _sleep(self, seconds: float) -> None:
        """Sleep for a part of the seconds; raise CrawlStopped if the crawl should stop."""
        await asyncio.sleep(min(seconds, STOP_POLL_SECONDS))
        if not self._is_running():
            raise CrawlStopped("the crawl was stopped while waiting for the host")

    def _is_running(self) -> bool:
        """Return whether the crawl goes on."""
        return self._crawler.engine is not None and self._crawler.engine.running

    def _delay(self, url: str) -> float:
        """Return the seconds between two requests to the site of an address."""
        return max(self._context.source.delay, self._delays.get(_origin(url), 0.0))

    async def _check_robots(self, url: str) -> None:
        """Raise the reason if robots.txt forbids an address; fetch it if this is the first request to the site."""
        site = _origin(url)
        if site not in self._robots:
            self._robots[site] = asyncio.get_running_loop().create_future()
            self._robots[site].set_result(await self._load_robots(site))
        rules = await self._robots[site]
        if isinstance(rules, Exception):
            raise rules.with_traceback(None)
        if rules is not None and not rules.allows(url):
            raise FetchError(Reason(FORBIDDEN))

    async def _load_robots(self, site: str) -> RobotsRules | Exception | None:
        """Return the rules of a site, None if it has none, or the error that forbids requests to it."""
        try:
            return await self._fetch_robots(site)
        except CrawlStopped as error:
            return error
        except ForbiddenAddress as error:
            return error  # even if a later DNS lookup gives a public address: the rules are unknown
        except DOWNLOAD_ERRORS as error:
            if trouble := machine_error(error, "The archive"):
                return trouble
            why = reason_of(error).words
            self._context.note(f"Could not fetch {site}/robots.txt ({why}): nothing on {site} was requested.")
            return FetchError(Reason(NO_ROBOTS_TXT, why))
        except Exception as error:  # every request that waits for the rules must get the error
            return error

    async def _fetch_robots(self, site: str) -> RobotsRules | None:
        """Fetch the rules of a site; None if it has none.

        RFC 9309 section 2.3.1: 4xx allows all, 5xx nothing. 429 says that the server is overloaded, and counts as 5xx.
        """
        url = f"{site}/robots.txt"
        for _ in range(MAX_ROBOTS_REDIRECTS + 1):
            why = Fetched(role="robots", source=self._context.source.name, crawl=self._context.crawl_id)
            response = await self._download(self._context.request(Task(url, why)))
            capture = self._context.capture_of(response)
            if capture.redirects_to is None or not urls.is_web_url(capture.redirects_to):
                break
            url = capture.redirects_to
        if response.status >= 500 or response.status == 429:
            raise FetchError(Reason(f"status {response.status}"))
        if response.status >= 300:
            return None
        rules = parse_robots(capture.payload(MAX_ROBOTS_BYTES))
        self._delays[site] = rules.crawl_delay
        return rules

    async def _download(self, request: Request) -> Response:
        """Return the response to a request outside the queue; retry broken connections."""
        assert self._crawler.engine is not None
        for attempt in range(MAX_TRIES - 1):
            try:
                return await self._crawler.engine.download_async(request)
            except DOWNLOAD_ERRORS as error:
                if not is_retryable(error):
                    raise
            until = time.monotonic() + (FIRST_RETRY_SECONDS * 3**attempt if self._delay(request.url) else 0.0)
            while (wait := until - time.monotonic()) > 0:
                await self._sleep(wait)
        return await self._crawler.engine.download_async(request)


def retry_after(stated: str | None, now: float) -> float | None:
    """Return the seconds of a Retry-After header in either form (RFC 9110 section 10.2.3); None for neither."""
    if stated is None:
        return None
    stated = stated.strip()
    if stated.isdecimal():
        return float(stated)
    try:
        return max(0.0, parsedate_to_datetime(stated).timestamp() - now)
    except ValueError:
        return None


def server_time(response: Response) -> float:
    """Return the time of a response by the server's clock, to which its Retry-After refers; else by ours."""
    stated = (response.headers.get(b"Date") or b"").decode("latin-1")
    try:
        return parsedate_to_datetime(stated).timestamp()
    except (ValueError, OverflowError):
        return time.time()


class Guard:
    """Decides which IP addresses may be connected to: public ones, and private ones that the source file allows.

    It allows networks (`network.allow_private`), and the IP address and port written in the address of a section,
    feed or sitemap. A host name there allows no private address, since its owner can point it anywhere at any time.
    """

    def __init__(self, named_urls: Iterable[str], networks: Sequence[IPNetwork] = ()) -> None:
        self._named_addresses = {_host_and_port(url) for url in named_urls}
        self._networks = networks

    def is_allowed(self, request: Request, ip: str) -> bool:
        """Return whether a request may connect to an IP address."""
        private = urls.private_address(ip)
        if private is None or any(private in network for network in self._networks):
            return True
        host, _ = host_and_port = _host_and_port(request.url)
        return host_and_port in self._named_addresses and host == ip_address(ip).compressed


def _host_and_port(url: str) -> tuple[str, int]:
    """Return the host and port of an address."""
    parts = urlsplit(url)
    return urls.host_of(url), parts.port or (443 if parts.scheme == "https" else 80)


def _host(url: str) -> str:
    """Return the host of an address, with its port if it names one."""
    parts = urlsplit(url)
    return f"{(parts.hostname or '').lower()}:{parts.port}" if parts.port else (parts.hostname or "").lower()


def _origin(url: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
