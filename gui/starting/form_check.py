"""Whether the form at the left can be started from: every field holds what its knob takes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from gui.state.app_state import AppState
from gui.state.feasibility import Feasibility
from gui.state.pipeline_form import PipelineForm


class FormCheck(QObject):
    """Looks at the form when something is to be started."""

    def __init__(self, window: QWidget, draft: PipelineForm, app_state: AppState) -> None:
        """Look at a form.

        Args:
            window: Has the fields.
            draft: The settings in them.
            app_state: Told of what is refused.
        """
        super().__init__(window)
        self._window, self._draft, self._app_state = window, draft, app_state
        self._wrong_folder = ""

    def first_refused(self, *, data: bool = False) -> str:
        """The key of the first knob whose field it does not take, which is said; empty for none.

        Args:
            data: The folder that a field names must hold what is to be read, too.
        """
        self.commit()
        if data:
            self._look_at_folder()
        for key, why in self._draft.refused.items():
            self._app_state.message.emit(f"Nothing was started. {why}")
            return key
        return ""

    def commit(self) -> None:
        """Take what is typed but not yet entered: it belongs to what is started."""
        focused = self._window.focusWidget()
        if focused is not None and focused.isVisible():
            focused.clearFocus()
            # The keyboard stays where it was: in the queue, say, or in the table of runs.
            focused.setFocus(Qt.FocusReason.OtherFocusReason)

    def _look_at_folder(self) -> None:
        """Refuse the folder that the data are read from where a run would fail over it."""
        draft, key = self._draft, self._draft.folder_key
        if key is None or draft.workload.code is not None:
            return
        if draft.refused.get(key) == self._wrong_folder:
            # It may have been mended meanwhile.
            draft.refuse(key, "")
        if key not in draft.refused:
            feasible = Feasibility(self._app_state.session)
            why = feasible.why_not(draft.workload, draft.settings)
            self._wrong_folder = draft.in_names(why)
            draft.refuse(key, self._wrong_folder)
