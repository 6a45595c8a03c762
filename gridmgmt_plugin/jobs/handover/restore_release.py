"""One release brought back as a draft: its division of the ground as an alternative plan of its scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.frozen import layers_of
from gridmgmt_plugin.core.release.life import standings
from gridmgmt_plugin.core.release.lineage import Lineage, lineage
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.responsibility.divisions import Division
from gridmgmt_plugin.core.rows import Rows
from gridmgmt_plugin.jobs.responsibility.scheme_acts import HELD_TO_COPY, write_copy
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.schema import table
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "restore_release"
_LONGEST_KEY = 7


@dataclass(frozen=True, eq=False)
class _Plan:
    """``scheme``: that of the release; ``key``, ``title``: of the plan; ``loose``: unit grids of today in no grid."""

    scheme: str
    key: str
    title: str
    division: Division
    loose: tuple[str, ...]


def restore_release(
    workspace: Workspace, release: str, *, author: str = "", progress: Progress | None = None
) -> Report:
    """Make an alternative plan with the responsibility grids of a release, to be compared, changed and adopted.

    Unit grids are those of today: what was split or merged since is in the grid of what it came from; where that is
    not clear, it is in none and told. What is in force stays until the plan is adopted.

    :raises InputError: ``release_unknown``, ``release_without_content``, ``release_over_lanes``,
        ``release_restored_already``, ``scheme_not_known``, ``scheme_alternative_of_alternative``.
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
        grids = write_copy(workspace, transaction, *names, act, alternative=True, division=plan.division)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    placed = plan.division.grid_of
    gone = sorted(set(plan.division.grids["code"]) - set(placed.values()))
    notes = [Message("release_restored", {"release": release, "title": plan.title, "count": grids})]
    if plan.loose:
        notes.append(Message("release_units_loose", {"count": len(plan.loose), "codes": listing(plan.loose)}))
    if gone:
        notes.append(Message("release_grids_gone", {"count": len(gone), "codes": listing(gone)}))
    figures = {"scheme": plan.key, "grids": grids, "units": len(placed), "loose": len(plan.loose), "gone": len(gone)}
    return Report("restorerelease", len(placed), figures=figures, notes=notes)


def _planned(workspace: Workspace, release: str) -> _Plan:
    known = {one.number: one for one in standings(workspace.read("release", geometry=False))}
    if release not in known:
        raise InputError("release_unknown", release=release, known=listing(sorted(known)) or "–")
    scheme = known[release].scheme
    schemes = {row["key"]: row for row in workspace.read("scheme", geometry=False).records()}
    row = schemes.get(scheme, {})
    if row.get("base") == "lane":
        raise InputError("release_over_lanes", release=release)
    key, title = _key(scheme, release), f"{row.get('title') or scheme} {release}"
    if key in schemes:
        raise InputError("release_restored_already", release=release, title=schemes[key]["title"] or key)
    units, grids = (_layer(workspace, release, name) for name in ("unit_grid", "responsibility_grid"))
    today = workspace.read("unit_grid", ["code", "prior_code"], geometry=False)
    register = workspace.read("code_register", geometry=False)
    history = lineage(register, workspace.read("code_map", geometry=False), today)
    was = dict(zip(units["code"].tolist(), units["responsibility_grid"].tolist()))
    found = {code: _grid_of(code, was, history) for code in today["code"].tolist()}
    placed = {code: grid for code, grid in found.items() if grid is not None}
    names = [name for name in table("responsibility_grid").column_names if name in grids]
    division = Division(Rows({name: grids[name] for name in names}), placed)
    return _Plan(scheme, key, title, division, tuple(code for code in found if code not in placed))


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


def _grid_of(code: str, was: Mapping[str, str | None], history: Lineage) -> str | None:
    """Return the responsibility grid in which a unit grid of today was, by itself or by all that it came from."""
    seen, waiting, found = {code}, [code], set()
    while waiting:
        one = waiting.pop()
        if one in was:
            found.add(was[one])
            continue
        before = [prior for prior in history.predecessors.get(("unit_grid", one), ()) if prior not in seen]
        seen.update(before)
        waiting += before
    return found.pop() if len(found) == 1 else None
