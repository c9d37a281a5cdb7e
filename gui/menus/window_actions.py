"""Which actions the window has, and in which menu each is; the palette and the keys follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from gui.actions import ActionGroup, action
from gui.menus.focus_keys import FocusKeys
from gui.menus.view_actions import ViewActions
from gui.run_plots.run_plots import RunPlots

if TYPE_CHECKING:
    from gui.main_window import MainWindow


def action_groups(window: MainWindow, plots: Callable[[], RunPlots]) -> tuple[ActionGroup, ...]:
    """Make the actions that no part of the window has made, and say where each of all stands.

    Args:
        window: With all of its parts.
        plots: Gives the plots that keys speak to.
    """
    leave = action(window, "Quit", "Ctrl+Q", window.close, "Close the window")
    switches = window.live.more.switches.values()
    seen = ViewActions(window, window.tabs, window.bottom, switches, plots)
    focus = FocusKeys(window, window.app_state)
    edits, helps = window.app_state.edits, window.helps
    does, look = window.launcher, window.appearance

    def of_pages(menu: str) -> Iterable[ActionGroup]:
        return (group for group in window.pages.action_groups if group.menu.startswith(f"{menu}/"))

    return (
        ActionGroup("Run", lambda: does.starting),
        ActionGroup("Run", lambda: does.longer),
        ActionGroup("Run", lambda: does.stopping),
        ActionGroup("Run/Engine", lambda: window.engine.actions),
        ActionGroup("File", lambda: window.own.actions),
        ActionGroup("File", lambda: (*window.sharer.actions, *window.follower.actions)),
        *of_pages("File"),
        ActionGroup("File", lambda: (window.recordings.repair_action,)),
        ActionGroup("File", lambda: (leave,)),
        ActionGroup("Edit", lambda: edits.actions),
        ActionGroup("Edit/Runs", window.runs.actions, "In the table of runs"),
        ActionGroup("Edit/Queue", window.queue.actions, "In the queue"),
        *of_pages("Edit"),
        ActionGroup("View", lambda: seen.pages),
        *of_pages("View"),
        ActionGroup("View", lambda: seen.plots),
        ActionGroup("View/Further plots", lambda: seen.further),
        ActionGroup("View/Text size", lambda: look.sizes),
        ActionGroup("View/Theme", lambda: look.themes),
        ActionGroup("Help", lambda: (helps.documentation, *focus.actions)),
        ActionGroup("Help", lambda: (helps.keys, window.palette_action)),
        ActionGroup("Help", lambda: (helps.example, window.welcome.action)),
        ActionGroup("Help", lambda: (helps.doctor, helps.about)),
    )
