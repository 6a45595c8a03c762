"""Take a table that offices keep into the workspace: departments, persons, contacts, duties, contracts, extents."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from gridmgmt_plugin.core.codes.damaged_codes import SCIENTIFIC, find_damaged_codes
from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.intake.update_rules import UPDATE
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.columns import refuse_identity_numbers
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.redaction.keys import KEY_IS_PRIVATE, NAME_IS_PRIVATE, private_names
from gridmgmt_plugin.core.report import Report
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.exchange.points import points_from_source
from gridmgmt_plugin.exchange.source import Source
from gridmgmt_plugin.jobs.intake.file_columns import choose_columns, labels
from gridmgmt_plugin.jobs.intake.other_kind import refuse_other_kind
from gridmgmt_plugin.jobs.intake.placed_shapes import POLYGONS, is_of_kind, place_shapes
from gridmgmt_plugin.jobs.intake.point_rows import coordinate_fields, district_outline
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.intake.repeated_rows import reject_repeated, written_field
from gridmgmt_plugin.jobs.intake.table_references import check_references, reject_unscoped
from gridmgmt_plugin.jobs.intake.table_sense import reject_senseless
from gridmgmt_plugin.jobs.intake.typed_columns import TypedColumns, rows_shown, typed_columns
from gridmgmt_plugin.jobs.intake.update_report import hand_edits_to_confirm, reject_left, tell_updates
from gridmgmt_plugin.jobs.intake.upsert import Upsert, upsert
from gridmgmt_plugin.jobs.responsibility.grid_rows import DERIVED, GRID, grids_meant
from gridmgmt_plugin.workspace.schema import OFFICE_TABLES, SCHEME_KEY, TableDefinition
from gridmgmt_plugin.workspace.schema import table as definition_of
from gridmgmt_plugin.workspace.workspace import Workspace

_PHONES = ("duty_phone", "office_phone", "mobile")


def import_table(
    workspace: Workspace,
    source: Source,
    table: str,
    *,
    field_map: Mapping[str, str] | None = None,
    x_field: str | None = None,
    y_field: str | None = None,
    coordinates: str = "crs",
    mode: str = UPDATE,
    author: str = "",
    progress: Progress | None = None,
) -> Report:
    """Add the rows of a file to ``table``; a row whose key is there already updates it, empty cells change nothing.

    What a planner set by hand stays, but for the columns in which files report how things stand; see
    :mod:`.update_rules`.

    A reference to something that the workspace does not know is left empty and told; where it says how far a row
    reaches (who a contact is of, what a duty rule is about) the row is rejected instead, and so are new persons and
    departments without a name and periods that end before they begin. Identity numbers are refused. Responsibility
    grids get supervisor, operator, contract and names from a table, but are not made by one
    (:mod:`..responsibility.grid_rows`).

    :param table: one of :data:`~gridmgmt_plugin.workspace.schema.OFFICE_TABLES`.
    :param mode: ``update``, or ``add``: what is there already is left alone and listed.
    :raises InputError: ``import_table_unknown``, ``import_table_empty``, ``import_key_missing``,
        ``import_not_polygons``, ``grid_scheme_not_told``, ``identity_column_refused``, ``identity_numbers_refused``,
        or what fields and coordinates raise.
    """
    progress = progress or Progress()
    if table not in OFFICE_TABLES:
        raise InputError("import_table_unknown", table=table, known=", ".join(OFFICE_TABLES))
    if len(source) == 0:
        raise InputError("import_table_empty", path=source.path)
    refuse_identity_numbers(source.rows)
    definition = definition_of(table)
    rejections = Rejections(source)
    notes = list(source.notes)
    taken: tuple[str, ...] = ()
    if definition.geometry == "Point":
        taken = coordinate_fields(source, x_field, y_field, coordinates, workspace.info.frame)
    computed = DERIVED if table == GRID else ()
    fields = choose_columns(source, table, named=field_map, computed=computed, taken=taken, keep_personal=True)
    notes += fields.notes
    typed = typed_columns(source, table, fields.fields, tuple(d.name for d in definition.columns if "date" in d.type))
    rejections.add(typed.private, KEY_IS_PRIVATE)
    if table == "person" and "name" in fields.fields:
        rejections.add(private_names(source.rows[fields.fields["name"]]), NAME_IS_PRIVATE)
    reject_unscoped(source, definition, fields.fields, typed, rejections)
    notes += typed.notes
    _drop_damaged_phones(source, definition, fields.fields, typed, notes)
    keys = _keys(source, definition, typed, rejections, notes)
    progress.report(0.3)
    with workspace.reading() as state:
        if table == GRID:
            keys = grids_meant(state, typed, keys, rejections)
        geometry = _geometry(state, source, definition, (x_field, y_field, coordinates), rejections, notes)
        notes += check_references(state, source, definition, typed, rejections)
        notes += reject_senseless(state, source, definition, typed, keys, rejections)
        reject_repeated(source, table, keys, typed.columns, rejections, written_field(source))
        kept = rejections.kept
        merged = upsert(state, table, Rows(typed.columns, geometry).take(kept), definition.key, mode)
    progress.report(0.8)
    if merged.writes:
        with workspace.transaction(author, "import_table") as transaction:
            merged.write(transaction)
            transaction.log(table, None, None, merged.summary)
            progress.report(1.0)  # the last moment to cancel: what follows is written
    return _report(source, merged, kept, rejections, keys, notes)


def _keys(
    source: Source, definition: TableDefinition, typed: TypedColumns, rejections: Rejections, notes: list[Message]
) -> np.ndarray:
    """Return the key of each row; reject rows without one.

    :raises InputError: ``import_key_missing``.
    """
    name = definition.key[-1]
    if name not in typed.columns:
        column = next(c for c in definition.columns if c.name == name)
        if definition.geometry in (None, "Point") or definition.name == GRID:
            raise InputError("import_key_missing", **labels(column), fields=", ".join(source.field_names))
        typed.columns[name] = as_column(str(number + 1) for number in range(len(source)))
        notes.append(Message("keys_numbered"))
    keys = typed.columns[name]
    rejections.add(is_null(keys), "key_missing")
    damaged = find_damaged_codes(keys)
    spoilt = damaged.rows[damaged.reasons == SCIENTIFIC]
    rejections.add(spoilt, SCIENTIFIC, keys[spoilt])
    if definition.name == "scheme":
        bad = [row for row in rejections.kept if not SCHEME_KEY.fullmatch(keys[row])]
        rejections.add(np.array(bad, dtype=np.int64), "scheme_key_malformed")
    return keys


def _geometry(
    workspace: Workspace,
    source: Source,
    definition: TableDefinition,
    coordinates: tuple[str | None, str | None, str],
    rejections: Rejections,
    notes: list[Message],
) -> np.ndarray | None:
    """Return the geometries of the rows in the workspace's frame; reject rows that have no usable one."""
    if definition.geometry is None or definition.name == GRID:
        return None
    x_field, y_field, kind = coordinates
    frame = workspace.info.frame
    if definition.geometry == "Point":
        outline = district_outline(workspace)
        points = points_from_source(source, x_field, y_field, kind, frame, outline)
        refuse_other_kind(workspace, points, kind, outline)
        problems = points.problems()
        rejections.add(problems.rows, problems.reasons)
        notes += points.notes
        shapes = as_column([None] * len(source))
        shapes[points.ok] = shapely.points(points.x[points.ok], points.y[points.ok])
        return shapes
    if not is_of_kind(source.rows.geometry, POLYGONS):
        raise InputError("import_not_polygons", path=source.path, layer=source.name)
    placed = place_shapes(source, POLYGONS, kind, frame)
    rejections.add(placed.bad, placed.reasons[placed.bad])
    rejections.add(~shapely.is_valid(placed.geometry), "geometry_invalid")
    return placed.geometry


def _drop_damaged_phones(
    source: Source,
    definition: TableDefinition,
    fields: Mapping[str, str],
    typed: TypedColumns,
    notes: list[Message],
) -> None:
    """Leave phones empty that a spreadsheet turned into a power of ten."""
    for column in definition.columns:
        if column.name not in _PHONES or column.name not in fields:
            continue
        damaged = find_damaged_codes(source.rows[fields[column.name]])
        spoilt = damaged.rows[damaged.reasons == SCIENTIFIC]
        typed.columns[column.name][spoilt] = None
        if len(spoilt):
            shown = {"count": len(spoilt), "rows": rows_shown(source, spoilt)}
            notes.append(Message("phones_left_empty", {**labels(column), **shown}))


def _report(
    source: Source, merged: Upsert, rows: np.ndarray, rejections: Rejections, keys: np.ndarray, notes: list[Message]
) -> Report:
    reject_left(merged, rows, keys, rejections)
    accepted = len(rejections.kept)
    return Report(
        "importtable",
        accepted=accepted,
        rejected=len(source) - accepted,
        reasons=rejections.counts(),
        rejected_rows=rejections.listed(keys),
        figures={"rows": len(source), **merged.figures},
        notes=(*notes, *tell_updates(merged, source, rows)),
        to_confirm=hand_edits_to_confirm(merged, source, rows, keys),
    )
