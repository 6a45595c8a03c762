"""Under which kind the code register keeps the codes of a table."""

from __future__ import annotations


def register_kind(table: str, scheme: str = "") -> str:
    """Return the register's kind for codes of ``table``.

    Every grid scheme numbers its responsibility grids by itself, so two schemes may use the same digits: their codes
    are kept under the name of the scheme's column in ``unit_grid``. All other tables go by their own name.
    """
    return f"rg_{scheme}" if table == "responsibility_grid" and scheme else table
