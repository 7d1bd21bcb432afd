"""The outlets of the demo site, each with its own markup: one module and one entry here."""

from __future__ import annotations

from newsarchive.demo_site.layout import Layout
from newsarchive.demo_site.outlets import azov, dnipro, gorizont, meridian, primorsk, sloboda, stepnoy, zarya

LAYOUTS: tuple[Layout, ...] = (
    primorsk.LAYOUT,
    sloboda.LAYOUT,
    stepnoy.LAYOUT,
    dnipro.LAYOUT,
    azov.LAYOUT,
    meridian.LAYOUT,
    zarya.LAYOUT,
    gorizont.LAYOUT,
)
