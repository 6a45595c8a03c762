"""The window with the receiver profiles: those there are, the fields of one, and rows as they would go out."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gridmgmt_plugin.gui.frame.colours import mark_trouble
from gridmgmt_plugin.gui.frame.dialog_buttons import close_button, is_wanted
from gridmgmt_plugin.gui.frame.tips import explain
from gridmgmt_plugin.gui.receivers.field_list import FieldList
from gridmgmt_plugin.gui.receivers.files_form import FilesForm
from gridmgmt_plugin.jobs.receivers.profile_desk import (
    ProfileDesk,
    field_titles,
    listed_fields,
    offered_layers,
    preview,
)
from gridmgmt_plugin.project.i18n import language, tr, translatable

_SIZE_PX = (940, 680)
_AROUND_PX, _PREVIEW_PX, _LIST_PX, _BETWEEN_PX = 6, 136, 230, 3
_PAUSE_MS, _TOLD_LINES = 150, 2
#: Deed → text and tip of its button.
DEEDS = {
    "copy": (translatable("Copy"), translatable("Begin a new profile with what the chosen one says")),
    "keep": (translatable("Keep in the workspace"), translatable("Colleagues and exports find it there by its name")),
    "remove": (translatable("Remove"), translatable("Take the chosen profile out of the workspace")),
    "load": (translatable("From a file…"), translatable("Take a profile from a JSON file; keep it afterwards")),
    "save": (translatable("Save as a file…"), translatable("Save the profile as a JSON file, for another workspace")),
}
_TEXTS = {
    "title": (translatable("Name"), translatable("Under this name the workspace keeps it and an export finds it")),
    "receiver": (translatable("Receiver"), translatable("Releases and external codes are kept under this name")),
    "folder": (
        translatable("Folder name"),
        translatable("Such as {county}_{scheme}_{number}; {yyyymmdd} is the day of the export"),
    ),
    "every_file": (
        translatable("File names"),
        translatable("Such as {county}_{layer}_{yyyymmdd}; {layer_zh} is the Chinese name"),
    ),
}

#: A profile is called by the name under which the workspace keeps it and, where it comes along, its key; this is one
#: that is neither.
_NEW = ("", "")


class ProfilesWindow(QDialog):
    """Emits ``wanted`` with a deed and the name of the profile that is shown; its content is :meth:`content`.

    The line that is chosen in the list may be another one for a moment, while the planner is asked about changes.
    """

    wanted = pyqtSignal(str, str)

    def __init__(self, parent: object) -> None:
        super().__init__(parent)
        self.setObjectName("gridmgmt_receiver_profiles")
        self.setWindowTitle(tr("Receiver profiles"))
        self._desk = ProfileDesk({}, {})
        self._content: dict[str, Any] = {}
        self._begun: dict[str, Any] = {}  # the content before anything was changed in it
        self._of = _NEW  # which profile the content is of
        self._filling = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE_MS)
        self._later.timeout.connect(self.show_preview)
        layout = QVBoxLayout(self)
        row = QHBoxLayout()
        row.addLayout(self._choice())
        row.addWidget(self._editor(), 1)
        layout.addLayout(row, 1)
        layout.addLayout(self._foot())
        self._empty()
        self.resize(*_SIZE_PX)

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.last_word = QLabel(self)
        self.last_word.setObjectName("gridmgmt_receiver_profiles_last_word")
        self.last_word.setWordWrap(True)
        row.addWidget(self.last_word, 1)
        closing = close_button(self, "receiver_profiles")
        for button in closing.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter ends a line that is typed, not the window
        row.addWidget(closing)
        return row

    def _choice(self) -> QVBoxLayout:
        column = QVBoxLayout()
        self.list = QListWidget(self)
        self.list.setObjectName("gridmgmt_receiver_profiles_list")
        self.list.setFixedWidth(_LIST_PX)
        self.list.setWordWrap(True)
        self.list.setSpacing(_BETWEEN_PX)  # or the lines of long names run together
        self.list.setAlternatingRowColors(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        explain(
            self.list, tr("The workspace's profiles, then those that come along; copy one of these to change it.")
        )
        self.list.currentItemChanged.connect(lambda *_: self._chosen())
        column.addWidget(self.list)
        self.buttons = {deed: QPushButton(tr(text), self) for deed, (text, _) in DEEDS.items()}
        for deed, button in self.buttons.items():
            button.setObjectName(f"gridmgmt_receiver_profiles_{deed}")
            button.setAutoDefault(False)
            explain(button, tr(DEEDS[deed][1]))
            column.addWidget(button)
            if deed != "copy":
                button.clicked.connect(lambda *_, deed=deed: self.wanted.emit(deed, self.name()))
        self.buttons["copy"].clicked.connect(self._copy)
        return column

    def _editor(self) -> QWidget:
        self.editor = QWidget(self)
        column = QVBoxLayout(self.editor)
        column.setContentsMargins(0, 0, 0, 0)
        form = QGridLayout()
        self.texts = {}
        for at, (key, (title, tip)) in enumerate(_TEXTS.items()):
            edit = self.texts[key] = QLineEdit(self)
            edit.setObjectName(f"gridmgmt_receiver_profiles_{key}")
            explain(edit, tr(tip))
            edit.textEdited.connect(lambda text, key=key: self._set(key, text.strip() or None))
            label = QLabel(tr(title), self)
            label.setBuddy(edit)
            form.addWidget(label, at // 2, at % 2 * 2)
            form.addWidget(edit, at // 2, at % 2 * 2 + 1)
        self.files = FilesForm(self)
        self.files.changed.connect(self._set)
        self.files.lay_into(form, len(_TEXTS) // 2)
        form.setColumnStretch(1, 1)
        form.setColumnStretch(3, 1)
        column.addLayout(form)
        layers = QHBoxLayout()
        self.layer, self.is_delivered = QComboBox(self), QCheckBox(tr("Delivered"), self)
        explain(self.layer, tr("The layer or table whose fields and rows are shown"))
        explain(self.is_delivered, tr("Without the tick the receiver does not get this layer or table"))
        for name, title in offered_layers(language()):
            self.layer.addItem(title, name)
        self.layer.currentIndexChanged.connect(lambda _: self._show_layer())
        self.is_delivered.toggled.connect(self._deliver)
        layers.addWidget(self.layer, 1)
        layers.addWidget(self.is_delivered)
        column.addLayout(layers)
        self.fields = FieldList(self)
        self.fields.changed.connect(self._take_fields)
        column.addWidget(self.fields, 1)
        self.told = QLabel(self)
        self.told.setWordWrap(True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.told.setMinimumHeight(_TOLD_LINES * self.told.fontMetrics().lineSpacing())  # or all above it would jump
        column.addWidget(self.told)
        self.table = QTableWidget(self)
        self.table.setObjectName("gridmgmt_receiver_profiles_preview")
        self.table.setFixedHeight(_PREVIEW_PX)
        self.table.verticalHeader().setDefaultSectionSize(self.table.fontMetrics().lineSpacing() + _AROUND_PX)
        self.table.setTabKeyNavigation(False)  # Tab leads on, as in every window
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        explain(self.table, tr("Up to ten rows of this workspace as they would be written"))
        column.addWidget(self.table)
        return self.editor

    def say(self, text: str, *, is_trouble: bool = False) -> None:
        """Say what came of a deed: the window lies over the message bar."""
        mark_trouble(self.last_word, is_trouble=is_trouble)
        self.last_word.setText(text)

    def show_desk(self, desk: ProfileDesk) -> None:
        """Show the profiles there are; what was being written stays."""
        title = str(self._content.get("title", ""))
        is_kept = (self._of == _NEW or self.is_changed()) and desk.kept.get(title) == self._content
        is_draft = not is_kept and bool(self._content) and (self._of == _NEW or self.is_changed())
        shown = (title, "") if is_kept else self._of
        self._desk, self._filling = desk, True
        self.list.clear()
        for kept in desk.kept:
            self._add(kept, (kept, ""), desk.kept[kept])
        for key, content in desk.shipped.items():
            self._add(tr("{title} (comes along)", title=content["title"]), ("", key), content)
        found = self._row_of(shown)
        if is_draft:
            self._choose(found)
            self._show(self._content, shown if found >= 0 else _NEW, begun=self._begun)
            return
        self._choose(max(found, 0))
        self._show_chosen()

    def begin(self, content: dict[str, Any]) -> None:
        """Begin a profile that the workspace does not keep yet."""
        if not self._may_leave():
            return
        self._choose(-1)
        self._show(content, _NEW)

    def leave_workspace(self) -> None:
        """Forget what belongs to the workspace there was; what was changed stays, as one that nothing keeps yet."""
        self._of = _NEW
        if not self.is_changed():
            self._empty()

    def is_changed(self) -> bool:
        """Tell whether something was changed that the workspace does not keep yet."""
        return self._content != self._begun

    def reject(self) -> None:
        """Close, with Esc too; what was changed is not given up without a question."""
        if self._may_leave():
            self._empty()
            self.say("")
            super().reject()

    def name(self) -> str:
        """Return the name under which the workspace keeps what is shown, "" where it does not keep it."""
        return self._of[0]

    def keeps(self, name: str) -> bool:
        """Tell whether the workspace keeps a profile of that name."""
        return name in self._desk.kept

    def content(self) -> dict[str, Any]:
        """Return the profile as it stands in the window."""
        return deepcopy(self._content)

    def _empty(self) -> None:
        self._content, self._begun, self._of = {}, {}, _NEW
        self.editor.setEnabled(False)  # until something is shown there is nothing to change

    def _add(self, shown: str, of: tuple[str, str], content: Any) -> None:
        item = QListWidgetItem(shown)
        item.setData(Qt.ItemDataRole.UserRole, of)
        item.setData(Qt.ItemDataRole.UserRole + 1, dict(content))
        self.list.addItem(item)

    def _row_of(self, of: tuple[str, str]) -> int:
        """Return which line of the list a profile is in, −1 for none."""
        rows = range(self.list.count())
        return next((at for at in rows if self.list.item(at).data(Qt.ItemDataRole.UserRole) == of), -1)

    def _choose(self, row: int) -> None:
        """Mark a line of the list, none with −1, without showing what it is of."""
        self._filling = True
        if row < 0:
            self.list.clearSelection()
        self.list.setCurrentRow(row)
        self._filling = False

    def _chosen(self) -> None:
        if not self._filling and self.list.currentItem() is not None:
            self.say("")
            if self.is_changed():
                wanted = self.list.currentItem().data(Qt.ItemDataRole.UserRole)
                QTimer.singleShot(0, lambda: self._leave(wanted))  # the list has taken the click by then
            else:
                self._show_chosen()

    def _leave(self, wanted: tuple[str, str]) -> None:
        if self._may_leave():
            self._choose(max(self._row_of(wanted), 0))  # the list may have been filled again meanwhile
            self._show_chosen()
        else:
            self._choose(self._row_of(self._of))

    def _may_leave(self) -> bool:
        """Ask whether what was changed may be given up, where anything was."""
        text = tr("“{title}” has changes that are not kept.", title=self._content.get("title", ""))
        return not self.is_changed() or is_wanted("gridmgmt_drop_profile", text, tr("Discard"), self)

    def _show_chosen(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._show(item.data(Qt.ItemDataRole.UserRole + 1), item.data(Qt.ItemDataRole.UserRole))

    def _show(self, content: dict[str, Any], of: tuple[str, str], begun: dict[str, Any] | None = None) -> None:
        editable = of[1] == ""
        self._begun = deepcopy(content if begun is None else begun)
        self._content, self._of = deepcopy(content), of
        self.editor.setEnabled(True)
        self._filling = True
        for key, edit in self.texts.items():
            edit.setText(str(content.get(key, "")))
            edit.setReadOnly(not editable)
        self._filling = False
        self.files.show_content(content, editable=editable)
        self.fields.set_editable(editable=editable)
        for part in (self.is_delivered, self.buttons["keep"]):
            part.setEnabled(editable)
        self.buttons["remove"].setEnabled(bool(self.name()))
        self._show_layer()

    def _copy(self) -> None:
        title = tr("{title} (copy)", title=self._content.get("title", ""))
        self.begin({**self._content, "title": title})
        self.texts["title"].setFocus()
        self.texts["title"].selectAll()

    def _show_layer(self) -> None:
        name = self.layer.currentData()
        layers = self._content.get("layers") or []
        self._filling = True
        self.is_delivered.setChecked(not layers or name in layers)
        self._filling = False
        self.fields.show_entries(listed_fields(self._content, name), field_titles(name, language()))
        self.show_preview()

    def _set(self, key: str, value: Any) -> None:
        if value is None:
            self._content.pop(key, None)
        else:
            self._content[key] = value
        self._later.start()

    def _take_fields(self) -> None:
        fields = {**self._content.get("fields", {}), self.layer.currentData(): self.fields.entries()}
        self._set("fields", fields)

    def _deliver(self, wanted: bool) -> None:  # noqa: FBT001  Qt's signal
        if self._filling:
            return
        every = [name for name, _ in offered_layers(language())]
        name = self.layer.currentData()
        chosen = [one for one in self._content.get("layers") or every if one != name]
        chosen += [name] if wanted else []
        self._set("layers", None if set(chosen) == set(every) else chosen)

    def show_preview(self) -> None:
        """Show the first rows as they would be written now, and what is wrong with them."""
        shown = preview(self._desk, self._content, self.layer.currentData())
        problem = shown.problem or self._desk.problem
        told = [tr("File: {name}", name=shown.file)] if shown.file else []
        self.told.setText("\n".join([*told, *([problem.text(language())] if problem else [])]))
        self.table.clear()
        self.table.setColumnCount(len(shown.headings))
        self.table.setRowCount(len(shown.lines))
        self.table.setHorizontalHeaderLabels(list(shown.headings))
        for row, line in enumerate(shown.lines):
            for column, cell in enumerate(line):
                self.table.setItem(row, column, QTableWidgetItem(cell))
