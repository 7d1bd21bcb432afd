"""The pages of the demo site print the expected extraction, the same every time."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime
from urllib.parse import urljoin
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from newsarchive.demo_site import OPENING, DemoSite, OutletSite, Story
from newsarchive.demo_site.http_messages import parse_request
from newsarchive.demo_site.outlet import load_outlets

OUTLETS = [outlet.name for outlet in load_outlets()]
ADDRESS = "http://{}.example"


def unserved(clock: datetime = OPENING) -> DemoSite:
    """Return a demo site without a server, at URLs without a port."""
    demo_site = DemoSite(clock)
    for name, site in demo_site.outlets.items():
        site.base_url = ADDRESS.format(name)
    return demo_site


def ask(site: OutletSite, url: str) -> bytes:
    """Return the body of the page at a URL."""
    path = url.removeprefix(site.base_url)
    request = parse_request(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert request is not None
    answer = site.respond(request)
    assert answer.status == 200, url
    return answer.body


def words(site: OutletSite, url: str) -> str:
    """Return the text of a page without tags, with white space collapsed."""
    markup = ask(site, url).decode(site.outlet.delivery.charset)
    markup = re.sub(r"(?is)<(script|style|head)\b.*?</\1>", " ", markup)
    return " ".join(html.unescape(re.sub(r"</?(?:a|b)\b[^>]*>", "", markup)).replace("<", " <").split())


def listed(site: OutletSite, section_url: str) -> tuple[list[str], int]:
    """Return the article URLs on all pages of a section, and the number of pages."""
    live = {truth.url for truth in site.truth()}
    seen: list[str] = []
    pages = [section_url]
    for page in pages:
        for link in re.findall(r'href="([^"]+)"', ask(site, page).decode(site.outlet.delivery.charset)):
            url = urljoin(page, html.unescape(link))
            if url in live and url not in seen:
                seen.append(url)
            elif (
                re.fullmatch(re.escape(section_url) + r"[/&?]?(page|p|PAGEN|offset)?[/_\-=1]*\d+/?", url)
                and url not in pages
            ):
                pages.append(url)
    return seen, len(pages)


@pytest.fixture(scope="module")
def demo_site() -> DemoSite:
    return unserved()


@pytest.mark.parametrize("outlet", OUTLETS)
def test_every_page_prints_its_truth(demo_site: DemoSite, outlet: str) -> None:
    site = demo_site.outlets[outlet]
    for truth in site.truth():
        page = words(site, truth.url)
        printed = [
            truth.title,
            truth.section,
            truth.published_stated,
            str(truth.views),
            *(cell for paragraph in truth.body for cell in paragraph.split(" | ")),
            *truth.authors,
            *truth.notices,
        ]
        printed += [truth.lead] if truth.lead else []
        printed += [expected for _, *image in truth.images for expected in image if expected]
        for expected in (*printed, *truth.tags):
            assert expected in page, (truth.url, expected)


@pytest.mark.parametrize("outlet", OUTLETS)
def test_the_seed_s_page_is_printed_with_every_element_of_it(demo_site: DemoSite, outlet: str) -> None:
    site = demo_site.outlets[outlet]
    truth = site.truth_of(site.seed_url).as_dict()
    assert truth["section"] == "Мир"
    assert truth["published"] == "2022-01-10T11:55:00+02:00"
    assert truth["published_stated"] == "11:55 10 января 2022"
    assert (truth["lead"], truth["authors"], truth["views"]) == (None, [], 822)
    assert len(truth["body"].split("\n\n")) == 7
    assert [(image["caption"], image["credit"]) for image in truth["images"]] == [
        ("Путин", "Фото с сайта Кремля")
    ]
    page = ask(site, site.seed_url).decode(site.outlet.delivery.charset)
    assert page.count("РЕКЛАМА") >= 4  # more where the next story stands below
    for element in (
        "ПОИСК",
        "Читайте нас в Facebook",
        "Заметили ошибку? Выделите её и нажмите CTRL+Enter",
        "Введите вашу жалобу",
        "Следующий материал",
        "Новости партнеров",
    ):
        assert element in page


@pytest.mark.parametrize("outlet", OUTLETS)
def test_the_pages_of_a_listing_reach_every_story_of_the_section(demo_site: DemoSite, outlet: str) -> None:
    site = demo_site.outlets[outlet]
    counts = []
    for name, url in site.section_urls.items():
        found, pages = listed(site, url)
        assert {truth.url for truth in site.truth(name)} <= set(found)
        counts.append(pages)
    assert counts[0] >= 3
    assert counts[1] >= 2


@pytest.mark.parametrize("outlet", OUTLETS)
def test_no_paragraph_is_in_two_stories_of_an_outlet(demo_site: DemoSite, outlet: str) -> None:
    paragraphs = [paragraph for truth in demo_site.outlets[outlet].truth() for paragraph in truth.body]
    assert len(set(paragraphs)) == len(paragraphs)


@pytest.mark.parametrize("outlet", OUTLETS)
def test_feeds_and_sitemaps_are_well_formed_and_name_live_articles(demo_site: DemoSite, outlet: str) -> None:
    site = demo_site.outlets[outlet]
    live = {truth.url for truth in site.truth()}
    for feed in site.outlet.feeds:
        root = ElementTree.fromstring(ask(site, site.base_url + feed.path))
        links = [element for element in root.iter() if element.tag.rpartition("}")[2] in ("link", "loc")]
        found = {element.get("href") or (element.text or "").partition("?utm_")[0] for element in links}
        if feed.kind == "sitemap index":
            assert found.isdisjoint(live)
        else:
            assert len(found & live) >= min(len(live), 12)


@pytest.mark.parametrize("outlet", OUTLETS)
def test_the_pictures_of_a_story_are_served(demo_site: DemoSite, outlet: str) -> None:
    site = demo_site.outlets[outlet]
    for truth in site.truth():
        for url, _, _ in truth.images:
            assert ask(site, url).startswith(b"\x89PNG")


def test_the_same_demo_site_opened_twice_prints_the_same_bytes() -> None:
    one, other = unserved(), unserved()
    for name, site in one.outlets.items():
        for url in [*(truth.url for truth in site.truth()), *site.section_urls.values(), site.base_url + "/"]:
            assert ask(site, url) == ask(other.outlets[name], url)


@pytest.mark.parametrize("outlet", OUTLETS)
def test_markup_in_a_text_is_escaped_on_every_page(outlet: str) -> None:
    site = unserved().outlets[outlet]
    text = """Рост <s>цен</s> & </script> тариф "Север" и 'Юг'"""
    url = site.publish(
        Story("rost-cen", text, "world", OPENING, (text,), lead=text, authors=(text,), views=99999)
    )
    feeds = [site.base_url + feed.path for feed in site.outlet.feeds]
    for address in (url, site.section_urls["Мир"], site.base_url + "/", *feeds):
        page = ask(site, address).decode(site.outlet.delivery.charset)
        assert "</script> тариф" not in page, address
        assert "<s>" not in re.sub(r"(?s)<script.*?</script>", "", page), address
    article = ask(site, url).decode(site.outlet.delivery.charset)
    assert text in html.unescape(article)
    for data in re.findall(r"<script[^>]*json[^>]*>(.*?)</script>", article):
        assert json.loads(data)


def test_no_two_outlets_share_a_markup(demo_site: DemoSite) -> None:
    """The elements from the top of the page to the seed's headline, with their classes and ids."""
    ways = set()
    for site in demo_site.outlets.values():
        page = ask(site, site.seed_url).decode(site.outlet.delivery.charset)
        above = page.partition("<body")[2].partition("Саммит ОДКБ")[0]
        ways.add(" ".join(re.findall(r'<\w+|(?:class|id)="[^"]*"', above)))
    assert len(ways) == len(demo_site.outlets)


def test_an_outlet_without_classes_or_ids_has_none(demo_site: DemoSite) -> None:
    site = demo_site.outlets["sloboda"]
    assert not re.search(r"<[^>]+\s(class|id)=", ask(site, site.seed_url).decode())


def test_the_day_of_the_visit_may_be_printed_above_an_old_article() -> None:
    visit = datetime(2026, 11, 22, 9, 30, tzinfo=ZoneInfo("Europe/Kyiv"))
    site = unserved(visit).outlets["dnipro"]
    page = ask(site, site.seed_url).decode()
    assert page.index("Сьогодні, 22 листопада 2026") < page.index("11:55 10 января 2022")


def test_what_is_fresh_is_listed_by_relative_stamps(demo_site: DemoSite) -> None:
    site = demo_site.outlets["dnipro"]
    assert "сьогодні, 11:55" in ask(site, site.section_urls["Мир"]).decode()


def test_one_outlet_prints_the_next_story_in_full_below_the_article(demo_site: DemoSite) -> None:
    site = demo_site.outlets["zarya"]
    page = words(site, site.seed_url)
    below = [truth for truth in site.truth() if truth.url != site.seed_url and truth.body[0] in page]
    assert len(below) == 1
    assert all(paragraph in page for paragraph in below[0].body)


def test_an_outlet_that_marks_no_leads_prints_them_as_the_first_paragraph(demo_site: DemoSite) -> None:
    assert all(truth.lead is None for truth in demo_site.outlets["stepnoy"].truth())
    assert any(truth.lead for truth in demo_site.outlets["primorsk"].truth())


def test_a_minimal_source_file_is_a_title_a_zone_and_one_section(demo_site: DemoSite) -> None:
    assert demo_site.outlets["primorsk"].source_toml() == (
        'title = "Новости Приморска"\n'
        'timezone = "Europe/Kyiv"\n\n'
        "[[sections]]\n"
        'name = "Мир"\n'
        'url = "http://primorsk.example/world/"\n\n'
        "[rechecks]\n"
        'removed_after = "0s"\n'
    )
