"""The plots follow a run that goes on until a person takes the view over."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.metrics.x_axis import XAxis
from gui.live.live_panel import LivePanel
from gui.state.app_state import AppState
from tests.gui.live.live_builders import MakePanel, advance, begin_live, drag, wheel


def test_new_steps_are_shown(make_panel: MakePanel, app_state: AppState, qtbot: QtBot) -> None:
    begin_live(app_state)
    panel = make_panel()
    assert panel.stack.headlines[0].detail.text().startswith("now: ")
    with qtbot.waitSignal(panel.refreshed):
        advance(app_state, 50)
    assert panel.stack.edge == 150


class Paints(QObject):
    """Counts how often each view is painted."""

    def __init__(self, panel: LivePanel) -> None:
        super().__init__(panel)
        seen = (view.viewport() for view in panel.stack.views if view.isVisible())
        self.of = dict.fromkeys(seen, 0)
        for viewport in self.of:
            viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget):
            self.of[watched] += 1
        return False


def test_each_plot_is_painted_once_for_new_steps(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    begin_live(app_state)
    panel = make_panel()
    # Once before, so that what only the first steps change (the width of labels) is over.
    with qtbot.waitSignal(panel.refreshed):
        advance(app_state, 50)
    QApplication.processEvents()
    paints = Paints(panel)
    with qtbot.waitSignal(panel.refreshed):
        advance(app_state, 50)
    qtbot.waitUntil(lambda: all(paints.of.values()))
    QApplication.processEvents()
    assert list(paints.of.values()) == [1, 1, 1]


def test_what_is_not_seen_is_not_refreshed_until_it_is(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    begin_live(app_state)
    panel = make_panel()
    panel.hide()
    with qtbot.assertNotEmitted(panel.refreshed):
        advance(app_state, 50)
        panel.refresh()
    assert panel.stack.edge == 100
    panel.show()
    assert panel.stack.edge == 150


def test_it_follows_until_the_wheel_is_turned_and_then_stays_put(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot, qapp: QApplication
) -> None:
    begin_live(app_state)
    panel = make_panel()
    assert panel.stack.x_range == pytest.approx((0, 100))
    with qtbot.waitSignal(panel.follow_changed):
        wheel(panel.stack.views[1], qapp)
    assert not panel.follow.on
    assert not panel.tools.follow_button.isChecked()
    seen = panel.stack.x_range
    assert seen[1] - seen[0] < 100
    with qtbot.waitSignal(panel.refreshed):
        advance(app_state, 200)
    assert panel.stack.x_range == seen


@pytest.mark.parametrize(
    ("button", "modifier"),
    [
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier),
        (Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_moving_a_plot_with_the_mouse_turns_following_off(
    make_panel: MakePanel,
    app_state: AppState,
    qtbot: QtBot,
    button: Qt.MouseButton,
    modifier: Qt.KeyboardModifier,
) -> None:
    begin_live(app_state)
    panel = make_panel()
    drag(qtbot, panel.stack.views[0], button, modifier)
    assert not panel.follow.on
    assert app_state.selected_range is None


def test_following_again_shows_the_newest_steps_as_closely_as_before(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot, qapp: QApplication
) -> None:
    begin_live(app_state, 400)
    panel = make_panel()
    wheel(panel.stack.views[0], qapp)
    with qtbot.waitSignal(panel.refreshed):
        advance(app_state, 600)
    width = np.diff(panel.stack.x_range)
    panel.toggle_follow()
    low, high = panel.stack.x_range
    assert panel.tools.follow_button.isChecked()
    assert low < 1000 <= high
    assert high - low == pytest.approx(width)
    with qtbot.waitSignal(panel.refreshed):
        advance(app_state, 100)
    low, high = panel.stack.x_range
    assert low < 1100 <= high


def test_fit_shows_all_and_leaves_following_as_it_was(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot, qapp: QApplication
) -> None:
    begin_live(app_state, 400)
    panel = make_panel()
    wheel(panel.stack.views[2], qapp)
    qtbot.mouseClick(panel.tools.fit_button, Qt.MouseButton.LeftButton)
    assert panel.stack.x_range == pytest.approx((0, 400))
    assert not panel.follow.on


def test_a_run_that_goes_on_is_drawn_in_several_events(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    begin_live(app_state)
    panel = make_panel()
    with qtbot.waitSignal(panel.refreshed):
        advance(app_state, 50)
    turns: list[float] = []
    between = QTimer()
    between.timeout.connect(lambda: turns.append(panel.stack.x_range[1]))
    between.start(0)
    with qtbot.waitSignal(panel.refreshed):
        advance(app_state, 50)
        assert panel.stack.x_range[1] == 150
    between.stop()
    seen = [view for view in panel.stack.views if view.isVisible()]
    assert len(turns) >= len(seen) - 1
    ranges = [view.item.vb.viewRange()[0] for view in seen]
    assert ranges == [[0, 200]] * 3


def test_what_is_shown_anew_does_away_with_what_was_still_to_be_drawn(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    begin_live(app_state)
    panel = make_panel()
    with qtbot.waitSignal(panel.refreshed):
        advance(app_state, 50)
    advance(app_state, 50)
    panel.set_x_axis(XAxis.SECONDS)
    seen = panel.stack.x_range
    QApplication.processEvents()
    QApplication.processEvents()
    assert panel.stack.x_range == seen
    assert seen[1] == pytest.approx(200 * 0.05)


def test_a_view_that_was_taken_over_stays_put_while_the_run_goes_on(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    begin_live(app_state)
    panel = make_panel()
    panel.set_follow(False)
    panel.stack.set_x_range(10, 20)
    with qtbot.waitSignal(panel.refreshed):
        advance(app_state, 50)
    assert panel.stack.x_range == (10, 20)
    assert panel.stack.edge == 150
