"""The committed sample, read once for all tests."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

fiona = pytest.importorskip("fiona")
openpyxl = pytest.importorskip("openpyxl")

from shapely.geometry import shape  # noqa: E402

SAMPLE = Path(__file__).resolve().parents[3] / "resources" / "sample"
ENCODINGS = {"UTF-8 BOM": "utf-8-sig", "GBK": "gbk", "GB18030": "gb18030"}


def table(entry):
    path = SAMPLE / entry["path"]
    if path.suffix == ".csv":
        text = path.read_bytes().decode(ENCODINGS[entry["encoding"]])
        return list(csv.DictReader(io.StringIO(text)))
    if path.suffix == ".xlsx":
        heading, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        return [dict(zip(heading, ("" if v is None else v for v in row))) for row in rows]
    with fiona.open(path, encoding="GBK") as source:
        return [{**f["properties"], "geometry": shape(f["geometry"])} for f in source]


@pytest.fixture(scope="session")
def manifest():
    return json.loads((SAMPLE / "sample.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def planted():
    return json.loads((SAMPLE / "planted.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def tables(manifest):
    """Every file of the manifest as a list of dictionaries, under its path."""
    return {entry["path"]: table(entry) for entry in manifest["files"]}


@pytest.fixture(scope="session")
def of_role(manifest, tables):
    """The rows of a role, with the columns under the names of the manifest."""

    def rows(role, **where):
        found = []
        for entry in manifest["files"]:
            if entry["role"] != role or any(entry.get(k) != v for k, v in where.items()):
                continue
            names = {column: key for key, column in entry["fields"].items()}
            found += [{names.get(k, k): v for k, v in row.items()} for row in tables[entry["path"]]]
        return [SimpleNamespace(**row) for row in found]

    return rows
