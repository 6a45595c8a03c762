"""Shapely is loaded with the GEOS it brings, and a mixed-up one is told instead of used."""

from __future__ import annotations

import importlib
import os
import sys

import pytest
import shapely

from gridmgmt_plugin.core.errors import CapabilityError
from gridmgmt_plugin.core.shapely_loading import load_shapely


def test_a_sound_shapely_is_taken_as_it_is():
    load_shapely()
    assert sys.modules["shapely"] is shapely


@pytest.mark.skipif(not hasattr(os, "RTLD_DEEPBIND"), reason="only Linux binds libraries across programs")
def test_its_own_symbols_come_first_while_it_is_loaded_and_only_then(monkeypatch):
    seen = []

    def load(name):
        seen.append((name, sys.getdlopenflags() & os.RTLD_DEEPBIND))
        return shapely

    before = sys.getdlopenflags()
    monkeypatch.setattr(importlib, "import_module", load)
    load_shapely()
    assert seen == [("shapely", os.RTLD_DEEPBIND)]
    assert sys.getdlopenflags() == before


def test_a_failing_import_leaves_the_flags_as_they_were(monkeypatch):
    def missing(name):
        raise ImportError(name)

    before = sys.getdlopenflags()
    monkeypatch.setattr(importlib, "import_module", missing)
    load_shapely()
    assert sys.getdlopenflags() == before


def test_a_shapely_that_another_plugin_mixed_up_is_told(monkeypatch):
    def broken(_):
        raise shapely.errors.GEOSException("IllegalArgumentException: WKB output dimension must be 2 or 3")

    monkeypatch.setattr(shapely, "to_wkb", broken)
    with pytest.raises(CapabilityError) as caught:
        load_shapely()
    assert caught.value.code == "shapely_mixed_up"
    assert shapely.__version__ in caught.value.text("zh")


def test_an_old_shapely_is_left_to_the_check_of_versions(monkeypatch):
    monkeypatch.setattr(shapely, "__version__", "1.8.5")
    monkeypatch.setattr(shapely, "to_wkb", None)
    load_shapely()
