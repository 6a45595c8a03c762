"""A package made beside its place and put there in one move: nobody ever sees half of one."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.exchange.package.csv_files import zip_entry

_UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Staging:
    """Where a package is made: ``work`` holds the folder under its final name and the zip; ``target`` is where both
    go.
    """

    target: Path
    name: str
    work: Path

    @property
    def folder(self) -> Path:
        """Return the folder in which files are written."""
        return self.work / self.name

    @property
    def final_folder(self) -> Path:
        """Return where the folder ends up."""
        return self.target / self.name

    @property
    def final_zip(self) -> Path:
        """Return where the zip ends up."""
        return self.target / f"{self.name}.zip"

    def pack(self, now: datetime) -> None:
        """Write the zip of the folder, every entry dated ``now``, and read it through.

        :raises WorkspaceError: ``package_not_written``.
        """
        path = self.work / f"{self.name}.zip"
        try:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for file in sorted(self.folder.iterdir()):
                    archive.writestr(zip_entry(f"{self.name}/{file.name}", now), file.read_bytes())
            with zipfile.ZipFile(path) as archive:
                broken = archive.testzip()
        except OSError as error:
            raise WorkspaceError("package_not_written", name=path.name, reason=str(error.strerror)) from error
        if broken is not None:
            raise WorkspaceError("package_not_readable", name=path.name, reason=broken)

    def publish(self) -> None:
        """Move zip and folder to their place.

        :raises WorkspaceError: ``package_exists`` or ``package_not_written``; then neither is there.
        """
        refuse_existing(self.target, self.name)
        try:
            os.replace(self.work / f"{self.name}.zip", self.final_zip)  # noqa: PTH105  told apart from rename on Windows
            self.folder.rename(self.final_folder)
        except OSError as error:
            self.final_zip.unlink(missing_ok=True)
            raise WorkspaceError("package_not_written", name=self.name, reason=str(error.strerror)) from error

    def withdraw(self) -> None:
        """Remove what :meth:`publish` moved into place."""
        self.final_zip.unlink(missing_ok=True)
        if self.final_folder.is_dir():
            shutil.rmtree(self.final_folder)


@contextmanager
def staged(target: Path, name: str) -> Iterator[Staging]:
    """Make a place for a package beside ``target``'s; it is gone at the end of the block, whatever happened.

    What a killed process left of the same package is removed first.

    :raises InputError: ``package_folder_missing``; :raises WorkspaceError: ``package_exists``,
        ``package_folder_read_only``.
    """
    check_folder(target)
    refuse_existing(target, name)
    staging = Staging(target, name, target / f".{name}{_UNFINISHED}")
    try:
        if staging.work.exists():
            shutil.rmtree(staging.work)
        staging.folder.mkdir(parents=True)
    except OSError as error:
        raise WorkspaceError("package_folder_read_only", path=str(target), reason=str(error.strerror)) from error
    try:
        yield staging
    finally:
        shutil.rmtree(staging.work, ignore_errors=True)


def check_folder(target: Path) -> None:
    """Refuse a folder that is not there or may not be written to.

    :raises InputError: ``package_folder_missing``; :raises WorkspaceError: ``package_folder_read_only``.
    """
    if not target.is_dir():
        raise InputError("package_folder_missing", path=str(target))
    if not os.access(target, os.W_OK | os.X_OK):
        raise WorkspaceError("package_folder_read_only", path=str(target), reason="–")


def refuse_existing(target: Path, name: str) -> None:
    """Refuse to overwrite a package.

    :raises WorkspaceError: ``package_exists``.
    """
    for path in (target / name, target / f"{name}.zip"):
        if path.exists():
            raise WorkspaceError("package_exists", path=str(path))
