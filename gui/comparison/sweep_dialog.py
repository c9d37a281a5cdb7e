"""Asks which knobs are to be varied, over which values, and how they are put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.analysis.sweeps.time_needed import Durations
from core.model.experiment import Experiment
from core.model.settings import Settings
from core.text.workload_name import workload_name
from core.workloads.workload import Workload
from gui.comparison.dialog_parts import bullets, explained, line, start_and_cancel
from gui.comparison.engine_box import EngineBox
from gui.comparison.knob_axes import KnobAxes
from gui.comparison.sweep_draft import REPEATS, CannotRun, SweepDraft
from gui.widgets.fitted_dialog import FittedDialog

AT_LEFT = "the settings on the left"
_DESIGNS = (
    ("grid", "every combination", "Each value of each knob with each of the others"),
    (
        "one-at-a-time",
        "one at a time around {}",
        "A run with {}, and one for each value of each knob with the others as they are there",
    ),
    ("random", "at random", "So many combinations, drawn from all"),
)
_KNOBS, _DESIGN, _COUNT, _REPEATS = "knobs", "design", "count", "repeats"


class SweepDialog(FittedDialog):
    """Open it with ``open``; it goes away by itself.

    Attributes:
        filter: Narrows the list of knobs down; Enter varies the first.
        knobs: All knobs with the values to try.
        designs: The choice between designs, by name.
        count: How many a random design draws.
        repeats, engine, name: How often and where it is run, and what it is called.
        amount: How many runs it is and how long they take, or why it cannot be started.
        notes, preview: What is to be known before, and the first configurations.
        start_button: Starts it.

    Signals:
        asked: The person pressed Start: the experiment.
    """

    asked = Signal(object)

    def __init__(
        self,
        workload: Workload,
        base: Settings,
        durations: Durations,
        data_folder: str,
        cannot_run: CannotRun,
        parent: QWidget | None = None,
        *,
        base_name: str = AT_LEFT,
    ) -> None:
        """Build the dialog.

        Args:
            workload: What is swept.
            base: What is not varied is as in these settings.
            durations: How long runs took.
            data_folder: Folder that holds generated data.
            cannot_run: Looks whether settings can be run here.
            parent: The window.
            base_name: What the person calls those settings.
        """
        super().__init__(parent)
        self.setProperty("help", "comparing.md#sweep")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Sweep of {workload_name(workload.id)}")
        self._workload, self._base, self._durations = workload, base, durations
        self._data_folder, self._cannot_run = data_folder, cannot_run
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("find a knob by name or by what it does")
        self.filter.setToolTip(
            "Show the knobs that contain all these words; Enter varies the first"
        )
        self.filter.setAccessibleName("filter of knobs")
        self.filter.setClearButtonEnabled(True)
        self.filter.installEventFilter(self)
        self.knobs = KnobAxes(base)
        self.designs = {
            key: explained(QRadioButton(label.format(base_name)), tip.format(base_name))
            for key, label, tip in _DESIGNS
        }
        self.designs["grid"].setChecked(True)
        self.count = _number(1, 9_999, 20, "how many are drawn at random")
        self.repeats = _number(1, 100, REPEATS, "repeats")
        self.repeats.setToolTip("Runs of each configuration, in rounds, so that drift meets all")
        self.engine = EngineBox()
        self.name = explained(
            QLineEdit(), "Under this name it is kept; left empty, the one shown in grey"
        )
        self.name.setAccessibleName("name of the sweep")
        self.preview, self.notes, self.amount = line("muted"), line(""), line("strong")
        self.amount.setAccessibleDescription("how many runs, or what stands in the way")
        self.start_button = self._lay_out()
        self._connect()
        self._show()
        self.filter.setFocus()

    def draft(self) -> SweepDraft:
        """What is asked for now."""
        return SweepDraft(
            self._workload.id,
            self._base,
            self.knobs.texts,
            self._design(),
            self.repeats.value(),
            " ".join(self.name.text().split()),
            self._cannot_run,
            self.engine.engine,
            self._workload.code,
        )

    def saved_state(self) -> dict[str, Any]:
        """What is asked for, to begin with it the next time."""
        name, _, _ = self._design().partition(":")
        return {
            _KNOBS: self.knobs.texts,
            _DESIGN: name,
            _COUNT: self.count.value(),
            _REPEATS: self.repeats.value(),
        }

    def restore_state(self, remembered: Mapping[str, Any]) -> None:
        """Begin with what ``remembered`` gave; what cannot be read is passed over."""
        knobs, design = remembered.get(_KNOBS), remembered.get(_DESIGN)
        self.knobs.choose(knobs if isinstance(knobs, dict) else {})
        if isinstance(design, str) and design in self.designs:
            self.designs[design].setChecked(True)
        for key, box in ((_COUNT, self.count), (_REPEATS, self.repeats)):
            count = remembered.get(key)
            if isinstance(count, int) and box.minimum() <= count <= box.maximum():
                box.setValue(count)

    def begin_with(self, experiment: Experiment) -> None:
        """Begin with what a sweep varied and how; it gets a name of its own."""
        chain = self._base.chain
        design, _, count = experiment.design.partition(":")
        self.engine.choose(experiment.engine)
        self.restore_state(
            {
                _KNOBS: {
                    axis.key: ",".join(map(chain.knob(axis.key).kind.format, axis.values))
                    for axis in experiment.axes
                },
                _DESIGN: design,
                _COUNT: int(count) if count.isdecimal() else None,
                _REPEATS: experiment.repeats,
            }
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter in the filter varies the first knob that is found, and starts nothing."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and self.filter.text().strip():
                if self.knobs.take_first(self.filter.text()):
                    self.filter.clear()
                return True
        return super().eventFilter(watched, event)

    # -- inside ---------------------------------------------------------------------------

    def _design(self) -> str:
        name = next(key for key, button in self.designs.items() if button.isChecked())
        return f"random:{self.count.value()}" if name == "random" else name

    def _lay_out(self) -> QPushButton:
        how, called = QHBoxLayout(), QHBoxLayout()
        for button in self.designs.values():
            how.addWidget(button)
        how.addWidget(self.count)
        how.addStretch(1)
        repeats, engine, name = QLabel("&repeats"), QLabel("&engine"), QLabel("&name")
        engine.setBuddy(self.engine)
        repeats.setBuddy(self.repeats)
        name.setBuddy(self.name)
        how.addWidget(repeats)
        how.addWidget(self.repeats)
        called.addWidget(name)
        called.addWidget(self.name, 1)
        called.addSpacing(16)
        called.addWidget(engine)
        called.addWidget(self.engine)
        buttons, start = start_and_cancel()
        buttons.accepted.connect(self._start)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self.filter)
        column.addWidget(self.knobs, 1)
        column.addLayout(how)
        column.addLayout(called)
        for part in (self.preview, self.notes, self.amount):
            column.addWidget(part)
        self.lay_out(column, buttons, QSize(900, 690))
        return start

    def _connect(self) -> None:
        self.filter.textChanged.connect(self.knobs.narrow)
        self.knobs.changed.connect(self._show)
        for button in self.designs.values():
            button.toggled.connect(self._show)
        self.count.valueChanged.connect(self._show)
        self.repeats.valueChanged.connect(self._show)
        self.engine.currentIndexChanged.connect(self._show)
        self.name.textChanged.connect(self._show)

    def _show(self) -> None:
        draft = self.draft()
        obstacle, needed = draft.obstacle(), draft.needed(self._durations, self._data_folder)
        self.knobs.show_states(
            {swept_knob.key: len(swept_knob.values) for swept_knob in draft.axes}, draft.errors
        )
        self.count.setEnabled(self.designs["random"].isChecked())
        self.amount.setText(obstacle or draft.amount(needed))
        notes = draft.notes(needed)
        self.notes.setText(bullets(notes))
        self.notes.setVisible(bool(notes))
        self.preview.setText("\n".join(draft.preview()))
        self.preview.setVisible(bool(draft.preview()))
        self.name.setPlaceholderText(draft.suggested_name())
        # Where values cannot be read it leads to them.
        self.start_button.setEnabled(not obstacle or bool(draft.errors))

    def _start(self) -> None:
        draft = self.draft()
        if draft.errors:
            self.knobs.go_to(draft.errors)
        elif not draft.obstacle():
            experiment = draft.experiment()
            self.accept()
            self.asked.emit(experiment)


def _number(low: int, high: int, value: int, name: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(low, high)
    box.setValue(value)
    box.setAccessibleName(name)
    box.setToolTip(name)
    return box
