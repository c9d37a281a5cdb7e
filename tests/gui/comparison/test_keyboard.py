"""Dialogs can be used without a mouse and say what each part of them is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QDialog,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow


@pytest.mark.parametrize("which", ["compare", "sweep"])
def test_every_control_can_be_reached_by_keyboard_and_says_what_it_is(
    qtbot: QtBot, window: MainWindow, which: str
) -> None:
    getattr(window.launcher, which).trigger()
    (dialog,) = (one for one in window.findChildren(QDialog) if one.isVisible())
    controls: list[QWidget] = []
    for kind in (QAbstractButton, QAbstractSpinBox, QLineEdit):
        controls += dialog.findChildren(kind)
    seen = 0
    for control in controls:
        inside_another = isinstance(control.parent(), (QAbstractSpinBox, QLineEdit))
        if not control.isVisibleTo(dialog) or inside_another:
            continue
        seen += 1
        named = control.accessibleName() or (
            isinstance(control, QAbstractButton) and control.text()
        )
        assert named, f"{control} has no name"
        assert control.toolTip(), f"{named}: no tooltip"
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, f"{named}: no Tab"
    assert seen > 10
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
