"""Put pictures of the running plugin into the manual: those that the tests in a real window have taken.

    python -m tools.pictures [--taken out/screenshots]

``docs/images/pictures.json`` says which picture of the manual is which one of the tests, or which ones: the tabs of a
form stand below one another, without the empty space below each. They are no wider than a page and have 256 colours,
so that the plugin's zip stays small. Pictures in it that were not taken are named.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QImage

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
LIST = IMAGES / "pictures.json"
_WIDEST_PX = 1366
_COLOURS = 256
# What is left of the empty space of a tab.
_MARGIN_PX = 8


def listed() -> dict[str, list[str]]:
    """Return picture of the manual → pictures of the tests, names without folder and ending."""
    found = json.loads(LIST.read_text(encoding="utf-8"))
    return {name: [source] if isinstance(source, str) else source for name, source in found.items()}


def put(taken: Path) -> list[str]:
    """Put what lies in the folder ``taken`` into the manual; return what was not taken."""
    lacking = []
    for name, sources in listed().items():
        pictures = [QImage(str(taken / f"{source}.png")) for source in sources]
        missed = [source for source, picture in zip(sources, pictures) if picture.isNull()]
        if missed:
            lacking += missed
            continue
        picture = pictures[0] if len(pictures) == 1 else _stacked(pictures)
        if picture.width() > _WIDEST_PX:
            picture = picture.scaledToWidth(_WIDEST_PX, Qt.TransformationMode.SmoothTransformation)
        few = picture.convertToFormat(
            QImage.Format.Format_Indexed8, _commonest(picture), Qt.ImageConversionFlag.ThresholdDither
        )
        few.save(str(IMAGES / f"{name}.png"), quality=0)
    return lacking


def _stacked(pictures: list[QImage]) -> QImage:
    """Return pictures of one width below one another, each without lines that repeat the one above."""
    parts = [_without_empty_lines(_pixels(picture)) for picture in pictures]
    width = min(part.shape[1] for part in parts)
    whole = np.ascontiguousarray(np.vstack([part[:, :width] for part in parts]))
    image = QImage(whole.tobytes(), width, len(whole), 4 * width, QImage.Format.Format_RGB32)
    return image.copy()  # that one holds its pixels itself


def _without_empty_lines(pixels: np.ndarray) -> np.ndarray:
    """Return a picture without what it repeats line after line, but for a margin; pixels (height, width), uint32."""
    is_new = np.concatenate([[True], (pixels[1:] != pixels[:-1]).any(axis=1)])
    since = np.arange(len(pixels)) - np.maximum.accumulate(np.where(is_new, np.arange(len(pixels)), 0))
    return pixels[since < _MARGIN_PX]


def _pixels(picture: QImage) -> np.ndarray:
    """Return the pixels of a picture, (height, width), uint32."""
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    bits = plain.constBits()
    bits.setsize(plain.sizeInBytes())
    return np.frombuffer(bits, dtype=np.uint32).reshape(plain.height(), plain.width()).copy()


def _commonest(picture: QImage) -> list[int]:
    """Return the colours that stand for all of a picture, at most 256: grounds and texts keep theirs exactly.

    Qt by itself takes 256 colours that are the same for every picture, and pastels come out gaudy.
    """
    colours, counts = np.unique(_pixels(picture) | 0xFF000000, return_counts=True)
    exact = [int(colour) for colour in colours[np.argsort(-counts.astype(np.int64), kind="stable")]]
    # Grounds as they are, then rough shades, so that the few pixels of an icon keep theirs, then finer ones.
    rough, fine = (_of_each_shade(colours, counts, bits) for bits in (3, 4))
    parts = (*exact[: _COLOURS // 4], *rough[: _COLOURS // 2], *fine)
    return list(dict.fromkeys(parts))[:_COLOURS]


def _of_each_shade(colours: np.ndarray, counts: np.ndarray, bits: int) -> list[int]:
    """Return the commonest colour of each shade of so many bits per channel, the commonest shade first."""
    mask = (0xFF << (8 - bits)) & 0xFF
    _, shade = np.unique(colours & (mask << 16 | mask << 8 | mask), return_inverse=True)
    order = np.lexsort((-counts, shade))
    _, begin = np.unique(shade[order], return_index=True)
    weight = np.bincount(shade, weights=counts)
    best = colours[order][begin]
    return [int(colour) for colour in best[np.argsort(-weight, kind="stable")]]


def main() -> int:
    """Put the pictures where the manual looks for them."""
    parser = argparse.ArgumentParser(description="Put pictures of the running plugin into the manual.")
    parser.add_argument("--taken", type=Path, default=ROOT / "out" / "screenshots")
    lacking = put(parser.parse_args().taken)
    for name in lacking:
        print(f"not taken: {name}", file=sys.stderr)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
