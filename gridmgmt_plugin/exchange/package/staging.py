"""A package made beside its place and put there in one move: nobody ever sees half of one."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.exchange.package.csv_files import zip_entry
from gridmgmt_plugin.workspace.handover.held_mark import held
from gridmgmt_plugin.workspace.handover.package_place import PackagePlace, refuse_existing

# A third of the time of zlib's own choice, for a zip that is a tenth larger.
_LEVEL = 2
# Packed already.
_PACKED = (".xlsx",)


@dataclass
class Staging:
    """A package in the making at its ``place``.

    ``is_open``: how the hand-over ended could not be written down; what was made is kept until the next opening.
    """

    place: PackagePlace
    is_open: bool = False

    @property
    def folder(self) -> Path:
        """Return the folder in which files are written."""
        return self.place.work_folder

    def pack(self, now: datetime) -> None:
        """Write the zip of the folder, every entry dated ``now``, and read it through.

        :raises WorkspaceError: ``package_not_written``.
        """
        path = self.place.work_zip
        try:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for file in sorted(self.folder.iterdir()):
                    entry = zip_entry(f"{self.place.name}/{file.name}", now)
                    if file.suffix in _PACKED:
                        entry.compress_type = zipfile.ZIP_STORED
                    archive.writestr(entry, file.read_bytes(), compresslevel=_LEVEL)
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
        refuse_existing(self.place)
        try:
            self.place.publish()
        except OSError as error:
            raise WorkspaceError("package_not_written", name=self.place.name, reason=str(error.strerror)) from error


@contextmanager
def staged(target: Path, name: str) -> Iterator[Staging]:
    """Make a place for a package beside ``target``'s; it is gone at the end of the block, unless that is open.

    What a killed process left of the same package is removed first; what another one is making is left alone.

    :raises InputError: ``package_folder_missing``; :raises WorkspaceError: ``package_exists``,
        ``package_folder_read_only``.
    """
    check_folder(target)
    wanted = PackagePlace(target, name)
    refuse_existing(wanted)
    wanted.clear_dead()

    def new_folder() -> Path:
        work = PackagePlace.new(target, name).work
        work.mkdir()
        return work

    with ExitStack() as stack:
        try:
            made = stack.enter_context(held(new_folder, name))
            staging = Staging(PackagePlace.of_work(made.path, name))
            staging.folder.mkdir()
        except OSError as error:
            raise WorkspaceError("package_folder_read_only", path=str(target), reason=str(error.strerror)) from error
        try:
            yield staging
        finally:
            made.stays = staging.is_open


def check_folder(target: Path) -> None:
    """Refuse a folder that is not there or may not be written to.

    :raises InputError: ``package_folder_missing``; :raises WorkspaceError: ``package_folder_read_only``.
    """
    if not target.is_dir():
        raise InputError("package_folder_missing", path=str(target))
    if not os.access(target, os.W_OK | os.X_OK):
        raise WorkspaceError("package_folder_read_only", path=str(target), reason="–")
