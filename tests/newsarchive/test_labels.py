"""Every value that is shown to people has a label, and there is no label for anything else."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

from archive.crawl_results import CRAWL_COUNTS, OUTCOME_LABELS, STORED_COUNTS, Outcome, Status, count_phrases
from archive.filters import STATES
from archive.index.db import schema_docs
from archive.index.lookup.crawl_failures import Kind
from archive.index.rows.sources import CrawlRow
from archive.integrity.problems import Finding
from newsarchive.cli.output.labels import FAILURE_LABELS, FINDING_LABELS, STATE_LABELS
from spiders.crawl.report import CrawlReport


def test_crawl_counts_are_those_of_a_crawl_report() -> None:
    assert CRAWL_COUNTS.keys() == CrawlReport().counts().keys()


def test_stored_crawl_counts_are_columns_of_the_index_with_the_same_meaning() -> None:
    others = {"id", "source", "started_at", "ended_at", "outcome", "notes", "removed_after"}
    assert {field.name for field in fields(CrawlRow)} - others == set(STORED_COUNTS)
    columns = {column.name: column.comment for column in schema_docs.columns_of("crawls")}
    assert columns.keys() - others == set(STORED_COUNTS)
    assert {name: columns[name] for name in STORED_COUNTS} == {
        name: CRAWL_COUNTS[name].meaning for name in STORED_COUNTS
    }


def test_labels_cover_every_value() -> None:
    assert set(OUTCOME_LABELS) == set(get_args(Status))
    assert set(get_args(Outcome)) < set(get_args(Status))
    assert set(FINDING_LABELS) == set(get_args(Finding))
    assert set(FAILURE_LABELS) == set(get_args(Kind))
    assert set(STATE_LABELS) == set(STATES)


def test_phrases_leave_out_zero_and_unknown_numbers() -> None:
    assert count_phrases({"found": 3, "new": 0, "known": None, "not_articles": 2}) == [
        "3 found",
        "2 rejected",
    ]
