"""Files that change their place: patient with a program that looks into them for a moment, and told when it stays.

On Windows a file that any program holds open can be neither replaced nor renamed nor deleted; antivirus programs,
backups and the preview of a folder hold each new file for some tenths of a second. What is refused for that reason is
tried again for about three seconds.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import count
from pathlib import Path, PurePath, PureWindowsPath
from urllib.parse import quote, unquote, urlsplit
from urllib.request import url2pathname

from gridmgmt_plugin.core.errors import WorkspaceError

PATIENCE_S = 3.0
# Signs that programs put before what lasts a moment, and letters that no file system takes for others.
_SIGNS, _MARKS, _MARK_LENGTH = "~$#@!+=", "0123456789abcdefghijklmnopqrstuvwxyz", 9
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 0.5
# ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
_HELD = (5, 32, 33)
_BLOCK = 1 << 20
_LONG_PATH = "\\\\?\\"
# What QGIS writes behind the path of a file; a name of a layer or sheet may hold "|" itself.
_OPTION = re.compile(
    r"\|\s*(?:(?P<key>layername|layerid|subset|geometrytype|uniquegeometrytype|authcfg)\s*=|(?:option|credential):)",
    re.IGNORECASE,
)
_QUOTES = ('""', "''", "“”", "‘’", "「」", "《》", "<>")


def staging_path(target: Path, suffix: str | None = None) -> Path:
    """Return the name beside ``target`` under which it is made before it gets its own.

    It is the same every time, so that the next one finds what a killed program left, and never longer: Windows
    refuses paths that are too long, and what has a place shall be made beside it.

    :param suffix: where the format wants another one than the target's.
    """
    return _staged(target, target.suffix if suffix is None else suffix, 0)


def staging_paths(targets: Sequence[Path]) -> list[Path]:
    """Return such a name for each of several files that are made together, no two of them the same."""
    found: list[Path] = []
    for target in targets:
        names = (_staged(target, target.suffix, turn) for turn in count())
        found.append(next(name for name in names if name not in found and name not in targets))
    return found


def _staged(target: Path, suffix: str, turn: int) -> Path:
    """Return the name that comes up in a turn; only when there are more files than names it grows."""
    letters = min(max(len(target.name) - len(suffix), 1), _MARK_LENGTH) - 1
    while turn >= len(_SIGNS) * len(_MARKS) ** letters:
        turn -= len(_SIGNS) * len(_MARKS) ** letters
        letters += 1
    sign, turn = divmod(turn, len(_MARKS) ** letters)
    number = int.from_bytes(sha256(target.name.encode("utf-8", "surrogatepass")).digest()[:8], "big") + turn
    mark = "".join(_MARKS[number // len(_MARKS) ** place % len(_MARKS)] for place in range(letters))
    name = f"{_SIGNS[sign]}{mark}{suffix}"
    return target.with_name(name if name.casefold() != target.name.casefold() else f"_{mark}{suffix}")


def replace_file(source: Path, target: Path) -> None:
    """Put a file where another one may stand: the new one is there or the old one, never half of either.

    :raises WorkspaceError: ``file_held`` when another program holds one of them; :raises OSError: any other refusal.
    """
    _patiently(lambda: os.replace(source, target), source, target)  # noqa: PTH105  as the name of this function says


def rename(source: Path, target: Path) -> None:
    """Give a file or a folder a new name that nobody has.

    :raises WorkspaceError: ``file_held``; :raises OSError: any other refusal.
    """
    _patiently(lambda: source.rename(target), source, target)


def remove_file(path: Path) -> None:
    """Remove a file; one that is not there is no error.

    :raises WorkspaceError: ``file_held``; :raises OSError: any other refusal.
    """
    _patiently(lambda: path.unlink(missing_ok=True), path)


def remove_folder(path: Path) -> None:
    """Remove a folder with all that is in it.

    :raises WorkspaceError: ``file_held``; :raises OSError: any other refusal.
    """
    _patiently(lambda: shutil.rmtree(path), path)


def remove_empty_folder(path: Path) -> None:
    """Remove a folder that holds nothing, in one step: what comes into it meanwhile keeps it.

    :raises OSError: when it holds something, is not there or is not ours to remove.
    """
    path.rmdir()


def clear_away(path: Path) -> bool:
    """Remove what was left unfinished, a file or a folder; tell whether it is gone.

    Never raises: what failed before is what the user must hear of.
    """
    try:
        if path.is_dir():
            remove_folder(path)
        else:
            remove_file(path)
    except (OSError, WorkspaceError):
        return False
    return True


def free_name(folder: Path, stem: str, ending: str = ".gpkg") -> Path:
    """Return a file in ``folder`` that does not exist yet, a workspace's or one with another ``ending``: ``stem``,
    else ``stem 2`` and so on.
    """
    numbers = count(2)
    path = folder / f"{stem}{ending}"
    while path.exists():
        path = folder / f"{stem} {next(numbers)}{ending}"
    return path


def sqlite_uri(path: PurePath, mode: str) -> str:
    """Return the address by which SQLite opens a file in ``mode`` (``ro``, ``rw`` …).

    SQLite takes an address with a server for none of its own: a share of a network is written with an empty server
    (``file:////server/share/…``), a drive stays the drive (``file:///Z:/…``). A relative path is seen from the
    working folder; nothing else is resolved, for a mapped drive would become the share behind it.

    Source: https://www.sqlite.org/uri.html, sections 3.1 and 3.3.
    """
    text = str(path if path.is_absolute() else Path(path).absolute())
    if isinstance(path, PureWindowsPath):
        if text.startswith(_LONG_PATH + "UNC\\"):
            text = "\\\\" + text[len(_LONG_PATH) + 4 :]
        text = text.removeprefix(_LONG_PATH).replace("\\", "/")
    address = quote(text, safe="/:")
    lead = "file://" if address.startswith("/") else "file:///"
    return f"{lead}{address}?mode={mode}"


def plain_path(given: str) -> str:
    """Return a path as programs want it: without the quotation marks of a file manager, and for an address the file.

    ``file:///C:/a`` is ``C:\\a`` on Windows, and ``file://server/share/a`` keeps its server (``//server/share/a``).
    What names a file as it stands is left alone.
    """
    if _exists(given):
        return given
    text = given.strip()
    if len(text) > 1 and text[0] + text[-1] in _QUOTES:
        text = text[1:-1].strip()
    if text.lower().startswith("file:"):
        parts = urlsplit(text.replace("\\", "/"))
        server = "" if parts.netloc.lower() in ("", "localhost") else f"//{parts.netloc}"
        text = server + (unquote(parts.path) if server else url2pathname(parts.path))
    return text


def split_layer(given: str) -> tuple[str, str | None]:
    """Return file and layer of QGIS's form ``file|layername=x|subset=…``; other options are left to QGIS.

    The name of the layer goes on until another option, blanks and all: those of sheets may begin and end with them.
    The file is as :func:`plain_path` gives it.
    """
    if _exists(given):  # "|" may stand in the name of a file
        return given, None
    options = list(_OPTION.finditer(given))
    head = given[: options[0].start()] if options else given
    file = plain_path(head)
    if not _exists(file):
        file = plain_path(head.partition("|")[0])
    ends = [*(option.start() for option in options[1:]), len(given)]
    names = (given[option.end() : end] for option, end in zip(options, ends) if _key(option) == "layername")
    return file, next(names, None)


def _key(option: re.Match[str]) -> str:
    return (option["key"] or "").lower()


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # too long for a name, a folder that may not be entered
        return False


def _patiently(deed: Callable[[], object], *paths: Path) -> None:
    """Do it, again and again while a program holds one of the files."""
    end, pause = time.monotonic() + PATIENCE_S, _FIRST_PAUSE_S
    while True:
        try:
            deed()
        except OSError as error:
            if getattr(error, "winerror", None) not in _HELD:
                raise
            if time.monotonic() + pause > end:
                raise WorkspaceError("file_held", path=str(error.filename or paths[0])) from error
        else:
            return
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_S)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
