"""Places that a table names, by their code or by a name that one of them alone bears."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from gridmgmt_plugin.core import columns
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_code
from gridmgmt_plugin.core.value_words import comparable

#: What stands for a text that names no place, and for a name that several bear.
NOWHERE, SEVERAL = -1, -2


def named_places(named: Iterable[str | None], places: Rows) -> np.ndarray:
    """Return the row of each named place, int64; :data:`NOWHERE`, or :data:`SEVERAL` where several bear the name.

    :param places: with ``code`` and ``name``.
    """
    by_code = {code: row for row, code in enumerate(columns.texts(places, "code").tolist())}
    by_name: dict[str, int] = {}
    for row, name in enumerate(columns.texts(places, "name").tolist()):
        if name:
            key = comparable(name)
            by_name[key] = SEVERAL if key in by_name else row
    found = (by_code.get(clean_code(name) or "", by_name.get(comparable(name), NOWHERE)) for name in named)
    return np.fromiter(found, dtype=np.int64)
