"""Take the component inventory (部件) of a city into the workspace."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.layout import layout
from gridmgmt_plugin.core.collecting import collecting_seldom
from gridmgmt_plugin.core.intake.update_rules import ADD, UPDATE
from gridmgmt_plugin.core.lanes.worded_places import BY_LANE
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.text import clean_codes
from gridmgmt_plugin.exchange.code_damage import damage_of
from gridmgmt_plugin.exchange.points import MISSING
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.cases.prepare import name_others
from gridmgmt_plugin.jobs.intake.component_codes import check_codes, class_in_codes, codes_for_unnumbered
from gridmgmt_plugin.jobs.intake.department_codes import DepartmentCodes
from gridmgmt_plugin.jobs.intake.import_points import (
    IncomingPoints,
    named_fields,
    no_field,
    read_points,
    report_points,
    resolve_departments,
)
from gridmgmt_plugin.jobs.intake.object_classes import COMPONENT, ClassCatalogues
from gridmgmt_plugin.jobs.intake.object_ids import numbers_of, undamaged_ids
from gridmgmt_plugin.jobs.intake.placing.by_words import PLACED_BY, WORDS, WordPlacer, said_of_place
from gridmgmt_plugin.jobs.intake.point_store import merge_points, store_points
from gridmgmt_plugin.jobs.intake.repeated_rows import reject_repeated, written_field
from gridmgmt_plugin.jobs.intake.upsert import NEW
from gridmgmt_plugin.workspace.workspace import Workspace

DEFAULT_LAYOUT = "component_gb30428_2013"
DISPUTED = "争议"
#: Columns that the import works out itself.
COMPUTED = ("unit_grid", "lane_code", PLACED_BY)
#: Names beyond the columns of the table that are read too.
MORE = WORDS
_DEPARTMENTS = ("department_code", "owner_code", "maintainer_code", "interim_code")
_RULED = ("owner_code", "owner_state", "owner_basis", "interim_code")
_SHAPES = {0: "point", 4: "point", 1: "line", 5: "line", 3: "area", 6: "area"}


@collecting_seldom()
def import_components(
    workspace: Workspace,
    source: Source,
    *,
    x_field: str | None = None,
    y_field: str | None = None,
    coordinates: str = "crs",
    class_field: str | None = None,
    id_field: str | None = None,
    field_map: Mapping[str, str] | None = None,
    component_layout: str = DEFAULT_LAYOUT,
    mode: str = UPDATE,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Take the components of a file, each with its unit grid and nearest lane.

    A row without coordinates goes by its words: the unit grid, the house on a lane or the crossing that it names. One
    that names no more than a lane, of which it is not clear, or that has no code either, is rejected.

    A component that is there already is brought up to date unless the file is older (surveyed or changed before).
    What a planner set by hand stays, but for state and dates (see :mod:`.update_rules`); what was ruled stays too.

    Codes that look like codes must be good ones of ``component_layout``. An inventory with numbers of its own keeps
    them, as ``code`` and as ``old_code``. A row without any code gets the next one of its class; the same class on
    the same spot is then the same component. A class that the catalogue does not know is kept as written and counted.
    An owner cell that names several known departments opens a ruling instead of naming an owner.

    :param coordinates: ``crs`` (what the file says; metres of the frame without it), ``lonlat``, ``gcj02``, ``bd09``.
    :param field_map: column of the table → heading, where headings alone do not tell.
    :param mode: ``update``, or ``add``: what is there already is left alone and listed.
    :raises InputError: ``field_not_found`` where there is neither a column of codes nor one of classes; fields and
        coordinates that cannot be used. Single bad rows are rejected, never raised.
    """
    progress = progress or Progress()
    incoming = read_points(
        workspace,
        source,
        "component",
        x_field=x_field,
        y_field=y_field,
        coordinates=coordinates,
        named=named_fields(field_map, class_code=class_field, code=id_field),
        computed=COMPUTED,
        more=MORE,
        words=WordPlacer(workspace),
        progress=progress.part(0.0, 0.5),
    )
    if not {"code", "class_code"} & set(incoming.fields.fields):
        raise no_field("class", source)
    _refuse_unnumbered(incoming)
    codes = _codes(workspace, incoming, component_layout)
    departments = DepartmentCodes(workspace)
    claims = _claims(incoming, departments)
    resolve_departments(incoming, departments, _DEPARTMENTS, {"owner_code": np.array(sorted(claims), dtype=np.int64)})
    if "shape" not in incoming.columns and source.rows.is_spatial:
        incoming.columns["shape"] = as_column(
            _SHAPES.get(t) for t in shapely.get_type_id(source.rows.shapes).tolist()
        )
    stored = workspace.read("component", ["code"], geometry=False)
    present = numbers_of(incoming.columns["code"], dict(zip(stored["code"].tolist(), stored.fids.tolist())))
    _refuse_unplaced(incoming, present)
    written_in = written_field(incoming.source)
    reject_repeated(
        incoming.source, "component", incoming.columns["code"], incoming.columns, incoming.rejections, written_in
    )
    progress.report(0.6)
    kept = incoming.rejections.kept
    rulings = _rulings(workspace, incoming, claims, kept[(present[kept] < 0) | (mode != ADD)])
    merged = merge_points(workspace, incoming, kept, present, mode)
    places, notes = store_points(
        workspace,
        merged,
        author=author,
        gesture="import_components",
        beside={"ownership_ruling": rulings},
        progress=progress.part(0.6, 1.0),
    )
    incoming.notes += notes
    new = kept[merged.outcome == NEW]
    other = name_others(clean_codes(incoming.column("grid")[new]), places.unit_grid)
    incoming.note_rows("components_name_other_grid", new[other])
    return report_points("importcomponents", incoming, merged, places, kept, codes)


def _refuse_unnumbered(incoming: IncomingPoints) -> None:
    """Reject what has neither coordinates nor a code: by class and place alone two in one grid would be the same."""
    unnumbered = is_null(incoming.column("code")[incoming.worded])
    incoming.rejections.add(incoming.worded[unnumbered], "component_without_place_and_code")


def _refuse_unplaced(incoming: IncomingPoints, present: np.ndarray) -> None:
    """Reject new components whose words do not tell their place; those that are there stay where they lie.

    The middle of a lane is no place for a component: it would be counted in a unit grid in which it hardly lies.
    """
    ways = incoming.ways
    reasons = np.full(len(ways), None, dtype=object)
    reasons[is_null(ways)] = MISSING
    reasons[ways == BY_LANE] = "component_of_lane_alone"
    reasons[incoming.several] = "component_place_unclear"
    is_known = present[incoming.worded] >= 0
    new = ~is_null(reasons) & ~is_known
    said = said_of_place(incoming.table, incoming.columns)
    shown = next((said[name] for name in ("address", "lane", "grid") if name in said), incoming.column("code"))
    rows = incoming.worded[new]
    incoming.rejections.add(rows, reasons[new], shown[rows])
    by_lane = is_known & (ways == BY_LANE)
    incoming.points = incoming.points.placed_otherwise(incoming.worded[by_lane], *np.full((2, by_lane.sum()), np.nan))
    incoming.ways = ways.copy()
    incoming.ways[by_lane] = None


def _codes(workspace: Workspace, incoming: IncomingPoints, layout_key: str) -> np.ndarray:
    """Settle code and class of every row; return the codes as the file gives them."""
    chosen = layout(layout_key)
    rejections, notes = incoming.rejections, incoming.notes
    given = incoming.column("code")
    if "code" in incoming.fields:
        given = undamaged_ids(damage_of(incoming.source, incoming.fields.fields["code"]), given, rejections, notes)
    follows = check_codes(given, chosen, workspace.info.county_code, incoming)
    classes = incoming.column("class_code")
    if follows:
        classes = class_in_codes(given, classes, chosen, incoming)
    kinds = as_column([COMPONENT] * len(classes))
    incoming.columns["class_code"], unknown = ClassCatalogues(workspace.info).resolve(classes, kinds)
    shown = listing(dict.fromkeys(map(str, classes[unknown])), most=8)
    incoming.note_rows("classes_not_in_catalogue", unknown, shown=shown)
    numbered = ~is_null(given)
    if not numbered.all():
        codes_for_unnumbered(workspace, incoming, given, chosen)
    else:
        incoming.columns["code"] = given
    if numbered.any() and not follows:
        incoming.columns["old_code"] = np.where(numbered, given, incoming.column("old_code"))
        notes.append(Message("component_numbers_kept", {"count": int(numbered.sum()), "layout": chosen.label}))
    return incoming.columns["code"]


def _claims(incoming: IncomingPoints, departments: DepartmentCodes) -> dict[int, str]:
    """Return row → the departments that claim it, for owner cells that name several."""
    cells = incoming.column("owner_code")
    several = {value: departments.several(value) for value in set(cells.tolist()) if departments.known}
    claims = {row: ",".join(several[value]) for row, value in enumerate(cells) if several.get(value)}
    if claims:
        states = incoming.column("owner_state").copy()
        for row in claims:
            states[row] = states[row] or DISPUTED
        incoming.columns["owner_state"] = states
    return claims


def _rulings(workspace: Workspace, incoming: IncomingPoints, claims: Mapping[int, str], rows: np.ndarray) -> Rows:
    """Return an open ruling for each disputed component among ``rows``, and leave alone what one has decided."""
    codes, interim = incoming.columns["code"], incoming.column("interim_code")
    there = workspace.read("ownership_ruling", ["id", "component_code", "owner_code", "ruled_on"], geometry=False)
    decided = there.take(~(there.is_null("owner_code") & there.is_null("ruled_on")))
    _leave_decided(incoming, rows, set(decided["component_code"].tolist()))
    known = set(there["id"].tolist())
    opened = [row for row in rows.tolist() if row in claims and f"R-{codes[row]}" not in known]
    incoming.note_rows("ownership_rulings_opened", np.array(opened, dtype=np.int64))
    return Rows.from_records(
        [
            {
                "id": f"R-{codes[row]}",
                "component_code": codes[row],
                "claims": claims[row],
                "interim_code": interim[row],
            }
            for row in opened
        ]
    )


def _leave_decided(incoming: IncomingPoints, rows: np.ndarray, decided: Collection[str]) -> None:
    """Take the owner out of the rows of the file whose owner was ruled: a file of old does not undo a ruling."""
    codes = incoming.columns["code"]
    ruled = np.array([row for row in rows.tolist() if codes[row] in decided], dtype=np.int64)
    for name in _RULED:
        if name in incoming.columns and len(ruled):
            incoming.columns[name] = incoming.columns[name].copy()
            incoming.columns[name][ruled] = None
    incoming.note_rows("ownership_rulings_stand", ruled)
