"""Make every source file a spider, for `scrapy list` and `scrapy crawl NAME` inside an archive's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from scrapy import Request, Spider
from scrapy.settings import BaseSettings

from archive import paths
from spiders.sources.source import source_files
from spiders.spider import NewsSpider


class SourceLoader:
    """Scrapy's SPIDER_LOADER_CLASS: one spider per source file, and none outside an archive."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Return the loader for the archive in Scrapy's settings."""
        folder = settings.get("NEWSARCHIVE_FOLDER")
        return cls(Path(folder) if folder else None)

    def list(self) -> list[str]:
        """Return the names of the archive's sources."""
        if self._folder is None:
            return []
        return [path.stem for path in source_files(self._folder / paths.SOURCES)]

    def load(self, spider_name: str) -> type[Spider]:
        """Return the spider class of a source; raise KeyError if there is no such source."""
        if spider_name not in self.list():
            raise KeyError(f"Spider not found: {spider_name}")
        return type("SourceSpider", (NewsSpider,), {"name": spider_name, "source_name": spider_name})

    def find_by_request(self, request: Request) -> list[str]:  # type: ignore[valid-type]
        """Return an empty list: an address does not identify a source, as one outlet may have several."""
        return []
