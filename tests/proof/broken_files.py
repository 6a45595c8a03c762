"""Files broken at random, each read and taken in by some job, in a process of its own.

``python -m tests.proof.broken_files FOLDER SEED COUNT``: one JSON line per file goes to the standard output, with
its name, what came of it (``read``, ``refused`` with a code, or ``fault`` with the traceback), the seconds it took
and the longest sentence that it made. A last line tells the most memory that was ever held.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import resource
import struct
import sys
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import shapely
from osgeo import ogr, osr

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.exchange.reading import list_layers, read_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.areas.create_workspace import create_workspace
from gridmgmt_plugin.jobs.intake.import_cases import import_cases
from gridmgmt_plugin.jobs.intake.import_components import import_components
from gridmgmt_plugin.jobs.intake.import_table import import_table
from gridmgmt_plugin.jobs.lanes.import_lanes import import_lanes
from gridmgmt_plugin.jobs.unit_grids.import_unit_grids import import_unit_grids
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.districts import areas
from tests.memory import peak_bytes

MOST_BYTES = 2 << 30
ROWS = 30
WORDS = ["", "甲", "NULL", "0504", "2025-03-07T08:05:00+99:99", "x" * 200_000, "\0", '"', "=1+1", "1e999", "-", "无"]
NUMBERS = ["nan", "inf", "-inf", "1e308", "-0.0", "9" * 400, "0x10", "", "448000", "4418000"]
ENCODINGS = ["utf-8", "utf-8-sig", "gbk", "utf-16", "utf-16-le", "big5", "cp1252"]


def _table(rng: random.Random) -> list[list[str]]:
    width = rng.choice([1, 3, 6, 6, 6, 40])
    rows = [["编号", "类别", "时间", "X", "Y", *(f"列{i}" for i in range(40))][:width]]
    for _ in range(rng.randrange(ROWS)):
        rows.append(
            [rng.choice(rng.choice([WORDS, NUMBERS])) for _ in range(max(1, width + rng.choice([0, 0, 0, -1, 1])))]
        )
    return rows


def _csv(rng: random.Random) -> bytes:
    sign = rng.choice(",;\t|")
    text = rng.choice(["\n", "\r\n", "\r"]).join(sign.join(row) for row in _table(rng))
    return text.encode(rng.choice(ENCODINGS), "replace")


def _csv_gz(rng: random.Random) -> bytes:
    return gzip.compress(_csv(rng), 1)


def _xlsx(rng: random.Random) -> bytes:
    book = openpyxl.Workbook()
    for row in _table(rng):
        book.active.append([value[:1000].replace("\0", "") for value in row])
    saved, out = io.BytesIO(), io.BytesIO()
    book.save(saved)
    attacks = [(b' r="2"', b' r="%d"' % rng.choice([0, 7, 10**6, 2 * 10**9, 10**30])), (b'"A2"', b'"XFD2"'),
               (b't="inlineStr"', b't="%s"' % rng.choice([b"s", b"n", b"d", b"b", b"e"]))]  # fmt: skip
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            if rng.random() < 0.3 and "sheet1" in part:
                content = content.replace(*rng.choice(attacks))
            if rng.random() < 0.1:
                content = _damaged(content, rng)
            if rng.random() < 0.97:
                new.writestr(part, content)
    return out.getvalue()


def _coordinate(rng: random.Random) -> object:
    return rng.choice([rng.uniform(0, 200), 448_000 + rng.uniform(0, 200), 1e308, -1e308, None, "x", 116.4])


def _geojson(rng: random.Random) -> bytes:
    def ring() -> list[object]:
        return [[_coordinate(rng), _coordinate(rng)] for _ in range(rng.choice([0, 1, 2, 3, 4, 5, 40]))]

    kinds: dict[str, Callable[[], object]] = {
        "Point": lambda: [_coordinate(rng), _coordinate(rng)],
        "LineString": ring,
        "Polygon": lambda: [ring() for _ in range(rng.randrange(3))],
        "MultiPolygon": lambda: [[ring()] for _ in range(rng.randrange(3))],
    }
    features = []
    for _ in range(rng.randrange(ROWS)):
        kind = rng.choice(list(kinds))
        shape = rng.choice([None, {"type": kind, "coordinates": kinds[kind]()}, {"type": kind, "coordinates": []}])
        told = {"code": rng.choice(WORDS), "n": rng.choice([*NUMBERS, 1, 1.5, None, [1], {"a": 2}])}
        features.append({"type": "Feature", "properties": told, "geometry": shape})
    whole: dict[str, object] = {"type": "FeatureCollection", "features": features}
    if rng.random() < 0.7:
        whole["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4548"}}
    text = json.dumps(whole, ensure_ascii=rng.random() < 0.5)
    text = text.replace("甲", rng.choice(["甲", "\\ud800", "\\u0000"]))
    return text.encode(rng.choice(ENCODINGS), "replace")


def _layer_file(driver: str, suffix: str) -> Callable[[random.Random], bytes]:
    def make(rng: random.Random) -> bytes:
        path = f"/tmp/{rng.getrandbits(64):x}{suffix}"
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(4548)
        dataset = ogr.GetDriverByName(driver).CreateDataSource(path)
        layer = dataset.CreateLayer("网格", reference, rng.choice([ogr.wkbPolygon, ogr.wkbUnknown]))
        layer.CreateField(ogr.FieldDefn("code", ogr.OFTString))
        for i in range(rng.randrange(1, 8)):
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetField("code", rng.choice(WORDS[:5]))
            box = shapely.box(448_000 + 50 * i, 4_418_000, 448_050 + 50 * i, 4_418_100)
            feature.SetGeometry(ogr.CreateGeometryFromWkb(shapely.to_wkb(box)))
            layer.CreateFeature(feature)
        del feature, layer, dataset
        content = Path(path).read_bytes()
        Path(path).unlink()
        doubles = struct.pack("<d", 448_050.0)
        wild = struct.pack("<d", rng.choice([float("inf"), float("nan"), 1e308, 0.0]))
        return content.replace(doubles, wild) if rng.random() < 0.5 else content

    return make


def _damaged(raw: bytes, rng: random.Random) -> bytes:
    out = bytearray(raw)
    if not out:
        return raw
    at = rng.randrange(len(out))
    how = rng.randrange(5)
    if how == 0:
        return bytes(out[:at])
    if how == 1:
        for _ in range(rng.randrange(1, 20)):
            out[rng.randrange(len(out))] = rng.randrange(256)
    elif how == 2:
        out[at:at] = rng.randbytes(rng.randrange(1, 300))
    elif how == 3:
        del out[at : at + rng.randrange(1, 300)]
    else:
        out[at:at] = out[max(0, at - 500) : at] * rng.randrange(1, 9)
    return bytes(out)


KINDS: dict[str, Callable[[random.Random], bytes]] = {
    ".csv": _csv,
    ".txt": _csv,
    ".csv.gz": _csv_gz,
    ".xlsx": _xlsx,
    ".geojson": _geojson,
    ".gpkg": _layer_file("GPKG", ".gpkg"),
    ".kml": _layer_file("KML", ".kml"),
}


def _tell(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _cells(workspace: Workspace, source: Source) -> Report:
    return import_unit_grids(workspace, source, repair=True)


def _zones(workspace: Workspace, source: Source) -> Report:
    return import_table(workspace, source, "duty_zone")


# What is done with a file that could be read.
Job = Callable[[Workspace, Source], Report]
JOBS: tuple[Job, ...] = (
    _cells,
    _zones,
    import_cases,
    import_components,
    import_lanes,
)


def _outcome(path: Path, encoding: str, job: Job, district: bytes) -> dict[str, object]:
    began = time.monotonic()
    workspace = path.with_name("库.gpkg")
    workspace.write_bytes(district)
    told: dict[str, object] = {"file": path.name}
    try:
        list_layers(path)
        source = read_source(path, encoding=encoding)
        told["job"] = job.__name__
        report = job(Workspace.open(workspace), source)
        texts = [note.text(language) for note in (*source.notes, *report.notes) for language in ("zh", "en")]
        texts += [row.text("zh") for row in report.rejected_rows]
        told["outcome"] = "read"
    except GridError as error:
        texts = [error.text("zh"), error.text("en")]
        told |= {"outcome": "refused", "code": error.code}
    except Exception:
        texts = []
        told |= {"outcome": "fault", "trace": traceback.format_exc()[-1500:]}
    return told | {"seconds": round(time.monotonic() - began, 2), "longest": max(map(len, texts), default=0)}


def main(folder: Path, seed: int, count: int) -> None:
    """Break and read ``count`` files, all of them made from ``seed``."""
    resource.setrlimit(resource.RLIMIT_AS, (2 * MOST_BYTES, 2 * MOST_BYTES))
    rng = random.Random(seed)
    place = folder / "区.gpkg"
    box = shapely.box(448_000, 4_418_000, 448_200, 4_418_100)
    create_workspace([areas({"990101001001": box}, 4548)], place)
    district = place.read_bytes()
    for number in range(count):
        suffix = rng.choice(list(KINDS))
        raw = KINDS[suffix](rng)
        path = folder / f"{seed}_{number}{suffix}"
        path.write_bytes(_damaged(raw, rng) if rng.random() < 0.5 else raw)
        _tell({"begun": path.name})
        _tell(_outcome(path, rng.choice(["auto"] * 8 + [*ENCODINGS, "rot13"]), rng.choice(JOBS), district))
        path.unlink()
    _tell({"peak": peak_bytes()})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
