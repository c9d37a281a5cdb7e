"""A button that leads from what was measured of settings to single steps of them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from core.model.run import Run
from core.model.tracing import TRACED_STEPS
from core.session.same_settings import traced_run
from gui.state.app_state import AppState


class TraceLink(QPushButton):
    """Asks for the trace of a run or of its settings; where there is none, for one to be taken.

    Signals:
        asked: It was pressed: the id of the run.
    """

    asked = Signal(str)

    def __init__(self, app_state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app_state = app_state
        self._run: Run | None = None
        self.clicked.connect(lambda _=False: self._ask())
        self.show_run(None)

    def show_run(self, run: Run | None) -> None:
        """Lead to the trace of another run; None for no run."""
        self._run = run
        self.setVisible(run is not None)
        if run is None:
            return
        traced = traced_run(self._app_state.session, run)
        if traced is None:
            self.setText(f"Trace {TRACED_STEPS} &steps of this")
            self.setToolTip(
                "Train with these settings and trace steps: what does each wait for? (Alt+S)"
            )
            return
        name = self._app_state.session.experiments.name_of(traced)
        self.setText("&See the trace")
        self.setToolTip(
            f"Show the longest wait in the trace of {name}, which has these settings (Alt+S)"
        )

    def _ask(self) -> None:
        if self._run is not None:
            self.asked.emit(self._run.id)
