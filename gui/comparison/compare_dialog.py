"""Asks what is to be compared with what, how often, and when it is enough."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.analysis.sweeps.time_needed import Durations
from core.model.experiment import Experiment
from gui.comparison.candidate_rows import CandidateRows
from gui.comparison.candidates import Candidate, ComparisonChoice, every_way
from gui.comparison.comparison_draft import REPEATS, ComparisonDraft
from gui.comparison.dialog_parts import bullets, line, start_and_cancel
from gui.comparison.engine_box import EngineBox
from gui.widgets.fitted_dialog import FittedDialog

_MOST_REPEATS = 100
_ABOUT = (
    "One run of each proves little. The configurations are run several times in balanced turns "
    "(A B, B A, …), and the ratio of their throughputs is given with its interval and a verdict."
)


class CompareDialog(FittedDialog):
    """Open it with ``open``; it goes away by itself.

    Attributes:
        rows: The configurations.
        ways: Ticks the ways to use more cores.
        repeats, early, engine, name: How and where it is run, and what it is called.
        amount: How many runs it is and how long they take, or why it cannot be started.
        notes: What is to be known before.
        start_button: Starts it; Enter presses it.

    Signals:
        asked: The person pressed Start: the experiment.
    """

    asked = Signal(object)

    def __init__(
        self,
        candidates: Sequence[Candidate],
        choice: ComparisonChoice,
        durations: Durations,
        data_folder: str,
        parent: QWidget | None = None,
    ) -> None:
        """Build the dialog.

        Args:
            candidates: What can be compared.
            choice: What is chosen at first.
            durations: How long runs took.
            data_folder: Folder that holds generated data.
            parent: The window.
        """
        super().__init__(parent)
        self.setProperty("help", "comparing.md#compare")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Compare")
        self._durations, self._data_folder = durations, data_folder
        self.rows = CandidateRows(candidates, choice)
        self.ways = QPushButton("Threads, processes or a service?")
        self.ways.setToolTip(
            "Tick the ways to use more cores that this pipeline can have: sequential, "
            "parallel calls, processes, a tf.data service, a PyDataset"
        )
        beside = every_way(candidates)
        self.ways.setVisible(beside is not None)
        if beside is not None:
            self.ways.clicked.connect(lambda: self.rows.choose(beside))
        self.repeats = QSpinBox()
        self.repeats.setRange(1, _MOST_REPEATS)
        self.repeats.setValue(REPEATS)
        self.repeats.setAccessibleName("repeats")
        self.repeats.setToolTip("Runs of each configuration. More repeats: narrower intervals.")
        self.early = QCheckBox("stop early")
        self.early.setToolTip(
            "Look at the intervals after each repeat from the third on, and stop once every "
            "configuration has a verdict"
        )
        self.engine = EngineBox()
        self.name = QLineEdit()
        self.name.setAccessibleName("name of the comparison")
        self.name.setToolTip("Under this name it is kept; left empty, the one shown in grey")
        self.schedule, self.notes, self.amount = line("muted"), line(""), line("strong")
        self.amount.setAccessibleDescription("how many runs, or what stands in the way")
        self.start_button = self._lay_out()
        self.rows.changed.connect(self._show)
        self.repeats.valueChanged.connect(self._show)
        self.early.toggled.connect(self._show)
        self.engine.currentIndexChanged.connect(self._show)
        self._show()
        self.start_button.setFocus()

    def draft(self) -> ComparisonDraft:
        """What is chosen now."""
        return ComparisonDraft(
            self.rows.chosen,
            self.repeats.value(),
            self.early.isChecked(),
            " ".join(self.name.text().split()),
            self.engine.engine,
        )

    def experiment(self) -> Experiment:
        """What would be run."""
        return self.draft().experiment()

    def begin_with(self, experiment: Experiment) -> None:
        """Begin with how often and where a comparison was run; it gets a name of its own."""
        self.engine.choose(experiment.engine)
        self.repeats.setValue(experiment.repeats)
        self.early.setChecked(experiment.early)

    def _lay_out(self) -> QPushButton:
        about = line("muted")
        about.setText(_ABOUT)
        how = QHBoxLayout()
        repeats = QLabel("&repeats")
        repeats.setBuddy(self.repeats)
        engine, called = QLabel("&engine"), QLabel("&name")
        engine.setBuddy(self.engine)
        called.setBuddy(self.name)
        for part in (repeats, self.repeats, self.early, engine, self.engine):
            how.addWidget(part)
        how.addSpacing(16)
        how.addWidget(called)
        how.addWidget(self.name, 1)
        buttons, start = start_and_cancel()
        buttons.accepted.connect(self._start)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(about)
        column.addWidget(self.ways, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.rows, 1)
        column.addLayout(how)
        for part in (self.schedule, self.notes, self.amount):
            column.addWidget(part)
        self.lay_out(column, buttons, QSize(880, 560))
        return start

    def _show(self) -> None:
        draft = self.draft()
        obstacle, notes = draft.obstacle(), draft.notes()
        self.amount.setText(obstacle or draft.amount(self._durations, self._data_folder))
        self.schedule.setText(draft.schedule())
        self.notes.setText(bullets(notes))
        self.notes.setVisible(bool(notes))
        self.name.setPlaceholderText(draft.suggested_name())
        self.start_button.setEnabled(not obstacle)

    def _start(self) -> None:
        if not self.draft().obstacle():
            experiment = self.experiment()
            self.accept()
            self.asked.emit(experiment)
