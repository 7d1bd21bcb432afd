"""The newsroom as a whole: its clock, its outlets, its server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from newsarchive.demo_site.desk import EditorDesk
from newsarchive.demo_site.layout import Layout
from newsarchive.demo_site.outlets import LAYOUTS
from newsarchive.demo_site.server import Server
from newsarchive.demo_site.site import OutletSite
from newsarchive.demo_site.stories import opening_stories

OPENING = datetime(2022, 1, 10, 15, 0, tzinfo=ZoneInfo("Europe/Kyiv"))  # the afternoon of the seed's page


class DemoSite:
    """Several outlets on loopback under one clock; a context manager.

    `clock` is what the pages call now: crawl-day headers, «сегодня» in listings, edits. It only moves
    when it is set. A crawler reads «сегодня» by the day it comes: give such a newsroom the real time.
    """

    def __init__(self, clock: datetime = OPENING, layouts: Iterable[Layout] = LAYOUTS) -> None:
        if clock.tzinfo is None:
            raise ValueError("the newsroom's clock must know its zone")
        self.clock = clock
        sites = []
        for layout in layouts:
            desk = EditorDesk(layout, opening_stories(layout, clock), lambda: self.clock)
            sites.append(OutletSite(layout, desk))
        self._server = Server([site.respond for site in sites])
        self.outlets: Mapping[str, OutletSite] = {site.layout.name: site for site in sites}

    @classmethod
    def open(cls, clock: datetime = OPENING, layouts: Iterable[Layout] = LAYOUTS) -> Self:
        """A newsroom that already serves."""
        newsroom = cls(clock, layouts)
        newsroom.start()
        return newsroom

    def start(self) -> None:
        """Serve; from here on each outlet has its `base_url`."""
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
