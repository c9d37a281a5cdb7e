"""The plots against settings with all that is needed to read them: what a picture of them shows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from core.charts.all_knobs import ParallelChart
from gui.by_setting.by_setting_model import ShownCharts, View
from gui.by_setting.parallel_view import ParallelView
from gui.by_setting.ramp_legend import RampLegend
from gui.plotting.chart_view import ChartView, key_entries
from gui.plotting.legend import Legend
from gui.plotting.marks_view import DoubtsOf, MarksView
from gui.theme import Theme
from gui.widgets.current_stack import CurrentStack
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.empty_note import EmptyNote
from gui.widgets.notes_view import NotesView

_MOST_NOTES = 4


class BySettingPicture(QWidget):
    """One plot at a time, its legend, notes and sources.

    Attributes:
        chart: Paints every chart with two axes.
        parallel: Paints parallel coordinates.
        notes: What must be known to read it.
        source: Where the figures come from.
        empty: What is said where there is nothing to draw.

    Signals:
        picked: Runs were chosen: their ids.
    """

    picked = Signal(tuple)

    def __init__(self, theme: Theme, doubts_of: DoubtsOf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("metric against settings")
        self.setAutoFillBackground(True)
        self.chart = ChartView(
            "metric against settings",
            "Left and Right go from mark to mark, Up and Down from row to row, Enter chooses",
            theme,
            doubts_of,
        )
        self.parallel = ParallelView(theme, doubts_of)
        self.empty = EmptyNote()
        self.legend = Legend(most_lines=2, most_text_px=600)
        self.ramp = RampLegend(theme)
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setContentsMargins(8, 4, 8, 4)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.notes = NotesView(most_lines=_MOST_NOTES)
        self.notes.setAccessibleName("what must be known to read the plot")
        self.source = ElidedLabel()
        self.source.setProperty("role", "muted")
        self._theme = theme
        self._pages = CurrentStack()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.sentence, self.legend, self.ramp):
            column.addWidget(part)
            part.hide()
        column.addWidget(self._pages, 1)
        for view in (self.chart, self.parallel):
            self._pages.addWidget(view)
            view.picked.connect(self.picked)
        self._pages.addWidget(self.empty)
        below = QVBoxLayout()
        below.setContentsMargins(8, 2, 8, 3)
        below.setSpacing(2)
        below.addWidget(self.notes)
        below.addWidget(self.source)
        column.addLayout(below)

    @property
    def shown(self) -> MarksView | None:
        """The plot that is shown; None where there is nothing to draw."""
        page = self._pages.currentWidget()
        return page if isinstance(page, MarksView) else None

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.ramp.apply(theme)
        self.chart.apply(theme)
        self.parallel.apply(theme)

    def show_answer(self, view: View, answer: ShownCharts, about: str) -> None:
        """Show another chart.

        Args:
            view: The way of looking.
            answer: The chart.
            about: Of which runs it is.
        """
        chart, groups = answer.chart, answer.groups
        page: QWidget = self.empty
        if isinstance(chart, ParallelChart):
            self.parallel.show_chart(chart)
            shown: MarksView = self.parallel
        else:
            self.chart.show_chart(chart)
            self.sentence.setText(chart.sentence)
            shown = self.chart
        if not chart.why_empty:
            page = shown
            shown.setAccessibleName(chart.title)
        self.empty.setText(chart.why_empty)
        self._pages.setCurrentWidget(page)
        keys = () if isinstance(chart, ParallelChart) or chart.why_empty else chart.keys
        title = "" if isinstance(chart, ParallelChart) else chart.key_title
        self.legend.show_entries(key_entries(keys, self._theme), title=title)
        self.legend.setVisible(bool(keys))
        self.ramp.setVisible(bool(chart.ramp) and not chart.why_empty)
        if chart.ramp:
            about_ramp, low, high = chart.ramp
            self.ramp.show_ends(low, high, about_ramp)
        sentence = "" if isinstance(chart, ParallelChart) else chart.sentence
        self.sentence.setVisible(bool(sentence) and not chart.why_empty)
        self.notes.set_notes(answer.notes)
        self.notes.setVisible(bool(answer.notes))
        good = "" if view is View.MEMORY else f"{groups.metric.label}: {groups.good}"
        self.source.setText(" · ".join(part for part in (good, chart.source, about) if part))

    def mark_selected(self, selected: frozenset[str]) -> None:
        """Set off the runs that are selected in the plot that is shown."""
        if self.shown is not None:
            self.shown.mark_selected(selected)
