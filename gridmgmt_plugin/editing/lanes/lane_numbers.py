"""Where street-lanes are numbered, and what follows from the line of one that comes without it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from gridmgmt_plugin.core.codes.areas import COUNTY, STREET_OFFICE
from gridmgmt_plugin.core.codes.layout import default_layout
from gridmgmt_plugin.core.codes.numbers_in_use import NumbersInUse, codes_under
from gridmgmt_plugin.core.errors import InputError, WorkspaceError
from gridmgmt_plugin.core.ground import areas_in_force, unit_ground
from gridmgmt_plugin.core.lanes.description import describe
from gridmgmt_plugin.core.lanes.options import Areas, LaneOptions
from gridmgmt_plugin.core.messages import tongue_of
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.project.i18n import language
from gridmgmt_plugin.workspace.workspace import Workspace


def offices_of(workspace: Workspace) -> Areas:
    """Return the areas by which lanes are numbered: street offices, and the county where it has none.

    :raises WorkspaceError: ``workspace_without_areas``.
    """
    rows = workspace.read("area", ["code", "parent_code", "level", "valid_from", "valid_to"])
    rows = rows.take(areas_in_force(rows))
    rows = rows.take(np.isin(rows["level"].astype(str), (COUNTY, STREET_OFFICE)))
    if len(rows) == 0:
        raise WorkspaceError("workspace_without_areas", path=workspace.title)
    ground = unit_ground(rows, Rows(), workspace.info.precision_m)
    return Areas(ground.codes, ground.geometry)


def new_codes(workspace: Workspace, offices: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """Return the lowest numbers of street offices that neither register, table nor ``taken`` has, one each.

    :raises InputError: ``code_sequence_full``.
    """
    layout = default_layout("lane")
    known = set(taken)
    for table, where in (("code_register", {"kind": "lane"}), ("lane", {})):
        codes = workspace.read(table, ["code"], where, geometry=False)["code"]
        known |= {str(code) for code in codes if code}
    ordered = sorted(known)
    numbers = NumbersInUse(layout, lambda prefix: codes_under(prefix, ordered))
    given: list[str] = []
    for office in offices:
        prefix = layout.prefix_for_area(office)
        given.append(layout.code_at(prefix, numbers.lowest(prefix, 1, given)[0]))
    return given


def with_what_follows(workspace: Workspace, lanes: Rows, drawn: np.ndarray) -> Rows:
    """Return lanes with what follows from their lines: length, direction, and where one has none, office and code.

    :param lanes: all with a line; ``drawn``: int64, positions of those with a new one.
    :raises InputError: ``lane_outside_areas`` for a lane without a code, ``code_sequence_full``.
    """
    if len(drawn) == 0:
        return lanes
    none = np.empty(0, dtype=object)
    without = np.flatnonzero(is_null(lanes["code"][drawn]))
    offices = offices_of(workspace) if len(without) else Areas(none, none)
    options = LaneOptions(precision_m=workspace.info.precision_m, language=tongue_of(language()))
    facts = describe(lanes.shapes[drawn], lanes["name"][drawn], none, none, offices, options)
    columns = {name: lanes[name].copy() for name in ("length_m", "direction", "street_code", "code")}
    columns["length_m"][drawn] = facts.length_m
    columns["direction"][drawn] = facts.direction
    homes = [str(office) for office in facts.street_code[without] if office is not None]
    if len(homes) < len(without):
        raise InputError("lane_outside_areas")
    if homes:
        codes = [str(code) for code in columns["code"] if code]
        columns["code"][drawn[without]] = as_column(new_codes(workspace, homes, codes))
        columns["street_code"][drawn[without]] = as_column(homes)
    return lanes.with_columns(**columns)
