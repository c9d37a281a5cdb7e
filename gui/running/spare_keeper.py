"""Has a process load TensorFlow for the next isolated run, while nothing is measured."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.engines.engines import Engines
from core.engines.spare import SpareState
from gui.running.engine_chooser import EngineChooser
from gui.running.run_controller import Activity, RunController

_WORDS = {
    SpareState.NONE: "",
    SpareState.LOADING: "getting a process ready",
    SpareState.READY: "a process is ready",
}


class SpareKeeper(QObject):
    """Decides when the spare is started.

    Loading TensorFlow takes a core for seconds: never while a run is measured. One that is ready
    only waits and takes nothing but memory; one that still loads is ended by a run that has no
    use for it (see ``Engines.fit``).

    Signals:
        changed: ``words`` says something else.
    """

    changed = Signal()

    def __init__(
        self,
        engines: Engines,
        controller: RunController,
        chooser: EngineChooser,
        parent: QObject | None = None,
    ) -> None:
        """Keep quiet until ``begin``.

        Args:
            engines: Have the spare.
            controller: Carries out runs.
            chooser: Knows whether the settings on the left mean an isolated run.
            parent: Owner.
        """
        super().__init__(parent)
        self._engines, self._controller, self._chooser = engines, controller, chooser
        self._begun = False
        controller.activity_changed.connect(self._look)
        chooser.changed.connect(self._look)
        # A bound signal: told from whatever thread, heard on this one.
        self._tell = self.changed.emit
        engines.changed.append(self._tell)

    @property
    def words(self) -> str:
        """How far the spare is; empty where there is none."""
        return _WORDS[self._engines.spare]

    def begin(self) -> None:
        """The window is there: a spare may be started from now on."""
        self._begun = True
        self._look()

    def expect(self) -> None:
        """Isolated runs are likely soon: a comparison or sweep is being put together."""
        if self._begun and self._controller.activity is Activity.IDLE:
            self._engines.warm()

    def close(self) -> None:
        """Start no more, and hear of none."""
        self._begun = False
        if self._tell in self._engines.changed:
            self._engines.changed.remove(self._tell)

    def _look(self) -> None:
        if self._chooser.takes_spare:
            self.expect()
