"""A folder in which files arrive: which of them have not been taken in yet, by their content.

A file that was taken is an entry of its own in the workspace's information, ``taken_file:<SHA-256>``: one that was
renamed or copied is known again, and no name or folder of anybody's computer is kept. One sheet of a workbook, or
layer of a file, is ``taken_file:<SHA-256>/<digest of its name>``.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.files import sha256_of, split_layer
from gridmgmt_plugin.core.progress import Progress

#: Files that hold what they say by themselves; what lies in several files is chosen by hand.
ENDINGS = (".csv", ".txt", ".xlsx", ".gpkg", ".geojson", ".json", ".zip")
_ENTRY = "taken_file:"
# How programs call what they only keep for themselves: ~$案件.xlsx, .~lock.案件.csv#
_OWN_FILES = ("~", ".")
_PART, _PART_DIGITS = "/", 16

#: Path, size and time of the last change of a file → its digest, so that no file is gone through twice.
KnownDigests = MutableMapping[tuple[str, int, int], str]
#: File and its digest → the sheets or layers of it that hold cases, ``None`` while it cannot be read.
PartsOf = Callable[[Path, str], "Sequence[str] | None"]


@dataclass(frozen=True)
class ArrivedFile:
    """A file that was not taken in yet. ``digest``: SHA-256 of its content. ``parts``: the sheets or layers that are
    left, where others were taken in.
    """

    path: Path
    digest: str
    parts: tuple[str, ...] = ()


def taken_entry(digest: str, day: date) -> tuple[str, str]:
    """Return key and value under which the workspace keeps that a file was taken in."""
    return _ENTRY + digest, day.isoformat()


def taken_digests(entries: Mapping[str, str]) -> frozenset[str]:
    """Return the digests of the files that were taken in; ``entries``: of the workspace's information."""
    return frozenset(key[len(_ENTRY) :] for key in entries if key.startswith(_ENTRY))


def digest_of_input(given: str) -> str:
    """Return the digest of a file that is given as to a job, "" for what is no file by itself.

    Of one that is given with a layer (``a.xlsx|layername=S``) it is that of this layer.
    """
    file, part = split_layer(given)
    path = Path(file)
    if not path.is_file() or not path.name.lower().endswith(ENDINGS):
        return ""
    return sha256_of(path) if part is None else _part_digest(sha256_of(path), part)


def arrived_files(
    folder: Path, taken: Iterable[str], known: KnownDigests, parts_of: PartsOf, progress: Progress | None = None
) -> tuple[ArrivedFile, ...]:
    """Return the files in a folder itself that were not taken in yet: in the order of their names, each content once.

    One that is just being written, or that somebody holds, is left for the next look. ``known`` is filled.
    ``parts_of`` is asked of files of which a part was taken in.

    :raises InputError: ``arrival_folder_unreadable``. :raises Cancelled: whenever it is wanted.
    """
    progress = progress or Progress()
    try:
        with os.scandir(folder) as entries:
            paths = sorted(Path(entry.path) for entry in entries if entry.is_file() and _may_hold_cases(entry.name))
    except OSError as error:
        raise InputError("arrival_folder_unreadable", name=folder.name, reason=error.strerror or "–") from error
    seen, found = set(taken), []
    begun = {digest.partition(_PART)[0] for digest in seen if _PART in digest}
    for number, path in enumerate(paths):
        progress.report(number / len(paths))
        digest = _digest(path, known)
        if digest is not None and digest not in seen:
            parts = parts_of(path, digest) if digest in begun else ()
            if parts is None:
                continue
            left = tuple(part for part in parts if _part_digest(digest, part) not in seen)
            seen.add(digest)
            if left or digest not in begun:
                found.append(ArrivedFile(path, digest, left))
    return tuple(found)


def _part_digest(digest: str, part: str) -> str:
    return digest + _PART + hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()[:_PART_DIGITS]


def _may_hold_cases(name: str) -> bool:
    return name.lower().endswith(ENDINGS) and not name.startswith(_OWN_FILES)


def _digest(path: Path, known: KnownDigests) -> str | None:
    """Return the digest of a file, ``None`` of one that is empty, changed meanwhile or cannot be read now."""
    try:
        before = _state(path)
        if before[1] == 0:
            return None
        if before not in known:
            digest = sha256_of(path)
            if _state(path) != before:
                return None
            known[before] = digest
    except OSError:  # gone again, or held by the program that writes it
        return None
    return known[before]


def _state(path: Path) -> tuple[str, int, int]:
    told = path.stat()
    return str(path), told.st_size, told.st_mtime_ns
