"""What cannot be handed over is refused with a sentence; no file appears and not a byte of the workspace changes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import shapely

from gridmgmt_plugin.core.errors import GridError, InputError, WorkspaceError
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.exchange.package import writing
from gridmgmt_plugin.jobs.handover import export_package as job
from gridmgmt_plugin.jobs.handover.export_package import export_package
from tests.jobs.package_workspace import COMMUNITIES, LOCAL_FRAME, dump, lane_rows, make_workspace, unit_rows

NOW = datetime(2026, 3, 2, 9, 30)


@pytest.fixture
def workspace(tmp_path):
    return make_workspace(tmp_path / "库.gpkg")


def _refused(workspace, folder, **options):
    """Export, expect an error, prove that nothing happened; return the error."""
    before, files = dump(workspace), sorted(folder.rglob("*")) if folder.is_dir() else None
    with pytest.raises(GridError) as caught:
        export_package(workspace, **{"scheme": "cg", "folder": folder, "now": NOW, **options})
    assert dump(workspace) == before
    assert (sorted(folder.rglob("*")) if folder.is_dir() else None) == files
    assert caught.value.text("zh")
    assert caught.value.text("en")
    return caught.value


class TestValidation:
    def test_an_error_refuses_the_package_and_names_rule_and_place(self, tmp_path, folder):
        units = unit_rows()
        units.geometry[0] = shapely.box(*shapely.bounds(units.geometry[1]))
        workspace = make_workspace(tmp_path / "库.gpkg", unit_grid=units)
        error = _refused(workspace, folder)
        assert error.code == "package_validation_failed"
        assert "unit_overlap" in error.text("zh") or "unit_duplicate" in error.text("zh")
        assert units["code"][0] in error.text("zh")
        assert "网格库未改动" in error.text("zh")
        assert "。。" not in error.text("zh"), "one full stop ends the sentence of the places"

    @pytest.mark.proof
    def test_an_exempted_error_does_not_stand_in_the_way(self, tmp_path, folder):
        posts = Rows.from_records(
            [
                {
                    "id": "P9",
                    "target": "lane",
                    "target_code": "没有这条街巷",
                    "person_id": "R001",
                    "role": "lane_chief",
                }
            ]
        )
        plain = make_workspace(tmp_path / "a.gpkg", post=posts)
        assert _refused(plain, folder).code == "package_validation_failed"
        exemption = Rows.from_records(
            [{"rule": "post_target_unknown", "object_key": "P9", "reason": "r", "author": "王"}]
        )
        exempted = make_workspace(tmp_path / "b.gpkg", post=posts, exemption=exemption)
        assert export_package(exempted, scheme="cg", folder=folder, now=NOW).exempted == 1


class TestWhatWasAsked:
    def test_an_unknown_scheme_lists_the_known_ones(self, workspace, folder):
        error = _refused(workspace, folder, scheme="zz")
        assert error.code == "scheme_not_there"
        assert "cg 城管巡查" in error.text("zh")

    def test_a_missing_folder_is_not_made(self, workspace, tmp_path):
        assert _refused(workspace, tmp_path / "没有").code == "package_folder_missing"

    @pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no /proc here")
    def test_a_folder_that_cannot_be_written_is_told(self, workspace):
        before = dump(workspace)
        with pytest.raises(WorkspaceError) as caught:
            export_package(workspace, scheme="cg", folder=Path("/proc/self"), now=NOW)
        assert caught.value.code == "package_folder_read_only"
        assert dump(workspace) == before

    @pytest.mark.parametrize("taken", ["990101-cg-r0001", "990101-cg-r0001.zip"])
    def test_a_package_that_is_there_is_never_overwritten(self, workspace, folder, taken):
        (folder / taken).write_text("older")
        assert _refused(workspace, folder).code == "package_exists"
        assert (folder / taken).read_text() == "older"

    @pytest.mark.daily(1)
    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"formats": ("dwg",)}, "package_format_unknown"),
            ({"formats": ()}, "package_without_format"),
            ({"encoding": "BIG5"}, "package_encoding_unknown"),
            ({"effective_from": "明天"}, "package_date_unclear"),
            ({"target_crs": "EPSG:1"}, "crs_unreadable"),
            ({"profile": "没有.json"}, "file_missing"),
        ],
    )
    def test_what_is_not_understood_is_told(self, workspace, folder, options, code):
        assert _refused(workspace, folder, **options).code == code

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"formats": ("geojson",)}, "package_geojson_local_frame"),
            ({"target_crs": 4490}, "local_frame_no_reprojection"),
        ],
    )
    def test_a_frame_without_parameters_refuses_what_needs_them(self, tmp_path, folder, options, code):
        workspace = make_workspace(tmp_path / "本地.gpkg", LOCAL_FRAME)
        error = _refused(workspace, folder, **options)
        assert error.code == code
        assert "示例地方坐标系" in error.text("zh")


class TestTexts:
    @pytest.mark.proof
    def test_a_character_that_gbk_does_not_have_names_row_field_and_value(self, tmp_path, folder):
        lanes = lane_rows().with_columns(name=["柳荫胡同", "𬱖巷"])
        workspace = make_workspace(tmp_path / "库.gpkg", lane=lanes)
        error = _refused(workspace, folder, encoding="GBK")
        assert error.code == "package_text_not_encodable"
        assert all(part in error.text("zh") for part in (lanes["code"][1], "LaneName", "𬱖", "GBK"))
        export_package(workspace, scheme="cg", folder=folder, encoding="UTF-8", now=NOW)

    @pytest.mark.proof
    def test_a_text_longer_than_254_bytes_is_refused_for_a_shapefile_only(self, tmp_path, folder):
        units = unit_rows().with_columns(note=["长" * 90] + [None] * 15)
        workspace = make_workspace(tmp_path / "库.gpkg", unit_grid=units)
        error = _refused(workspace, folder)
        assert error.code == "package_text_too_long"
        assert all(part in error.text("en") for part in (units["code"][0], "Note", "270", "254"))
        # In GBK the same text is 180 bytes.
        export_package(workspace, scheme="cg", folder=folder, encoding="GBK", now=NOW)
        export_package(workspace, scheme="cg", folder=folder, formats=("gpkg",), now=NOW)

    def test_a_phone_number_as_person_id_is_refused_without_repeating_it(self, tmp_path, folder):
        persons = Rows.from_records([{"id": "13800138000", "name": "甲示例", "state": "在岗"}])
        posts = Rows.from_records(
            [
                {
                    "id": "P1",
                    "target": "responsibility_grid",
                    "target_code": f"{COMMUNITIES[0]}001",
                    "scheme": "cg",
                    "person_id": "13800138000",
                    "role": "grid_worker",
                }
            ]
        )
        workspace = make_workspace(tmp_path / "库.gpkg", person=persons, post=posts, contact=Rows())
        error = _refused(workspace, folder)
        assert error.code == "package_key_is_private"
        assert "13800138000" not in error.text("zh")


class TestWhenThingsGoWrong:
    def test_a_file_that_reads_back_otherwise_is_not_delivered(self, workspace, folder, monkeypatch):
        real = writing.write_csv

        def forged(path, rows, fields, lines=None):
            changed = rows.with_columns(name=["改动"] * len(rows)) if path.stem == "departments" else rows
            real(path, changed, fields, lines if changed is rows else None)

        monkeypatch.setattr(writing, "write_csv", forged)
        error = _refused(workspace, folder)
        assert error.code == "package_read_back_differs"
        assert "departments.csv" in error.text("zh")

    def test_somebody_elses_save_meanwhile_stops_the_hand_over(self, workspace, folder, monkeypatch):
        real = job.write_files

        def meanwhile(*args):
            with workspace.transaction("别人", "rename") as transaction:
                rows = workspace.read("lane", ["name", "row_version"])
                transaction.update("lane", rows.with_columns(name=["新名", "新名"]))
            return real(*args)

        monkeypatch.setattr(job, "write_files", meanwhile)
        with pytest.raises(WorkspaceError) as caught:
            export_package(workspace, scheme="cg", folder=folder, now=NOW)
        assert caught.value.code == "package_workspace_changed"
        assert ("“街巷”" in caught.value.text("zh"), "“Street-lanes”" in caught.value.text("en")) == (True, True)
        assert list(folder.iterdir()) == []
        assert workspace.count("release") == 0

    def test_a_number_that_cannot_be_taken_leaves_nothing(self, workspace, folder, monkeypatch):
        from gridmgmt_plugin.workspace.gpkg.transaction import GeoPackageTransaction

        def fails(self):
            raise WorkspaceError("workspace_disk_full", path="–")

        monkeypatch.setattr(GeoPackageTransaction, "finish", fails)
        assert _refused(workspace, folder).code == "workspace_disk_full"

    @pytest.mark.proof
    def test_a_package_that_cannot_be_moved_gives_its_number_back(self, workspace, folder, monkeypatch):
        def fails(self):
            raise WorkspaceError("package_not_written", name="–", reason="–")

        with monkeypatch.context() as patched:
            patched.setattr("gridmgmt_plugin.exchange.package.staging.Staging.publish", fails)
            with pytest.raises(WorkspaceError) as caught:
                export_package(workspace, scheme="cg", folder=folder, now=NOW)
        assert caught.value.code == "package_not_written"
        assert list(folder.iterdir()) == []
        assert [workspace.count(name) for name in ("release", "release_item", "handover_log")] == [0, 0, 0]
        assert set(workspace.read("code_register")["state"]) == {"draft"}
        assert export_package(workspace, scheme="cg", folder=folder, now=NOW).release == "r0001"

    @pytest.mark.proof
    def test_a_failed_commit_takes_the_package_away_again_and_its_number_is_spent(
        self, workspace, folder, monkeypatch
    ):
        from gridmgmt_plugin.workspace.gpkg.transaction import GeoPackageTransaction

        real = GeoPackageTransaction.finish
        seen = []

        def fails_once_the_package_is_out(self):
            if (folder / "990101-cg-r0001.zip").is_file() and not seen:
                seen.append(True)
                raise WorkspaceError("workspace_disk_full", path="–")
            real(self)

        monkeypatch.setattr(GeoPackageTransaction, "finish", fails_once_the_package_is_out)
        with pytest.raises(WorkspaceError) as caught:
            export_package(workspace, scheme="cg", folder=folder, now=NOW)
        assert caught.value.code == "workspace_disk_full"
        assert list(folder.iterdir()) == []
        assert workspace.read("release")["state"].tolist() == ["draft"]
        assert [workspace.count(name) for name in ("release_item", "handover_log")] == [0, 0]
        assert set(workspace.read("code_register")["state"]) == {"draft"}
        assert export_package(workspace, scheme="cg", folder=folder, now=NOW).release == "r0002"

    def test_a_locked_workspace_is_told_and_nothing_appears(self, workspace, folder):
        import sqlite3

        other = sqlite3.connect(workspace.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceError) as caught:
            export_package(workspace, scheme="cg", folder=folder, now=NOW)
        other.execute("ROLLBACK")
        other.close()
        assert caught.value.code == "workspace_locked"
        assert list(folder.iterdir()) == []

    def test_a_retired_code_cannot_be_handed_over_again(self, workspace, folder):
        rows = workspace.read("code_register")
        with workspace.transaction("x", "x") as transaction:
            transaction.update("code_register", Rows({"state": as_column(["retired"])}, None, rows.fid[:1]))
        assert _refused(workspace, folder).code in ("package_validation_failed", "code_was_retired")


def test_input_errors_and_workspace_errors_are_told_apart(workspace, folder):
    assert isinstance(_refused(workspace, folder, scheme="zz"), InputError)
    (folder / "990101-cg-r0001").mkdir()
    assert isinstance(_refused(workspace, folder), WorkspaceError)
