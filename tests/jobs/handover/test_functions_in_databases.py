"""Every function that the shipped SQL or the program makes in a database has a search path of its own."""

from __future__ import annotations

import re
from pathlib import Path

import gridmgmt_plugin
from gridmgmt_plugin.core.resources import resource_path
from gridmgmt_plugin.jobs.handover.deliver_postgis import deliver_postgis
from tests.database_roles import logins, set_rights
from tests.jobs.handover.exports import export
from tests.jobs.package_workspace import make_workspace
from tests.news_board import make_board
from tests.workspace.postgis.city_database import city_in

SCHEMA, FRONT = "functions_here", "functions_front"
NAMED = re.compile(r"CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE) +(?:[{}\w]+\.)?(\w+)")
# Those of roles.sql are made in a loop over their names.
LISTED = re.compile(r"^        \('(\w+)\([^']*\)', '", re.MULTILINE)
# Not those of PostGIS and other extensions.
FOUND = """
SELECT n.nspname, p.proname, p.proconfig FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
"""
# Beside its own schema; PostGIS lies in ``public``. Where ``pg_catalog`` is not named it comes first.
ALLOWED = {"pg_catalog", "pg_temp", "public"}


def shipped() -> set[str]:
    """Return the names of the functions that SQL files and modules have a database make."""
    folders = (resource_path("schema"), resource_path("delivery"), Path(gridmgmt_plugin.__file__).parent)
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.sql")]
    texts += [path.read_text(encoding="utf-8") for path in folders[-1].rglob("*.py")]
    return {name for text in texts for name in (*NAMED.findall(text), *LISTED.findall(text))}


def functions(postgis, folder) -> list[tuple]:
    """Return schema, name and settings of what is made in a database that has all that there is."""
    with city_in(postgis) as city:
        place = city.place(SCHEMA)
        workspace = make_workspace(place)
        set_rights(postgis, SCHEMA, city.database)
        city.make_view()
        make_board(postgis, city.database)
        report = export(workspace, folder)
        deliver_postgis(workspace, release=report.release, target=str(place), schema=FRONT)
        return city.run(FOUND)


def test_every_function_has_a_search_path_of_its_own(postgis, folder):
    found = functions(postgis, folder)
    with logins(postgis, SCHEMA):
        pass
    assert {name for _, name, _ in found} == shipped()
    assert {schema for schema, _, _ in found} == {SCHEMA, FRONT, "gridmgmt_city", "gridmgmt_news"}
    for schema, name, config in found:
        (path,) = [setting[12:] for setting in config or () if setting.startswith("search_path=")] or [""]
        first, *_, last = listed = (path or "-, -").split(", ")
        assert last == "pg_temp", f"{schema}.{name}: what a session makes for itself comes before {path}"
        assert set(listed) <= {*ALLOWED, schema}, (schema, name, path)
        assert first == "pg_catalog" or "pg_catalog" not in listed, (schema, name, path)
