"""The tab of kept experiments: list, states, actions, and what is worked out when."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from core.model.experiment import Experiment
from core.model.plan import WINDOW
from core.model.run import RunState
from core.session import Session
from core.user_code.known_workloads import Workloads
from gui.experiments.experiments_panel import NONE_MATCHES, NOTHING_YET, ExperimentsPanel
from gui.running.run_controller import RunController
from gui.running.run_starter import RunStarter
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm
from gui.theme import DARK
from tests.experiment_builders import as_read, begin_place, carry_out, comparison, sweep, waits
from tests.gui.scripted import ScriptedFit

Key = Qt.Key
FASTER = waits(0.03, 0.015, noise=0.001)


@pytest.fixture
def session(app_state: AppState) -> Session:
    # Runs that are put into the queue stay there: nothing is carried out.
    app_state.session.queue.paused = True
    return app_state.session


@pytest.fixture
def panel(app_state: AppState, session: Session, qtbot: QtBot) -> ExperimentsPanel:
    draft = PipelineForm(Workloads())
    starter = RunStarter(draft, app_state, RunController(app_state, ScriptedFit()))
    made = ExperimentsPanel(app_state, starter)
    made.resize(1006, 520)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def titles(panel: ExperimentsPanel) -> list[str]:
    return [row.title for row in panel.list.model.rows]


def said(panel: ExperimentsPanel, experiment: Experiment) -> tuple[str, str]:
    row = next(one for one in panel.list.model.rows if one.id == experiment.id)
    return row.progress, row.short


def fill(qtbot: QtBot, panel: ExperimentsPanel) -> None:
    with qtbot.waitSignal(panel.filled):
        panel.refresh()


def press(qtbot: QtBot, panel: ExperimentsPanel, key: Qt.Key) -> None:
    panel.list.view.setFocus()
    qtbot.keyClick(panel.list.view, key)


def test_without_experiments_it_says_what_they_are_for_and_how_to_begin(
    panel: ExperimentsPanel,
) -> None:
    assert panel.empty.isVisible()
    assert panel.empty.text() == NOTHING_YET
    assert "Ctrl+Shift+R" in NOTHING_YET
    assert "Ctrl+Shift+S" in NOTHING_YET
    assert not panel.experiment_actions.again.isEnabled()


def test_the_newest_comes_first_and_is_chosen(panel: ExperimentsPanel, session: Session) -> None:
    old = replace(comparison(name="old"), created="2026-01-01T00:00:00+00:00")
    new = replace(comparison(name="new"), created="2026-02-01T00:00:00+00:00")
    session.experiments.add(new)
    session.experiments.add(old)
    assert titles(panel) == ["new", "old"]
    session.experiments.change(new.id, deleted=True)
    assert titles(panel) == ["old"]
    assert panel.head.title.text() == "old"


def test_each_says_where_its_runs_train_and_is_found_by_it(
    panel: ExperimentsPanel, session: Session
) -> None:
    session.experiments.add(comparison(name="apart"))
    session.experiments.add(replace(comparison(name="together"), engine=WINDOW))
    what = {row.title: row.what for row in panel.list.model.rows}
    assert what["apart"].endswith("isolated")
    assert what["together"].endswith("window")
    panel.list.filter.setText("isolated")
    assert titles(panel) == ["apart"]


def test_each_says_how_far_it_has_come_and_what_came_of_it(
    panel: ExperimentsPanel, session: Session, qtbot: QtBot
) -> None:
    whole, part, gone = comparison(), comparison(), as_read(replace(sweep(), workload="mnist_old"))
    settled = comparison(early=True, repeats=8)
    carry_out(session, whole, FASTER)
    carry_out(session, part, FASTER, part.order[:7])
    carry_out(session, settled, waits(0.03, 0.01, noise=0.0001), settled.order[:6])
    session.experiments.add(gone)
    fill(qtbot, panel)
    assert said(panel, whole) == ("10 of 10 · complete", "B faster 1.50×")
    progress, short = said(panel, part)
    assert progress == "7 of 10 · incomplete"
    assert short.startswith("B faster so far")
    assert said(panel, settled)[0] == "6 of 6 · settled after 3 repeats"
    row = next(one for one in panel.list.model.rows if one.id == gone.id)
    assert row.gone == "cannot be run any more"
    assert "mnist_old" in row.tip


def test_one_whose_workload_is_gone_says_so_and_cannot_be_run(
    panel: ExperimentsPanel, session: Session
) -> None:
    gone = as_read(replace(sweep(), workload="mnist_old"))
    session.experiments.add(gone)
    assert "There is no workload 'mnist_old'" in panel.trouble.text()
    acts = panel.experiment_actions
    assert not acts.go_on.isEnabled()
    assert not acts.again.isEnabled()
    assert acts.delete.isEnabled()


def test_a_comparison_whose_workload_is_gone_still_shows_what_came_of_it(
    panel: ExperimentsPanel, session: Session
) -> None:
    known = comparison()
    carry_out(session, known, FASTER)
    session.experiments.add(as_read(replace(known, workload="mnist_old")))
    panel.show_experiment(known.id)
    assert "B is faster than A" in panel.comparison.verdict.text()
    assert "cannot be run any more" in panel.head.state.text()


def test_it_grows_with_each_run_that_ends(panel: ExperimentsPanel, session: Session) -> None:
    experiment = comparison(repeats=3)
    session.experiments.add(experiment)
    assert "Nothing measured yet" in panel.comparison.verdict.text()
    for count, place in enumerate(experiment.order, start=1):
        carry_out(session, experiment, FASTER, [place])
        assert len(panel.comparison.repeats.targets) == count
        assert panel.head.state.text().startswith(f"{count} of 6")
    assert "B is faster than A" in panel.comparison.verdict.text()


def test_a_run_under_way_moves_the_bar_and_computes_nothing(
    panel: ExperimentsPanel, session: Session, app_state: AppState
) -> None:
    experiment = comparison(repeats=2)
    carry_out(session, experiment, FASTER, experiment.order[:1])
    begin_place(session, experiment, experiment.order[1])
    assert panel.head.state.text() == "1 of 4 · under way"
    before = panel.comparison.repeats.chart
    app_state.run_advanced.emit()
    assert panel.head.bar.isVisible()
    assert panel.head.bar.value() > 250
    assert panel.comparison.repeats.chart is before


def test_while_its_runs_wait_in_a_paused_queue_it_says_so(
    panel: ExperimentsPanel, session: Session
) -> None:
    experiment = comparison(repeats=2)
    session.experiments.add(experiment)
    session.queue.add(*session.experiments.plans(experiment))
    assert panel.head.state.text() == "0 of 4 · waiting · the queue is paused"
    session.queue.paused = False
    assert panel.head.state.text() == "0 of 4 · waiting"


def test_a_filter_narrows_the_list_down(
    panel: ExperimentsPanel, session: Session, qtbot: QtBot
) -> None:
    session.experiments.add(comparison(name="does prefetch help?"))
    session.experiments.add(sweep(of="augmented"))
    qtbot.keyClicks(panel.list.filter, "sweep augm")
    assert titles(panel) == ["sweep of augmented"]
    assert panel.head.title.text() == "sweep of augmented"
    panel.list.filter.setText("nothing like it")
    assert panel.trouble.text() == NONE_MATCHES
    assert not panel.head.isVisible()


def test_showing_one_from_outside_clears_a_filter_that_holds_it_back(
    panel: ExperimentsPanel, session: Session
) -> None:
    wanted = comparison(name="wanted")
    session.experiments.add(wanted)
    session.experiments.add(comparison(name="other"))
    panel.list.filter.setText("other")
    panel.show_experiment(wanted.id)
    assert panel.head.title.text() == "wanted"
    assert panel.list.filter.text() == ""


def test_f2_renames_and_an_empty_name_brings_the_first_back(
    panel: ExperimentsPanel, session: Session, qtbot: QtBot
) -> None:
    session.experiments.add(comparison())
    for typed, shown in (("deep enough?", "deep enough?"), ("", "comparison of in_memory")):
        press(qtbot, panel, Key.Key_F2)
        field = panel.list.view.findChild(QLineEdit)
        assert field is not None
        field.selectAll()
        qtbot.keyClick(field, Key.Key_Delete)
        qtbot.keyClicks(field, typed)
        qtbot.keyClick(field, Key.Key_Return)
        qtbot.waitUntil(lambda shown=shown: panel.head.title.text() == shown)
        qtbot.waitUntil(lambda: panel.list.view.findChild(QLineEdit) is None)


def test_del_deletes_it_with_its_waiting_runs_and_ctrl_z_brings_both_back(
    panel: ExperimentsPanel, session: Session, qtbot: QtBot
) -> None:
    experiment = comparison(name="unwanted")
    carry_out(session, experiment, FASTER, experiment.order[:4])
    session.queue.add(*session.experiments.plans(experiment))
    waiting = session.queue.waiting
    press(qtbot, panel, Key.Key_Delete)
    assert titles(panel) == []
    assert len(session.runs) == 4
    assert len(session.queue) == 0
    assert "unwanted" in panel.experiment_actions.undo_bar.text.text()
    panel.experiment_actions.undo.trigger()
    assert titles(panel) == ["unwanted"]
    assert session.queue.waiting == waiting
    assert not panel.experiment_actions.undo_bar.isVisible()


def test_go_on_puts_what_is_missing_into_the_queue_once(
    panel: ExperimentsPanel, session: Session, qtbot: QtBot
) -> None:
    experiment = comparison()
    carry_out(session, experiment, FASTER, experiment.order[:7])
    press(qtbot, panel, Key.Key_G)
    assert [plan.turn and plan.turn.place for plan in session.queue.plans] == list(
        experiment.order[7:]
    )
    assert not panel.experiment_actions.go_on.isEnabled()
    assert panel.head.state.text() == "7 of 10 · waiting · the queue is paused"


def test_run_again_keeps_the_old_one_and_shows_the_new_one(
    panel: ExperimentsPanel, session: Session, qtbot: QtBot
) -> None:
    experiment = comparison(name="prefetch?")
    carry_out(session, experiment, FASTER)
    for expected in ("prefetch? (again)", "prefetch? (again 2)"):
        press(qtbot, panel, Key.Key_R)
        assert panel.head.title.text() == expected
    assert len(session.experiments.all) == 3
    assert len(session.queue) == 20
    assert len(session.experiments.runs(experiment)) == 10


def test_enter_selects_its_runs_everywhere(
    panel: ExperimentsPanel, session: Session, app_state: AppState, qtbot: QtBot
) -> None:
    experiment = comparison(repeats=2)
    runs = carry_out(session, experiment, FASTER)
    carry_out(session, other := comparison(name="other"), FASTER, other.order[:1])
    panel.show_experiment(experiment.id)
    press(qtbot, panel, Key.Key_Return)
    assert {run.id for run in app_state.selection} == {run.id for run in runs}


def test_side_by_side_selects_one_run_of_each_that_measured_something(
    panel: ExperimentsPanel, session: Session, app_state: AppState, qtbot: QtBot
) -> None:
    experiment = comparison(repeats=2)
    carry_out(session, experiment, FASTER, [(0, 0)], state=RunState.FAILED)
    carry_out(session, experiment, FASTER, [(0, 1), (1, 1), (1, 0)])
    acts = panel.experiment_actions
    assert not acts.side_by_side.isEnabled()
    acts.side_by_side_requested.connect(lambda: None)
    panel.refresh()
    with qtbot.waitSignal(acts.side_by_side_requested):
        acts.side_by_side.trigger()
    assert [run.name for run in app_state.selection] == ["A 2", "B 1"]


def test_what_another_part_does_is_disabled_until_that_part_listens(
    panel: ExperimentsPanel, session: Session, qtbot: QtBot
) -> None:
    experiment = comparison()
    carry_out(session, experiment, FASTER)
    acts = panel.experiment_actions
    pairs = (
        (acts.duplicate, acts.duplicate_requested),
        (acts.plots, acts.plots_requested),
        (acts.report, acts.report_requested),
    )
    assert not any(action.isEnabled() for action, _ in pairs)
    for action, signal in pairs:
        signal.connect(lambda _: None)
        panel.refresh()
        with qtbot.waitSignal(signal) as asked:
            action.trigger()
        assert asked.args == [experiment.id]


def test_ctrl_c_copies_verdict_table_and_notes(
    panel: ExperimentsPanel, session: Session, qtbot: QtBot
) -> None:
    experiment = comparison(name="prefetch?")
    carry_out(session, experiment, FASTER)
    panel.list.view.setFocus()
    panel.experiment_actions.copy.trigger()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("prefetch?\n10 of 10 · complete\n")
    assert "B is faster than A: throughput 1.50 times as high" in text
    assert "throughput (examples/s)\t" in text
    assert "Intervals hold with 95 % confidence." in text


def test_nothing_is_worked_out_while_it_is_hidden(
    panel: ExperimentsPanel, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    result = session.experiments.result

    def counted(experiment: Experiment) -> object:
        asked.append(experiment.id)
        return result(experiment)

    monkeypatch.setattr(session.experiments, "result", counted)
    panel.hide()
    experiment = comparison(repeats=2)
    carry_out(session, experiment, FASTER)
    assert asked == []
    panel.show()
    assert asked == [experiment.id]
    session.relabel(session.runs[0].id, note="a note")
    assert asked == [experiment.id] * 2
    panel.refresh()
    session.queue.paused = False
    assert asked == [experiment.id] * 2


def test_results_of_the_others_are_worked_out_one_by_one_and_kept(
    panel: ExperimentsPanel, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [comparison(repeats=1) for _ in range(3)]
    panel.hide()
    for experiment in kept:
        carry_out(session, experiment, FASTER)
    asked: list[str] = []
    result = session.experiments.result

    def counted(experiment: Experiment) -> object:
        asked.append(experiment.id)
        return result(experiment)

    monkeypatch.setattr(session.experiments, "result", counted)
    with qtbot.waitSignal(panel.filled):
        panel.show()
    assert sorted(asked) == sorted(one.id for one in kept)
    fill(qtbot, panel)
    assert len(asked) == 3


def test_another_theme_is_taken_on(
    panel: ExperimentsPanel, session: Session, app_state: AppState
) -> None:
    carry_out(session, comparison(), FASTER)
    app_state.set_theme(DARK)
    assert panel.list.delegate.theme is DARK
    assert panel.comparison.repeats.backgroundBrush().color().name() == DARK.base
