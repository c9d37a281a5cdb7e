"""Tables of comparisons and sweeps, and cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from core.analysis.comparisons.comparison import Comparison, comparison_of
from core.analysis.comparisons.members import members
from core.analysis.comparisons.places import by_place
from core.analysis.sweeps.sweep import SweepResult, sweep_of
from core.export.comparison_csv import comparison_csv
from core.export.experiment_json import experiment_document
from core.export.run_json import runs_document
from core.export.runs_csv import RunsCsv
from core.export.spreadsheet import guarded
from core.export.sweep_csv import sweep_csv
from core.model.plan import PROCESS
from core.model.run import Label
from tests.builders import run_of
from tests.experiments import comparison_of_two, failed, runs_at, sweep_of_two_knobs


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def compared(speeds: tuple[float, float] = (1000.0, 1300.0)) -> Comparison:
    experiment = comparison_of_two()
    return comparison_of(experiment, by_place(experiment.id, runs_at(experiment, speeds)))


def swept() -> SweepResult:
    experiment = sweep_of_two_knobs()
    runs = runs_at(experiment, (1000.0, 1100.0, 1500.0, 1600.0, 2000.0, 2100.0))
    return sweep_of(experiment, by_place(experiment.id, runs))


def test_one_row_a_run_is_one_row_a_repeat() -> None:
    experiment = comparison_of_two(name="Mine")
    runs = runs_at(experiment, (1000.0, 1300.0))
    runs[2] = failed(runs[2])
    found = rows(RunsCsv().text([*runs, run_of(number=99)], members(runs, [experiment])))
    keys = ("experiment", "kind", "configuration", "repeat", "counted")
    assert [tuple(row[key] for key in keys) for row in found] == [
        ("Mine", "comparison", "A", "1", "yes"),
        ("Mine", "comparison", "B", "1", "yes"),
        ("Mine", "comparison", "B", "2", "no: failed"),
        ("Mine", "comparison", "A", "2", "yes"),
        ("Mine", "comparison", "A", "3", "yes"),
        ("Mine", "comparison", "B", "3", "yes"),
        ("", "", "", "", ""),
    ]


def test_tags_are_in_table_and_document() -> None:
    run = replace(run_of(number=1), label=Label(tags=("slow", "laptop")))
    assert rows(RunsCsv().text([run], {}))[0]["tags"] == "#slow #laptop"
    assert runs_document([run])["runs"][0]["tags"] == ["slow", "laptop"]


def test_each_row_says_by_which_engine_it_trained() -> None:
    within = run_of(number=1)
    isolated = replace(within, plan=replace(within.plan, engine=PROCESS))
    found = rows(RunsCsv().text([within, isolated]))
    assert [row["engine"] for row in found] == ["window", "process"]


def test_documents_of_runs_say_the_same() -> None:
    experiment = comparison_of_two(name="Mine")
    runs = runs_at(experiment, (1000.0, 1300.0))
    document = runs_document([*runs, run_of(number=99)], members(runs, [experiment]))
    assert document["runs"][1]["experiment"] == {
        "id": "abc123def456",
        "name": "Mine",
        "kind": "comparison",
        "configuration": "B",
        "repeat": 1,
        "counted": True,
        "why_not_counted": "",
    }
    assert document["runs"][-1]["experiment"] is None
    alone = runs_document(runs[:1])["runs"][0]["experiment"]
    assert (alone["configuration"], alone["repeat"]) == ("A", 1)


def test_a_comparison_has_one_row_a_metric_and_configuration() -> None:
    found = rows(comparison_csv(compared()))
    speeds = [row for row in found if row["metric"] == "throughput_examples_per_s"]
    assert [row["configuration"] for row in speeds] == ["A", "B"]
    assert {row["unit"] for row in speeds} == {"examples/s"}
    assert float(speeds[1]["ratio"]) == pytest.approx(1.3, rel=0.01)
    assert float(speeds[1]["low"]) <= float(speeds[1]["ratio"]) <= float(speeds[1]["high"])
    assert (speeds[1]["verdict"], speeds[1]["pairs"], speeds[1]["confidence"]) == (
        "faster",
        "3",
        "0.95",
    )
    assert speeds[0]["ratio"] == speeds[0]["verdict"] == ""
    assert {row["source"] for row in speeds} == {"timed in the loop"}
    assert {row["emulated"] for row in speeds} == {"emulated accelerator 20 ms"}
    ceiling = next(row for row in found if row["metric"] == "share_of_ceiling_percent")
    assert ceiling["mean"] == ""
    assert "ceilings of these settings were not measured" in ceiling["not measured"]


def test_a_sweep_has_one_row_a_configuration_the_fastest_first() -> None:
    found = rows(sweep_csv(swept()))
    assert len(found) == 6
    assert (found[0]["prefetch.buffer_size"], found[0]["batch.batch_size"]) == ("4", "32")
    speeds = [float(row["throughput (examples/s), geometric mean"]) for row in found]
    assert speeds == sorted(speeds, reverse=True)
    assert float(found[0]["low"]) < speeds[0] < float(found[0]["high"])
    assert found[0]["emulated"] == "emulated accelerator 20 ms"


def test_a_document_says_what_was_asked_for_and_what_came_of_it() -> None:
    document = experiment_document(comparison_of_two(name="Mine"), compared())
    assert document["schema"] == "pipeline-explorer/comparison/1"
    assert document["experiment"]["name"] == "Mine"
    assert document["experiment"]["configurations"]["B"]["prefetch.buffer_size"] == 2
    assert document["verdicts"] == {"B": "faster"}
    throughput = document["metrics"]["throughput_examples_per_s"]
    assert throughput["emulated"] == ["emulated accelerator 20 ms"]
    sweep = experiment_document(sweep_of_two_knobs(), swept())
    assert sweep["experiment"]["design"] == "grid"
    assert sweep["notes"]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", "\r\n=1", "\uff1d1"],
)
def test_what_looks_like_a_formula_becomes_text(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("value", ["-2", "+2.5", "1e-5", "-1.5E+3", 2.5, -3, "", "a=b", "off"])
def test_numbers_and_plain_words_stay_as_they_are(value: object) -> None:
    assert guarded(value) == value


def test_no_cell_that_a_person_typed_can_be_a_formula() -> None:
    evil = "=HYPERLINK(1)"
    experiment = comparison_of_two(name=evil)
    runs = [
        replace(run, label=Label(name=evil, note=evil))
        for run in runs_at(experiment, (1000.0, 1300.0))
    ]
    runs[0] = failed(runs[0])
    text = RunsCsv().text(runs, members(runs, [experiment]))
    table = list(csv.reader(io.StringIO(text, newline="")))
    assert not [cell for row in table for cell in row if cell.startswith("=")]
    assert sum(cell == f"'{evil}" for row in table for cell in row) == 3 * len(runs)
