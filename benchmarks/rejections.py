"""Benchmark the rejection of pages that are not articles, by kind, against articles that look like them.

`python benchmarks/rejections.py` prints precision and recall over the labelled pages of `tests/labelled/`;
`--wrong` names each misclassified page.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.labelled.measuring import labelled, scores, told


def main() -> None:
    """Print the table, with --wrong also the mistakes."""
    answers = told(labelled())
    print(f"{'kind':14} {'pages':>5} {'precision':>9} {'recall':>7} {'rejected':>8}")
    for score in scores(answers):
        print(
            f"{score.kind:14} {score.pages:5} {score.precision:9.3f} {score.recall:7.3f} {score.refused:8.3f}"
        )
    if "--wrong" in sys.argv:
        for answer in answers:
            if not answer.is_right:
                print(
                    f"{answer.page.name}: classified as {answer.reason or 'an article: ' + answer.text[:100]!r}"
                )


if __name__ == "__main__":
    main()
