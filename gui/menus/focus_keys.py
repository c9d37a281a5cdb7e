"""Keys for whatever has the focus: its help, its menu, and the way out of a field."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QWhatsThis,
    QWidget,
)

from gui.actions import action
from gui.pipeline_form.knob_editor import KnobEditor
from gui.pipeline_form.stage_box import StageBox
from gui.state.app_state import AppState
from gui.widgets.help_text import as_help, help_text
from gui.widgets.tooltip_text import as_tip

W = TypeVar("W", bound=QWidget)

_MOST_STEPS = 12
"""Fields that stand between a field and the next control that takes no value."""


class FocusKeys(QObject):
    """F1, Shift+F1 and Shift+F10 in the window and its dialogs; Esc in the window's fields.

    It opens the menu of parts that have none of their own, too.

    Attributes:
        actions: One for each key but Esc, for the list of keys.
    """

    def __init__(self, window: QWidget, app_state: AppState) -> None:
        """Listen to where the focus goes.

        Args:
            window: The main window.
            app_state: Told of what is done in a menu.
        """
        super().__init__(window)
        self._window, self._app_state = window, app_state
        window.installEventFilter(self)
        make = partial(action, window)
        self.actions = (
            make(
                "Help on what has the focus", "F1", self.show_help,
                "Open the documentation at the part that has the focus",
            ),
            make(
                "What's This?", "Shift+F1", self.ask_what,
                "Show what the part is for that you click on next",
            ),
            make(
                "Menu of what has the focus", "Shift+F10", self.open_menu,
                "Open the menu of the part that has the focus, as the right mouse button does",
            ),
        )  # fmt: skip
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_changed)

    def show_help(self) -> None:
        """Open the documentation at the part that has the focus, with its keys."""
        self.show_help_on(self._focused())

    def show_help_on(self, part: QWidget) -> None:
        """Open the documentation at a part, with its keys."""
        from gui.widgets.help_window import HelpWindow, section_on

        if isinstance(part.window(), HelpWindow):
            return
        HelpWindow(as_tip(help_text(part)), section_on(part), part.window())

    def ask_what(self) -> None:
        """Let the person click on what they want to know of."""
        # What has no text of its own leaves the question to the window around it.
        (QApplication.activeWindow() or self._window).installEventFilter(self)
        QWhatsThis.enterWhatsThisMode()

    def open_menu(self) -> None:
        """Do what the menu key does, which many keyboards lack."""
        part = self._focused()
        place = _place(part)
        by_key = QContextMenuEvent.Reason.Keyboard
        QApplication.sendEvent(part, QContextMenuEvent(by_key, place, part.mapToGlobal(place)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Esc leave a field; answer for the window where it is asked what something is.

        A menu is asked for of the window where no part of it has opened one.
        """
        if isinstance(event, QKeyEvent):
            return self._key(watched, event)
        if isinstance(event, QContextMenuEvent) and watched is self._window:
            from gui.menus.part_menu import open_part_menu

            open_part_menu(self._window, event, self._app_state, self.show_help_on)
            return True
        if event.type() == QEvent.Type.QueryWhatsThis:
            event.accept()
            return True
        if event.type() == QEvent.Type.WhatsThis and isinstance(event, QHelpEvent):
            part = QApplication.widgetAt(event.globalPos())
            if part is not None:
                text = as_tip(help_text(part, event.globalPos()))
                QWhatsThis.showText(event.globalPos(), as_help(text), part)
            return True
        return False

    # -- inside ---------------------------------------------------------------------------

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape or event.modifiers():
            return False
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and (QWhatsThis.inWhatsThisMode() or self._is_field(watched)):
            # Else Esc would ask to stop the run.
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and self._is_field(watched):
            assert isinstance(watched, QWidget)
            self._leave(watched)
            return True
        return False

    def _focused(self) -> QWidget:
        """What has the focus; where a dialog was just closed, what had it before."""
        focused = QApplication.focusWidget()
        if focused is None or not focused.isVisible():
            focused = self._window.focusWidget()
        return focused or self._window

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is None:
            return
        top = now.window()
        if self._is_field(now):
            now.installEventFilter(self)
        elif isinstance(top, QDialog) and self._actions_missing(top):
            top.addActions(self.actions)

    def _actions_missing(self, dialog: QDialog) -> bool:
        parent = dialog.parentWidget()
        ours = parent is not None and parent.window() is self._window
        return ours and self.actions[0] not in dialog.actions()

    def _is_field(self, part: QObject) -> bool:
        """Whether it takes a value, in the window itself: in a dialog Esc closes the dialog."""
        if not isinstance(part, QWidget) or part.window() is not self._window:
            return False
        if nearest(part, QAbstractItemView) is not None:
            return False  # a name that is edited in its row: the table sees to it
        fields = (QLineEdit, QComboBox, QAbstractSpinBox)
        return isinstance(part, fields) or nearest(part, KnobEditor) is not None

    def _leave(self, field: QWidget) -> None:
        """Give the focus back to the stage, table or plot that a field belongs to."""
        editor = nearest(field, KnobEditor)
        if editor is not None:
            editor.revert()
        stage = nearest(field, StageBox)
        if stage is not None:
            stage.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        # By Tab, and not by nextInFocusChain or findChildren: PySide crashes some time after it
        # has made Python objects of Qt's own parts.
        for _ in range(_MOST_STEPS):
            part = QApplication.focusWidget()
            if part is None or self._can_follow(part):
                return
            tab = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(part, tab)

    def _can_follow(self, part: QWidget) -> bool:
        by_tab = bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus) or isinstance(part, StageBox)
        return by_tab and part.isVisible() and part.isEnabled() and not self._is_field(part)


def nearest(part: QWidget, kind: type[W]) -> W | None:
    """The part itself or the nearest around it that is of a kind."""
    around: QWidget | None = part
    while around is not None and not isinstance(around, kind):
        around = around.parentWidget()
    return around


def _place(part: QWidget) -> QPoint:
    """Where a menu opens by key: at the current row, else in the middle."""
    if isinstance(part, QAbstractItemView) and part.currentIndex().isValid():
        row = part.visualRect(part.currentIndex())
        if part.viewport().rect().intersects(row):
            return part.viewport().rect().intersected(row).center()
    if isinstance(part, (QLineEdit, QComboBox, QAbstractSpinBox)):
        return QPoint(12, part.height())
    return part.rect().center()
