"""The row of filters above the list of issues, each with the number of issues behind it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QSizePolicy, QToolButton, QWidget

from gridmgmt_plugin.gui.frame.colours import readable
from gridmgmt_plugin.gui.frame.flow import FlowLayout
from gridmgmt_plugin.gui.frame.result_display import SEVERITIES as SEVERITY_STYLES
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.issues.filters import ONLY, WITH, WITHOUT, Extent, Facets, IssueFilter
from gridmgmt_plugin.gui.issues.table import SEVERITIES
from gridmgmt_plugin.project.i18n import tr, translatable

_EXEMPTED = (
    (WITHOUT, translatable("Without exempted")),
    (WITH, translatable("With exempted")),
    (ONLY, translatable("Exempted only")),
)
_PLURALS = {"error": translatable("Errors"), "warning": translatable("Warnings"), "info": translatable("Note")}
_TYPING_MS, _SEARCH_PX = 200, 110
_ON_BUTTON_CONTRAST = 6.0


class FilterBar(QWidget):
    """The filters in as many rows as they need.

    ``changed``: the planner chose another filter. ``extent_wanted``: the map's extent is needed for it."""

    changed = pyqtSignal(object)
    extent_wanted = pyqtSignal()

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self._filter = IssueFilter()
        self._severities: dict[str, QToolButton] = {}
        self._rules = QComboBox(self)
        self._search = QgsFilterLineEdit(self)
        self._within = QCheckBox(tr("Only what the map shows"), self)
        self._exempted = QComboBox(self)
        self._undone = QCheckBox(tr("Hide done"), self)
        self._typing = QTimer(self)
        self._build()

    @property
    def follows_map(self) -> bool:
        """Tell whether only what the map shows is wanted."""
        return bool(self._within.isChecked())

    def set_extent(self, extent: Extent) -> None:
        """Follow the map, while only what it shows is wanted."""
        if self.follows_map:
            self._change(extent=extent)

    def choose_rule(self, rule: str) -> None:
        """Show one rule, "" for all."""
        self._change(rule=rule)

    def forget_gone(self, rules: Collection[str]) -> None:
        """Show all rules where the one that was chosen is none of those that found something."""
        if self._filter.rule and self._filter.rule not in rules:
            self._change(rule="")

    def show_counts(self, facets: Facets, titles: Mapping[str, str]) -> None:
        """Write the numbers beside the filters. ``titles``: rule → what it is called."""
        for name, button in self._severities.items():
            button.setText(f"{tr(_PLURALS[name])} {facets.severities.get(name, 0):,}")
        self._rules.clear()
        self._rules.addItem(tr("All rules ({count})").format(count=sum(facets.rules.values())), "")
        for rule, title in titles.items():
            if facets.rules.get(rule) or rule == self._filter.rule:
                self._rules.addItem(f"{title} ({facets.rules.get(rule, 0)})", rule)
        self._rules.setCurrentIndex(max(self._rules.findData(self._filter.rule), 0))

    def _build(self) -> None:
        row = FlowLayout(self)
        for name in SEVERITIES:
            button = QToolButton(self)
            button.setObjectName(f"gridmgmt_issues_{name}")
            button.setCheckable(True)
            button.setChecked(True)
            # A pressed button has the ground of buttons, a little darker or lighter than what is around it.
            colour = readable(SEVERITY_STYLES[name][0], button, _ON_BUTTON_CONTRAST).name()
            button.setStyleSheet(f"QToolButton:checked {{ color: {colour}; font-weight: bold; }}")
            button.toggled.connect(lambda _: self._change(severities=self._chosen_severities()))
            self._severities[name] = button
            row.addWidget(button)
        self._explain()
        self._rules.setObjectName("gridmgmt_issues_rule")
        self._rules.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._rules.setMinimumContentsLength(14)
        self._rules.activated.connect(lambda _: self._change(rule=self._rules.currentData() or ""))
        self._search.setObjectName("gridmgmt_issues_search")
        self._search.setMinimumWidth(_SEARCH_PX)
        self._search.setPlaceholderText(tr("Search objects and texts"))
        self._search.textChanged.connect(lambda _: self._typing.start())
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(lambda: self._change(text=self._search.text()))
        self._within.setObjectName("gridmgmt_issues_within")
        self._within.toggled.connect(self._within_changed)
        self._exempted.setObjectName("gridmgmt_issues_exempted")
        for key, title in _EXEMPTED:
            self._exempted.addItem(tr(title), key)
        self._exempted.currentIndexChanged.connect(lambda _: self._change(exempted=self._exempted.currentData()))
        self._undone.setObjectName("gridmgmt_issues_undone")
        self._undone.toggled.connect(lambda on: self._change(undone=on))
        for wide in (self._rules, self._search):
            wide.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for widget in (self._rules, self._search, self._within, self._exempted, self._undone):
            row.addWidget(widget)

    def _explain(self) -> None:
        for button in self._severities.values():
            explain(button, tr("Shows or hides issues of this severity; the number says how many there are."))
        explain(self._rules, tr("Shows the issues of one rule only."))
        explain(self._search, tr("Shows issues in whose rule, object or text this stands."))
        explain(self._within, tr("Shows issues in the part that the map shows, and follows it."))
        explain(self._exempted, tr("Whether issues that somebody exempted are shown."))
        explain(self._undone, tr("Hides what you marked as done."))

    def _chosen_severities(self) -> frozenset[str]:
        return frozenset(name for name, button in self._severities.items() if button.isChecked())

    def _within_changed(self, on: bool) -> None:  # noqa: FBT001  a Qt signal calls this
        if on:
            self.extent_wanted.emit()
        else:
            self._change(extent=None)

    def _change(self, **chosen: Any) -> None:
        self._filter = replace(self._filter, **chosen)
        self.changed.emit(self._filter)
