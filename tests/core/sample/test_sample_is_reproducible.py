"""The same seed writes the committed files again, byte for byte; whoever changes the sample runs this proof."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("osgeo")
pytest.importorskip("openpyxl")

import shapely

from tools.sample.build import build

SAMPLE = Path(__file__).resolve().parents[3] / "resources" / "sample"


@pytest.mark.proof
def test_generating_again_gives_the_same_bytes(tmp_path):
    made_with = json.loads((SAMPLE / "planted.json").read_text(encoding="utf-8"))["made_with"]
    here = {"shapely": shapely.__version__, "geos": shapely.geos_version_string}
    if here != made_with:
        pytest.skip(f"the committed sample was drawn with {made_with}, here is {here}")
    build(tmp_path / "again")
    committed = {p.name: p.read_bytes() for p in SAMPLE.iterdir()}
    again = {p.name: p.read_bytes() for p in (tmp_path / "again").iterdir()}
    assert sorted(committed) == sorted(again)
    assert [name for name in committed if committed[name] != again[name]] == []
