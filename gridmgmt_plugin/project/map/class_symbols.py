"""The symbols of component classes, drawn for this project: they travel inside the project file, so no path does."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache

from qgis.core import QgsCategorizedSymbolRenderer, QgsMarkerSymbol, QgsRendererCategory, QgsSvgMarkerSymbolLayer

from gridmgmt_plugin.core.class_catalogues import classes_of
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.messages import is_chinese
from gridmgmt_plugin.core.resources import resource_path

_FOLDER, _OTHER = "symbols/components", "other"
_SIZE_MM = 3.8
_STANDARD = "components"


def class_renderer(catalogue: str, language: str) -> QgsCategorizedSymbolRenderer:
    """Return one category per class of a catalogue, named in the reader's language, and one for what it lacks."""
    chinese = is_chinese(language)
    categories = [
        QgsRendererCategory(entry["code"], class_symbol(entry["code"]), entry["zh" if chinese else "en"])
        for entry in _classes(catalogue)
    ]
    # An empty value stands for all others.
    categories.append(QgsRendererCategory(None, class_symbol(""), "其他" if chinese else "Other"))
    return QgsCategorizedSymbolRenderer("class_code", categories)


def class_symbol(code: str) -> QgsMarkerSymbol:
    """Return the symbol of a class; a class of a city's own has the plain one of its major class."""
    layer = QgsSvgMarkerSymbolLayer(_embedded(_drawn_as(code)), _SIZE_MM)
    symbol = QgsMarkerSymbol()
    symbol.changeSymbolLayer(0, layer)
    return symbol


def _classes(catalogue: str) -> tuple[Mapping[str, str], ...]:
    try:
        return tuple(classes_of(catalogue))
    except InputError:  # a catalogue of a city that is not on this computer
        return tuple(classes_of(_STANDARD))


@lru_cache(maxsize=1024)
def _drawn_as(code: str) -> str:
    for name in (code, code[:2]):
        if name and resource_path(f"{_FOLDER}/{name}.svg").is_file():
            return name
    return _OTHER


@lru_cache(maxsize=256)
def _embedded(name: str) -> str:
    return "base64:" + base64.b64encode(resource_path(f"{_FOLDER}/{name}.svg").read_bytes()).decode("ascii")
