"""Where a package is made and where it goes: beside its place first, then there in one move."""

from __future__ import annotations

import glob
import json
import re
import secrets
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.files import rename, replace_file
from gridmgmt_plugin.workspace.handover.held_mark import clear_bare, clear_if_dead, clear_marked

MANIFEST = "manifest.json"
_UNFINISHED = ".part"
_TOKEN_BYTES = 3
_TOKEN = re.compile(rf"[0-9a-f]{{{2 * _TOKEN_BYTES}}}")


@dataclass(frozen=True)
class PackagePlace:
    """The place of one package: ``target``: the folder that it goes to; ``name``: of its folder and its zip there.

    ``token``: what tells apart two programs that make the same package at the same time.
    """

    target: Path
    name: str
    token: str = ""

    @classmethod
    def new(cls, target: Path, name: str) -> PackagePlace:
        """Return a place that no other program works at."""
        return cls(target, name, secrets.token_hex(_TOKEN_BYTES))

    @classmethod
    def of_work(cls, work: Path, name: str) -> PackagePlace:
        """Return the place of which a folder is :attr:`work`."""
        return cls(work.parent, name, _token_of(work))

    def clear_dead(self) -> None:
        """Remove what killed programs left of the same package or had not marked; what a living one makes stays."""
        for mark in self.target.glob(f".*{_UNFINISHED}/{glob.escape(self.name)}"):
            if mark.is_file():
                clear_if_dead(mark)
        for folder in self.target.glob(f".*{_UNFINISHED}"):
            if _TOKEN.fullmatch(_token_of(folder)):
                clear_bare(folder)

    def clear(self) -> None:
        """Remove the folder of the making with all that is in it. Never raises."""
        clear_marked(self.mark)

    @property
    def work(self) -> Path:
        """Return the hidden folder in which folder and zip are made.

        Short names: no path in it is longer than where the file ends up, which Windows may refuse.
        """
        return self.target / f".{self.token}{_UNFINISHED}"

    @property
    def mark(self) -> Path:
        """Return the file in it that says which package is made there, and that is held by who makes it."""
        return self.work / self.name

    @property
    def work_folder(self) -> Path:
        """Return the folder in which files are written."""
        return self.work / "p"

    @property
    def work_zip(self) -> Path:
        """Return where the zip is made."""
        return self.work / "p.zip"

    @property
    def folder(self) -> Path:
        """Return where the folder ends up."""
        return self.target / self.name

    @property
    def zip(self) -> Path:
        """Return where the zip ends up."""
        return self.target / f"{self.name}.zip"

    def publish(self) -> None:
        """Move the zip, then the folder to their place; what is moved already stays.

        :raises OSError: when one of them cannot be moved; then neither is there.
        :raises WorkspaceError: ``file_held``; then neither is there either.
        """
        moved = False
        try:
            if self.work_zip.exists():
                replace_file(self.work_zip, self.zip)
                moved = True
            if self.work_folder.exists():
                rename(self.work_folder, self.folder)
        except (OSError, WorkspaceError):
            if moved:
                rename(self.zip, self.work_zip)
            raise

    def withdraw(self) -> None:
        """Move folder and zip back to where they were made, in the opposite order.

        :raises OSError: when one of them cannot be moved.
        """
        self.work.mkdir(exist_ok=True)
        if self.folder.is_dir():
            rename(self.folder, self.work_folder)
        if self.zip.exists():
            rename(self.zip, self.work_zip)

    def is_published(self, release: str, content_hash: str) -> bool:
        """Tell whether the zip or the folder of this very release stands in its place."""
        return any(
            manifest.get("release") == release and manifest.get("content_hash") == content_hash
            for manifest in (self._manifest_in_zip(), self._manifest_in_folder())
        )

    @property
    def is_waiting(self) -> bool:
        """Tell whether the zip still lies where it was made: the proof that nobody has seen the package."""
        return self.work_zip.is_file()

    def _manifest_in_zip(self) -> dict[str, Any]:
        try:
            with zipfile.ZipFile(self.zip) as archive:
                return _manifest(archive.read(f"{self.name}/{MANIFEST}"))
        except (OSError, KeyError, zipfile.BadZipFile):
            return {}

    def _manifest_in_folder(self) -> dict[str, Any]:
        try:
            return _manifest((self.folder / MANIFEST).read_bytes())
        except OSError:
            return {}


def refuse_existing(place: PackagePlace) -> None:
    """Refuse to overwrite a package.

    :raises WorkspaceError: ``package_exists``.
    """
    for path in (place.folder, place.zip):
        if path.exists():
            raise WorkspaceError("package_exists", path=str(path))


def _token_of(work: Path) -> str:
    return work.name.removeprefix(".").removesuffix(_UNFINISHED)


def _manifest(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
