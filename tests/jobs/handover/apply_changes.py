"""Apply a package's changes to the package before it, with nothing but Python's own library and fiona.

It knows of a package what its manifest says, and no line of the program that made it: what it makes of the base and
``changes.csv``, ``changes.gpkg`` is what the receiver would have, to be held against the package itself.

    python3 apply_changes.py BASE NEW      exit code 0: base + changes = new
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import fiona

CHANGES_OF_THEIR_OWN = (
    "changes",
    "moves",
    "code_map",
    "quality_report",
    "acceptance_points",
    "field_dictionary",
    "contacts",
)


def read(folder):
    """Return name → key → [values by field, geometry or None] of a package; and its manifest."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    found = {}
    for name, told in manifest["names"].items():
        if name in CHANGES_OF_THEIR_OWN:
            continue
        paths = [folder / f"{told['file']}{suffix}" for suffix in (".gpkg", ".shp", ".csv")]
        path = next(path for path in paths if path.is_file())
        rows = _table(path) if path.suffix == ".csv" else _layer(path, manifest["encoding"])
        found[name] = {"|".join(_text(row[0].get(field)) for field in told["key"]): row for row in rows}
        assert len(found[name]) == len(rows), name
    return found, manifest


def _table(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [[{field: _unquoted(cell) for field, cell in row.items()}, None] for row in csv.DictReader(stream)]


def _unquoted(cell):
    return cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@" else cell


def _layer(path, encoding):
    options = {"encoding": encoding} if path.suffix == ".shp" else {}
    with fiona.open(path, **options) as source:
        return [[_joined(dict(one["properties"])), _corners(one["geometry"])] for one in source]


def _joined(values):
    """Join lists that go on in numbered fields of a shapefile."""
    for number in range(2, 100):
        more = values.pop(f"Members{number}", None)
        if more:
            values["Members"] += "," + more
    return values


def _corners(geometry):
    """Return what is drawn, whatever the starts and order of its rings: all edges."""
    if geometry is None:
        return None
    edges = set()

    def walk(part):
        if part and isinstance(part[0][0], (int, float)):
            for one, two in zip(part, part[1:]):
                edges.add(tuple(sorted((tuple(round(v, 4) for v in one), tuple(round(v, 4) for v in two)))))
        else:
            for inner in part:
                walk(inner)

    walk(geometry["coordinates"])
    return frozenset(edges)


def applied(base, manifest, folder):
    """Return the base with the changes of the package in ``folder`` in it."""
    of_file = {told["file"]: name for name, told in manifest["names"].items()}
    spelled = manifest["names"]["changes"]
    column = spelled["fields"]
    path = folder / f"{spelled['file']}.csv"
    result = {
        name: {key: [dict(values), shape] for key, (values, shape) in rows.items()} for name, rows in base.items()
    }
    shapes = _outlines(path.with_suffix(".gpkg"), column, of_file)
    for values, _ in _table(path):
        name, key = of_file[values[column["layer"]]], values[column["code"]]
        rows = result.setdefault(name, {})
        if values[column["change"]] == "removed":
            del rows[key]
            continue
        row = rows.setdefault(key, [{}, None])
        before, after = (json.loads(values[column[side]] or "{}") for side in ("before", "after"))
        for field, value in before.items():
            assert same(row[0].get(field), value), (name, key, field, row[0].get(field), value)
        row[0].update(after)
        if (name, key) in shapes:
            row[1] = shapes[name, key]
    return result


def _outlines(path, column, of_file):
    found = {}
    for layer in fiona.listlayers(path):
        with fiona.open(path, layer=layer) as source:
            for one in source:
                values = one["properties"]
                if values["moment"] == "after":
                    found[of_file[values[column["layer"]]], values[column["code"]]] = _corners(one["geometry"])
    return found


def same(one, other):
    """Tell whether two values are the same as text or number; nothing is nothing."""
    one, other = (_text(value) for value in (one, other))
    if one == other:
        return True
    try:
        return abs(float(one) - float(other)) < 1e-6
    except ValueError:
        return False


def _text(value):
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def differences(found, wanted):
    """Return what differs between two packages as read: name, key and field."""
    told = []
    for name in sorted({*found, *wanted}):
        sides = found.get(name, {}), wanted.get(name, {})
        told += [(name, key, "row") for key in sorted(set(sides[0]) ^ set(sides[1]))]
        for key in sorted(set(sides[0]) & set(sides[1])):
            (values, shape), (right, outline) = sides[0][key], sides[1][key]
            told += [
                (name, key, field, values.get(field), right.get(field))
                for field in sorted({*values, *right})
                if not same(values.get(field), right.get(field))
            ]
            if shape != outline:
                told.append((name, key, "geometry"))
    return told


def successors(folder):
    """Return (layer, old code) → share of each new code, by ``code_map.csv``."""
    found = {}
    for values, _ in _table(folder / "code_map.csv"):
        found.setdefault((values["kind"], values["old_code"]), {})[values["new_code"]] = values["share"]
    return found


def main(base, new):
    """Return 0 when base + changes = new, else 1 with what differs."""
    before, _ = read(Path(base))
    now, manifest = read(Path(new))
    told = differences(applied(before, manifest, Path(new)), now)
    sys.stdout.write(("\n".join(map(str, told)) or "base + changes = new") + "\n")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
