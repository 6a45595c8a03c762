"""One release brought back as a draft: its division of the ground or lanes as an alternative plan of its scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from gridmgmt_plugin.core.columns import texts
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.frozen import layers_of
from gridmgmt_plugin.core.release.life import standings
from gridmgmt_plugin.core.release.lineage import Lineage, lineage
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.responsibility.divisions import Division, LaneDivision
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.responsibility.lane_schemes import BODIES, GRID, LANE, lane_grids, read_lanes_in_use
from gridmgmt_plugin.jobs.responsibility.scheme_acts import HELD_TO_COPY, UNIT, write_copy
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.schema import table
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "restore_release"
_LONGEST_KEY = 7
_Value = TypeVar("_Value")


@dataclass(frozen=True, eq=False)
class _Found:
    """A division over the unit grids or lanes of today. ``placed``: how many of them are in a grid; ``loose``: those
    in none; ``gone``: grids of the release of which nothing is there today. Names of sentences: ``told_loose``,
    ``told_gone``.
    """

    division: Division | LaneDivision
    placed: int
    loose: tuple[str, ...]
    gone: tuple[str, ...]
    told_loose: str = "release_units_loose"
    told_gone: str = "release_grids_gone"


@dataclass(frozen=True, eq=False)
class _Plan:
    """``scheme``: that of the release; ``key``, ``title``: of the plan; ``found``: the division that it gets."""

    scheme: str
    key: str
    title: str
    found: _Found


def restore_release(
    workspace: Workspace, release: str, *, author: str = "", progress: Progress | None = None
) -> Report:
    """Make an alternative plan with the responsibility grids of a release, to be compared, changed and adopted.

    Unit grids are those of today: what was split or merged since is in the grid of what it came from; where that is
    not clear, it is in none and told. Over lanes those lanes of today are grids whose ground was one, under whom they
    were then. What is in force stays until the plan is adopted.

    :raises InputError: ``release_unknown``, ``release_without_content``, ``release_restored_already``,
        ``scheme_not_known``, ``scheme_alternative_of_alternative``.
    :raises WorkspaceError: when the workspace cannot be written.
    """
    progress = progress or Progress()
    progress.report(0.0)
    act = Act.now(GESTURE, author)
    with workspace.transaction(author, GESTURE) as transaction:
        transaction.hold("release", *HELD_TO_COPY)
        plan = _planned(workspace, release)
        progress.report(0.5)
        names = (plan.scheme, plan.key, plan.title)
        grids = write_copy(workspace, transaction, *names, act, alternative=True, division=plan.found.division)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    placed, loose, gone = plan.found.placed, plan.found.loose, plan.found.gone
    notes = [Message("release_restored", {"release": release, "title": plan.title, "count": grids})]
    for code, told in ((plan.found.told_loose, loose), (plan.found.told_gone, gone)):
        if told:
            notes.append(Message(code, {"count": len(told), "codes": listing(told)}))
    figures = {"scheme": plan.key, "grids": grids, "units": placed, "loose": len(loose), "gone": len(gone)}
    return Report("restorerelease", placed, figures=figures, notes=notes)


def _planned(workspace: Workspace, release: str) -> _Plan:
    known = {one.number: one for one in standings(workspace.read("release", geometry=False))}
    if release not in known:
        raise InputError("release_unknown", release=release, known=listing(sorted(known)) or "–")
    scheme = known[release].scheme
    schemes = {row["key"]: row for row in workspace.read("scheme", geometry=False).records()}
    row = schemes.get(scheme, {})
    key, title = _key(scheme, release), f"{row.get('title') or scheme} {release}"
    if key in schemes:
        raise InputError("release_restored_already", release=release, title=schemes[key]["title"] or key)
    found = _lanes(workspace, release, scheme) if row.get("base") == LANE else _units(workspace, release)
    return _Plan(scheme, key, title, found)


def _units(workspace: Workspace, release: str) -> _Found:
    """Return the division of a release over the unit grids of today."""
    units, grids = (_layer(workspace, release, name) for name in (UNIT, GRID))
    today = workspace.read(UNIT, ["code", "prior_code"], geometry=False)
    register = workspace.read("code_register", geometry=False)
    history = lineage(register, workspace.read("code_map", geometry=False), today)
    was = dict(zip(units["code"].tolist(), units[GRID].tolist()))
    origins = {code: _origins((UNIT, code), was, history) for code in today["code"].tolist()}
    placed = {code: said[0] for code, said in origins.items() if len(said) == 1 and said[0] is not None}
    names = [name for name in table(GRID).column_names if name in grids]
    gone = sorted(set(grids["code"]) - set(placed.values()))
    loose = tuple(code for code in origins if code not in placed)
    return _Found(Division(Rows({name: grids[name] for name in names}), placed), len(placed), loose, tuple(gone))


def _lanes(workspace: Workspace, release: str, scheme: str) -> _Found:
    """Return the grids of a release over lanes on the lanes of today.

    A lane that came from several is a grid where all of these were, under the same bodies. A lane that was there and
    no grid is none now either.
    """
    lanes, grids = (_layer(workspace, release, name) for name in (LANE, GRID))
    today = read_lanes_in_use(workspace)
    register = workspace.read("code_register", geometry=False)
    every = workspace.read(LANE, ["code", "prior_code"], geometry=False)
    history = lineage(register, workspace.read("code_map", geometry=False), Rows(), every)
    was: dict[str, int | None] = dict.fromkeys(lanes["code"].tolist())
    was.update((code, row) for row, code in enumerate(grids["code"].tolist()))
    bodies = list(zip(*(texts(grids, name) for name in BODIES)))
    at, rows, loose = [], [], []
    for place, code in enumerate(texts(today, "code")):
        origins = _origins((LANE, code), was, history)
        known = [row for row in origins if row is not None]
        if known and len(known) == len(origins) and len({bodies[row] for row in known}) == 1:
            at.append(place)
            rows.append(known[0])
        elif known or not origins:
            loose.append(code)
    made = _as_then(lane_grids(today.take(at), scheme), grids.take(rows))
    gone = sorted(set(grids["code"]) - set(grids["code"][rows]))
    told = ("release_lanes_loose", "release_lanes_gone")
    return _Found(LaneDivision(made), len(made), tuple(loose), tuple(gone), *told)


def _as_then(made: Rows, then: Rows) -> Rows:
    """Return grids of lanes with what the release says of those that they come from; a part has its lane's name."""
    same = made["code"] == then["code"]
    said = {name: then[name] for name in ("kind", *BODIES) if name in then}
    for name in ("name", "alias", "note"):
        if name in then:
            own = made[name] if name in made else as_column([None] * len(made))
            said[name] = np.where(same, then[name], own)
    return made.with_columns(**said)


def _layer(workspace: Workspace, release: str, name: str) -> Rows:
    """Return the rows of a layer that a release has frozen, without their shapes.

    :raises InputError: ``release_without_content``.
    """
    columns = ["layer", "row_key", "content"]
    items = workspace.read("release_item", columns, {"release_number": release, "layer": name}, geometry=False)
    if not len(items):
        raise InputError("release_without_content", release=release)
    return layers_of(items.with_columns(geometry_wkb=[None] * len(items)))[name].rows


def _key(scheme: str, release: str) -> str:
    """Return the key of the plan, which is the same for the same release."""
    tail = f"_{int(release[1:])}"
    return scheme[: _LONGEST_KEY - len(tail)] + tail


def _origins(key: tuple[str, str], was: Mapping[str, _Value], history: Lineage) -> list[_Value]:
    """Return what the release says of a code (kind, code), or of all that it came from; each value once."""
    kind, code = key
    seen, waiting = {code}, [code]
    found: dict[_Value, None] = {}
    while waiting:
        one = waiting.pop()
        if one in was:
            found[was[one]] = None
            continue
        before = [prior for prior in history.predecessors.get((kind, one), ()) if prior not in seen]
        seen.update(before)
        waiting += before
    return list(found)
