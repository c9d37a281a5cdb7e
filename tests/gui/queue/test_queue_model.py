"""The table of runs that wait: what stands in it, when each begins, and that selected rows stay."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from core.model.experiment import Experiment
from core.model.kinds import Value
from core.model.plan import Part, RunPlan
from core.model.turn import ExperimentKind
from core.session import Session
from core.workloads.catalogue import workload
from gui.queue.queue_columns import BEGINS, COLUMNS, DEVICE, PLACE, SETTINGS, TAKES, TITLE
from gui.queue.queue_model import QueueModel
from gui.running.queue_times import QueueTimes
from gui.state.app_state import AppState
from tests.gui.builders import play
from tests.gui.run_builders import begin_run, end_run


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model(app_state: AppState, clock: Clock) -> QueueModel:
    made = QueueModel(app_state, QueueTimes(app_state), clock=clock)
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Warning, made)
    return made


def plan(session: Session, of: str = "in_memory", **changes: Value) -> RunPlan:
    chosen = workload(of)
    values = {key.replace("__", "."): value for key, value in changes.items()}
    return session.plan(chosen, chosen.chain.defaults().with_values(values))


def column(model: QueueModel, which: int) -> list[str]:
    return [model.index(row, which).data() for row in range(model.rowCount())]


def test_a_row_says_what_the_run_is_and_in_what_it_differs(
    model: QueueModel, session: Session
) -> None:
    base = plan(session)
    experiment = Experiment(
        ExperimentKind.COMPARISON,
        "in_memory",
        (base.settings, base.settings.with_values({"prefetch.buffer_size": 2})),
        repeats=1,
        name="prefetch?",
    )
    session.experiments.add(experiment)
    session.queue.add(
        *session.experiments.plans(experiment),
        plan(session, shuffle__buffer_size=256, fit__device="emulated:20"),
        session.plan(*_settings(session), part=Part.MODEL),
        plan(session, "npz_shards", source__open_latency_ms=20),
    )
    assert column(model, PLACE) == ["1", "2", "3", "4", "5"]
    assert column(model, TITLE) == [
        "prefetch? · A 1",
        "prefetch? · B 1",
        "run",
        "ceilings: model alone",
        "run",
    ]
    assert column(model, SETTINGS)[:3] == ["defaults", "prefetch=2", "shuffle=256"]
    assert column(model, DEVICE)[2:] == ["emulated 20 ms", "cpu", "cpu + emulated storage 20 ms"]


def _settings(session: Session) -> tuple[object, ...]:
    chosen = workload("in_memory")
    return chosen, chosen.chain.defaults()


def test_settings_differ_from_the_pinned_baseline_as_in_the_table_of_runs(
    model: QueueModel, session: Session
) -> None:
    baseline = play(session, prefetch__buffer_size=2)
    session.queue.add(plan(session, prefetch__buffer_size=2), plan(session))
    assert column(model, SETTINGS) == ["prefetch=2", "defaults"]
    session.set_baseline(baseline.id)
    assert column(model, SETTINGS) == ["as the baseline", "prefetch=off"]


def test_the_run_under_way_stands_on_top_and_cannot_be_moved(
    model: QueueModel, session: Session
) -> None:
    session.queue.add(plan(session), plan(session))
    begin_run(session)
    assert model.rowCount() == 3
    assert column(model, BEGINS)[0] == "under way"
    assert column(model, PLACE)[1:] == ["1", "2"]
    movable = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
    assert not model.flags(model.index(0, 0)) & movable
    assert model.flags(model.index(1, 0)) & movable == movable
    end_run(session)
    assert model.rowCount() == 2


def test_times_follow_from_runs_before_and_say_where_nobody_knows(
    model: QueueModel, session: Session
) -> None:
    session.queue.add(plan(session), plan(session), plan(session, "augmented"), plan(session))
    assert set(column(model, TAKES)) == {"not known yet"}
    assert column(model, BEGINS) == ["in 0 s", *["not known yet"] * 3]
    # Takes 12.5 s.
    play(session)
    assert column(model, TAKES) == ["about 12 s", "about 12 s", "not known yet", "about 12 s"]
    assert column(model, BEGINS) == ["in 0 s", "in 12 s", "in 25 s", "not known yet"]
    # As long as the run under way has not begun to train, it takes as long as those before it.
    begin_run(session)
    assert column(model, TAKES)[0] == "12 s left"
    assert column(model, BEGINS)[1:3] == ["in 12 s", "in 25 s"]
    session.queue.paused = True
    assert column(model, BEGINS) == ["under way", *["paused"] * 4]
    tip = model.index(3, BEGINS).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Once the queue goes on, 38 s after that."


def test_times_are_drawn_anew_once_a_second_while_a_run_goes_on(
    model: QueueModel, session: Session, app_state: AppState, clock: Clock
) -> None:
    session.queue.add(plan(session))
    begin_run(session)
    drawn: list[object] = []
    model.dataChanged.connect(lambda *what: drawn.append(what))
    for tenth in range(25):
        clock.now_s = tenth / 10
        app_state.run_advanced.emit()
    assert len(drawn) == 2


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_to_the_queue_selected_runs_stay_selected(
    model: QueueModel, session: Session, seed: int
) -> None:
    draw = random.Random(seed)
    session.queue.add(*(plan(session) for _ in range(12)))
    selection = QItemSelectionModel(model)
    flags = QItemSelectionModel.SelectionFlag
    for row in draw.sample(range(12), 4):
        selection.select(model.index(row, 0), flags.Select | flags.Rows)

    def ids() -> set[str]:
        return {model.id_at(index.row()) for index in selection.selectedRows()}

    wanted = ids()
    for _ in range(40):
        waiting = [one.id for one in session.queue.plans]
        some = draw.sample(waiting, min(len(waiting), 3))
        match draw.randrange(6):
            case 0:
                session.queue.move(some, draw.choice((-2, -1, 1, 2)))
            case 1:
                session.queue.place(some, draw.randrange(len(waiting) + 1))
            case 2:
                gone = session.queue.remove(some)
                wanted -= {one.id for one in gone}
                session.queue.restore(gone, draw.randrange(len(session.queue) + 1))
            case 3:
                session.queue.repeat(some[:1])
            case 4:
                session.queue.add(plan(session))
            case _:
                taken = session.queue.take()
                wanted -= {taken.id} if taken else set()
        shown = [model.id_at(row) for row in range(model.rowCount())]
        assert shown == [one.id for one in session.queue.plans]
        assert ids() == wanted


def test_moving_one_of_a_thousand_is_told_as_a_move(model: QueueModel, session: Session) -> None:
    session.queue.add(*(plan(session) for _ in range(1000)))
    told: list[str] = []
    model.modelReset.connect(lambda: told.append("reset"))
    model.layoutChanged.connect(lambda *_: told.append("move"))
    model.rowsInserted.connect(lambda *_: told.append("insert"))
    model.rowsRemoved.connect(lambda *_: told.append("remove"))
    session.queue.move([session.queue.plans[500].id], -1)
    session.queue.take()
    session.queue.add(plan(session))
    assert told == ["move", "remove", "insert"]


@pytest.mark.parametrize(
    ("dragged", "row", "expected"),
    [([4], 2, "0312"), ([4], 0, "3012"), ([1, 2], 5, "2301"), ([2], -1, "0231")],
)
def test_dragged_rows_stand_where_they_were_dropped_also_under_the_run_under_way(
    model: QueueModel, session: Session, dragged: list[int], row: int, expected: str
) -> None:
    session.queue.add(*(plan(session) for _ in range(4)))
    begin_run(session)
    before = [one.id for one in session.queue.plans]
    data = model.mimeData([model.index(one, at) for one in dragged for at in range(len(COLUMNS))])
    move = Qt.DropAction.MoveAction
    assert model.dropMimeData(data, move, row, 0, QModelIndex())
    assert "".join(str(before.index(one.id)) for one in session.queue.plans) == expected


def test_what_was_dragged_from_elsewhere_is_not_taken(model: QueueModel, session: Session) -> None:
    session.queue.add(plan(session), plan(session))
    data = model.mimeData([model.index(1, 0)])
    data.removeFormat(data.formats()[0])
    data.setText("something else")
    assert not model.dropMimeData(data, Qt.DropAction.MoveAction, 0, 0, QModelIndex())


def test_headings_say_what_is_estimated(model: QueueModel) -> None:
    tip = model.headerData(TAKES, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "Estimated" in tip
