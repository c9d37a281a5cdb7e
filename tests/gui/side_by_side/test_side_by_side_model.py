"""The comparison as a table: what differs first, then what came of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core.analysis.side_by_side.runs import side_by_side
from core.model.run import Label, Run
from gui.side_by_side.side_by_side_model import SideBySideModel
from gui.theme import DARK, LIGHT
from tests.builders import even_samples, run_of
from tests.core.analysis.test_stages_side_by_side import BATCHED, FOUR_CALLS, PLAIN, run_with

Role = Qt.ItemDataRole


def some_run(number: int, wait_s: float = 0.03, size: int | str = "off") -> Run:
    return run_of(
        even_samples(100, wait_s=wait_s),
        number=number,
        values={"fit.device": "emulated:20", "prefetch.buffer_size": size},
        emulations=("emulated accelerator 20 ms",),
    )


@pytest.fixture
def model(qapp: object) -> SideBySideModel:
    made = SideBySideModel(LIGHT)
    runs = (some_run(1), some_run(2, 0.01, 2))
    made.show_comparison(side_by_side(runs, runs[0]), equal_rows=False)
    return made


def heads(model: SideBySideModel) -> list[str]:
    return [line.shown for line in model.rows]


def row_of(model: SideBySideModel, head: str) -> int:
    return heads(model).index(head)


def test_differing_settings_come_first_then_figures_with_their_units(
    model: SideBySideModel,
) -> None:
    assert heads(model)[:4] == [
        "DIFFERS",
        "prefetch",
        "MEASURED",
        "throughput (examples/s)",
    ]
    assert model.index(1, 1).data() == "2 batches"
    assert model.index(3, 1).data().endswith("% faster)")
    assert "%" not in model.index(3, 0).data()
    tip = model.index(3, 1).data(Role.ToolTipRole)
    assert "timed in the loop, emulated accelerator 20 ms" in tip


def test_the_first_column_is_marked_and_every_column_says_what_was_emulated(
    model: SideBySideModel,
) -> None:
    first, second = (model.headerData(at, Qt.Orientation.Horizontal) for at in (0, 1))
    assert first == "run 1 (baseline)\nemulated accelerator 20 ms"
    assert second == "run 2\nemulated accelerator 20 ms"


def test_equal_settings_are_shown_on_demand(model: SideBySideModel) -> None:
    assert "SAME" not in heads(model)
    runs = (some_run(1), some_run(2, 0.01, 2))
    model.show_comparison(side_by_side(runs, runs[0]), equal_rows=True)
    assert heads(model).index("batch") > heads(model).index("SAME")


def test_figures_that_change_leave_rows_and_selection_alone(
    model: SideBySideModel, qtbot: QtBot
) -> None:
    runs = (some_run(1), some_run(2, 0.001, 2))
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.show_comparison(side_by_side(runs, runs[0]), equal_rows=False)


def test_a_setting_that_is_the_baselines_has_less_weight(qapp: object) -> None:
    model = SideBySideModel(LIGHT)
    runs = (some_run(1), some_run(2, 0.01, 2), some_run(3))
    model.show_comparison(side_by_side(runs, runs[0]), equal_rows=False)
    weights = [model.index(1, column).data(Role.ForegroundRole) for column in range(3)]
    assert weights == [None, None, QColor(LIGHT.muted)]
    model.set_theme(DARK)
    assert model.index(1, 2).data(Role.ForegroundRole) == QColor(DARK.muted)


def test_the_text_holds_the_table_and_the_doubts(model: SideBySideModel) -> None:
    lines = model.text().split("\n")
    assert lines[0].split("\t") == [
        "",
        "run 1 (baseline) · emulated accelerator 20 ms",
        "run 2 · emulated accelerator 20 ms",
    ]
    assert "prefetch\toff\t2 batches" in lines
    assert "One run each proves little" in lines[-1]


def test_long_names_are_cut_in_the_heading_and_whole_in_its_tooltip(qapp: object) -> None:
    name = "a name that goes on and on and never comes to an end"
    long = replace(some_run(2), label=Label(name=name))
    model = SideBySideModel(LIGHT)
    model.show_comparison(side_by_side((long,), some_run(1)), equal_rows=False)
    assert model.headerData(1, Qt.Orientation.Horizontal).split("\n")[0].endswith("…")
    assert name in model.headerData(1, Qt.Orientation.Horizontal, Role.ToolTipRole)
    model.show_comparison(side_by_side((some_run(1),), long), equal_rows=False)
    first = model.headerData(0, Qt.Orientation.Horizontal).split("\n")[0]
    assert first.endswith("… (baseline)")


def test_without_a_comparison_it_is_empty(qapp: object) -> None:
    model = SideBySideModel(LIGHT)
    model.show_comparison(None, equal_rows=True)
    assert (model.rowCount(), model.columnCount(), model.text()) == (0, 0, "")


def test_a_folded_section_hides_its_rows_but_not_its_heading_and_says_so(
    model: SideBySideModel, qtbot: QtBot
) -> None:
    measured = row_of(model, "MEASURED")
    assert model.headerData(measured, Qt.Orientation.Vertical) == "▼ MEASURED"
    with qtbot.waitSignal(model.folds_changed):
        model.fold(measured)
    assert model.headerData(measured, Qt.Orientation.Vertical) == "▶ MEASURED"
    hidden = [row for row in range(model.rowCount()) if model.is_hidden(row)]
    assert hidden == list(range(measured + 1, row_of(model, "DOUBTS")))
    model.fold(measured)
    assert not any(map(model.is_hidden, range(model.rowCount())))


def test_only_headings_fold(model: SideBySideModel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(model.folds_changed):
        model.fold(row_of(model, "prefetch"))


def test_all_sections_fold_and_unfold_at_once(model: SideBySideModel) -> None:
    model.fold(row_of(model, "MEASURED"))
    model.fold_all()
    shown = [line.head for row, line in enumerate(model.rows) if not model.is_hidden(row)]
    assert shown == ["Differs", "Measured", "Doubts", "Environment", "Stages as executed"]
    model.fold_all()
    assert not any(map(model.is_hidden, range(model.rowCount())))


def test_the_text_is_whole_however_much_is_folded(model: SideBySideModel) -> None:
    whole = model.text()
    model.fold_all()
    assert model.text() == whole


def shown_with(*runs: Run, equal_rows: bool = False) -> SideBySideModel:
    model = SideBySideModel(LIGHT)
    model.show_comparison(side_by_side(runs, runs[0]), equal_rows=equal_rows)
    return model


def section(model: SideBySideModel, head: str) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    for line in model.rows[row_of(model, head) + 1 :]:
        if line.group:
            break
        found.append((line.alone, line.texts))
    return found


def test_environments_that_differ_have_a_section_of_their_own(qapp: object) -> None:
    other = replace(some_run(2), environment={"python": "3.11.7", "cores": 8})
    model = shown_with(some_run(1), other)
    assert section(model, "ENVIRONMENT") == [("cores", ("2", "8"))]
    assert "cores not the same" in model.rows[row_of(model, "ENVIRONMENT")].texts[0]
    everything = shown_with(some_run(1), other, equal_rows=True)
    assert [head for head, _ in section(everything, "ENVIRONMENT")] == ["cores", "device", "Python"]


def test_where_environments_are_alike_or_unknown_the_heading_says_so(qapp: object) -> None:
    model = shown_with(some_run(1), some_run(2))
    assert section(model, "ENVIRONMENT") == []
    assert model.rows[row_of(model, "ENVIRONMENT")].texts[0].startswith("the same machine")
    unknown = shown_with(some_run(1), replace(some_run(2), environment={}))
    assert "as far as it is known" in unknown.rows[row_of(unknown, "ENVIRONMENT")].texts[0]


def test_doubts_are_counted_and_named_for_each_run(qapp: object) -> None:
    short = run_of(even_samples(25), number=2, values={"fit.device": "emulated:20"})
    model = shown_with(some_run(1), short)
    assert section(model, "DOUBTS") == [
        ("doubts", ("none", "1")),
        ("doubts: few steps", ("–", "yes")),
    ]
    row = row_of(model, "DOUBTS") + 1
    assert "steady steps" in model.index(row, 1).data(Role.ToolTipRole)


def test_stages_say_what_runs_otherwise_in_words_and_not_by_colour_alone(qapp: object) -> None:
    one = run_with(1, *PLAIN)
    other = run_with(2, BATCHED, FOUR_CALLS, *PLAIN[2:], map__num_parallel_calls=4)
    model = shown_with(one, other)
    rows = dict(section(model, "STAGES AS EXECUTED"))
    assert rows["≠ map"] == ("Map", "ParallelMapV2")
    assert rows["≠ map: parallel calls"] == ("sequential", "4")
    assert rows["batch"] == ("BatchV2", "BatchV2")
    at = [line.alone for line in model.rows].index("map: time per element (ms)")
    assert model.headerData(at, Qt.Orientation.Vertical).strip() == "time per element (ms)"
    assert "performance model" in model.index(at, 1).data(Role.ToolTipRole)
    assert "performance model" in model.rows[row_of(model, "STAGES AS EXECUTED")].texts[0]
