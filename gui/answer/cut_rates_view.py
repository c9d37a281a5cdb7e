"""The cut rates of a diagnosis as bars, with the step of a device that is compared with them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from core.charts.cut_rates import cut_rates_chart, waits_for
from core.model.diagnosis import Answer
from core.model.quantity import significant
from gui.plotting.chart_view import ChartView
from gui.text_size import px
from gui.theme import Theme

_AXIS_PX, _BAR_PX, _LEAST_BARS = 62, 24, 4
_MOST_MS = 500


class CutRatesView(QWidget):
    """Shows what a diagnosis has measured so far; nothing before the first rate.

    Attributes:
        chart: A bar for each cut.
        step: The step time of a device, in ms, for which ``waits`` says what it would wait for.
        waits: What the marks of the chart stand for, and what a device with that step waits for.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answer: Answer | None = None
        self._moved = False
        self.chart = ChartView("cut rates", "A bar for each stage", theme)
        self.chart.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)
        self.step, self._step_label = QSlider(Qt.Orientation.Horizontal), QLabel()
        self._step_label.setBuddy(self.step)
        self.step.setRange(1, _MOST_MS)
        self.step.setAccessibleName("step of the device in ms")
        self.step.valueChanged.connect(self._move_step)
        self.waits = QLabel()
        self.waits.setProperty("role", "muted")
        self.waits.setWordWrap(True)
        self.waits.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        slider = QHBoxLayout()
        slider.addWidget(self._step_label)
        slider.addWidget(self.step, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 4, 0)
        column.addWidget(self.chart)
        column.addLayout(slider)
        column.addWidget(self.waits)
        column.addStretch(1)

    def show_answer(self, answer: Answer) -> None:
        """Show the cut rates of an answer."""
        self._answer = answer
        self._show()

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.chart.apply(theme)
        self._show()

    def _show(self) -> None:
        answer = self._answer
        known = answer is not None and bool(answer.cut_rates)
        for widget in (self.chart, self.step, self._step_label, self.waits):
            widget.setVisible(known)
        if answer is None or not known:
            return
        step_s = self._chosen_step_s(answer)
        chart = cut_rates_chart(answer, step_s)
        self.chart.show_chart(chart)
        bars = max(len(answer.cut_rates), _LEAST_BARS)
        self.chart.setFixedHeight(px(_AXIS_PX + _BAR_PX * bars))
        keys = [f"\N{BOX DRAWINGS LIGHT TRIPLE DASH VERTICAL} {key.text}" for key in chart.keys]
        waits = [waits_for(answer, step_s)] if step_s else []
        self.waits.setText("\n".join((*keys, *waits)))
        self._step_label.setText(f"step of the device: {significant(1000 * (step_s or 0))} ms")

    def _chosen_step_s(self, answer: Answer) -> float | None:
        """That of the slider once it was moved; else that of the model alone."""
        if self._moved:
            return self.step.value() / 1000.0
        if not answer.model_examples_per_s or not answer.batch_examples:
            return None
        step_s = answer.batch_examples / answer.model_examples_per_s
        self.step.blockSignals(True)
        self.step.setValue(max(round(1000 * step_s), 1))
        self.step.blockSignals(False)
        return step_s

    def _move_step(self) -> None:
        self._moved = True
        self._show()
