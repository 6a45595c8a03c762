"""What a job's dialog remembers: the settings of the last run, and which column was which in files of the same kind.

Files are of the same kind when their columns have the same names. Neither paths nor anything out of the rows is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridmgmt_plugin.project.settings import remember, remembered

_WEB = ("http://", "https://")
_SENDING = "deliverhttp"
_packages: dict[str, str] = {}


@dataclass(frozen=True)
class KnownFile:
    """What the planner decided about a kind of file. ``columns``: wanted column → heading, ``None``: stays empty;
    ``settings``: parameter → value (what its coordinates are).
    """

    columns: Mapping[str, str | None] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


def settings_of(algorithm: str) -> Mapping[str, Any]:
    """Return parameter → value of the last run of a job."""
    return _read(f"jobs/{algorithm}")


def remember_settings(algorithm: str, values: Mapping[str, Any]) -> None:
    """Propose these values the next time; of a web address only what lets nobody in."""
    kept = {name: _without_secret(value) for name, value in values.items()}
    remember(f"jobs/{algorithm}", json.dumps(kept, ensure_ascii=False))


def _without_secret(value: Any) -> Any:
    if not isinstance(value, str) or not value.lower().startswith(_WEB):
        return value
    from gridmgmt_plugin.exchange.http.sending import telling  # noqa: PLC0415  heavy

    try:
        return telling(value)
    except ValueError:  # an address that cannot be read may hold anything
        return None


def note_made(location: object, results: Mapping[str, Any]) -> None:
    """Keep, until QGIS ends, which package of a workspace a job made, where it made one."""
    if results.get("PACKAGE"):
        _packages[str(location)] = str(results["PACKAGE"])


def last_made(algorithm: str, location: object) -> Mapping[str, Any]:
    """Return what a job is about that takes what was made just now: the package to send."""
    package = _packages.get(str(location), "")
    return {"PACKAGE": package} if algorithm == _SENDING and Path(package).is_file() else {}


def known_file(kind: str, headings: Iterable[str]) -> KnownFile:
    """Return what was decided about files with these columns, nothing for a new kind."""
    stored = _read(_key(kind, headings))
    return KnownFile(stored.get("columns", {}), stored.get("settings", {}))


def remember_file(kind: str, headings: Iterable[str], known: KnownFile) -> None:
    """Propose the same for the next file with these columns."""
    content = {"columns": dict(known.columns), "settings": dict(known.settings)}
    remember(_key(kind, headings), json.dumps(content, ensure_ascii=False))


def _key(kind: str, headings: Iterable[str]) -> str:
    names = "\n".join(sorted(headings))
    return f"columns/{kind}/{hashlib.sha256(names.encode('utf-8')).hexdigest()[:16]}"


def _read(key: str) -> dict[str, Any]:
    try:
        stored = json.loads(str(remembered(key) or "{}"))
    except json.JSONDecodeError:
        return {}  # somebody edited the settings by hand; the proposal of a new kind is as good
    return stored if isinstance(stored, dict) else {}
