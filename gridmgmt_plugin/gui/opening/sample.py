"""The sample district that comes with the plugin: a ready-made workspace, copied before it is opened."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.files import replace_file, staging_path
from gridmgmt_plugin.core.resources import resource_root
from gridmgmt_plugin.gui.opening.sample_words import write_in_english
from gridmgmt_plugin.project.i18n import language

#: The workspace and the project made from it; the project finds the workspace beside it by its name.
WORKSPACE, PROJECT = "workspace.gpkg", "workspace.qgz"


def sample_folder() -> Path:
    """Return the folder that holds the ready-made sample: in the plugin, or in a checkout what the demo made.

    :raises InputError: ``sample_missing``.
    """
    root = resource_root()
    for folder in (root / "sample" / "workspace", root.parent / "out" / "sample", root.parent / "out" / "demo"):
        if (folder / WORKSPACE).is_file():
            return folder
    raise InputError("sample_missing", path=str(root / "sample" / "workspace"))


def copy_sample(target: Path) -> tuple[Path, bool]:
    """Copy the sample into ``target``, in the reader's language; return its workspace, and whether it is a fresh one.

    A sample that is there already is left as it is: the planner may have worked on it.

    :raises InputError: ``sample_missing``.
    :raises WorkspaceError: ``workspace_not_created`` when the folder cannot be written.
    """
    source, workspace = sample_folder(), target / WORKSPACE
    if workspace.exists():
        return workspace, False
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in (PROJECT, WORKSPACE):
            if (source / name).is_file():
                unfinished = staging_path(target / name)
                shutil.copyfile(source / name, unfinished)
                if name == WORKSPACE and language() == "en":
                    write_in_english(unfinished)
                replace_file(unfinished, target / name)
    except (OSError, sqlite3.Error) as error:
        raise WorkspaceError("workspace_not_created", path=str(workspace), reason=str(error)) from error
    return workspace, True
