"""Count how soon an outlet's drift raises an alarm, and how often an alarm is false.

    python benchmarks/drift.py [--pages N] [--outlets N]

The pages of the demo site's outlets are extracted as a crawl extracts them, with a learned page template. Each outlet
first sends pages as always, then pages with one mutation; printed is after how many of these the alarm came, out of 20.
For the false alarms an outlet's pages are extracted without any mutation, and the alarms of every day are counted.

`new template` counts as detected too: the crawl says so in a note when its pages stop fitting the learned template. A
mutation that changes nothing in what is extracted is no drift; it is counted under `unchanged`.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from archive.extraction.extract import extract  # noqa: E402
from archive.extraction.learning import induction  # noqa: E402
from archive.extraction.learning.recurring import Sample  # noqa: E402
from archive.extraction.model import Article, Outlet  # noqa: E402
from archive.http.capture import Capture  # noqa: E402
from archive.index.lookup.health import MIN_PARAGRAPH, PAGES  # noqa: E402
from archive.monitoring.drift import PageFacts, find_drifts  # noqa: E402
from archive.templates.refresh import MIN_FIT  # noqa: E402
from benchmarks.newssite import OUTLETS, LargeOutlet  # noqa: E402
from newsarchive.demo_site.outlet import load_outlets  # noqa: E402

NOW = datetime(2022, 1, 10, 12, tzinfo=UTC)
EARLIER, MUTATED, TAUGHT = 120, 20, 24
PAGES_A_DAY = 8
WIDGET = (
    "<p>Горожане, которые пришли на площадь утром, рассказали, что автобусы ходят реже, чем обычно, а на остановках"
    " собираются очереди.</p>"
)
CONSENT = (
    "<html><head><title>Согласие</title></head><body><h1>Мы ценим вашу конфиденциальность</h1><p>Чтобы продолжить"
    " чтение, примите использование файлов cookie.</p><button>Принять все</button></body></html>"
)
MISSING = (
    "<html><head><title>Страница не найдена</title></head><body><h1>404</h1><p>Страница не найдена. Возможно, она"
    " была удалена.</p></body></html>"
)
Mutation = Callable[[str], str]


def rename_classes(page: str) -> str:
    """Return a page whose classes and ids have other names."""
    return re.sub(r'\b(class|id)="([^"]+)"', lambda found: f'{found[1]}="{_renamed(found[2])}"', page)


def _renamed(names: str) -> str:
    return " ".join(f"x{crc32(name.encode()):x}" for name in names.split())


def move_date(page: str) -> str:
    """Return a page without its dates, printed and stated: a script writes them now."""
    page = re.sub(r"<time\b[^>]*>.*?</time>", "", page, flags=re.S)
    page = re.sub(r"<meta[^>]*(?:published|date|Published)[^>]*>", "", page)
    page = re.sub(r'"date(?:Published|Modified|Created)":\s*"[^"]*",?', "", page)
    return re.sub(r"\d{1,2}:\d{2}|\d{1,2}[./]\d{2}[./]\d{2,4}|\d{1,2} [а-яі]{3,9} \d{4}", "", page)


def add_widget(page: str) -> str:
    """Return a page with a paragraph of a widget after the first one of its text."""
    first = re.search(r"<p\b[^>]*>[^<]{80,}</p>", page)
    return page if first is None else page[: first.end()] + WIDGET + page[first.end() :]


def cut_text(page: str) -> str:
    """Return a page whose text is cut off after its first paragraph, as some paywalls do."""
    first = re.search(r"<p\b[^>]*>[^<]{80,}</p>", page)
    if first is None:
        return page
    return page[: first.end()] + re.sub(r"<p\b[^>]*>.*?</p>", "", page[first.end() :], flags=re.S)


MUTATIONS: dict[str, Mutation] = {
    "classes renamed": rename_classes,
    "date moved": move_date,
    "widget in text": add_widget,
    "text cut off": cut_text,
    "consent wall": lambda page: CONSENT,
    "soft 404": lambda page: MISSING,
}


class WatchedOutlet:
    """An outlet whose pages are extracted in the order of their publication."""

    def __init__(self, large: LargeOutlet) -> None:
        self.large = large
        self.pages = list(reversed(list(large.articles())))
        outlet = Outlet(large.outlet.timezone, tuple(large.outlet.languages), title=large.outlet.title)
        taught = [Sample(self._capture(*page)) for page in self.pages[:TAUGHT]]
        template = induction.learn_template(taught, outlet)
        self.outlet = replace(outlet, templates=(replace(template, since=None),) if template else ())

    def facts(self, page: tuple[str, datetime, str], mutation: Mutation | None = None) -> PageFacts:
        """Return the facts of a page."""
        url, published, text = page
        capture = self._capture(url, published, mutation(text) if mutation else text)
        found = extract(capture, self.outlet, None)
        if not isinstance(found, Article):
            return PageFacts(url, None, capture.fetched_at, 200, found.words)
        return PageFacts(
            url,
            None,
            capture.fetched_at,
            200,
            None,
            found.published.at if found.published else None,
            bool(found.authors),
            found.lead is not None,
            found.words,
            found.confidence,
            frozenset(crc32(part.encode()) for part in found.body if len(part) >= MIN_PARAGRAPH),
        )

    def is_unchanged(self, mutation: Mutation) -> bool:
        """Return whether a mutation changes nothing in what is extracted."""
        mutated = self.pages[EARLIER : EARLIER + MUTATED]
        return all(self.facts(page) == self.facts(page, mutation) for page in mutated)

    def has_new_template(self, pages: Sequence[tuple[str, datetime, str]], mutation: Mutation) -> bool:
        """Return whether a crawl of these pages would learn a new template, and say so."""
        samples = [Sample(self._capture(url, at, mutation(text))) for url, at, text in pages]
        return bool(self.outlet.templates) and induction.fitting_share(samples, self.outlet) < MIN_FIT

    def _capture(self, url: str, published: datetime, text: str) -> Capture:
        charset = self.large.outlet.delivery.charset
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset={charset}\r\n\r\n".encode()
        return Capture(
            url, published + timedelta(minutes=20), head + text.encode(charset, "xmlcharrefreplace")
        )


def main() -> None:
    """Print a row for each mutation, and one for the false alarms."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--pages", type=int, default=90 * PAGES_A_DAY, help="pages of an outlet without mutations"
    )
    parser.add_argument("--outlets", type=int, default=OUTLETS)
    asked = parser.parse_args()
    outlets = [
        WatchedOutlet(LargeOutlet(outlet, max(asked.pages, EARLIER + MUTATED), NOW))
        for outlet in load_outlets()[: asked.outlets]
    ]
    print(f"{'mutation':18}{'outlets':>8}{'detected':>9}{'unchanged':>10}{'pages, median':>15}  signals")
    for name, mutation in MUTATIONS.items():
        delays, signals, unchanged = [], set(), 0
        for watched in outlets:
            delay, seen = detect(watched, mutation)
            signals |= seen
            if delay is not None:
                delays.append(delay)
            elif watched.is_unchanged(mutation):
                unchanged += 1
        median = f"{statistics.median(delays):.0f}" if delays else "–"
        row = f"{name:18}{len(outlets):8}{len(delays):9}{unchanged:10}{median:>15}"
        print(row, "", ", ".join(sorted(signals)), flush=True)
    for watched in outlets:
        facts = [watched.facts(page) for page in watched.pages[: asked.pages]]
        alarms = false_alarms(facts)
        name = watched.large.outlet.name
        print(f"{name}: {len(facts)} pages, {len(alarms)} false alarms", *sorted(alarms), flush=True)


def detect(watched: WatchedOutlet, mutation: Mutation) -> tuple[int | None, set[str]]:
    """Return after how many mutated pages an alarm came, None if none did, and its signals."""
    facts = [watched.facts(page) for page in watched.pages[:EARLIER]]
    mutated = watched.pages[EARLIER : EARLIER + MUTATED]
    for number, page in enumerate(mutated, 1):
        facts.append(watched.facts(page, mutation))
        if drifts := find_drifts(facts):
            return number, {drift.signal for drift in drifts}
        if number == MUTATED // 2 and watched.has_new_template(mutated[:number], mutation):
            return number, {"new template"}
    return None, set()


def false_alarms(facts: Sequence[PageFacts]) -> list[str]:
    """Return the signals of alarms on pages without mutations, each once until it is over."""
    found: list[str] = []
    raised: set[str] = set()
    for number in range(PAGES_A_DAY, len(facts) + 1, PAGES_A_DAY):
        now = {drift.signal for drift in find_drifts(facts[max(0, number - PAGES) : number])}
        found += now - raised
        raised = now
    return found


if __name__ == "__main__":
    main()
