"""Departments as offices name them: by code, name or short name, brought to the code of the department table."""

from __future__ import annotations

from typing import Any

from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_text
from gridmgmt_plugin.core.value_words import comparable


class DepartmentNames:
    """The departments of a workspace; where none are known every text is taken as it stands."""

    def __init__(self, rows: Rows | None) -> None:
        """Take the ``department`` table (``code``, ``name``, ``short_name``); a code weighs more than a name."""
        self.known = rows is not None and len(rows) > 0
        self._codes: dict[str, str] = {}
        for column in ("code", "name", "short_name"):
            if rows is not None and column in rows:
                for word, code in zip(rows[column], rows["code"]):
                    if comparable(word):
                        self._codes.setdefault(comparable(word), str(code))

    def code(self, value: Any) -> str | None:
        """Return the code that a cell means, ``None`` for nothing and for what is not known."""
        text = clean_text(value)
        return self._codes.get(comparable(text)) if self.known else text
