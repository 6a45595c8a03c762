"""Every dock, dialog, form and panel of ours, shown one after the other over a small district."""

from __future__ import annotations

import csv
from types import SimpleNamespace

import numpy as np
import shapely
from qgis.core import QgsFeature, QgsProject, QgsRectangle, QgsSettings
from qgis.gui import QgsAttributeDialog, QgsAttributeEditorContext, QgsGui
from qgis.PyQt.QtWidgets import QDialog, QTabWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from gridmgmt_plugin.core.messages import Message
from gridmgmt_plugin.core.responsibility.scheme_rules import SchemeRules
from gridmgmt_plugin.core.rows import Rows, as_column
from gridmgmt_plugin.core.titles import Title
from gridmgmt_plugin.editing.gestures.buffer import PendingEdits
from gridmgmt_plugin.editing.overtaken.choosing import Choosing
from gridmgmt_plugin.editing.overtaken.sides import EditedGround, OvertakenRow, Sides
from gridmgmt_plugin.editing.saving.reports import HomelessGrid, Recoding, Target
from gridmgmt_plugin.gui.beside.presence_watch import PresenceWatch
from gridmgmt_plugin.gui.editing.figures_panel import FigureRow
from gridmgmt_plugin.gui.editing.rehoming_dialog import RehomingDialog
from gridmgmt_plugin.gui.editing.repair_dialog import RepairDialog
from gridmgmt_plugin.gui.editing.rubber import part_colour
from gridmgmt_plugin.gui.frame.actions import ACTIONS
from gridmgmt_plugin.gui.frame.author import ask_author
from gridmgmt_plugin.gui.frame.options import OptionsPage
from gridmgmt_plugin.gui.frame.outcome import Outcome
from gridmgmt_plugin.gui.frame.report_dialog import show_report
from gridmgmt_plugin.gui.frame.shell import Shell
from gridmgmt_plugin.gui.issues.dialogs import CellLine, ExemptDialog, FixDialog
from gridmgmt_plugin.gui.jobs.picked_fields import PickDialog
from gridmgmt_plugin.gui.opening.server_wait import _WaitDialog
from gridmgmt_plugin.gui.opening.upgrade_window import UpgradeWindow
from gridmgmt_plugin.gui.opening.workspace_actions import SampleDialog
from gridmgmt_plugin.gui.overtaken.window import OvertakenWindow
from gridmgmt_plugin.gui.painting.painter import Mode
from gridmgmt_plugin.gui.papers.window import TemplatesWindow
from gridmgmt_plugin.gui.receivers.window import ProfilesWindow
from gridmgmt_plugin.gui.schemes.questions import DeleteQuestion, SchemeQuestion
from gridmgmt_plugin.jobs.checks.fix_issues import ChangedValue
from gridmgmt_plugin.jobs.receivers.profile_desk import read_profile_desk
from gridmgmt_plugin.processing.provider import ALGORITHMS
from gridmgmt_plugin.project.i18n import Translation
from gridmgmt_plugin.project.settings import remember
from gridmgmt_plugin.project.shown_workspace import shown_layer, shown_layers
from gridmgmt_plugin.workspace.job_at_work import JobAtWork
from gridmgmt_plugin.workspace.light.places import Place
from gridmgmt_plugin.workspace.upgrading.notice import Answers, OpenElsewhere
from gridmgmt_plugin.workspace.workspace import Workspace
from tests.qgis.fake_window import settle
from tests.qgis.gui.editing.tool_window import DrawingIface, Hand
from tests.qgis.gui.form_tools import FormTools
from tests.qgis.gui.jobs.job_window import choose_file, open_job
from tests.qgis.gui.people_windows import fill_people, people_visits
from tests.qgis.workspace_window import (
    COMMUNITIES,
    build_workspace,
    forget_settings,
    put_in_english,
    tasks_done,
    wait_for,
    when_shown,
)

# A small screen, and what QGIS gives a page of its Options.
_WINDOW_PX, _OPTIONS_PX = (1366, 768), (700, 520)
_FORMS = ("unit_grid", "responsibility_grid", "area", "lane", "person", "cases")
_CASES = {
    "zh": ("案件编号", "类别", "上报时间", "状态", "东坐标X", "北坐标Y", "标题", "报案人电话"),
    "en": ("id", "class_code", "reported_at", "status", "x", "y", "title", "reporter_phone"),
}


class House:
    """A window with a district open, in which every part of ours can be looked at: ``for name in house.names``.

    What the district and the tests say themselves is in the language of the window.
    """

    def __init__(self, folder, language):
        forget_settings()
        self._folder = folder
        self.tongue = "zh" if language.startswith("zh") else "en"
        self._translation = Translation()
        QgsSettings().setValue("locale/overrideFlag", True)
        QgsSettings().setValue("locale/userLocale", language)
        self._translation.install()
        remember("author", self.word("示例员", "Sample"))
        self.iface = DrawingIface()
        self.window = self.iface.mainWindow()
        self.window.resize(*_WINDOW_PX)
        self.window.setUpdatesEnabled(True)
        self.window.show()
        self.shell = Shell(self.iface, [algorithm.KEY for algorithm in ALGORITHMS])
        self.shell.build()
        self._visits = {
            "start page": self._start_page,
            "tree": self._tree,
            "issues": self._issues,
            "figures of split": lambda look: self._figures("split", look),
            "figures of draw": lambda look: self._figures("draw", look),
            "schemes": self._schemes,
            "new scheme": lambda look: self.look(
                SchemeQuestion(self.word("新建", "New"), "", SchemeRules(), self.window, asks_base=True), look
            ),
            "rules of a scheme": lambda look: self.look(
                SchemeQuestion(self.word("要求", "Rules"), "", SchemeRules(), self.window, asks_name=False), look
            ),
            "deleted scheme": lambda look: self.look(
                DeleteQuestion(self.word("环卫", "Cleaning"), 3, 5, self.window), look
            ),
            **people_visits(self),
            "paint": self._paint,
            "figures beside the mouse": self._beside_mouse,
            **{f"job {spec.key}": self._job(spec.key) for spec in ACTIONS if spec.algorithm is not None},
            "job with a file": self._job_with_file,
            "result of a job": self._result,
            "report": self._report,
            "details": self._details,
            "about": self._about,
            "author": lambda look: self._modal("gridmgmt_author_dialog", lambda: ask_author(self.window), look),
            "sample": lambda look: self.look(SampleDialog(self.window, self._folder), look),
            "database": self._database,
            "fix": self._fix,
            "exempt": lambda look: self.look(ExemptDialog(self.window, 3, self.word("空隙", "Gap")), look),
            "pick": lambda look: self.look(
                PickDialog(self.word("网格", "Grids"), {"1": "1", "2": "2"}, ["2"], self.window), look
            ),
            "server wait": lambda look: self.look(_WaitDialog(self.window), look),
            "upgrade": self._upgrade,
            "templates of papers": lambda look: self.look(TemplatesWindow(self.window), look),
            "receiver profiles": lambda look: self.look(self._profiles(), look),
            "rehoming": self._rehoming,
            "repair": self._repair,
            "overtaken": self._overtaken,
            "options": self._options,
            **{f"form {table}": self._form(table) for table in _FORMS},
        }
        self._open()

    @property
    def names(self):
        return tuple(self._visits)

    def word(self, chinese, english):
        """Return what the language of the window has for it."""
        return chinese if self.tongue == "zh" else english

    def visit(self, name, look):
        """Show one part of the window and call ``look(widget)`` while it is there; return what that returns."""
        seen = []
        self._visits[name](lambda widget: seen.append(look(widget)))
        settle()
        assert len(seen) == 1, name
        return seen[0]

    def walk(self, **looks):
        """Show every part once; return by the names of the looks what each saw, part by part."""
        seen = {
            name: self.visit(name, lambda root: {key: look(root) for key, look in looks.items()})
            for name in self.names
        }
        return {key: {name: answers[key] for name, answers in seen.items()} for key in looks}

    def close(self):
        for layer in QgsProject.instance().mapLayers().values():
            layer.rollBack() if hasattr(layer, "rollBack") else None
        self.shell.take_down()
        wait_for(tasks_done)
        QgsProject.instance().clear()
        self._translation.remove()
        QgsSettings().remove("locale")
        self.window.deleteLater()  # one that outlives QGIS ends the program with an error
        settle()

    # Docks.

    def _open(self):
        path = build_workspace(self._folder / self.word("示例.gpkg", "sample.gpkg"))
        if self.tongue == "en":
            put_in_english(path)
        workspace = Workspace.open(path)
        units = workspace.read("unit_grid")
        shapes = units.geometry.copy()
        shapes[0] = shapely.box(0, 0, 99.8, 100)  # a gap, for the list of issues
        with workspace.transaction("", "test") as transaction:
            fill_people(transaction, self.word)
            transaction.update(
                "unit_grid", Rows({"area_m2": as_column(shapely.area(shapes).tolist())}, shapes, units.fid)
            )
        self.shell.session.open(path)
        wait_for(tasks_done)
        self.issues = self.shell.controller("issues")
        self.issues.check()
        wait_for(lambda: tasks_done() and len(self.issues.dock.model.table) > 0)
        self.tree = self.shell.controller("tree")

    def _profiles(self):
        window = ProfilesWindow(self.window)
        window.show_desk(read_profile_desk(self.shell.session.location, self.tongue))
        return window

    def _start_page(self, look):
        dock = self.tree.dock
        dock.pages.setCurrentIndex(0)
        dock.start.refresh()
        settle()
        look(dock)
        dock.pages.setCurrentIndex(1)
        settle()

    def _tree(self, look):
        dock = self.tree.dock
        dock.setUserVisible(True)
        code = next(iter(COMMUNITIES)) + "001"
        self.tree.go_to(Place("responsibility_grid", code, "", -1))
        wait_for(lambda: tasks_done() and dock.card.isVisible())
        dock.search.line.setText(self.word("社区", "Community"))
        wait_for(lambda: tasks_done() and dock.results.isVisible())
        wait_for(tasks_done)
        settle()
        look(dock)
        dock.search.line.clear()
        settle()

    def _issues(self, look):
        dock = self.issues.dock
        dock.setUserVisible(True)
        dock.step(1)
        settle()
        look(dock)

    def _schemes(self, look):
        schemes = self.shell.controller("schemes")
        schemes.trigger("schemes", False)
        wait_for(lambda: tasks_done() and schemes.window.table.rowCount() > 0)
        settle()
        look(schemes.window)
        schemes.window.close()

    def _figures(self, key, look):
        self.shell.action(key).trigger()
        settle()
        panel = self.shell.controller(key).desk.panel
        panel.show_rows(
            FigureRow(part_colour(n), f"990101001001{n:03d}", 1e4, 3.0, 1, 2, -5.0, n == 1, 50.0 if n else None)
            for n in range(3)
        )
        panel.show_buttons(
            [
                ("gridmgmt_one", self.word("换号", "Swap"), lambda: None),
                ("gridmgmt_two", self.word("撤销", "Undo"), lambda: None),
            ]
        )
        settle()
        look(panel)
        self.iface.mapCanvas().unsetMapTool(self.iface.mapCanvas().mapTool())
        shown_layer(QgsProject.instance(), "unit_grid").rollBack()
        settle()

    def _painting(self):
        """Take the painting tool up over a unit grid that would tear its grid; return the tool."""
        canvas = self.iface.mapCanvas()
        self.shell.action("paint").trigger()
        wait_for(tasks_done)
        canvas.setExtent(QgsRectangle(-50, -50, 1250, 250))
        hand, tool = Hand(canvas), canvas.mapTool()
        hand.rest()
        tool.choose_mode(Mode.CLICK)
        tool.choose_target(2)
        hand.move(150, 50)
        return tool

    def _paint(self, look):
        look(self._painting().easel.dock)
        self._lay_down()

    def _beside_mouse(self, look):
        self._painting()
        look(self.iface.mapCanvas().findChild(QWidget, "gridmgmt_paint_note"))
        self._lay_down()

    def _lay_down(self):
        self.iface.mapCanvas().unsetMapTool(self.iface.mapCanvas().mapTool())
        shown_layer(QgsProject.instance(), "unit_grid").rollBack()
        settle()

    # Dialogs.

    def _job(self, key):
        def visit(look):
            dialog = open_job(self.shell, key)
            settle()
            look(dialog)
            dialog.close()
            settle()

        return visit

    def look(self, widget, look):
        """Show a window, look at it, and close it."""
        widget.show()
        settle()
        look(widget)
        widget.close()
        widget.deleteLater()
        settle()

    def _modal(self, name, deed, look):
        failed = []

        def seen(widget):
            try:
                look(widget)
            except Exception as error:  # told when the dialog is gone
                failed.append(error)
            widget.reject()

        when_shown(name, seen)
        deed()
        if failed:
            raise failed[0]

    def _job_with_file(self, look):
        path = self._folder / self.word("案件.csv", "cases.csv")
        state = self.word("已结案", "closed")
        rows = [[f"A{n}", "0101", "2025-05-02 08:00", state, 50 + 100 * n, 50, f"{n}", "1"] for n in range(12)]
        rows[4][4] = 99999
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows([_CASES[self.tongue], *rows])
        dialog = open_job(self.shell, "import_cases")
        choose_file(dialog, path)
        look(dialog)
        dialog.close()
        settle()

    def _result(self, look):
        dialog = open_job(self.shell, "import_cases")
        new, every, place = self.word(("新增", "全部", "甲"), ("New", "All", "One"))
        dialog.show_result(
            f"<p><b>{new} 2</b> &nbsp; <a href='all:'>{every}</a></p><p><a href='place:1'>{place}</a></p>"
        )
        settle()
        look(dialog)
        dialog.close()
        settle()

    def _report(self, look):
        report = {
            "accepted": 3,
            "rejected": 1,
            "reasons": {"outside_district": 1},
            "notes": [{"text": self.word("注", "A note")}],
        }
        dialog = show_report(Outcome(self.word("导入", "Import"), {"COUNT": 3, "REJECTED": 1}, report), self.window)
        settle()
        look(dialog)
        dialog.close()

    def _details(self, look):
        self.shell.tell(Message("postgres_login_wanted", {"place": self.word("很长的地名", "a long name ") * 60}))
        button = self.iface.messageBar().currentItem().findChild(QWidget, "gridmgmt_message_details")
        button.click()
        settle()
        dialog = self.window.findChild(QWidget, "gridmgmt_message_dialog")
        look(dialog)
        dialog.close()

    def _about(self, look):
        self.shell.action("about").trigger()
        settle()
        dialog = self.window.findChild(QWidget, "gridmgmt_about_dialog")
        look(dialog)
        self.shell.controller("about").close()

    def _database(self, look):
        self.shell.action("open_postgis").trigger()
        settle()
        dialog = self.window.findChild(QWidget, "gridmgmt_postgis_dialog")
        QTreeWidgetItem(
            dialog.findChild(QWidget, "gridmgmt_postgis_workspaces"),
            [self.word("示例区", "Sample"), "990101", "990101"],
        )
        look(dialog)
        dialog.close()

    def _fix(self, look):
        cells = [CellLine(f"990101001001{n:03d}", 2.5, 0.0) for n in range(4)]
        reasons = [Message("fix_save_first", {})]
        values = [ChangedValue(f"G0000{n}", Title("post.end_reason"), None, "任期届满") for n in range(3)]
        self.look(FixDialog(self.window, 2, reasons, cells, values), look)

    def _rehoming(self, look):
        first, second = self.word(("第一网格", "第二网格"), ("First grid", "Second grid"))
        targets = (Target("990101001001002", second, 120.0), Target("990101001001003", None, 80.0))
        grids = [HomelessGrid("cg", f"99010100100100{n}", first, 4, 1, targets) for n in (1, 4)]
        self.look(RehomingDialog(grids, self.window), look)

    def _repair(self, look):
        ground = SimpleNamespace(code="990101001001001", gained_m2=2.5, lost_m2=0.0)
        proposal = SimpleNamespace(grounds=(ground,), recodings=(Recoding(1, "1", "2", None),))
        self.look(RepairDialog(proposal, self.window), look)

    def _upgrade(self, look):
        shown = UpgradeWindow(self.word("东城区", "Dongcheng"), self.window)
        people = (OpenElsewhere(self.word("李工", "Li"), "09:30", has_edits=True),)
        job = JobAtWork(self.word("赵工", "Zhao"), "generateunitgrids", "09:45")
        shown.show_answers(Answers(people, (job,), 95.0))
        self.look(shown.dialog, look)

    def _overtaken(self, look):
        code = f"{min(COMMUNITIES)}001"
        cell, drawn = shapely.box(0, 0, 100, 100), shapely.box(0, 0, 60, 100)
        rows = Rows.from_records([{"code": code, "row_version": 2}], as_column([cell]))
        stored = Rows(rows.columns, rows.geometry, np.array([1]))
        pending = PendingEdits({1: {"name": "1"}}, {1: drawn}, (), ())
        theirs = {"code": code, "name": self.word("西院", "West"), "row_version": 2}
        row = OvertakenRow(
            fid=1,
            key=theirs["code"],
            version=2,
            by=self.word("李工", "Li"),
            at="2026-11-30T09:30:00",
            was={**theirs, "name": None},
            theirs=theirs,
            mine={**theirs, "name": self.word("东院", "East")},
            shapes=(cell, cell, drawn),
            is_deleted=False,
            fields=("name",),
            ground=0,
        )
        sides = Sides("unit_grid", pending, stored, (row,), (EditedGround((1,), (), True, 1),))
        layers = shown_layers(QgsProject.instance())
        self.look(OvertakenWindow(Choosing(sides), layers, lambda: None, self.window), look)

    def _options(self, look):
        dialog = QDialog(self.window)
        layout = QVBoxLayout(dialog)
        layout.addWidget(OptionsPage(dialog, self.shell.always(PresenceWatch)))
        dialog.resize(*_OPTIONS_PX)
        self.look(dialog, look)

    # Forms.

    def _form(self, table):
        def visit(look):
            QgsGui.editorWidgetRegistry().initEditors()
            layer = shown_layer(QgsProject.instance(), table)
            layer.startEditing()
            context = QgsAttributeEditorContext()
            self._tools = FormTools()
            context.setVectorLayerTools(self._tools)
            context.setFormMode(QgsAttributeEditorContext.FormMode.StandaloneDialog)
            row = next(layer.getFeatures(), None) or QgsFeature(layer.fields())
            dialog = QgsAttributeDialog(layer, QgsFeature(row), False, None, True, context)
            dialog.show()
            settle()
            tabs = dialog.findChild(QTabWidget)
            for at in range(tabs.count() if tabs is not None else 0):
                tabs.setCurrentIndex(at)
                settle()
            if tabs is not None:
                tabs.setCurrentIndex(0)
            settle()
            look(dialog)
            dialog.close()
            dialog.deleteLater()
            settle()
            layer.rollBack()

        return visit
