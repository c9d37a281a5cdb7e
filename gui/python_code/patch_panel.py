"""The chosen settings as a patch for the person's own files; never written into them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.export.files import write_bytes
from core.export.patch.result import Patch
from core.model.environment import machine_of
from core.model.errors import ExplorerError
from core.text.plural import plural
from gui.python_code.diff_highlighter import DiffHighlighter
from gui.state.app_state import AppState
from gui.theme import monospaced
from gui.widgets.file_dialogs import ask_save
from gui.widgets.open_source import open_source
from gui.widgets.wrapped_label import WrappedLabel

NOTHING = "Nothing is changed: the code is as the settings say."
_MAKING = "Making the patch\N{HORIZONTAL ELLIPSIS}"


class PatchPanel(QWidget):
    """Shows a patch, what it leaves out and what it entails.

    Attributes:
        head: What there is, in a sentence.
        not_done: What the settings ask for and the patch leaves out, with the reason.
        notes: What it entails beyond the lines that it shows.
        view: The unified diff.
        copy_button, save_button, file_button: What can be done with it.
        palette_actions: The same for the palette.
    """

    def __init__(self, app_state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app_state = app_state
        self._patch: Patch | None = None
        self._file: Path | None = None
        self.head, self.not_done, self.notes = WrappedLabel(), WrappedLabel(), WrappedLabel()
        for label, role in ((self.head, "strong"), (self.not_done, "error"), (self.notes, "muted")):
            label.setProperty("role", role)
            label.setTextInteractionFlags(label.textInteractionFlags().TextSelectableByMouse)
        self.view = QPlainTextEdit()
        self.view.setReadOnly(True)
        self.view.setAccessibleName("patch for your code")
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setFont(monospaced())
        self.view.setTabChangesFocus(True)
        self._highlighter = DiffHighlighter(self.view.document(), app_state.theme)
        app_state.theme_changed.connect(lambda: self._highlighter.set_theme(app_state.theme))
        button = self._button
        self.copy_button = button("&Copy", "Copy the patch (Alt+C)", self.copy)
        self.save_button = button(
            "&Save patch\N{HORIZONTAL ELLIPSIS}", "Save it as a file (Alt+S)", self.ask_where
        )
        self.file_button = button("Show file", "Open your file as it is", self.show_file)
        top = QHBoxLayout()
        top.addWidget(self.head, 1)
        for push_button in (self.copy_button, self.save_button, self.file_button):
            top.addWidget(push_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.addLayout(top)
        column.addWidget(self.not_done)
        column.addWidget(self.notes)
        column.addWidget(self.view, 1)
        self.palette_actions = (
            self._action("Copy the patch", "Copy the change to your code", self.copy),
            self._action("Save the patch", "Save the change to your code", self.ask_where),
        )
        self.show_nothing(None)

    def show_making(self, file: Path) -> None:
        """Say that a patch is under way; what is shown stays until it is there."""
        self._file = file
        self.head.setText(_MAKING)
        self.view.setPlaceholderText("")
        self._patch = None
        self._enable()

    def show_nothing(self, file: Path | None) -> None:
        """Say that the settings are those of the code."""
        self._file = file
        self.show_patch(Patch(Path()))

    def show_patch(self, patch: Patch) -> None:
        """Show a patch; where the person looks stays where it was."""
        self._patch = patch
        self.head.setText(_sentence(patch))
        self.not_done.setText("\n".join(f"Not in the patch: {edit}" for edit in patch.not_done))
        self.notes.setText("\n".join(patch.notes))
        self.not_done.setVisible(bool(patch.not_done))
        self.notes.setVisible(bool(patch.notes))
        if patch.diff != self.view.toPlainText():
            place = self.view.verticalScrollBar().value()
            self.view.setPlainText(patch.diff)
            self.view.verticalScrollBar().setValue(place)
        self.view.setPlaceholderText("" if patch.files else "No line of your files changes.")
        self._enable()

    def show_failure(self, details: str) -> None:
        """Say that no patch could be made."""
        self.show_patch(Patch(Path()))
        self.head.setText("The patch could not be made.")
        self._app_state.failed.emit("The patch of these settings could not be made.", details)

    def copy(self) -> None:
        """Put the patch on the clipboard."""
        if self._patch is not None:
            QGuiApplication.clipboard().setText(self._patch.diff)
            self._app_state.message.emit("The patch was copied.")

    def ask_where(self) -> None:
        """Ask for a file to save it in."""
        stem = self._file.stem if self._file is not None else "pipeline"
        formats = dict.fromkeys(("Patches (*.patch *.diff)", "All files (*)"), self.save)
        ask_save(self.window(), "Save the patch", f"{stem}.patch", formats)

    def save(self, path: Path) -> None:
        """Write the patch and say how to apply it, or why it could not be written."""
        if self._patch is None:
            return
        try:
            write_bytes(path, self._patch.diff_bytes)
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
        else:
            machine = machine_of(str(self._file))
            far = f"ssh {machine} " if machine else ""
            how = f"{far}patch -p1 -d {self._patch.folder} < {path}"
            self._app_state.message.emit(f"Saved. To apply it: {how}")

    def show_file(self) -> None:
        """Open the person's file with what the system has for it."""
        if self._file is not None:
            self._app_state.message.emit(open_source(self._file))

    def _enable(self) -> None:
        some = self._patch is not None and bool(self._patch.files)
        for part in (self.copy_button, self.save_button, *self.palette_actions):
            part.setEnabled(some)
        self.file_button.setEnabled(self._file is not None and self._file.is_file())

    def _action(self, text: str, about: str, does: Callable[[], None]) -> QAction:
        made = QAction(text, self)
        made.setToolTip(about)
        made.triggered.connect(lambda _=False: does())
        return made

    def _button(self, text: str, about: str, does: Callable[[], None]) -> QPushButton:
        made = QPushButton(text)
        made.setToolTip(about)
        made.clicked.connect(lambda _=False: does())
        return made


def _sentence(patch: Patch) -> str:
    if patch.is_empty:
        return NOTHING
    lines = patch.diff.splitlines()
    added = sum(line.startswith("+") and not line.startswith("+++ ") for line in lines)
    removed = sum(line.startswith("-") and not line.startswith("--- ") for line in lines)
    if not patch.files:
        return "None of the changes can be put into the code safely."
    names = ", ".join(file.name for file in patch.files)
    lines_added = f"{plural(added, 'line')} added"
    return f"{names}: {lines_added}, {removed} removed. Your files stay as they are."
