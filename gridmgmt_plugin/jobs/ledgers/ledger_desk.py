"""The ledgers of a workspace as somebody looks through them: figures of each, and every item with how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gridmgmt_plugin.core import clock
from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.ledgers.ledger import Ledger
from gridmgmt_plugin.core.ledgers.standing import COLUMNS, stand, states_of
from gridmgmt_plugin.jobs.ledgers.ledger_counts import known_ledgers
from gridmgmt_plugin.workspace.workspace import Workspace

_TOLD = ("key", "name", "unit_grid", *COLUMNS)


@dataclass(frozen=True)
class ListedItem:
    """One item as texts, "" for nothing. ``states``: which of the figures count it."""

    ledger: str
    key: str
    name: str
    status: str
    prior_status: str
    due_on: str
    changed_on: str
    gone_on: str
    unit_grid: str
    states: frozenset[str]


@dataclass(frozen=True)
class ListedLedger:
    """A ledger, how many of its items stand how (see :data:`..standing.FIGURES`), and these items."""

    ledger: Ledger
    counts: Mapping[str, int]
    items: tuple[ListedItem, ...]


def read_ledgers(workspace: Workspace) -> tuple[ListedLedger, ...]:
    """Return the ledgers in the order of their making, each with its items in the order of the table."""
    with workspace.reading() as state:
        ledgers = known_ledgers(state)
        items = state.read("ledger_item", ["ledger", *_TOLD], geometry=False)
    today = clock.today().isoformat()
    found = []
    for key, ledger in ledgers.items():
        mine = items.take(items["ledger"] == key)
        standing = stand(mine, ledger.done, today, ledger.imported_on)
        columns = {name: texts(mine, name).tolist() for name in _TOLD}
        named = ("key", "name", "status", "prior_status", "due_on", "changed_on", "gone_on", "unit_grid")
        rows = zip(*(columns[name] for name in named), states_of(standing))
        found.append(ListedLedger(ledger, standing.counts(), tuple(ListedItem(key, *row) for row in rows)))
    return tuple(found)
