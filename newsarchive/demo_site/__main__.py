"""Serve the demo site by hand: `python -m newsarchive.demo_site`, until Ctrl-C."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from newsarchive.demo_site import DemoSite


def main() -> None:
    with DemoSite.open(clock=datetime.now(UTC)) as newsroom:
        for name, site in newsroom.outlets.items():
            print(f"{name:10} {site.base_url}/  {site.layout.title}")
            for section, url in site.section_urls.items():
                print(f"{'':10}   {section}: {url}")
        print("Ctrl-C ends it.", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
