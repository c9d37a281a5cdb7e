"""The bar at the top: run and stop, workload and device."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolBar, QToolButton, QWidget

from gui.pipeline_form.knob_editor import KnobEditor
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm
from gui.text_size import px, sized
from gui.user_code.code_opener import CodeOpener
from gui.window.workload_box import WorkloadBox

DEVICE = "fit.device"
_RUN_WIDTH, _STOP_WIDTH, _DEVICE_WIDTH = 92, 70, 150


class TopBar(QToolBar):
    """Buttons of the most used actions, and the two choices that stand above the pipeline."""

    def __init__(
        self,
        draft: PipelineForm,
        app_state: AppState,
        run: QAction,
        stop: QAction,
        experiments: tuple[tuple[QAction, str], ...],
        others: tuple[tuple[QAction, str], ...],
        opening: QAction,
        opener: CodeOpener,
        parent: QWidget | None = None,
    ) -> None:
        """Build the bar.

        Args:
            draft: What the choices change.
            app_state: Told of a device that does not do.
            run: Starts a run.
            stop: Stops it.
            experiments: What runs more than once, each with the text of its button.
            others: Actions at the right end, likewise.
            opening: Asks for a file of the person's own.
            opener: Opens it.
            parent: The window.
        """
        super().__init__("Run", parent)
        self._draft, self._app_state = draft, app_state
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        # They say "Queue" and "End now" while a run is under way; nothing moves when they do.
        self.run_button = _button(run, run.iconText())
        self.run_button.setObjectName("run")
        self.run_button.setProperty("role", "primary")
        sized(self.run_button, lambda: self.run_button.setMinimumWidth(px(_RUN_WIDTH)))
        self.stop_button = _button(stop, "Stop")
        sized(self.stop_button, lambda: self.stop_button.setMinimumWidth(px(_STOP_WIDTH)))
        self.workloads = WorkloadBox(draft, opener)
        self.device = KnobEditor(DEVICE, draft.settings.chain.knob(DEVICE))
        self.device.setProperty("help", "concepts.md#devices")
        sized(self.device, lambda: self.device.setFixedWidth(px(_DEVICE_WIDTH)))
        self.device.edited.connect(self._set_device)
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for widget in (
            self.run_button,
            self.stop_button,
            *(_button(action, text) for action, text in experiments),
            _labelled("workload", self.workloads),
            _button(opening, "Open\N{HORIZONTAL ELLIPSIS}"),
            _labelled("device", self.device),
            spacer,
            *(_button(action, text) for action, text in others),
        ):
            self.addWidget(widget)
        draft.settings_changed.connect(self._show)
        draft.refused_changed.connect(
            lambda: self.device.show_refused(draft.refused.get(DEVICE, ""))
        )
        self._show()

    def _show(self) -> None:
        self.workloads.show_workload()
        self.device.show_value(self._draft.settings[DEVICE])

    def focus_knob(self, key: str) -> None:
        """Put the keyboard into a knob's field; nothing where it has none here."""
        if key == DEVICE:
            self.device.setFocus()

    def _set_device(self, value: object) -> None:
        self._draft.enter(DEVICE, value)
        if self.device.refused:
            self._app_state.failed.emit(self.device.refused, "")


def _button(action: QAction, text: str) -> QToolButton:
    """A tool button that shows an action under a text of its own."""
    # The button takes this text anew whenever the action changes.
    action.setIconText(text)
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setAccessibleName(action.text())
    return button


def _labelled(text: str, field: QWidget) -> QWidget:
    """A field behind its label: where the bar is too narrow, both go behind its arrow."""
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setBuddy(field)
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(6, 0, 0, 0)
    row.addWidget(label)
    row.addWidget(field)
    return both
