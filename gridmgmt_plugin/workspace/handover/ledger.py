"""The ledger side of a hand-over, in two steps with the move of the package between them.

First the number is taken and the content frozen, with a note of where the package will stand. Then, in the
transaction in which the package is moved to its place, the frozen release becomes one that was handed over. Whatever
kills the program in between, the ledger knows the number and the content of what may be out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gridmgmt_plugin.core.codes.stored import VALID
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.release.frozen import FrozenLayer, items_of
from gridmgmt_plugin.core.release.life import DRAFT, FREEZE, FROZEN, GIVE_UP, HAND_OVER, step
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.change_log import versioned_lines
from gridmgmt_plugin.workspace.changes.table_change import TableChange
from gridmgmt_plugin.workspace.handover.codes import KINDS, HandedCodes
from gridmgmt_plugin.workspace.handover.package_place import PackagePlace
from gridmgmt_plugin.workspace.opened_workspace import OpenedWorkspace
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.transaction import Transaction

#: What a hand-over keeps others from until it is entered.
HELD = ("unit_grid", "responsibility_grid", "code_register", "release")
# Under what the log tells of codes that became valid, also where that was made up for.
_GESTURE = "export_package"
# Of the entries in ``workspace_info`` that say which hand-overs are under way; the release's number follows.
_ENTRY = "handing_over_"
# And of those that say under which names a release was handed over.
_FILES = "delivered_files_"
# Of those that say in which form.
_FORM = "delivered_form_"
# Of the entries that say with which release the outlines of one passed the checks; the release's number follows.
_OUTLINES = "outlines_checked_"


@dataclass(frozen=True)
class Release:
    """One row of the ``release`` table, and what goes with it into the ``handover_log``.

    ``files``: layer or table → file name without suffix, where the receiver has another than ours. ``form``: what a
    release looks like to its receiver, as plain values.
    """

    number: str
    scheme: str
    receiver: str
    base_number: str | None
    grid_version: str
    author: str
    effective_from: str
    delivered_at: str
    content_hash: str
    classification: str
    means: str
    note: str
    replaces: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)

    def row(self) -> Rows:
        """Return the row of the ``release`` table, its content frozen."""
        values: dict[str, Any] = {
            "number": self.number,
            "scheme": self.scheme,
            "receiver": self.receiver or None,
            "state": step(DRAFT, FREEZE, self.number),
            "base_number": self.base_number,
            "grid_version": self.grid_version,
            "author": self.author or None,
            "effective_from": self.effective_from,
            "delivered_at": self.delivered_at,
            "content_hash": self.content_hash,
            "replaces": self.replaces,
        }
        return Rows({name: as_column([value]) for name, value in values.items()})

    def log_row(self) -> Rows:
        """Return the row of the ``handover_log`` table."""
        values: dict[str, Any] = {
            "handed_at": self.delivered_at,
            "release_number": self.number,
            "handed_by": self.author or None,
            "receiver": self.receiver or None,
            "means": self.means,
            "classification": self.classification,
            "note": self.note or None,
            "act": HAND_OVER,
        }
        return Rows({name: as_column([value]) for name, value in values.items()})


@dataclass(frozen=True)
class OutlinesChecked:
    """``release``: number of the release before which the outlines passed the checks; ``digest``: of all that these
    looked at, "" where that may not stand for a later release.
    """

    release: str
    digest: str


@dataclass(frozen=True)
class UnderWay:
    """A hand-over whose number is taken and which is not ended yet."""

    release: Release
    place: PackagePlace

    def entry(self) -> str:
        """Return the entry of ``workspace_info`` as text."""
        place = {"folder": str(self.place.target), "package": self.place.name, "token": self.place.token}
        return json.dumps({**place, "release": asdict(self.release)}, ensure_ascii=False)

    @classmethod
    def of(cls, entry: str) -> UnderWay:
        """Read what :meth:`entry` wrote."""
        found = json.loads(entry)
        return cls(Release(**found["release"]), PackagePlace(Path(found["folder"]), found["package"], found["token"]))


def under_way(workspace: OpenedWorkspace) -> list[UnderWay]:
    """Return the hand-overs that are under way now, or were when a program was killed."""
    entries = workspace.read("workspace_info", geometry=False)
    found = sorted((key, value) for key, value in zip(entries["key"], entries["value"]) if is_entry(key))
    return [UnderWay.of(value) for _, value in found]


def is_entry(key: str) -> bool:
    """Tell whether an entry of ``workspace_info`` says that a hand-over is under way."""
    return key.startswith(_ENTRY)


def outlines_checked(workspace: OpenedWorkspace, number: str) -> OutlinesChecked | None:
    """Return how the outlines of a release passed the checks, ``None`` where nothing says so."""
    found = workspace.read("workspace_info", ["value"], {"key": _OUTLINES + number}, geometry=False)["value"].tolist()
    return OutlinesChecked(**json.loads(found[0])) if found else None


def take_number(
    transaction: Transaction, started: UnderWay, frozen: Mapping[str, FrozenLayer], outlines: OutlinesChecked
) -> None:
    """Write the release and its frozen content, how its outlines passed, and where the package will stand.

    :raises WorkspaceError: ``workspace_duplicate_key`` at the end of the transaction at the latest, when somebody
        else took the number meanwhile: nothing else here has a key.
    """
    number = started.release.number
    items = items_of(frozen)
    transaction.insert("release", started.release.row())
    transaction.insert("release_item", items.with_columns(release_number=[number] * len(items)))
    transaction.set_info(_OUTLINES + number, json.dumps(asdict(outlines)))
    transaction.set_info(_ENTRY + number, started.entry())


def hand_over(workspace: OpenedWorkspace, transaction: Transaction, started: UnderWay) -> int:
    """Turn the frozen release into one that was handed over: codes and grids become valid, the log is written.

    All of it follows from what was frozen. Return how many codes became valid.

    :raises WorkspaceError: ``package_workspace_changed`` when somebody else ended this hand-over meanwhile.
    """
    release = started.release
    transaction.hold(*HELD)
    frozen = _frozen(workspace, release.number)
    items = workspace.read("release_item", ["layer", "row_key"], {"release_number": release.number}, geometry=False)
    codes = _codes(items)
    handed = HandedCodes(workspace, release.scheme, codes, release.delivered_at, release.author, are_frozen=True)
    # Everything is read before anything is written: once much is written, nobody can read the file.
    cells, grids = (
        _made_valid(workspace, table, codes[table], release.scheme) for table in ("unit_grid", "responsibility_grid")
    )
    handed.write(transaction)
    for change in (cells, grids):
        change.write(transaction)
    act = Act(_GESTURE, release.author, release.delivered_at)
    transaction.insert("change_log", versioned_lines(cells, act))
    transaction.update("release", frozen.with_columns(state=[step(FROZEN, HAND_OVER, release.number)]))
    transaction.insert("handover_log", release.log_row())
    if release.files:
        transaction.set_info(_FILES + release.number, json.dumps(dict(release.files), ensure_ascii=False))
    if release.form:
        transaction.set_info(_FORM + release.number, json.dumps(dict(release.form), ensure_ascii=False))
    transaction.log("release", release.number, None, json.dumps(_told(release, items), ensure_ascii=False))
    _end(transaction, release.number)
    return handed.count


def delivered_files(workspace: OpenedWorkspace, number: str) -> Mapping[str, str]:
    """Return layer or table → file name of a release, where its receiver has another name than ours."""
    entry = workspace.read("workspace_info", ["value"], {"key": _FILES + number}, geometry=False)["value"]
    return json.loads(entry[0]) if len(entry) else {}


def delivered_form(workspace: OpenedWorkspace, number: str) -> Mapping[str, Any] | None:
    """Return in which form a release was handed over, ``None`` where nothing says so."""
    entry = workspace.read("workspace_info", ["value"], {"key": _FORM + number}, geometry=False)["value"]
    return json.loads(entry[0]) if len(entry) else None


def give_up(workspace: OpenedWorkspace, transaction: Transaction, started: UnderWay, *, was_out: bool) -> None:
    """End a hand-over whose package is not there.

    :param was_out: somebody may have seen the package: the number is spent and stays, a draft without content.
    """
    number = started.release.number
    transaction.hold("release")
    frozen = _frozen(workspace, number)
    transaction.clear("release_item", {"release_number": number})
    transaction.clear("workspace_info", {"key": _OUTLINES + number})
    if was_out:
        transaction.update("release", frozen.with_columns(state=[step(FROZEN, GIVE_UP, number)]))
    else:
        transaction.clear("release", {"number": number})
    _end(transaction, number)


def _frozen(workspace: OpenedWorkspace, number: str) -> Rows:
    """Return number, state and version of the release of a hand-over that is under way."""
    columns = ["number", "state", "row_version"]
    rows = workspace.read("release", columns, {"number": number, "state": FROZEN}, geometry=False)
    if not len(rows) or not len(workspace.read("workspace_info", where={"key": _ENTRY + number}, geometry=False)):
        definition = definition_of("release")
        raise WorkspaceError("package_workspace_changed", table=definition.zh, table_en=definition.en)
    return rows


def _end(transaction: Transaction, number: str) -> None:
    transaction.clear("workspace_info", {"key": _ENTRY + number})


def _codes(items: Rows) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for layer, code in zip(items["layer"], items["row_key"]):  # their only key
        if layer in found:
            found[layer].append(code)
    return found


def _made_valid(workspace: OpenedWorkspace, table: str, codes: Sequence[str], scheme: str) -> TableChange:
    """Return what is written to the rows of the delivered codes that are not valid yet."""
    columns = ["code", "state", "row_version"]
    where = {"scheme": scheme} if table == "responsibility_grid" else None
    rows = workspace.read(table, columns, where, geometry=False)
    delivered = set(codes)
    wanted = np.array(
        [code in delivered and state != VALID for code, state in zip(rows["code"], rows["state"])], bool
    )
    chosen = rows.take(wanted)
    values = {"state": as_column([VALID] * len(chosen)), "row_version": chosen["row_version"]}
    return TableChange(table, before=chosen, updated=Rows(values, None, chosen.fids))


def _told(release: Release, items: Rows) -> dict[str, Any]:
    layers, counts = np.unique(items["layer"].astype(str), return_counts=True)
    return {
        "number": release.number,
        "scheme": release.scheme,
        "receiver": release.receiver,
        "base": release.base_number,
        "content_hash": release.content_hash,
        "rows": dict(zip(layers.tolist(), counts.tolist())),
    }
