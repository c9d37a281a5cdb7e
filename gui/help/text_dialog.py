"""Text to read and to copy: what a bug report needs."""

from __future__ import annotations

import contextlib
import sys

import psutil
from PySide6.QtCore import QProcess, QProcessEnvironment, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from core.folders import Folders
from core.installed import importable
from gui.theme import monospaced
from gui.widgets.fitted_dialog import FittedDialog

_END_MS = 10_000
"""A process that was killed is gone in milliseconds, but on a machine with too much to do."""
DOCTOR = """
import sys
# No file of the working directory is taken for a module.
sys.path[:] = [sys.argv[1], *filter(None, sys.path)]
from core.cli import main
from core.cli.terminal.encoding import speak_utf8
speak_utf8()
sys.exit(main(sys.argv[2:]))
"""


class TextDialog(FittedDialog):
    """A text with *Copy*.

    Attributes:
        text: It.
        copy_button: Puts all of it on the clipboard.
    """

    def __init__(self, title: str, text: str, parent: QWidget) -> None:
        """Open it.

        Args:
            title: What it is.
            text: What is said.
            parent: The window.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setFont(monospaced())
        self.text.setAccessibleName(title.lower())
        self.text.setTabChangesFocus(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        # The style's picture of it cannot be seen in dark colours.
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
        self.copy_button = QPushButton("Copy")
        self.copy_button.setToolTip("Copy all of the text")
        buttons.addButton(self.copy_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.text.toPlainText())
        )
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout()
        column.addWidget(self.text)
        self.lay_out(column, buttons, QSize(760, 460))
        self.show()


class DoctorDialog(TextDialog):
    """What ``main.py doctor`` says of this machine; a process of its own asks TensorFlow.

    Attributes:
        process: Carries the command out.
    """

    def __init__(self, folders: Folders, parent: QWidget) -> None:
        """Begin to look.

        Args:
            folders: The folders in use.
            parent: The window.
        """
        super().__init__(
            "Doctor",
            "Looking at this machine: TensorFlow is loaded first \N{HORIZONTAL ELLIPSIS}",
            parent,
        )
        self.copy_button.setEnabled(False)
        self.process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUTF8", "1")
        self.process.setProcessEnvironment(environment)
        self.process.setProcessChannelMode(QProcess.ProcessChannelMode.SeparateChannels)
        self.process.finished.connect(self._show)
        self.process.errorOccurred.connect(self._show)
        where = () if folders == Folders.default() else ("--data-dir", str(folders.runs))
        self.process.start(sys.executable, ["-c", DOCTOR, importable(), *where, "doctor"])

    def done(self, code: int) -> None:
        """Nothing is left behind."""
        self.process.blockSignals(True)
        if pid := self.process.processId():
            # It has a process of its own that loads TensorFlow.
            with contextlib.suppress(psutil.Error):
                for below in psutil.Process(pid).children(recursive=True):
                    below.kill()
        self.process.kill()
        self.process.waitForFinished(_END_MS)
        super().done(code)

    def _show(self, *_: object) -> None:
        said = bytes(self.process.readAllStandardOutput().data()).decode(errors="replace")
        wrong = bytes(self.process.readAllStandardError().data()).decode(errors="replace")
        self.text.setPlainText(said.strip() or wrong.strip() or self.process.errorString())
        self.copy_button.setEnabled(True)
