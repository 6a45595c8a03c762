"""Put pictures of the running plugin into the manual: those that the tests in a real window have taken.

    python -m tools.pictures [--taken out/screenshots]

``docs/images/pictures.json`` says which picture of the manual is which one of the tests. They are no wider than a
page and have 256 colours, so that the plugin's zip stays small. Pictures in it that were not taken are named.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QImage

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
LIST = IMAGES / "pictures.json"
_WIDEST_PX = 1366


def listed() -> dict[str, str]:
    """Return picture of the manual → picture of the tests, names without folder and ending."""
    found: dict[str, str] = json.loads(LIST.read_text(encoding="utf-8"))
    return found


def put(taken: Path) -> list[str]:
    """Put what lies in the folder ``taken`` into the manual; return what was not taken."""
    lacking = []
    for name, source in listed().items():
        picture = QImage(str(taken / f"{source}.png"))
        if picture.isNull():
            lacking.append(source)
            continue
        if picture.width() > _WIDEST_PX:
            picture = picture.scaledToWidth(_WIDEST_PX, Qt.TransformationMode.SmoothTransformation)
        few = picture.convertToFormat(
            QImage.Format.Format_Indexed8, Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
        )
        few.save(str(IMAGES / f"{name}.png"), quality=0)
    return lacking


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
