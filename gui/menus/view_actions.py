"""Actions on what is seen: which tab, which plots, and how much of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QTabWidget, QWidget

from gui.actions import action
from gui.run_plots.run_plots import RunPlots
from gui.window.bottom_panel import BottomPanel

_BOTTOM = (
    ("runs", "T", "Put the keyboard into the table of runs"),
    ("queue", "Q", "Put the keyboard into the list of runs that wait"),
)


class ViewActions:
    """Makes them.

    Attributes:
        plots: On the plots that keys speak to.
        further: Show or hide each further plot.
        pages: Show each page, the runs and the queue.
    """

    def __init__(
        self,
        window: QWidget,
        tabs: QTabWidget,
        bottom: BottomPanel,
        switches: Collection[QAction],
        plots: Callable[[], RunPlots],
    ) -> None:
        """Make them.

        Args:
            window: Has the actions.
            tabs: A number key shows each.
            bottom: Runs and queue.
            switches: Show or hide further plots.
            plots: Gives the plots that keys speak to.
        """
        make = partial(action, window)
        self.plots = (
            make(
                "Follow live", "F", lambda: plots().toggle_follow(), "Keep the newest steps in view"
            ),
            make("Fit plots", "0", lambda: plots().fit_view(), "Show the whole run in the plots"),
        )
        self.further = tuple(
            make(f"Plot {switch.text()}", "", switch.toggle, "Show or hide it below the others")
            for switch in switches
        )
        for shown, switch in zip(self.further, switches, strict=True):
            shown.setCheckable(True)
            shown.setChecked(switch.isChecked())
            switch.toggled.connect(shown.setChecked)
        titles = [tabs.tabText(index) for index in range(tabs.count())]
        self.pages = (
            *(
                make(
                    f"Show {title}",
                    str(index + 1),
                    partial(tabs.setCurrentIndex, index),
                    tabs.tabToolTip(index).rpartition(" (")[0],
                )
                for index, title in enumerate(titles)
            ),
            *(
                make(f"Show the {name}", key, partial(bottom.show_page, index), about)
                for index, (name, key, about) in enumerate(_BOTTOM)
            ),
        )
