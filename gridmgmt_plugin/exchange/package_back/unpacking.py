"""The files of a package in a folder: a zip is looked through before a byte of it is written anywhere."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange.ogr_access import member_title
from gridmgmt_plugin.exchange.paths import TEXT_TABLES
from gridmgmt_plugin.workspace.handover.held_mark import clear_bare, clear_if_dead, held
from gridmgmt_plugin.workspace.handover.package_place import MANIFEST

#: What a package may hold at most; a city of 20 000 unit grids in three formats has a tenth of it.
MOST_FILES = 2000
MOST_BYTES = 4 << 30
# More than this is no text or coordinates any more, but a file made to fill a disk.
_MOST_RATIO, _RATIO_FROM = 200, 64 << 20
# One table alone, such as the list of codes that a receiver filled in.
_TABLES = (*TEXT_TABLES, ".xlsx")
# The folder to unpack into, and the file in it that is held by who works there.
_PREFIX, _MARK = "~package-", "gridmgmt"
# As the standard library names it.
_OURS = re.compile(rf"{_PREFIX}[a-z0-9_]{{8}}", re.ASCII)
_DRIVE = re.compile(r"^[A-Za-z]:")
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
# What archivers of one system leave for themselves.
_NOT_DATA = ("__MACOSX/", "._", "~$")
_UNREADABLE = (OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zipfile.BadZipFile, zlib.error)


@contextmanager
def unpacked(path: Path | str, elsewhere: Path | None = None) -> Iterator[Path]:
    """Yield the folder with the files of a package: the folder that holds its manifest, else the one that is given.

    :param path: a zip, a folder, the manifest in a folder, or one table; a zip is unpacked into a folder beside it
        that goes afterwards, or when a package comes next if the program is killed: what it holds is for nobody else.
    :param elsewhere: where that folder is made when nothing can be written beside the package, as on a disc.
    :raises InputError: ``file_missing``, ``package_back_no_place``, ``package_back_no_package``,
        ``package_back_broken``, ``zip_encrypted``, ``package_back_escapes``, ``package_back_too_large``,
        ``package_back_several``.
    """
    place = Path(path)
    place = place.parent if place.name == MANIFEST else place
    if not str(path).strip() or not place.exists():
        raise InputError("file_missing", path=str(path))
    if place.is_dir():
        _clear_dead(place)
        _refuse_large_folder(place)
        yield _root_of(place, place.name)
        return
    is_table = place.suffix.lower() in _TABLES
    if not is_table and not zipfile.is_zipfile(place):
        code = "package_back_broken" if place.suffix.lower() == ".zip" else "package_back_no_package"
        raise InputError(code, name=place.name, reason="–")
    with _folder_in(_writable(place, elsewhere)) as folder:
        if is_table:
            shutil.copyfile(place, folder / place.name)
        else:
            _unpack(place, folder)
        yield _root_of(folder, place.name)


@contextmanager
def _folder_in(home: Path) -> Iterator[Path]:
    """Yield an empty folder that is gone afterwards."""
    _clear_dead(home)
    with held(lambda: Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home)), _MARK) as made:
        folder = made.path / "p"
        folder.mkdir()
        yield folder


def _clear_dead(home: Path) -> None:
    """Remove what killed programs unpacked there; what a living one works with stays."""
    for mark in home.glob(f"{_PREFIX}*/{_MARK}"):
        if mark.is_file():
            clear_if_dead(mark)
    for folder in home.glob(f"{_PREFIX}*"):
        if _OURS.fullmatch(folder.name):
            clear_bare(folder)


def _writable(place: Path, elsewhere: Path | None) -> Path:
    """Return the folder to unpack into.

    :raises InputError: ``package_back_no_place``.
    """
    found = next((one for one in (place.parent, elsewhere) if one is not None and os.access(one, os.W_OK)), None)
    if found is None:
        raise InputError("package_back_no_place", name=place.name)
    return found


def _unpack(path: Path, folder: Path) -> None:
    name = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked(archive, name, shutil.disk_usage(folder).free)
            for inside, member in members.items():
                target = folder.joinpath(*inside.split("/"))
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, target.open("wb") as stream:
                    shutil.copyfileobj(source, stream, 1 << 20)
    except _UNREADABLE as error:
        raise InputError("package_back_broken", name=name, reason=str(error) or type(error).__name__) from error


def _checked(archive: zipfile.ZipFile, name: str, free: int) -> dict[str, zipfile.ZipInfo]:
    """Return path inside → entry of the files to unpack; nothing has been written yet.

    :raises InputError: see :func:`unpacked`.
    """
    found: dict[str, zipfile.ZipInfo] = {}
    known: set[str] = set()
    members = [member for member in archive.infolist() if not member.is_dir()]
    total = sum(member.file_size for member in members)
    if len(members) > MOST_FILES or total > min(MOST_BYTES, free):
        raise InputError(
            "package_back_too_large",
            name=name,
            files=len(members),
            size=_megabytes(total),
            most=_megabytes(MOST_BYTES),
        )
    for member in members:
        inside = _name_of(member)
        if member.flag_bits & _ENCRYPTED:
            raise InputError("zip_encrypted", name=name)
        if _escapes(inside) or stat.S_ISLNK(member.external_attr >> 16):
            raise InputError("package_back_escapes", name=name, file=inside)
        if member.file_size > _RATIO_FROM and member.file_size > _MOST_RATIO * max(member.compress_size, 1):
            size, most = _megabytes(member.file_size), _megabytes(MOST_BYTES)
            raise InputError("package_back_too_large", name=name, files=len(members), size=size, most=most)
        if inside.casefold() in known:
            raise InputError("package_back_broken", name=name, reason=inside)
        known.add(inside.casefold())
        if not any(part.startswith(_NOT_DATA) for part in (inside, inside.rsplit("/", 1)[-1])):
            found[inside] = member
    return found


def _name_of(member: zipfile.ZipInfo) -> str:
    """Return the path of an entry; archivers write GBK or UTF-8 without saying so."""
    name = member.orig_filename
    return name if member.flag_bits & _UTF8_NAME else member_title(name)


def _escapes(inside: str) -> bool:
    """Tell whether a path is none of a file below the folder that it is unpacked into, on any system."""
    parts = inside.replace("\\", "/").split("/")
    is_odd = "\\" in inside or "\0" in inside or ":" in inside or _DRIVE.match(inside) is not None
    return is_odd or any(part.strip(" .") == "" for part in parts)


def _refuse_large_folder(folder: Path) -> None:
    total = count = 0
    for file in folder.rglob("*"):
        count += 1
        if count > MOST_FILES:
            break
        if file.is_symlink() and not file.resolve().is_relative_to(folder.resolve()):
            raise InputError("package_back_escapes", name=folder.name, file=file.name)
        if file.is_file():
            total += file.stat().st_size
    if count > MOST_FILES or total > MOST_BYTES:
        size, most = _megabytes(total), _megabytes(MOST_BYTES)
        raise InputError("package_back_too_large", name=folder.name, files=count, size=size, most=most)


def _root_of(folder: Path, name: str) -> Path:
    """Return the folder of the one manifest, else the one folder with files in it.

    :raises InputError: ``package_back_several``.
    """
    manifests = sorted(folder.rglob(MANIFEST), key=lambda file: (len(file.parts), str(file)))
    if len(manifests) > 1:
        raise InputError("package_back_several", name=name, count=len(manifests))
    return manifests[0].parent if manifests else folder


def _megabytes(size: int) -> int:
    return -(-size // (1 << 20))
