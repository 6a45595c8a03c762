"""Write the sample district: ``python -m tools.sample [FOLDER]``."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.sample.build import build

DEFAULT = Path(__file__).resolve().parents[2] / "resources" / "sample"

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.sample", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT, help="where to write (default: %(default)s)")
    target = parser.parse_args().folder
    build(target)
    total = sum(path.stat().st_size for path in target.iterdir() if path.is_file())
    print(f"{target}: {total / 1e6:.2f} MB")
