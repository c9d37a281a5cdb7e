"""What a person did that can be taken back: one stack for the whole window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence, QUndoCommand, QUndoStack

Deed = Callable[[], bool]
"""Does something; whether it was done. Why not has been told by then."""

_MOST = 200


class Edits(QObject):
    """A stack of deeds with their opposites.

    Attributes:
        stack: Qt's stack of them.
        undo_action, redo_action: Take back what was done last, and do it again; their texts say
            what that is. They work in each widget that they are added to.
        actions: Both.

    Signals:
        changed: Something was done, undone or done again.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(_MOST)
        self.stack.indexChanged.connect(self.changed)
        # Beside Qt's own keys, which are others on each platform.
        self.undo_action = self._make("Undo", QKeySequence.StandardKey.Undo, "Ctrl+Z", self.undo)
        self.redo_action = self._make(
            "Redo", QKeySequence.StandardKey.Redo, "Ctrl+Shift+Z", self.redo
        )
        self.actions = (self.undo_action, self.redo_action)
        self.changed.connect(self._tell)
        self._tell()

    def do(self, text: str, does: Deed, undoes: Deed) -> bool:
        """Do something and remember how to take it back.

        Args:
            text: What it is, as it follows "Undo": ``rename run 3``.
            does: Does it, now and when it is done again.
            undoes: Takes it back.

        Returns:
            Whether it was done.
        """
        if not does():
            return False
        self.stack.push(_Edit(text, does, undoes))
        return True

    def undo(self) -> None:
        """Take back what was done last."""
        self.stack.undo()

    def redo(self) -> None:
        """Do again what was taken back last."""
        self.stack.redo()

    def _make(
        self, text: str, keys: QKeySequence.StandardKey, key: str, does: Callable[[], None]
    ) -> QAction:
        made = QAction(text, self)
        wanted = QKeySequence(key)
        # Undo and F14 alone are on hardly any keyboard, and fill the list of keys.
        bound = QKeySequence.keyBindings(keys)
        others = [each for each in bound if each != wanted and "+" in each.toString()]
        made.setShortcuts([wanted, *others])
        made.triggered.connect(lambda _=False: does())
        return made

    def _tell(self) -> None:
        """Say what would be taken back, and what done again."""
        stack = self.stack
        for action, word, text, able in (
            (self.undo_action, "Undo", stack.undoText(), stack.canUndo()),
            (self.redo_action, "Redo", stack.redoText(), stack.canRedo()),
        ):
            action.setText(f"{word} {text}".rstrip())
            action.setToolTip(f"{action.text()} ({action.shortcut().toString()})")
            action.setEnabled(able)


class _Edit(QUndoCommand):
    def __init__(self, text: str, does: Deed, undoes: Deed) -> None:
        super().__init__(text)
        self._does, self._undoes = does, undoes
        self._pushed = False

    def redo(self) -> None:
        """See Qt, which also calls it when the deed, done by then, is put on the stack."""
        if self._pushed and not self._does():
            self.setObsolete(True)
        self._pushed = True

    def undo(self) -> None:
        """See Qt."""
        if not self._undoes():
            self.setObsolete(True)
