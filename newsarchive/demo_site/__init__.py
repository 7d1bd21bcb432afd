"""A demo news site on loopback: several outlets with very different markup, under one clock, that can be edited.

`DemoSite.open()` starts it; each of `demo_site.outlets` is an `OutletSite` with its URLs, the requests it received,
methods to edit its articles, and the expected extraction of each page, with which tests compare.
`python -m newsarchive.demo_site` serves it until Ctrl-C.

To add an outlet, create a folder `outlets/NAME/`; no Python is needed:

- `outlet.toml`: title, languages, zone, sections, URL patterns, time format, feeds, and how its server sends pages
  (the keys are the fields of `outlet.Outlet`).
- `article.html` and `listing.html`: Jinja templates of its pages. They get `outlet`, `page` (`pages.ArticlePage` or
  `pages.ListingPage`), `labels` and `partner_news` (from `texts/boilerplate.toml`), and an article its `story`.
- `stories.toml`, optional: its own stories. Each outlet also publishes `texts/seed.toml`, the story all of them share,
  and news generated from `texts/generated-LANGUAGE.toml`, as many as `generated_stories` says. The listings of the
  first two sections must have at least three and two pages.

The tests of all outlets (`tests/newsarchive/test_demo_site_*.py`) then cover it.
"""

from __future__ import annotations

from newsarchive.demo_site.outlet_site import OutletSite
from newsarchive.demo_site.site import OPENING, DemoSite
from newsarchive.demo_site.stories import SEED
from newsarchive.demo_site.story import Picture, Story, Truth

__all__ = ["OPENING", "SEED", "DemoSite", "OutletSite", "Picture", "Story", "Truth"]
