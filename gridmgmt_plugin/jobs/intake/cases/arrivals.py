"""Which sheets or layers of a file that arrived hold cases: asked where some of it has been taken in."""

from __future__ import annotations

from pathlib import Path

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.exchange.reading import list_layers, read_source
from gridmgmt_plugin.jobs.intake.file_columns import choose_columns


class PartsWithCases:
    """Answers for files; each content is gone through once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}

    def __call__(self, path: Path, digest: str) -> tuple[str, ...]:
        """Return the names of the sheets or layers in which rows say when a case was reported.

        :raises CapabilityError: what reading a file of this kind needs.
        """
        if digest not in self._known:
            names = [layer.name for layer in list_layers(path)]
            self._known[digest] = tuple(name for name in names if _holds_cases(path, name))
        return self._known[digest]


def _holds_cases(path: Path, name: str) -> bool:
    try:
        source = read_source(path, name)
    except InputError:  # an import would refuse it
        return False
    return len(source) > 0 and "reported_at" in choose_columns(source, "cases")
