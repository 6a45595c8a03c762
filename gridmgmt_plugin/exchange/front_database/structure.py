"""The tables and functions of a front database, as SQL made from the catalogue of delivered fields.

Every table begins with the county, the grid scheme and the release: several counties stand side by side, a release
is loaded while another one answers, and a cluster can be divided by county.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from gridmgmt_plugin.core.resources import load_json, resource_path
from gridmgmt_plugin.exchange.package.fields import DATE, INTEGER, REAL, TEXT, FieldSpec, layer_specs, table_specs
from gridmgmt_plugin.workspace.postgis.sql import quoted, text_literal

CATALOGUE = "delivery/front.json"
#: The columns that every table begins with.
KEY = ("county_code", "scheme", "release")
# In the order in which they use each other.
_FUNCTIONS = ("basics", "rules", "resolve")
#: Codes are compared sign by sign, as the workspace does, whatever language the database speaks.
_TEXT = 'text COLLATE "C"'
_SQL_TYPES = {TEXT: _TEXT, REAL: "double precision", INTEGER: "bigint", DATE: "date"}


@dataclass(frozen=True)
class FrontTable:
    """One table: ``name`` as in the package; ``columns``: column → field; ``key``: what tells its rows apart within a
    release, none where values may be missing; ``geometry``: its type, ``None`` without one; ``derived``: further
    columns with their SQL types.
    """

    name: str
    zh: str
    en: str
    columns: Mapping[str, FieldSpec]
    key: tuple[str, ...]
    geometry: str | None
    derived: Mapping[str, str]


@lru_cache(maxsize=1)
def front_tables() -> Mapping[str, FrontTable]:
    """Return the tables by name, in the order in which they are loaded."""
    wanted = load_json(CATALOGUE)
    layers, tables = layer_specs(), table_specs()
    found = {}
    for name in wanted["load_order"]:
        spec = layers[name] if name in layers else tables[name]
        columns = {wanted["renamed"].get(field.column, field.column): field for field in spec.fields}
        key = spec.key if len(spec.key) == 1 else ()
        geometry = "Multi" + layers[name].geometry.replace("Multi", "") if name in layers else None
        found[name] = FrontTable(name, spec.zh, spec.en, columns, key, geometry, wanted["derived"].get(name, {}))
    return found


def version() -> int:
    """Return the version of the structure."""
    return int(load_json(CATALOGUE)["version"])


def structure(schema: str, srid: int, postgis: str) -> list[str]:
    """Return the statements that make tables, indexes and functions in an empty schema.

    :param srid: of the coordinates, 0 for a local frame; :param postgis: the schema that PostGIS is in.
    """
    release = (
        f"county_code {_TEXT}, scheme {_TEXT}, number {_TEXT}, county_name text, effective_from date NOT NULL,"
        " content_hash text NOT NULL, classification text, srid integer NOT NULL, answering jsonb NOT NULL,"
        " delivered_at timestamptz NOT NULL DEFAULT now(), receiver text, PRIMARY KEY (county_code, scheme, number)"
    )
    made = [
        f"CREATE TABLE {schema}.front_info (key text PRIMARY KEY, value text)",
        f"INSERT INTO {schema}.front_info VALUES ('structure', '{version()}'), ('srid', '{srid}')",
        f"CREATE TABLE {schema}.release ({release})",
    ]
    for table in front_tables().values():
        made += _table(schema, table, srid)
    return made + functions(schema, postgis)


def functions(schema: str, postgis: str) -> list[str]:
    """Return the statements that make the functions; ``resolve`` is what a dispatch system asks."""
    texts = [resource_path(f"delivery/{name}.sql").read_text(encoding="utf-8") for name in _FUNCTIONS]
    return [text.replace("{schema}", schema).replace("{postgis}", postgis) for text in texts]


def _table(schema: str, table: FrontTable, srid: int) -> list[str]:
    place = f"{schema}.{quoted(table.name)}"
    lines = [f"{name} {_TEXT} NOT NULL" for name in KEY]
    lines += [f"{quoted(name)} {_SQL_TYPES[field.type]}" for name, field in table.columns.items()]
    lines += [f"{quoted(name)} {kind}" for name, kind in table.derived.items()]
    if table.geometry:
        lines.append(f"geom geometry({table.geometry}, {srid})")
    if table.key:
        lines.append(f"PRIMARY KEY ({', '.join([*KEY, *map(quoted, table.key)])})")
    lines.append(f"FOREIGN KEY ({', '.join(KEY)}) REFERENCES {schema}.release ON DELETE CASCADE")
    made = [f"CREATE TABLE {place} ({', '.join(lines)})"]
    if table.geometry:
        made.append(f"CREATE INDEX ON {place} USING gist (geom)")
    if not table.key:
        made.append(f"CREATE INDEX ON {place} ({', '.join(KEY)})")
    indexes: list[str] = load_json(CATALOGUE)["indexes"].get(table.name, [])
    made += [f"CREATE INDEX ON {place} ({', '.join([*KEY, quoted(column)])})" for column in indexes]
    made.append(f"COMMENT ON TABLE {place} IS {text_literal(f'{table.zh} {table.en}')}")
    for name, field in table.columns.items():
        made.append(f"COMMENT ON COLUMN {place}.{quoted(name)} IS {text_literal(f'{field.zh} {field.en}')}")
    return made
