"""The form field of a knob, made from its declaration."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from core.model.kinds import Folder, OneOf, Toggle, Value
from core.model.knob import Knob
from core.model.tensorflow_kinds import Device
from gui.text_size import px, sized
from gui.widgets.file_dialogs import ask_folder
from gui.widgets.spoken import name_list


class KnobEditor(QWidget):
    """Shows a knob's value and lets it be changed.

    Attributes:
        refused: Why the knob does not take what stands in the field; empty where it does.

    Signals:
        edited: The person entered a value, checked or not: the receiver checks it.
        entered: The keyboard or the mouse came to the field.
    """

    edited = Signal(object)
    entered = Signal()

    def __init__(self, key: str, knob: Knob, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._knob = knob
        self._value: Value = knob.default
        self.refused = ""
        self.field = self._make_field()
        self.field.setObjectName(key)
        name = f"{key.rpartition('.')[0]} {knob.label}"
        if isinstance(self.field, QComboBox):
            name_list(self.field, name)
        self.field.setAccessibleName(name)
        self._tip = f"{key}\n{knob.tooltip()}"
        self.field.setToolTip(self._tip)
        self.field.installEventFilter(self)
        # A file that is dropped on it is for the window; its address is no value.
        for part in (self.field, *self.field.findChildren(QLineEdit)):
            part.setAcceptDrops(False)
        self.setFocusProxy(self.field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        if isinstance(knob.kind, Folder):
            row.addWidget(self._browse_button())

    @property
    def value(self) -> Value:
        """What the field was last told to show."""
        return self._value

    def show_refused(self, why: str) -> None:
        """Mark what was typed as refused; an empty reason shows the value that holds again."""
        if why == self.refused:
            return
        self.refused = why
        self.field.setProperty("refused", bool(why))
        self.field.setAccessibleDescription(why)
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)
        if not why:
            self.show_value(self._value)

    def show_value(self, value: Value) -> None:
        """Show a value without saying that it was edited; what was refused stays to be mended."""
        self._value = value
        if self.refused:
            return
        text = self._knob.kind.format(value)
        self.field.blockSignals(True)
        if isinstance(self.field, QCheckBox):
            self.field.setChecked(bool(value))
        elif isinstance(self.field, QComboBox):
            index = self.field.findText(text)
            self.field.setCurrentIndex(index)
            if index < 0 and self.field.isEditable():
                self.field.setEditText(text)
        elif isinstance(self.field, QLineEdit):
            self.field.setText(text)
            # The end of a long path tells more than its beginning.
            self.field.setCursorPosition(len(text))
            self.field.setToolTip(f"{text}\n{self._tip}" if text else self._tip)
        self.field.blockSignals(False)

    def revert(self) -> None:
        """Show the value that holds again, in place of what was typed."""
        if self.refused:
            self.edited.emit(self._value)
        else:
            self.show_value(self._value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the wheel to the scroll area: scrolling past a field must not change it."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.Enter):
            self.entered.emit()
        return super().eventFilter(watched, event)

    def _make_field(self) -> QCheckBox | QComboBox | QLineEdit:
        kind = self._knob.kind
        if isinstance(kind, Toggle):
            box = QCheckBox(self)
            box.toggled.connect(self.edited.emit)
            return box
        if isinstance(kind, Folder):
            line = QLineEdit(self)
            line.setPlaceholderText("no folder chosen")
            line.editingFinished.connect(lambda: self._typed(line.text()))
            return line
        menu = QComboBox(self)
        menu.addItems([kind.format(value) for value in kind.suggestions()])
        menu.setMinimumContentsLength(7)
        menu.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        menu.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if isinstance(kind, OneOf):
            menu.textActivated.connect(self._typed)
            return menu
        menu.setEditable(True)
        menu.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        menu.setMaxVisibleItems(16)
        menu.textActivated.connect(self._typed)
        edit = menu.lineEdit()
        if edit is not None:
            edit.editingFinished.connect(lambda: self._typed(menu.currentText()))
            if isinstance(kind, Device):
                edit.setPlaceholderText("cpu, gpu:0, emulated:20")
        return menu

    def _typed(self, text: str) -> None:
        if self.refused or text != self._knob.kind.format(self._value):
            self.edited.emit(text)

    def _browse_button(self) -> QPushButton:
        button = QPushButton("…", self)
        sized(button, lambda: button.setFixedWidth(px(30)))
        button.setToolTip("Choose the folder")
        button.setAccessibleName(f"choose {self._knob.label}")
        button.clicked.connect(self._browse)
        return button

    def _browse(self) -> None:
        ask_folder(
            self, self._knob.label, lambda folder: self.edited.emit(str(folder)), str(self._value)
        )
