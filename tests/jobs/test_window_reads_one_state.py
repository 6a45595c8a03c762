"""Jobs that the window asks directly show one moment, whoever tries to save between two of their tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from gridmgmt_plugin.jobs.checks.fix_issues import plan_fixes
from gridmgmt_plugin.jobs.checks.validate_workspace import validate_workspace
from gridmgmt_plugin.jobs.people.duty_matrix import read_matrix
from gridmgmt_plugin.jobs.people.ownership import read_desk
from gridmgmt_plugin.jobs.people.staff_board import read_board
from gridmgmt_plugin.jobs.responsibility.scheme_figures import scheme_figures
from gridmgmt_plugin.jobs.responsibility.unit_loads import unit_loads
from gridmgmt_plugin.workspace.gpkg.backend import GeoPackageBackend
from tests.jobs.post_town import staffed_town

JOBS = {
    "validate_workspace": validate_workspace,
    "plan_fixes": lambda workspace: plan_fixes(workspace, []),
    "read_desk": read_desk,
    "read_board": read_board,
    "read_matrix": read_matrix,
    "scheme_figures": scheme_figures,
    "unit_loads": unit_loads,
}


@pytest.mark.parametrize("name", JOBS)
def test_nobody_saves_between_two_tables_of_a_job(name, tmp_path, monkeypatch):
    town = staffed_town(tmp_path)
    reads, torn = [], []
    read_rows = GeoPackageBackend.read_rows

    def between(self, table, *args, **options):
        """A colleague tries to save before every read but the first."""
        if reads:
            try:
                with closing(sqlite3.connect(town.path, timeout=0)) as colleague, colleague:
                    colleague.execute("INSERT INTO department (code, name) VALUES (?, '同事')", (f"T{len(reads)}",))
                torn.append(table)
            except sqlite3.OperationalError:
                pass  # held off, as it must be
        reads.append(table)
        return read_rows(self, table, *args, **options)

    monkeypatch.setattr(GeoPackageBackend, "read_rows", between)
    JOBS[name](town)
    assert len(reads) > 1
    assert torn == []
