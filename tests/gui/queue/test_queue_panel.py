"""What a person does to the queue with keys, buttons and the mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from core.model.experiment import Experiment
from core.model.plan import RunPlan
from core.model.turn import ExperimentKind
from core.session import Session
from core.workloads.catalogue import workload
from gui.queue.queue_panel import QueuePanel
from gui.running.queue_times import QueueTimes
from gui.running.run_controller import Activity, RunController
from gui.state.app_state import AppState
from gui.theme import LIGHT, apply_theme
from tests.gui.run_builders import record_run
from tests.gui.scripted import ScriptedFit

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def plan(session: Session) -> RunPlan:
    chosen = workload("in_memory")
    return session.plan(chosen, chosen.chain.defaults())


@pytest.fixture
def controller(app_state: AppState, qtbot: QtBot) -> Iterator[RunController]:
    made = RunController(app_state, ScriptedFit(hold=True))
    yield made
    app_state.session.queue.clear()
    made.stop()
    qtbot.waitUntil(lambda: made.activity is Activity.IDLE)


@pytest.fixture
def panel(
    app_state: AppState, controller: RunController, qtbot: QtBot, qapp: QApplication
) -> QueuePanel:
    apply_theme(qapp, LIGHT)
    made = QueuePanel(app_state, controller, QueueTimes(app_state), QAction("Pause", qapp))
    made.resize(1000, 260)
    qtbot.addWidget(made)
    qtbot.addWidget(made.corner)
    # Keys need an active window.
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.table.setFocus()
    return made


@pytest.fixture
def waiting(session: Session, panel: QueuePanel) -> list[str]:
    """Ids of five runs that wait in a paused queue."""
    session.queue.add(*(plan(session) for _ in range(5)))
    session.queue.paused = True
    return [one.id for one in session.queue.plans]


def order(session: Session, waiting: list[str]) -> str:
    """The queue with a letter for each run, as they stood at first; ``+`` for others."""
    known = dict(zip(waiting, "abcde", strict=True))
    return "".join(known.get(one.id, "+") for one in session.queue.plans)


@pytest.mark.parametrize(
    ("rows", "key", "modifier", "expected"),
    [
        ("c", Key.Key_Up, Modifier.ControlModifier, "acbde"),
        ("bc", Key.Key_Down, Modifier.ControlModifier, "adbce"),
        ("d", Key.Key_Home, Modifier.ControlModifier, "dabce"),
        ("ad", Key.Key_End, Modifier.ControlModifier, "bcead"),
        ("bd", Key.Key_Delete, Modifier.NoModifier, "ace"),
        ("b", Key.Key_R, Modifier.NoModifier, "ab+cde"),
    ],
)
def test_keys_reorder_repeat_and_remove_and_moved_rows_stay_selected(
    panel: QueuePanel,
    session: Session,
    waiting: list[str],
    qtbot: QtBot,
    rows: str,
    key: Key,
    modifier: Modifier,
    expected: str,
) -> None:
    chosen = tuple(one for one, letter in zip(waiting, "abcde", strict=True) if letter in rows)
    panel.select(chosen)
    qtbot.keyClick(panel.table, key, modifier)
    assert order(session, waiting) == expected
    if key is not Key.Key_Delete:
        assert set(panel.selected()) == set(chosen)


def test_what_was_removed_comes_back_where_it_was(
    panel: QueuePanel, session: Session, waiting: list[str], qtbot: QtBot
) -> None:
    for rows in ([0, 1], [2], [1, 3]):
        panel.select(tuple(waiting[row] for row in rows))
        qtbot.keyClick(panel.table, Key.Key_Delete)
        assert panel.queue_actions.undo_bar.isVisible()
        panel.queue_actions.undo.trigger()
        assert order(session, waiting) == "abcde"
        assert panel.selected() == tuple(waiting[row] for row in rows)
        assert not panel.queue_actions.undo_bar.isVisible()
    assert not panel.queue_actions.undo.isEnabled()


def test_what_comes_back_after_those_behind_it_began_is_next_in_its_order(
    panel: QueuePanel, session: Session, waiting: list[str]
) -> None:
    panel.select((waiting[0], waiting[2]))
    panel.queue_actions.remove.trigger()
    session.queue.paused = False
    for _ in range(2):
        session.queue.take()
    session.queue.paused = True
    panel.queue_actions.undo.trigger()
    assert order(session, waiting) == "ace"


def test_removing_leaves_the_keyboard_on_the_next_row(
    panel: QueuePanel, session: Session, waiting: list[str], qtbot: QtBot
) -> None:
    panel.table.selectRow(1)
    qtbot.keyClick(panel.table, Key.Key_Delete)
    qtbot.keyClick(panel.table, Key.Key_Delete)
    assert order(session, waiting) == "ade"
    assert panel.selected() == (waiting[3],)


def test_clearing_asks_and_can_be_undone_with_the_pause_as_it_was(
    panel: QueuePanel,
    session: Session,
    waiting: list[str],
    controller: RunController,
) -> None:
    panel.queue_actions.clear.trigger()
    (box,) = (one for one in panel.findChildren(QMessageBox) if one.isVisible())
    assert "all 5 runs" in box.text()
    assert len(session.queue) == 5
    box.defaultButton().click()
    assert len(session.queue) == 0
    assert panel.empty.isVisible()
    panel.queue_actions.undo.trigger()
    assert order(session, waiting) == "abcde"
    # It was held back, so nothing begins by bringing it back.
    assert session.queue.paused
    assert controller.activity is Activity.IDLE


def test_a_queue_that_was_going_goes_on_with_what_comes_back(
    panel: QueuePanel, session: Session, controller: RunController
) -> None:
    controller.start(plan(session), plan(session))
    panel.table.selectRow(1)
    panel.queue_actions.remove.trigger()
    assert len(session.queue) == 0
    panel.queue_actions.undo.trigger()
    assert len(session.queue) == 1
    assert controller.activity is Activity.RUNNING


def test_the_run_under_way_is_neither_selected_nor_removed(
    panel: QueuePanel, session: Session, controller: RunController, qtbot: QtBot
) -> None:
    controller.start(plan(session), plan(session), plan(session))
    panel.table.selectAll()
    assert len(panel.selected()) == 2
    qtbot.keyClick(panel.table, Key.Key_Delete)
    assert len(session.queue) == 0
    assert controller.activity is Activity.RUNNING
    assert panel.table.isVisible()


def test_rows_are_dragged_to_another_place(
    panel: QueuePanel, session: Session, waiting: list[str]
) -> None:
    data = panel.model.mimeData([panel.model.index(3, 0)])
    where = panel.table.visualRect(panel.model.index(1, 0)).topLeft() + QPoint(10, 1)
    drop = QDropEvent(
        where.toPointF(),
        Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Modifier.NoModifier,
        QEvent.Type.Drop,
    )
    panel.table.dropEvent(drop)
    assert order(session, waiting) == "adbce"
    assert panel.model.rowCount() == 5


def test_how_many_wait_how_long_and_that_they_are_held_back_is_said(
    panel: QueuePanel, session: Session, qtbot: QtBot
) -> None:
    said: list[str] = []
    panel.counted.connect(said.append)
    session.queue.add(plan(session))
    assert panel.text.text() == "1 run, how long a run takes is not known yet"
    session.queue.clear()
    record_run(session)
    session.queue.add(*(plan(session) for _ in range(4)))
    assert panel.text.text() == "4 runs, about 13 s"
    session.queue.paused = True
    assert panel.text.text() == "4 runs, about 13 s · paused"
    session.queue.clear()
    assert panel.text.text() == ""
    assert list(dict.fromkeys(said)) == ["1", "", "4", "4 · paused"]
    assert said[-1] == ""


def test_an_empty_queue_says_how_runs_get_there(panel: QueuePanel) -> None:
    assert panel.empty.isVisible()
    for way in ("Ctrl+R", "Ctrl+Shift+R", "Ctrl+Shift+S", "R in the table of runs"):
        assert way in panel.empty.text()
    assert not any(action.isEnabled() for action in panel.actions())


def test_taking_out_a_part_of_a_comparison_says_that_it_can_be_gone_on_with(
    panel: QueuePanel, session: Session
) -> None:
    values = plan(session).settings
    experiment = Experiment(ExperimentKind.COMPARISON, "in_memory", (values, values), 2)
    session.experiments.add(experiment)
    session.queue.add(*session.experiments.plans(experiment))
    panel.table.selectRow(0)
    panel.queue_actions.remove.trigger()
    text = panel.queue_actions.undo_bar.text.text()
    assert text == (
        "Took a run out of the queue. What is missing of a comparison can be gone on with later."
    )


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_every_action_has_a_key_a_button_and_a_line_in_the_menu(
    panel: QueuePanel, waiting: list[str], qtbot: QtBot
) -> None:
    for action in panel.actions():
        assert action.shortcut().toString() in action.toolTip()
        assert action.shortcutContext() is Qt.ShortcutContext.WidgetWithChildrenShortcut
    shown = {button.defaultAction() for button in panel.corner.findChildren(QToolButton)}
    assert set(panel.actions()) <= shown
    panel.table.customContextMenuRequested.emit(QPoint(5, 5))
    menu = panel.findChild(QMenu)
    assert isinstance(menu, QMenu)
    assert set(panel.actions()) < set(menu.actions())
    with qtbot.waitSignal(menu.destroyed):
        menu.close()


def test_a_thousand_rows_keep_their_selection_when_they_are_drawn_anew(
    panel: QueuePanel, session: Session
) -> None:
    session.queue.add(*(plan(session) for _ in range(1000)))
    ids = [one.id for one in session.queue.plans]
    panel.select((ids[400], ids[601]))
    # Every other one: so many changes at once that the table begins anew.
    session.queue.remove(ids[1:600:2])
    assert panel.selected() == (ids[400], ids[601])
