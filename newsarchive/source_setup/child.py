"""Entry point of an inspection process: inspects the sites of an order, and writes what it finds as JSON lines.

The order is one line of JSON on standard input, which stays open as long as the parent process lives.
"""

from __future__ import annotations

import json
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

from newsarchive.crawling.crawl_child import stop_with_parent
from newsarchive.source_setup.inspection import inspect_site
from newsarchive.source_setup.model import InspectionFailed
from spiders.inspection import Site, SiteFetcher, run_inspections


def main() -> int:
    """Run the inspections and return the exit code."""
    with open(0, "rb", buffering=0, closefd=False) as orders:  # reads nothing after the line
        order = json.loads(orders.readline())
    threading.Thread(target=stop_with_parent, daemon=True).start()
    sites = [Site(one["url"], order["delay"]) for one in order["sites"]]

    async def inspect(place: int, fetcher: SiteFetcher) -> None:
        try:
            found = await inspect_site(
                sites[place].url,
                fetcher,
                partial(_write_progress, place),
                feeds=order["sites"][place]["feeds"],
            )
        except InspectionFailed as error:
            _write({"event": "failed", "place": place, "why": str(error)})
        except Exception as error:  # one site must not stop the inspection of the others
            why = f"{sites[place].url} could not be inspected: {type(error).__name__}: {error}"
            _write({"event": "failed", "place": place, "why": why})
        else:
            _write({"event": "inspected", "place": place, "site": found.as_dict()})

    run_inspections(Path(order["folder"]), sites, inspect)
    return 0


def _write_progress(place: int, phase: str, requests: int) -> None:
    _write({"event": "progress", "place": place, "phase": phase, "requests": requests})


def _write(event: dict[str, Any]) -> None:
    print(json.dumps(event, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
