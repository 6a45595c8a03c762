"""On a server with large tables what is looked up one by one is found by an index.

The server itself writes down how it goes about each statement (``auto_explain``).
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.jobs.analysis.find_hotspots import find_hotspots
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.jobs.people.ask_place import Where, ask_place
from gridmgmt_plugin.workspace.light.state import read_state
from gridmgmt_plugin.workspace.light.summary import read_summary
from gridmgmt_plugin.workspace.postgis import idle_connections
from gridmgmt_plugin.workspace.register_store import RegisterStore
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.jobs.package_workspace import COMMUNITIES, X0, Y0, make_workspace

pytestmark = pytest.mark.proof

CELLS, CASES = 20_000, 1_000_000
LOOKER = "explained"
# How a table is gone through: the step, and what stands below it until the next one.
STEP = re.compile(
    r"^\t\s*(?:->\s+)?(?:Parallel )?(?:Seq|Index|Index Only) Scan.* on (\w+).*\n((?:\t(?!.*cost=).*\n)*)", re.M
)
QUERY = re.compile(r"Query Text: (.*)")
LARGE = {"unit_grid", "cases", "component", "code_register", "change_log"}


@pytest.fixture(scope="module")
def large(postgis):
    """Return a large workspace as a login whose statements the server explains in its log."""
    place = postgis.location()
    make_workspace(place)
    schema, community = place.schema, COMMUNITIES[0]
    cell = "ST_MakeEnvelope(x, y, x + 10, y + 10, 4548)"
    at = f"SELECT {X0} + 2000 + (n %% 200) * 10 AS x, {Y0} + (n / 200) * 10 AS y, n"
    postgis.run(
        f"SET search_path = {schema}, public;"
        " INSERT INTO unit_grid (code, area_code, area_m2, state, geom)"
        f" SELECT '{community}' || lpad(n::text, 6, '0'), '{community}', 100, 'valid', {cell}"
        f" FROM ({at} FROM generate_series(1, {CELLS}) n) made;"
        " INSERT INTO code_register (code, kind, state) SELECT code, 'unit_grid', 'valid' FROM unit_grid"
        " WHERE length(code) = 18;"
        " INSERT INTO cases (id, case_no, kind, class_code, status, reported_at, unit_grid, reported_grid, geom)"
        f" SELECT 'm' || n, '9901' || lpad(n::text, 12, '0'), 'event', '0102', 'closed',"
        " to_char(timestamp '2025-01-01' + (n %% 500000) * interval '1 minute', 'YYYY-MM-DD\"T\"HH24:MI:SS'),"
        f" '{community}' || lpad((n %% {CELLS} + 1)::text, 6, '0'), NULL,"
        f" ST_SetSRID(ST_MakePoint({X0} + 2000 + (n %% 2000), {Y0} + (n / 2000)), 4548)"
        f" FROM generate_series(1, {CASES}) n".replace("%%", "%"),
    )
    postgis.run(f"VACUUM ANALYZE {schema}.cases")
    postgis.run(f"ANALYZE {schema}.unit_grid; ANALYZE {schema}.code_register")
    postgis.run(
        f"CREATE ROLE {LOOKER} SUPERUSER LOGIN; ALTER ROLE {LOOKER} SET session_preload_libraries = 'auto_explain';"
        f" ALTER ROLE {LOOKER} SET auto_explain.log_min_duration = 0"
    )
    yield postgis.location(schema, user=LOOKER)
    idle_connections.close_all()
    postgis.drop(schema)
    postgis.run(f"DROP ROLE {LOOKER}")


@pytest.fixture
def gone_through(postgis):
    """Return the function that does something and returns the large tables that were gone through for a few rows:
    (table, statement).
    """
    log = postgis.folder / "log"

    def of(deed):
        begin = log.stat().st_size
        deed()
        text = log.read_bytes()[begin:].decode("utf-8", "replace")
        found = []
        for step in STEP.finditer(text):
            table, below = step.groups()
            # What is counted over all that have something is no few rows.
            is_of_all = re.fullmatch(r"\s*Filter: \(\w+ IS NOT NULL\)\s*", below)
            if table in LARGE and "Filter:" in below and "Index Cond" not in below and not is_of_all:
                asked = QUERY.findall(text, 0, step.start())
                found.append((table, asked[-1] if asked else ""))
        return found

    return of


def _save(workspace):
    code = f"{COMMUNITIES[0]}000077"
    found = workspace.read("unit_grid", where={"code": code})
    workspace.read("unit_grid", where={"area_code": "990101001002"}, geometry=False)
    workspace.read("unit_grid", where={"rg_cg": "990101001001C01"}, geometry=False)
    workspace.read("cases", ["id"], {"unit_grid": code})
    workspace.read("component", ["code"], {"unit_grid": code})
    workspace.read("post", where={"target_code": code}, geometry=False)
    workspace.read("cases", ["id"], bounds=tuple(found.shapes[0].bounds))
    with workspace.transaction("王示例", "save") as transaction:
        store = RegisterStore(workspace, workspace.info.code_layout, "unit_grid", [code])
        store.write(transaction)
        changed = Rows({"note": as_column(["x"])}, None, np.asarray(found.fids))
        transaction.update("unit_grid", changed)


DEEDS = {
    "opening": Workspace.open,
    "tree": read_summary,
    "state": read_state,
    "who answers": lambda place: ask_place(
        Workspace.open(place), Where(table="unit_grid", code=f"{COMMUNITIES[0]}000077")
    ),
    "save": lambda place: _save(Workspace.open(place)),
    "hot spots": lambda place: find_hotspots(Workspace.open(place), level="unit_grid"),
    "check": lambda place: validate_workspace(Workspace.open(place)),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_no_large_table_is_gone_through_for_a_few_rows(large, gone_through, deed):
    assert gone_through(lambda: DEEDS[deed](large)) == []
