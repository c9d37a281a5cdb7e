"""The comparison as a table: what differs first, then what came of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core.analysis.side_by_side import side_by_side
from core.model.run import Label, Run
from gui.models.comparison_model import ComparisonModel
from gui.theme import DARK, LIGHT
from tests.builders import even_samples, run_of

Role = Qt.ItemDataRole


def some_run(number: int, wait_s: float = 0.03, size: int | str = "off") -> Run:
    return run_of(
        even_samples(100, wait_s=wait_s),
        number=number,
        values={"fit.device": "emulated:20", "prefetch.buffer_size": size},
        emulations=("emulated accelerator 20 ms",),
    )


@pytest.fixture
def model(qapp: object) -> ComparisonModel:
    made = ComparisonModel(LIGHT)
    runs = (some_run(1), some_run(2, 0.01, 2))
    made.show_comparison(side_by_side(runs, runs[0]), equal_rows=False)
    return made


def heads(model: ComparisonModel) -> list[str]:
    return [model.headerData(row, Qt.Orientation.Vertical) or "" for row in range(model.rowCount())]


def test_differing_settings_come_first_then_figures_with_their_units(
    model: ComparisonModel,
) -> None:
    assert heads(model)[:4] == [
        "DIFFERS",
        "prefetch.buffer_size",
        "MEASURED",
        "throughput (examples/s)",
    ]
    assert model.index(1, 1).data() == "2 batches"
    assert model.index(3, 1).data().endswith("% faster)")
    assert "%" not in model.index(3, 0).data()
    tip = model.index(3, 1).data(Role.ToolTipRole)
    assert "timed in the loop, emulated accelerator 20 ms" in tip


def test_the_first_column_is_marked_and_every_column_says_what_was_emulated(
    model: ComparisonModel,
) -> None:
    first, second = (model.headerData(at, Qt.Orientation.Horizontal) for at in (0, 1))
    assert first == "run 1 (baseline)\nemulated accelerator 20 ms"
    assert second == "run 2\nemulated accelerator 20 ms"


def test_equal_settings_are_shown_on_demand(model: ComparisonModel) -> None:
    assert "SAME" not in heads(model)
    runs = (some_run(1), some_run(2, 0.01, 2))
    model.show_comparison(side_by_side(runs, runs[0]), equal_rows=True)
    assert heads(model).index("batch.batch_size") > heads(model).index("SAME")


def test_figures_that_change_leave_rows_and_selection_alone(
    model: ComparisonModel, qtbot: QtBot
) -> None:
    runs = (some_run(1), some_run(2, 0.001, 2))
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.show_comparison(side_by_side(runs, runs[0]), equal_rows=False)


def test_a_setting_that_is_the_baselines_has_less_weight(qapp: object) -> None:
    model = ComparisonModel(LIGHT)
    runs = (some_run(1), some_run(2, 0.01, 2), some_run(3))
    model.show_comparison(side_by_side(runs, runs[0]), equal_rows=False)
    weights = [model.index(1, column).data(Role.ForegroundRole) for column in range(3)]
    assert weights == [None, None, QColor(LIGHT.muted)]
    model.set_theme(DARK)
    assert model.index(1, 2).data(Role.ForegroundRole) == QColor(DARK.muted)


def test_the_text_holds_the_table_and_the_doubts(model: ComparisonModel) -> None:
    lines = model.text().split("\n")
    assert lines[0].split("\t") == [
        "",
        "run 1 (baseline) · emulated accelerator 20 ms",
        "run 2 · emulated accelerator 20 ms",
    ]
    assert "prefetch.buffer_size\toff\t2 batches" in lines
    assert "One run each proves little" in lines[-1]


def test_long_names_are_cut_in_the_heading_and_whole_in_its_tooltip(qapp: object) -> None:
    name = "a name that goes on and on and never comes to an end"
    long = replace(some_run(2), label=Label(name=name))
    model = ComparisonModel(LIGHT)
    model.show_comparison(side_by_side((long,), some_run(1)), equal_rows=False)
    assert model.headerData(1, Qt.Orientation.Horizontal).split("\n")[0].endswith("…")
    assert name in model.headerData(1, Qt.Orientation.Horizontal, Role.ToolTipRole)
    model.show_comparison(side_by_side((some_run(1),), long), equal_rows=False)
    first = model.headerData(0, Qt.Orientation.Horizontal).split("\n")[0]
    assert first.endswith("… (baseline)")


def test_without_a_comparison_it_is_empty(qapp: object) -> None:
    model = ComparisonModel(LIGHT)
    model.show_comparison(None, equal_rows=True)
    assert (model.rowCount(), model.columnCount(), model.text()) == (0, 0, "")
