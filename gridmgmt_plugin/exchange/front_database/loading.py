"""Putting one release into a front database in a running transaction, and reading it back to prove it.

Nobody sees a part of it: the caller commits. What stands there already is left as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridmgmt_plugin.core.columns import geometries, texts
from gridmgmt_plugin.core.duty.area_tree import AreaTree
from gridmgmt_plugin.core.duty.times import MINUTES_A_DAY, clock_minutes, weekday_mask
from gridmgmt_plugin.core.errors import WorkspaceError
from gridmgmt_plugin.core.geometry.parts import as_multi
from gridmgmt_plugin.core.progress import Progress
from gridmgmt_plugin.core.release.frozen import FrozenLayer, freeze
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.front_database.structure import KEY, FrontTable, front_tables, structure, version
from gridmgmt_plugin.exchange.package.fields import DATE, INTEGER, REAL, layer_specs, table_specs
from gridmgmt_plugin.workspace.location import PostgresLocation
from gridmgmt_plugin.workspace.postgis.connection import run, run_counted
from gridmgmt_plugin.workspace.postgis.create import make_schema, require_postgis
from gridmgmt_plugin.workspace.postgis.sql import array_literal, geometry_literal, quoted

if TYPE_CHECKING:
    from gridmgmt_plugin.workspace.postgis.connection import Connection

_ARRAYS = {REAL: "double precision", INTEGER: "bigint", DATE: "date"}
# A part of a path never holds it: codes are digits and letters.
_BETWEEN = "/"


def prepare(connection: Connection, location: PostgresLocation, srid: int) -> None:
    """Make the tables where the schema has none yet; one delivery at a time goes on from here.

    :raises WorkspaceError: ``postgis_missing``, ``postgres_schema_not_permitted``, ``postgres_schema_in_use`` for a
        schema that holds something else, ``front_version`` for one that another version made,
        ``front_frame_differs`` for one in another system of coordinates.
    """
    require_postgis(connection, location)
    run(connection, "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"gridmgmt_front.{location.schema}",))
    found = {name for (name,) in run(connection, _TABLES, (location.schema,))}
    if "front_info" in found:
        stored = dict(run(connection, f"SELECT key, value FROM {location.schema}.front_info"))
        if stored["structure"] != str(version()):
            raise WorkspaceError(
                "front_version", place=location.label, found=stored["structure"], wanted=str(version())
            )
        if stored["srid"] != str(srid):
            raise WorkspaceError("front_frame_differs", place=location.label, found=stored["srid"], wanted=str(srid))
        return
    make_schema(connection, location)
    ((postgis,),) = run(connection, _POSTGIS)
    run(connection, ";\n".join(structure(location.schema, srid, postgis)))


_TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s"
    " AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
)
_POSTGIS = (
    "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
    " WHERE e.extname = 'postgis'"
)


def content_there(connection: Connection, location: PostgresLocation, key: tuple[str, str, str]) -> str | None:
    """Return the content hash of a release (county, scheme, number) that is there already, ``None`` if it is not."""
    sql = f"SELECT content_hash FROM {location.schema}.release WHERE (county_code, scheme, number) = (%s, %s, %s)"
    found = run(connection, sql, key)
    return str(found[0][0]) if found else None


def receivers_there(
    connection: Connection, location: PostgresLocation, county: str, scheme: str
) -> dict[str, str | None]:
    """Return the releases of a county's scheme that are there, by number, with whom they were made for."""
    sql = (
        f"SELECT number, receiver FROM {location.schema}.release WHERE (county_code, scheme) = (%s, %s)"
        " ORDER BY length(number), number"
    )
    return dict(run(connection, sql, (county, scheme)))


def withdraw(
    connection: Connection, location: PostgresLocation, county: str, scheme: str, numbers: Sequence[str]
) -> tuple[str, ...]:
    """Take releases away that are not to answer any more; return those that were there."""
    sql = (
        f"DELETE FROM {location.schema}.release WHERE county_code = %s AND scheme = %s AND number = ANY (%s)"
        " RETURNING number"
    )
    return tuple(sorted(number for (number,) in run(connection, sql, (county, scheme, list(numbers)))))


def renew(connection: Connection, location: PostgresLocation, entry: Mapping[str, Any]) -> bool:
    """Bring the entry of a release up to date whose content is there already; tell whether anything differed."""
    answering = json.dumps(entry["answering"], ensure_ascii=False)
    sql = (
        f"UPDATE {location.schema}.release SET effective_from = %s, answering = %s"
        " WHERE (county_code, scheme, number) = (%s, %s, %s)"
        " AND (effective_from, answering) IS DISTINCT FROM (%s::date, %s::jsonb)"
    )
    day, key = entry["effective_from"], (entry["county_code"], entry["scheme"], entry["number"])
    return run_counted(connection, sql, (day, answering, *key, day, answering)) > 0


def load(
    connection: Connection,
    location: PostgresLocation,
    entry: Mapping[str, Any],
    layers: Mapping[str, FrozenLayer],
    progress: Progress,
) -> dict[str, int]:
    """Write a release and all its rows; return the number of rows by table.

    :param entry: the row of the table ``release``, ``answering`` as a mapping; :param layers: the frozen content.
    """
    values = {**entry, "answering": json.dumps(entry["answering"], ensure_ascii=False)}
    names = ", ".join(values)
    sql = f"INSERT INTO {location.schema}.release ({names}) VALUES ({', '.join(['%s'] * len(values))})"
    run(connection, sql, tuple(values.values()))
    key = (entry["county_code"], entry["scheme"], entry["number"])
    written = {}
    tables = front_tables()
    for position, (name, table) in enumerate(tables.items()):
        progress.report(position / len(tables))
        layer = layers.get(name)
        if layer is not None and len(layer):
            _insert(connection, location, table, layer.rows, key, int(entry["srid"]))
            written[name] = len(layer)
    run(connection, ";\n".join(f"ANALYZE {location.schema}.{quoted(name)}" for name in written))
    return written


def _insert(
    connection: Connection,
    location: PostgresLocation,
    table: FrontTable,
    rows: Rows,
    key: tuple[str, str, str],
    srid: int,
) -> None:
    columns = {name: _values(rows, field.column) for name, field in table.columns.items()}
    arrays = {name: _ARRAYS.get(field.type, "text") for name, field in table.columns.items()}
    derived = _derived(table.name, rows)
    lists = [name for name, kind in table.derived.items() if kind.endswith("[]")]
    arrays.update({name: "text" if name in lists else kind for name, kind in table.derived.items()})
    taken = [*KEY, *map(quoted, columns), *map(quoted, derived)]
    chosen = [
        f"string_to_array({quoted(name)}, '{_BETWEEN}')" if name in lists else quoted(name)
        for name in (*columns, *derived)
    ]
    given = {**columns, **derived}
    values = [array_literal(column, arrays[name]) for name, column in given.items()]
    unnested = [f"%s::{arrays[name]}[]" for name in given]
    named = [quoted(name) for name in given]
    if table.geometry:
        values.append(geometry_literal(as_multi(geometries(rows)), srid))
        unnested.append("%s::text[]")
        named.append("shape")
        taken.append("geom")
        chosen.append("shape::geometry")
    sql = (
        f"INSERT INTO {location.schema}.{quoted(table.name)} ({', '.join(taken)})"
        f" SELECT %s, %s, %s, {', '.join(chosen)} FROM unnest({', '.join(unnested)}) AS given ({', '.join(named)})"
    )
    run(connection, sql, (*key, *values))


def _values(rows: Rows, column: str) -> np.ndarray:
    return rows[column] if column in rows else as_column([None] * len(rows))


def _derived(name: str, rows: Rows) -> dict[str, np.ndarray]:
    """Return the columns that are added so that questions are quick."""
    if name == "area":
        tree = AreaTree(rows)
        return {"path": as_column(_BETWEEN.join(tree.chain(code)) for code in texts(rows, "code"))}
    if name == "posts":
        return {
            "weekday_mask": as_column(weekday_mask(text) for text in texts(rows, "weekdays")),
            "start_minute": as_column(clock_minutes(text, 0) for text in texts(rows, "start_time")),
            "end_minute": as_column(clock_minutes(text, MINUTES_A_DAY) for text in texts(rows, "end_time")),
        }
    return {}


def read_back(
    connection: Connection,
    location: PostgresLocation,
    key: tuple[str, str, str],
    names: Mapping[str, int],
) -> dict[str, FrozenLayer]:
    """Return what stands in the database of a release, as it was frozen but for geometries, which all have parts.

    :param names: the tables that hold something.
    """
    found = {}
    for name in names:
        table = front_tables()[name]
        spec = layer_specs().get(name) or table_specs()[name]
        listed = [quoted(column) for column in table.columns]
        if table.geometry:
            listed.append("encode(ST_AsBinary(geom, 'NDR'), 'hex')")
        where = " AND ".join(f"{column} = %s" for column in KEY)
        lines = run(
            connection, f"SELECT {', '.join(listed)} FROM {location.schema}.{quoted(name)} WHERE {where}", key
        )
        cells = list(zip(*lines)) if lines else [()] * len(listed)
        columns = {field.column: as_column(values) for field, values in zip(table.columns.values(), cells)}
        shapes = shapely.from_wkb(as_column(cells[-1])) if table.geometry else None
        found[name] = freeze(Rows(columns, shapes), spec.key)
    return found
