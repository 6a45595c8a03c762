"""Run the whole chain on the sample district, or on a district of your own."""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sys
import time
from pathlib import Path

from gridmgmt_plugin.core._compat import require_libraries
from gridmgmt_plugin.core.errors import GridError, InputError
from tools.console import survive_any_console
from tools.demo.table import Table, told

_WITH_FIELDS = {
    "areas": "code=DM,name=MC",
    "streets": "name=ROADNAME,class=KIND",
    "cases": "id=Unique Key,reported_at=Created Date,x=Longitude,y=Latitude",
    "components": "code=TreeID,class_code=Species,x=lng,y=lat",
}
ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Return 0 when the chain went through, 1 when something was refused (the sentence is on stderr)."""
    survive_any_console()
    options = _options()
    language = options.language or _language()
    table = Table(language)
    try:
        require_libraries()
        from qgis.core import QgsApplication  # noqa: PLC0415  after the check of the libraries

        from tools.demo.chain import Inputs, run_chain  # noqa: PLC0415
        from tools.demo.sample import sample_inputs  # noqa: PLC0415

        application = QgsApplication([], True)
        application.initQgis()
        out = Path(options.out or ROOT / "out" / "demo").expanduser()
        given = [options.areas, options.streets, options.cases, options.components]
        fields = {kind: getattr(options, f"{kind}_fields") for kind in _WITH_FIELDS}
        chosen = {kind: text for kind, text in fields.items() if text}
        inputs = (
            Inputs.of(*given, options.coordinates, chosen, merge_parts=options.merge_parts)
            if any(given)
            else sample_inputs()
        )
        target = _target_m2(options.target)
        start = time.perf_counter()
        _empty(out)
        run_chain(inputs, out, table, target_area_m2=target, hand_over=not options.no_package)
        table.show()
        sys.stdout.write(f"\n{out}  ({time.perf_counter() - start:.1f} s)\n")
    except GridError as error:
        if table.lines:
            table.show()
        told(error.message, language)
        return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools.demo", description=__doc__)
    parser.add_argument("--areas", help="polygons with 6-, 9- or 12-digit codes; file or file.gpkg|layername=x")
    parser.add_argument("--streets", help="centre lines; file or file.gpkg|layername=x")
    parser.add_argument("--cases", help="csv, xlsx or layer")
    parser.add_argument("--components", help="csv, xlsx or layer")
    parser.add_argument("--coordinates", default="", help="lonlat, gcj02, bd09 or crs (default: what the files say)")
    for kind, example in _WITH_FIELDS.items():
        parser.add_argument(f"--{kind}-fields", default="", metavar="FIELDS", help=f"its columns, such as {example}")
    parser.add_argument("--target", default="", help="target area of a unit grid in m² (default 10000)")
    parser.add_argument("--merge-parts", action="store_true", help="areas of one code are pieces of one area")
    parser.add_argument("--language", choices=("zh_CN", "en"), help="of names and reports (default: the system's)")
    parser.add_argument("--out", help="folder for the results (default out/demo); its old results are replaced")
    parser.add_argument("--no-package", action="store_true", help="stop before the first release")
    return parser.parse_args()


def _target_m2(text: str) -> float:
    """Return the target area of a unit grid.

    :raises InputError: ``demo_target_unreadable`` when it is no number above 0.
    """
    if not text.strip():
        return 10_000.0
    try:
        target_m2 = float(text.replace(",", ""))
    except ValueError:
        target_m2 = math.nan
    if not (math.isfinite(target_m2) and target_m2 > 0):
        raise InputError("demo_target_unreadable", value=text)
    return target_m2


def _language() -> str:
    tag = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh_CN" if tag.startswith("zh") else "en"


def _empty(out: Path) -> None:
    """Take away what an earlier run left, and nothing else."""
    out.mkdir(parents=True, exist_ok=True)
    for name in ("workspace.gpkg", "workspace.qgz", "hotspots.gpkg", "hotspots.png"):
        (out / name).unlink(missing_ok=True)
    for folder in ("package", "reports"):
        shutil.rmtree(out / folder, ignore_errors=True)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # QGIS's own clean-up at the end of a process without an event loop is not reliable, and nothing is left to do.
    os._exit(code)
