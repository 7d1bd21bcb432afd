"""The newsroom prints what its truth says, the same every time."""

from __future__ import annotations

import html
import re
from datetime import datetime
from urllib.parse import urljoin
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from newsarchive.demo_site import OPENING, DemoSite, OutletSite
from newsarchive.demo_site.outlets import LAYOUTS
from newsarchive.demo_site.wire import parse_request

OUTLETS = [layout.name for layout in LAYOUTS]
ADDRESS = "http://{}.example"


def unserved(clock: datetime = OPENING) -> DemoSite:
    """A newsroom that is asked without a wire, under addresses that know no port."""
    newsroom = DemoSite(clock)
    for name, site in newsroom.outlets.items():
        site.base_url = ADDRESS.format(name)
    return newsroom


def ask(site: OutletSite, url: str) -> bytes:
    """The body of the page at an address."""
    path = url.removeprefix(site.base_url)
    request = parse_request(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert request is not None
    answer = site.respond(request)
    assert answer.status == 200, url
    return answer.body


def words(site: OutletSite, url: str) -> str:
    """A page's text as a reader sees it: tags off, white space collapsed."""
    markup = ask(site, url).decode(site.layout.delivery.charset)
    markup = re.sub(r"(?is)<(script|style|head)\b.*?</\1>", " ", markup)
    return " ".join(html.unescape(re.sub(r"</?(?:a|b)\b[^>]*>", "", markup)).replace("<", " <").split())


def listed(site: OutletSite, section_url: str) -> tuple[list[str], int]:
    """The articles' addresses a section's listing shows, over all its pages, and how many pages it has."""
    live = {truth.url for truth in site.truth()}
    seen: list[str] = []
    pages = [section_url]
    for page in pages:
        for link in re.findall(r'href="([^"]+)"', ask(site, page).decode(site.layout.delivery.charset)):
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
def newsroom() -> DemoSite:
    return unserved()


@pytest.mark.parametrize("outlet", OUTLETS)
def test_every_page_prints_its_truth(newsroom: DemoSite, outlet: str) -> None:
    site = newsroom.outlets[outlet]
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
        printed += [told for _, *image in truth.images for told in image if told]
        for told in (*printed, *truth.tags):
            assert told in page, (truth.url, told)


@pytest.mark.parametrize("outlet", OUTLETS)
def test_the_seed_s_page_is_printed_with_every_element_of_it(newsroom: DemoSite, outlet: str) -> None:
    site = newsroom.outlets[outlet]
    truth = site.truth_of(site.seed_url).as_dict()
    assert truth["section"] == "Мир"
    assert truth["published"] == "2022-01-10T11:55:00+02:00"
    assert truth["published_stated"] == "11:55 10 января 2022"
    assert (truth["lead"], truth["authors"], truth["views"]) == (None, [], 822)
    assert len(truth["body"].split("\n\n")) == 7
    assert [(image["caption"], image["credit"]) for image in truth["images"]] == [
        ("Путин", "Фото с сайта Кремля")
    ]
    page = ask(site, site.seed_url).decode(site.layout.delivery.charset)
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
def test_the_pages_of_a_listing_reach_every_story_of_the_section(newsroom: DemoSite, outlet: str) -> None:
    site = newsroom.outlets[outlet]
    counts = []
    for name, url in site.section_urls.items():
        found, pages = listed(site, url)
        assert {truth.url for truth in site.truth(name)} <= set(found)
        counts.append(pages)
    assert counts[0] >= 3
    assert counts[1] >= 2


@pytest.mark.parametrize("outlet", OUTLETS)
def test_no_paragraph_stands_in_two_stories_of_an_outlet(newsroom: DemoSite, outlet: str) -> None:
    paragraphs = [paragraph for truth in newsroom.outlets[outlet].truth() for paragraph in truth.body]
    assert len(set(paragraphs)) == len(paragraphs)


@pytest.mark.parametrize("outlet", OUTLETS)
def test_feeds_and_sitemaps_are_well_formed_and_name_live_articles(newsroom: DemoSite, outlet: str) -> None:
    site = newsroom.outlets[outlet]
    live = {truth.url for truth in site.truth()}
    for feed in site.layout.feeds:
        root = ElementTree.fromstring(ask(site, site.base_url + feed.path))
        links = [element for element in root.iter() if element.tag.rpartition("}")[2] in ("link", "loc")]
        found = {element.get("href") or (element.text or "").partition("?utm_")[0] for element in links}
        if feed.kind == "sitemap index":
            assert found.isdisjoint(live)
        else:
            assert len(found & live) >= min(len(live), 12)


@pytest.mark.parametrize("outlet", OUTLETS)
def test_the_pictures_of_a_story_are_served(newsroom: DemoSite, outlet: str) -> None:
    site = newsroom.outlets[outlet]
    for truth in site.truth():
        for url, _, _ in truth.images:
            assert ask(site, url).startswith(b"\x89PNG")


def test_the_same_newsroom_opened_twice_prints_the_same_bytes() -> None:
    one, other = unserved(), unserved()
    for name, site in one.outlets.items():
        for url in [*(truth.url for truth in site.truth()), *site.section_urls.values(), site.base_url + "/"]:
            assert ask(site, url) == ask(other.outlets[name], url)


def test_no_two_outlets_share_a_markup(newsroom: DemoSite) -> None:
    """The elements from the top of the page to the seed's headline, with their classes and ids."""
    ways = set()
    for site in newsroom.outlets.values():
        page = ask(site, site.seed_url).decode(site.layout.delivery.charset)
        above = page.partition("<body")[2].partition("Саммит ОДКБ")[0]
        ways.add(" ".join(re.findall(r'<\w+|(?:class|id)="[^"]*"', above)))
    assert len(ways) == len(newsroom.outlets)


def test_an_outlet_without_classes_or_ids_has_none(newsroom: DemoSite) -> None:
    site = newsroom.outlets["sloboda"]
    assert not re.search(r"<[^>]+\s(class|id)=", ask(site, site.seed_url).decode())


def test_the_day_of_the_visit_stands_above_an_article_written_long_before() -> None:
    visit = datetime(2026, 11, 22, 9, 30, tzinfo=ZoneInfo("Europe/Kyiv"))
    site = unserved(visit).outlets["dnipro"]
    page = ask(site, site.seed_url).decode()
    assert page.index("Сьогодні, 22 листопада 2026") < page.index("11:55 10 января 2022")


def test_what_is_fresh_is_listed_by_relative_stamps(newsroom: DemoSite) -> None:
    site = newsroom.outlets["dnipro"]
    assert "сьогодні, 11:55" in ask(site, site.section_urls["Мир"]).decode()


def test_one_outlet_prints_the_next_story_in_full_below_the_article(newsroom: DemoSite) -> None:
    site = newsroom.outlets["zarya"]
    page = words(site, site.seed_url)
    below = [truth for truth in site.truth() if truth.url != site.seed_url and truth.body[0] in page]
    assert len(below) == 1
    assert all(paragraph in page for paragraph in below[0].body)


def test_an_outlet_that_marks_no_leads_prints_them_as_the_first_paragraph(newsroom: DemoSite) -> None:
    assert all(truth.lead is None for truth in newsroom.outlets["stepnoy"].truth())
    assert any(truth.lead for truth in newsroom.outlets["primorsk"].truth())


def test_a_minimal_source_file_is_a_title_a_zone_and_one_section(newsroom: DemoSite) -> None:
    assert newsroom.outlets["primorsk"].source_toml() == (
        'title = "Новости Приморска"\n'
        'timezone = "Europe/Kyiv"\n\n'
        "[[sections]]\n"
        'name = "Мир"\n'
        'url = "http://primorsk.example/world/"\n'
    )
