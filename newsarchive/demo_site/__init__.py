"""A small news site on loopback: several outlets in really different markup, a clock, an editor's desk.

`Newsroom.open()` starts it; each of `newsroom.outlets` is a `Site` with its addresses, the requests it
got, the verbs of its editor and, beside each page, the printed truth the tests compare with.
`python -m newsarchive.demo_site` serves it until Ctrl-C. To add an outlet: a module in `outlets/` with a
`LAYOUT`, an entry in `outlets/__init__.py`, and, if it prints texts of its own, a file in `texts/`.
"""

from __future__ import annotations

from newsarchive.demo_site.newsroom import OPENING, DemoSite
from newsarchive.demo_site.site import OutletSite
from newsarchive.demo_site.stories import SEED
from newsarchive.demo_site.story import Picture, Story, Truth

__all__ = ["OPENING", "SEED", "DemoSite", "OutletSite", "Picture", "Story", "Truth"]
