"""Asks for a Python on another machine, and shows what is known of those that were used."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.engines.interpreter import Interpreter
from core.model.environment import far_name, machine_of
from gui.running.interpreter_chooser import InterpreterChooser, LookThread
from gui.text_size import px
from gui.widgets.fitted_dialog import FittedDialog
from gui.widgets.wrapped_label import WrappedLabel

_NAME = Qt.ItemDataRole.UserRole
_INTRO = (
    "Your files, the data and the training are on that machine; the records come here. Nothing is "
    "installed there: it needs Python, TensorFlow 2.16 or later, and a way in without a question."
)


class SshDialog(FittedDialog):
    """A machine and a Python, looked at before they are used.

    Attributes:
        machine: As ssh takes it.
        python: An environment's folder or a Python there; empty for its ``python3``.
        known: Those that were used, with what was seen last.
        state: What came of the look.

    Signals:
        chosen: An interpreter that can be used (``Interpreter``).
    """

    chosen = Signal(object)

    def __init__(self, chooser: InterpreterChooser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("help", "servers.md#in-the-window")
        self.setWindowTitle("Train on another machine over SSH")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._chooser = chooser
        self._thread: LookThread | None = None
        self._seen: Interpreter | None = None
        self._then_use = False
        self.machine, self.python = QLineEdit(), QLineEdit()
        self.machine.setPlaceholderText("user@host, or a name of ~/.ssh/config")
        self.machine.setAccessibleName("machine")
        self.python.setPlaceholderText("environment's folder or Python there; empty: its python3")
        self.python.setAccessibleName("Python on that machine")
        for line in (self.machine, self.python):
            line.textEdited.connect(self._forget_look)
        self.known = QTreeWidget()
        self.known.setAccessibleName("known machines")
        self.known.setHeaderLabels(["known machine", "Python", "GPUs and state"])
        self.known.setRootIsDecorated(False)
        self.known.itemClicked.connect(self._take_known)
        self.known.itemActivated.connect(self._take_known)
        self.state = WrappedLabel(_INTRO)
        self.state.setAccessibleDescription("what was found")
        self.state.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.buttons = QDialogButtonBox()
        self.look_button = self.buttons.addButton("Look", QDialogButtonBox.ButtonRole.ActionRole)
        self.use_button = self.buttons.addButton("Use", QDialogButtonBox.ButtonRole.AcceptRole)
        self.forget_button = self.buttons.addButton(
            "Forget", QDialogButtonBox.ButtonRole.DestructiveRole
        )
        self.forget_button.setToolTip("Take the selected machine out of the list")
        self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.look_button.clicked.connect(lambda _=False: self.look())
        self.forget_button.clicked.connect(lambda _=False: self._forget())
        self.use_button.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow("machine", self.machine)
        form.addRow("Python", self.python)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.known, 4)
        column.addWidget(self.state, 1)
        column.addWidget(self.buttons)
        self._show(_INTRO, "muted")
        self.resize(px(640), px(190))
        self._fill()

    def look(self, *, then_use: bool = False) -> None:
        """Look at what is named; the dialog stays open meanwhile.

        Args:
            then_use: Use it, where it can be used.
        """
        machine = self.machine.text().strip()
        if self._thread is not None or not machine:
            self.machine.setFocus()
            return
        self._show(f"looking at {machine}\N{HORIZONTAL ELLIPSIS}", "muted")
        self._then_use = then_use
        self._thread = self._chooser.look(self.python.text().strip(), machine)
        self._thread.finished.connect(self._take)
        self._thread.start()
        self._enable()

    def accept(self) -> None:
        """Use what was looked at; look first where that was not done."""
        if self._seen is None:
            self.look(then_use=True)
            return
        super().accept()
        self.chosen.emit(self._seen)

    # -- inside ---------------------------------------------------------------------------

    def _take(self) -> None:
        thread, self._thread = self._thread, None
        assert thread is not None
        self._seen = thread.interpreter
        if self._seen is None:
            self._show(thread.error, "error")
            self._chooser.not_seen(far_name(thread.machine, thread.path), thread.error)
            self._fill()
        else:
            self._show(f"{self._seen.path}: {self._seen.words}", "")
            self._chooser.seen(self._seen)
            self._fill()
            if self._then_use:
                self.accept()
        self._enable()

    def _forget_look(self) -> None:
        self._seen = None
        self._enable()

    def _forget(self) -> None:
        item = self.known.currentItem()
        if item is not None:
            self._chooser.machines.forget(str(item.data(0, _NAME)))
            self._fill()

    def _take_known(self, item: QTreeWidgetItem) -> None:
        name = str(item.data(0, _NAME))
        self.machine.setText(machine_of(name))
        self.python.setText(name[len(machine_of(name)) + 1 :])
        self._forget_look()

    def _fill(self) -> None:
        self.known.clear()
        for name, seen in self._chooser.machines.all.items():
            machine = machine_of(name)
            item = QTreeWidgetItem([machine, name[len(machine) + 1 :], seen])
            item.setData(0, _NAME, name)
            for column in range(3):
                item.setToolTip(column, f"{name}\n{seen}")
            self.known.addTopLevelItem(item)
        for column in range(2):
            self.known.resizeColumnToContents(column)
        used_before = self.known.topLevelItemCount() > 0
        self.known.setVisible(used_before)
        if used_before:
            self.resize(self.size().expandedTo(QSize(px(640), px(380))))
        self._enable()

    def _show(self, text: str, role: str) -> None:
        self.state.setText(text)
        self.state.setProperty("role", role)
        self.state.style().unpolish(self.state)
        self.state.style().polish(self.state)

    def _enable(self) -> None:
        idle = self._thread is None
        for widget in (self.machine, self.python, self.look_button, self.use_button):
            widget.setEnabled(idle)
        self.forget_button.setEnabled(self.known.topLevelItemCount() > 0)
        if idle and self._seen is not None:
            self.use_button.setFocus()
