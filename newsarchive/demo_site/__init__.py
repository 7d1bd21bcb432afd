"""A demo news site on loopback: several outlets with very different markup, a clock, and an editor's desk.

`DemoSite.open()` starts it; each of `demo_site.outlets` is an `OutletSite` with its URLs, the requests it
received, methods to edit its articles, and the expected extraction of each page, with which tests compare.
`python -m newsarchive.demo_site` serves it until Ctrl-C. To add an outlet: a module in `outlets/` with a
`LAYOUT`, an entry in `outlets/__init__.py`, and, if it has texts of its own, a file in `texts/`.
"""

from __future__ import annotations

from newsarchive.demo_site.newsroom import OPENING, DemoSite
from newsarchive.demo_site.site import OutletSite
from newsarchive.demo_site.stories import SEED
from newsarchive.demo_site.story import Picture, Story, Truth

__all__ = ["OPENING", "SEED", "DemoSite", "OutletSite", "Picture", "Story", "Truth"]
