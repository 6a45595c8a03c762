"""In which order tables are held: all take them in this one, so that nobody waits for somebody who waits for him."""

from __future__ import annotations

from collections.abc import Iterable

from gridmgmt_plugin.workspace.schema import tables


def in_holding_order(names: Iterable[str]) -> list[str]:
    """Return tables, each once, as the schema has them: ground, people, lanes, points, codes, records, releases."""
    place = {name: at for at, name in enumerate(tables())}
    return sorted(set(names), key=place.__getitem__)
