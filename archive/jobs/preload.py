"""Imported where readers are forked from: the dictionaries are in memory once for all of them."""

from __future__ import annotations

from archive.language import lemmas

lemmas.load()
