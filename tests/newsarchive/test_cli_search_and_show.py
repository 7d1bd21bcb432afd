"""What a person reads of an archive on the command line: found, shown and compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Typed
from tests.small_archive import BRIDGE, GONE, HARBOUR, SUMMIT

CORRECTED = "Саммит ОДКБ по Казахстану: миротворцы уйдут через два дня"


def test_a_search_prints_date_place_headline_passage_and_address(small: Path, typed: Typed) -> None:
    result = typed(small, "search", "залив")
    assert result.exit_code == 0
    first, headline, passage, address = result.stdout.splitlines()[:4]
    assert first == "2022-01-10  primorsk · Мир"
    assert headline.strip() == "Мост через залив закрыт на ремонт до весны"
    assert "Мост через залив закрыли в понедельник" in passage
    assert address.endswith(BRIDGE)


def test_an_article_that_is_gone_is_marked_so(small: Path, typed: Typed) -> None:
    assert "removed" in typed(small, "search", "снятая").stdout.splitlines()[0]


def test_a_search_that_finds_nothing_says_so_and_exits_with_1(small: Path, typed: Typed) -> None:
    result = typed(small, "search", "динозавр")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "No matches.\n"


def test_a_word_with_a_minus_is_left_out_and_is_no_option(small: Path, typed: Typed) -> None:
    assert SUMMIT in typed(small, "search", "ОДКБ").stdout
    assert typed(small, "search", "ОДКБ", "-Путин", "-html").exit_code == 1


def test_an_option_that_is_not_known_is_no_word(small: Path, typed: Typed) -> None:
    result = typed(small, "search", "ОДКБ", "--sorce", "port")
    assert result.exit_code == 2
    assert "'--sorce'" in result.stderr
    assert "--source" in result.stderr


def test_the_filters_narrow_a_search(small: Path, typed: Typed) -> None:
    def found(*options: str) -> set[str]:
        return {article["url"] for article in json.loads(typed(small, "search", "--json", *options).stdout)}

    assert found("--source", "port") == {HARBOUR}
    assert found("--author", "Анна Ковальчук") == {SUMMIT}
    assert found("--state", "removed") == {GONE}
    assert typed(small, "search", "--state", "unreachable").exit_code == 1  # an earlier name: nothing matches
    assert "not a state of an article" in typed(small, "search", "--state", "dead").stderr
    assert found("--from", "2022-01-10", "--to", "2022-01-10") == {SUMMIT, BRIDGE, GONE}
    assert found("--section", "Мир", "--from", "2022-01-11") == set()
    assert found("--language", "uk") == {HARBOUR}
    assert found("--captured-from", "2022-01-12", "--captured-to", "2022-01-12", "--source", "port") == {
        HARBOUR
    }
    assert found("--captured-to", "2022-01-01") == found("--tag", "динозавр") == set()
    assert len(found("--limit", "2")) == 2


def test_a_word_finds_its_other_forms(small: Path, typed: Typed) -> None:
    assert SUMMIT in typed(small, "search", "миротворец Токаеву").stdout
    assert HARBOUR in typed(small, "search", "причали").stdout


def test_counts_stand_in_tables_and_in_json(small: Path, typed: Typed) -> None:
    printed = typed(small, "search", "--counts", "--from", "2022-01-01").stdout.splitlines()
    assert printed == ["MONTH    ARTICLES", "2022-01         3", "", "SOURCE    ARTICLES", "primorsk         3", "",
                    "3 articles in total."]  # fmt: skip
    counts = json.loads(typed(small, "search", "--counts", "--json").stdout)
    assert counts["articles"] == 5
    assert {row["month"]: row["articles"] for row in counts["months"]} == {None: 2, "2022-01": 3}
    assert {row["source"]: row["articles"] for row in counts["sources"]} == {"primorsk": 4, "port": 1}
    assert typed(small, "search", "--counts", "динозавр").exit_code == 1


def test_more_matches_than_the_limit_are_mentioned(small: Path, typed: Typed) -> None:
    assert "There are more matches." in typed(small, "search", "--limit", "1").stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--from", "2022-13-01"], "'2022-13-01' is not a day"),
        (["--from", "2022-02-01", "--to", "2022-01-01"], "ends before it begins"),
        (["--captured-from", "2022-02-01", "--captured-to", "2022-01-01"], "ends before it begins"),
        (["--source", "nowhere"], "crawled sources: port, primorsk"),
        (["--source", "nowhere", "--counts"], "crawled sources: port, primorsk"),
    ],
)
def test_a_question_without_an_answer_is_named(
    small: Path, typed: Typed, options: list[str], says: str
) -> None:
    result = typed(small, "search", *options)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.output


def test_show_prints_the_latest_text_with_how_its_time_is_known(small: Path, typed: Typed) -> None:
    shown = typed(small, "show", SUMMIT).stdout
    assert shown.startswith(CORRECTED)
    assert "2,03 тысячи миротворцев" in shown
    assert (
        "2022-01-10T11:55:00+02:00 (printed as «11:55 10 января 2022», visible, time zone of the source)"
        in shown
    )
    assert "Путин / Фото с сайта Кремля" in shown
    assert "«Саммит ОДКБ по Казахстану»" in shown  # as the listing had it


def test_an_older_version_can_be_shown(small: Path, typed: Typed) -> None:
    assert "2,3 тысячи миротворцев" in typed(small, "show", SUMMIT, "--version", "1").stdout
    result = typed(small, "show", SUMMIT, "--version", "9")
    assert result.exit_code == 1
    assert "versions 1 to 2" in result.stderr


def test_show_as_json_has_the_exported_names_and_the_history(small: Path, typed: Typed) -> None:
    shown = json.loads(typed(small, "show", SUMMIT, "--json").stdout)
    assert (shown["title"], shown["version"], shown["versions"]) == (CORRECTED, 2, 2)
    assert [version["version"] for version in shown["history"]] == [1, 2]
    assert shown["sightings"][0]["headline"] == "Саммит ОДКБ по Казахстану"
    assert shown["addresses"] == [SUMMIT]


def test_an_article_is_found_by_the_beginning_of_its_number(small: Path, typed: Typed) -> None:
    number = json.loads(typed(small, "show", SUMMIT, "--json").stdout)["id"]
    assert typed(small, "show", str(number)[:8]).stdout.startswith(CORRECTED)


@pytest.mark.parametrize(
    ("key", "exit_code"),
    [("http://news.example/never", 1), ("0", 1), ("«»", 2), ("ftp://x", 2), ("", 2)],
)
def test_what_was_never_kept_is_one_sentence(small: Path, typed: Typed, key: str, exit_code: int) -> None:
    result = typed(small, "show", key)
    assert result.exit_code == exit_code
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1


def test_a_difference_is_marked_word_by_word_where_there_are_no_colours(small: Path, typed: Typed) -> None:
    result = typed(small, "diff", SUMMIT)
    assert result.exit_code == 0
    assert "находятся 2,[-3-]{+03+} тысячи миротворцев" in result.stdout
    assert "{+Вывод контингента начнётся через два дня и займёт не больше десяти.+}" in result.stdout
    assert "(1 paragraph unchanged)" in result.stdout
    assert "authors" not in result.stdout


def test_a_difference_as_json_gives_both_versions_back(small: Path, typed: Typed) -> None:
    printed = json.loads(typed(small, "diff", SUMMIT, "--json").stdout)
    (title,) = [change for change in printed["changes"] if change["field"] == "title"]
    runs = title["paragraphs"][0]["runs"]
    assert "".join(run["text"] for run in runs if run["kind"] != "deleted") == CORRECTED
    assert (printed["from"]["version"], printed["to"]["version"], printed["read_alike"]) == (1, 2, True)


def test_an_article_with_one_version_has_no_difference(small: Path, typed: Typed) -> None:
    result = typed(small, "diff", BRIDGE)
    assert result.exit_code == 1
    assert "Only one version of the article is known." in result.stdout
    assert "No differences." in typed(small, "diff", SUMMIT, "--from", "2").stdout


@pytest.mark.parametrize(
    ("option", "value"), [("--group-copies", ()), ("--limit", (3,)), ("--sort", ("newest",))]
)
def test_counts_are_of_articles_alone(
    small: Path, typed: Typed, option: str, value: tuple[object, ...]
) -> None:
    result = typed(small, "search", "--counts", option, *value)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"Error: --counts counts all matching articles and cannot be used with {option}.\n"
    )
    assert typed(small, "search", "--counts").exit_code == 0


def test_a_language_that_is_no_code_is_refused(small: Path, typed: Typed) -> None:
    result = typed(small, "search", "--language", "russian")
    assert result.exit_code == 2
    assert "'russian' is not a two-letter language code, such as ru, uk or en." in result.stderr


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_reader_who_has_seen_enough_is_no_error(small: Path, options: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "newsarchive", "--archive", str(small), "search", *options]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
