"""Scrapy's settings for every crawl: politeness, limits, and recording of the exact bytes."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from archive.errors import NoArchive
from newsarchive.config import Settings, find_archive, load_settings


def _current_archive() -> tuple[Path, Settings] | tuple[None, None]:
    """Return the archive of NEWSARCHIVE_HOME or the current folder, with its settings.

    Scrapy's commands also work outside of an archive: then both are None.
    """
    try:
        folder = find_archive(None)
    except NoArchive:
        return None, None
    return folder, load_settings(folder)


_folder, _settings = _current_archive()

BOT_NAME = "newsarchive"
SPIDER_MODULES = ["spiders"]
SPIDER_LOADER_CLASS = "spiders.loader.SourceLoader"

NEWSARCHIVE_FOLDER = str(_folder) if _folder else None
NEWSARCHIVE_OPERATOR = (_settings.operator or _settings.contact) if _settings else None
NEWSARCHIVE_WARC_MAX_BYTES = _settings.warc_max_bytes if _settings else 10**9
NEWSARCHIVE_WARC_MAX_HOURS = _settings.warc_max_hours if _settings else 24
NEWSARCHIVE_MIN_FREE = _settings.min_free if _settings else 0
NEWSARCHIVE_WORKERS = _settings.workers if _settings else None
NEWSARCHIVE_TELL = False  # write JSON lines about progress and outcome to standard output

# Who makes the requests, and where to reach them.
USER_AGENT = f"newsarchive/{version('newsarchive')}" + (
    f" (+{_settings.contact})" if _settings and _settings.contact else " (news archive)"
)
# Only gzip and deflate: every WARC reader can decompress them, and every server that compresses offers one of them.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "ru,uk;q=0.9,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}

# One handler, which keeps the exact bytes; no scheme but http and https.
DOWNLOAD_HANDLERS = {
    "http": "spiders.fetch.handler.RecordingHandler",
    "https": "spiders.fetch.handler.RecordingHandler",
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
}
SCHEDULER = "spiders.crawl.scheduler.QueueScheduler"
# Middleware that rewrites, follows, decodes or filters responses is off: the archive does that itself.
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
}
DOWNLOADER_MIDDLEWARES = {"spiders.crawl.politeness.Politeness": 900}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
ROBOTSTXT_OBEY = False  # spiders/crawl/politeness.py checks robots.txt, as configured in the source file

REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"
# Scrapy loads those that are switched off too: remote control, telnet and feed exports take a fifth of a second.
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.logstats.LogStats": 0,
}

CONCURRENT_REQUESTS = 8
CONCURRENT_REQUESTS_PER_DOMAIN = (
    4  # the rate limit is elsewhere; this bounds the open connections to a slow server
)
CONCURRENT_ITEMS = (
    1  # Scrapy's default starts 100 tasks for each response, and ours yield one request at most
)
DOWNLOAD_DELAY = 0
DOWNLOAD_TIMEOUT = (
    _settings.answer_seconds if _settings else 60
)  # for the whole response, not only between bytes
DOWNLOAD_MAXSIZE = _settings.answer_bytes if _settings else 32 * 1024 * 1024
DOWNLOAD_FAIL_ON_DATALOSS = False  # a truncated response is stored and marked as such
DNS_RESOLVER = "scrapy.resolver.CachingHostnameResolver"  # IPv6 too, and every address that a name has

LOG_LEVEL = "INFO"
