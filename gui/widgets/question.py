"""A question before something is stopped, closed or thrown away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

_KEPT = "What was measured so far is kept."


def ask(
    parent: QWidget,
    question: str,
    yes: str,
    does: Callable[[], None],
    *,
    more: str = _KEPT,
    no: str = "Go on",
    careful: bool = False,
) -> QMessageBox:
    """Ask without blocking the event loop: a run goes on and is drawn meanwhile.

    Args:
        parent: The window.
        question: What is asked.
        yes: The text of the button that agrees.
        does: Called where the person agrees.
        more: A sentence below the question.
        no: The text of the other button.
        careful: Enter does not agree: something is lost by it.

    Returns:
        The box, which is open and goes away by itself.
    """
    box = QMessageBox(QMessageBox.Icon.Question, "Pipeline Explorer", question, parent=parent)
    box.setInformativeText(more)
    accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    reject = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(reject if careful else accept)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.accepted.connect(does)
    box.open()
    return box
