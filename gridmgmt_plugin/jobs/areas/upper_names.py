"""What areas above those of a layer are called: a layer of communities names its street offices beside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gridmgmt_plugin.core.codes.areas import parent_code
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.core.text import clean_texts


def names_above(rows: Rows, codes: Sequence[str], headings: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return, for each column of ``headings`` that names the areas one or two levels up, code of such an area → name.

    Such a column says the same for all rows of one upper area, and something else for every other one. A column names
    one level, the nearest that it fits.
    """
    found = {}
    for heading in headings if len(codes) else ():
        names = clean_texts(rows[heading]).tolist()
        above: np.ndarray = np.asarray(codes, dtype=object)
        while all(above := np.array([parent_code(code) if code else None for code in above], dtype=object)):
            said = _one_each(above.tolist(), names)
            if said:
                found[heading] = said
                break
    return found


def _one_each(codes: Sequence[str], names: Sequence[str | None]) -> dict[str, str]:
    """Return code → name where they go together one to one, else nothing."""
    pairs = {(code, name) for code, name in zip(codes, names) if name}
    said = dict(pairs)
    is_one_to_one = len(said) == len(pairs) == len(set(said.values())) and len(said) == len(set(codes))
    return said if is_one_to_one else {}
