"""The text in reading order, and the HTML with its structure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extraction.body.html_grammar import html_paragraphs
from archive.extraction.extract import extract
from archive.extraction.model import Article, Outlet, Rejection
from archive.http.capture import Capture
from archive.reasons import EXTRACTOR_ERROR, UNREADABLE
from tests.tagless import stripped

HEADLINE = "Заголовок новости дня о городе"
ONE = "Это первый абзац новости, в котором рассказывается о событии дня и его последствиях для города."
TWO = "Это второй абзац новости, в котором рассказывается, что было потом и кто за это отвечает в городе."
PAGES = Path(__file__).parents[2] / "pages"
FETCHED_AT = datetime(2022, 1, 11, 12, 20, tzinfo=UTC)
FOLDERS = sorted(path.parent for path in PAGES.glob("*/article.json"))


@pytest.fixture
def extracted(read_page: Callable[..., object]) -> Callable[[str], Article]:
    """Return a function that extracts an article with this markup as its text, and checks its HTML against the text."""

    def extract_text(markup: str) -> Article:
        article = read_page(
            f"<html><head><title>{HEADLINE}</title></head><body><article><h1>{HEADLINE}</h1>"
            f"<div class=text>{markup}</div></article></body></html>"
        )
        assert isinstance(article, Article)
        assert article.body_html is not None
        assert stripped(article.body_html)[0] == list(article.body)
        assert html_paragraphs(article.body_html, article.images) == article.body
        return article

    return extract_text


def test_subheadings_are_paragraphs_of_the_text(extracted: Callable[[str], Article]) -> None:
    article = extracted(f"<p>{ONE}</p><h2>Что <b>дальше</b></h2><p>{TWO}</p><h5>Итог</h5><p>{ONE[::-1]}</p>")
    assert article.body == (ONE, "Что дальше", TWO, "Итог", ONE[::-1])
    assert article.body_html == (
        f"<p>{ONE}</p>\n<h2>Что дальше</h2>\n<p>{TWO}</p>\n<h4>Итог</h4>\n<p>{ONE[::-1]}</p>\n"
    )


def test_a_subheading_without_text_below_it_is_left_out(extracted: Callable[[str], Article]) -> None:
    teasers = "<ul><li><a href=/1>Мост закрыт до весны, объезд по старой дороге</a></li></ul>" * 2
    article = extracted(f"<p>{ONE}</p><h3>Ранее у нас</h3>{teasers}<h3>Что дальше</h3><p>{TWO}</p>")
    assert article.body == (ONE, "Что дальше", TWO)


def test_an_interview_has_each_question_as_a_paragraph(extracted: Callable[[str], Article]) -> None:
    article = extracted(
        f"<p>{ONE}</p><p><strong>— И сколько?</strong></p><p>— Много.</p>"
        f"<p><b>Когда начнутся работы?</b></p><p>{TWO}</p>"
    )
    assert article.body == (ONE, "— И сколько?", "— Много.", "Когда начнутся работы?", TWO)
    assert "<p><strong>— И сколько?</strong></p>\n<p>— Много.</p>" in str(article.body_html)


def test_an_item_of_a_list_is_a_paragraph_without_a_second_marker(
    extracted: Callable[[str], Article],
) -> None:
    article = extracted(
        f"<p>{ONE}</p><ul><li>• ремонт дорог в центре города;</li><li><p>— новый мост через залив;</p></li></ul>"
        f"<ol><li>1. Сначала объявят торги.</li><li>2. Потом начнут работы.</li></ol><p>{TWO}</p>"
    )
    assert article.body[1:5] == (
        "ремонт дорог в центре города;",
        "новый мост через залив;",
        "Сначала объявят торги.",
        "Потом начнут работы.",
    )
    assert "<ul><li>ремонт дорог в центре города;</li>\n<li>новый мост через залив;</li>\n</ul>" in str(
        article.body_html
    )
    assert "<ol><li>Сначала объявят торги.</li>\n" in str(article.body_html)


def test_lists_within_lists_stay_within(extracted: Callable[[str], Article]) -> None:
    article = extracted(
        f"<p>{ONE}</p><ul><li>Дороги и мосты города<ul><li>Мост через залив</li></ul></li></ul><p>{TWO}</p>"
    )
    assert "<ul><li><p>Дороги и мосты города</p>\n<ul><li>Мост через залив</li>\n</ul>\n</li>\n</ul>" in str(
        article.body_html
    )


def test_a_table_row_is_a_paragraph_with_its_cells_separated(extracted: Callable[[str], Article]) -> None:
    rows = "<tr><th>Район</th><th>Жителей</th><th>Доля</th></tr><tr><td>Портовый</td><td>12 300</td><td></td></tr>"
    article = extracted(f"<p>{ONE}</p><table><tbody>{rows}</tbody></table><p>{TWO}</p>")
    assert article.body == (ONE, "Район | Жителей | Доля", "Портовый | 12 300 |", TWO)
    assert (
        "<table><tr><th>Район</th><th>Жителей</th><th>Доля</th></tr>\n"
        "<tr><td>Портовый</td><td>12 300</td><td></td></tr>\n</table>"
    ) in str(article.body_html)


def test_a_table_that_ends_the_text_is_part_of_it(extracted: Callable[[str], Article]) -> None:
    rows = "<tr><td>Портовый</td><td>12 300</td></tr><tr><td>Лиман</td><td>8 100</td></tr>"
    article = extracted(f"<p>{ONE}</p><p>{TWO}</p><figure><table>{rows}</table></figure>")
    assert article.body[2:] == ("Портовый | 12 300", "Лиман | 8 100")


def test_a_layout_table_is_not_a_data_table(extracted: Callable[[str], Article]) -> None:
    article = extracted(f"<table><tr><td><p>{ONE}</p></td></tr><tr><td><p>{TWO}</p></td></tr></table>")
    assert article.body == (ONE, TWO)
    assert "<table>" not in str(article.body_html)


def test_the_words_of_a_post_are_text_and_its_frame_is_not(extracted: Callable[[str], Article]) -> None:
    article = extracted(
        f'<p>{ONE}</p><div class="social-media-embed"><blockquote class="twitter-tweet"><p>Мост закрыт до весны. '
        '<a href="https://t.co/abc">pic.twitter.com/abc</a></p>&mdash; Мэрия (@mayor) '
        '<a href="https://twitter.com/mayor/status/1">January 10, 2022</a></blockquote></div>'
        f'<blockquote class="instagram-media"><a href="https://www.instagram.com/p/1/">Посмотреть эту публикацию в '
        f"Instagram</a><p>Публикация от Мэрия (@mayor)</p></blockquote><p>{TWO}</p>"
    )
    assert article.body == (ONE, "Мост закрыт до весны.", "— Мэрия (@mayor)", TWO)
    assert "<blockquote><p>Мост закрыт до весны.</p>\n<p>— Мэрия (@mayor)</p>\n</blockquote>" in str(
        article.body_html
    )


def test_captions_are_in_the_place_of_their_pictures_and_are_not_paragraphs(
    extracted: Callable[[str], Article],
) -> None:
    figure = "<figure><img src=/{0}.jpg><figcaption>Подпись {0}. Фото: Иван Петров</figcaption></figure>"
    article = extracted(f"<p>{ONE}</p>{figure.format(1)}{figure.format(2)}<p>{TWO}</p>")
    assert article.body == (ONE, TWO)
    assert article.body_html == (
        f"<p>{ONE}</p>\n"
        '<figure><figcaption><a href="https://news.example/1.jpg">Подпись 1</a> · Фото: Иван Петров</figcaption>'
        "</figure>\n"
        '<figure><figcaption><a href="https://news.example/2.jpg">Подпись 2</a> · Фото: Иван Петров</figcaption>'
        "</figure>\n"
        f"<p>{TWO}</p>\n"
    )


def test_a_footnote_mark_is_superscript_and_its_backlink_is_left_out(
    extracted: Callable[[str], Article],
) -> None:
    article = extracted(
        f'<p>{ONE}<sup><a href="#fn1">1</a></sup></p><p>{TWO}</p>'
        "<ol><li id=fn1>Подробнее об этом сказано в отчёте мэрии. <a href='#r1'>↩</a></li></ol>"
    )
    assert article.body == (ONE + "1", TWO, "Подробнее об этом сказано в отчёте мэрии.")
    assert f"<p>{ONE}<sup>1</sup></p>" in str(article.body_html)


def test_the_time_above_each_entry_of_a_live_blog_is_text(extracted: Callable[[str], Article]) -> None:
    entries = "".join(
        f"<div class=entry><span class=when><div class=t>1{n}:0{n}</div></span><p>{n}. {ONE}</p></div>"
        for n in range(4)
    )
    article = extracted(entries)
    assert article.body == tuple(line for n in range(4) for line in (f"1{n}:0{n}", f"{n}. {ONE}"))


def test_a_time_relative_to_the_capture_is_not_text(extracted: Callable[[str], Article]) -> None:
    entries = "".join(f"<div class=t>{n} минут назад</div><p>{n}. {ONE}</p>" for n in range(5, 9))
    assert extracted(entries).body == tuple(f"{n}. {ONE}" for n in range(5, 9))


def test_only_emphasis_and_links_of_the_markup_remain(
    extracted: Callable[[str], Article],
) -> None:
    article = extracted(
        f'<p class=x style="color:red" onclick=a() id=b><i>{ONE}</i> <a href="/b?x=1&y=\'&quot;" target=_blank>'
        "а <b>б</b></a>&lt;script&gt;<font>в</font> <a href=javascript:x()>г</a> <a href=mailto:a@b>д</a></p>"
        f"<!-- е --><p>{TWO}</p>"
    )
    assert article.body_html == (
        f'<p><em>{ONE}</em> <a href="https://news.example/b?x=1&amp;y=&#x27;&quot;">а <strong>б</strong></a>'
        f"&lt;script&gt;в г д</p>\n<p>{TWO}</p>\n"
    )


def test_a_list_around_the_whole_article_is_ignored(extracted: Callable[[str], Article]) -> None:
    article = extracted(f"<ul><li><blockquote><p>{ONE}</p><p>{TWO}</p></blockquote></li></ul>")
    assert article.body_html == f"<p>{ONE}</p>\n<p>{TWO}</p>\n"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_html_contains_the_paragraphs_word_for_word(folder: Path) -> None:
    about = tomllib.loads((folder / "about.toml").read_text("utf-8"))
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {about['content_type']}\r\n\r\n".encode()
    capture = Capture(about["url"], about["fetched_at"], head + (folder / "page.html").read_bytes())
    article = extract(capture, Outlet(about["timezone"], tuple(about["languages"])), None)
    assert isinstance(article, Article)
    assert stripped(str(article.body_html))[0] == list(article.body)


WORDS = st.one_of(
    st.sampled_from(
        (ONE, TWO, "Да.", "• пункт", "1) раз", "12:30", " ", "Фото: РБК", "a\x00b", "\u00ad\u200b", "\ud800")
    ),
    st.text(max_size=12),
)
TAGS = st.sampled_from(
    "p div h1 h2 h4 ul ol li table tr td th caption blockquote figure figcaption b i em strong a sup span time br img "
    "section article script noscript form aside".split()
)
ATTRIBUTES = st.sampled_from(
    ("", ' href="/x"', ' href="http://a/&quot;><script>"', " href='javascript:1'", ' class="twitter-tweet"',
     ' src="/p.jpg"', ' class="caption"', " style=display:none", ' href="http://[bad"')
)  # fmt: skip
TREES: st.SearchStrategy[str] = st.recursive(
    WORDS,
    lambda inner: st.builds(
        lambda tag, attributes, parts, is_closed: (
            f"<{tag}{attributes}>{''.join(parts)}" + (f"</{tag}>" if is_closed else "")
        ),
        TAGS,
        ATTRIBUTES,
        st.lists(inner, max_size=6),
        st.booleans(),
    ),
    max_leaves=40,
)


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(TREES, TREES)
def test_whatever_the_page_the_html_has_only_our_tags_and_the_paragraphs(one: str, two: str) -> None:
    page = f"<title>{HEADLINE}</title><h1>{HEADLINE}</h1><p>{ONE}</p>{one}<p>{TWO}</p>{two}".encode(
        "utf-8", "surrogatepass"
    )
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    capture = Capture("https://news.example/a", FETCHED_AT, head + page)
    article = extract(capture, Outlet("Europe/Kyiv", ("ru",)), None)
    if isinstance(article, Rejection):
        assert article.code not in (UNREADABLE, EXTRACTOR_ERROR), article
        return
    paragraphs, captions = stripped(str(article.body_html))
    assert paragraphs == list(article.body)
    assert all(paragraphs)
    assert html_paragraphs(str(article.body_html), article.images) == article.body
    printed = {f"{image.caption or ''} · {image.credit or ''}".strip(" ·") for image in article.images}
    assert {caption.strip(" ·") for caption in captions} <= printed


HOSTILE = {
    "2,000 levels of lists": "<ul><li>" * 2_000 + ONE,
    "100,000 levels of quotations": "<blockquote>" * 100_000 + f"<p>{ONE}</p>",
    "200,000 attributes": "<p " + " ".join(f'a{n}="{n}"' for n in range(200_000)) + f">{ONE}</p>",
    "20,000 links of one paragraph": "<p>" + f'<a href="/{"x" * 150}">слово</a> и дело. ' * 20_000 + "</p>",
    "a table of 30,000 cells": "<table>" + f"<tr>{'<td>ячейка</td>' * 30}</tr>" * 1_000 + "</table>",
    "tables in tables": "<table><tr><td>" * 3_000 + f"<p>{ONE}</p>",
    "rows outside of tables": "<tr><td>" * 10_000 + f"<li>{ONE}</ol></td></table>",
    "500 levels of stress": "<b><i><a href=/x>" * 500 + ONE,
    "entities upon entities": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + "<p>&b;&amp;lt;</p>" * 5_000,
    "5 MB of text": f"<p>{'слово и дело. ' * 190_000}</p>",
    "null bytes": "<p>сло\x00во и де\x00ло в городе, где это было сказано вчера вечером всем.</p>" * 500,
    "5,000 pictures": "<figure><img src=/b.jpg><figcaption>Подпись</figcaption></figure><p>слово</p>" * 5_000,
}  # fmt: skip


@pytest.mark.parametrize("mass", HOSTILE)
def test_the_html_is_bounded_and_contains_the_paragraphs_whatever_the_text(
    extracted: Callable[[str], Article], mass: str
) -> None:
    article = extracted(f"<p>{ONE}</p>{HOSTILE[mass]}<p>{TWO}</p>")
    html = str(article.body_html)
    size = sum(map(len, article.body))
    assert {ONE, TWO} & set(article.body)
    assert len(html) <= 6 * size + 6_000_000
    assert len(re.findall("<a ", html)) <= 5_100
