"""Departments named by code, name or short name, brought to the code of the department table."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from gridmgmt_plugin.core.posts.department_names import DepartmentNames
from gridmgmt_plugin.core.rows import as_column
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.workspace.workspace import Workspace

_SEVERAL = re.compile(r"[/、,，;；|]+")


class DepartmentCodes(DepartmentNames):
    """The departments of a workspace; where its table is still empty every text is taken as it stands."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace.read("department", ["code", "name", "short_name"], geometry=False))

    def codes(self, column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the codes of a column (``None`` for what is not known) and the int64 rows that are not known."""
        lookup = {value: self.code(value) for value in set(column.tolist())}
        unknown = [r for r, value in enumerate(column) if lookup[value] is None and clean_text(value) is not None]
        return as_column(lookup[value] for value in column), np.array(unknown, dtype=np.int64)

    def several(self, value: object) -> Sequence[str]:
        """Return the codes of a cell that names several departments (D11/D12); empty unless all are known."""
        parts = [part for part in _SEVERAL.split(clean_text(value) or "") if part.strip()]
        codes = [self.code(part) for part in parts]
        return [code for code in codes if code] if len(parts) > 1 and all(codes) else []
