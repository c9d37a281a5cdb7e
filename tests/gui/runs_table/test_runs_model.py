"""The table of runs says what was measured, how, and against what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core.metrics.throughput import Throughput
from core.model.quantity import Quantity
from core.model.run import Run
from core.session import Session
from gui.runs_table.run_columns import COLUMNS, DEVICE, MARK, NAME, SETTINGS, STATE
from gui.runs_table.runs_model import RunsModel
from gui.runs_table.runs_proxy import RunsProxy
from gui.state.app_state import AppState
from gui.theme import DARK, LIGHT
from gui.widgets.tables.table_model import SORT_ROLE
from tests.gui.run_builders import (
    DAMAGED,
    begin_run,
    end_run,
    fail_run,
    measure_ceilings,
    record_run,
)

Role = Qt.ItemDataRole


def section(header: str) -> int:
    return next(at for at, column in enumerate(COLUMNS) if column.header.startswith(header))


THROUGHPUT, DELTA = section("throughput\n(examples/s)"), section("throughput\nto baseline")
SHARE, IDLE, LOSS = section("of ceiling"), section("device idle"), section("final loss")


@pytest.fixture
def model(app_state: AppState) -> Iterator[RunsModel]:
    made = RunsModel(app_state)
    yield made
    made.deleteLater()


def cell(model: RunsModel, row: int, column: int, role: int = Role.DisplayRole) -> object:
    return model.index(row, column).data(role)


def test_headings_carry_the_units(model: RunsModel) -> None:
    heads = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(len(COLUMNS))]
    assert heads[THROUGHPUT] == "throughput\n(examples/s)"
    assert heads[IDLE] == "device idle\n(%)"
    assert all(
        model.headerData(at, Qt.Orientation.Horizontal, Role.ToolTipRole)
        for at in range(len(COLUMNS))
    )


def test_figures_have_three_digits_and_say_where_they_come_from(
    session: Session, model: RunsModel
) -> None:
    record_run(session, {"fit.device": "emulated:20"}, emulations=("emulated accelerator 20 ms",))
    # 90 steady steps: 0.9 s busy of 4.14 s.
    assert cell(model, 0, IDLE) == "78.3"
    assert cell(model, 0, DEVICE) == "emulated 20 ms"
    tip = str(cell(model, 0, IDLE, Role.ToolTipRole))
    assert tip == "78.3 %\ntimed in the loop, emulated accelerator 20 ms"
    font = cell(model, 0, IDLE, Role.FontRole)
    assert "tnum" in [tag.toString() for tag in font.featureTags()]  # type: ignore[attr-defined]
    assert cell(model, 0, IDLE, Role.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight


def test_emulated_storage_is_marked_in_the_row(session: Session, model: RunsModel) -> None:
    record_run(session, emulations=("emulated storage 30 ms",))
    assert cell(model, 0, DEVICE) == "cpu + emulated storage 30 ms"
    both = ("emulated accelerator 10 ms", "emulated storage 30 ms")
    record_run(session, {"fit.device": "emulated:10"}, emulations=both)
    assert cell(model, 1, DEVICE) == "emulated 10 ms + storage 30 ms"
    tip = str(cell(model, 1, IDLE, Role.ToolTipRole))
    assert tip.endswith("emulated accelerator 10 ms and storage 30 ms")


def test_what_was_not_measured_is_grey_with_the_reason(session: Session, model: RunsModel) -> None:
    fail_run(session)
    assert cell(model, 0, THROUGHPUT) == "not measured"
    assert cell(model, 0, THROUGHPUT, Role.ForegroundRole) == QColor(LIGHT.muted)
    assert cell(model, 0, THROUGHPUT, Role.ToolTipRole) == "not measured (no step was trained)"
    assert cell(model, 0, STATE) == "failed"
    assert cell(model, 0, STATE, Role.ToolTipRole) == DAMAGED.text()
    assert cell(model, 0, STATE, Role.ForegroundRole) == QColor(LIGHT.error)


def test_without_a_baseline_settings_are_told_from_the_defaults(
    session: Session, model: RunsModel
) -> None:
    record_run(session)
    record_run(session, {"prefetch.buffer_size": 2, "batch.drop_remainder": True})
    assert cell(model, 0, SETTINGS) == "defaults"
    assert cell(model, 1, SETTINGS) == "batch drop remainder=on, prefetch=2"
    tip = str(cell(model, 1, SETTINGS, Role.ToolTipRole))
    assert "prefetch.buffer_size=2" in tip.split("\n")
    assert "prefetch.buffer_size=2" in model.copied([1])
    assert cell(model, 1, DELTA) == ""


def test_with_a_baseline_settings_and_throughput_are_told_from_it(
    session: Session, model: RunsModel
) -> None:
    base = record_run(session, {"prefetch.buffer_size": 2})
    record_run(session, wait_s=0.01)
    record_run(session, of="augmented")
    session.set_baseline(base.id)
    assert cell(model, 0, DELTA) == ""
    assert cell(model, 0, SETTINGS) == "prefetch=2"
    assert cell(model, 1, SETTINGS) == "prefetch=off"
    assert str(cell(model, 1, DELTA)).endswith("% faster")
    assert "40 %" in str(cell(model, 1, DELTA, Role.ToolTipRole))
    assert cell(model, 2, DELTA) == "other workload"
    assert cell(model, 0, MARK, Role.AccessibleTextRole) == cell(model, 0, MARK, Role.ToolTipRole)
    assert "baseline" in str(cell(model, 0, MARK, Role.ToolTipRole))


def test_a_run_that_trains_on_something_else_is_marked_beside_its_speed(
    session: Session, model: RunsModel
) -> None:
    base = record_run(session)
    record_run(session, wait_s=0.01)
    record_run(session, {"batch.drop_remainder": True}, wait_s=0.01)
    session.set_baseline(base.id)
    assert str(cell(model, 1, DELTA)).endswith("faster")
    assert str(cell(model, 2, DELTA)).endswith("faster *")
    tip = str(cell(model, 2, DELTA, Role.ToolTipRole))
    assert "They do not train alike" in tip
    assert "drop_remainder differs" in tip


def test_a_run_with_the_baselines_settings_says_so(session: Session, model: RunsModel) -> None:
    base = record_run(session, {"prefetch.buffer_size": 2})
    record_run(session, {"prefetch.buffer_size": 2})
    session.set_baseline(base.id)
    assert cell(model, 1, SETTINGS) == "as the baseline"
    assert cell(model, 1, DELTA) == "same"


def test_a_name_is_edited_in_place(session: Session, model: RunsModel) -> None:
    run = record_run(session)
    index = model.index(0, NAME)
    assert index.flags() & Qt.ItemFlag.ItemIsEditable
    assert not model.index(0, STATE).flags() & Qt.ItemFlag.ItemIsEditable
    assert not model.setData(index, "run 1")
    assert session.run(run.id).label.name == ""
    assert model.setData(index, "  as\twritten ")
    assert cell(model, 0, NAME) == "as written"
    assert model.setData(index, "")
    assert cell(model, 0, NAME) == "run 1"


def test_while_a_run_is_under_way_only_its_row_changes(
    app_state: AppState, model: RunsModel, qtbot: QtBot
) -> None:
    session = app_state.session
    record_run(session)
    record_run(session, to_the_end=False)
    assert cell(model, 1, STATE) == "running"
    with qtbot.waitSignal(model.dataChanged) as blocker:
        app_state.run_advanced.emit()
    first, last = blocker.args[0], blocker.args[1]
    assert (first.row(), last.row()) == (1, 1)
    assert float(str(cell(model, 1, IDLE))) > 0
    end_run(session)
    assert cell(model, 1, STATE) == "done"


def test_what_a_run_under_way_has_not_measured_yet_is_not_called_missing(
    session: Session, model: RunsModel
) -> None:
    begin_run(session)
    assert cell(model, 0, LOSS) == "not yet"
    end_run(session)
    assert cell(model, 0, LOSS) == "not measured"


def test_figures_of_a_run_that_is_over_are_computed_once(
    app_state: AppState, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = Throughput.of

    def counting(self: Throughput, run: Run) -> Quantity:
        asked.append(run.id)
        return real(self, run)

    monkeypatch.setattr(Throughput, "of", counting)
    for _ in range(3):
        record_run(app_state.session)
    model = RunsModel(app_state)
    assert asked == []
    for role in (Role.DisplayRole, Role.ToolTipRole, SORT_ROLE, Role.DisplayRole):
        for row in range(3):
            cell(model, row, THROUGHPUT, role)
    app_state.runs_changed.emit()
    cell(model, 0, THROUGHPUT)
    assert len(asked) == len(set(asked)) == 3


def test_numbers_sort_as_numbers_and_what_is_missing_comes_last(
    session: Session, model: RunsModel
) -> None:
    fail_run(session)
    for wait_s in (0.03, 0.001, 0.3):
        record_run(session, wait_s=wait_s)
    proxy = RunsProxy(model)
    for order, expected in (
        (Qt.SortOrder.AscendingOrder, [4, 2, 3, 1]),
        (Qt.SortOrder.DescendingOrder, [3, 2, 4, 1]),
    ):
        proxy.sort(THROUGHPUT, order)
        rows = [proxy.mapToSource(proxy.index(row, 0)).row() for row in range(4)]
        assert [model.run_at(row).number for row in rows] == expected
    assert isinstance(cell(model, 1, THROUGHPUT, SORT_ROLE), float)


def test_run_10_sorts_after_run_9(session: Session, model: RunsModel) -> None:
    for _ in range(10):
        fail_run(session)
    proxy = RunsProxy(model)
    proxy.sort(NAME, Qt.SortOrder.AscendingOrder)
    assert proxy.index(9, NAME).data() == "run 10"


def test_one_more_or_one_less_run_leaves_the_other_rows_alone(
    session: Session, model: RunsModel, qtbot: QtBot
) -> None:
    runs = [record_run(session) for _ in range(3)]
    with qtbot.assertNotEmitted(model.modelReset):
        with qtbot.waitSignal(model.rowsRemoved) as removed:
            session.delete(runs[1].id)
        with qtbot.waitSignal(model.rowsInserted) as inserted:
            session.restore(runs[1].id)
    assert removed.args[1:] == inserted.args[1:] == [1, 1]
    assert [model.run_at(row).id for row in range(3)] == [run.id for run in runs]
    assert model.rowCount(QModelIndex()) == 3


def test_copied_rows_have_headings_units_and_plain_numbers(
    session: Session, model: RunsModel
) -> None:
    run = record_run(session, wait_s=0.0001, emulations=("emulated storage 30 ms",))
    session.relabel(run.id, note="first\tnote")
    fail_run(session)
    head, first, second = (line.split("\t") for line in model.copied((0, 1)).split("\n"))
    assert len(head) == len(first) == len(second)
    assert "throughput (examples/s)" in head
    assert float(first[head.index("throughput (examples/s)")]) > 1000
    assert first[-2:] == ["emulated storage 30 ms", "first note"]
    assert second[head.index("throughput (examples/s)")] == "not measured (no step was trained)"
    assert second[head.index("state")] == f"failed: {DAMAGED.text()}"


def test_another_theme_takes_other_colours(
    app_state: AppState, model: RunsModel, qtbot: QtBot
) -> None:
    fail_run(app_state.session)
    with qtbot.waitSignal(model.dataChanged):
        app_state.set_theme(DARK)
    assert cell(model, 0, STATE, Role.ForegroundRole) == QColor(DARK.error)
    icons = [cell(model, 0, MARK, Role.DecorationRole)]
    assert not icons[0].isNull()  # type: ignore[attr-defined]


def test_runs_of_a_workload_that_is_gone_are_still_shown(
    session: Session, model: RunsModel
) -> None:
    run = record_run(session)
    gone = replace(run, plan=replace(run.plan, workload="gone"))
    session._runs[run.id] = gone
    session.relabel(run.id, note="x")
    assert "batch.batch_size=32" in str(cell(model, 0, SETTINGS))


def test_ceilings_measured_after_a_run_show_at_once_and_again_when_measured_anew(
    session: Session, model: RunsModel
) -> None:
    run = record_run(session)
    assert cell(model, 0, SHARE) == "not measured"
    measure_ceilings(session, run.plan, pipeline_s=0.015)
    assert cell(model, 0, SHARE) == "32.6"
    measure_ceilings(session, run.plan, pipeline_s=0.03)
    assert cell(model, 0, SHARE) == "65.2"
