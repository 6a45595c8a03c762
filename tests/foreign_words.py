"""Whether a text is said in one language: words of the other are found, formats, products and codes are no words."""

from __future__ import annotations

import html
import re

_CHINESE = re.compile("[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef]")  # signs between words, too
# Two letters may be a key; three and more are a word, and so are units, which have names in Chinese.
_LATIN = re.compile(r"[A-Za-z]{3,}|\b(?:m|km|ha|m²)(?!\w)")
#: What is the same in every language: formats, systems, keys, products, and the names that they bear in both.
_INTERNATIONAL = re.compile(
    r"QGIS|GDAL|PostgreSQL|PostGIS|SQLite|GeoPackage|GeoJSON|Shapefile|GPKG|Excel|Open XML|Python|shapely|numpy"
    r"|EPSG|CRS|CGCS2000|CGCS|WGS ?84|GCJ-?02|BD-?09|WKT|UTF-?8|UTF-?16|GBK|GB ?18030|GB/T|CJ/T|UTM|Gauss"
    r"|Ctrl|Alt|Shift|Enter|Esc|Tab|Delete|Backspace|F\d+"
    r"|\.?\b(?:prj|cpg|csv|xlsx|xls|dbf|dxf|shp|gpkg|geojson|json|html|pdf|qgz|qgs|qpt|zip|sqlite|tab|mif|kml|fgb)\b"
    r"|\d-[^\W\d]\w+"  # the name of a version of QGIS, behind its number
    r"|pyproj|openpyxl|fiona|QField|Mergin"
    r"|Gi\*|FDR|PDF|URL|HTML|CSV|DXF|DBF|XLSX|SHP",
    re.IGNORECASE,
)
# A whole path goes first: parts of a random folder's name may look like a format or a key.
_PATH = re.compile(r"(?<![\w<])/(?:[^\s，。；/]+/)+[^\s，。；]*")
# What stands in angle brackets, a path, an address, a code, a key of the contract: data, not words.
_DATA = re.compile(r"<[^>]*>|[\w.-]*[/\\][^\s，。；]*|\b\w*\d\w*\b|\b[a-z]+_[a-z_]+\b|\{[a-z_]+\}")


def foreign(text: str, language: str) -> str:
    """Return the first word of a text that is not in ``zh`` or ``en``, empty when all is well."""
    plain = html.unescape(re.sub(r"<style.*?</style>|\{\w*\}", " ", text, flags=re.DOTALL))
    plain = _DATA.sub(" ", _INTERNATIONAL.sub(" ", _PATH.sub(" ", plain.replace("&", ""))))
    found = (_CHINESE if language == "en" else _LATIN).search(plain)
    return plain[max(0, found.start() - 20) : found.end() + 20].strip() if found else ""
