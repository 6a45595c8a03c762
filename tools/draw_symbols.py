"""Draw the symbols of the component classes: ``python -m tools.draw_symbols`` writes them under ``resources/``.

A cover in the street is a disc, everything else a plate; the colour is that of the major class, and the white sign on
it tells the class. All signs are this project's own, on a grid of 24, for sizes from 12 pixels upward.
"""

from __future__ import annotations

import json
from pathlib import Path

from gridmgmt_plugin.core.resources import load_json, resource_path

TARGET = resource_path("symbols/components")
COLOURS = {
    "01": "#1d4ed8",
    "02": "#6d28d9",
    "03": "#b45309",
    "04": "#15803d",
    "05": "#9f1239",
    "06": "#334155",
    "21": "#0891b2",
    "other": "#78716c",
}
# Class → what is drawn with a pen, then, behind "|", what is filled: SVG paths.
_SIGNS = Path(__file__).with_name("component_signs.json")
_PLAIN = "|M12 8A4 4 0 1 1 11.99 8Z"


def symbol(colour: str, sign: str, *, is_cover: bool) -> str:
    """Return one symbol as SVG text."""
    drawn, _, filled = sign.partition("|")
    plate = (
        f'<circle cx="12" cy="12" r="11" fill="{colour}" stroke="#fff" stroke-width="1.6"/>'
        if is_cover
        else f'<rect x="1" y="1" width="22" height="22" rx="3.5" fill="{colour}" stroke="#fff" stroke-width="1.6"/>'
    )
    parts = [plate]
    if drawn:
        pen = 'fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
        parts.append(f'<path d="{drawn}" {pen}/>')
    if filled:
        parts.append(f'<path d="{filled}" fill="#fff" fill-rule="evenodd"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24">{"".join(parts)}</svg>\n'
    )


def symbols() -> dict[str, str]:
    """Return file name → SVG text: one of each class of the standard, and a plain one of each major class."""
    signs = json.loads(_SIGNS.read_text(encoding="utf-8"))
    drawn = {
        entry["code"]: symbol(COLOURS[entry["major"]], signs[entry["code"]], is_cover=entry["manhole"])
        for entry in load_json("catalogues/components.json")["classes"]
    }
    drawn.update({key: symbol(colour, _PLAIN, is_cover=False) for key, colour in COLOURS.items()})
    return {f"{key}.svg": text for key, text in drawn.items()}


def write(folder: Path = TARGET) -> int:
    """Write all symbols into a folder; return how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    made = symbols()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    return len(made)


if __name__ == "__main__":
    print(f"{write()} symbols in {TARGET}")
