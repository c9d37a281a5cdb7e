"""What the run that headlines speak of took place on: versions and device."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from core.model.plan import PROCESS
from gui.running.run_controller import RunController
from gui.state.app_state import AppState


class EnvironmentLabel(QLabel):
    """At the right of the status bar; everything that is known is in the tooltip."""

    def __init__(
        self, app_state: AppState, controller: RunController, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._app_state = app_state
        self.setProperty("role", "muted")
        controller.activity_changed.connect(self.refresh)
        app_state.run_advanced.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say it anew; what was said stays where nothing is known."""
        run = self._app_state.focus
        if run is None or "tensorflow" not in run.environment:
            return
        seen = run.environment
        where = (run.plan.place, *(["isolated"] if run.plan.engine == PROCESS else []))
        self.setText(" · ".join((f"TensorFlow {seen['tensorflow']}", *where)))
        self.setToolTip("\n".join(f"{key}: {value}" for key, value in seen.items()))
