"""Every place that shows a number says in which Python, and on which machine, it was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.analysis.comparisons.comparison import Comparison, comparison_of
from core.analysis.comparisons.places import by_place
from core.analysis.side_by_side.runs import side_by_side
from core.analysis.sweeps.sweep import SweepResult, sweep_of
from core.analysis.sweeps.text import devices_in_words
from core.cli.running.answer_text import answer_text, stages_text
from core.cli.running.experiment_text import comparison_text, sweep_text
from core.cli.running.summary import summary
from core.export.catalogue import EXPORTERS, FOLDER_EXPORTERS
from core.export.comparison_csv import comparison_csv
from core.export.diagnosis_json import diagnosis_document
from core.export.experiment_json import experiment_document
from core.export.exporter import Exporter, FolderExporter
from core.export.report import report_html
from core.export.report.diagnosis import diagnosis_html
from core.export.run_json import run_document, to_json
from core.export.sweep_csv import sweep_csv
from core.model.experiment import Experiment
from core.model.run import Run
from core.user_code.known_workloads import Workloads
from tests.builders import run_of
from tests.diagnosis_builders import an_answer
from tests.experiments import comparison_of_two, runs_at, sweep_of_two_knobs

FAR = "gpu1:/home/me/project/.venv/bin/python"
LISTED = "gpu1: project/.venv"
OTHER = "/home/me/other/.venv/bin/python"


def run_in(interpreter: str, number: int) -> Run:
    run = run_of(number=number)
    seen = {
        "interpreter": interpreter,
        **({"machine": "gpu1 (node)"} if ":" in interpreter else {}),
    }
    return replace(
        run,
        plan=replace(run.plan, engine="process", interpreter=interpreter),
        environment={**run.environment, **(seen if interpreter else {})},
    )


RUNS = (run_in("", 1), run_in(OTHER, 2), run_in(FAR, 3))


def compared() -> tuple[Experiment, tuple[Run, ...], Comparison]:
    experiment = comparison_of_two(interpreter=FAR)
    runs = tuple(runs_at(experiment, (1000.0, 1300.0)))
    return experiment, runs, comparison_of(experiment, by_place(experiment.id, runs))


def swept() -> tuple[Experiment, tuple[Run, ...], SweepResult]:
    experiment = sweep_of_two_knobs(interpreter=FAR)
    runs = tuple(runs_at(experiment, (1000.0, 1100.0, 1500.0, 1600.0, 2000.0, 2100.0)))
    return experiment, runs, sweep_of(experiment, by_place(experiment.id, runs))


TEXTS: dict[str, Callable[[], str]] = {
    "run": lambda: summary(RUNS[2]),
    "run --json": lambda: to_json(run_document(RUNS[2])),
    "compare": lambda: comparison_text(compared()[2], "augmented"),
    "compare --json": lambda: to_json(experiment_document(compared()[0], compared()[2])),
    "compare --summary-csv": lambda: comparison_csv(compared()[2]),
    "compare --html": lambda: report_html(
        compared()[0], compared()[1], data_folder=Path("/data"), workloads=Workloads()
    ),
    "sweep": lambda: sweep_text(swept()[2]),
    "sweep --json": lambda: to_json(experiment_document(swept()[0], swept()[2])),
    "sweep --summary-csv": lambda: sweep_csv(swept()[2]),
    "sweep --html": lambda: report_html(
        swept()[0], swept()[1], data_folder=Path("/data"), workloads=Workloads()
    ),
    "the list of experiments": lambda: devices_in_words(swept()[0]),
    "diagnose": lambda: answer_text(RUNS[2], an_answer()),
    "diagnose --json": lambda: to_json(diagnosis_document(RUNS[2], an_answer())),
    "diagnose --html": lambda: diagnosis_html(RUNS[2], an_answer()),
    "stages": lambda: stages_text(RUNS[2], an_answer()),
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_names_the_other_python_and_its_machine(text: str) -> None:
    said = " ".join(TEXTS[text]().split())
    assert LISTED in said or FAR in said


@pytest.mark.parametrize("exporter", EXPORTERS, ids=lambda exporter: exporter.id)
def test_a_table_of_runs_tells_pythons_and_machines_apart(exporter: Exporter) -> None:
    said = exporter.text(RUNS)
    assert OTHER in said
    assert FAR in said


@pytest.mark.parametrize("exporter", FOLDER_EXPORTERS, ids=lambda exporter: exporter.id)
def test_a_folder_of_runs_tells_pythons_and_machines_apart(
    exporter: FolderExporter, tmp_path: Path
) -> None:
    exporter.write(RUNS, tmp_path)
    texts = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    for name in ("this program's own", OTHER, FAR, "gpu1 (node)"):
        assert any(name.encode() in text for text in texts), name


def test_runs_side_by_side_say_where_each_was() -> None:
    shown = side_by_side(RUNS, RUNS[0])
    rows = {row.label: row.values for row in shown.environment if row.differs}
    assert rows["interpreter"] == ("this program's own", OTHER, FAR)
    assert rows["machine"] == ("this machine", "this machine", "gpu1 (node)")
    notes = " ".join(shown.notes)
    assert f"interpreter ({FAR} instead of this program's own)" in notes
    assert "machine (gpu1 (node) instead of this machine)" in notes
