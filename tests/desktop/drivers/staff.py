"""The staffing board and the grid schemes, worked through by mouse in a window of 1366 × 768."""

from __future__ import annotations

from inside import click, click_action, drive, note, picture, screenshot, spoken, wait_until, when_shown
from qgis.core import QgsApplication, QgsProject, QgsSettings
from qgis.PyQt.QtWidgets import QAction, QApplication, QComboBox, QLineEdit, QPushButton, QToolBar, QWidget

# A lane of the sample.
LANE = "9901010010005"
# Communities whose lanes get an officer.
COMMUNITIES = ("990101001001", "990101001003", "990101001004")


def steps(iface, arguments):
    window, name = iface.mainWindow(), arguments["name"]
    window.setGeometry(0, 0, 1366, 768)
    QgsSettings().setValue("gridmgmt/author", spoken("示例员", "Sample"))
    yield
    when_shown("gridmgmt_sample_dialog", lambda d: click(d.findChild(QPushButton, "gridmgmt_sample_accept")))
    window.findChild(QAction, "gridmgmt_open_sample").trigger()
    tree = window.findChild(QWidget, "gridmgmt_dock")
    yield from wait_until(lambda: tree.model.summary is not None)
    yield
    toolbar = window.findChild(QToolBar, "gridmgmt_toolbar")
    click_action(toolbar, window.findChild(QAction, "gridmgmt_staff"))
    board = window.findChild(QWidget, "gridmgmt_staff_dock")
    yield from wait_until(lambda: board.models[0].rowCount() > 0 and _is_quiet())
    yield from _board(board, name)
    yield from _assign(iface, board, name)
    yield from _schemes(window, name)
    window.findChild(QWidget, "gridmgmt_schemes_window").close()
    window.setGeometry(0, 0, 1600, 1000)
    yield from _officers(window, name)
    yield from _inspections(window, name)
    yield from _papers(iface, window, arguments["folder"])
    yield from _templates(iface, window, name)


def _board(board, name):
    note("lists", [model.rowCount() for model in board.models])
    note("titles", [board.tabs.tabText(at) for at in range(3)])
    screenshot(f"staff-posts-{name}")
    bar = board.tabs.tabBar()
    click(bar, bar.tabRect(2).center())
    yield
    view = board.views[2]
    note("all_week", view.model().rowCount())
    screenshot(f"staff-hours-{name}")
    click(bar, bar.tabRect(1).center())
    yield
    screenshot(f"staff-persons-{name}")
    click(bar, bar.tabRect(0).center())
    office = board.findChild(QComboBox, "gridmgmt_staff_office")
    office.setCurrentIndex(1)
    yield from wait_until(_is_quiet)
    note("of_one_office", board.models[0].rowCount())


def _assign(iface, board, name):
    """Put somebody on the place of the first row, and see it in the list."""
    view = board.views[0]
    before = board.models[0].rowCount()
    click(view.viewport(), view.visualRect(view.model().index(0, 0)).center())
    yield
    when_shown("gridmgmt_assign_dialog", lambda dialog: _fill(dialog, name))
    click(board.findChild(QPushButton, "gridmgmt_staff_assign"))
    yield from wait_until(lambda: _is_quiet() and board.models[0].rowCount() == before + 1)
    note("assigned", [item.text() for item in iface.messageBar().items()])
    take_back = iface.mainWindow().findChild(QAction, "gridmgmt_take_back")
    when_shown("gridmgmt_take_back_question", _agree)
    take_back.trigger()
    yield from wait_until(lambda: _is_quiet() and board.models[0].rowCount() == before)
    note("taken_back", board.models[0].rowCount() == before)


def _fill(dialog, name):
    dialog.person.setCurrentIndex(5)
    dialog.findChild(QLineEdit, "gridmgmt_assign_start").setText("20:00")
    dialog.findChild(QLineEdit, "gridmgmt_assign_end").setText("08:00")
    screenshot(f"staff-assign-{name}")
    click(dialog.findChild(QPushButton, "gridmgmt_assign_accept"))


def _agree(dialog):
    click(dialog.findChild(QPushButton, "gridmgmt_take_back_question_yes"))


def _schemes(window, name):
    window.findChild(QAction, "gridmgmt_schemes").trigger()
    schemes = window.findChild(QWidget, "gridmgmt_schemes_window")
    yield from wait_until(lambda: _is_quiet() and schemes.table.rowCount() > 0)
    count = schemes.table.rowCount()
    when_shown("gridmgmt_scheme_question", lambda dialog: _name_it(dialog, name))
    click(schemes.findChild(QPushButton, "gridmgmt_schemes_alternative"))
    yield from wait_until(lambda: _is_quiet() and schemes.table.rowCount() == count + 1)
    yield
    note("schemes", [schemes.table.item(row, 0).text().strip() for row in range(count + 1)])
    screenshot(f"schemes-{name}")
    schemes.table.setCurrentCell(1, 0)
    when_shown("gridmgmt_scheme_delete", lambda dialog: _delete(dialog, name))
    click(schemes.findChild(QPushButton, "gridmgmt_schemes_delete"))
    yield from wait_until(lambda: _is_quiet() and schemes.table.rowCount() == count)
    note("deleted", schemes.table.rowCount() == count)
    layers = {layer.customProperty("gridmgmt/table") for layer in QgsProject.instance().mapLayers().values()}
    note("layers", "responsibility_grid" in layers)


def _name_it(dialog, name):
    dialog.findChild(QLineEdit, "gridmgmt_scheme_title").setText(_second(name))
    screenshot(f"scheme-question-{name}")
    click(dialog.findChild(QPushButton, "gridmgmt_scheme_accept"))


def _second(name):
    return "方案二" if name == "zh" else "Plan two"


def _delete(dialog, name):
    dialog.findChild(QLineEdit, "gridmgmt_scheme_typed").setText(_second(name))
    click(dialog.findChild(QPushButton, "gridmgmt_scheme_delete_accept"))


def _officers(window, name):
    """Give the lanes of three communities an officer each, and colour the map by them."""
    window.findChild(QAction, "gridmgmt_staff").trigger()
    window.findChild(QAction, "gridmgmt_lane_officers").trigger()
    dock = window.findChild(QWidget, "gridmgmt_officers_dock")
    yield from wait_until(lambda: dock.models[0].rowCount() > 0 and _is_quiet())
    dock.role.setCurrentIndex(dock.role.findData("lane_chief"))
    dock.tabs.setCurrentIndex(3)  # the person, and where the role is given
    for number, area in enumerate(COMMUNITIES):
        dock.area.setCurrentIndex(dock.area.findData(area))
        yield from wait_until(_is_quiet)
        dock.person.setCurrentIndex(number)
        when_shown("gridmgmt_officers_whole", _give)
        click(dock.findChild(QPushButton, "gridmgmt_officers_area_button"))
        yield from wait_until(_is_quiet)
    dock.area.setCurrentIndex(0)
    dock.colours.setCurrentIndex(dock.colours.findData("officer"))
    dock.tabs.setCurrentIndex(1)
    yield
    note("officers", dock.models[1].rowCount())
    screenshot(f"officers-{name}")
    window.findChild(QAction, "gridmgmt_lane_officers").trigger()


def _give(question):
    click(question.findChild(QPushButton, "gridmgmt_officers_whole_yes"))


def _inspections(window, name):
    """Enter the results of one lane, and see the next one."""
    window.findChild(QAction, "gridmgmt_inspect_lanes").trigger()
    dock = window.findChild(QWidget, "gridmgmt_inspection_dock")
    yield from wait_until(lambda: dock.table.rowCount() > 0 and _is_quiet())
    yield
    dock.kind.setCurrentIndex(dock.kind.findData("市查"))
    yield
    for code in ("04", "10"):
        for _ in range(2):
            click(dock.verdicts.buttons[code])
    click(dock.findChild(QPushButton, "gridmgmt_inspection_pass"))
    click(dock.findChild(QPushButton, "gridmgmt_inspection_save"))
    yield from wait_until(lambda: _is_quiet() and dock.table.currentRow() == 1)
    for code in ("01", "02", "03"):
        click(dock.verdicts.buttons[code])
    yield
    note("inspected", dock.table.item(0, 5).text())
    screenshot(f"inspection-{name}")
    window.findChild(QAction, "gridmgmt_inspect_lanes").trigger()


def _papers(iface, window, folder):
    """Make the signs of one street-lane, large and for the printer of an office."""
    window.findChild(QAction, "gridmgmt_lane_papers").trigger()
    yield from wait_until(lambda: _shown("gridmgmt_job_lanepapers"))
    dialog = _shown("gridmgmt_job_lanepapers")
    yield from wait_until(lambda: _is_quiet() and dialog.fields["LANES"].widget.count() > 1)
    for kind in ("sign_a4", "sign"):
        for field, value in (("KIND", kind), ("LANES", LANE), ("FOLDER", folder)):
            dialog.fields[field].show_value(value)
        yield
        click(dialog.findChild(QPushButton, "gridmgmt_job_run"))
        yield from wait_until(dialog.shows_result)
        note("papers", dialog.result.toPlainText())
        click(dialog.findChild(QPushButton, "gridmgmt_job_run"))
        yield from wait_until(lambda: not dialog.shows_result())
    dialog.close()


def _templates(iface, window, name):
    """Restyle the sign in the layout designer, and let the workspace keep it."""
    window.findChild(QAction, "gridmgmt_paper_templates").trigger()
    templates = window.findChild(QWidget, "gridmgmt_paper_templates")
    yield from wait_until(_is_quiet)
    templates.list.setCurrentRow(1)
    yield
    picture(templates, f"paper-templates-{name}")
    click(templates.buttons["edit"])
    yield from wait_until(iface.openLayoutDesigners)
    (designer,) = iface.openLayoutDesigners()
    yield
    note("designer_shows", designer.layout().atlas().count())
    picture(designer.window(), f"paper-designer-{name}")
    title = next(item for item in designer.layout().items() if getattr(item, "id", str)() == "sign_title")
    title.setText(spoken("街巷公约", "Lane rules"))
    when_shown("gridmgmt_keep_template", lambda box: click(box.findChild(QPushButton, "gridmgmt_keep_template_yes")))
    designer.window().close()
    yield from wait_until(lambda: _is_quiet() and templates.buttons["restore"].isEnabled())
    note("kept", templates.list.item(1).text())
    note("layouts_left", len(QgsProject.instance().layoutManager().layouts()))
    click(templates.buttons["restore"])
    yield from wait_until(lambda: _is_quiet() and not templates.buttons["restore"].isEnabled())
    templates.close()


def _shown(name):
    found = [w for w in QApplication.topLevelWidgets() if w.objectName() == name and w.isVisible()]
    return found[0] if found else None


def _is_quiet():
    return QgsApplication.taskManager().countActiveTasks() == 0


drive(steps)
