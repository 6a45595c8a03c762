"""Which sheets or layers of a file that arrived hold cases: asked where some of it has been taken in."""

from __future__ import annotations

from pathlib import Path

from gridmgmt_plugin.core.errors import CapabilityError, InputError
from gridmgmt_plugin.exchange.reading import list_layers, read_source
from gridmgmt_plugin.jobs.intake.file_columns import choose_columns

# What says that a file cannot be read now, and nothing of what is in it.
_ACCESS = ("file_locked", "file_no_permission", "file_missing")


class PartsWithCases:
    """Answers for files; each content is gone through once, when it can be read."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}

    def __call__(self, path: Path, digest: str) -> tuple[str, ...] | None:
        """Return the names of the sheets or layers in which rows say when a case was reported; ``None`` while the
        file cannot be read, or not with what is installed.
        """
        if digest not in self._known:
            found = _parts_with_cases(path)
            if found is None:
                return None
            self._known[digest] = found
        return self._known[digest]


def _parts_with_cases(path: Path) -> tuple[str, ...] | None:
    try:
        names = [layer.name for layer in list_layers(path)]
        return tuple(name for name in names if _holds_cases(path, name))
    except CapabilityError:
        return None
    except InputError as error:
        return None if _is_of_access(error) else ()


def _holds_cases(path: Path, name: str) -> bool:
    try:
        source = read_source(path, name)
    except InputError as error:
        if _is_of_access(error):
            raise
        return False  # an import would refuse it
    return len(source) > 0 and "reported_at" in choose_columns(source, "cases")


def _is_of_access(error: InputError) -> bool:
    return error.code in _ACCESS or isinstance(error.__cause__, OSError)
