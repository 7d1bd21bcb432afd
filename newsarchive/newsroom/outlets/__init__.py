"""The outlets of the newsroom, each with a markup of its own: one module, one entry here."""

from __future__ import annotations

from newsarchive.newsroom.layout import Layout
from newsarchive.newsroom.outlets import azov, dnipro, gorizont, meridian, primorsk, sloboda, stepnoy, zarya

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
