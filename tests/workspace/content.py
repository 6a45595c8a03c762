"""What planners see of a workspace: every row of its tables without its number and version."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
import shapely

from gridmgmt_plugin.workspace.schema import tables
from gridmgmt_plugin.workspace.workspace import Workspace

LOGS = ("change_log", "take_back", "workspace_info")


def content(workspace: Workspace, names: Iterable[str] | None = None, without: Collection[str] = ()) -> dict:
    """Return table → sorted rows; of each row its values as text, sorted by column, and its shape.

    Shapes are compared with where their rings begin left out.

    :param names: the tables; ``None`` = all but the logs. ``without``: columns that do not count.
    """
    hidden = {"row_version", *without}
    found = {}
    wanted = [name for name in tables() if name not in LOGS] if names is None else names
    with workspace.reading() as state:  # over one connection, which takes longer to open than a table to read
        read = {name: state.read(name) for name in wanted}
    for name, rows in read.items():
        records = rows.records()
        shapes = np.full(len(records), None) if rows.geometry is None else shapely.normalize(rows.geometry)
        found[name] = sorted(
            (
                sorted((k, str(v)) for k, v in record.items() if k not in hidden and v is not None),
                "" if shape is None else shape.wkb_hex,
            )
            for record, shape in zip(records, shapes)
        )
    return found
