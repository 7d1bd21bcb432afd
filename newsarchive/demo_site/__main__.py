"""Serve the demo site by hand: `python -m newsarchive.demo_site`, until Ctrl-C."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from newsarchive.demo_site import DemoSite


def main() -> None:
    """Serve and list the URLs of every outlet."""
    with DemoSite.open(clock=datetime.now(UTC)) as demo_site:
        for name, site in demo_site.outlets.items():
            print(f"{name:10} {site.base_url}/  {site.outlet.title}")
            for section, url in site.section_urls.items():
                print(f"{'':10}   {section}: {url}")
        print("Press Ctrl-C to stop.", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
