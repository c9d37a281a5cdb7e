"""One plot of a stack with its headline, and what is to be noted about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.plotting.legend import Legend, LegendEntry
from gui.run_plots.headline_label import HeadlineLabel
from gui.run_plots.plot import Plot
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.tab_order import TabPlace

if TYPE_CHECKING:
    from gui.plotting.plot_view import PlotView

_FIGURES_PX = 420


class PlotPart(QWidget):
    """From top to bottom: headline, note, figures of selected steps, plot.

    Attributes:
        headline: The headline.
        note: Between headline and plot; hidden while there is nothing to note.
        figures: Of each run in the selected steps; hidden while none are selected.
        view: The plot; None before ``build_view``, since a plot takes long to build.
    """

    def __init__(self, plot: Plot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.headline = HeadlineLabel(plot.title, plot.help)
        self.note = ElidedLabel()
        self.note.setContentsMargins(8, 0, 8, 2)
        self.note.setProperty("role", "doubt")
        self.note.hide()
        self.view: PlotView | None = None
        self._plot, self._place = plot, TabPlace(self)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.headline)
        column.addWidget(self.note)
        self.figures = Legend(most_text_px=_FIGURES_PX)
        self.figures.hide()
        column.addWidget(self.figures)

    def build_view(self) -> PlotView:
        """Build the plot."""
        from gui.plotting.plot_view import PlotView

        self.view = PlotView(self._plot.title, self._plot.help)
        self._column.addWidget(self.view, 1)
        # A layout shows what was added to it only later, and the plot would be drawn twice.
        self.view.show()
        self._place.give_to(self.view)
        return self.view

    def show_note(self, text: str) -> None:
        """Note something; an empty text takes the note away."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def show_figures(self, title: str, entries: Sequence[LegendEntry]) -> None:
        """Show the figures of runs in the selected steps; an empty title takes them away."""
        self.figures.show_entries(entries, title=title)
        self.figures.setVisible(bool(title))

    def spell_out(self, text: str) -> None:
        """Note it in as many lines as it takes: a picture has no tooltip."""
        if not text:
            return
        whole = QLabel(text)
        whole.setTextFormat(Qt.TextFormat.PlainText)
        whole.setWordWrap(True)
        whole.setContentsMargins(8, 0, 8, 2)
        whole.setProperty("role", "doubt")
        self._column.insertWidget(1, whole)
