"""What the right mouse button and the menu key offer on plots of runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from gui.plotting.picture import add_picture_actions
from gui.run_plots.plot import Plot
from gui.state.app_state import AppState

if TYPE_CHECKING:
    from gui.run_plots.run_plots import RunPlots


def plots_menu(plots: RunPlots, app_state: AppState, name: str, plot: Plot | None) -> QMenu:
    """Make the menu; it ends when it is closed.

    Args:
        plots: What it acts on, and its owner.
        app_state: Knows which steps are selected; told what was copied or saved.
        name: Of the file that is suggested for a picture.
        plot: The one it was asked for on; None for none.
    """
    menu = QMenu(plots)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    picture = plots.picture()
    add = partial(add_picture_actions, widget=plots.stack, app_state=app_state)
    add(menu, name=name, make=picture.make)
    if plot is not None:
        alone = menu.addMenu("This plot alone")
        add(
            alone,
            name=f"{name}-{plot.key.replace('_', '-')}",
            make=partial(picture.make, {plot.key}),
        )
    values = menu.addAction("Copy values at the crosshair")
    values.setEnabled(bool(plots.stack.crosshair.text()))
    values.triggered.connect(plots.copy)
    menu.addSeparator()
    none = menu.addAction("Select no steps")
    none.setEnabled(app_state.selected_range is not None)
    none.triggered.connect(lambda: app_state.select_range(None))
    menu.addAction("Fit").triggered.connect(plots.fit_view)
    follow = menu.addAction("Follow")
    follow.setCheckable(True)
    follow.setChecked(plots.follow.on)
    follow.triggered.connect(plots.set_follow)
    return menu
