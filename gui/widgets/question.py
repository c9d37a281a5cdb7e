"""A question before something is stopped, closed or thrown away."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

_LONG_WORD, _SEAM = re.compile(r"\S{91,}"), re.compile(r"[/\\_.-]")
_KEPT = "What was measured so far is kept."


def ask(
    parent: QWidget,
    question: str,
    yes: str,
    does: Callable[[], None],
    *,
    more: str = _KEPT,
    no: str = "Cancel",
    careful: bool = False,
) -> QMessageBox:
    """Ask without blocking the event loop: a run goes on and is drawn meanwhile.

    Args:
        parent: The window.
        question: What is asked.
        yes: The text of the button that agrees.
        does: Called where the person agrees.
        more: A sentence below the question.
        no: The text of the other button: what the person then keeps, or that nothing is done.
        careful: Enter does not agree: something is lost by it.

    Returns:
        The box, which is open and goes away by itself.
    """
    box = QMessageBox(
        QMessageBox.Icon.Question, "Pipeline Explorer", _narrow(question), parent=parent
    )
    box.setInformativeText(_narrow(more))
    accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    reject = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(reject if careful else accept)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.accepted.connect(does)
    box.open()
    return box


def _narrow(text: str) -> str:
    """The text with places where a very long path may be broken: it widens the box otherwise."""
    return _LONG_WORD.sub(lambda word: _SEAM.sub("\\g<0>\N{ZERO WIDTH SPACE}", word.group()), text)
