"""AUTOTUNE over time: what it chose, and what the buffers cost in memory."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.analysis.stages.autotune import NOTHING_TUNED, AutotuneView
from gui.plotting.canvas import LINE_Z, Canvas
from gui.plotting.legend import Legend, LegendEntry
from gui.plotting.plot_view import PlotView
from gui.theme import Theme, run_pen

_CHOICES = (
    "AUTOTUNE's choices (calls or elements)",
    "What AUTOTUNE chose and when: parallel calls, and the elements that a buffer has room for. "
    "Each epoch's iterator begins anew.",
)
_MEMORY = (
    "buffered (MB)",
    "Size of the elements that lay ready in each buffer of the pipeline (1 MB is a million "
    "bytes), and where it is near, the memory that AUTOTUNE allows itself.",
)
_X = "seconds since fit began"
_NEAR = 3.0


class AutotunePlots(QWidget):
    """Two plots side by side over seconds.

    Attributes:
        choices, memory: The plots.
        legend, buffers: What their lines are.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: AutotuneView | None = None
        self.choices, self.memory = (
            PlotView(*texts, scroll_x=False) for texts in (_CHOICES, _MEMORY)
        )
        for view in (self.choices, self.memory):
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)
        self.legend, self.buffers = Legend(), Legend()
        self.nothing = QLabel(NOTHING_TUNED)
        self.nothing.setProperty("role", "muted")
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for (title, tip), view in zip(
            (_CHOICES, _MEMORY), (self.choices, self.memory), strict=True
        ):
            heading = QLabel(title)
            heading.setProperty("role", "heading")
            heading.setToolTip(tip)
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(heading)
            if view is self.choices:
                column.addWidget(self.legend)
                column.addWidget(self.nothing, 1)
            else:
                column.addWidget(self.buffers)
            view.show_x_values(True, _X)
            column.addWidget(view, 1)
            row.addLayout(column, 1)
        self.apply(theme)

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        for view in (self.choices, self.memory):
            view.apply(theme)
        if self._shown is not None:
            self.show_view(self._shown)

    def show_view(self, view: AutotuneView) -> None:
        """Show what AUTOTUNE did in a run."""
        self._shown = view
        pens = [run_pen(self._theme, index, 2.0) for index in range(len(view.choices))]
        self.legend.show_entries(
            [
                LegendEntry(choice.name, pen=pen)
                for choice, pen in zip(view.choices, pens, strict=True)
            ]
        )
        self.legend.setVisible(bool(view.choices))
        self.choices.setVisible(bool(view.choices))
        self.nothing.setVisible(not view.choices)
        canvas = Canvas.of(self.choices.item)
        canvas.begin()
        for tuned_parameter, pen in zip(view.choices, pens, strict=True):
            # A choice holds until it is seen to be another.
            canvas.line(
                tuned_parameter.name,
                np.repeat(view.at_s, 2)[1:],
                np.repeat(tuned_parameter.values, 2)[:-1],
                pen,
            )
        canvas.end()
        self._fit(self.choices, view, [choice.values for choice in view.choices])
        self._show_memory(view)

    def _show_memory(self, view: AutotuneView) -> None:
        held = view.buffered_bytes / 1e6
        canvas = Canvas.of(self.memory.item)
        canvas.begin()
        pens = [run_pen(self._theme, index, 2.0) for index in range(len(view.buffers))]
        for buffer, pen in zip(view.buffers, pens, strict=True):
            canvas.line(f"held by {buffer.stage}", view.at_s, buffer.held_bytes / 1e6, pen)
        all_of_it = pg.mkPen(self._theme.text, width=1, style=Qt.PenStyle.DotLine)
        canvas.line("held", view.at_s, held, all_of_it, z=LINE_Z + 1)
        entries = [
            LegendEntry(buffer.stage, pen=pen)
            for buffer, pen in zip(view.buffers, pens, strict=True)
        ]
        self.buffers.show_entries([*entries, LegendEntry("all of them", pen=all_of_it)])
        rows = [held]
        most = float(held.max()) if len(held) else 0.0
        if view.budget_bytes is not None and view.budget_bytes / 1e6 <= _NEAR * most:
            budget = np.full(len(held), view.budget_bytes / 1e6)
            pen = pg.mkPen(self._theme.error, width=1, style=Qt.PenStyle.DashLine)
            canvas.line("budget", view.at_s, budget, pen, z=LINE_Z - 1)
            rows.append(budget)
        canvas.end()
        self._fit(self.memory, view, rows)

    @staticmethod
    def _fit(plot: PlotView, view: AutotuneView, rows: list[np.ndarray]) -> None:
        finite = [row[np.isfinite(row)] for row in rows]
        top = max((float(row.max()) for row in finite if len(row)), default=0.0)
        end = float(view.at_s[-1]) if len(view.at_s) else 1.0
        plot.item.vb.setRange(
            xRange=(0.0, max(end, 0.1)), yRange=(0.0, 1.1 * top or 1.0), padding=0
        )
