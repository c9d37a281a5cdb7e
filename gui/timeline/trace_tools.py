"""The row above the picture: what is shown, a name to look for, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton, QWidget

from gui.timeline.trace_reader import TraceSource
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.wrapped_row import WrappedRow

_DOTS = "\N{HORIZONTAL ELLIPSIS}"


class TraceTools(WrappedRow):
    """Knows which buttons there are, not what they do.

    Attributes:
        heading: Which trace is shown.
        search: A name to look for in the picture.
        open, second, perfetto, xprof, delete: The buttons.
    """

    def __init__(self, trace: QAction, parent: QWidget | None = None) -> None:
        """Make the row.

        Args:
            trace: Takes a trace.
            parent: Owner.
        """
        super().__init__(parent)
        self.heading = ElidedLabel()
        self.heading.setProperty("role", "heading")
        self.search = QLineEdit()
        self.search.setPlaceholderText("find a name")
        self.search.setAccessibleName("find a name in the picture")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(100)
        self.search.setMaximumWidth(150)
        self.open = _button(
            f"&Open{_DOTS}", "Open a trace of any TensorFlow or JAX program (Alt+O)"
        )
        self.second = _button(
            "Seco&nd trace", "Draw another trace below, in the same time scale (Alt+N)"
        )
        self.perfetto = _button(f"&Perfetto{_DOTS}", "For Perfetto and chrome://tracing (Alt+P)")
        self.xprof = _button(f"&XProf{_DOTS}", "The folder that XProf and TensorBoard open (Alt+X)")
        self.delete = _button("De&lete", "Delete the trace, and nothing else of the run (Alt+L)")
        start = QToolButton()
        start.setDefaultAction(trace)
        start.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        start.setProperty("role", "primary")
        self.add_widgets(
            (
                self.heading, self.search, self.open, self.second, self.perfetto, self.xprof,
                self.delete, start,
            )
        )  # fmt: skip
        self.show_source(None)

    def show_source(self, source: TraceSource | None) -> None:
        """What can be done with what is shown; None for no trace."""
        shown = source is not None
        for button in (self.second, self.perfetto):
            button.setEnabled(shown)
        self.xprof.setEnabled(source is not None and ".json" not in source.file.name)
        self.delete.setEnabled(source is not None and source.run is not None)


def _button(text: str, about: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(about)
    return button
