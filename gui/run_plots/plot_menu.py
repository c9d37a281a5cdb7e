"""A button whose menu shows and hides plots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from gui.run_plots.plot import Plot


class PlotMenu(QToolButton):
    """Offers plots to be switched on.

    Attributes:
        switches: A checkable action for each plot, by the plot's key.

    Signals:
        changed: Another choice was made.
    """

    changed = Signal()

    def __init__(self, plots: Sequence[Plot], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("More plots \N{BLACK DOWN-POINTING SMALL TRIANGLE}")
        self.setAccessibleName("More plots")
        self.setToolTip("Show GPU, CPU, memory and disk below the plots")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self.switches: dict[str, QAction] = {}
        for plot in plots:
            switch = menu.addAction(plot.title)
            switch.setCheckable(True)
            switch.setToolTip(plot.help)
            switch.toggled.connect(self._tell)
            self.switches[plot.key] = switch
        self.setMenu(menu)

    @property
    def chosen(self) -> frozenset[str]:
        """Keys of the plots that are switched on."""
        return frozenset(key for key, switch in self.switches.items() if switch.isChecked())

    def choose(self, keys: Iterable[str]) -> None:
        """Switch on these plots and no others; unknown keys are passed over."""
        wanted = set(keys)
        for key, switch in self.switches.items():
            switch.setChecked(key in wanted)

    def _tell(self) -> None:
        self.changed.emit()
