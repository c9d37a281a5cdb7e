"""Two or more views of the same thing, of which one is seen: which one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QToolButton, QWidget

from gui.theme import Theme


class ButtonGroup(QWidget):
    """Buttons of which one is pressed.

    Attributes:
        buttons: One for each view, by its name.

    Signals:
        chosen: Another view is to be seen: its name.
    """

    chosen = Signal(str)

    def __init__(self, views: Sequence[str], help_text: str, parent: QWidget | None = None) -> None:
        """Make it; the first view is chosen.

        Args:
            views: Their names.
            help_text: What it switches, for the tooltip.
            parent: Owner.
        """
        super().__init__(parent)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self.buttons: dict[str, QToolButton] = {}
        for view in views:
            button = QToolButton()
            button.setText(view)
            button.setCheckable(True)
            button.setToolTip(help_text)
            self._group.addButton(button)
            row.addWidget(button)
            self.buttons[view] = button
        self.buttons[views[0]].setChecked(True)
        focus_on_checked(self._group)
        self._group.buttonToggled.connect(self._toggled)

    def choose(self, view: str) -> None:
        """Turn to a view."""
        self.buttons[view].setChecked(True)

    def turn(self) -> None:
        """Turn to the next view, from the last to the first."""
        views = list(self.buttons)
        now = next(at for at, view in enumerate(views) if self.buttons[view].isChecked())
        self.choose(views[(now + 1) % len(views)])

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        for button in self.buttons.values():
            button.setStyleSheet(pressed_style(theme))

    def _toggled(self, button: QToolButton, on: bool) -> None:
        if on:
            self.chosen.emit(button.text())


def focus_on_checked(group: QButtonGroup) -> None:
    """Tab stops at the pressed button of a group only, and arrow keys press another one."""

    def follow(pressed: QAbstractButton, on: bool) -> None:
        if not on:
            return
        had_focus = any(button.hasFocus() for button in group.buttons())
        for button in group.buttons():
            policy = Qt.FocusPolicy.TabFocus if button is pressed else Qt.FocusPolicy.NoFocus
            button.setFocusPolicy(policy)
        if had_focus:
            pressed.setFocus()

    group.buttonToggled.connect(follow)
    pressed = group.checkedButton()
    if pressed is not None:
        follow(pressed, True)


def pressed_style(theme: Theme) -> str:
    """A style for tool buttons; Fusion hardly shows in the dark that one is pressed."""
    return (
        f"QToolButton {{ padding: 3px 8px; border: 1px solid {theme.border};"
        " border-radius: 4px; }"
        "QToolButton::menu-indicator { subcontrol-position: right center; left: -4px; }"
        f"QToolButton:checked {{ background: {theme.accent}; color: {theme.on_accent}; }}"
        f"QToolButton:focus {{ border: 2px solid {theme.text}; padding: 2px 7px; }}"
    )
