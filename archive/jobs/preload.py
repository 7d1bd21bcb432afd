"""Load dictionaries in the process that workers are forked from, so that they are in memory once."""

from __future__ import annotations

from archive.language import lemmas

lemmas.load()
