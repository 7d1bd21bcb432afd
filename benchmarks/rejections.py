"""Measure how well articles are distinguished from pages that only look like them, by kind.

`python benchmarks/rejections.py` prints precision and recall over the labelled pages of `tests/labelled/`;
`--wrong` lists the pages with a wrong result.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.labelled.measuring import extract_all, labelled, scores


def main() -> None:
    """Print the table, and with --wrong the mistakes."""
    results = extract_all(labelled())
    print(f"{'kind':14} {'pages':>5} {'precision':>9} {'recall':>7} {'rejected':>8}")
    for score in scores(results):
        print(
            f"{score.kind:14} {score.pages:5} {score.precision:9.3f} {score.recall:7.3f} {score.rejected:8.3f}"
        )
    if "--wrong" in sys.argv:
        for result in results:
            if not result.is_right:
                print(
                    f"{result.page.name}: extracted as {result.reason or 'an article: ' + result.text[:100]!r}"
                )


if __name__ == "__main__":
    main()
