"""One layer or table of a package as rows of the workspace's table: typed, placed, each with a key of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely

from gridmgmt_plugin.core.frames import Frame
from gridmgmt_plugin.core.ground import Ground, areas_in_force, unit_ground
from gridmgmt_plugin.core.listing import listing
from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.posts.columns import refuse_identity_numbers
from gridmgmt_plugin.core.redaction.keys import KEY_IS_PRIVATE
from gridmgmt_plugin.core.release.frozen import joined_keys
from gridmgmt_plugin.core.report import RejectedRow
from gridmgmt_plugin.core.rows import Rows, as_column, is_null
from gridmgmt_plugin.core.text import clean_codes
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.core.unit_grids.area_fit import area_of_cells
from gridmgmt_plugin.exchange.package.fields import LayerSpec
from gridmgmt_plugin.exchange.package.profile import package_specs
from gridmgmt_plugin.exchange.package_back.parts import Part, title_of, told_of
from gridmgmt_plugin.jobs.intake.file_columns import choose_columns
from gridmgmt_plugin.jobs.intake.placed_shapes import LINES, MISSING, POLYGONS, PlacedShapes, place_shapes
from gridmgmt_plugin.jobs.intake.rejections import Rejections
from gridmgmt_plugin.jobs.intake.repeated_rows import reject_repeated
from gridmgmt_plugin.jobs.intake.typed_columns import typed_columns
from gridmgmt_plugin.workspace.schema import table as definition_of

#: What a package says beside the columns of the workspace's table, by layer or table.
MORE: Mapping[str, tuple[str, ...]] = {
    "unit_grid": ("responsibility_grid",),
    "responsibility_grid": ("members",),
    "contacts": ("account",),
}
#: Columns of the key that the job itself knows where a file does not say them.
_KNOWN_TO_THE_JOB = {"scheme", "receiver"}
#: Reason of unit grids that lie in no area.
OUTSIDE = "outside_district"
_UNKEYED = ("code_map",)
# Layers of which a package of ours may have rows that nobody has drawn yet.
_MAY_BE_UNDRAWN = ("lane", "responsibility_grid")


@dataclass(frozen=True, eq=False)
class Incoming:
    """``name``: layer or table of the package. ``rows``: with the columns of the workspace's table that the package
    has, and those of :data:`MORE`; geometry in the workspace's frame. ``given``: rows of the file.
    """

    name: str
    rows: Rows
    given: int
    reasons: Mapping[str, int]
    rejected: tuple[RejectedRow, ...]
    notes: tuple[Message, ...]

    @property
    def table(self) -> str:
        """Return the table of the workspace."""
        return package_specs()[self.name].table


def incoming(part: Part, frame: Frame, precision_m: float, areas: Rows, day: date, *, is_ours: bool) -> Incoming:
    """Return what a part says, row by row; a row without a key or a usable shape, a second one of the same key, and
    a unit grid that neither says its area nor lies in one, is rejected with its reason.

    :param areas: what :func:`.joined_areas` knows of; those in force on the day count.
    :param is_ours: the fields are known by name, nothing is guessed from headings.
    :raises InputError: ``identity_numbers_refused``, what headings and reference systems raise.
    """
    source, table = part.source, part.table
    refuse_identity_numbers(source.rows)
    definition = definition_of(table)
    more = MORE.get(part.name, ())
    known = (*definition.column_names, *more)
    named: dict[str, str | None] = dict.fromkeys(known) if is_ours else {}
    named.update({column: heading for column, heading in (part.fields or {}).items() if column in known})
    taken = [heading for column, heading in (part.fields or {}).items() if column not in known]
    fields = choose_columns(source, table, named=named, more=more, taken=taken, keep_personal=True)
    typed = typed_columns(source, table, fields.fields, more=more)
    rejections = Rejections(source)
    rejections.add(typed.private, KEY_IS_PRIVATE)
    columns = dict(typed.columns)
    for name in more:
        if name in columns:
            columns[name] = clean_codes(columns[name])
    keys = _keys(part.name, columns, len(source), rejections)
    geometry = _geometry(part, frame, precision_m, rejections, is_ours=is_ours)
    if part.name == "unit_grid" and len(areas_in_force(areas, day)) and geometry is not None:
        _reject_outside(columns, geometry, unit_ground(areas, Rows(), precision_m, day), rejections)
    if part.name in _UNKEYED and not is_ours:
        rejections.add(is_null(columns.get("old_code", as_column([None] * len(source)))), "key_missing")
    if part.name == "external_codes":
        _reject_codes(part, columns, rejections, is_ours=is_ours)
    if part.name not in _UNKEYED:
        reject_repeated(source, table, keys, columns, rejections, None)
    return Incoming(
        part.name,
        Rows(columns, geometry).take(rejections.kept),
        len(source),
        rejections.counts(),
        rejections.listed(keys),
        tuple(told_of(part.name, (*fields.notes, *typed.notes))),
    )


def _keys(name: str, columns: Mapping[str, np.ndarray], count: int, rejections: Rejections) -> np.ndarray:
    """Return the key of each row as one text; reject rows without one."""
    spec = package_specs()[name]
    wanted = [field for field in spec.key if field not in _KNOWN_TO_THE_JOB]
    wanted += [field for field in ("receiver",) if name == "external_codes" and field in columns]
    there = {field: columns.get(field, as_column([None] * count)) for field in wanted}
    if name not in _UNKEYED:
        for field, column in there.items():
            if field not in _KNOWN_TO_THE_JOB:
                rejections.add(is_null(column), "key_missing")
    return as_column(joined_keys(Rows(there), tuple(there)))


def _reject_codes(part: Part, columns: Mapping[str, np.ndarray], rejections: Rejections, *, is_ours: bool) -> None:
    """Reject codes that nobody filled in, and those of which nothing says whose they are."""
    empty = as_column([None] * len(part.source))
    rejections.add(is_null(columns.get("external_key", empty)), "external_key_missing")
    if not is_ours:
        rejections.add(is_null(columns.get("receiver", empty)), "external_receiver_missing")


def _geometry(
    part: Part, frame: Frame, precision_m: float, rejections: Rejections, *, is_ours: bool
) -> np.ndarray | None:
    """Return the shapes in the workspace's frame; those that came in another one on its grid of coordinates, for
    digits lost on the way put every vertex beside its place.
    """
    spec = package_specs()[part.name]
    if not isinstance(spec, LayerSpec):
        return None
    kind = LINES if spec.geometry.endswith("LineString") else POLYGONS
    placed = place_shapes(part.source, kind, "crs", frame)
    undrawn = (placed.reasons == MISSING) & (is_ours and part.name in _MAY_BE_UNDRAWN)
    bad = placed.bad[~undrawn[placed.bad]]
    rejections.add(bad, placed.reasons[bad])
    if kind == POLYGONS:
        rejections.add(~shapely.is_valid(placed.geometry) & ~undrawn, "geometry_invalid")
    shapes = placed.geometry
    if not np.array_equal(shapely.get_coordinates(shapes), _given_coordinates(part, placed)):
        steps = round(1.0 / precision_m)
        shapes = shapely.transform(shapes, lambda xy: np.round(xy * steps) / steps)
    if spec.geometry == "Polygon":
        several = shapely.get_num_geometries(shapes) > 1
        rejections.add(several, "cell_multipart")
        shapes = shapely.get_geometry(shapes, 0)
    return np.asarray(shapes, dtype=object)


def _reject_outside(
    columns: Mapping[str, np.ndarray], cells: np.ndarray, ground: Ground, rejections: Rejections
) -> None:
    """Reject unit grids that neither say an area nor lie in one."""
    said = ~is_null(columns["area_code"]) if "area_code" in columns else np.zeros(len(cells), dtype=bool)
    if said.all():
        return
    outside = area_of_cells(cells, ground.geometry, ground.codes) < 0
    rejections.add(outside & ~said, OUTSIDE)


def _given_coordinates(part: Part, placed: PlacedShapes) -> np.ndarray:
    given = part.source.rows.shapes.copy()
    given[shapely.is_missing(placed.geometry)] = None
    return np.asarray(shapely.get_coordinates(given))


def told_of_references(
    known: Mapping[str, Collection[str]], parts: Mapping[str, Rows], relations: Collection[Mapping[str, str]]
) -> list[Message]:
    """Return a sentence for every column that names what neither the package nor the workspace has.

    :param known: table → keys there. ``parts``: name in the package → rows. ``relations``: child and parent columns.
    """
    notes = []
    for name, rows in parts.items():
        table = package_specs()[name].table
        for relation in relations:
            column, parent = relation["column"], relation["parent"]
            if relation["child"] != table or column not in rows or parent not in known:
                continue
            lost = sorted({str(value) for value in rows[column] if value is not None} - set(known[parent]))
            if lost:
                title = Title(f"{table}.{column}")
                details = {"layer": title_of(name), "column": title, "count": len(lost), "shown": listing(lost)}
                notes.append(Message("package_back_refers", details))
    return notes
