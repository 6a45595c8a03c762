"""The manual's pictures: each is one that the tests in a real window take, none is missing, none is left over."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"


def _shown():
    pages = [*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")]
    return {name for page in pages for name in re.findall(r"images/([\w-]+)\.png", page.read_text(encoding="utf-8"))}


def test_every_picture_that_a_page_shows_is_there_and_can_be_taken_again():
    listed = json.loads((IMAGES / "pictures.json").read_text(encoding="utf-8"))
    assert _shown() == set(listed)
    assert {path.stem for path in IMAGES.glob("*.png")} == set(listed)
