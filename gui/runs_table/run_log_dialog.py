"""What happened in a run and what it printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from core.export.bug_report import bug_report
from core.model.errors import ExplorerError
from core.model.plan import PROCESS
from core.model.run import Run
from core.store.run_story import StoryLine
from gui.text_size import px
from gui.widgets.fitted_dialog import FittedDialog

_IN_WINDOW = (
    "This run trained in the window: what TensorFlow prints went to the terminal that the program "
    "was started from. Isolated runs keep it here."
)
_ISOLATED = "Lines behind | were printed by the process of the run, TensorFlow's own included."
_NOT_RECORDED = "Nothing was recorded: the program was started with --no-record."


class RunLogDialog(FittedDialog):
    """Stays open beside the window and goes away by itself.

    Attributes:
        view: The lines.
        again_button, folder_button, copy_button: Read the log again; open the folder of the logs;
            copy a text for a bug report.
    """

    def __init__(
        self,
        run: Callable[[], Run],
        story: Callable[[], Sequence[StoryLine]],
        logs: Path,
        parent: QWidget | None = None,
    ) -> None:
        """Show the log of a run as it stands.

        Args:
            run: Gives the run, with the name that it has among all others.
            story: Gives what happened (``Session.story``).
            logs: The folder of its log.
            parent: Owner.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name, isolated = run().name, run().plan.engine == PROCESS
        self.setWindowTitle(f"Log of {name}")
        self.resize(px(760), px(480))
        self._run, self._read, self._logs = run, story, logs
        self._story: tuple[StoryLine, ...] = ()
        self.about = QLabel(_ISOLATED if isolated else _IN_WINDOW)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setWordWrap(True)
        self.about.setProperty("role", "muted")
        self.view = QPlainTextEdit()
        self.view.setReadOnly(True)
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.view.setAccessibleName(f"log of {name}")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        action = QDialogButtonBox.ButtonRole.ActionRole
        self.again_button = buttons.addButton("&Refresh", action)
        self.again_button.setToolTip("Read the log again (F5)")
        self.again_button.setShortcut("F5")
        self.folder_button = buttons.addButton("Open &folder", action)
        self.folder_button.setToolTip(str(logs))
        self.copy_button = buttons.addButton("&Copy for a bug report", action)
        self.copy_button.setToolTip(
            "Copy versions, settings, machine and the end of this log as text. Names of home "
            "folders are left out; read it before you send it"
        )
        self.again_button.clicked.connect(self.refresh)
        self.folder_button.clicked.connect(self._open_folder)
        self.copy_button.clicked.connect(self.copy_report)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.about)
        column.addWidget(self.view, 1)
        column.addWidget(buttons)
        self.view.setFocus()
        self.refresh()

    def refresh(self) -> None:
        """Read the log again."""
        try:
            self._story = tuple(self._read())
        except ExplorerError as error:
            self.view.setPlainText(str(error))
            return
        self.view.setPlainText("\n".join(line.shown() for line in self._story) or _NOT_RECORDED)
        if not self._run().state.over:
            self.view.moveCursor(QTextCursor.MoveOperation.End)

    def copy_report(self) -> None:
        """Put the text for a bug report on the clipboard."""
        QGuiApplication.clipboard().setText(bug_report(self._run(), self._story))
        self.copy_button.setText("Copied")

    def _open_folder(self) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._logs))):
            self.about.setText(f"No program here shows folders. The logs are in {self._logs}")
