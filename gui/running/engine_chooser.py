"""Which engine the person wants, and what that means for the settings on the left."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.model.plan import ENGINES, PROCESS
from core.pipeline.stages.process import chosen
from core.session.engine_choice import EngineChoice, engine_for
from gui.running.engine_words import AUTOMATIC
from gui.state.pipeline_form import PipelineForm
from gui.state.ui_settings import UiSettings

CHOICES = (AUTOMATIC, *ENGINES)
"""What can be wanted: the engine that fits the settings, or always one and the same."""

_KEY = "engine"


class EngineChooser(QObject):
    """The choice for runs by themselves; comparisons and sweeps have one of their own.

    Attributes:
        wanted: One of ``CHOICES``.

    Signals:
        changed: Another choice, or the same means something else for other settings.
    """

    changed = Signal()

    def __init__(
        self, draft: PipelineForm, kept: UiSettings, parent: QObject | None = None
    ) -> None:
        """Begin with what was wanted when the window was open last."""
        super().__init__(parent)
        self._draft, self._kept = draft, kept
        remembered = kept.text(_KEY)
        self.wanted = remembered if remembered in CHOICES else AUTOMATIC
        self._elsewhere = ""
        self.automatic, self._held = self._find(), self._of_process()
        draft.settings_changed.connect(self._follow)

    def want(self, choice: str) -> None:
        """Choose; kept until the next start."""
        if choice in CHOICES and choice != self.wanted:
            self.wanted = choice
            self._kept.remember(_KEY, choice)
            self.changed.emit()

    @property
    def engine(self) -> str | None:
        """What plans are made with; None lets the settings decide."""
        return None if self.wanted == AUTOMATIC else self.wanted

    @property
    def isolated(self) -> bool:
        """Whether a run with the settings on the left would have a process of its own."""
        return self.always or (self.engine or self.automatic.engine) == PROCESS

    @property
    def always(self) -> bool:
        """Whether such a run has a process of its own whatever is chosen."""
        return bool(self._elsewhere) or self._draft.workload.code is not None

    def set_elsewhere(self, elsewhere: str) -> None:
        """Runs train in another interpreter, as a plan names it; empty for this program's."""
        if elsewhere != self._elsewhere:
            self._elsewhere = elsewhere
            self.automatic = self._find()
            self.changed.emit()

    @property
    def takes_spare(self) -> bool:
        """Whether such a run can do with a process in which TensorFlow is loaded already."""
        return self.isolated and not self._held

    def why(self) -> str:
        """What is to be said of the engine of these settings; empty where nothing is."""
        if self.wanted == AUTOMATIC or self.always:
            return self._draft.in_names(self.automatic.why)
        if self.isolated or self.automatic.engine != PROCESS:
            return ""
        if self._held:
            held = self._draft.in_names(" and ".join(self._held))
            return f"a run would be refused: {held} cannot be set in this window"
        return f"automatic would isolate it: {self._draft.in_names(self.automatic.why)}"

    def _find(self) -> EngineChoice:
        return engine_for(
            self._draft.workload.code, self._draft.settings, elsewhere=self._elsewhere
        )

    def _of_process(self) -> tuple[str, ...]:
        return chosen(self._draft.settings)

    def _follow(self) -> None:
        engine_choice, held = self._find(), self._of_process()
        if (engine_choice, held) != (self.automatic, self._held):
            self.automatic, self._held = engine_choice, held
            self.changed.emit()
