"""Folders that a job was given: as programs want their path, and never the one that QGIS happens to run in."""

from __future__ import annotations

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.files import plain_path
from gridmgmt_plugin.processing.call import Call


def folder_of(call: Call, name: str) -> str | None:
    """Return a folder, ``None`` when there is nothing, or nothing but quotation marks, where its path should be."""
    return plain_path(call.text(name) or "").strip() or None


def required_folder(call: Call, name: str) -> str:
    """Return a folder that must be given.

    :raises InputError: ``parameter_missing``.
    """
    folder = folder_of(call, name)
    if folder is None:
        raise InputError("parameter_missing", name=name)
    return folder
