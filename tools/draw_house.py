"""Draw the house: each layer a room with its folders, each import of a layer by another an arrow.

    python -m tools.draw_house [--output docs/images/house.svg]

Everything in the picture is counted in the code: folders and modules from the tree, arrows from the imports. The same
tree gives the same bytes.
"""

from __future__ import annotations

import argparse
import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gridmgmt_plugin"
PICTURE = ROOT / "docs" / "images" / "house.svg"
ROOF = "plugin.py"
DIRECTLY = "directly"
# From the top; (layer, what it holds, colour that reads on the light ground of the picture).
ROOMS = (
    ("gui", ("tools, docks, dialogs", "and their item models"), "#1f6fb2"),
    ("processing", ("the provider, one declarative", "algorithm per job"), "#7a4fa3"),
    ("jobs", ("what a planner asks for:", "plain inputs in, a report out"), "#b3541e"),
    ("editing", ("gestures on QGIS's edit buffer", "and the save behind its Save"), "#a8325e"),
    ("project", ("the workspace as QGIS shows it:", "layers, forms, styles"), "#5b7f1d"),
    ("exchange", ("files and packages", "in and out"), "#8a6d00"),
    ("workspace", ("tables, transactions, and", "what follows a change"), "#0d7f7a"),
    ("core", ("what a grid, a lane, a case is:", "geometry, codes, checks"), "#4a5563"),
)
LAYERS = tuple(name for name, _, _ in ROOMS)

_WIDTH, _LEFT, _RIGHT = 1180, 30, 930
_CHIPS_FROM, _CHIPS_TO, _CHIP_STEP, _GAP = 272, 900, 32, 8
_PORT, _LANE = 12, 24
_ROOF_TOP, _ROOF_HEIGHT = 24, 96
_BETWEEN = 14
_INK, _PALE, _GROUND = "#20262e", "#5a6572", "#fbfaf6"


@dataclass(frozen=True)
class House:
    """What is counted.

    ``folders``: layer → folder in it (``DIRECTLY`` for the layer's own modules) → number of modules.
    ``arrows``: (importing, imported) layer → number of modules that import; the roof imports as ``plugin.py``.
    """

    folders: dict[str, dict[str, int]]
    arrows: dict[tuple[str, str], int]


def survey(package: Path = PACKAGE) -> House:
    """Count folders, modules and imports of the package."""
    folders: dict[str, Counter[str]] = {layer: Counter() for layer in LAYERS}
    arrows: Counter[tuple[str, str]] = Counter()
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).parts
        importing = parts[0]
        if importing in folders and path.name != "__init__.py":
            folders[importing]["/".join(parts[1:-1]) or DIRECTLY] += 1
        if importing in (*LAYERS, ROOF):
            for imported in {name for name in _layers_imported(path) if name != importing}:
                arrows[importing, imported] += 1
    in_order = {layer: sorted(found, key=lambda name: (name == DIRECTLY, name)) for layer, found in folders.items()}
    counted = {layer: {name: folders[layer][name] for name in names} for layer, names in in_order.items()}
    return House(counted, dict(arrows))


def _layers_imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == PACKAGE.name and len(parts) > 1 and parts[1] in LAYERS:
                yield parts[1]


@dataclass(frozen=True)
class _Room:
    """Where a room stands; ``ports``: importing layer → height at which its arrow arrives."""

    name: str
    colour: str
    top: float
    height: float
    leaves_at: float
    ports: dict[str, float]


def draw(house: House) -> str:
    """Return the picture as SVG."""
    rooms, drawn = [], []
    top = float(_ROOF_TOP + _ROOF_HEIGHT + _BETWEEN)
    for name, purpose, colour in ROOMS:
        chips, rows = _chips(house.folders[name], name, colour, top)
        arriving = [source for source in reversed((ROOF, *LAYERS)) if (source, name) in house.arrows]
        height = max(rows * _CHIP_STEP + 24, 78, (len(arriving) + 2) * _PORT + 12)
        ports = {source: top + 14 + _PORT * (position + 1) for position, source in enumerate(arriving)}
        rooms.append(_Room(name, colour, top, height, top + 12, ports))
        drawn.append(_room(rooms[-1], purpose, sum(house.folders[name].values()), chips))
        top += height + _BETWEEN
    roof = _Room(ROOF, _INK, _ROOF_TOP, _ROOF_HEIGHT, _ROOF_TOP + _ROOF_HEIGHT, {})
    parts = [_roof(), *drawn, *_arrows([roof, *rooms], house), _legend(top + 18)]
    height = int(top + 42)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        'font-family="DejaVu Sans, Verdana, Arial, sans-serif">\n'
        "<title>The layers of the plugin, their folders, and who imports whom</title>\n"
        f'<rect width="{_WIDTH}" height="{height}" rx="12" fill="{_GROUND}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _roof() -> str:
    middle, foot = (_LEFT + _RIGHT) / 2, _ROOF_TOP + _ROOF_HEIGHT
    points = f"{_LEFT},{foot} {middle},{_ROOF_TOP} {_RIGHT},{foot}"
    return (
        f'<polygon points="{points}" fill="#ffffff" stroke="{_INK}" stroke-width="1.5" stroke-linejoin="round"/>\n'
        + _text(middle, foot - 34, ROOF, size=17, weight="bold", anchor="middle")
        + "\n"
        + _text(middle, foot - 14, "wires it together and takes it apart again", colour=_PALE, anchor="middle")
    )


def _room(room: _Room, purpose: tuple[str, str], modules: int, chips: list[str]) -> str:
    place = f'x="{_LEFT}" y="{room.top:g}" height="{room.height:g}"'
    frame = f'rx="6" fill="#ffffff" stroke="{room.colour}" stroke-width="1.5"'
    lines = [
        f'<g data-room="{room.name}">',
        f'<rect {place} width="{_RIGHT - _LEFT}" {frame}/>',
        f'<rect {place} width="9" rx="4" fill="{room.colour}"/>',
        _text(_LEFT + 22, room.top + 27, f"{room.name}/", size=17, weight="bold", colour=room.colour),
        _text(_CHIPS_FROM - 16, room.top + 27, str(modules), size=13, colour=_PALE, anchor="end"),
        *(_text(_LEFT + 22, room.top + 46 + 16 * n, line, colour=_PALE) for n, line in enumerate(purpose)),
        *chips,
        "</g>",
    ]
    return "\n".join(lines)


def _chips(folders: dict[str, int], layer: str, colour: str, top: float) -> tuple[list[str], int]:
    """Return one chip per folder, set in rows, and the number of rows."""
    chips, x, row = [], float(_CHIPS_FROM), 0
    for folder, modules in folders.items():
        width = 7.4 * len(folder) + 8.2 * len(str(modules)) + 26
        if x + width > _CHIPS_TO:
            x, row = float(_CHIPS_FROM), row + 1
        y = top + 12 + _CHIP_STEP * row
        place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="24" rx="4"'
        line = f'stroke="{colour}"' + (' stroke-dasharray="4 3"' if folder == DIRECTLY else "")
        chips += [
            f'<rect data-folder="{escape(layer)}/{escape(folder)}" {place} fill="{_GROUND}" {line}/>',
            _text(x + 9, y + 16.5, folder, colour=_PALE if folder == DIRECTLY else _INK),
            _text(x + width - 8, y + 16.5, str(modules), colour=_PALE, anchor="end"),
        ]
        x = round(x + width + _GAP, 1)
    return chips, row + 1


def _arrows(rooms: list[_Room], house: House) -> Iterator[str]:
    """One line per importing room: out of its wall, down beside the house, and into each room that it imports."""
    importing = [room for room in rooms if any(source == room.name for source, _ in house.arrows)]
    for position, room in enumerate(reversed(importing)):
        x = _RIGHT + 34 + _LANE * position
        targets = [other for other in rooms if (room.name, other.name) in house.arrows]
        lowest = max(other.ports[room.name] for other in targets)
        yield (
            f'<path d="M{_RIGHT} {room.leaves_at:g}H{x}V{lowest:g}" fill="none" stroke="{room.colour}" '
            'stroke-width="1.6"/>'
        )
        yield f'<circle cx="{_RIGHT}" cy="{room.leaves_at:g}" r="4" fill="{room.colour}"/>'
        for other in targets:
            y = other.ports[room.name]
            yield (
                f'<path data-arrow="{room.name} {other.name}" d="M{x} {y:g}H{_RIGHT + 10}" fill="none" '
                f'stroke="{room.colour}" stroke-width="1.6"/>'
            )
            yield f'<path d="M{_RIGHT + 2} {y:g}l9 -4.5v9z" fill="{room.colour}"/>'


def _legend(y: float) -> str:
    words = (
        "Numbers are modules; “directly”: those that stand in the layer itself. A line leaves the importing room at "
        "its dot and enters what it imports."
    )
    return _text(_LEFT, y, words, colour=_PALE)


def _text(
    x: float, y: float, text: str, *, size: float = 12, weight: str = "", colour: str = _INK, anchor: str = ""
) -> str:
    extra = (f' font-weight="{weight}"' if weight else "") + (f' text-anchor="{anchor}"' if anchor else "")
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{colour}"{extra}>{escape(text)}</text>'


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw layers, folders and imports of the plugin as SVG.")
    parser.add_argument("--output", type=Path, default=PICTURE)
    options = parser.parse_args()
    options.output.write_text(draw(survey()), encoding="utf-8")
    print(options.output)


if __name__ == "__main__":
    main()
