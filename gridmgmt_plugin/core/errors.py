"""Errors that a user can meet: typed by a stable code, told in the reader's language."""

from __future__ import annotations

from typing import Any

from gridmgmt_plugin.core.messages import Message


class GridError(Exception):
    """Something that the user must know and can act on; ``code`` is stable, ``details`` fill the sentence.

    >>> raise GridError("file_missing", path="街巷.csv")  # doctest: +SKIP
    """

    def __init__(self, code: str, /, **details: Any) -> None:
        super().__init__(code)
        self.message = Message(code, details)

    @property
    def code(self) -> str:
        """Return the stable code, a key of ``resources/messages``."""
        return self.message.code

    def text(self, language: str = "en") -> str:
        """Return the sentence in ``language``: what is wrong, where, and what to do."""
        return self.message.text(language)

    def __str__(self) -> str:
        return self.text()


class InputError(GridError):
    """What the user gave cannot be used: a file, a field, a geometry, a parameter."""


class WorkspaceError(GridError):
    """The workspace cannot be opened, read or written as asked."""


class TornReadError(WorkspaceError):
    """Somebody wrote while several tables were being read: what was read does not belong together."""

    def __init__(self, path: str) -> None:
        super().__init__("workspace_changed_while_read", path=path)


class CapabilityError(GridError):
    """A library or a feature of it is missing on this machine."""


class Cancelled(GridError):  # noqa: N818  the word of QGIS and of planners
    """The user stopped the job; nothing was written."""

    def __init__(self) -> None:
        super().__init__("cancelled")
