"""Ruby text: how characters are read is printed above them, and is no part of the words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.extraction.model import Article
from archive.extraction.page.blocks import Page


@pytest.mark.parametrize(
    "markup",
    [
        "<ruby>漢字<rt>かんじ</rt></ruby>を<ruby>読<rt>よ</rt></ruby>む。",
        "<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>を読む。",
        "<ruby>漢字<rt>かんじ</ruby>を読む。",
        "<ruby>漢<rt>かん<rb>字<rt>じ</ruby>を読む。",
        "<ruby><rb>漢</rb><rb>字</rb><rt>かん</rt><rt>じ</rt></ruby>を読む。",
        "<ruby><rb>漢字</rb><rtc><rt>かんじ</rt></rtc></ruby>を読む。",
        "<RUBY>漢字<RT>かんじ</RT></RUBY>を読む。",
        "<span class='k'><ruby><a href='/k'>漢字<rt>かんじ</rt></a></ruby></span>を読む。",
    ],
)
@pytest.mark.parametrize("tag", ["p", "h1", "li"])
def test_the_base_text_stays_and_the_annotation_goes(tag: str, markup: str) -> None:
    page = Page(f"<html><body><{tag}>{markup}</{tag}></body></html>", "https://news.example/")
    assert [block.text for block in page.blocks] == ["漢字を読む。"]


def test_an_article_is_stored_without_annotations(read_page: Callable[..., object]) -> None:
    sentences = [
        "<ruby>気象庁<rt>きしょうちょう</rt></ruby>は、17<ruby>日<rt>にち</rt></ruby>の<ruby>朝<rt>あさ</rt></ruby>に情報を発表しました。",
        "<ruby>津波<rt>つなみ</rt></ruby>の<ruby>心配<rt>しんぱい</rt></ruby>はありませんが、しばらくの間は注意してください。",
        "町の人たちは学校の体育館に<ruby>避難<rt>ひなん</rt></ruby>して、夜になってから家に帰ることができました。",
    ]
    found = read_page(
        "<html><head><title>地震の情報が発表されました</title></head><body>"
        "<h1><ruby>地震<rt>じしん</rt></ruby>の<ruby>情報<rt>じょうほう</rt></ruby>が発表されました</h1>"
        f"<article>{''.join(f'<p>{one}</p>' for one in sentences)}</article></body></html>"
    )
    assert isinstance(found, Article)
    assert found.title == "地震の情報が発表されました"
    assert found.body == (
        "気象庁は、17日の朝に情報を発表しました。",
        "津波の心配はありませんが、しばらくの間は注意してください。",
        "町の人たちは学校の体育館に避難して、夜になってから家に帰ることができました。",
    )
