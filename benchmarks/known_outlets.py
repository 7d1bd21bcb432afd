"""Benchmark what learned page templates change: body F1 and time per page, with and without one.

    python benchmarks/known_outlets.py [--pages DIR]

Of each site with at least four labelled pages, every page is extracted twice: cold, and with the template learned
from the site's other pages. Learning needs fewer pages here than in a crawl, as no labelled site has many.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from archive.extraction.extract import extract  # noqa: E402
from archive.extraction.learning import induction  # noqa: E402
from archive.extraction.learning.recurring import Sample  # noqa: E402
from archive.extraction.model import Article, Outlet, PageTemplate  # noqa: E402
from archive.http.capture import Capture  # noqa: E402
from benchmarks.gold import Case, cases, mean, scores  # noqa: E402

PAGES = ROOT / "tests" / "pages"
MIN_SITE_PAGES = 4
LABELS_IN_DOMAIN = 2  # www.ria.ru and eco.ria.ru are one outlet
NOT_ONE_OUTLET = frozenset(["co.uk", "com.ua", "co.kr", "wordpress.com"])


def main() -> None:
    """Print a row for each site and one for all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=Path, default=PAGES, help="folder of labelled pages")
    induction.MIN_PAGES = MIN_SITE_PAGES - 1
    by_site: dict[str, list[Case]] = defaultdict(list)
    for case in cases(parser.parse_args().pages):
        by_site[site_of(case)].append(case)
    print(f"{'site':24}{'pages':>6}{'learned':>8}{'cold':>8}{'known':>8}")
    all_cold, all_known = [], []
    for site, pages in sorted(by_site.items()):
        if len(pages) < MIN_SITE_PAGES or site in NOT_ONE_OUTLET:
            continue
        templates = [learn_from_others(pages, page) for page in pages]
        cold = [body_f1(page, None) for page in pages]
        known = [body_f1(page, template) for page, template in zip(pages, templates, strict=True)]
        all_cold += cold
        all_known += known
        learned = sum(template is not None for template in templates)
        print(f"{site:24}{len(pages):6}{learned:8}{mean(cold):8.3f}{mean(known):8.3f}", flush=True)
    print(f"{'all':24}{len(all_cold):6}{'':8}{mean(all_cold):8.3f}{mean(all_known):8.3f}")


def site_of(case: Case) -> str:
    """Return the registered domain of a page's site, as far as its last two labels tell."""
    return ".".join((urlsplit(case.url).hostname or case.url).split(".")[-LABELS_IN_DOMAIN:])


def learn_from_others(pages: Sequence[Case], left_out: Case) -> PageTemplate | None:
    """Return the template learned from a site's pages without one of them."""
    outlet = Outlet(left_out.timezone, left_out.languages)
    template = induction.learn_template(
        [Sample(_capture(page)) for page in pages if page is not left_out], outlet
    )
    return replace(template, since=None) if template is not None else None


def body_f1(page: Case, template: PageTemplate | None) -> float:
    """Return the F1 of the four-word shingles of a page's text, lead included; 0 if it was rejected."""
    outlet = Outlet(page.timezone, page.languages, templates=(template,) if template else ())
    article = extract(_capture(page), outlet, None)
    if not isinstance(article, Article):
        return 0.0
    marks = scores(page.known, {"body": "\n".join(filter(None, [article.lead, *article.body]))})
    recall, precision = marks.get("body_recall", 0.0), marks.get("body_precision", 0.0)
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def _capture(page: Case) -> Capture:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {page.content_type}\r\n\r\n".encode()
    return Capture(page.url, page.fetched_at, head + page.payload)


if __name__ == "__main__":
    main()
