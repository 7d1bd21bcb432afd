"""The inspection of five made-up sites: what is found, and what is never requested."""

from __future__ import annotations

import asyncio

import pytest

from archive.reasons import CONNECTION_REFUSED, Reason
from newsarchive.demo_site.http_messages import Response, serialize
from newsarchive.source_setup.inspection import inspect_site
from newsarchive.source_setup.model import InspectionFailed, SiteDescription
from tests.made_up_sites import NAMES, NOW, Capture, DirectFetcher, MadeUpSite

# feeds, sitemaps with their kind, the zone, the title, the languages
EXPECTED = {
    "autodiscovery": (
        ["/rss.xml", "/atom.xml"],
        [("/sitemap_index.xml", "index"), ("/sitemap-latest.xml", "news")],
        "Europe/Kyiv",
        "Вечірній Зразок",
        ["uk"],
    ),
    "nothing-announced": (
        ["/export/all.xml", "/export/dengi.xml"],
        [("/news-sitemap.xml", "news")],
        None,
        "Пример дня",
        ["ru"],
    ),
    "wordpress": (["/feed/"], [("/wp-sitemap.xml", "index")], "Asia/Almaty", "Степная газета", ["ru"]),
    "languages": (
        ["/uk/feed.json", "/ru/rss"],
        [("/sm/latest.xml", "news")],
        "Europe/Kyiv",
        "Двомовний Зразок",
        ["uk", "ru"],
    ),
    "load-more": ([], [("/sitemap.txt", "pages")], None, "Заметка", ["ru"]),
}


def inspect(fetcher: DirectFetcher, url: str | None = None) -> SiteDescription:
    return asyncio.run(inspect_site(url or f"{fetcher.site.base}/", fetcher, lambda phase, requests: None))


@pytest.fixture(scope="module")
def found() -> dict[str, tuple[DirectFetcher, SiteDescription]]:
    fetchers = {name: DirectFetcher(MadeUpSite(name)) for name in NAMES}
    return {name: (fetcher, inspect(fetcher)) for name, fetcher in fetchers.items()}


@pytest.mark.parametrize("name", NAMES)
def test_every_site_is_found_out(name: str, found: dict[str, tuple[DirectFetcher, SiteDescription]]) -> None:
    fetcher, site = found[name]
    base = fetcher.site.base
    feeds, sitemaps, zone, title, languages = EXPECTED[name]
    assert [one.url for one in site.feeds] == [base + path for path in feeds]
    assert [(one.url, one.kind) for one in site.sitemaps] == [(base + path, kind) for path, kind in sitemaps]
    assert (site.zone.zone, site.title.value) == (zone, title)
    assert [one.value for one in site.languages] == languages
    assert {one.url: one.name for one in site.sections} == dict(
        zip(fetcher.site.section_urls, fetcher.site.description["sections"].values(), strict=True)
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_shapes_match_the_articles_alone(
    name: str, found: dict[str, tuple[DirectFetcher, SiteDescription]]
) -> None:
    from newsarchive.source_setup.article_urls import matches

    fetcher, site = found[name]
    base = fetcher.site.base
    assert all(matches(base + story.path, site.shapes) for story in fetcher.site.stories)
    assert not any(
        matches(url, site.shapes) for url in [*fetcher.site.section_urls, f"{base}/", *site.others]
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_address_is_requested_twice_and_few_are(
    name: str, found: dict[str, tuple[DirectFetcher, SiteDescription]]
) -> None:
    fetcher, site = found[name]
    assert len(set(fetcher.requested)) == len(fetcher.requested) == site.requests <= 20


def test_a_load_more_address_that_answers_with_articles_is_named(
    found: dict[str, tuple[DirectFetcher, SiteDescription]],
) -> None:
    assert found["load-more"][1].more == "https://news.example/api/list?page={page}&size=6"
    assert all(site.more is None for name, (_, site) in found.items() if name != "load-more")


def test_usual_places_are_asked_only_where_nothing_is_announced(
    found: dict[str, tuple[DirectFetcher, SiteDescription]],
) -> None:
    assert "https://news.example/rss.xml" not in found["nothing-announced"][0].requested
    assert "https://news.example/sitemap.xml" not in found["autodiscovery"][0].requested
    assert "https://news.example/rss.xml" in found["load-more"][0].requested


def test_a_description_survives_json(found: dict[str, tuple[DirectFetcher, SiteDescription]]) -> None:
    import json

    for _, site in found.values():
        assert SiteDescription.from_dict(json.loads(json.dumps(site.as_dict()))) == site


def test_the_address_of_a_section_makes_the_rest_optional() -> None:
    fetcher = DirectFetcher(MadeUpSite("autodiscovery"))
    site = inspect(fetcher, f"{fetcher.site.base}/sport/")
    assert [(one.name, one.is_wanted) for one in site.sections] == [
        ("Спорт", True),
        ("Політика", False),
        ("Місто", False),
    ]
    assert not any(one.is_wanted for one in (*site.feeds, *site.sitemaps))


class Answering(DirectFetcher):
    """A site that gives one answer to everything."""

    def __init__(self, answer: Response | Reason) -> None:
        super().__init__(MadeUpSite("autodiscovery"))
        self.answer = answer

    async def fetch(self, url: str, role: str) -> Capture | Reason:
        from newsarchive.demo_site.http_messages import Request

        if isinstance(self.answer, Reason):
            return self.answer
        return Capture(url, NOW, serialize(Request("GET", "/", (), b""), self.answer))


CAPTCHA = b"""<html><head><title>Are you a robot?</title></head><body><h1>Confirm that you are not a robot</h1>
<form id="challenge-form"><div class="g-recaptcha"></div></form></body></html>"""


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Reason(CONNECTION_REFUSED), "could not be fetched: connection refused."),
        (Response(b"%PDF-1.4", type="application/pdf"), "is no web page (application/pdf)"),
        (Response(b"no", 403), "the server refuses it (status 403)"),
        (Response(b"gone", 404), "answered with status 404"),
        (Response(CAPTCHA), "the server shows a captcha"),
        (Response(b""), "an empty page"),
        (Response(b"<html><body><h1>Shop</h1><p>Buy things.</p></body></html>"), "shows no list of articles"),
    ],
)
def test_a_site_that_cannot_be_looked_at_gives_one_sentence(answer: Response | Reason, sentence: str) -> None:
    with pytest.raises(InspectionFailed, match=r"^\S+ .*\.$") as error:
        inspect(Answering(answer))
    assert sentence in str(error.value)


def test_what_robots_txt_forbids_is_said() -> None:
    fetcher = DirectFetcher(MadeUpSite("autodiscovery"))
    with pytest.raises(InspectionFailed, match=r"robots\.txt forbids https://news\.example/private/"):
        inspect(fetcher, f"{fetcher.site.base}/private/")


@pytest.mark.parametrize("url", ["news", "ftp://news.example/", "https://"])
def test_a_bad_address_is_said(url: str) -> None:
    with pytest.raises(InspectionFailed, match="is not a web address"):
        inspect(DirectFetcher(MadeUpSite("autodiscovery")), url)


class WithLargeMenu(MadeUpSite):
    """A site with more pages in its menu than an inspection requests."""

    def _body(self, path: str) -> bytes | None:
        menu = "".join(f'<a href="/extra{number}/">Розділ {number}</a> ' for number in range(20)).encode()
        return (super()._body(path) or b"").replace(b"</nav>", menu + b"</nav>") or None


def test_pages_of_the_menu_that_were_not_requested_are_kept_as_comments() -> None:
    fetcher = DirectFetcher(WithLargeMenu("autodiscovery"))
    site = inspect(fetcher)
    assert [one.name for one in site.sections if one.is_wanted] == ["Політика", "Місто", "Спорт"]
    left = [one for one in site.sections if not one.is_wanted]
    assert [one.name for one in left] == [f"Розділ {number}" for number in range(9, 20)]
    assert not {one.url for one in left} & set(fetcher.requested)


def test_the_address_of_an_article_is_refused() -> None:
    fetcher = DirectFetcher(MadeUpSite("wordpress"))
    story = fetcher.site.base + fetcher.site.stories[0].path
    with pytest.raises(InspectionFailed, match=r"is an article; .* https://news\.example/\.$"):
        inspect(fetcher, story)


def test_a_page_that_sends_its_readers_on_is_followed() -> None:
    class Refreshing(MadeUpSite):
        def _body(self, path: str) -> bytes | None:
            refresh = b"<html><meta http-equiv='refresh' content='0; url=/uk/'></html>"
            return refresh if path == "/" else super()._body("/" if path == "/uk/" else path)

    site = inspect(DirectFetcher(Refreshing("languages")))
    assert site.url == "https://news.example/uk/"
    assert [one.name for one in site.sections if one.is_wanted] == ["Світ", "Економіка"]
