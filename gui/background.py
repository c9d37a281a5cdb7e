"""Says in the status bar what goes on beside runs."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.own.opener import Opener
from gui.sharing.sharer import Sharer
from gui.tensorflow_loader import TensorFlowLoader
from gui.widgets.run_status import RunStatus


class Background(QObject):
    """Listens to what may go on, and shows the first thing that does."""

    def __init__(
        self,
        status: RunStatus,
        opener: Opener,
        sharer: Sharer,
        loader: TensorFlowLoader | None,
    ) -> None:
        """Begin to listen.

        Args:
            status: Shows it.
            opener: Opens a person's own code.
            sharer: Exports and imports sessions.
            loader: Loads TensorFlow; None where nothing does.
        """
        super().__init__(status)
        self._status, self._loader = status, loader
        self._opener, self._sharer = opener, sharer
        opener.state_changed.connect(self._show)
        sharer.state_changed.connect(self._show)
        if loader is not None:
            loader.started.connect(self._show)
            loader.finished.connect(self._show)

    def _show(self) -> None:
        loads = self._loader is not None and self._loader.isRunning()
        self._status.set_background(
            self._opener.state or self._sharer.state or "loading TensorFlow" * loads
        )
