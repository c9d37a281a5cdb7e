"""What the settings amount to as Python: a script, or a patch for the person's own code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.export.patch.result import Patch
from core.export.python_code import python_code
from core.model.errors import ExplorerError
from gui.python_code.code_panel import CodePanel
from gui.python_code.patch_maker import Patched, PatchMaker
from gui.python_code.patch_panel import PatchPanel
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm

_SETTLE_MS = 150


class PythonPage(QStackedWidget):
    """Follows the draft while it is seen.

    Attributes:
        code: For built-in workloads.
        patch: For someone's own code.
        maker: Makes the patches.
    """

    def __init__(
        self, draft: PipelineForm, app_state: AppState, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("help", "your-pipeline.md#what-happens")
        self._draft, self._app_state = draft, app_state
        self.code, self.patch = CodePanel(), PatchPanel(app_state)
        self.addWidget(self.code)
        self.addWidget(self.patch)
        self.maker = PatchMaker(self)
        self.maker.made.connect(self._show_patch)
        self.maker.failed.connect(self._show_failure)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(self._make)
        draft.settings_changed.connect(self._show)
        self._show()

    def stop(self) -> None:
        """Leave no thread behind."""
        self._timer.stop()
        self.maker.close()

    def showEvent(self, event: QShowEvent) -> None:
        """Bring up to date what nobody saw."""
        super().showEvent(event)
        self._show()

    def _show(self) -> None:
        chosen, settings = self._draft.workload, self._draft.settings
        if isinstance(chosen, Patched):
            self.setCurrentWidget(self.patch)
            if settings == chosen.chain.defaults():
                self._timer.stop()
                self.patch.show_nothing(Path(chosen.code.where))
            elif self.isVisible():
                self.patch.show_making(Path(chosen.code.where))
                self._timer.start()
            return
        self._timer.stop()
        self.setCurrentWidget(self.code)
        try:
            self.code.set_code(python_code(chosen, settings, self._app_state.session.folders.cache))
        except ExplorerError as error:
            self.code.set_code(f"# {error}")

    def _make(self) -> None:
        chosen = self._draft.workload
        if isinstance(chosen, Patched):
            self.maker.ask(chosen, self._draft.settings)

    def _show_patch(self, patch: Patch) -> None:
        chosen = self._draft.workload
        in_names = self._draft.in_names
        patch = replace(
            patch,
            not_done=tuple(map(in_names, patch.not_done)),
            notes=tuple(map(in_names, patch.notes)),
        )
        own = isinstance(chosen, Patched) and not self._timer.isActive()
        if own and self._draft.settings != chosen.chain.defaults():
            self.patch.show_patch(patch)

    def _show_failure(self, details: str) -> None:
        self.patch.show_failure(details)
