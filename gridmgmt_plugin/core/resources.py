"""Where the domain data lies: beside the package in a checkout, inside it in an installed plugin."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent.parent


@lru_cache(maxsize=1)
def resource_root() -> Path:
    """Return the ``resources`` folder of the installed plugin or of the checkout.

    :raises FileNotFoundError: when neither holds one, i.e. the installation is incomplete.
    """
    for candidate in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(str(_PACKAGE / "resources"))


def resource_path(relative: str) -> Path:
    """Return the path of one resource, e.g. ``layouts/codes.json``; it need not exist."""
    return resource_root() / relative


@cache
def plugin_version() -> str:
    """Return the version that ``metadata.txt`` states; it lies beside ``resources``."""
    from configparser import ConfigParser  # noqa: PLC0415  few ask, and every start of QGIS would wait for it

    metadata = ConfigParser()
    metadata.read(resource_root().parent / "metadata.txt", encoding="utf-8")
    return metadata.get("general", "version")


@cache
def load_json(relative: str) -> Any:
    """Return the parsed content of a JSON resource; callers must not change it (it is cached)."""
    return json.loads(resource_path(relative).read_text(encoding="utf-8"))
