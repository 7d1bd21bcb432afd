"""The learned page templates of a source, in a file beside the source file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import SourceError
from archive.extraction.model import PageTemplate
from spiders.sources import templates_file
from spiders.sources.source import load, load_all, source_files
from tests.spiders.test_source import SMALLEST

SINCE = datetime(2022, 3, 1, 12, 0, tzinfo=UTC)
LAYOUT = PageTemplate(
    since=SINCE,
    pages=20,
    region="div.story",
    body="div.story-text",
    title="h1",
    caption=("figure figcaption",),
    lines=("Подписывайтесь на «Вести»",),
    labels=("Наш край",),
    text=("p.promo",),
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "vesti.toml"
    path.write_text(SMALLEST, encoding="utf-8")
    return path


def test_a_source_has_its_learned_templates(source: Path) -> None:
    assert load(source).templates == ()
    templates_file.write(source, [LAYOUT])
    assert load(source).templates == (LAYOUT,)
    assert load(source).outlet.templates == (LAYOUT,)


def test_the_file_is_readable_for_people(source: Path) -> None:
    templates_file.write(source, [LAYOUT])
    text = templates_file.templates_path(source).read_text(encoding="utf-8")
    assert "since = 2022-03-01 12:00:00+00:00" in text
    assert 'body = "div.story-text"' in text
    assert '    "Подписывайтесь на «Вести»",' in text
    assert "[[rules]] in vesti.toml take precedence" in text


def test_a_short_template_is_a_table_of_its_own_too(source: Path) -> None:
    templates_file.write(source, [PageTemplate(since=SINCE, pages=9), LAYOUT])
    text = templates_file.templates_path(source).read_text(encoding="utf-8")
    assert text.count("\n\n[[layouts]]\nsince = ") == 2


def test_a_file_of_an_earlier_release_is_read_the_same(source: Path) -> None:
    earlier = """\
# Where the parts of an article stand on the pages of this source, learned from the pages themselves.

[[layouts]]
since = 2022-03-01T12:00:00Z
pages = 20
region = "div.story"
body = "div.story-text"
title = "h1"
caption = [
    "figure figcaption",
]
furniture = [
    "div.teasers",
]
lines = [
    "Подписывайтесь на «Вести»",
]
labels = [
    "Наш край",
]
"""
    templates_file.templates_path(source).write_text(earlier, encoding="utf-8")
    assert load(source).templates == (replace(LAYOUT, text=(), boilerplate=("div.teasers",)),)


@given(lines=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=4))
def test_boilerplate_lines_survive_a_round_trip(
    lines: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("lines") / "vesti.toml"
    layout = PageTemplate(since=SINCE, pages=9, region="article", lines=tuple(lines))
    templates_file.write(path, [layout])
    assert templates_file.read(templates_file.templates_path(path)) == ((layout,), [])


def test_a_templates_file_is_no_source(source: Path) -> None:
    templates_file.write(source, [LAYOUT])
    assert source_files(source.parent) == [source]
    assert [one.name for one in load_all(source.parent)] == ["vesti"]


def test_a_new_template_replaces_those_of_the_same_time_or_later() -> None:
    def of(day: int, body: str) -> PageTemplate:
        return PageTemplate(since=SINCE.replace(day=day), pages=9, body=body)

    known = (of(1, "a"), of(5, "b"), of(9, "c"))
    assert templates_file.add_template(known, of(5, "d")) == (of(1, "a"), of(5, "d"))


def test_all_mistakes_are_named_with_the_files(source: Path) -> None:
    templates_file.templates_path(source).write_text(
        '[[layouts]]\nsince = 2022-03-01\npages = 0\nbody = "div["\nbdoy = "p"\n', encoding="utf-8"
    )
    with pytest.raises(SourceError) as wrong:
        load(source)
    messages = str(wrong.value).splitlines()
    assert all(str(templates_file.templates_path(source)) in line for line in messages)
    for key in ("layouts[0].since", "layouts[0].pages", "layouts[0].body", "layouts[0].bdoy"):
        assert any(key in line for line in messages), key
    assert 'did you mean "body"?' in str(wrong.value)


def test_a_file_cut_short_is_named(source: Path) -> None:
    templates_file.templates_path(source).write_text('[[layouts]\nsince = "', encoding="utf-8")
    with pytest.raises(SourceError, match=r"vesti\.learned\.toml: is not TOML"):
        load(source)
