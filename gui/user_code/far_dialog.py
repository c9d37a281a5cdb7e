"""Chooses a Python file on another machine."""

from __future__ import annotations

import posixpath

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from core.engines.far_answers import FarAnswer
from gui.text_size import px
from gui.user_code.far_thread import FarThread
from gui.widgets.fitted_dialog import FittedDialog
from gui.widgets.wrapped_label import WrappedLabel

_PATH = Qt.ItemDataRole.UserRole
_UP = ".."


class FarFileDialog(FittedDialog):
    """Lists the folders and Python files of a folder there.

    Attributes:
        path: The folder; another one can be typed, or a file.
        list: What is in it.
        state: What is wrong, or being done.

    Signals:
        chosen: A file, and what is in it (``FarAnswer``).
    """

    chosen = Signal(object)

    def __init__(
        self, machine: str, folder: str, thread: FarThread, parent: QWidget | None = None
    ) -> None:
        """Show a folder.

        Args:
            machine: Where, in words.
            folder: The first one; empty for the home folder.
            thread: Answers; it is ended with the dialog.
            parent: The window.
        """
        super().__init__(parent)
        self.setProperty("help", "servers.md#in-the-window")
        self.setWindowTitle(f"Open a Python file on {machine}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._thread = thread
        self._asking, self._shown = False, ""
        self.path = QLineEdit(folder)
        self.path.setAccessibleName(f"folder on {machine}")
        self.list = QListWidget()
        self.list.setAccessibleName(f"files on {machine}")
        self.list.itemActivated.connect(lambda item: self._ask(str(item.data(_PATH))))
        self.state = WrappedLabel()
        self.state.setProperty("role", "muted")
        buttons = QDialogButtonBox()
        self.open_button = buttons.addButton("Open", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        # Return presses it too, in the line and in the list.
        buttons.accepted.connect(self._open)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (self.path, self.list, self.state, buttons):
            column.addWidget(widget)
        thread.answered.connect(self._take)
        thread.failed.connect(self._fail)
        self.finished.connect(thread.close)
        self.resize(px(560), px(420))
        self._ask(folder)

    def _ask(self, path: str) -> None:
        if self._asking:
            return
        self._asking = True
        self.state.setText(f"reading {path or 'the home folder'}\N{HORIZONTAL ELLIPSIS}")
        self.list.setEnabled(False)
        self._thread.ask(path, folder=not path.endswith(".py"))

    def _open(self) -> None:
        """Go to what is typed, where it is not what is shown; else to what is selected."""
        typed, item = self.path.text().strip(), self.list.currentItem()
        self._ask(typed if typed != self._shown or item is None else str(item.data(_PATH)))

    def _take(self, answer: FarAnswer) -> None:
        self._asking = False
        self.list.setEnabled(True)
        if answer.stamp:
            self.accept()
            self.chosen.emit(answer)
            return
        self._shown = answer.path
        self.path.setText(answer.path)
        self.list.clear()
        above, icons = posixpath.dirname(answer.path), QStyle.StandardPixmap
        if above != answer.path:
            self._add(_UP, above, icons.SP_FileDialogToParent)
        for name in answer.folders:
            if not name.startswith("."):
                self._add(name, posixpath.join(answer.path, name), icons.SP_DirIcon)
        for name in answer.files:
            self._add(name, posixpath.join(answer.path, name), icons.SP_FileIcon)
        self.state.setText("" if answer.files else "No Python file is in this folder.")
        self.list.setCurrentRow(0)
        self.list.setFocus()

    def _add(self, name: str, path: str, icon: QStyle.StandardPixmap) -> None:
        item = QListWidgetItem(self.style().standardIcon(icon), name, self.list)
        item.setData(_PATH, path)
        item.setToolTip(path)

    def _fail(self, text: str) -> None:
        self._asking = False
        self.list.setEnabled(True)
        self.state.setText(text)
