"""What a comparison, sweep or diagnosis can be written to a file as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.analysis.comparisons.comparison import Comparison
from core.analysis.comparisons.members import members
from core.export.comparison_csv import comparison_csv
from core.export.diagnosis_json import diagnosis_document
from core.export.experiment_json import experiment_document
from core.export.report import report_html
from core.export.report.diagnosis import diagnosis_html
from core.export.run_json import to_json
from core.export.runs_csv import RunsCsv
from core.export.sweep_csv import sweep_csv
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.run import Run
from core.model.turn import ExperimentKind
from core.session.session import Session


@dataclass(frozen=True)
class ExperimentFile:
    """One format.

    Attributes:
        id: What the command line calls it.
        label: What dialogs call it.
        ending: Of its files.
        help: What is in it.
        text: Makes it. Raises InputError where the workload, a knob or a value does not exist any
            more and the format needs it.
    """

    id: str
    label: str
    ending: str
    help: str
    text: Callable[[Session, Experiment], str]


def _report(session: Session, experiment: Experiment) -> str:
    if experiment.kind is ExperimentKind.DIAGNOSIS:
        result = session.experiments.result(experiment)
        assert isinstance(result, Run)
        assert result.answer is not None
        return diagnosis_html(result, result.answer)
    return report_html(
        experiment,
        session.runs,
        data_folder=session.folders.cache,
        workloads=session.workloads,
    )


def _runs(session: Session, experiment: Experiment) -> str:
    """Every run of it, also those that failed, were stopped or were run again."""
    if experiment.kind is ExperimentKind.DIAGNOSIS:
        raise _no_table()
    membership = members(session.runs, session.experiments.all)
    runs = [
        run
        for run in session.runs
        if run.id in membership and membership[run.id].experiment_id == experiment.id
    ]
    return RunsCsv().text(runs, membership)


def _summary(session: Session, experiment: Experiment) -> str:
    result = session.experiments.result(experiment)
    if isinstance(result, Run):
        raise _no_table()
    return comparison_csv(result) if isinstance(result, Comparison) else sweep_csv(result)


def _document(session: Session, experiment: Experiment) -> str:
    result = session.experiments.result(experiment)
    if isinstance(result, Run):
        assert result.answer is not None
        return to_json(diagnosis_document(result, result.answer))
    return to_json(experiment_document(experiment, result))


def _no_table() -> InputError:
    return InputError("A diagnosis has no table of runs", expected="a report (html) or JSON")


def files_of(experiment: Experiment) -> tuple[ExperimentFile, ...]:
    """The formats that an experiment of its kind has."""
    tables = experiment.kind is not ExperimentKind.DIAGNOSIS
    return tuple(file for file in EXPERIMENT_FILES if tables or file.id in ("html", "json"))


EXPERIMENT_FILES: tuple[ExperimentFile, ...] = (
    ExperimentFile(
        "html", "Report", "html", "write a report that opens in any browser, offline", _report
    ),
    ExperimentFile("csv", "Table of the runs", "csv", "write a table with one row a run", _runs),
    ExperimentFile(
        "summary_csv",
        "Table of the results",
        "csv",
        "write a table of what came of it: means, ratios or intervals, verdicts",
        _summary,
    ),
    ExperimentFile("json", "Document", "json", "write one JSON document (-: stdout)", _document),
)
"""All of them, in the order in which dialogs show them."""
