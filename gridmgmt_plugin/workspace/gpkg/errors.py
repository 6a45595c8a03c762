"""What SQLite says, as our typed errors; without numpy or shapely, for whoever only looks at a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.workspace.duplicates import duplicate_reason


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite says into our typed errors.

    :raises WorkspaceError: ``workspace_locked``, ``workspace_read_only``, ``workspace_duplicate_key``,
        ``workspace_write_refused`` (by a trigger of the file), ``workspace_disk_full`` or ``workspace_unreadable``,
        each with the file's path; ``text_not_storable`` for half a character.
    """
    try:
        yield
    except UnicodeEncodeError as error:
        raise WorkspaceError("text_not_storable", sign=f"U+{ord(error.object[error.start]):04X}") from error
    except sqlite3.IntegrityError as error:
        if "UNIQUE" in str(error):
            reason = duplicate_reason(str(error))
            raise WorkspaceError("workspace_duplicate_key", path=str(path), reason=reason) from error
        raise WorkspaceError("workspace_write_refused", path=str(path), reason=str(error)) from error
    except sqlite3.DatabaseError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            code = "workspace_locked"
        elif "readonly" in text:
            code = "workspace_read_only"
        elif "full" in text:
            code = "workspace_disk_full"
        else:
            code = "workspace_unreadable"
        raise WorkspaceError(code, path=str(path), reason=text) from error
