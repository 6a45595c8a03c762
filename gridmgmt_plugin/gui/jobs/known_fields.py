"""Fields that offer people, departments, classes and checklists of a workspace by name; typing finds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qgis.core import QgsApplication, QgsProcessingParameterDefinition
from qgis.gui import QgsColorButton
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QComboBox

from gridmgmt_plugin.core.errors import GridError
from gridmgmt_plugin.core.intake.source_profiles import SourceProfile
from gridmgmt_plugin.core.resources import load_json
from gridmgmt_plugin.core.value_lists import value_label
from gridmgmt_plugin.gui.jobs.fields import ChoiceField, Field, choose_or_type, writable_list
from gridmgmt_plugin.gui.jobs.workspace_fields import OfferedField
from gridmgmt_plugin.project.attributes import is_null
from gridmgmt_plugin.project.i18n import language, tr, translatable
from gridmgmt_plugin.project.postgis_source import place_of_connection, stored_connections
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists
from gridmgmt_plugin.workspace.logins import remember_login

# Kinds of source that most cities have; each is a word for a source of cases.
_USUAL_SOURCES = ("12345", translatable("Inspectors"), translatable("Video"))


class KnownField(Field):
    """A person or a department by name and number.

    :param known: what of :class:`~gridmgmt_plugin.workspace.light.lists.WorkspaceLists` is offered: ``persons``, or
        ``departments`` and ``passed_departments``.
    """

    is_remembered = False
    looks_again = True

    def __init__(self, definition: QgsProcessingParameterDefinition, *known: str) -> None:
        super().__init__(definition)
        self._known = known
        self.widget = writable_list(self._hint(), finds=True)
        self.widget.editTextChanged.connect(lambda _: self.changed.emit())

    def fill(self, lists: WorkspaceLists) -> None:
        """Offer those of the workspace; what is chosen or typed stays."""
        wanted = self.value()
        self.widget.blockSignals(True)
        self.widget.clear()
        for key, shown in self._offered(lists):
            self.widget.addItem(shown, key)
        self.widget.blockSignals(False)
        self.show_value(wanted)

    def value(self) -> str | None:
        """Return the number or code, or what was typed."""
        at = self.widget.findText(self.widget.currentText())
        if at >= 0:
            key: str | None = self.widget.itemData(at)
            return key
        return self.widget.currentText().strip() or None

    def show_value(self, value: Any) -> None:
        """Choose by number or code; one that is not in the list, or not yet, stands there as if it had been typed."""
        choose_or_type(self.widget, value)

    def _hint(self) -> str:
        return tr("Type part of the name or number")

    def _offered(self, lists: WorkspaceLists) -> list[tuple[str, str]]:
        """Return each with what is shown of it."""
        return [(key, f"{name}  {key}") for known in self._known for key, name in getattr(lists, known)]


class ReleaseField(KnownField):
    """A release by its number; how each stands is told beside it. Of a single one there is no doubt."""

    def fill(self, lists: WorkspaceLists) -> None:
        """Offer the releases."""
        super().fill(lists)
        if len(lists.releases) == 1 and self.value() is None:
            self.show_value(lists.releases[0][0])

    def _hint(self) -> str:
        return tr("Choose a release")

    def _offered(self, lists: WorkspaceLists) -> list[tuple[str, str]]:
        states = {key: value_label("release_state", key, language()) for _, _, key in lists.releases if key}
        return [(number, "  ".join((number, states.get(key, ""), about))) for number, about, key in lists.releases]


class ModeField(ChoiceField):
    """What becomes of what is there: "new" is proposed only to a workspace that has none of it yet.

    :param table: what the job makes.
    """

    is_remembered = False
    looks_again = True

    def __init__(self, definition: QgsProcessingParameterDefinition, table: str) -> None:
        super().__init__(definition)
        self._table = table
        self._is_chosen = False
        self.widget.activated.connect(self._choose)

    def fill(self, lists: WorkspaceLists) -> None:
        """Propose to update what is there; what the planner chose stays."""
        if lists.counts.get(self._table) and not self._is_chosen and self.value() == "new":
            self.show_value("update")

    def _choose(self, _: int) -> None:
        self._is_chosen = True


class SourceProfileField(Field):
    """A kind of source of cases by its name: those that the workspace keeps, those there usually are, or a new one.

    ``profiles``: name → what the workspace keeps.
    """

    is_remembered = False

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.profiles: Mapping[str, SourceProfile] = {}
        self.widget = writable_list(tr("none; or type a new name"))
        self.widget.editTextChanged.connect(lambda _: self.changed.emit())

    def fill(self, lists: WorkspaceLists) -> None:
        """Offer those of the workspace, then the usual ones."""
        self.profiles, typed = lists.profiles, self.widget.currentText()
        self.widget.blockSignals(True)
        self.widget.addItems(list(dict.fromkeys([*self.profiles, *map(tr, _USUAL_SOURCES)])))
        self.widget.setEditText(typed)
        self.widget.blockSignals(False)
        self.changed.emit()

    def value(self) -> str | None:
        """Return the name."""
        return self.widget.currentText().strip() or None

    def show_value(self, value: Any) -> None:
        """Show a name."""
        self.widget.setEditText("" if is_null(value) else str(value))


class LoginField(Field):
    """A login that QGIS keeps, by its name: nothing of it is read before it is needed."""

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.widget = QComboBox()
        self.widget.addItem(tr("none"), "")
        stored = QgsApplication.authManager().availableAuthMethodConfigs()
        for key, config in sorted(stored.items(), key=lambda pair: str(pair[1].name())):
            self.widget.addItem(config.name(), key)
        self.widget.currentIndexChanged.connect(lambda _: self.changed.emit())

    def value(self) -> str | None:
        """Return the id of what QGIS keeps."""
        return self.widget.currentData() or None

    def show_value(self, value: Any) -> None:
        """Choose by id; one that is not kept any more is left out."""
        self.widget.setCurrentIndex(max(0, self.widget.findData(value or "")))


class ConnectionField(Field):
    """A database by the name of a connection that QGIS keeps, or by its address, which may hold a password and is
    not remembered.
    """

    is_remembered = False

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.widget = writable_list(tr("Choose a database connection of QGIS, or type an address"))
        self.widget.addItems(sorted(stored_connections()))
        self.widget.setCurrentIndex(-1)
        self.widget.editTextChanged.connect(lambda _: self.changed.emit())

    def value(self) -> str | None:
        """Return the address; a password that QGIS keeps in plain is remembered for this run alone."""
        typed: str = self.widget.currentText().strip()
        if typed not in stored_connections():
            return typed or None
        try:
            place = place_of_connection(typed)
        except GridError:
            return typed  # it is told by :meth:`problem`
        remember_login(place)
        return str(place)

    def problem(self) -> str:
        """Return why a connection of QGIS cannot be used."""
        typed = self.widget.currentText().strip()
        try:
            if typed in stored_connections():
                place_of_connection(typed)
        except GridError as error:
            return error.text(language())
        return super().problem()

    def show_value(self, value: Any) -> None:
        """Show a name or an address."""
        self.widget.setEditText("" if is_null(value) else str(value))


class ColourField(Field):
    """A colour, or none: the job chooses one."""

    is_remembered = False

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.title = tr("Colour")
        self.widget: QgsColorButton = QgsColorButton()
        self.widget.setShowNull(True)
        self.widget.setToNull()
        self.widget.colorChanged.connect(lambda _: self.changed.emit())

    def value(self) -> str | None:
        """Return ``#rrggbb``, ``None`` for no colour."""
        return None if self.widget.isNull() else str(self.widget.color().name())

    def show_value(self, value: Any) -> None:
        """Show a colour, or that there is none."""
        if is_null(value):
            self.widget.setToNull()
        else:
            self.widget.setColor(QColor(str(value)))


class ChecklistField(OfferedField):
    """The list by which lanes are inspected: that of the workspace, another one by name, or a file of one."""

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition, tr("that of the workspace"))

    def fill(self, lists: WorkspaceLists) -> None:
        """Offer those of the program and those that the workspace keeps."""
        for key, zh, en in lists.checklists:
            self.widget.addItem(zh if language() == "zh" else en, key)
        self.widget.setEditText("")
        self.show_value(self._wanted)


class ClassField(Field):
    """Classes by their major class, or one by its name; any beginning of a code can be typed."""

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition)
        self.widget = writable_list(finds=True)
        self.widget.addItem(tr("all classes"), "")
        self.widget.editTextChanged.connect(lambda _: self.changed.emit())

    def fill(self, lists: WorkspaceLists) -> None:
        """Offer the classes of events in the catalogue that the workspace names; what was chosen before stays."""
        wanted = self.value()
        catalogue = load_json(f"catalogues/{lists.catalogues.get('event', 'events')}.json")
        for major in catalogue.get("majors", ()):
            self.widget.addItem(f"{major[language()]}  {major['code']}", major["code"])
            for one in catalogue["classes"]:
                if one["major"] == major["code"]:
                    self.widget.addItem(f"　{one[language()]}  {one['code']}", one["code"])
        self.show_value(wanted)

    def value(self) -> str | None:
        """Return how the codes begin."""
        text = self.widget.currentText()
        at = self.widget.findText(text)
        return str(self.widget.itemData(at) if at >= 0 else text.strip()) or None

    def show_value(self, value: Any) -> None:
        """Choose by the beginning of the code; one that is not in the list stands there as if it had been typed."""
        at = self.widget.findData(value or "")
        if at >= 0:
            self.widget.setCurrentIndex(at)
        else:
            self.widget.setEditText(str(value))
