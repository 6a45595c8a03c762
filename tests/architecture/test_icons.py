"""Icons in one style: a 24-unit grid, three colours that can be read on light and dark themes, no gradients."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ICONS = sorted((Path(__file__).resolve().parents[2] / "resources" / "icons").glob("*.svg"))
COLOURS = {"#7b8895", "#1f8bd6", "#d97614"}  # outline, accent, warning
BACKGROUNDS = ("#ffffff", "#2b2b2b")
NAMESPACE = "{http://www.w3.org/2000/svg}"


def _luminance(colour):
    def linear(value):
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(a, b):
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_an_icon_keeps_to_the_grid_and_the_palette(path):
    text = path.read_text(encoding="utf-8")
    root = ET.fromstring(text)
    assert (root.get("viewBox"), root.get("width"), root.get("height")) == ("0 0 24 24", "24", "24")
    assert {node.tag.removeprefix(NAMESPACE) for node in root.iter()} <= {"svg", "path", "circle", "rect"}
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}", text)) <= COLOURS


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_two_icons_never_look_the_same(path):
    twins = [other.stem for other in ICONS if other != path and other.read_bytes() == path.read_bytes()]
    assert not twins


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("colour", sorted(COLOURS))
def test_every_colour_stands_out_on_light_and_dark(colour, background):
    # What graphics need by WCAG 2.1, success criterion 1.4.11.
    assert _contrast(colour, background) >= 3
