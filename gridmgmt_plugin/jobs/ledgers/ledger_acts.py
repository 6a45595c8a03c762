"""Acts on a ledger as a whole: another name, other statuses that are done, another look; taking it away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gridmgmt_plugin.core.ledgers.ledger import checked_look, with_statuses
from gridmgmt_plugin.core.letters import parts_of
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.jobs.ledgers.import_ledger import LedgerWishes, ledger_change
from gridmgmt_plugin.jobs.ledgers.ledger_counts import ledger_named
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.row_acts import write_rows
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE_CHANGE, GESTURE_REMOVE = "change_ledger", "remove_ledger"


def change_ledger(
    workspace: Workspace,
    key: str,
    wishes: LedgerWishes,
    *,
    done: Sequence[str] | None = None,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Give a ledger another name, look, or other statuses that count as done; what is left empty stays.

    :param done: the statuses that count as done, of the wishes unless given: there may be none.

    :raises InputError: ``ledger_unknown``, ``ledger_symbol_unknown``, ``ledger_colour_unclear``.
    """
    progress = progress or Progress()
    symbol, colour = checked_look(wishes.symbol, wishes.colour)
    act = Act.now(GESTURE_CHANGE, author)
    with workspace.transaction(author, GESTURE_CHANGE) as transaction:
        transaction.hold("ledger")
        before = ledger_named(workspace, key)
        over = with_statuses((), parts_of(wishes.done) if done is None else done)
        over = over if wishes.done or done is not None else before.done
        after = replace(
            before,
            title=wishes.title.strip() or before.title,
            statuses=with_statuses(before.statuses, over),
            done=over,
            symbol=symbol or before.symbol,
            colour=colour or before.colour,
        )
        written = write_rows(transaction, [ledger_change(workspace, after)], act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    note = Message("ledger_changed" if written else "ledger_unchanged", {"title": after.title})
    return Report("changeledger", written, notes=(note,))


def remove_ledger(workspace: Workspace, key: str, *, author: str = "", progress: Progress | None = None) -> Report:
    """Take a ledger away with all its items; the last save can be taken back, and all of it is there again.

    :raises InputError: ``ledger_unknown``.
    """
    progress = progress or Progress()
    act = Act.now(GESTURE_REMOVE, author)
    with workspace.transaction(author, GESTURE_REMOVE) as transaction:
        transaction.hold("ledger", "ledger_item")
        ledger = ledger_named(workspace, key)
        items = workspace.read("ledger_item", where={"ledger": key})
        entry = workspace.read("ledger", where={"key": key}, geometry=False)
        changes = [TableChange("ledger_item", deleted=items), TableChange("ledger", deleted=entry)]
        write_rows(transaction, changes, act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    note = Message("ledger_removed", {"title": ledger.title, "count": len(items)})
    return Report("removeledger", len(items), notes=(note,))
