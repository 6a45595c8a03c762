"""Fields that name any number of things: of the workspace from a list by name, never typed as codes; of a layer by
what is selected in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qgis.core import (
    QgsMapLayer,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterDefinition,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.core.class_catalogues import classes_of
from gridmgmt_plugin.core.letters import parts_of
from gridmgmt_plugin.core.value_lists import ROLE, value_label, value_list
from gridmgmt_plugin.gui.frame.dialog_buttons import answer_buttons
from gridmgmt_plugin.gui.frame.qt import is_alive
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.jobs.fields import Field, without_hint
from gridmgmt_plugin.gui.jobs.place_fields import LayerField
from gridmgmt_plugin.processing.parameters import keys_of
from gridmgmt_plugin.project.i18n import language, tr
from gridmgmt_plugin.project.manual import WHOLE
from gridmgmt_plugin.workspace.light.lists import WorkspaceLists

#: What there is to choose: of the workspace and of what another field says, key → name.
Offer = Callable[[WorkspaceLists, str], Mapping[str, str]]

_KEY = Qt.ItemDataRole.UserRole
_SIZE_PX = (420, 420)
_SHARES = 4
_NAMED = 4


class PickedField(Field):
    """Any number of things by name; stands for a parameter that takes their codes with commas between them.

    :param offer: what there is to choose.
    :param other: the field that narrows it, if any: the scheme of grids, the person of posts.
    :param is_filter: none chosen means all.
    """

    is_remembered = False

    def __init__(
        self,
        definition: QgsProcessingParameterDefinition,
        offer: Offer,
        other: Field | None,
        *,
        is_filter: bool = False,
    ) -> None:
        super().__init__(definition)
        self._nothing = tr("all; choose…") if is_filter else tr("none; choose…")
        self.title = without_hint(self.title)
        self.tip = tr("Chosen from a list by name or number.")
        self._offer, self._other = offer, other
        self._lists: WorkspaceLists | None = None
        self._chosen: list[str] = []
        # A push button that comes first would have the dialog begin at its main button.
        self.widget: QToolButton = QToolButton()
        self.widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.widget.setStyleSheet("text-align: left; padding: 3px 6px;")
        self.widget.clicked.connect(self._choose)
        if other is not None:
            other.changed.connect(self._narrowed)

    def fill(self, lists: WorkspaceLists) -> None:
        """Keep what the workspace has."""
        self._lists = lists
        self._show()

    def value(self) -> str | None:
        """Return the codes with commas between them."""
        return ",".join(self._chosen) or None

    def show_value(self, value: Any) -> None:
        """Show the things with these codes as chosen."""
        self._chosen = parts_of(str(value or ""))
        self._show()
        self.changed.emit()

    def offered(self) -> Mapping[str, str]:
        """Return what there is to choose now, key → name."""
        narrower = "" if self._other is None else str(self._other.value() or "")
        return {} if self._lists is None else self._offer(self._lists, narrower)

    def _narrowed(self) -> None:
        """What is chosen of another scheme or person does not stay."""
        if self._lists is not None and not set(self._chosen) <= set(self.offered()):
            self.show_value("")
        else:
            self._show()

    def _show(self) -> None:
        offered = self.offered()
        self.widget.setEnabled(bool(offered))
        names = [offered.get(key, key) for key in self._chosen]
        told = tr(", ").join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
        text = tr("{count}: {names}", count=len(names), names=told) if names else self._nothing
        self.widget.setText(text.replace("&", "&&"))
        self.widget.setToolTip("\n".join(names) or self.tip)

    def _choose(self) -> None:
        dialog = PickDialog(self.title, self.offered(), self._chosen, self.widget)
        if dialog.exec():
            self.show_value(",".join(dialog.chosen()))
        dialog.deleteLater()


class PickDialog(QDialog):
    """A list with a box before each name and a line that searches it."""

    def __init__(self, title: str, offered: Mapping[str, str], chosen: list[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_pick_dialog")
        self.setWindowTitle(title)
        self.search: QLineEdit = QLineEdit(self)
        self.search.setPlaceholderText(tr("Type part of the name or number"))
        self.search.setClearButtonEnabled(True)
        explain(self.search, tr("Shows only what has this in its name or number; what is ticked stays ticked."))
        self.list: QListWidget = QListWidget(self)
        self.list.setObjectName("gridmgmt_pick_list")
        self.list.setUniformItemSizes(True)
        explain(self.list, tr("What is ticked is chosen."))
        for key, name in offered.items():
            item = QListWidgetItem(name if key in name else f"{name}  {key}", self.list)
            item.setData(_KEY, key)
            item.setCheckState(Qt.CheckState.Checked if key in chosen else Qt.CheckState.Unchecked)
        self._count = QLabel(self)
        buttons, _ = answer_buttons(self, tr("OK"), "gridmgmt_pick_ok", WHOLE)
        layout = QVBoxLayout(self)
        for widget in (self.search, self.list, self._count, buttons):
            layout.addWidget(widget)
        self.search.textChanged.connect(self._filter)
        self.list.itemChanged.connect(self._told)
        self.resize(*_SIZE_PX)
        self._told()

    def chosen(self) -> list[str]:
        """Return the keys of what is ticked, in the order of the list."""
        items = map(self.list.item, range(self.list.count()))
        return [str(item.data(_KEY)) for item in items if item.checkState() == Qt.CheckState.Checked]

    def _filter(self, text: str) -> None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(text.strip().lower() not in item.text().lower())

    def _told(self, *_: object) -> None:
        self._count.setText(tr("{count} chosen", count=len(self.chosen())))


class MixField(Field):
    """Several loads, each with its share; stands for a text such as ``cases:2,lane_length:1``.

    :param loads: the field whose choices are the loads.
    """

    def __init__(self, definition: QgsProcessingParameterDefinition, loads: Field) -> None:
        super().__init__(definition)
        self.tip = tr("Each load counts as often as its number says; all at 0: one load alone, as chosen above.")
        self.widget = QWidget()
        self.boxes: dict[str, QSpinBox] = {}
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(0, 0, 0, 0)
        rows: list[QHBoxLayout] = []
        for at, (key, label) in enumerate(zip(keys_of(loads.definition), loads.definition.options())):
            if at % _SHARES == 0:
                rows.append(QHBoxLayout())
                column.addLayout(rows[-1])
            box = QSpinBox(self.widget)
            box.setRange(0, 9)
            box.setPrefix(f"{label} ")
            box.setAccessibleName(label)
            box.valueChanged.connect(lambda _: self.changed.emit())
            rows[-1].addWidget(box)
            self.boxes[key] = box

    def value(self) -> str | None:
        """Return the loads that count, with their shares."""
        return ",".join(f"{key}:{box.value()}" for key, box in self.boxes.items() if box.value()) or None

    def show_value(self, value: Any) -> None:
        """Show shares."""
        shares = dict(part.partition(":")[::2] for part in parts_of(str(value or "")))
        for key, box in self.boxes.items():
            box.setValue(int(float(shares[key] or 1)) if key in shares else 0)


def grids_of_scheme(lists: WorkspaceLists, scheme: str) -> Mapping[str, str]:
    """Return the responsibility grids of a scheme, code → name."""
    return {code: name for key, code, name in lists.grids if key == scheme}


def departments_there_are(lists: WorkspaceLists, _: str) -> Mapping[str, str]:
    """Return the departments, code → name."""
    return dict(lists.departments)


def case_states(_: WorkspaceLists, __: str) -> Mapping[str, str]:
    """Return the states of a case, key → name."""
    return {key: labels[language()] for key, labels in value_list("case_status")}


def classes_of_both_kinds(lists: WorkspaceLists, _: str) -> Mapping[str, str]:
    """Return the classes of the workspace's catalogues, kind and code with a colon between them → code and name."""
    return {
        f"{kind}:{one['code']}": f"{one['code']} {one[language()]}"
        for kind, catalogue in lists.catalogues.items()
        for one in classes_of(catalogue)
    }


def posts_of_person(lists: WorkspaceLists, person: str) -> Mapping[str, str]:
    """Return the posts that a person holds, id → role and place."""
    held = [post for post in lists.posts if post.person == person]
    return {post.id: f"{value_label(ROLE, post.role, language())} · {post.place}" for post in held}


def posts_on_lanes(lists: WorkspaceLists, _: str) -> Mapping[str, str]:
    """Return the posts on street-lanes, id → lane, role and who holds it."""
    names = dict(lists.persons)
    return {
        post.id: f"{post.place} · {value_label(ROLE, post.role, language())} · {names.get(post.person, post.person)}"
        for post in lists.posts
        if post.target == "lane"
    }


def lanes_there_are(lists: WorkspaceLists, _: str) -> Mapping[str, str]:
    """Return the street-lanes, code → name."""
    return dict(lists.lanes)


class PlacesField(LayerField):
    """A layer, also of the workspace itself, of which what is selected may be meant alone."""

    def __init__(self, definition: QgsProcessingParameterDefinition) -> None:
        super().__init__(definition, own_layers=True)
        self.title = without_hint(self.title)
        self.only: QCheckBox = QCheckBox(tr("only what is selected"), self.widget)
        self.only.toggled.connect(lambda _: self.changed.emit())
        self.widget.layout().addWidget(self.only)
        self._followed: QgsVectorLayer | None = None
        self.only.destroyed.connect(self._unfollow)
        self.layers.layerChanged.connect(self._follow)
        self._follow(None)

    def value(self) -> Any:
        """Return the layer or path, of a layer what is selected where that was wished."""
        chosen = super().value()
        is_part = chosen is not None and self.only.isEnabled() and self.only.isChecked()
        return QgsProcessingFeatureSourceDefinition(chosen, True) if is_part else chosen

    def _follow(self, layer: QgsMapLayer | None) -> None:
        """Follow what is selected in the layer that is chosen, for as long as it is and the window is there."""
        self._unfollow()
        self._followed = layer if isinstance(layer, QgsVectorLayer) else None
        if self._followed is not None:
            self._followed.selectionChanged.connect(self._follow_selection)
        self.only.setEnabled(False)
        self.only.setChecked(False)
        self._follow_selection()

    def _unfollow(self, *_: object) -> None:
        if is_alive(self._followed):
            self._followed.selectionChanged.disconnect(self._follow_selection)
        self._followed = None

    def _follow_selection(self, *_: object) -> None:
        """Offer and take what is selected; who does not want it is not asked again by the next one."""
        selected = self._followed is not None and self._followed.selectedFeatureCount() > 0
        if selected != self.only.isEnabled():
            self.only.setEnabled(selected)
            self.only.setChecked(selected)
