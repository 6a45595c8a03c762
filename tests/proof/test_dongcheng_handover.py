"""A real district through its whole hand-over: released, delivered into a front database and over HTTP and read back;
rejected, corrected, accepted; a second release with edits and changes of staff, applied by a program of its own.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import shapely

from gridmgmt_plugin.core.errors import InputError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package.receipt_file import read_receipt
from gridmgmt_plugin.jobs.handover.deliver_http import deliver_http
from gridmgmt_plugin.jobs.handover.deliver_postgis import deliver_postgis
from gridmgmt_plugin.jobs.handover.export_package import export_package
from gridmgmt_plugin.jobs.handover.import_receipt import import_receipt
from gridmgmt_plugin.jobs.handover.release_acts import act_on_release
from gridmgmt_plugin.jobs.people.hand_over_posts import hand_over_posts
from tests.jobs.handover import apply_changes
from tests.jobs.handover.test_deliver_http import AT_ONCE, HOST, Receiver, rows_of
from tests.jobs.handover.test_deliver_postgis import acceptance, answers
from tests.qgis.editing.gestures import random_gestures
from tests.qgis.editing.gestures.wild_districts import make_dongcheng
from tests.qgis.editing.saving.town import Desk
from tests.qgis.editing.saving.wild_day import furnish
from tests.qgis.recount import ReadPackage
from tests.qgis.whole_life import AUTHOR, TODAY, WholeLife
from tests.workspace.places import KINDS, place_of

SPLITS, MOVES, CHANGES_OF_STAFF = 15, 15, 10
CASES = 400


@pytest.mark.timeout(7200)  # minutes, and more where other work runs beside
@pytest.mark.parametrize("kind", KINDS)
def test_dongcheng_is_handed_over_delivered_rejected_corrected_accepted_and_handed_over_again(
    request, tmp_path, qgis_app, postgis, database_location, kind
):
    with place_of(kind, tmp_path, request) as place:
        make_dongcheng(place.location)
        chain = Chain(place, tmp_path, postgis, database_location.schema + "_front", str(database_location))
        try:
            chain.live()
        finally:
            postgis.drop(chain.schema)


class Chain:
    """The steps one after the other; each holds what it claims."""

    def __init__(self, place, folder: Path, postgis, schema: str, target: str) -> None:
        self.life = WholeLife(place, folder)
        self.workspace, self.folder = self.life.workspace, folder
        self.postgis, self.schema, self.target = postgis, schema, target

    def live(self) -> None:
        self.furnish()
        first = self.release("一")
        self.deliver(first)
        self.rejected_and_corrected(first)
        second = self.release("二")
        assert self.states() == ["rejected", "handed_over"]
        assert json.loads(second.manifest.read_text("utf-8"))["replaces"] == first.release
        self.answer(second, "*,*,通过,")
        act_on_release(self.workspace, second.release, "put_in_force", author=AUTHOR)
        assert self.states() == ["rejected", "in_force"]
        self.deliver(second)
        self.edit()
        self.change_staff()
        third = self.release("三")
        assert third.base == second.release
        self.changes_lead_from(second, third)
        self.deliver(third)

    def furnish(self) -> None:
        furnish(self.workspace)
        self.life.schemes.append("cg")
        self.life.staff("cg")
        components = self.workspace.read("component")
        some = components.take(np.arange(min(CASES, len(components))))
        records = {
            "id": as_column(f"A{number}" for number in range(len(some))),
            "class_code": as_column(["0101"] * len(some)),
            "status": as_column(["dispatched"] * len(some)),
            "unit_grid": some["unit_grid"],
            "reported_grid": some["unit_grid"],
        }
        with self.workspace.transaction(AUTHOR, "furnish") as transaction:
            transaction.insert("cases", Rows(records, some.geometry))

    def states(self) -> list[str]:
        return self.workspace.read("release", ["state"], geometry=False)["state"].tolist()

    def release(self, name: str):
        """Hand over; programs without ours prove the package."""
        target = self.folder / name
        target.mkdir()
        report = export_package(
            self.workspace,
            scheme="cg",
            folder=target,
            formats=("shp", "geojson"),
            profile={"receiver": "区平台"},
            author=AUTHOR,
            now=datetime.now(),
        )
        checked = [sys.executable, str(report.manifest.parent / "check_package.py"), "--language", "en"]
        ended = subprocess.run(checked, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout[-2000:]
        ReadPackage(report.package, target / "read").holds(self.life.recount, "cg", TODAY)
        return report

    def deliver(self, report) -> None:
        """Both ways: the database answers every acceptance point, and every row arrives over HTTP as it is."""
        deliver_postgis(self.workspace, release=report.release, target=self.target, schema=self.schema)
        assert answers(self.postgis, self.schema, acceptance(report)) == []
        other = Receiver(does=[503, "is gone", "takes and is gone"])
        deliver_http(
            self.workspace, package=str(report.package), target=HOST, transport=other, patience=AT_ONCE, rows_each=500
        )
        for layer in ("unit_grid", "responsibility_grid", "lane"):
            sent = report.manifest.parent / f"{layer}.geojson"
            features = json.loads(sent.read_text("utf-8"))["features"] if sent.exists() else []
            assert [row["properties"] for row in rows_of(other, layer)] == [one["properties"] for one in features]
            assert [row["geometry"] for row in rows_of(other, layer)] == [one["geometry"] for one in features]

    def answer(self, report, *lines: str) -> None:
        path = self.folder / f"回执 {report.release}.csv"
        path.write_text("\n".join(["图层,编码,结果,原因", *lines]), encoding="utf-8")
        import_receipt(self.workspace, read_receipt(str(path)), report.release, author=AUTHOR)

    def rejected_and_corrected(self, report) -> None:
        units = self.workspace.read("unit_grid", ["code", "row_version"], geometry=False)
        code = units["code"][0]
        self.answer(report, f"unit_grid,{code},退回,名称不符", "*,*,通过,")
        assert self.states() == ["rejected"]
        with self.workspace.transaction(AUTHOR, "edit_rows") as transaction:
            row = units.take([0])
            transaction.update("unit_grid", row.with_columns(name=["更正后的名称"]))

    def edit(self) -> None:
        """Split unit grids and move vertices, as a planner does, and save."""
        desk = Desk(self.workspace, author=AUTHOR)
        hand = random_gestures.Hand(desk.editor, 7)
        try:
            for make, wanted in ((random_gestures._split, SPLITS), (random_gestures._move, MOVES)):
                done = 0
                while done < wanted:
                    near, at = hand._somewhere()
                    try:
                        desk.editor.apply(near, make(hand, near, at))
                    except InputError:
                        continue
                    done += 1
            assert desk.save(), [fault.message.text("zh") for fault in desk.refusals[-1].faults]
        finally:
            desk.close()

    def change_staff(self) -> None:
        held = "scheme = 'cg' AND valid_to IS NULL"
        people = sorted({person for (person,) in self.life.recount.rows("post", "person_id", where=held)})
        for giver, taker in zip(people[:CHANGES_OF_STAFF], people[CHANGES_OF_STAFF:]):
            hand_over_posts(self.workspace, person=giver, successor=taker, on=TODAY, leaves="离岗", author=AUTHOR)

    def changes_lead_from(self, before, after) -> None:
        """Base + changes = new for a program that knows nothing of ours, and moves are what locating tells."""
        folders = [str(report.manifest.parent) for report in (before, after)]
        program = [sys.executable, "-I", str(Path(apply_changes.__file__)), *folders]
        ended = subprocess.run(program, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout[-2000:]
        versions = [json.loads(one.manifest.read_text("utf-8"))["grid_version"] for one in (before, after)]
        assert versions[0] != versions[1], "unit grids were drawn otherwise"
        told = _table(after, "changes")
        assert len({row["code"] for row in told if (row["layer"], row["change"]) == ("unit_grid", "added")}) >= SPLITS
        assert sum(row["layer"] == "posts" for row in told) >= CHANGES_OF_STAFF
        assert {row["cause"] for row in _table(after, "code_map")} == {"split"}
        moved = {row["object_code"] for row in _table(after, "moves") if row["object_kind"] == "component"}
        assert moved == self._relocated(before, after)

    def _relocated(self, before, after) -> set[str]:
        """Return the components that lie in a unit grid of another code than before, by the delivered outlines."""
        points = self.workspace.read("component")
        found = []
        for report in (before, after):
            units = ReadPackage(report.package, self.folder / f"again {report.release}").units
            codes, shapes = list(units), [shape for _, shape in units.values()]
            place, cell = shapely.STRtree(shapes).query(points.geometry, predicate="within")
            found.append({at: codes[number] for at, number in zip(place.tolist(), cell.tolist())})
        return {str(points["code"][at]) for at in found[0] if found[0][at] != found[1].get(at)}


def _table(report, name: str) -> list[dict[str, str]]:
    with (report.manifest.parent / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
