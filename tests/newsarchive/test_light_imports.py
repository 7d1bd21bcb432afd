"""A process of ours loads no more than it needs."""

from __future__ import annotations

import importlib
import sys

import pytest

from newsarchive.light_imports import hide_modules


def test_what_is_absent_for_a_while_is_there_again() -> None:
    sys.modules.pop("colorsys", None)
    with hide_modules("colorsys"), pytest.raises(ImportError):
        importlib.import_module("colorsys")
    assert importlib.import_module("colorsys").rgb_to_hsv


def test_what_is_loaded_already_stays() -> None:
    with hide_modules("sys"):
        assert importlib.import_module("sys") is sys
