"""The plots against settings with all that is needed to read them: what a picture of them shows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from core.analysis.against.all_knobs import AllKnobs
from core.analysis.against.gathered import Gathered
from core.analysis.against.knob_influence import KnobInfluence
from core.analysis.against.memory import Memory
from core.analysis.against.one_knob import OneKnob
from core.analysis.against.two_knobs import TwoKnobs
from core.model.quantity import significant
from gui.by_setting.by_setting_model import Answer, View
from gui.by_setting.heat_view import HeatView
from gui.by_setting.influence_view import InfluenceView
from gui.by_setting.memory_view import MemoryView
from gui.by_setting.one_knob_view import MOST_SERIES, SYMBOLS, OneKnobView
from gui.by_setting.parallel_view import ParallelView
from gui.by_setting.ramp_legend import RampLegend
from gui.plotting.legend import Entry, Legend
from gui.plotting.marks_view import DoubtsOf, MarksView
from gui.theme import Theme, run_colour
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.empty_note import EmptyNote
from gui.widgets.notes_view import NotesView

NO_POINT = "None of these runs can be shown here."
ONE_KNOB_ONLY = (
    "A heat map needs two settings that differ between these runs. {} Change another one and run "
    "again, or let Sweep… run both over a few values."
)
NO_KNOB = (
    "No setting differs between these runs. Change one and run again, or let Sweep… run a few "
    "values of several."
)
FRONT = "Pareto front: no other configuration is both faster and smaller"
_MOST_NOTES = 4


class AgainstPicture(QWidget):
    """One plot at a time, its legend, notes and sources.

    Attributes:
        views: The plot of each way of looking.
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
        self.one = OneKnobView(theme, doubts_of)
        self.two = HeatView(theme, doubts_of)
        self.all = ParallelView(theme, doubts_of)
        self.memory = MemoryView(theme, doubts_of)
        self.influence = InfluenceView(theme, doubts_of)
        self.views: dict[View, MarksView] = {
            View.ONE: self.one,
            View.TWO: self.two,
            View.ALL: self.all,
            View.MEMORY: self.memory,
            View.INFLUENCE: self.influence,
        }
        self.empty = EmptyNote()
        self.legend = Legend()
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
        self._pages = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.sentence, self.legend, self.ramp):
            column.addWidget(part)
            part.hide()
        column.addWidget(self._pages, 1)
        for view in self.views.values():
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
        for view in self.views.values():
            view.apply(theme)

    def show_answer(self, view: View, answer: Answer, about: str) -> None:
        """Show other numbers.

        Args:
            view: The way of looking.
            answer: The numbers.
            about: Of which runs they are.
        """
        info, gathered = answer.info, answer.gathered
        why_not = self._show(answer)
        page = self.empty if why_not else self.views[view]
        self.empty.setText(why_not)
        self._pages.setCurrentWidget(page)
        self._show_legend(answer, bool(why_not))
        self.sentence.setVisible(isinstance(info, KnobInfluence) and not why_not)
        self.notes.set_notes(answer.notes)
        self.notes.setVisible(bool(answer.notes))
        good = "" if view is View.MEMORY else f"{gathered.metric.label}: {gathered.good}"
        several = isinstance(info, OneKnob) and not info.by and info.several
        line = "short line: mean of the runs that share a value" if several else ""
        parts = (good, line, answer.source, about)
        self.source.setText(" · ".join(part for part in parts if part))

    def mark_selected(self, selected: frozenset[str]) -> None:
        """Set off the runs that are selected in the plot that is shown."""
        if self.shown is not None:
            self.shown.mark_selected(selected)

    # -- inside ---------------------------------------------------------------------------

    def _show(self, answer: Answer) -> str:
        """Hand the numbers to their plot.

        Returns:
            Why there is nothing to draw; empty where there is.
        """
        info, gathered = answer.info, answer.gathered
        if isinstance(info, OneKnob):
            self.one.show_info(info, gathered)
            self.one.setAccessibleName(f"{gathered.label} against {info.key}")
            return "" if info.points else _nothing(gathered)
        if isinstance(info, TwoKnobs):
            if not info.y_key:
                return _too_few(gathered)
            self.two.show_info(info, gathered)
            self.two.setAccessibleName(f"{gathered.label} over {info.x_key} and {info.y_key}")
            return "" if info.cells else _nothing(gathered)
        if isinstance(info, AllKnobs):
            self.all.show_info(info, gathered)
            if info.lines and not info.axes:
                return NO_KNOB
            return "" if info.lines else _nothing(gathered)
        if isinstance(info, Memory):
            if answer.memory is None or not info.trades:
                return _nothing(gathered if not gathered.readings else answer.memory or gathered)
            self.memory.show_info(info, gathered, answer.memory)
            return ""
        self.sentence.setText(info.sentence)
        self.influence.show_info(info, gathered.metric.label)
        return "" if info.shares else info.sentence

    def _show_legend(self, answer: Answer, empty: bool) -> None:
        info, gathered = answer.info, answer.gathered
        self.legend.hide()
        self.ramp.hide()
        if empty:
            return
        if isinstance(info, OneKnob) and info.by:
            entries = [
                Entry(text, self.one.colour(index), symbol=SYMBOLS[index % MOST_SERIES])
                for index, text in enumerate(info.series)
            ]
            self.legend.show_entries(entries, title=f"{info.by}:")
            self.legend.show()
        elif isinstance(info, Memory):
            front = Entry(FRONT, run_colour(self._theme, 0), symbol="o")
            key = self.memory.name_key
            self.legend.show_entries([front], f"names: {key}" if key else "")
            self.legend.show()
        elif isinstance(info, (TwoKnobs, AllKnobs)):
            self.ramp.show_ends(
                significant(info.low), gathered.number(info.high), f"{gathered.metric.label}:"
            )
            self.ramp.show()


def _nothing(gathered: Gathered) -> str:
    reasons = " ".join(gathered.notes())
    return f"{NO_POINT} {reasons}".strip()


def _too_few(gathered: Gathered) -> str:
    keys = gathered.varied_keys
    so_far = f"So far only {keys[0]} does." if keys else "So far none does."
    return ONE_KNOB_ONLY.format(so_far)
