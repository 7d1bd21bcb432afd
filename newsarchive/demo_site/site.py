"""The demo site as a whole: its clock, its outlets, its server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from newsarchive.demo_site.outlet import Outlet, load_outlets
from newsarchive.demo_site.outlet_site import OutletSite
from newsarchive.demo_site.server import Server
from newsarchive.demo_site.stories import opening_stories
from newsarchive.demo_site.story_store import StoryStore

OPENING = datetime(2022, 1, 10, 15, 0, tzinfo=ZoneInfo("Europe/Kyiv"))  # the afternoon of the seed's page


class DemoSite:
    """Several outlets on loopback under one clock; a context manager.

    `clock` is the present time of the pages: of headers, of «сегодня» in listings, of edits. It only moves when it is
    set. A crawler takes «сегодня» as the day of its visit: give the real time to a demo site that is crawled.
    """

    def __init__(self, clock: datetime = OPENING, outlets: Iterable[Outlet] | None = None) -> None:
        if clock.tzinfo is None:
            raise ValueError("the demo site's clock must know its zone")
        self.clock = clock
        sites = []
        for outlet in load_outlets() if outlets is None else outlets:
            store = StoryStore(outlet, opening_stories(outlet, clock), lambda: self.clock)
            sites.append(OutletSite(outlet, store))
        self._server = Server([site.respond for site in sites])
        self.outlets: Mapping[str, OutletSite] = {site.outlet.name: site for site in sites}

    @classmethod
    def open(cls, clock: datetime = OPENING, outlets: Iterable[Outlet] | None = None) -> Self:
        """Return a demo site that already serves."""
        demo_site = cls(clock, outlets)
        demo_site.start()
        return demo_site

    def start(self) -> None:
        """Start serving; from here on each outlet has its `base_url`."""
        self._server.start()
        for place, (site, port) in enumerate(zip(self.outlets.values(), self._server.ports, strict=True)):
            site.base_url = f"http://127.0.0.1:{port}"
            site.requests = partial(self._server.requests, place)

    def stop(self) -> None:
        """Close all ports."""
        self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
