"""What a dialog asks for of the workspace is chosen by name: nobody types a code."""

from __future__ import annotations

import re

import pytest
from qgis.core import QgsProviderRegistry
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QCheckBox, QLabel, QWidget

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.exchange.package.layer_files import SHP
from gridmgmt_plugin.gui.frame.actions import ACTIONS
from gridmgmt_plugin.gui.jobs.dialog import JobDialog
from gridmgmt_plugin.gui.jobs.field_kinds import make_field
from gridmgmt_plugin.gui.jobs.fields import ChoicesField, NumberField, TextField, TextsField, title_of
from gridmgmt_plugin.gui.jobs.forms import form_of
from gridmgmt_plugin.gui.jobs.workspace_fields import TITLES
from gridmgmt_plugin.jobs.analysis.briefing import FORMATS as BRIEFING_FORMATS
from gridmgmt_plugin.jobs.people.people_tables import FORMATS
from gridmgmt_plugin.processing.algorithms.handover.deliver_postgis import DeliverPostgis
from gridmgmt_plugin.processing.parameters import keys_of
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists
from gridmgmt_plugin.workspace.location import parse_location
from gridmgmt_plugin.workspace.logins import kept_login
from tests.qgis.gui.jobs.job_window import open_job
from tests.qgis.workspace_window import when_shown

#: What is written freely: words of people, numbers of papers, and what stands in a file or a standard.
FREE = {"AUTHOR", "REASON", "DOCUMENT_NO", "NOTE", "LOCAL_FRAME", "OBJECT_CODE", "DRAWING_LAYERS", "LETTER_RULE"}
FREE |= {
    "SECTION_FROM",
    "SECTION_TO",
    "MAP_APPROVAL",
    "WEEKDAYS",
    "TITLE",
    "DONE",
    "SOURCE",
    "SOURCES",
    "SCHEMA",
    "TARGET",
}
#: What the jobs themselves take when they are told nothing.
USUAL = {"exportposts": FORMATS, "exportofficers": FORMATS, "exportpackage": (SHP,), "judgelanes": ()}
USUAL |= {
    "planpatrols": ("council_secretary", "council_member"),
    "drawlanes": ("office",),
    "briefing": BRIEFING_FORMATS,
}
JOBS = [spec.algorithm for spec in ACTIONS if spec.algorithm is not None]


@pytest.mark.parametrize("algorithm", JOBS, ids=lambda algorithm: algorithm.KEY)
def test_no_dialog_has_a_line_for_a_code_of_the_workspace(qgis_app, algorithm):
    window = QWidget()
    dialog = JobDialog(algorithm().create(), form_of(algorithm.KEY), window)
    columns = set(dialog.form.file.columns.values()) if dialog.form.file else set()
    lines = {
        name
        for name, field in dialog.fields.items()
        if isinstance(field, (TextField, TextsField)) and not isinstance(field, NumberField)
    }
    assert lines - columns - FREE == set()
    spoken = [title_of(field, TITLES) for name, field in dialog.fields.items() if name not in columns]
    assert [title for title in spoken if re.search(r"\((?:codes?|keys?|ids)\b|（[^）]*编码", title)] == []
    window.deleteLater()


@pytest.mark.parametrize("algorithm", [one for one in JOBS if one.KEY in ("briefing", "lanepapers")])
def test_a_template_left_empty_is_said_to_be_the_workspaces_own(qgis_app, algorithm):
    window = QWidget()
    field = JobDialog(algorithm().create(), form_of(algorithm.KEY), window).fields["TEMPLATE"]
    assert field.widget.lineEdit().placeholderText() == "that of the workspace itself"
    window.deleteLater()


@pytest.mark.proof
def test_a_grid_that_stays_is_found_by_its_name_and_ticked(shell):
    dialog = open_job(shell, "build_responsibility_grids")
    dialog.show_values({"SCHEME": "cg"})
    field = dialog.fields["LOCKED"]

    shown, every = [], []

    def tick(picker):
        picker.search.setText("第002")
        every.append(picker.list.count())
        shown.extend(row for row in range(picker.list.count()) if not picker.list.item(row).isHidden())
        picker.list.item(shown[0]).setCheckState(Qt.CheckState.Checked)
        picker.accept()

    when_shown("gridmgmt_pick_dialog", tick)
    QTest.mouseClick(field.widget, Qt.MouseButton.LeftButton)
    assert 0 < len(shown) < every[0]
    assert field.value().endswith("002")
    assert "第002责任网格" in field.widget.text()
    dialog.show_values({"SCHEME": "hw"})
    assert field.value() is None  # a grid of another scheme stays behind


@pytest.mark.proof
def test_a_list_that_is_cancelled_changes_nothing(shell):
    dialog = open_job(shell, "build_responsibility_grids")
    dialog.show_values({"SCHEME": "cg"})
    before = next(iter(dialog.fields["GRIDS"].offered()))
    dialog.show_values({"GRIDS": before})
    when_shown("gridmgmt_pick_dialog", lambda picker: (picker.list.item(1).setCheckState(2), picker.reject()))
    QTest.mouseClick(dialog.fields["GRIDS"].widget, Qt.MouseButton.LeftButton)
    assert dialog.fields["GRIDS"].value() == before


def test_posts_are_those_of_the_person_who_hands_over(shell):
    dialog = open_job(shell, "hand_over_posts")
    persons, posts = dialog.fields["PERSON"], dialog.fields["POSTS"]
    assert posts.offered() == {}
    persons.show_value("B")
    assert posts.offered().keys() == {"2"}  # of two, the one that has not ended
    assert posts.widget.isEnabled()


def test_a_mix_of_loads_is_made_of_numbers_beside_their_names(shell):
    dialog = open_job(shell, "build_responsibility_grids")
    mix = dialog.fields["MIX"]
    assert mix.value() is None
    mix.boxes["cases"].setValue(2)
    mix.boxes["lane_length"].setValue(1)
    assert mix.value() == "cases:2,lane_length:1"
    mix.show_value("area:3")
    assert mix.value() == "area:3"


def test_changes_since_the_last_export_are_chosen_and_a_date_is_typed(shell):
    since = open_job(shell, "export_posts").fields["SINCE"]
    since.widget.setCurrentIndex(0)
    assert since.value() == "last"
    since.widget.setEditText("2026-01-15")
    assert since.value() == "2026-01-15"
    since.widget.setEditText("")
    assert since.value() is None


@pytest.mark.parametrize("algorithm", JOBS, ids=lambda algorithm: algorithm.KEY)
def test_a_choice_of_several_begins_with_what_the_job_takes_and_never_with_nothing(qgis_app, algorithm):
    window = QWidget()
    dialog = JobDialog(algorithm().create(), form_of(algorithm.KEY), window)
    several = [field for field in dialog.fields.values() if isinstance(field, ChoicesField)]
    for field in several:
        boxes = field.widget.findChildren(QCheckBox)
        usual = USUAL[algorithm.KEY]
        assert len(usual) == sum(box.isChecked() for box in boxes)
        assert usual or field.widget.findChild(QLabel).text()  # who decides stands beside them
        assert (field.values(), field.problem()) == ({}, "")
        for box in boxes:
            box.setChecked(False)
        assert bool(field.problem()) == bool(usual)
        boxes[-1].setChecked(True)
        assert field.value() == [keys_of(field.definition)[-1]]
        field.show_value([])  # what was remembered of a job that was told nothing
        assert len(usual) == sum(box.isChecked() for box in boxes)
    assert bool(several) == (algorithm.KEY in USUAL)
    window.deleteLater()


def test_what_is_taken_where_nothing_is_chosen_is_said_in_the_field(shell):
    dialog = open_job(shell, "service_circles")
    assert dialog.fields["CENTRES"].layers.currentText() == "the stations of the workspace"
    assert open_job(shell, "reform_department").fields["ON"].widget.nullRepresentation() == "Today"


def test_a_database_is_chosen_by_the_name_of_its_connection_and_no_password_is_kept(shell, request):
    postgres = QgsProviderRegistry.instance().providerMetadata("postgres")
    place = "dbname='front' host=db.example port=5433 user='publisher' password='geheim'"
    more = {"saveUsername": True, "savePassword": True}
    postgres.saveConnection(postgres.createConnection(place, more), "前置库甲")
    request.addfinalizer(lambda: postgres.deleteConnection("前置库甲"))
    dialog = open_job(shell, "deliver_postgis")
    field = dialog.fields["TARGET"]
    field.widget.setCurrentText("前置库甲")
    assert field.value() == "postgresql://publisher@db.example:5433/front?schema=gridmgmt"
    assert kept_login(parse_location(field.value())).password == "geheim"
    field.widget.setEditText("postgresql://elsewhere/other")
    assert field.value() == "postgresql://elsewhere/other"
    assert not field.is_remembered, "an address may hold a password"


def test_a_release_is_chosen_by_its_number_with_its_state_beside_it(qgis_app):
    definition = next(d for d in DeliverPostgis().definitions() if d.name() == "RELEASE")
    field = make_field(definition, "deliverpostgis", {})
    releases = (("r0002", "2026-05-02 Platform", "rejected"), ("r0001", "2026-05-01 Platform", "in_force"))
    field.learn(WorkspaceLists(releases=releases))
    assert field.widget.lineEdit().placeholderText() == "Choose a release"
    assert [field.widget.itemText(row) for row in range(2)] == [
        f"{number}  {value_label('release_state', state)}  {about}" for number, about, state in releases
    ]
    field.show_value("r0001")
    assert field.value() == "r0001"


def test_the_schema_of_a_front_database_is_shown_before_anything_is_typed(qgis_app):
    definition = next(d for d in DeliverPostgis().definitions() if d.name() == "SCHEMA")
    assert make_field(definition, "deliverpostgis", {}).value() == "gridmgmt_front"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_no_database_is_refused_without_the_way_an_address_is_written(language):
    told = Message("front_no_database", {"target": "前置库甲"}).text(language)
    assert "前置库甲" in told
    assert "QGIS" in told, "its connections are what a planner chooses from"
    assert "://" not in told
