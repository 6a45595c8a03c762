"""A finished package on a disk, zip or folder: only what its manifest names, as long as nobody changed it."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.workspace.handover.package_place import MANIFEST

# What reading a damaged zip raises: missing or doubled entries, bytes that are no packed ones, a kind of packing or
# encryption that nobody of ours wrote (a RuntimeError).
_UNREADABLE = (OSError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error)
_FACTS = ("package", "release", "scheme", "county_code", "content_hash", "files", "load_order", "frame")


@dataclass(frozen=True)
class OpenedPackage:
    """``path``: the zip or the folder; ``manifest``: what it says of itself."""

    path: Path
    manifest: Mapping[str, Any]

    @classmethod
    def at(cls, path: Path) -> OpenedPackage:
        """Open a package by its zip, its folder or its manifest.

        :raises InputError: ``file_missing``, ``http_no_package``.
        """
        path = path.absolute()
        place = path.parent if path.name == MANIFEST else path
        if not place.exists():
            raise InputError("file_missing", path=str(path))
        try:
            manifest = json.loads(_bytes_of(place, MANIFEST).decode("utf-8"))
        except _UNREADABLE as error:
            raise InputError("http_no_package", name=place.name) from error
        if not isinstance(manifest, dict) or any(name not in manifest for name in _FACTS):
            raise InputError("http_no_package", name=place.name)
        return cls(place, manifest)

    def read(self, name: str) -> bytes:
        """Return the content of a file that the manifest names.

        :raises InputError: ``http_package_changed`` when it is not what was written.
        """
        (entry,) = [entry for entry in self.manifest["files"] if entry["path"] == name]
        try:
            content = _bytes_of(self.path, name)
        except _UNREADABLE as error:
            raise InputError("http_package_changed", name=self.path.name, file=name) from error
        if sha256(content).hexdigest() != entry["sha256"]:
            raise InputError("http_package_changed", name=self.path.name, file=name)
        return content

    def files_of(self, layer: str | None, suffix: str = "") -> list[str]:
        """Return the files of a layer or table, those that have a suffix such as ``.csv``."""
        named = [entry["path"] for entry in self.manifest["files"] if entry["layer"] == layer]
        return [str(name) for name in named if not suffix or Path(name).suffix.lower() == suffix]


def _bytes_of(place: Path, name: str) -> bytes:
    if place.is_dir():
        return (place / name).read_bytes()
    with zipfile.ZipFile(place) as archive:
        (found,) = [entry for entry in archive.namelist() if entry.count("/") == 1 and entry.endswith(f"/{name}")]
        return archive.read(found)
