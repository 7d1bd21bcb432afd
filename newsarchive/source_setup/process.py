"""Inspect sites in a separate process (newsarchive/source_setup/child.py), as crawls are run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from types import MappingProxyType

from newsarchive.crawling.crawl_process import stop_child
from newsarchive.source_setup.model import SiteDescription

OnProgress = Callable[[int, str, int], None]  # place of the site, what is done now, requests so far


def inspect_sites(
    folder: Path,
    urls: Sequence[str],
    *,
    feeds: Mapping[int, Sequence[str]] = MappingProxyType({}),
    delay: float,
    on_progress: OnProgress,
) -> Generator[tuple[int, SiteDescription | str], None, None]:
    """Yield the place of each site with its description, or with a sentence that says why there is none.

    `feeds` are the addresses of feeds that are known, by the place of the site. The sites come in the order in which
    their inspections end. Whatever ends the iteration stops the process in order.
    """
    environment = {
        **os.environ,
        "NEWSARCHIVE_HOME": str(folder.resolve()),
        "SCRAPY_SETTINGS_MODULE": "newsarchive.settings",
    }
    order = {
        "folder": str(folder),
        "delay": delay,
        "sites": [{"url": url, "feeds": list(feeds.get(place, ()))} for place, url in enumerate(urls)],
    }
    left = set(range(len(urls)))
    with TemporaryFile("w+", encoding="utf-8", errors="replace") as messages:
        child = subprocess.Popen(
            [sys.executable, "-m", "newsarchive.source_setup.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=messages,
            text=True,
            encoding="utf-8",
            env=environment,
            start_new_session=True,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(json.dumps(order) + "\n")
            child.stdin.flush()
            for line in child.stdout:
                event = json.loads(line)
                if event["event"] == "progress":
                    on_progress(event["place"], event["phase"], event["requests"])
                    continue
                left.discard(event["place"])
                yield (
                    event["place"],
                    event["why"] if event["event"] == "failed" else SiteDescription.from_dict(event["site"]),
                )
            child.wait()
        except BaseException:
            stop_child(child)
            raise
        finally:
            child.stdin.close()
            child.stdout.close()
        messages.seek(0)
        said = messages.read().strip().splitlines()
    for place in sorted(left):
        yield (
            place,
            f"{urls[place]} was not inspected: {said[-1] if said else 'the process ended without a message.'}",
        )
