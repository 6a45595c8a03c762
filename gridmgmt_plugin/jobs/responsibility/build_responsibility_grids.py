"""Group unit grids into contiguous, balanced responsibility grids of one scheme."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Optional

import numpy as np
import shapely

from gridmgmt_plugin.core.collecting import collecting_seldom
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.geometry.adjacency import rook_adjacency
from gridmgmt_plugin.core.geometry.linework import dissolve
from gridmgmt_plugin.core.grouping import Grouping, Wishes, group_units
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import RejectedRow, Report
from gridmgmt_plugin.core.responsibility.asked_rules import AskedRules, rules_after
from gridmgmt_plugin.core.responsibility.codes import replaced_codes
from gridmgmt_plugin.core.responsibility.drafted_grids import drafted_grids
from gridmgmt_plugin.core.responsibility.drawn_meanwhile import FollowedUnits, followed_units
from gridmgmt_plugin.core.responsibility.scheme_rules import ENTRY, SchemeRules, rules_text
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.responsibility.grids_in_play import GridsInPlay, grids_in_play
from gridmgmt_plugin.jobs.responsibility.grouping_layers import barred_pairs, units_of_centres
from gridmgmt_plugin.jobs.responsibility.grouping_zones import GroupingZones, grouping_zones
from gridmgmt_plugin.jobs.responsibility.unit_weights import UnitWeights, mixed_weights, read_mix, unit_weights
from gridmgmt_plugin.jobs.unchanged import is_unchanged, row_changed
from gridmgmt_plugin.workspace.changes.acts import Act
from gridmgmt_plugin.workspace.changes.grid_change import GridChange, Regrouping, follow_grids, write_grids
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.schema import scheme_column
from gridmgmt_plugin.workspace.stored_rules import stored_rules
from gridmgmt_plugin.workspace.workspace import Workspace

GESTURE = "build_responsibility_grids"
Watch = Callable[[np.ndarray], None]
# Outlines of the best division so far are not drawn more often than this.
WATCH_EVERY_S = 1.0


@dataclass(frozen=True)
class BalanceOptions:
    """What a planner may ask beside the number of grids and the tolerance.

    ``scope``: codes of areas whose unit grids are grouped. ``grids``: codes of the grids that are balanced among
    themselves while all others stay. ``locked``: codes of grids that stay as they are. ``mix``: loads with shares,
    such as ``cases:2, lane_length:1``, in place of one weight. ``stay``: 0 … 100, how much it counts that unit grids
    stay in the grid that they are in today; above 0 a grid that goes on keeps its code and what people entered.
    ``barriers``: lines that no grid reaches across, unless what they cut off is too small. ``centres``: points
    that each get a grid of their own. ``watch``: is shown
    the outlines of the best division so far (object array), in the thread of the job, about once a second.
    ``is_enough``: is asked now and then whether that division shall do.
    """

    scope: Optional[str] = None
    grids: Optional[str] = None
    locked: Optional[str] = None
    mix: Optional[str] = None
    stay: float = 0.0
    barriers: Optional[Source] = None
    centres: Optional[Source] = None
    watch: Optional[Watch] = None
    is_enough: Optional[Callable[[], bool]] = None


@dataclass(frozen=True)
class _Scheme:
    """A scheme as the workspace has it: ``column`` of the unit grids, the grid of each unit grid ``before``, what is
    ``in_play``, and the rows of the grids in play, which are ``present``.
    """

    key: str
    title: str
    column: str
    is_new: bool
    before: np.ndarray
    in_play: GridsInPlay
    present: Rows


@collecting_seldom()
def build_responsibility_grids(
    workspace: Workspace,
    *,
    scheme: str,
    title: str = "",
    count: int | None = None,
    units_per_grid: float | None = None,
    weight: str = "units",
    tolerance_percent: float = 10.0,
    within: str = "community",
    seed: int = 0,
    replace: bool = False,
    options: BalanceOptions | None = None,
    language: str = "zh_CN",
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Assign every unit grid to a responsibility grid of ``scheme`` and derive the grids' outlines.

    Give either ``count`` or ``units_per_grid``, or neither for as many grids as there are today.
    ``figures["max_deviation_percent"]`` of the report is the largest deviation of a grid's weight from the mean of
    all; ``to_confirm`` lists the grids outside the tolerance, each with the reason, and posts that went to others.

    A scheme that is made, or has no rules yet, keeps ``within`` and, where unit grids are counted, the tolerance as
    its rules (see :mod:`~.asked_rules`).

    :param within: areas that no responsibility grid crosses: community, zone, street_office or county.
    :param weight: units, area, components, cases, lane_length, households or population.
    :param replace: withdraw the grids in play (drafts are given back, valid codes retired with successors). Not
        needed where ``options`` name the grids, or ask that unit grids stay.
    :param options: see :class:`BalanceOptions`.
    :param language: of the names that the grids get.
    :raises WorkspaceError: ``workspace_without_unit_grids``, ``responsibility_grids_exist``,
        ``scheme_key_malformed``, ``scheme_not_of_unit_grids``, ``row_changed_meanwhile``.
    :raises InputError: ``within_unknown``, ``zones_missing``, or what scope, weights, barriers and grouping raise.
    """
    progress, options = progress or Progress(), options or BalanceOptions()
    column = scheme_column(scheme)
    every = workspace.read("unit_grid")
    if len(every) == 0:
        raise WorkspaceError("workspace_without_unit_grids", path=workspace.title)
    found = _scheme(workspace, every, scheme, title, column, options, replace=replace)
    at = found.in_play.units
    units = every.take(at)
    zones = grouping_zones(workspace, units, within)
    weights = _weights(workspace, every, weight, options.mix)
    progress.report(0.05)
    adjacency = rook_adjacency(units.shapes, precision_m=workspace.info.precision_m)
    seeds, centre_notes = units_of_centres(workspace, units, options.centres)
    wishes = Wishes(
        today=found.in_play.today,
        stay=options.stay / 100.0,
        seeds=seeds,
        barrier=barred_pairs(workspace, units, adjacency.pairs, options.barriers),
        on_best=None if options.watch is None else _watching(options.watch, units.shapes),
        is_enough=options.is_enough,
    )
    if count is None and units_per_grid is None and found.in_play.codes:
        count = len(found.in_play.codes)
    grouping = group_units(
        weights.weight[at],
        shapely.get_coordinates(shapely.centroid(units.shapes)),
        shapely.area(units.shapes),
        adjacency,
        zones.of_unit,
        count=count,
        units_per_grid=units_per_grid,
        tolerance=tolerance_percent / 100.0,
        seed=seed,
        zone_names=zones.title,
        wishes=wishes,
        progress=progress.part(0.1, 0.9),
    )
    keeps = options.stay > 0
    asked = AskedRules(within, tolerance_percent if weight == "units" and not options.mix else None)
    rules, told = rules_after(
        stored_rules(workspace), scheme, found.title, asked, is_new=found.is_new, is_all=found.in_play.is_all
    )
    rows, change, saves = _write(
        workspace, every, grouping, zones, found, rules, language, author, progress, keeps=keeps
    )
    notes = (*found.in_play.notes, *zones.notes, *weights.notes, *centre_notes, *grouping.notes, *told, *saves)
    notes = (*notes, *_replaced_notes(found, grouping, change, keeps=keeps))
    return _report(rows, grouping, notes, tolerance_percent, change)


def _watching(watch: Watch, shapes: np.ndarray) -> Callable[[np.ndarray], None]:
    """Return what draws a division for ``watch``, unless one was drawn just now."""
    last = -WATCH_EVERY_S

    def show(label: np.ndarray) -> None:
        nonlocal last
        if time.monotonic() - last >= WATCH_EVERY_S:
            watch(dissolve(shapes, label, int(label.max()) + 1))
            last = time.monotonic()

    return show


def _weights(workspace: Workspace, units: Rows, weight: str, mix: str | None) -> UnitWeights:
    return mixed_weights(workspace, units, read_mix(mix)) if mix else unit_weights(workspace, units, weight)


def _scheme(
    workspace: Workspace,
    units: Rows,
    key: str,
    title: str,
    column: str,
    options: BalanceOptions,
    *,
    replace: bool,
) -> _Scheme:
    entries = workspace.read("scheme", where={"key": key}, geometry=False)
    called = (entries["title"][0] if len(entries) else title) or key
    if len(entries) and entries["base"][0] not in (None, "unit_grid"):
        raise WorkspaceError("scheme_not_of_unit_grids", scheme=called, base=Title(entries["base"][0]))
    before = units[column] if column in units else as_column([None] * len(units))
    in_play = grids_in_play(workspace, before, units, options.scope, options.grids, options.locked)
    present = _present(workspace, key, in_play)
    if len(present) and not (replace or options.grids or options.stay > 0):
        raise WorkspaceError("responsibility_grids_exist", scheme=called, count=len(present))
    return _Scheme(key, called, column, len(entries) == 0, before, in_play, present)


def _write(
    workspace: Workspace,
    units: Rows,
    grouping: Grouping,
    zones: GroupingZones,
    scheme: _Scheme,
    rules: Mapping[str, SchemeRules] | None,
    language: str,
    author: str,
    progress: Progress,
    *,
    keeps: bool,
) -> tuple[Rows, GridChange, tuple[Message, ...]]:
    """Store assignment, grids and codes in one transaction, with everything that follows from them."""
    act = Act.now(GESTURE, author)
    area_code = as_column(zones.area_code[zone] for zone in grouping.zone)
    with workspace.transaction(author, GESTURE) as transaction:
        transaction.hold("unit_grid", "responsibility_grid", "code_register", "post")
        now = _as_they_are(workspace, units, scheme, grouping)
        store = RegisterStore(workspace, workspace.info.responsibility_layout, scheme.column)
        kept = _kept(store, scheme, grouping, area_code) if keeps else []
        codes = replaced_codes(
            store.register, now.before[now.at], now.label, area_code, at=act.at, by=author, kept=kept
        )
        present = _present(workspace, scheme.key, scheme.in_play)
        titles = _titles(store, codes, grouping, zones, language)
        rows = drafted_grids(now.units.take(now.at), codes[now.label], codes, titles, area_code, scheme.key)
        rows = _with_what_stays(rows, present, {code for code in kept if code})
        assigned = now.before.copy()
        assigned[now.at] = codes[now.label]
        entry = [{"key": scheme.key, "title": scheme.title, "base": "unit_grid"}] if scheme.is_new else []
        regrouping = Regrouping(
            scheme.key, scheme.column, now.units, assigned, present, rows, Rows.from_records(entry)
        )
        change = follow_grids(workspace, regrouping, store)
        transaction.add_column("unit_grid", scheme.column, "text")
        if rules is not None:
            transaction.set_info(ENTRY, rules_text(rules))
        write_grids(transaction, change, act)
        progress.report(1.0)  # the last moment to cancel: what follows is written
    notes = (Message("responsibility_units_drawn_meanwhile", {"count": now.count}),) if now.count else ()
    return rows, change, notes


def _as_they_are(workspace: Workspace, units: Rows, scheme: _Scheme, grouping: Grouping) -> FollowedUnits:
    """Return the unit grids as they are stored now, with what people drew since they were read.

    :raises WorkspaceError: ``row_changed_meanwhile`` where the division does not hold for them.
    """
    at = scheme.in_play.units
    if is_unchanged(workspace, "unit_grid", units):
        return FollowedUnits(units, scheme.before, at, grouping.label, 0)
    followed = followed_units(units, workspace.read("unit_grid"), scheme.column, at, grouping.label)
    if followed is None:
        raise row_changed("unit_grid")
    return followed


def _kept(store: RegisterStore, scheme: _Scheme, grouping: Grouping, area_code: np.ndarray) -> list[Optional[str]]:
    """Return the code that each grid goes on with: today's, where it still lies in the area of that code."""
    layout = store.register.layout
    old = [scheme.in_play.codes[number] if number >= 0 else None for number in grouping.continues.tolist()]
    prefixes = [layout.prefix_for_area(code) for code in area_code]
    return [code if code and code.startswith(prefix) else None for code, prefix in zip(old, prefixes)]


def _with_what_stays(rows: Rows, present: Rows, kept: set[str]) -> Rows:
    """Return the new rows, those of grids that go on with all that people entered into them."""
    if not kept:
        return rows
    derived = {"expected_parts", "unit_count", "area_m2", "row_version", "area_code"}
    place = {code: at for at, code in enumerate(present["code"])}
    source = [place.get(code, -1) if code in kept else -1 for code in rows["code"]]
    columns = {name: rows[name].copy() for name in rows.columns}
    for name in present.columns:
        if name in derived:
            continue
        values = columns.setdefault(name, as_column([None] * len(rows)))
        for at, old in enumerate(source):
            if old >= 0:
                values[at] = present[name][old]
    return Rows(columns, rows.geometry)


def _titles(
    store: RegisterStore, codes: np.ndarray, grouping: Grouping, zones: GroupingZones, language: str
) -> np.ndarray:
    sequence = [store.register.layout.parse(code).sequence for code in codes]
    return as_column(
        Message("responsibility_grid_name", {"area": zones.title[zone], "number": number}).text(language)
        for zone, number in zip(grouping.zone, sequence)
    )


def _present(workspace: Workspace, scheme: str, in_play: GridsInPlay) -> Rows:
    """Return the grids in play as they are stored; where all is in play, those without unit grids as well."""
    rows = workspace.read("responsibility_grid", where={"scheme": scheme})
    if in_play.is_all or len(rows) == 0:
        return rows
    return rows.take(np.flatnonzero(np.isin(rows["code"].astype(str), in_play.codes)))


def _replaced_notes(scheme: _Scheme, grouping: Grouping, change: GridChange, *, keeps: bool) -> list[Message]:
    """Tell that grids were replaced or balanced anew, and which posts went to others with their ground."""
    if len(scheme.present) == 0:
        return []
    if keeps:
        details = {"count": grouping.moved, "of": int((scheme.in_play.today >= 0).sum())}
        notes = [Message("responsibility_units_moved", details)]
    else:
        notes = [Message("responsibility_grids_replaced", {"count": len(scheme.present), "scheme": scheme.title})]
    notes += change.followed.notes
    if change.exemptions:
        notes.append(Message("save_exemptions_void", {"count": len(change.exemptions.deleted)}))
    return notes


def _outside(rows: Rows, grouping: Grouping) -> tuple[RejectedRow, ...]:
    """Return the grids outside the tolerance, the worst first, with the reason of each."""
    order = np.argsort(-np.abs(grouping.fair_deviation), kind="stable").tolist()
    return tuple(
        RejectedRow(0, rows["code"][at], str(grouping.why[at]), f"{100 * grouping.fair_deviation[at]:+.1f}")
        for at in order
        if grouping.why[at] is not None
    )


def _to_confirm(change: GridChange) -> tuple[RejectedRow, ...]:
    """Return the posts that went to other grids, as rows that a planner looks through."""
    told = ((post, {"old": post.old, "percent": round(100 * post.share)}) for post in change.followed.moved)
    return tuple(
        RejectedRow(0, post.post, "post_follows_ground", post.new, details=details) for post, details in told
    )


def _report(
    rows: Rows, grouping: Grouping, notes: tuple[Message, ...], tolerance_percent: float, change: GridChange
) -> Report:
    beyond = np.abs(grouping.deviation) > tolerance_percent / 100.0 + 1e-9
    worst = round(100 * grouping.max_deviation, 2)
    outside = _outside(rows, grouping)
    figures = {
        "max_deviation_percent": worst,
        "zone_deviation_percent": round(100 * grouping.zone_deviation, 2),
        "tolerance_percent": tolerance_percent,
        "beyond_tolerance": int(beyond.sum()),
        "outside": [row.key for row in outside],
        "border_km": round(grouping.border_m / 1000, 2),
        "units_moved": grouping.moved,
        "units_fewest": int(grouping.unit_count.min()),
        "units_most": int(grouping.unit_count.max()),
        "not_contiguous": int((~grouping.contiguous).sum()),
        "posts_followed": len(change.followed.moved),
        "posts_left": len(change.followed.left),
    }
    if beyond.any():
        details = {"count": int(beyond.sum()), "tolerance": tolerance_percent, "worst": worst}
        notes = (*notes, Message("responsibility_beyond_tolerance", details))
    return Report(
        "buildresponsibilitygrids",
        accepted=len(rows),
        figures=figures,
        notes=notes,
        to_confirm=(*outside, *_to_confirm(change)),
    )
