"""The choice of the Python that runs train in."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QWidget

from core.measure.loading import has_tensorflow
from core.model.environment import interpreter_name
from gui.pipeline_form.ssh_dialog import SshDialog
from gui.running.interpreter_chooser import OWN, InterpreterChooser
from gui.widgets.file_dialogs import ask_folder

_CHOOSE = "choose"
_SSH, _SSH_TEXT = "over ssh", "Over SSH\N{HORIZONTAL ELLIPSIS}"
_CHOOSE_TEXT = "Choose\N{HORIZONTAL ELLIPSIS}"
_TIP = (
    "The Python that opens your code and trains, remembered for the folder of your file. Nothing "
    "is installed there; it needs TensorFlow 2.16 or later with Keras 3."
)


class InterpreterBox(QComboBox):
    """This program's own, those that were found, and any other."""

    def __init__(self, chooser: InterpreterChooser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chooser = chooser
        self.setObjectName("interpreter")
        self.setAccessibleName("interpreter")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.activated.connect(lambda index: self._take(str(self.itemData(index))))
        chooser.changed.connect(self._show)
        self._show()

    def ask(self) -> None:
        """Ask for the folder of an environment."""
        ask_folder(
            self.window(),
            "Choose an environment's folder",
            lambda folder: self._chooser.want(str(folder)),
        )

    def ask_machine(self) -> SshDialog:
        """Ask for a Python on another machine."""
        dialog = SshDialog(self._chooser, self.window())
        dialog.chosen.connect(self._chooser.use)
        dialog.open()
        return dialog

    def showPopup(self) -> None:
        """Environments come and go while the window is open."""
        self._show()
        super().showPopup()

    def _take(self, path: str) -> None:
        if path == _CHOOSE:
            # Once the list is closed: it shows what is used until another one was chosen.
            QTimer.singleShot(0, self, self.ask)
        elif path == _SSH:
            QTimer.singleShot(0, self, self.ask_machine)
        else:
            self._chooser.want(path)
        self._show()

    def _show(self) -> None:
        chooser = self._chooser
        self.clear()
        for path in (OWN, *chooser.offered):
            self.addItem(self._words(path), path)
            about = chooser.about(path)
            tip = f"{path}\n{about.words}" if about else path or _own_words()
            self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.insertSeparator(self.count())
        self.addItem(_CHOOSE_TEXT, _CHOOSE)
        self.addItem(_SSH_TEXT, _SSH)
        self.setCurrentIndex(self.findData(chooser.current))
        if chooser.looks_at:
            self.setItemText(self.currentIndex(), f"looking at {chooser.looks_at}")
        self.setEnabled(not chooser.looks_at)
        shown = self.itemData(self.currentIndex(), Qt.ItemDataRole.ToolTipRole)
        self.setToolTip(f"{_TIP}\n\n{shown}")

    def _words(self, path: str) -> str:
        about = self._chooser.about(path)
        if path == OWN and not has_tensorflow():
            return f"{interpreter_name(path)} · no TensorFlow"
        if about is None:
            return interpreter_name(path)
        if about.machine:
            return f"{interpreter_name(path)} · TensorFlow {about.tensorflow}, {about.gpu_words}"
        versions = f"Python {about.python}, TensorFlow {about.tensorflow}, Keras {about.keras}"
        return f"{interpreter_name(path)} · {versions}"


def _own_words() -> str:
    names = (("tensorflow", "TensorFlow"), ("keras", "Keras"))
    parts = [f"Python {platform.python_version()}"]
    for distribution, name in names:
        try:
            parts.append(f"{name} {version(distribution)}")
        except PackageNotFoundError:
            parts.append(f"{name}: not installed")
    return ", ".join(parts)
