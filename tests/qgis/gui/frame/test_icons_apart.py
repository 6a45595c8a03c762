"""Icons can be told apart and are sharp enough at the sizes of menus (16 px) and toolbars (24 px)."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QIcon, QImage

from gridmgmt_plugin.core.resources import resource_root

ICONS = sorted((resource_root() / "icons").glob("*.svg"))
GROUNDS = ((255, 255, 255), (43, 43, 43))
#: Mean difference per pixel and channel, of 255, below which two icons are taken for one another: what looked alike
#: at a glance, such as windows that differ by a small badge, had 4 to 9; pairs with other outlines have more than 10.
APART = 10.0
#: Lines are darker than a quarter, the strength of fills; this share of them has to be more than half opaque, or they
#: are a mist at that size.
LINE, SHARP = 0.3, 0.5


def pixels(path, size: int) -> np.ndarray:
    """Return an icon as QGIS draws it, float (size, size, 4), straight alpha."""
    image = QIcon(str(path)).pixmap(QSize(size, size)).toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return np.frombuffer(bits, dtype=np.uint8).reshape(size, size, 4).astype(float)


def on(picture: np.ndarray, ground: tuple[int, int, int]) -> np.ndarray:
    alpha = picture[..., 3:] / 255
    return picture[..., :3] * alpha + np.array(ground) * (1 - alpha)


@pytest.mark.daily(1)
@pytest.mark.parametrize("size", [16, 24])
def test_no_two_icons_look_alike(qgis_app, size):
    pictures = {path.stem: pixels(path, size) for path in ICONS}
    wrong = []
    for (one, a), (other, b) in combinations(pictures.items(), 2):
        apart = min(float(np.abs(on(a, ground) - on(b, ground)).mean()) for ground in GROUNDS)
        if apart < APART:
            wrong.append(f"{apart:.1f} {one} – {other}")
    assert not wrong, "\n".join(sorted(wrong))


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
@pytest.mark.parametrize("size", [16, 24])
def test_an_icon_is_no_mist(qgis_app, path, size):
    alpha = pixels(path, size)[..., 3] / 255
    inked = alpha > LINE
    assert inked.sum() > size  # something is there
    assert (alpha[inked] > 0.5).mean() >= SHARP
