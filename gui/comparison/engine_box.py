"""Which engine a comparison or sweep takes, for all of its runs the same."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from core.model.plan import PROCESS, WINDOW
from gui.running.engine_words import CHOICE_HELP, choice_text

_ENGINES = (PROCESS, WINDOW)
_MEANS = {PROCESS: "a process for each run", WINDOW: "one TensorFlow for all"}


class EngineBox(QComboBox):
    """Isolated unless the person chooses otherwise."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("engine")
        for engine in _ENGINES:
            self.addItem(f"{choice_text(engine)} ({_MEANS[engine]})", engine)
            help_text = CHOICE_HELP[engine]
            self.setItemData(self.count() - 1, help_text, Qt.ItemDataRole.ToolTipRole)
        self.currentIndexChanged.connect(self._explain)
        self._explain()

    @property
    def engine(self) -> str:
        """What is chosen."""
        return str(self.currentData())

    def choose(self, engine: str) -> None:
        """Choose an engine; an unknown one is passed over."""
        if engine in _ENGINES:
            self.setCurrentIndex(_ENGINES.index(engine))

    def _explain(self) -> None:
        self.setToolTip(
            f"Where model.fit runs, for each of the runs.\n\n{CHOICE_HELP[self.engine]}"
        )
