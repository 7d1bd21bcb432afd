"""What was learned of a source stands in a file beside its own, for people and programs to read."""

from __future__ import annotations

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
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "vesti.toml"
    path.write_text(SMALLEST, encoding="utf-8")
    return path


def test_a_source_knows_what_was_learned_of_it(source: Path) -> None:
    assert load(source).layouts == ()
    templates_file.write(source, [LAYOUT])
    assert load(source).layouts == (LAYOUT,)
    assert load(source).outlet.templates == (LAYOUT,)


def test_a_person_can_read_it(source: Path) -> None:
    templates_file.write(source, [LAYOUT])
    text = templates_file.templates_path(source).read_text(encoding="utf-8")
    assert "since = 2022-03-01T12:00:00Z" in text
    assert 'body = "div.story-text"' in text
    assert '    "Подписывайтесь на «Вести»",' in text
    assert "[[rules]] in vesti.toml win" in text


@given(lines=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=4))
def test_every_line_comes_back_as_it_was(lines: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("lines") / "vesti.toml"
    layout = PageTemplate(since=SINCE, pages=9, region="article", lines=tuple(lines))
    templates_file.write(path, [layout])
    assert templates_file.read(templates_file.templates_path(path)) == ((layout,), [])


def test_it_is_no_source_of_its_own(source: Path) -> None:
    templates_file.write(source, [LAYOUT])
    assert source_files(source.parent) == [source]
    assert [one.name for one in load_all(source.parent)] == ["vesti"]


def test_a_newer_layout_ends_those_that_begin_with_it_or_later() -> None:
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
    said = str(wrong.value).splitlines()
    assert all(str(templates_file.templates_path(source)) in line for line in said)
    for key in ("layouts[0].since", "layouts[0].pages", "layouts[0].body", "layouts[0].bdoy"):
        assert any(key in line for line in said), key
    assert 'did you mean "body"?' in str(wrong.value)


def test_a_file_cut_short_is_named(source: Path) -> None:
    templates_file.templates_path(source).write_text('[[layouts]\nsince = "', encoding="utf-8")
    with pytest.raises(SourceError, match=r"vesti\.learned\.toml: is not TOML"):
        load(source)
