"""The pipeline as a chain of stages that is also the form."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from core.pipeline.presets import presets_for
from gui.pipeline_form.form_help import FormHelp
from gui.pipeline_form.stage_box import StageBox
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm
from gui.state.stage_place import place_of
from gui.text_size import px, sized
from gui.widgets.scrolled import Scrolled

_LEFT, _RIGHT = 8, 2
# The toolbar has a field of its own for it.
_ELSEWHERE = frozenset({"fit.device"})


class PipelinePanel(QWidget):
    """Shows the draft's chain from source to fit, each stage with its switch and knobs.

    Attributes:
        boxes: The stages by their keys.
        presets: The choice of a named configuration.
        help: What the field does that the person is at, or why it refused a value.
    """

    def __init__(
        self,
        draft: PipelineForm,
        app_state: AppState,
        heads: Sequence[QWidget] = (),
        foot: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Show a draft.

        Args:
            draft: The settings.
            app_state: Tells of another theme.
            heads: Shown above the chain.
            foot: Shown below it.
            parent: Owner.
        """
        super().__init__(parent)
        self.setProperty("help", "concepts.md#settings-that-need-a-word")
        self._draft, self._app_state = draft, app_state
        self.boxes: dict[str, StageBox] = {}
        self._knob_actions: list[QAction] = []
        self.presets = QComboBox()
        self.presets.setObjectName("preset")
        self.presets.setAccessibleName("preset")
        sized(self.presets, lambda: self.presets.setMinimumWidth(px(110)))
        self.presets.setToolTip(
            "Set the pipeline to a named configuration, from naive to tuned.\n"
            "Batch size, training and data stay as they are."
        )
        self.presets.activated.connect(self._apply_preset)
        self._chain = QWidget()
        self._column = QVBoxLayout(self._chain)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._scroll = scroll = Scrolled(self._chain)
        self.help = FormHelp()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_LEFT, 6, _RIGHT, 4)
        layout.setSpacing(4)
        layout.addLayout(self._heading())
        for head in heads:
            layout.addWidget(head)
        layout.addWidget(scroll)
        layout.addWidget(self.help)
        if foot is not None:
            layout.addWidget(foot)
        draft.workload_changed.connect(self._rebuild)
        draft.settings_changed.connect(self._show)
        draft.refused_changed.connect(self._show_refused)
        app_state.theme_changed.connect(self._retheme)
        self._rebuild()
        self._show()

    def _heading(self) -> QHBoxLayout:
        row = QHBoxLayout()
        title = QLabel("PIPELINE")
        title.setProperty("role", "heading")
        row.addWidget(title)
        row.addStretch(1)
        label = QLabel("preset")
        label.setProperty("role", "muted")
        label.setBuddy(self.presets)
        row.addWidget(label)
        row.addWidget(self.presets)
        return row

    def sizeHint(self) -> QSize:
        """So wide that nothing of the widest stage is cut at the right."""
        needed = max(box.widest for box in self.boxes.values())
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        width = needed + bar + 6 + _LEFT + _RIGHT
        return QSize(width, super().sizeHint().height())

    def focus_knob(self, key: str) -> None:
        """Put the keyboard into a knob's field, wherever it is; nothing where it has none."""
        box = next((box for box in self.boxes.values() if key in box.editors), None)
        if box is not None:
            box.focus_knob(key)
            # Only after what was unfolded has found its place.
            QTimer.singleShot(0, box, lambda: self._scroll.ensureWidgetVisible(box.editors[key]))

    def knob_actions(self) -> list[QAction]:
        """One action for each knob that has a field here: it puts the keyboard there."""
        return self._knob_actions

    def _make_knob_actions(self, box: StageBox) -> list[QAction]:
        actions = []
        for knob in box.stage.knobs:
            key = box.stage.id(knob.name)
            if key in box.editors:
                go = QAction(f"Set {knob.title(box.stage.key)}", box)
                go.setToolTip(f"{key}: {knob.help}")
                go.setStatusTip(f"{knob.label}: {knob.help}")
                go.triggered.connect(lambda _=False, key=key: self.focus_knob(key))
                actions.append(go)
        return actions

    def _rebuild(self) -> None:
        unfolded = {key for key, box in self.boxes.items() if box.unfolded}
        for box in self.boxes.values():
            self._column.removeWidget(box)
            # The focus passes from one to the next as they go.
            box.blockSignals(True)
            box.setParent(None)
            box.deleteLater()
        self.boxes, self._knob_actions = {}, []
        self.help.show_text("")
        chain, code = self._draft.settings.chain, self._draft.workload.code
        machine = "" if code is None else code.machine
        for stage in chain.stages:
            place = place_of(stage, chain, machine)
            box = StageBox(stage, self._app_state.theme, _ELSEWHERE, place, self._chain)
            box.switched.connect(lambda on, stage=stage: self._draft.switch(stage, on))
            box.edited.connect(self._edit)
            box.reset.connect(self._draft.reset)
            box.more.setChecked(stage.key in unfolded)
            box.entered.connect(self._show_help)
            self.boxes[stage.key] = box
            self._knob_actions += self._make_knob_actions(box)
        self.updateGeometry()
        self.presets.clear()
        self._presets = presets_for(self._draft.workload.id, chain)
        self.presets.setEnabled(bool(self._presets))
        for preset in self._presets:
            self.presets.addItem(preset.label, preset.id)
            self.presets.setItemData(
                self.presets.count() - 1, preset.help, Qt.ItemDataRole.ToolTipRole
            )

    def _show(self) -> None:
        settings = self._draft.settings
        order = settings.stages_in_order()
        for index, stage in enumerate(order):
            box = self.boxes[stage.key]
            if self._column.indexOf(box) != index:
                self._column.insertWidget(index, box)
            box.show_settings(settings, first=index == 0, last=index == len(order) - 1)
        for earlier, later in itertools.pairwise(order):
            QWidget.setTabOrder(self.boxes[earlier.key], self.boxes[later.key])
        matching = (
            index
            for index, preset in enumerate(self._presets)
            if preset.apply(settings) == settings
        )
        self.presets.setCurrentIndex(next(matching, -1))
        self.presets.setPlaceholderText("your own")

    def _edit(self, key: str, value: object) -> None:
        self._draft.enter(key, value)
        self._show_help(key)

    def _show_refused(self) -> None:
        for box in self.boxes.values():
            for key, editor in box.editors.items():
                editor.show_refused(self._draft.refused.get(key, ""))

    def _show_help(self, key: str) -> None:
        why = self._draft.refused.get(key, "")
        knob = self._draft.settings.chain.knob(key)
        self.help.show_text(why or f"{knob.help} {knob.cannot_help}", error=bool(why))

    def _apply_preset(self, index: int) -> None:
        self._draft.apply(self._presets[index])

    def _retheme(self) -> None:
        for box in self.boxes.values():
            box.set_theme(self._app_state.theme)
