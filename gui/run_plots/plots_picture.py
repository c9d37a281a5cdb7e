"""Plots as they go out of the window: with their legend, and as large as they can be read."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from core.model.quantity import emulated_words
from core.model.run import Run
from gui.plotting.legend import Legend
from gui.run_plots.plot_stack import PlotStack

_A_PLOT_PX, _X_AXIS_PX, _LEGEND_LINES, _NAME_PX = 190, 40, 8, 420


class PlotsPicture:
    """Lays plots out anew, on no screen.

    A plot that lies above others has no numbers on its x axis, the lines of a stack are named in
    the legend above it, and whose headlines these are stands in a list: cut out of the window,
    none of them would say what it shows.
    """

    def __init__(self, stack: PlotStack, legend: Legend, focus: Run | None) -> None:
        """Take note of what is seen.

        Args:
            stack: The plots.
            legend: What names their lines and areas.
            focus: The run that headlines and areas are of.
        """
        self._stack, self._legend = stack, legend
        self._caption = "" if focus is None else _caption(focus)

    def make(self, keys: Collection[str] | None = None) -> QWidget:
        """Make the picture of some plots; whoever asked closes and deletes it.

        Args:
            keys: Keys of the plots; None for all that are shown.
        """
        picture = QWidget()
        picture.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        picture.setAccessibleName(self._caption)
        caption = QLabel(self._caption)
        caption.setTextFormat(Qt.TextFormat.PlainText)
        caption.setWordWrap(True)
        caption.setContentsMargins(8, 0, 8, 4)
        named = Legend(_LEGEND_LINES, most_text_px=_NAME_PX)
        named.show_entries(self._legend.entries, self._legend.note)
        copy = self._stack.copy(keys)
        for view in copy.views:
            view.setFixedHeight(_A_PLOT_PX + (_X_AXIS_PX if view is copy.views[-1] else 0))
        column = QVBoxLayout(picture)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(0)
        for widget in (caption, named, copy):
            column.addWidget(widget)
        width = self._stack.width()
        picture.resize(width, self._stack.height())
        picture.show()
        # How many lines legend and notes take is known only in this width.
        picture.resize(width, max(column.heightForWidth(width), column.sizeHint().height()))
        # Some words in the plots are placed by their size, which they have only now.
        copy.redraw()
        return picture


def _caption(focus: Run) -> str:
    where = f"{emulated_words(focus.emulations) or focus.plan.device}{focus.plan.elsewhere}"
    state = focus.state.value
    return f"{focus.plan.workload} · headlines and areas: {focus.name} ({state}), {where}"
